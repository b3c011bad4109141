#include "mutauscan/physics/thermal_history.hpp"

#include <algorithm>
#include <random>

#include "mutauscan/core/constants.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

ThermalHistory history_of(const ModelPoint& point,
                          ThermalCoefficients choice = ThermalCoefficients::lagrangian,
                          ThermalPotential potential = ThermalPotential::high_temperature) {
  ModelSettings settings;
  settings.thermal_coefficients = choice;
  settings.thermal_potential = potential;
  return {point, settings, seesaw(point, settings.texture, *light_neutrinos(point, settings))};
}

TEST(ThermalHistory, StartsFromTodaysVacuum) {
  const ModelPoint point;
  const auto vacuum = history_of(point).vacuum(0.0);
  const double expected = point.m_zp / (std::sqrt(2.0) * point.g_zp) / std::sqrt(1.0 + 4.0 * 0.09);
  EXPECT_TRUE(relatively_near(vacuum.sigma1, expected, 1e-14));
  EXPECT_TRUE(relatively_near(vacuum.sigma2, 0.3 * expected, 1e-14));
}

TEST(ThermalHistory, TendsToTheAnalyticConstantOfEachCoefficientSet) {
  // T >> T_c and T below the thermalisation temperature (kappa = 1): the vev is proportional to T with
  // sqrt[(-c_portal lambda_phi_sigma - c_quartic lambda_sigma - c_gauge Q^2 g^2) / (2 lambda_sigma)].
  const ModelPoint point;
  const double g2 = point.g_zp * point.g_zp;
  for (ThermalCoefficients choice : {ThermalCoefficients::lagrangian, ThermalCoefficients::talk}) {
    const auto history = history_of(point, choice);
    const bool talk = choice == ThermalCoefficients::talk;
    const double c_quartic = talk ? 1.0 / 6.0 : 1.0 / 3.0, c_portal = talk ? 1.0 / 24.0 : 1.0 / 6.0,
                 c_gauge = talk ? 1.0 / 8.0 : 1.0 / 4.0;
    const auto constant = [&](double charge, double kappa) {
      return std::sqrt((-c_portal * point.lambda_phi_sigma -
                        kappa * (c_quartic * point.lambda_sigma + c_gauge * charge * charge * g2)) /
                       (2.0 * point.lambda_sigma));
    };
    const double temperature = 1e8;
    ASSERT_EQ(history.occupancy(temperature), 1.0);
    // corrections are of relative size (vev today, v)^2 lambda_phi_sigma / T^2 ~ 1e-11
    EXPECT_TRUE(relatively_near(history.vacuum(temperature).sigma1 / temperature, constant(1.0, 1.0), 1e-9));
    EXPECT_TRUE(relatively_near(history.vacuum(temperature).sigma2 / temperature, constant(2.0, 1.0), 1e-9));
    // Far above thermalisation sigma's own contribution is diluted away.
    const double hot = 1e15;
    EXPECT_TRUE(relatively_near(history.vacuum(hot).sigma1 / hot,
                                constant(1.0, history.portal_temperature() / hot), 1e-12));
    EXPECT_TRUE(relatively_near(history.vacuum(hot).sigma1 / hot, constant(1.0, 0.0), 1e-6));
  }
  // The talk's order-of-magnitude formula <sigma> = sqrt(|lambda_phi_sigma|/lambda_sigma) T.
  EXPECT_TRUE(
      relatively_near(history_of(point, ThermalCoefficients::estimate).vacuum(1e6).sigma1 / 1e6, 10.0, 1e-6));
}

TEST(ThermalHistory, IsSymmetricAtHighTemperatureForPositivePortalCoupling) {
  ModelPoint point;
  for (double coupling : {1e-6, 1e-4, 1e-2}) {
    point.lambda_phi_sigma = coupling;
    for (auto choice :
         {ThermalCoefficients::lagrangian, ThermalCoefficients::talk, ThermalCoefficients::estimate}) {
      const auto history = history_of(point, choice);
      for (double temperature : {1e5, 1e6, 1e9})
        EXPECT_EQ(history.vacuum(temperature).phase(), Phase::symmetric) << coupling << " " << temperature;
      const auto window = history.restoration_window(1e6);
      ASSERT_TRUE(window);
      EXPECT_EQ(window->upper, 1e6);
    }
  }
}

