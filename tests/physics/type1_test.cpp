#include "mutauscan/physics/type1.hpp"

#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/numerics/bessel.hpp"
#include "mutauscan/physics/reheating.hpp"
#include "mutauscan/physics/type1_equations.hpp"
#include "type1_cases.hpp"

namespace mutauscan {
namespace {

using std::numbers::pi;

Type1Result solve(const Type1Point& point, const Type1Settings& settings, const ModelSettings& model,
                  double rtol = 1e-9) {
  OdeSolver solver;
  SolverSettings solver_settings;
  solver_settings.rtol = rtol;
  SolverReport report;
  const auto result = solve_type1(point, settings, model, solver_settings, solver, report);
  EXPECT_TRUE(result) << (result ? "" : result.failure().message);
  return result ? *result : Type1Result{};
}

Type1Asymmetry solve_equations(const Type1Couplings& k, const Type1Decays& d, Type1Equations equations,
                               const FlavourDamping& damping = {0.0, 0.0}, double rtol = 1e-9) {
  SolverSettings settings;
  settings.rtol = rtol;
  SolverReport report;
  const auto result =
      solve_type1_equations(k, d, {equations, false, InitialAbundance::vanishing}, settings, damping, report);
  EXPECT_TRUE(result) << (result ? "" : result.failure().message);
  return result ? *result : Type1Asymmetry{};
}

/// The couplings of a card, and its decays as ULYSSES has them where it prints them: they differ from ours by
/// the rounding errors of its loop function (type1_seesaw_test.cpp).
struct Input {
  Type1Couplings couplings;
  Type1Decays decays;
};
Input input_of(const Type1Case& c) {
  Input in{casas_ibarra(c.point, c.model.ordering, c.settings.radiative_corrections), {}};
  in.decays = type1_decays(in.couplings);
  return in;
}

TEST(Type1, AgreesWithUlyssesForItsCards) {
  // The equations themselves are solved to some 1e-9; the rest is the loop function of ULYSSES. Its error in
  // f_1 at masses apart by a factor r is r^4 1e-16, up to 1e-7 for M_3/M_1 = 100.
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    EXPECT_TRUE(
        relatively_near(solve(c.point, c.settings, c.model).eta_B, c.json.at("eta_B_converged"), 1e-6));
  }
}

TEST(Type1, SolvesTheEquationsOfUlyssesToAMillionthOfAPermille) {
  // With the CP asymmetries it prints; of the matrices of flavours only the diagonals are printed.
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    Input in = input_of(c);
    for (int i = 0; i < 3; ++i)
      for (int a = 0; a < 3; ++a)
        in.decays.epsilon[std::size_t(i)](a, a) =
            c.json.at("epsilon" + std::to_string(i + 1) + "_diag").at(a).get<double>();
    const double total = solve_equations(in.couplings, in.decays, c.settings.equations,
                                         flavour_damping(in.couplings.mass(0)), 1e-10)
                             .total;
    EXPECT_TRUE(relatively_near(0.013 * total, c.json.at("eta_B_converged"), 5e-9));
  }
}

TEST(Type1, IsFoundToAHundredThousandthWithDefaultSettings) {
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    EXPECT_TRUE(relatively_near(solve(c.point, c.settings, c.model, SolverSettings{}.rtol).eta_B,
                                solve(c.point, c.settings, c.model, 1e-10).eta_B, 1e-5));
  }
}

TEST(DensityMatrix, IsRelativeToAnAsymmetryThatStrongWashOutKeepsSmall) {
  // N + eps N_i is 1e5 times the asymmetry before N decay, and some of it is washed out by nothing: with
  // errors relative to it eta_B was right to 3e-3.
  Type1Point p;
  p.m = -4.5454147347190084;
  p.M1 = 11.095696794672003, p.M2 = 11.445740458328391, p.M3 = 11.745251348349008;
  p.delta = 259.57854987418477, p.a21 = 180.00385650097908, p.a31 = 311.08573898468819;
  p.x1 = 22.389426786153969, p.x2 = 109.9330708431167, p.x3 = 98.830039269707413;
  p.y1 = -138.26200883475391, p.y2 = 151.09421516876171, p.y3 = -128.45172549137004;
  p.t12 = 31.328799753398748, p.t13 = 8.9160655965404665, p.t23 = 43.399643069348897;
  Type1Settings settings;
  settings.equations = Type1Equations::dme_2;
  const double exact = solve(p, settings, {}, 1e-10).eta_B;
  EXPECT_GT(std::abs(exact), 1e-9);
  for (double rtol : {1e-5, 1e-6, 1e-8})
    EXPECT_TRUE(relatively_near(solve(p, settings, {}, rtol).eta_B, exact, rtol)) << rtol;
}

