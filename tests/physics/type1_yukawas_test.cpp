#include "evaluate_point.hpp"
#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"
#include "mutauscan/physics/type1.hpp"
#include "type1_cases.hpp"

namespace mutauscan {
namespace {

using units::degree, units::eV;

constexpr auto all_equations = EnumNames<Type1Equations>::names;

Type1Result solve(const Type1Couplings& couplings, Type1Equations equations, double rtol = 1e-9) {
  OdeSolver solver;
  SolverSettings settings;
  settings.rtol = rtol;
  SolverReport report;
  const auto result =
      solve_type1(couplings, {equations, false, InitialAbundance::vanishing}, {}, settings, solver, report);
  EXPECT_TRUE(result) << (result ? "" : result.failure().message);
  return result ? *result : Type1Result{};
}

/// The explicit Yukawas of a Casas-Ibarra point.
Type1Point with_yukawas(const Type1Point& point, const Type1Settings& settings, Ordering ordering) {
  const Type1Couplings k = casas_ibarra(point, ordering, settings.radiative_corrections);
  return with_derived_parameters(point, Type1Parametrisation::casas_ibarra, k,
                                 type1_light_neutrinos(point, ordering));
}

/// A card of small Casas-Ibarra angles: nothing cancels in what its couplings give.
Type1Case plain_case() {
  for (const Type1Case& c : type1_cases())
    if (c.name == "1N2F.dat 1BE2F") return c;
  throw std::runtime_error("no such case");
}

TEST(ExplicitYukawas, AreByDefaultThoseOfTheDefaultCasasIbarraPoint) {
  const Type1Couplings ours = explicit_yukawas({}), theirs = casas_ibarra({}, Ordering::normal, false);
  EXPECT_EQ(ours.mass, theirs.mass);
  for (int alpha = 0; alpha < 3; ++alpha)
    for (int i = 0; i < 3; ++i)
      EXPECT_LT(std::abs(ours.yukawa(alpha, i) / theirs.yukawa(alpha, i) - 1.0), 2e-14) << alpha << i;
  OdeSolver solver;
  Type1Settings settings;
  const Type1PointResult from_neutrinos = evaluate_type1({}, settings, {}, {}, solver);
  settings.parametrisation = Type1Parametrisation::yukawas;
  const Type1PointResult from_yukawas = evaluate_type1({}, settings, {}, {}, solver);
  ASSERT_TRUE(from_neutrinos.asymmetry && from_yukawas.asymmetry);
  EXPECT_TRUE(relatively_near(from_yukawas.asymmetry->eta_B, from_neutrinos.asymmetry->eta_B, 1e-12));
}

TEST(ExplicitYukawas, GiveWhatTheirCasasIbarraPointGives) {
  const Type1Case c = plain_case();
  const Type1Couplings theirs = casas_ibarra(c.point, c.model.ordering, false);
  const Type1Couplings ours = explicit_yukawas(with_yukawas(c.point, c.settings, c.model.ordering));
  for (const auto& [equations, name] : all_equations) {
    // CVODE, which solves `full`, chooses other steps after a rounding error.
    const double tolerance = equations == Type1Equations::full ? 1e-8 : 1e-13;
    EXPECT_TRUE(relatively_near(solve(ours, equations).eta_B, solve(theirs, equations).eta_B, tolerance))
        << name;
  }
}

TEST(ExplicitYukawas, DependOnPhasesModulo360Degrees) {
  const Type1Case c = plain_case();
  Type1Point p = with_yukawas(c.point, c.settings, c.model.ordering);
  const Type1Couplings before = explicit_yukawas(p);
  p.arg_h_e1 += 360.0;
  p.arg_h_mu2 -= 720.0;
  p.arg_h_tau3 += 360.0;
  const Type1Couplings after = explicit_yukawas(p);
  EXPECT_LT((after.yukawa - before.yukawa).cwiseAbs().maxCoeff(),
            1e-14 * before.yukawa.cwiseAbs().maxCoeff());
  for (Type1Equations equations : {Type1Equations::be_2_3f, Type1Equations::dme_3})
    EXPECT_TRUE(relatively_near(solve(after, equations).eta_B, solve(before, equations).eta_B, 1e-12));
}

TEST(ExplicitYukawas, MakeAnAsymmetryThatPhasesOfLeptonsDoNotChange) {
  const Type1Case c = plain_case();
  const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, false);
  Type1Couplings rephased = k;
  for (int alpha = 0; alpha < 3; ++alpha) rephased.yukawa.row(alpha) *= std::polar(1.0, 0.7 + 1.9 * alpha);
  for (const auto& [equations, name] : all_equations) {
    const double tolerance = equations == Type1Equations::full ? 1e-8 : 1e-12;
    EXPECT_TRUE(relatively_near(solve(rephased, equations).eta_B, solve(k, equations).eta_B, tolerance))
        << name;
  }
  // A phase of a heavy neutrino is no such freedom: its Majorana mass is real already.
  rephased = k;
  rephased.yukawa.col(2) *= std::polar(1.0, 0.7);
  EXPECT_FALSE(relatively_near(solve(rephased, Type1Equations::be_1_3f).eta_B,
                               solve(k, Type1Equations::be_1_3f).eta_B, 1e-2));
}

TEST(ExplicitYukawas, MakeNoAsymmetryIfTheyAreReal) {
  Type1Point p;
  for (const auto& row : yukawa_phase)
    for (auto phase : row) p.*phase = 0.0;
  for (const auto& [equations, name] : all_equations)
    EXPECT_EQ(solve(explicit_yukawas(p), equations, 1e-6).eta_B, 0.0) << name;
}

TEST(ExplicitYukawas, MayLeaveANeutrinoOut) {
  // Without couplings N_2 is not there, as it is with couplings too small to make it; m_1 = 0 then.
  const Type1Case c = plain_case();
  Type1Couplings none = casas_ibarra(c.point, c.model.ordering, false), tiny = none;
  none.yukawa.col(1).setZero();
  tiny.yukawa.col(1) *= 1e-14;
  for (const auto& [equations, name] : all_equations) {
    const Type1Result r = solve(none, equations);
    const double tolerance = equations == Type1Equations::full ? 1e-7 : 1e-12;
    EXPECT_TRUE(relatively_near(r.eta_B, solve(tiny, equations).eta_B, tolerance)) << name;
    EXPECT_EQ(r.decay_parameter(1), 0.0);
    EXPECT_EQ(r.epsilon_total()(1), 0.0);
  }
  const LightNeutrinos n = light_neutrinos_of(none, c.model.ordering, false);
  EXPECT_LT(n.mass.minCoeff(), 1e-15 * n.mass.maxCoeff());
  none.yukawa.setZero();
  const LightNeutrinos massless = light_neutrinos_of(none, c.model.ordering, false);
  const Type1Point p = with_derived_parameters({}, Type1Parametrisation::yukawas, none, massless);
  EXPECT_EQ(p.m, -100.0);
  EXPECT_TRUE(std::isfinite(p.delta + p.t12 + p.t13 + p.t23));
}

/// a - b modulo 360.
double angle_between(double a, double b) { return std::abs(std::remainder(a - b, 360.0)); }

TEST(LightNeutrinosOfCouplings, AreThoseTheCouplingsWereMadeFrom) {
  for (const Type1Case& c : type1_cases())
    for (bool loops : {false, true}) {
      SCOPED_TRACE(c.name);
      const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, loops);
      const LightNeutrinos in = type1_light_neutrinos(c.point, c.model.ordering);
      const LightNeutrinos out = light_neutrinos_of(k, c.model.ordering, loops);
      // Terms of h cancel in m_nu where the angles of R have large imaginary parts; angles are as much worse
      // as masses are nearly degenerate.
      constexpr double v = constants::higgs_vev;
      const double rounding =
          2e-15 * (in.mass.maxCoeff() + v * v * (k.yukawa.cwiseAbs2() * k.mass.cwiseInverse()).maxCoeff());
      EXPECT_LT((out.mass - in.mass).cwiseAbs().maxCoeff(), rounding);
      const double angle = rounding / (in.mass(1) - in.mass(0)) / degree;
      const Type1Point p = with_derived_parameters(c.point, Type1Parametrisation::yukawas, k, out);
      EXPECT_NEAR(p.t12, c.point.t12, angle);
      EXPECT_NEAR(p.t13, c.point.t13, angle);
      EXPECT_NEAR(p.t23, c.point.t23, angle);
      EXPECT_LT(angle_between(p.delta, c.point.delta), angle);
      EXPECT_TRUE(std::isnan(p.x1) && std::isnan(p.y3));
      const bool normal = c.model.ordering == Ordering::normal;
      if (c.point.m > -50.0) {
        EXPECT_TRUE(relatively_near(std::pow(10.0, p.m), std::pow(10.0, c.point.m), 1e-9));
        EXPECT_LT(angle_between(p.a21, c.point.a21), angle);
        EXPECT_LT(angle_between(p.a31, c.point.a31), angle);
      } else if (normal) {  // of massless neutrino 1, or 3, the phase means nothing
        EXPECT_LT(angle_between(p.a21 - p.a31, c.point.a21 - c.point.a31), angle);
      } else {
        EXPECT_LT(angle_between(p.a21, c.point.a21), angle);
      }
    }
}

