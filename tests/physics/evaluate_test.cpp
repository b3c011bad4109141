#include "mutauscan/physics/evaluate.hpp"

#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "evaluate_point.hpp"
#include "mutauscan/physics/asymmetry_estimate.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

TEST(Evaluate, FollowsTheThermalPotential) {
  // Y_B relative to the high-temperature form at the benchmark, without scatterings: independent solver, to 1
  // % (where it is given with two digits: to those).
  struct Expected {
    double T_R, one_loop, two_loop, tolerance;
  };
  for (const Expected& e :
       {Expected{5e3, 0.75, 0.82, 0.01}, {5e4, 0.974, 0.994, 0.01}, {1.5e5, 2.98, 2.20, 0.01}}) {
    const auto y_b = [&e](ThermalPotential potential) {
      ModelPoint point;
      point.T_R = e.T_R;
      ModelSettings settings;
      settings.thermal_potential = potential;
      settings.coherence = Coherence::none;
      settings.scatterings = Scatterings::none;
      settings.delta_l2 = DeltaL2::operator_limit;
      return evaluate_point(point, settings).boltzmann->Y_B;
    };
    const double high_temperature = y_b(ThermalPotential::high_temperature);
    EXPECT_TRUE(relatively_near(y_b(ThermalPotential::one_loop) / high_temperature, e.one_loop, e.tolerance))
        << e.T_R;
    EXPECT_TRUE(relatively_near(y_b(ThermalPotential::two_loop) / high_temperature, e.two_loop, e.tolerance))
        << e.T_R;
  }
}

// Independent solver, without scatterings: the largest |Y_B| over T_R, given to 1 in its last digit, and
// where. The parabola through three points 5 % apart in T_R finds the maximum to 1e-3 of Y_B.
TEST(Evaluate, HasItsLargestAsymmetryWhereTheThermalPotentialPutsIt) {
  struct Expected {
    ThermalPotential potential;
    double T_R, Y_B;
  };
  for (const Expected& e : {Expected{ThermalPotential::high_temperature, 5.4e4, -3.79e-10},
                            {ThermalPotential::one_loop, 6.4e4, -4.12e-10},
                            {ThermalPotential::two_loop, 6.1e4, -4.02e-10}}) {
    ModelSettings settings;
    settings.thermal_potential = e.potential;
    settings.coherence = Coherence::none;
    settings.scatterings = Scatterings::none;
    settings.delta_l2 = DeltaL2::operator_limit;
    const double step = std::log(1.05);
    double y[3];
    for (int n = -1; n <= 1; ++n) {
      ModelPoint point;
      point.T_R = e.T_R * std::exp(n * step);
      y[n + 1] = evaluate_point(point, settings).boltzmann->Y_B;
    }
    const double slope = 0.5 * (y[2] - y[0]), curvature = y[2] - 2.0 * y[1] + y[0];
    ASSERT_GT(curvature, 0.0) << e.T_R;
    EXPECT_NEAR(e.T_R * std::exp(-slope / curvature * step), e.T_R, 0.6e3);
    EXPECT_NEAR(y[1] - 0.5 * slope * slope / curvature, e.Y_B, 0.01e-10);
  }
}

TEST(Evaluate, EndsWhereTheHiggsFieldCondenses) {
  ModelPoint point;
  point.lambda_phi_sigma = -6e-3;
  const PointResult result = evaluate_point(point, {});
  EXPECT_EQ(result.status, Status::phi_condensed);
  EXPECT_EQ(result.stage, Stage::thermal_history);
  EXPECT_EQ(result.potential_bounded, false);
  EXPECT_FALSE(result.history);
  ModelSettings settings;
  settings.thermal_potential = ThermalPotential::high_temperature;
  EXPECT_EQ(evaluate_point(point, settings).status, Status::ok);
}