TEST(Type1Full, DoesNotLoseSmallAsymmetriesToATighterTolerance) {
  // atol/rtol is 1e-11 for rtol = 1e-9: what N that lag behind equilibrium make was neglected beside that,
  // not beside atol, 2e-3 of the asymmetry.
  Type1Point p;
  p.m = -2.9091179112953016;
  p.M1 = 7.8110536956163195, p.M2 = 9.449394374170998, p.M3 = 10.839966793739412;
  p.delta = 53.91044309426254, p.a21 = 124.87606026031496, p.a31 = 267.62442162267939;
  p.x1 = 47.434068168702801, p.x2 = 334.09622640394122, p.x3 = 327.44278138050402;
  p.y1 = -82.019202791257456, p.y2 = 51.777131683203578, p.y3 = -51.925219099110564;
  p.t12 = 32.55402156357804, p.t13 = 8.5759011024907981, p.t23 = 49.988189903850241;
  Type1Settings settings;
  settings.equations = Type1Equations::full;
  ModelSettings model;
  model.regulator = Regulator::difference;
  model.spectators = Spectators::none;
  model.scatterings = Scatterings::top;
  model.delta_l2 = DeltaL2::operator_limit;
  const double found = solve(p, settings, model, 1e-6).eta_B, tighter = solve(p, settings, model, 1e-9).eta_B;
  EXPECT_LT(std::abs(found), 1e-12);
  EXPECT_TRUE(relatively_near(tighter, found, 1e-5));
}

TEST(Type1, ConvergesWithItsTolerance) {
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    const double exact = solve(c.point, c.settings, c.model, 1e-11).eta_B;
    for (double rtol : {1e-5, 1e-6, 1e-7, 1e-8, 1e-9})
      EXPECT_LT(std::abs(solve(c.point, c.settings, c.model, rtol).eta_B / exact - 1.0), 10.0 * rtol) << rtol;
  }
}

TEST(Type1, KeepsTheDifferenceOfUlyssesBetweenTwoFlavoursInView) {
  // Its 2BE2F leaves eps_ee out of the source of e + mu, and so does ours; its 1BE2F does not. With N_2 made
  // inert both have the same equations, and differ by just that.
  for (const Type1Case& c : type1_cases()) {
    if (c.settings.equations != Type1Equations::be_2_2f) continue;
    SCOPED_TRACE(c.name);
    Input in = input_of(c);
    in.decays.epsilon[1].setZero();
    in.decays.decay_parameter(1) = 0.0;
    const double two = solve_equations(in.couplings, in.decays, Type1Equations::be_2_2f).total;
    const double one = solve_equations(in.couplings, in.decays, Type1Equations::be_1_2f).total;
    EXPECT_GT(std::abs(two / one - 1.0), 0.01);
    in.decays.epsilon[0](flavour::e, flavour::e) = 0.0;
    EXPECT_TRUE(
        relatively_near(two, solve_equations(in.couplings, in.decays, Type1Equations::be_1_2f).total, 1e-12));
  }
}

TEST(Type1, ResolvesFlavoursWhereTheEquationsDo) {
  const auto flavours = [](Type1Equations equations) {
    return solve({}, {equations, false, InitialAbundance::vanishing}, {});
  };
  EXPECT_TRUE(flavours(Type1Equations::be_1_1f).eta_B_flavour.isNaN().all());
  const Type1Result two = flavours(Type1Equations::be_1_2f), three = flavours(Type1Equations::be_1_3f);
  EXPECT_TRUE(std::isnan(two.eta_B_flavour(0)) && std::isnan(two.eta_B_flavour(1)));
  EXPECT_TRUE(relatively_near(two.eta_B_flavour(2), three.eta_B_flavour(2), 1e-9));  // tau is by itself
  EXPECT_TRUE(relatively_near(three.eta_B_flavour.sum(), three.eta_B, 1e-12));
  // n_gamma/s today: 7.04 photons per entropy
  EXPECT_NEAR(1.0 / photons_per_entropy, 7.04, 0.005);
  EXPECT_TRUE(relatively_near(three.Y_B, three.eta_B * photons_per_entropy, 1e-15));
}