TEST(ThermalHistory, ThermalisationTemperaturesFollowTheirFormulas) {
  ModelPoint point;
  const auto history = history_of(point);
  EXPECT_TRUE(relatively_near(history.gauge_temperature(), 6e4 * std::pow(0.9, 4), 1e-14));
  using std::numbers::pi;
  EXPECT_TRUE(relatively_near(history.portal_temperature(),
                              1e-6 * 2.435323e18 / (64.0 * pi * pi * pi * std::sqrt(pi * pi * 106.75 / 90.0)),
                              1e-14));
  // kappa is continuous and falls as 1/T.
  const double t = history.portal_temperature();
  EXPECT_EQ(history.occupancy(t), 1.0);
  EXPECT_NEAR(history.occupancy(t * (1.0 + 1e-12)), 1.0, 1e-11);
  EXPECT_NEAR(history.occupancy(4.0 * t), 0.25, 1e-15);
}

TEST(ThermalHistory, FindsTheRestorationWindowThatADenseScanFinds) {
  std::mt19937_64 generator(7);
  std::uniform_real_distribution<double> u;
  int windows = 0, without = 0;
  for (int n = 0; n < 300; ++n) {
    ModelPoint point;
    point.lambda_phi_sigma = -std::pow(10.0, -5.0 + 3.0 * u(generator));
    point.lambda_sigma = std::pow(10.0, -7.0 + 3.0 * u(generator));
    point.g_zp = std::pow(10.0, -4.0 + 2.0 * u(generator));
    point.m_zp = std::pow(10.0, -2.0 + 2.0 * u(generator));
    const auto choice = n % 2 ? ThermalCoefficients::talk : ThermalCoefficients::lagrangian;
    const auto history = history_of(point, choice);
    constexpr double upper = 1e6;
    const auto window = history.restoration_window(upper);
    double lowest = 0.0, highest = 0.0;
    constexpr double coolest = 1e-6;
    constexpr int grid = 8000;
    for (int k = 0; k <= grid; ++k) {
      const double t = coolest * std::pow(upper / coolest, double(k) / grid);
      if (history.vacuum(t).phase() != Phase::symmetric) continue;
      if (lowest == 0.0) lowest = t;
      highest = t;
    }
    ASSERT_EQ(window.has_value(), lowest > 0.0) << n;
    window ? ++windows : ++without;
    if (!window) continue;
    const double step = std::pow(upper / coolest, 1.0 / grid);
    EXPECT_LE(window->lower, lowest);
    EXPECT_GE(window->lower * step, lowest);
    EXPECT_GE(window->upper * (1.0 + 1e-12), highest);
    EXPECT_LE(window->upper, highest * step);
  }
  EXPECT_GT(windows, 20);
  EXPECT_GT(without, 20);
}

ThermalHistory loops_of(const ModelPoint& point, ThermalPotential potential = ThermalPotential::two_loop) {
  return history_of(point, ThermalCoefficients::lagrangian, potential);
}

TEST(ThermalHistory, SlopesAreThoseOfDifferences) {
  ModelPoint point;
  for (auto potential :
       {ThermalPotential::high_temperature, ThermalPotential::one_loop, ThermalPotential::two_loop}) {
    const auto history = loops_of(point, potential);
    for (double t : {5.0, 700.0, 5e4, 1e15}) {  // cold, hot, and beyond thermalisation
      constexpr double step = 1e-4;
      const auto up = history.vacuum(t * std::exp(step)), down = history.vacuum(t * std::exp(-step));
      const auto slope = history.vacuum_change(t).slope;
      EXPECT_TRUE(relatively_near(slope[0], (up.sigma1 - down.sigma1) / (2.0 * step), 1e-5)) << t;
      EXPECT_TRUE(relatively_near(slope[1], (up.sigma2 - down.sigma2) / (2.0 * step), 1e-5)) << t;
    }
  }
}

