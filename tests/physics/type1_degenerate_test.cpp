// Masses that are equal, or nearly so: where a propagator without a width has its pole.

#include <cmath>
#include <optional>
#include <vector>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/type1.hpp"
#include "type1_cases.hpp"

namespace mutauscan {
namespace {

constexpr auto all_equations = EnumNames<Type1Equations>::names;
const std::vector<double> gaps = {0.0,  1e-15, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6,
                                  1e-5, 1e-4,  1e-3,  1e-2,  0.05,  0.2};  // of log10 M

/// Which masses come together.
enum class Pair { first_two, last_two, all };

/// The default point, of large complex angles: all N mix with all.
Type1Point with_gap(Pair pair, double gap) {
  Type1Point p;
  p.M1 = 6.0, p.M3 = 7.0;
  p.M2 = pair == Pair::last_two ? p.M3 - gap : p.M1 + gap;
  if (pair == Pair::all) p.M3 = p.M2 + gap;
  return p;
}

/// `regulator`: of single neutrinos; none: a density matrix.
Type1PointResult evaluate_with(const Type1Point& point, const Type1Settings& settings,
                               std::optional<Regulator> regulator = std::nullopt) {
  OdeSolver solver;
  ModelSettings model;
  if (regulator) {
    model.coherence = Coherence::none;
    model.regulator = *regulator;
  }
  return evaluate_type1(point, settings, model, {}, solver);
}

Type1PointResult evaluate_gap(Pair pair, double gap, const Type1Settings& settings,
                              std::optional<Regulator> regulator = std::nullopt) {
  Type1Point point = with_gap(pair, gap);
  if (settings.parametrisation == Type1Parametrisation::yukawas) {
    // The Yukawas of masses apart, so that only masses change.
    const Type1Point apart = with_gap(pair, 0.2);
    point = with_derived_parameters(point, Type1Parametrisation::casas_ibarra,
                                    casas_ibarra(apart, Ordering::normal, false), {});
  }
  return evaluate_with(point, settings, regulator);
}

template <class Check>
void for_each_way_to_degeneracy(const Check& check) {
  for (const auto& [equations, name] : all_equations)
    for (const auto& [parametrisation, parametrisation_name] : EnumNames<Type1Parametrisation>::names)
      for (bool loops : {false, true})
        for (Pair pair : {Pair::first_two, Pair::last_two, Pair::all}) {
          const Type1Settings settings{equations, loops, InitialAbundance::vanishing, parametrisation};
          SCOPED_TRACE(std::string(name) + " " + std::string(parametrisation_name) +
                       (loops ? " loops " : " tree ") + "pair " + std::to_string(int(pair)));
          check(settings, pair);
        }
}

TEST(DegenerateMasses, GiveAPhysicalAsymmetryOrAStatus) {
  for_each_way_to_degeneracy([](const Type1Settings& settings, Pair pair) {
    bool resolved = false;  // from some gap on
    for (double gap : gaps) {
      const Type1PointResult r = evaluate_gap(pair, gap, settings);
      if (r.status != Status::ok) {
        EXPECT_EQ(r.status, Status::unphysical_asymmetry) << gap << r.message;
        EXPECT_EQ(r.stage, Stage::cp_asymmetry);
        EXPECT_FALSE(resolved) << gap;  // no hole: equal masses are not better than close ones
        continue;
      }
      resolved = true;
      EXPECT_LE(r.asymmetry->epsilon.abs().maxCoeff(), 1.0) << gap;
      EXPECT_LE(r.asymmetry->epsilon_total().abs().maxCoeff(), 1.0) << gap;
      EXPECT_LE(std::abs(r.asymmetry->eta_B), 1.0) << gap;
    }
    EXPECT_TRUE(resolved);
    // A propagator with a width is finite throughout, one without never is.
    EXPECT_EQ(evaluate_gap(pair, 0.0, settings).status == Status::ok,
              settings.equations == Type1Equations::full);
  });
}

Type1Settings full_equations() {
  Type1Settings settings;
  settings.equations = Type1Equations::full;
  return settings;
}

TEST(DegenerateMasses, OfTheFullEquationsAreALimit) {
  for (std::optional<Regulator> regulator :
       {std::optional<Regulator>(), {Regulator::pilaftsis_underwood}, {Regulator::sum}})
    for (Pair pair : {Pair::first_two, Pair::last_two, Pair::all}) {
      const Type1PointResult equal = evaluate_gap(pair, 0.0, full_equations(), regulator);
      ASSERT_EQ(equal.status, Status::ok) << equal.message;
      // Far below the widths, Gamma/M > 1e-11, asymmetries are linear in the gap.
      const Type1PointResult close = evaluate_gap(pair, 1e-14, full_equations(), regulator);
      EXPECT_NEAR(close.asymmetry->eta_B, equal.asymmetry->eta_B,
                  1e-3 * std::abs(equal.asymmetry->eta_B) + 1e-9)
          << int(pair) << (regulator ? name_of(*regulator) : "density matrix");
    }
}

TEST(DegenerateMasses, AreNoPoleWhereNothingMixes) {
  // R = 1: H_ij = 0 but for rounding, and no asymmetry however close the masses are.
  for (double gap : gaps) {
    Type1Point point = with_gap(Pair::first_two, gap);
    point.x1 = point.y1 = point.x2 = point.y2 = point.x3 = point.y3 = 0.0;
    const Type1PointResult r = evaluate_with(point, {});
    ASSERT_EQ(r.status, Status::ok) << gap << r.message;
    EXPECT_LT(r.asymmetry->epsilon.abs().maxCoeff(), 1e-11) << gap;
  }
}

TEST(DegenerateMasses, ArePolesOfUnregulatedFullEquations) {
  for (double gap : {0.0, 1e-14, 1e-12})
    EXPECT_EQ(evaluate_gap(Pair::first_two, gap, full_equations(), Regulator::none).status,
              Status::unphysical_asymmetry)
        << gap;
  // `diff`: the width is the difference of two.
  Type1Point twins;
  twins.M1 = twins.M2 = 7.0, twins.M3 = 8.0;
  for (int alpha = 0; alpha < 3; ++alpha)
    for (int i = 0; i < 3; ++i) twins.*yukawa_modulus[alpha][i] = 1e-4, twins.*yukawa_phase[alpha][i] = 0.0;
  twins.arg_h_e1 = 40.0, twins.arg_h_mu2 = 70.0;
  Type1Settings settings = full_equations();
  settings.parametrisation = Type1Parametrisation::yukawas;
  EXPECT_EQ(evaluate_with(twins, settings, Regulator::difference).status, Status::unphysical_asymmetry);
  EXPECT_EQ(evaluate_with(twins, settings).status, Status::ok);
}

TEST(Type1Full, ReportsTheAsymmetriesItUses) {
  // Apart, with and without a width, those of the other equations; close, at most 1.
  for (const Type1Case& c : type1_cases()) {
    const Type1Couplings k = casas_ibarra(c.point, c.model.ordering, false);
    ModelSettings model;
    model.coherence = Coherence::none;
    model.regulator = Regulator::none;
    const auto full = physical_decays(k, full_equations(), model);
    const auto other = physical_decays(k, {}, model);
    ASSERT_TRUE(full && other) << c.name;
    for (std::size_t i = 0; i < 3; ++i)
      for (int a = 0; a < 3; ++a)
        EXPECT_NEAR(full->epsilon[i](a, a).real(), other->epsilon[i](a, a).real(),
                    1e-10 * other->epsilon[i].cwiseAbs().maxCoeff())
            << c.name << i << a;
  }
}

TEST(Type1Domain, IsOfHeavyNeutrinosThatDecayBeforeSphaleronFreezeOut) {
  for (const auto& [equations, name] : all_equations)
    for (double m1 : {-200.0, -5.0, 0.0, 2.0}) {
      Type1Settings settings;
      settings.equations = equations;
      Type1Point point;
      point.M1 = m1, point.M2 = m1 + 0.5, point.M3 = m1 + 1.0;
      const Type1PointResult r = evaluate_with(point, settings);
      EXPECT_EQ(r.status, Status::outside_domain) << name << m1;
      EXPECT_EQ(r.stage, Stage::parameters);
      EXPECT_TRUE(r.message.starts_with("M1 = ")) << r.message;
    }
  for (const Type1Parameter& p : type1_parameters())
    if (p.parameter.name == "M1") {
      EXPECT_GT(std::pow(10.0, p.parameter.domain.lower), constants::sphaleron_temperature);
    }
}

}  // namespace
}  // namespace mutauscan