TEST(Evaluate, ReportsHowFarTheVacuumCanBeTrusted) {
  const VacuumDiagnostics two = *evaluate_point({}, {}).vacuum_diagnostics;
  EXPECT_NEAR(two.higgs_mass, 0.45487, 1e-5);
  EXPECT_NEAR(two.sigma_theory_error, 0.0113, 1e-4);  // strict g^2: 0.860/0.850
  EXPECT_NEAR(two.sigma_scale_error, 0.5 * (114133.506 - 111532.285) / 112876.5, 1e-5);
  EXPECT_GT(two.M1_scale_low, two.M1_scale_high);
  EXPECT_TRUE(relatively_near(two.M1_scale_low, two.M1_scale_high, 1e-4));
  EXPECT_NEAR(two.quartic_stability, 1.144119600 * 1e-3 / std::sqrt(2.0 * 0.03197945 * 1.01136e-5), 1e-3);
  ModelSettings settings;
  settings.thermal_potential = ThermalPotential::one_loop;
  const VacuumDiagnostics one = *evaluate_point({}, settings).vacuum_diagnostics;
  EXPECT_NEAR(one.sigma_theory_error, 121388.35 / 112876.5 - 1.0, 1e-5);
  // The loop of the whole 3x3 mass matrix agrees to 0.1 %: 1.2 %, two loops 1.4 %; no minimum
  // from 2.2e5, 2.06e5.
  EXPECT_NEAR(one.neutrino_loop_shift, 0.012, 5e-4);
  EXPECT_NEAR(two.neutrino_loop_shift, 0.014, 5e-4);
  EXPECT_TRUE(relatively_near(one.neutrino_loop_temperature, 2.2e5, 0.01));
  EXPECT_TRUE(relatively_near(two.neutrino_loop_temperature, 2.06e5, 0.005));
  settings.thermal_potential = ThermalPotential::high_temperature;
  const VacuumDiagnostics high = *evaluate_point({}, settings).vacuum_diagnostics;
  EXPECT_TRUE(relatively_near(high.neutrino_loop_temperature, 1.8e5, 0.02));
  EXPECT_TRUE(std::isnan(high.sigma_scale_error));
}

TEST(NeutrinoLoop, IsSmoothWhereTheMassesAreEqual) {
  EXPECT_NEAR(neutrino_loop_function(1.0), 1.0 / 30.0, 1e-15);
  for (double side : {-1.0, 1.0}) {
    const double inside = neutrino_loop_function(1.0 + 0.0999999999 * side),
                 outside = neutrino_loop_function(1.0 + 0.1000000001 * side);
    EXPECT_NEAR(inside, outside, 5e-10);
  }
  EXPECT_NEAR(neutrino_loop_function(0.0), 1.0 / 3.0, 1e-15);
  EXPECT_GT(neutrino_loop_function(1.8), 0.0);
  EXPECT_LT(neutrino_loop_function(2.0), 0.0);
}

TEST(Evaluate, IsOddUnderTheOtherCpBranch) {
  ModelSettings branch;
  branch.cp_branch = CpBranch::delta_below_pi;
  const PointResult a = evaluate_point({}, {}), b = evaluate_point({}, branch);
  EXPECT_TRUE(relatively_near(*a.baryon_asymmetry_estimate, -*b.baryon_asymmetry_estimate, 1e-9));
  EXPECT_TRUE(relatively_near(a.heavy->mass(2), b.heavy->mass(2), 1e-13));
}

TEST(Evaluate, ReportsPointsOutsideTheModelAsStatus) {
  ModelPoint point;
  point.theta23_deg = 42.0;  // lower octant: no solution of emu_mumu in normal ordering
  PointResult result = evaluate_point(point, {});
  EXPECT_EQ(result.status, Status::no_texture_solution);
  EXPECT_EQ(result.stage, Stage::neutrino_sector);
  EXPECT_FALSE(result.seesaw);
  EXPECT_TRUE(result.delta_a_mu);

  point = {};
  point.m_phi = 1.9e7;  // below twice the mass of N2 and N3
  result = evaluate_point(point, {});
  EXPECT_EQ(result.status, Status::inflaton_too_light);
  EXPECT_EQ(result.stage, Stage::estimate);
  EXPECT_TRUE(result.epsilon);
  EXPECT_FALSE(result.baryon_asymmetry_estimate);
  point.f_N2 = point.f_N3 = 0.0;  // but an inflaton that makes only N1 is heavy enough
  EXPECT_EQ(evaluate_point(point, {}).status, Status::ok);

  point = {};
  point.T_R = -1.0;
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.T_R = std::nan("");
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.dm3l_eV2 = -2.5e-3;  // against the ordering
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
  point = {};
  point.f_N1 = point.f_N2 = 1.2;
  EXPECT_EQ(evaluate_point(point, {}).status, Status::outside_domain);
}