TEST(LightNeutrinosOfCouplings, AreThoseOfAnIndependentCalculation) {
  // mpmath, 40 digits: m_nu = sum_i h_i h_i^T v^2/M_i [1 - (M_i/(4 pi v))^2/2 (I_H + 3 I_Z)] with the loop
  // momentum integrated numerically, I_X = int_0^inf dp^2 m_X^2/((p^2 + M_i^2)(p^2 + m_X^2)); masses from the
  // eigenvalues of m_nu m_nu^dagger, angles from moduli of its eigenvectors, delta from |U_mu1| and the
  // Jarlskog invariant. v = 174, m_H = 125.35, m_Z = 91.1876 GeV. The loops are 4 to 10 % of each term.
  Type1Point p;
  p.M1 = 4.0, p.M2 = 5.0, p.M3 = 7.0;
  p.h_e1 = 2e-7, p.h_e2 = 1e-6, p.h_e3 = 4e-6;
  p.h_mu1 = 3e-7, p.h_mu2 = 2e-6, p.h_mu3 = 1.5e-5;
  p.h_tau1 = 1e-7, p.h_tau2 = 2.5e-6, p.h_tau3 = 1e-5;
  p.arg_h_e1 = 10.0, p.arg_h_e2 = 20.0, p.arg_h_e3 = 30.0;
  p.arg_h_mu1 = 40.0, p.arg_h_mu2 = -50.0, p.arg_h_mu3 = 60.0;
  p.arg_h_tau1 = -70.0, p.arg_h_tau2 = 80.0, p.arg_h_tau3 = 170.0;
  struct Reference {
    double mass[3], t12, t13, t23, delta;  // ascending [eV]; [deg]
  };
  const Reference tree{{6.7452310467628105e-5, 6.0950606461236332e-4, 2.6865756511216774e-3},
                       47.344283609239,
                       20.9066506033634,
                       33.6460855958408,
                       -150.92153108377},
      one_loop{{6.2154296539217905e-5, 5.6850576666252517e-4, 2.5523410873969955e-3},
               47.1538877899089,
               20.7826379864609,
               33.7169411127877,
               -148.55973640418};
  const Type1Couplings k = explicit_yukawas(p);
  for (bool loops : {false, true}) {
    const Reference& expected = loops ? one_loop : tree;
    const LightNeutrinos normal = light_neutrinos_of(k, Ordering::normal, loops);
    const LightNeutrinos inverted = light_neutrinos_of(k, Ordering::inverted, loops);
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(relatively_near(normal.mass(i) / eV, expected.mass[i], 1e-12)) << i;
      EXPECT_EQ(inverted.mass((i + 2) % 3), normal.mass(i));  // m_3 < m_1 < m_2
    }
    const Type1Point q = with_derived_parameters(p, Type1Parametrisation::yukawas, k, normal);
    EXPECT_NEAR(q.t12, expected.t12, 1e-11);
    EXPECT_NEAR(q.t13, expected.t13, 1e-11);
    EXPECT_NEAR(q.t23, expected.t23, 1e-11);
    EXPECT_LT(angle_between(q.delta, expected.delta), 1e-11);
  }
}

}  // namespace
}  // namespace mutauscan
