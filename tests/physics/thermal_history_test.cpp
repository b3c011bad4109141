#include "mutauscan/physics/thermal_history.hpp"

#include <random>

#include "mutauscan/core/constants.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

ThermalHistory history_of(const ModelPoint& point,
                          ThermalCoefficients choice = ThermalCoefficients::lagrangian) {
  ModelSettings settings;
  settings.thermal_coefficients = choice;
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

}  // namespace
}  // namespace mutauscan
