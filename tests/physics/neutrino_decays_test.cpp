#include "mutauscan/physics/neutrino_decays.hpp"

#include "benchmark_case.hpp"
#include "mutauscan/core/constants.hpp"

namespace mutauscan {
namespace {

ModelPoint benchmark(double reheating_temperature) {
  ModelPoint point;
  point.T_R = reheating_temperature;
  return point;
}

double source_at(double reheating_temperature, const ModelSettings& settings, double coupling_ratio = 1.0) {
  ModelPoint point = benchmark(reheating_temperature);
  point.inflaton_coupling_ratio = coupling_ratio;
  ModelSettings of_reference = settings;
  of_reference.thermal_potential = ThermalPotential::high_temperature;
  const PointResult result = evaluate_point(point, of_reference);
  EXPECT_TRUE(result.cp_source) << result.message;
  return result.cp_source ? result.cp_source->total.sum() : std::nan("");
}

TEST(NeutrinoDecays, HaveTheSourceOfTheBenchmark) {
  // mixing.json, without the portal vertex, which is 1e-4 of it.
  const std::pair<double, double> expected[] = {{1e4, 1.796257377e-7}, {5e4, 1.100223e-6}, {1e5, 3.449e-6}};
  for (const auto& [t_r, source] : expected)
    EXPECT_TRUE(relatively_near(source_at(t_r, {}), source, 1e-3)) << t_r;
}

TEST(NeutrinoDecays, HaveTheSourceOfChargeConservingCouplings) {
  // Independent numbers to three digits: c_ee : c_mutau = 0, 2, infinity
  ModelSettings charge;
  charge.initial_state = InitialState::charge;
  EXPECT_TRUE(relatively_near(source_at(5e4, charge, 1.0), source_at(5e4, {}), 1e-10));
  const std::pair<double, double> low[] = {{0.0, 0.615e-6}, {2.0, 1.58e-6}, {1e6, 2.07e-6}},
                                  high[] = {{0.0, 1.96e-6}, {2.0, 4.94e-6}, {1e6, 6.42e-6}};
  for (const auto& [ratio, source] : low)
    EXPECT_TRUE(relatively_near(source_at(5e4, charge, ratio), source, 5e-3));
  for (const auto& [ratio, source] : high)
    EXPECT_TRUE(relatively_near(source_at(1e5, charge, ratio), source, 5e-3));
}

TEST(NeutrinoDecays, MakeTheBaryonAsymmetryOfTheBenchmark) {
  // Settings of the first case of benchmark.json; -2.35e-10 from an independent program.
  const Case c = case_of(reference("benchmark.json")[0], {{"coherence", "density_matrix"}});
  const PointResult result = evaluate_point(c.point, c.model);
  ASSERT_TRUE(result.boltzmann) << result.message;
  EXPECT_TRUE(relatively_near(result.boltzmann->Y_B, -2.35e-10, 3e-3));
  EXPECT_TRUE(relatively_near(*result.baryon_asymmetry_estimate, -2.92e-10, 3e-3));
}

TEST(NeutrinoDecays, SayWhereUnequalNumbersMeanNothing) {
  ModelPoint point;
  const auto predictive = [&](const ModelSettings& settings) {
    const PointResult result = evaluate_point(point, settings);
    return initial_state_is_predictive(*result.decays, settings.initial_state);
  };
  ModelSettings charge;
  charge.initial_state = InitialState::charge;
  EXPECT_TRUE(predictive({}));
  point.f_N2 = 0.5;
  EXPECT_FALSE(predictive({}));
  point.inflaton_coupling_ratio = 0.0;
  EXPECT_TRUE(predictive(charge));
}

TEST(NeutrinoDecays, SumPartsByOrigin) {
  // Coherence that feeds N_1 is not lost between the two sets, nor counted twice: S is that of the density
  // matrix.
  ModelSettings settings;
  for (const double m_mutau : {4e6, 1e7, 2.2e7})
    for (const double h_etau : {0.4, 1.0, 2.5})
      for (const auto state : {InitialState::mass, InitialState::charge}) {
        settings.initial_state = state;
        ModelPoint point;
        point.M_mutau = m_mutau;
        point.h_etau = h_etau;
        point.m_phi = 1e9;
        point.inflaton_coupling_ratio = 0.3;
        const PointResult result = evaluate_point(point, settings);
        ASSERT_TRUE(result.decays) << result.message;
        const NeutrinoMixing& m = *result.decays->mixing;
        const Eigen::Array3d exact =
            cp_source(m, integrated_density(m, result.decays->initial_state, Cascades::followed)).total();
        EXPECT_LE((result.cp_source->total - exact).abs().maxCoeff(), 1e-12);
        EXPECT_TRUE(
            relatively_near(result.cp_source->resonant + result.cp_source->direct, exact.sum(), 1e-6));
      }
}

/// A pair that couples to leptons only: lambda_3 = e^{i phase} lambda_2, |lambda_2| a flavour vector.
DecayCouplings<3, 0> lepton_pair(double splitting_over_width, double phase) {
  DecayCouplings<3, 0> c;
  const Eigen::Vector3cd flavours(Complex(0.01, 0.002), Complex(-0.02, 0.01), Complex(0.005, -0.03));
  c.dirac_yukawa.col(0) = flavours;
  c.dirac_yukawa.col(1) = std::polar(1.0, phase) * flavours;
  c.dirac_yukawa.col(2) = 1e-3 * flavours.reverse();
  const double width = flavours.squaredNorm() / (8.0 * std::acos(-1.0));
  c.mass = {1.0, 1.0 + splitting_over_width * width, 5.0};
  c.higgs_mass_squared = 0.0;
  return c;
}

/// Rates at which the pair washes out, per gamma_D: (alpha, beta) as acts on mu_l_beta + mu_Phi.
Eigen::Matrix3d washout_of_pair(const DecayCouplings<3, 0>& c) {
  const NeutrinoMixing m =
      neutrino_mixing(c, decay_widths(c, ScalarMasses::massless), ScalarMasses::massless);
  const Eigen::Array<double, 6, 1> back = regenerated_asymmetry(m, {1.0, 1.0, 0.0});
  Eigen::Matrix3d washout;
  washout << back(0), back(1), back(2), back(1), back(3), back(4), back(2), back(4), back(5);
  washout *= -1.0;
  for (int i : {0, 1})
    washout.diagonal() += c.dirac_yukawa.col(i).cwiseAbs2() * c.mass(i) / (8.0 * std::acos(-1.0));
  return washout / (m.lepton_width(0) + m.lepton_width(1));
}

TEST(InverseDecays, OfAPseudoDiracPairConserveLeptonNumber) {
  // The pair is one Dirac neutrino: an excess of leptons becomes an excess of it over its antiparticle, and
  // decays back. What remains evens out flavours.
  const Eigen::Matrix3d washout = washout_of_pair(lepton_pair(0.0, 0.5 * std::acos(-1.0)));
  EXPECT_LE(washout.colwise().sum().cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LE((washout - washout.transpose()).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_GT(washout.diagonal().minCoeff(), 0.01);
  EXPECT_LT(washout(0, 1), -0.01);
}

TEST(InverseDecays, LoseLeptonNumberAsThePairOscillates) {
  // X_beta of two states of equal width: reduced by 1/(1 + (Delta M/Gamma)^2)
  for (const double ratio : {1e-3, 0.1, 1.0, 10.0}) {
    const Eigen::Matrix3d washout = washout_of_pair(lepton_pair(ratio, 0.5 * std::acos(-1.0)));
    const double kept = 1.0 / (1.0 + ratio * ratio);
    EXPECT_TRUE(relatively_near(washout.sum(), 1.0 - kept, 1e-4)) << ratio;  // O(Gamma/M)
  }
  // Apart: as single neutrinos do
  const Eigen::Matrix3d apart = washout_of_pair(lepton_pair(300.0, 0.5 * std::acos(-1.0)));
  const Eigen::Matrix3d diagonal = apart.diagonal().asDiagonal();
  EXPECT_LE((apart - diagonal).cwiseAbs().maxCoeff(), 2e-5);
  EXPECT_TRUE(relatively_near(apart.trace(), 1.0, 2e-5));
}

TEST(InverseDecays, NeedAPhaseToConserveAnything) {
  // Equal phases are one Majorana neutrino and one that decouples.
  const Eigen::Matrix3d washout = washout_of_pair(lepton_pair(0.0, 0.0));
  EXPECT_TRUE(relatively_near(washout.trace(), 1.0, 1e-14));
  EXPECT_TRUE(relatively_near(washout.sum(), 1.0, 1e-14));
}

TEST(NeutrinoDecays, AreIntegratedAsTheyAreEliminated) {
  // A pair that is lightest, at 15 times the temperature of reheating, so that inverse decays exchange
  // flavours and return what they take. Couplings are weaker than the model's, or the general equations would
  // be too stiff.
  ModelPoint point;
  point.M_mutau = 2e6;
  point.h_etau = 0.18;
  point.f_N3 = 0.0;
  point.T_R = 1.3e5;
  point.m_phi = 2e7;
  ModelSettings settings;
  settings.temperature = TemperatureMode::fixed_at_TR;
  const Seesaw s = seesaw(point, settings.texture, *light_neutrinos(point, settings));
  const ThermalHistory history(point, settings, s);
  const NeutrinoHistory neutrinos = neutrino_history(point, settings, s, history);
  const NeutrinoDecays decays = *evaluate_point(point, settings).decays;
  ASSERT_TRUE(decays.mixing->overlaps(0, 1) && !decays.mixing->overlaps(1, 2));
  const NeutrinoRateFunction weak = [&](double temperature) {
    constexpr double factor = 1e-6;
    NeutrinoRates r = neutrinos.rates(temperature);
    r.lepton_width *= factor;
    r.scalar_width *= factor;
    r.washout *= factor;
    r.coherent_washout *= factor;
    r.resonant_washout *= factor;
    r.scattering *= factor;
    r.delta_l2 *= factor;
    return r;
  };
  const Reheating reheating{inflaton_width(point.T_R, 106.75), point.m_phi,      106.75,
                            constants::sphaleron_temperature,  Spectators::full, 28.0 / 79.0};
  const auto solve = [&](NeutrinoTreatment treatment, const NeutrinoRateFunction& rates) {
    OdeSolver solver;
    SolverSettings precise;
    precise.rtol = 1e-8;
    precise.atol = 1e-26;
    precise.max_steps = 200000;
    SolverReport report;
    const auto result = solve_boltzmann(reheating, {rates, {}}, precise, solver, report, {}, treatment);
    EXPECT_TRUE(result) << (result ? "" : result.failure().message);
    return result ? *result : BoltzmannResult{};
  };
  const BoltzmannResult eliminated = solve(NeutrinoTreatment::quasi_steady, weak),
                        integrated = solve(NeutrinoTreatment::integrated, weak);
  const double largest = eliminated.Y_delta.cwiseAbs().maxCoeff();
  EXPECT_LE((eliminated.Y_delta - integrated.Y_delta).cwiseAbs().maxCoeff(), 1e-4 * largest);
  EXPECT_TRUE(relatively_near(eliminated.Y_B_N1, integrated.Y_B_N1, 1e-3));
  // What inverse decays give back does matter here.
  const NeutrinoRateFunction one_by_one = [&](double temperature) {
    NeutrinoRates r = weak(temperature);
    r.coherent_washout.setZero();
    return r;
  };
  const BoltzmannResult single = solve(NeutrinoTreatment::quasi_steady, one_by_one);
  EXPECT_GT((eliminated.Y_delta - single.Y_delta).cwiseAbs().maxCoeff(), 1e-2 * largest);
}

}  // namespace
}  // namespace mutauscan