TEST(Type1Thermal, IsTheTableOfTheBesselFunctions) {
  for (double x : {5e-4, 1e-3, 0.0123, 0.1, 0.77, 3.0, 22.2, 41.0, 300.0, 699.0}) {
    const ScaledBesselK k = scaled_bessel_k(x);
    EXPECT_TRUE(relatively_near(type1_thermal(x).dilation, k.k1 / k.k2, 1e-12)) << x;
    EXPECT_TRUE(relatively_near(type1_thermal(x).equilibrium, 0.375 * x * x * k.k2 * std::exp(-x), 1e-12))
        << x;
  }
  EXPECT_NEAR(type1_thermal(1e-5).equilibrium, 0.75, 1e-9);
  EXPECT_EQ(type1_thermal(1e5).equilibrium, 0.0);
  EXPECT_TRUE(relatively_near(type1_thermal(1e5).dilation, 1.0 - 1.5e-5, 1e-9));
}

TEST(Type1Equations, HaveThePublishedEfficiencyOfOneNeutrino) {
  // hep-ph/0401240, solved independently (scipy, Radau, rtol 1e-9, from z = 1e-3); the start at z = 0.1 here
  // changes little for vanishing abundance: what is made before, of order K z^3/12. Weak wash-out, a
  // cancellation of 1 : K^2 between production and decay, is found as exactly as the rest.
  const std::pair<double, double> exact[] = {{1e-2, 1.30874314e-4}, {0.1, 8.76603550e-3},
                                             {1.0, 0.137769126},    {10.0, 0.0315990836},
                                             {30.0, 8.22139171e-3}, {100.0, 2.04029058e-3}};
  const Type1Couplings k = casas_ibarra({}, Ordering::normal, false);
  for (const auto& [decay_parameter, kappa] : exact) {
    Type1Decays d = type1_decays(k);
    d.decay_parameter(0) = decay_parameter;
    d.epsilon[0] = Matrix3c::Identity() * 1e-6 / 3.0;
    d.projection.col(0).setConstant(std::sqrt(1.0 / 3.0));
    const double total = solve_equations(k, d, Type1Equations::be_1_1f).total;
    EXPECT_TRUE(relatively_near(std::abs(total) / 0.75e-6, kappa, 2e-3)) << decay_parameter;
  }
}

TEST(Type1Equations, KeepAThermalStartWithoutWashOut) {
  // kappa = 1 for N in equilibrium at the start that decay late: all asymmetry of N survives.
  const Type1Couplings k = casas_ibarra({}, Ordering::normal, false);
  Type1Decays d = type1_decays(k);
  d.decay_parameter(0) = 0.01;
  d.epsilon[0] = Matrix3c::Identity() * 1e-6 / 3.0;
  d.projection.col(0).setConstant(std::sqrt(1.0 / 3.0));
  SolverReport report;
  SolverSettings fine;
  fine.rtol = 1e-9;
  const auto thermal = solve_type1_equations(
      k, d, {Type1Equations::be_1_1f, false, InitialAbundance::thermal}, fine, {0.0, 0.0}, report);
  EXPECT_TRUE(relatively_near(thermal->total, 1e-6 * type1_thermal(0.1).equilibrium, 0.02));
  // Strong wash-out forgets the start.
  d.decay_parameter(0) = 100.0;
  const double forgotten =
      solve_type1_equations(k, d, {Type1Equations::be_1_1f, false, InitialAbundance::thermal}, fine,
                            {0.0, 0.0}, report)
          ->total;
  EXPECT_TRUE(relatively_near(forgotten, solve_equations(k, d, Type1Equations::be_1_1f).total, 1e-6));
}

/// The card of 1DME in normal ordering, where flavours matter.
Input flavoured() {
  for (const Type1Case& c : type1_cases())
    if (c.settings.equations == Type1Equations::dme_1 && c.model.ordering == Ordering::normal)
      return input_of(c);
  throw std::runtime_error("no such case");
}

TEST(DensityMatrix, BecomesThreeFlavoursForStrongDamping) {
  const Input in = flavoured();
  const double fast = 1e12;
  for (const auto& [dme, be] : {std::pair{Type1Equations::dme_1, Type1Equations::be_1_3f},
                                std::pair{Type1Equations::dme_2, Type1Equations::be_2_3f}}) {
    const Type1Asymmetry damped = solve_equations(in.couplings, in.decays, dme, {fast, fast});
    const Type1Asymmetry boltzmann = solve_equations(in.couplings, in.decays, be);
    EXPECT_TRUE(relatively_near(damped.total, boltzmann.total, 1e-6));
    for (int a = 0; a < 3; ++a)
      EXPECT_TRUE(relatively_near(damped.flavour(a), boltzmann.flavour(a), 1e-5)) << a;
  }
}

