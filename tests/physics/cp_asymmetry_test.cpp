#include "mutauscan/physics/cp_asymmetry.hpp"

#include <random>

#include <Eigen/QR>

#include "evaluate_point.hpp"
#include "mutauscan/physics/evaluate.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

using nlohmann::json;

template <int n, int s>
DecayCouplings<n, s> couplings_from(const json& input) {
  DecayCouplings<n, s> c;
  const auto entry = [](const json& m, auto... index) {
    const json *re = &m.at("re"), *im = &m.at("im");
    ((re = &re->at(std::size_t(index)), im = &im->at(std::size_t(index))), ...);
    return Complex(re->get<double>(), im->get<double>());
  };
  for (int i = 0; i < n; ++i) {
    c.mass(i) = input.at("M")[std::size_t(i)];
    for (int alpha = 0; alpha < 3; ++alpha) c.dirac_yukawa(alpha, i) = entry(input.at("lam"), alpha, i);
  }
  for (int a = 0; a < s; ++a) {
    const auto ia = std::size_t(a);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) c.scalar_yukawa[ia](i, j) = entry(input.at("y"), a, i, j);
    c.scalar_mass[ia] = input.at("m")[ia];
    c.portal_coupling[ia] = input.at("mu")[ia];
  }
  const double m_h = input.at("mH");
  c.higgs_mass_squared = m_h * m_h;
  return c;
}

/// The reference's diagrams against ours, each entry to 1e-9 of the largest of its matrix. The scalars of
/// these points have their masses in every loop.
template <int n, int s>
void compare_with_reference(const json& point) {
  SCOPED_TRACE(point.at("name").get<std::string>());
  const auto c = couplings_from<n, s>(point.at("input"));
  const json& output = point.at("output");
  const auto widths = decay_widths(c, ScalarMasses::thermal);
  for (int i = 0; i < n; ++i) {
    const auto ii = std::size_t(i);
    EXPECT_TRUE(relatively_near(widths.lepton(i), output.at("Gamma_LPhi")[ii], 1e-12));
    EXPECT_TRUE(relatively_near(widths.total(i), output.at("Gamma_tot")[ii], 1e-12));
    for (int k = 0; k < n; ++k) {
      double expected = 0.0;
      for (const json& width : output.at("Gamma_Nphi")[ii][std::size_t(k)]) expected += width.get<double>();
      EXPECT_TRUE(relatively_near(widths.scalar(i, k), expected, 1e-12));
    }
  }
  const std::pair<const char*, Regulator> regulators[] = {{"none", Regulator::none},
                                                          {"PU", Regulator::pilaftsis_underwood},
                                                          {"minus", Regulator::difference},
                                                          {"plus", Regulator::sum}};
  for (const auto& [name, regulator] : regulators) {
    SCOPED_TRACE(name);
    auto epsilon = cp_asymmetries(c, widths, regulator, ScalarMasses::thermal);
    // The reference leaves out what N_I's own loop adds (mixing_test.cpp has it): |lambda_aI|^2/(8 pi H_II)
    // Im A_II/2.
    const auto loops = scalar_loops(c, ScalarMasses::thermal);
    for (int i = 0; i < n; ++i) {
      const auto coupling = c.dirac_yukawa.col(i).cwiseAbs2();
      epsilon.scalar_self_energy.col(i) -=
          coupling / coupling.sum() * (0.5 * loops(i, i).imag() / (8.0 * std::numbers::pi));
    }
    const json& expected = output.at("eps").at(name);
    using Part = typename CpAsymmetries<n>::PerFlavour;
    const auto compare = [&](const char* key, const Part& part) {
      double largest = 0.0;
      for (const json& row : expected.at(key))
        for (const json& x : row) largest = std::max(largest, std::abs(x.get<double>()));
      for (int alpha = 0; alpha < 3; ++alpha)
        for (int i = 0; i < n; ++i)
          EXPECT_NEAR(part(alpha, i), expected.at(key)[std::size_t(alpha)][std::size_t(i)].get<double>(),
                      1e-9 * largest)
              << key << " " << alpha << " " << i;
    };
    compare("SE_LV", epsilon.self_energy_violating);
    compare("SE_LC", epsilon.self_energy_conserving);
    compare("V_LPhi", epsilon.vertex);
    compare("SE_Nphi", epsilon.scalar_self_energy);
    compare("V_Nphi", epsilon.portal_vertex);
    compare("total", epsilon.total());
  }
}

