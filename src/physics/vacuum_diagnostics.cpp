#include "mutauscan/physics/vacuum_diagnostics.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include <boost/math/tools/toms748_solve.hpp>

#include "mutauscan/numerics/takagi.hpp"

namespace mutauscan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double lightest_mass(const ModelPoint& point, const Seesaw& seesaw, const PotentialMinimum& m) {
  const double sigma1 = point.T_R * std::sqrt(m.u[0]), sigma2 = point.T_R * std::sqrt(m.u[1]);
  return takagi(majorana_mass(seesaw, sigma1, sigma2 * std::polar(1.0, point.relative_vev_phase))).values(0);
}

/// Where <sigma1>^2 = (lambda_1/lambda_sigma) limit; <sigma1>/T changes slowly. NaN if there is no such
/// temperature with a vacuum.
double temperature_of_sigma1(const ThermalHistory& history, double limit_over_quartic, double start) {
  const auto excess = [&](double log_t) {
    const VacuumExpectation v = history.vacuum(std::exp(log_t));
    return 2.0 * std::log(v.sigma1) - std::log(limit_over_quartic * v.quartic[0]);
  };
  constexpr double margin = 0.1;
  double lower = std::log(start), at_lower = excess(lower);
  if (!std::isfinite(at_lower)) return nan;
  double upper = lower, at_upper = at_lower;
  for (int n = 0; n < 100 && at_lower > 0.0; ++n) {
    upper = lower, at_upper = at_lower;
    lower -= 0.5 * at_lower + margin;
    at_lower = excess(lower);
  }
  for (int n = 0; n < 100 && at_upper < 0.0; ++n) {
    lower = upper, at_lower = at_upper;
    upper += 0.5 * -at_upper + margin;
    at_upper = excess(upper);
  }
  // With sigma1 = 0 at the lower end the zero is still above it.
  if (!(at_lower <= 0.0 && at_upper >= 0.0)) return nan;
  const auto finite_excess = [&](double log_t) { return std::max(excess(log_t), -1e3); };
  std::uintmax_t evaluations = 100;
  const auto [a, b] =
      boost::math::tools::toms748_solve(finite_excess, lower, upper, std::max(at_lower, -1e3), at_upper,
                                        boost::math::tools::eps_tolerance<double>(30), evaluations);
  const double temperature = std::exp(0.5 * (a + b));
  return temperature < history.condensed_above() ? temperature : nan;
}

void compare_orders(VacuumDiagnostics& d, const ModelPoint& point, const ModelSettings& settings,
                    const Seesaw& seesaw, const ThermalHistory& history) {
  const double kappa = history.occupancy(point.T_R);
  const auto at = [&](LoopOrder order, double scale_factor) {
    return minimum(history.sector(), plasma_terms<double>(order, point.T_R, scale_factor), kappa);
  };
  const auto ratio = [](const PotentialMinimum& a, const PotentialMinimum& b) {
    return a.exists && b.exists && a.u[0] > 0.0 && b.u[0] > 0.0 ? std::sqrt(a.u[0] / b.u[0]) : nan;
  };
  const PotentialMinimum one = at(LoopOrder::one_loop, 1.0), two = at(LoopOrder::two_loop, 1.0);
  const bool is_two_loop = settings.effective_thermal_potential() == ThermalPotential::two_loop;
  d.higgs_mass = (is_two_loop ? two : one).higgs_mass;
  d.sigma_theory_error =
      std::abs((is_two_loop ? ratio(at(LoopOrder::strict_g2, 1.0), two) : ratio(two, one)) - 1.0);
  const PotentialMinimum half = at(LoopOrder::one_loop, 0.5), twice = at(LoopOrder::one_loop, 2.0);
  d.sigma_scale_error = 0.5 * std::abs(ratio(twice, one) - ratio(half, one));
  if (half.exists) d.M1_scale_low = lightest_mass(point, seesaw, half);
  if (twice.exists) d.M1_scale_high = lightest_mass(point, seesaw, twice);
}

}  // namespace

double neutrino_loop_function(double r) {
  const double d = r - 1.0;
  if (std::abs(d) < 0.1) {
    constexpr std::array series = {1.0 / 30.0,    -1.0 / 15.0,   11.0 / 210.0, -4.0 / 105.0,  1.0 / 36.0,
                                   -13.0 / 630.0, 31.0 / 1980.0, -2.0 / 165.0, 41.0 / 4290.0, -23.0 / 3003.0};
    double sum = 0.0;
    for (std::size_t n = series.size(); n-- > 0;) sum = sum * d + series[n];
    return sum;
  }
  const double log_r = r > 0.0 ? std::log(r) : 0.0;  // r^2 ln r -> 0
  const double d5 = d * d * d * d * d;
  return -(((2.0 * r - 18.0 * log_r + 35.0) * r - 30.0 * log_r - 27.0) * r * r - 11.0 * r + 1.0) / (3.0 * d5);
}

double neutrino_loop_coefficient(const Seesaw& seesaw) {
  using std::numbers::pi;
  const double h1 = std::abs(seesaw.h_emu), h2 = std::abs(seesaw.h_etau), mass = std::abs(seesaw.M_mutau);
  if (h1 > 0.0 && h2 > 0.0) return nan;
  const double ratio = std::abs(seesaw.M_ee) / mass, h3 = std::pow(std::max(h1, h2), 3);
  return h3 * h3 * neutrino_loop_function(ratio * ratio) / (16.0 * pi * pi * mass * mass);
}

VacuumDiagnostics vacuum_diagnostics(const ModelPoint& point, const ModelSettings& settings,
                                     const Seesaw& seesaw, const ThermalHistory& history) {
  VacuumDiagnostics d{nan, nan, nan, nan, nan, quartic_stability(history.sector(), point.T_R), nan, nan};
  if (settings.effective_thermal_potential() != ThermalPotential::high_temperature)
    compare_orders(d, point, settings, seesaw, history);

  const double c6 = neutrino_loop_coefficient(seesaw);
  const VacuumExpectation at_TR = history.vacuum(point.T_R);
  if (!std::isfinite(c6)) return d;
  d.neutrino_loop_shift = 1.5 * c6 * at_TR.sigma1 * at_TR.sigma1 / at_TR.quartic[0];
  constexpr double well_broken = 5e3;  // [GeV]: above where the symmetry is usually restored
  const double start = at_TR.sigma1 > 0.0 ? point.T_R : std::max(point.T_R, well_broken);
  if (c6 > 0.0) d.neutrino_loop_temperature = temperature_of_sigma1(history, 1.0 / (6.0 * c6), start);
  return d;
}

}  // namespace mutauscan