TEST(DensityMatrix, BecomesTwoFlavoursIfOnlyTauIsDamped) {
  // In the plane of e and mu only what N_1 couples to is washed out, and the source along it is, with c the
  // direction of N_1 there, c^dagger eps c; the part of eps across survives, which 1BE2F does not know: take
  // an eps without it.
  Input in = flavoured();
  Matrix3c direction = Matrix3c::Zero();
  direction.topLeftCorner<2, 2>() =
      in.decays.projection.col(0).head<2>() * in.decays.projection.col(0).head<2>().adjoint();
  direction(2, 2) = std::norm(in.decays.projection(2, 0));
  in.decays.epsilon[0] = 1e-7 * direction;
  in.decays.epsilon[0](2, 2) *= -3.0;
  const Type1Asymmetry damped = solve_equations(in.couplings, in.decays, Type1Equations::dme_1, {1e12, 0.0});
  const Type1Asymmetry two = solve_equations(in.couplings, in.decays, Type1Equations::be_1_2f);
  EXPECT_TRUE(relatively_near(damped.total, two.total, 1e-6));
  EXPECT_TRUE(relatively_near(damped.flavour(2), two.flavour(2), 1e-6));
}

TEST(DensityMatrix, BecomesOneFlavourWithoutDamping) {
  // Only the direction N_1 couples to exists if eps lies along it; then 1BE1F holds exactly. In general what
  // eps has across survives all wash-out: the difference is found from the equations for each part.
  Input in = flavoured();
  const Matrix3c along = in.decays.projection.col(0) * in.decays.projection.col(0).adjoint();
  in.decays.epsilon[0] = 1e-7 * along;
  const Type1Asymmetry coherent = solve_equations(in.couplings, in.decays, Type1Equations::dme_1);
  const Type1Asymmetry one = solve_equations(in.couplings, in.decays, Type1Equations::be_1_1f);
  EXPECT_TRUE(relatively_near(coherent.total, one.total, 1e-8));

  // With a part across, which nothing washes out: N' = eps D (N_1 - N_eq) adds up to zero with N_1 = 0 at
  // both ends, so that the total stays that of 1BE1F.
  Type1Decays with_both = in.decays;
  with_both.epsilon[0] += 1e-7 * (Matrix3c::Identity() - along);
  EXPECT_TRUE(relatively_near(solve_equations(in.couplings, with_both, Type1Equations::dme_1).total,
                              coherent.total, 1e-6));
}

TEST(DensityMatrix, DoesNotDependOnTheBasisWithoutDamping) {
  const Input in = flavoured();
  const Matrix3c rotation = type1_light_neutrinos({}, Ordering::normal).mixing;
  Type1Decays rotated = in.decays;
  rotated.projection = rotation * in.decays.projection;
  for (Matrix3c& epsilon : rotated.epsilon) epsilon = rotation * epsilon * rotation.adjoint();
  for (Type1Equations equations : {Type1Equations::dme_1, Type1Equations::dme_2, Type1Equations::dme_3})
    EXPECT_TRUE(relatively_near(solve_equations(in.couplings, rotated, equations).total,
                                solve_equations(in.couplings, in.decays, equations).total, 1e-6));
}

TEST(Type1Full, SolvesTheSameEquationsWhereTheyAreTheSame) {
  // Without spectators and scatterings, and all rates expressed as there: K = Gamma/H(M_1) for m_* = 1e-3 eV,
  // and inverse decays into quantum leptons, 12/pi^2 as many. With coherence lost at once the 3DME equations
  // are those of three flavours and three N. They start at z = 0.1 instead of far above M_3: a per mille.
  ModelSettings plain;
  plain.spectators = Spectators::none;
  plain.scatterings = Scatterings::none;
  plain.delta_l2 = DeltaL2::none;
  plain.regulator = Regulator::none;
  for (const Type1Case& c : type1_cases()) {
    if (c.settings.equations != Type1Equations::be_1_2f) continue;  // moderate K for all three N
    SCOPED_TRACE(c.name);
    plain.ordering = c.model.ordering;
    Input in = input_of(c);
    const double m1 = in.couplings.mass(0);
    const double hubble = hubble_rate(radiation_energy(m1, plain.g_star));
    for (int i = 0; i < 3; ++i) {
      // d ln N/dz = Gamma z/H(M_1) = K z (M_i/M_1)^2
      const double m = in.couplings.mass(i);
      const double width = in.couplings.yukawa.col(i).squaredNorm() * m / (8.0 * pi);
      in.decays.decay_parameter(i) = width / hubble / (m / m1 * m / m1);
    }
    in.decays.projection *= std::sqrt(12.0 / (pi * pi));
    const Type1Asymmetry expected =
        solve_equations(in.couplings, in.decays, Type1Equations::dme_3, {1e12, 1e12});
    const double y_per_n = 4.0 / 3.0 * (2.0 / (pi * pi)) / (2.0 * pi * pi / 45.0 * plain.g_star);

    Type1Settings full;
    full.equations = Type1Equations::full;
    const Type1Result result = solve(c.point, full, plain, 1e-8);
    EXPECT_TRUE(relatively_near(result.Y_B, 28.0 / 79.0 * y_per_n * expected.total, 5e-3));
  }
}