TEST(CpAsymmetry, AgreesWithUnitarityCutsForEveryPointAndRegulator) {
  const json document = reference("cp_asymmetry.json");
  int compared = 0;
  for (const json& point : document.at("points")) {
    const int n = point.at("input").at("nN"), s = point.at("input").at("nphi");
    ++compared;
    if (n == 3 && s == 2)
      compare_with_reference<3, 2>(point);
    else if (n == 3 && s == 1)
      compare_with_reference<3, 1>(point);
    else if (n == 4 && s == 3)
      compare_with_reference<4, 3>(point);
    else
      --compared;
  }
  EXPECT_EQ(compared, 11);
}

/// Random couplings of three neutrinos and two scalars.
class RandomCouplings : public ::testing::Test {
 protected:
  using Couplings = DecayCouplings<3, 2>;

  Couplings draw() {
    std::normal_distribution<double> normal;
    Couplings c;
    c.mass = {0.7, 1.6, 2.9};
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i)
        c.dirac_yukawa(alpha, i) = 0.3 * Complex(normal(generator), normal(generator));
    for (auto& y : c.scalar_yukawa)
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j <= i; ++j) y(i, j) = y(j, i) = 0.4 * Complex(normal(generator), normal(generator));
    c.scalar_mass = {0.1, 0.2};
    c.portal_coupling = {0.3, -0.4};
    c.higgs_mass_squared = 0.05;
    return c;
  }
  static CpAsymmetries<3> epsilon_of(const Couplings& c) {
    return cp_asymmetries(c, decay_widths(c, ScalarMasses::thermal), Regulator::pilaftsis_underwood,
                          ScalarMasses::thermal);
  }
  std::mt19937_64 generator{8};
};

TEST_F(RandomCouplings, GiveNoAsymmetryIfReal) {
  for (int n = 0; n < 50; ++n) {
    Couplings c = draw();
    c.dirac_yukawa = c.dirac_yukawa.real().cast<Complex>().eval();
    for (auto& y : c.scalar_yukawa) y = y.real().cast<Complex>().eval();
    EXPECT_EQ(epsilon_of(c).total().cwiseAbs().maxCoeff(), 0.0);
  }
}

TEST_F(RandomCouplings, HaveAConservingSelfEnergyThatCancelsInTheSumOverFlavours) {
  for (int n = 0; n < 50; ++n) {
    const auto epsilon = epsilon_of(draw());
    EXPECT_LE(epsilon.self_energy_conserving.colwise().sum().cwiseAbs().maxCoeff(),
              1e-15 + 1e-14 * epsilon.self_energy_conserving.cwiseAbs().maxCoeff());
  }
}

TEST_F(RandomCouplings, DoNotCareAboutTheSignOfANeutrinoField) {
  for (int n = 0; n < 50; ++n) {
    const Couplings c = draw();
    for (int flipped = 0; flipped < 3; ++flipped) {
      Couplings d = c;
      d.dirac_yukawa.col(flipped) *= -1.0;
      for (auto& y : d.scalar_yukawa) {
        y.col(flipped) *= -1.0;
        y.row(flipped) *= -1.0;
      }
      EXPECT_LE((epsilon_of(c).total() - epsilon_of(d).total()).norm(), 1e-14 * epsilon_of(c).total().norm());
    }
  }
}