TEST(ThermalHistory, FindsTheRestorationWindowsOfTheReference) {
  // The reference takes the upper edge where both fields at once, without their zero modes, have no solution;
  // here sigma1 alone is followed to where the curvature at the origin vanishes: up to 7e-4 lower, the more
  // the two fields differ (g). Lower edges: sigma's zero modes, 1e-6.
  const nlohmann::json file = reference("thermal_potential.json");
  int windows = 0;
  for (const auto& c : file.at("restoration_windows")) {
    const auto& p = c.at("parameters");
    ModelPoint point;
    point.lambda_phi_sigma = p.at("lambda_phi_sigma");
    point.lambda_sigma = p.at("lambda_sigma");
    point.g_zp = p.at("g_zp");
    point.m_zp = p.at("m_zp");
    for (const auto& [key, potential] :
         {std::pair{"one_loop", ThermalPotential::one_loop}, {"two_loop", ThermalPotential::two_loop}}) {
      const auto window = loops_of(point, potential).restoration_window(point.T_R);
      ASSERT_EQ(window.has_value(), !c.at(key).empty()) << c.at("name") << key;
      if (!window) continue;
      ++windows;
      EXPECT_TRUE(relatively_near(window->lower, c.at(key).at(0), 1e-5));
      EXPECT_TRUE(relatively_near(window->upper, c.at(key).at(1), 8e-4));
    }
  }
  EXPECT_EQ(windows, 8);
}

TEST(ThermalHistory, KnowsEveryChangeOfPhaseThatADenseScanFinds) {
  // Random points with a bounded potential, lambda_p^2 < 2 lambda_Phi lambda, reheated up to 1e12 GeV, whose
  // own thermal masses rival the portal's: phases change where they are diluted, and where couplings run. The
  // zero modes of sigma make transitions first order, within 1e-5 of T.
  std::mt19937_64 generator(11);
  std::uniform_real_distribution<double> u;
  int changes = 0;
  for (int n = 0; n < 100; ++n) {
    ModelPoint point;
    point.lambda_phi_sigma = -std::pow(10.0, -5.0 + 2.5 * u(generator));
    point.lambda_sigma = std::pow(10.0, -7.0 + 3.0 * u(generator));
    point.g_zp = std::sqrt(-point.lambda_phi_sigma) * std::pow(10.0, -0.8 + u(generator));
    point.m_zp = std::pow(10.0, -2.0 + 2.0 * u(generator));
    point.T_R = std::pow(10.0, 4.0 + 8.0 * u(generator));
    if (point.lambda_phi_sigma * point.lambda_phi_sigma > 0.26 * point.lambda_sigma) continue;
    const auto history = loops_of(point, n % 2 ? ThermalPotential::one_loop : ThermalPotential::two_loop);
    const double upper = std::min(1e3 * point.T_R, history.condensed_above());
    const auto kinks = history.kinks(upper);
    constexpr int grid = 3000;
    double before_t = 140.0;
    Phase before = history.vacuum(before_t).phase();
    for (int k = 1; k <= grid; ++k) {
      const double t = 140.0 * std::pow(upper / 140.0, double(k) / grid);
      const Phase phase = history.vacuum(t).phase();
      if (phase != before) {
        ++changes;
        const auto kink = std::lower_bound(kinks.begin(), kinks.end(), before_t * (1.0 - 1e-5));
        EXPECT_TRUE(kink != kinks.end() && *kink <= t * (1.0 + 1e-5)) << n << " " << before_t << " " << t;
      }
      before = phase, before_t = t;
    }
    // and each of its changes is one
    const LoopVacuum vacuum(history.sector(), n % 2 ? LoopOrder::one_loop : LoopOrder::two_loop,
                            std::max(history.gauge_temperature(), history.portal_temperature()), upper);
    for (double edge : vacuum.vanishing()) {
      if (edge < 140.0) continue;
      const auto colder = history.vacuum(edge * (1.0 - 1e-5)), hotter = history.vacuum(edge * (1.0 + 1e-5));
      EXPECT_NE(colder.phase(), hotter.phase()) << n << " " << edge;
    }
  }
  EXPECT_GT(changes, 60);
}

