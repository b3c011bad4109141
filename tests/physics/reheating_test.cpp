#include "mutauscan/physics/reheating.hpp"

#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

// The numbers below are of an independent solution of the two-fluid system (scipy, DOP853, rtol 1e-13).
constexpr double exact_width_factor = 2.43789293169;

TEST(ReheatingHistory, RelatesTheInflatonWidthToTheTemperatureOfEqualEnergies) {
  // Gamma_phi = factor sqrt(pi^2 g/90) T_R^2/M_P with H = sqrt2 sqrt(pi^2 g/90) T_R^2/M_P at T_R
  const double factor = std::numbers::sqrt2 / reheating_history::at(0.0).hubble_rate;
  EXPECT_TRUE(relatively_near(factor, exact_width_factor, 1e-10));
  // The project's constant, that of the reference solutions, differs in its fifth digit: known and
  // documented.
  EXPECT_TRUE(relatively_near(constants::reheating_width_factor, exact_width_factor, 7e-5));
}

TEST(ReheatingHistory, HasEqualEnergiesWhereItSaysSo) {
  // Reheating::temperature inverts the exact relation: rho_R = rho_phi there, to 1e-9.
  Reheating r{};
  r.g_star = 106.75;
  r.inflaton_width = exact_width_factor / constants::reheating_width_factor * inflaton_width(5e4, r.g_star);
  EXPECT_TRUE(relatively_near(r.temperature(), 5e4, 1e-9));
}

TEST(ReheatingHistory, StartsOnTheAttractor) {
  // rho_R = (2/5)(Gamma/H) rho_phi: T^4 in units of T_R^4, rho_R(T_R) = 3 M^2 H_R^2/2
  const double h_r = reheating_history::at(0.0).hubble_rate;
  for (double h : {1e4, 1e6, 1e10}) {
    const auto s = reheating_history::at(reheating_history::when_hubble_rate_is(h));
    EXPECT_TRUE(relatively_near(s.hubble_rate, h, 1e-9));
    EXPECT_TRUE(relatively_near(std::pow(s.temperature, 4) * 0.5 * h_r * h_r, 0.4 * h, 0.3 / h + 1e-9)) << h;
    EXPECT_TRUE(relatively_near(s.cooling, -0.375, 1.0 / h + 1e-8)) << h;
  }
}

TEST(ReheatingHistory, ConservesEnergyAndEntropy) {
  // d(rho a^3)/du = -rho_R a^3 in all, against the derivative by differences; late: T a and entropy constant.
  const double h_r = reheating_history::at(0.0).hubble_rate, phi_r = reheating_history::at(0.0).inflaton;
  const auto matter = [&](double u) { return 0.5 * h_r * h_r * reheating_history::at(u).inflaton / phi_r; };
  const auto radiation = [&](double u) {  // rho_R a^3
    return 0.5 * h_r * h_r * std::pow(reheating_history::at(u).temperature, 4) * std::exp(3.0 * u);
  };
  for (double u : {-5.0, -2.0, -0.5, 0.0, 0.3, 1.0, 2.0}) {
    const double d = 1e-3;
    const double change = (matter(u + d) + radiation(u + d) - matter(u - d) - radiation(u - d)) / (2.0 * d);
    EXPECT_TRUE(relatively_near(change, -radiation(u), 2e-6)) << u;
    EXPECT_TRUE(relatively_near(std::pow(reheating_history::at(u).hubble_rate, 2),
                                (matter(u) + radiation(u)) * std::exp(-3.0 * u), 1e-9));
  }
  const double late = reheating_history::at(4.0).temperature * std::exp(4.0);
  for (double u : {5.0, 9.0, 20.0})
    EXPECT_TRUE(relatively_near(reheating_history::at(u).temperature * std::exp(u), late, 1e-10));
}

TEST(ReheatingHistory, FindsInstantsByTemperature) {
  for (double t : {300.0, 3.0, 1.0, 1e-3, 1e-8})
    EXPECT_TRUE(relatively_near(reheating_history::at(reheating_history::when_temperature_is(t)).temperature,
                                t, 1e-9));
}

}  // namespace
}  // namespace mutauscan