TEST_F(RandomCouplings, ChangeSignUnderCP) {
  for (int n = 0; n < 50; ++n) {
    const Couplings c = draw();
    Couplings d = c;
    d.dirac_yukawa = c.dirac_yukawa.conjugate();
    for (std::size_t a = 0; a < 2; ++a) d.scalar_yukawa[a] = c.scalar_yukawa[a].conjugate();
    EXPECT_LE((epsilon_of(c).total() + epsilon_of(d).total()).norm(), 1e-14 * epsilon_of(c).total().norm());
  }
}

TEST_F(RandomCouplings, TendToTheHierarchicalLimit) {
  // M_J >> M_I: self energy and vertex together give the loop function -3/(2 sqrt x), Covi et al.
  Couplings c = draw();
  c.mass = {1.0, 1e4, 3e4};
  for (auto& y : c.scalar_yukawa) y.setZero();
  const auto epsilon = epsilon_of(c);
  const auto h = (c.dirac_yukawa.adjoint() * c.dirac_yukawa).eval();
  double expected = 0.0;
  for (int j : {1, 2}) expected += -1.5 * c.mass(0) / c.mass(j) * (h(0, j) * h(0, j)).imag();
  expected /= 8.0 * std::numbers::pi * h(0, 0).real();
  // sum over flavours of lambda_aI lambda_aJ* H_JI is H_JI^2, the complex conjugate of H_IJ^2
  EXPECT_NEAR(epsilon.standard().col(0).sum() / -expected, 1.0, 1e-6);
}

TEST(VertexFunction, JoinsItsSeriesAndIsAccurateEverywhere) {
  // Long double evaluates the closed form to ~1e-19 x: good to 1e-14 here up to x = 1e4.
  for (double x : {1e-6, 0.1, 1.0, 10.0, 39.9, 40.1, 100.0, 1e3, 1e4}) {
    const long double lx = x;
    const long double exact = std::sqrt(lx) * (1.0L - (1.0L + lx) * std::log1p(1.0L / lx));
    EXPECT_TRUE(relatively_near(vertex_function(x), double(exact), 3e-14)) << x;
  }
  for (double x : {1e8, 1e16, 1e30})
    EXPECT_TRUE(relatively_near(vertex_function(x), -0.5 / std::sqrt(x), 1e-7));
}

TEST(ResonantPropagator, PeaksAtTheRegulatorAndVanishesForDegenerateStates) {
  EXPECT_EQ(resonant_propagator(Regulator::none, 1.0, 1.0, 0.1, 0.2), 0.0);
  EXPECT_EQ(resonant_propagator(Regulator::pilaftsis_underwood, 1.0, 1.0, 0.0, 0.0), 0.0);
  const double gamma = 1e-6;
  const double at_peak =
      resonant_propagator(Regulator::pilaftsis_underwood, 1.0 + 0.5 * gamma, 1.0, 0.0, gamma);
  EXPECT_NEAR(at_peak, 0.5 / gamma, 1e-5 / gamma);  // Delta = A: P = 1/(2 A)
  for (double factor : {0.5, 2.0})
    EXPECT_LT(
        resonant_propagator(Regulator::pilaftsis_underwood, 1.0 + 0.5 * factor * gamma, 1.0, 0.0, gamma),
        at_peak);
}

constexpr Regulator all_regulators[] = {Regulator::pilaftsis_underwood, Regulator::sum, Regulator::difference,
                                        Regulator::none};