TEST(ThermalHistory, KnowsWhereTheHiggsFieldCondenses) {
  ModelPoint point;
  point.lambda_phi_sigma = -6e-3;
  for (auto potential : {ThermalPotential::one_loop, ThermalPotential::two_loop})
    EXPECT_LT(loops_of(point, potential).condensed_above(), point.T_R);
  EXPECT_TRUE(std::isinf(loops_of(point, ThermalPotential::high_temperature).condensed_above()));
  // m = A/4pi + sqrt((A/4pi)^2 + Pi - A/6), A = lambda_p^2/lambda: lost at A = 6 Pi (1 + ...) = 1.6 for Pi =
  // 0.25.
  point.lambda_phi_sigma = -3.3e-3;
  const double edge = loops_of(point, ThermalPotential::one_loop).condensed_above();
  EXPECT_GT(edge, 5e4);
  const ScalarSector sector = loops_of(point).sector();
  const auto exists = [&](double t) {
    return minimum(sector, plasma_terms<double>(LoopOrder::one_loop, t), 1.0).exists;
  };
  EXPECT_TRUE(exists(edge * (1.0 - 1e-8)));
  EXPECT_FALSE(exists(edge * (1.0 + 1.1e-5)));
}

TEST(ThermalHistory, FindsItsKinksToRoundingWhereverItLooksFrom) {
  // Kinks far below the temperature up to which they are asked for: the same to the last bits, and the
  // curvature changes sign there. Both signs of the portal, couplings down to 1e-14.
  std::mt19937_64 generator(11);
  std::uniform_real_distribution<double> u;
  int found = 0;
  for (int n = 0; n < 2000; ++n) {
    ModelPoint point;
    point.lambda_phi_sigma = (n % 2 ? 1.0 : -1.0) * std::pow(10.0, -10.0 + 10.0 * u(generator));
    point.lambda_sigma = std::pow(10.0, -14.0 + 13.0 * u(generator));
    point.g_zp = std::pow(10.0, -9.0 + 8.0 * u(generator));
    point.m_zp = std::pow(10.0, -13.0 + 15.0 * u(generator));
    point.vev_ratio = std::pow(10.0, -4.0 + 5.0 * u(generator));
    const auto history =
        history_of(point, n % 3 ? ThermalCoefficients::lagrangian : ThermalCoefficients::talk,
                   ThermalPotential::high_temperature);
    for (double edge : history.vanishing(1e7)) {
      ++found;
      const auto far = history.vanishing(1e15);
      const auto nearest = *std::min_element(far.begin(), far.end(), [&](double a, double b) {
        return std::abs(a - edge) < std::abs(b - edge);
      });
      EXPECT_TRUE(relatively_near(nearest, edge, 1e-15)) << n;
      const auto window = history.restoration_window(1e7), from_afar = history.restoration_window(1e15);
      if (window && from_afar && window->upper < 1e7) {
        EXPECT_TRUE(relatively_near(from_afar->lower, window->lower, 1e-15)) << n;
      }
      // One of the two vevs vanishes on one side and not on the other.
      const VacuumExpectation below = history.vacuum(edge * (1.0 - 1e-9)),
                              above = history.vacuum(edge * (1.0 + 1e-9));
      EXPECT_NE(below.phase(), above.phase()) << n << " " << edge;
    }
  }
  EXPECT_GT(found, 300);
}

}  // namespace
}  // namespace mutauscan