TEST(Type1Full, IsOfTheSizeOfTheBoltzmannEquationsOfOthers) {
  // Spectators, scatterings and normalisation are O(1); sign and order of magnitude must agree.
  for (const Type1Case& c : type1_cases()) {
    if (c.settings.equations != Type1Equations::be_1_2f) continue;
    Type1Settings full;
    full.equations = Type1Equations::full;
    const double ratio =
        solve(c.point, full, c.model, 1e-6).eta_B / c.json.at("eta_B_converged").get<double>();
    EXPECT_GT(ratio, 1.0 / 3.0) << c.name;
    EXPECT_LT(ratio, 3.0) << c.name;
  }
}

TEST(Type1Full, TakesNeutrinosInAnyOrder) {
  Type1Couplings k;
  for (const Type1Case& c : type1_cases())
    if (c.name == "1N2F.dat 1BE2F") k = casas_ibarra(c.point, c.model.ordering, false);
  Type1Settings full;
  full.equations = Type1Equations::full;
  OdeSolver solver;
  SolverReport report;
  const double sorted = solve_type1(k, full, {}, {}, solver, report)->eta_B;
  std::swap(k.mass(0), k.mass(2));
  k.yukawa.col(0).swap(k.yukawa.col(2));
  EXPECT_EQ(solve_type1(k, full, {}, {}, solver, report)->eta_B, sorted);
}

TEST(Type1, SaysWhyAPointHasNoAnswer) {
  OdeSolver solver;
  SolverReport report;
  Type1Point large;
  large.M3 = 16.0;
  EXPECT_EQ(solve_type1(large, {}, {}, {}, solver, report).failure().status, Status::nonperturbative);
  Type1Point overflowing;
  overflowing.y1 = 1e6;
  EXPECT_EQ(solve_type1(overflowing, {}, {}, {}, solver, report).failure().status, Status::nonperturbative);
  SolverSettings few;
  few.max_steps = 3;
  EXPECT_EQ(solve_type1(Type1Point{}, {}, {}, few, solver, report).failure().status,
            Status::solver_step_limit);
  EXPECT_EQ(report.statistics.steps, 3);
  EXPECT_GT(report.last_temperature, 1e4);
}

TEST(Type1Full, SolvesTheCardsOfUlyssesWithinTheDefaultSteps) {
  // M_3 = 1e16 GeV: T_R/T_sph = 2e15, over which the last of the inflaton was once resolved to 1e-46.
  for (const Type1Case& c : type1_cases()) {
    SCOPED_TRACE(c.name);
    Type1Settings full = c.settings;
    full.equations = Type1Equations::full;
    const Type1Result coarse = solve(c.point, full, c.model, 1e-6),
                      fine = solve(c.point, full, c.model, 1e-8);
    // rtol is of a step; in the sum of flavours they may cancel.
    const double largest = fine.eta_B_flavour.abs().maxCoeff();
    for (int a = 0; a < 3; ++a)
      EXPECT_NEAR(coarse.eta_B_flavour(a), fine.eta_B_flavour(a), 3e-5 * largest) << a;
  }
}

TEST(Type1, KeepsToItsTimePerPoint) {
  OdeSolver solver;
  SolverReport report;
  SolverSettings hasty;
  hasty.rtol = 1e-13;  // more than the 64 steps between two looks at the clock
  const auto status = [&](Type1Equations equations) {
    const auto result =
        solve_type1(Type1Point{}, {equations, false, InitialAbundance::vanishing}, {}, hasty, solver, report);
    return result ? Status::ok : result.failure().status;
  };
  for (Type1Equations equations : {Type1Equations::be_1_3f, Type1Equations::dme_1}) {
    hasty.point_time_limit_s = 0.0;
    EXPECT_EQ(status(equations), Status::solver_time_limit);
    EXPECT_LE(report.statistics.steps, 64);
    EXPECT_GT(report.last_temperature, 1e4);
    hasty.point_time_limit_s = 60.0;
    EXPECT_EQ(status(equations), Status::ok);
    EXPECT_GT(report.statistics.steps, 64);
  }
}

}  // namespace
}  // namespace mutauscan