TEST(Evaluate, SaysWhatADomainAsksFor) {
  const auto message = [](const ModelPoint& point, const ModelSettings& settings) {
    const PointResult result = evaluate_point(point, settings);
    EXPECT_EQ(result.status, Status::outside_domain);
    EXPECT_EQ(result.stage, Stage::parameters);
    return result.message;
  };
  ModelPoint point;
  point.m_zp = -1e-9;  // not "-0.000000"
  EXPECT_EQ(message(point, {}), "m_zp = -1e-09: must be a number > 0 [GeV]");
  point = {};
  point.T_R = std::numeric_limits<double>::infinity();
  EXPECT_EQ(message(point, {}), "T_R = inf: must be a number > 131.7 [GeV]");
  point = {};
  point.f_N1 = point.f_N2 = 1.2;
  point.f_N3 = 0.0;
  EXPECT_EQ(message(point, {}),
            "f_N1 + f_N2 + f_N3 = 2.4: must be at most 2 (an inflaton decays to two particles; those not "
            "given default to 2/3 each)");
  point = {};
  point.dm3l_eV2 = 1e-30;
  ModelSettings settings;
  settings.ordering = Ordering::inverted;
  EXPECT_EQ(
      message(point, settings),
      "dm3l_eV2 = 1e-30: must be negative for ordering \"IO\" (e.g. model.nufit = \"5.1/IO_noSK\" sets it)");
}

TEST(Evaluate, EndsNumericalExceptionsInAStatusAndLetsDefectsPass) {
  OdeSolver solver;
  const auto evaluate_with = [&](const auto& thrown) {
    return evaluate({}, {}, {}, solver, [&](const BoltzmannSnapshot&) { throw thrown; });
  };
  for (const PointResult& r :
       {evaluate_with(std::domain_error("no root")), evaluate_with(std::overflow_error("no root")),
        evaluate_with(std::runtime_error("no root"))}) {
    EXPECT_EQ(r.status, Status::numerical_failure);
    EXPECT_EQ(r.stage, Stage::boltzmann);
    EXPECT_EQ(r.message, "a numerical method failed: no root");
    EXPECT_TRUE(r.epsilon && !r.boltzmann);
  }
  EXPECT_THROW(evaluate_with(std::out_of_range("defect")), std::out_of_range);
  EXPECT_THROW(evaluate_with(std::bad_alloc()), std::bad_alloc);
}

TEST(Evaluate, CallsAnAsymmetryOfRoundingSo) {
  // A pseudo-Dirac pair whose splitting is below the accuracy of its masses: without a regulator the
  // asymmetry is the inverse of a rounding error.
  ModelSettings settings;
  settings.texture = Texture::etau_tautau;
  settings.coherence = Coherence::none;
  settings.temperature = TemperatureMode::fixed_at_TR;
  settings.scalar_masses = ScalarMasses::massless;
  settings.scatterings = Scatterings::none;
  settings.thermal_potential = ThermalPotential::high_temperature;
  settings.thermal_coefficients = ThermalCoefficients::talk;
  ModelPoint point;
  point.theta23_deg = 44.123184772417382;
  point.lambda_phi_sigma = -0.00038774275896473606;
  point.T_R = 25112.693673708265;
  point.g_zp = 2.772206388466064e-05;
  point.m_zp = 0.40121060993453922;
  point.lambda_sigma = 0.0054752469737390308;
  point.vev_ratio = 0.43201035455321152;
  point.m_phi = 4376343008.277091;
  point.h_etau = 0.15341842505492403;
  point.M_mutau = 837910743.81555784;
  point.lambda_large = 0.64314920494403871;
  settings.regulator = Regulator::none;
  EXPECT_EQ(evaluate_point(point, settings).status, Status::unphysical_asymmetry);
  settings.regulator = Regulator::sum;
  EXPECT_EQ(evaluate_point(point, settings).status, Status::ok);
}

TEST(EffectiveMultiplicity, CountsCascades) {
  DecayWidths<3> widths;
  widths.lepton = {1.0, 3.0, 2.0};
  widths.scalar.setZero();
  widths.scalar(1, 0) = 1.0;  // N2 -> N1: 1/4
  widths.scalar(2, 1) = 1.0;  // N3 -> N2: 1/4
  widths.scalar(2, 0) = 1.0;  // N3 -> N1: 1/4
  const Eigen::Vector3d f = effective_multiplicity({0.0, 0.0, 2.0}, widths);
  EXPECT_DOUBLE_EQ(f(2), 2.0);
  EXPECT_DOUBLE_EQ(f(1), 0.5);
  EXPECT_DOUBLE_EQ(f(0), 0.5 + 0.125);
}

}  // namespace
}  // namespace mutauscan