TEST(CpAsymmetry, VanishesExactlyInTheSymmetricPhase) {
  // Unbroken U(1): N_e decouples and N_mu, N_tau form a Dirac neutrino. Im|lambda_e|^4 =
  // Im|lambda_mu|^2|lambda_tau|^2 = 0, and one of h_emu, h_etau is a texture zero: every contribution is zero
  // to the last bit, whatever the phases, for every regulator.
  std::mt19937_64 generator(9);
  std::uniform_real_distribution<double> theta23(45.5, 52.0), exponent(-1.0, 0.0);
  for (int n = 0; n < 50; ++n) {
    ModelPoint point;
    point.lambda_phi_sigma = 1e-3;  // restores the symmetry
    point.theta23_deg = theta23(generator);
    point.h_etau = std::pow(10.0, exponent(generator));
    point.M_mutau = 1e7 * std::pow(10.0, exponent(generator));
    point.m_phi = 1e10;
    for (Regulator regulator : all_regulators) {
      ModelSettings settings;
      settings.regulator = regulator;
      settings.coherence = Coherence::none;
      const PointResult result = evaluate_point(point, settings);
      ASSERT_TRUE(result.boltzmann) << result.message;
      EXPECT_EQ(result.history->at_TR.phase(), Phase::symmetric);
      EXPECT_EQ(result.epsilon->total().cwiseAbs().maxCoeff(), 0.0);
      EXPECT_EQ(result.epsilon->standard().cwiseAbs().maxCoeff(), 0.0);
      EXPECT_EQ(*result.baryon_asymmetry_estimate, 0.0);
      EXPECT_EQ(result.boltzmann->Y_B, 0.0);
      const Eigen::Vector3d& m = result.heavy->mass;
      EXPECT_TRUE(m(1) == m(2) || m(0) == m(1));
    }
    // The density matrix does not know that the pair is exactly degenerate, and gets there but for rounding.
    const PointResult coherent = evaluate_point(point, {});
    ASSERT_TRUE(coherent.boltzmann) << coherent.message;
    EXPECT_LE(coherent.cp_source->total.abs().maxCoeff(), 1e-16);
    EXPECT_LE(std::abs(coherent.boltzmann->Y_B), 1e-20);
  }
}

TEST(CpAsymmetry, LeavesNeOwnLoopInTheSymmetricPhaseWithoutTexture) {
  // h_emu h_etau M_mutau* M_ee* has a phase: N_e decays to L_e and its antilepton with different rates
  // through its own loop, N_e -> N_mu sigma1, N_tau sigma1*, if that is open. All else is zero to the last
  // bit.
  std::mt19937_64 generator(9);
  std::uniform_real_distribution<double> angle(0.0, 360.0), exponent(-6.0, -1.0);
  int with_loop = 0;
  for (int n = 0; n < 200; ++n) {
    ModelSettings settings;
    settings.texture = Texture::none;
    ModelPoint point;
    point.lambda_phi_sigma = 1e-3;
    point.delta_deg = angle(generator), point.eta2_deg = angle(generator), point.eta3_deg = angle(generator);
    point.lambda_e = std::pow(10.0, exponent(generator));
    point.lambda_mu = std::pow(10.0, exponent(generator));
    point.lambda_tau = std::pow(10.0, exponent(generator));
    point.m_lightest_eV = 0.05;
    point.m_phi = 1e20;
    for (Regulator regulator : all_regulators) {
      settings.regulator = regulator;
      const PointResult result = evaluate_point(point, settings);
      // h = M/<sigma> is beyond perturbation theory at most of these points: their asymmetry is no
      // probability.
      ASSERT_TRUE(result.epsilon) << result.message;
      EXPECT_EQ(result.history->at_TR.phase(), Phase::symmetric);
      EXPECT_EQ(result.epsilon->standard().cwiseAbs().maxCoeff(), 0.0);
      EXPECT_EQ(result.epsilon->portal_vertex.cwiseAbs().maxCoeff(), 0.0);
      const Eigen::Vector3d& m = result.heavy->mass;
      const bool ne_is_heaviest = m(0) == m(1);
      EXPECT_TRUE(ne_is_heaviest || m(1) == m(2));
      auto rest = result.epsilon->scalar_self_energy;
      with_loop += rest(0, 2) != 0.0;
      if (ne_is_heaviest) rest(0, 2) = 0.0;
      EXPECT_EQ(rest.cwiseAbs().maxCoeff(), 0.0);
    }
  }
  EXPECT_GT(with_loop, 0);
}

}  // namespace
}  // namespace mutauscan
