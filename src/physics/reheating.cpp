#include "mutauscan/physics/reheating.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/tools/roots.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>

#include "mutauscan/core/constants.hpp"

namespace mutauscan {

using constants::reduced_planck_mass;
using std::numbers::pi;

double inflaton_width(double reheating_temperature, double g_star) {
  return constants::reheating_width_factor * std::sqrt(pi * pi * g_star / 90.0) * reheating_temperature *
         reheating_temperature / reduced_planck_mass;
}

double radiation_energy(double temperature, double g_star) {
  return pi * pi / 30.0 * g_star * std::pow(temperature, 4);
}
double radiation_temperature(double energy, double g_star) {
  return std::pow(30.0 * energy / (pi * pi * g_star), 0.25);
}
double entropy_density(double temperature, double g_star) {
  return 2.0 * pi * pi / 45.0 * g_star * std::pow(temperature, 3);
}
double Reheating::temperature() const {
  // H = sqrt(2 rho_R/3)/M_P there
  const double radiation_hubble_rate =
      inflaton_width * reheating_history::at(0.0).hubble_rate / std::numbers::sqrt2;
  return std::sqrt(radiation_hubble_rate * reduced_planck_mass / std::sqrt(pi * pi * g_star / 90.0));
}

double hubble_rate(double energy) { return std::sqrt(energy / 3.0) / reduced_planck_mass; }

namespace reheating_history {
namespace {

/// ln(rho_phi a^3) and ln(rho_R a^4), both in units of the early rho_phi a^3, a = 1 at the start.
using Logs = std::array<double, 2>;

constexpr double start_hubble_rate = 1e12, step = 0.01;
constexpr double energy_scale = start_hubble_rate * start_hubble_rate;  // rho_phi/(3 M_P^2 Gamma^2) at a = 1

/// H/Gamma_phi
double hubble(const Logs& y, double u) {
  return std::sqrt(energy_scale * (std::exp(y[0] - 3.0 * u) + std::exp(y[1] - 4.0 * u)));
}
Logs slope(const Logs& y, double u) {
  const double h = hubble(y, u);
  return {-1.0 / h, std::exp(y[0] - y[1] + u) / h};
}

/// The solution on a grid, with the logarithms' first and second derivatives for interpolation.
class Solution {
 public:
  Solution() {
    boost::numeric::odeint::runge_kutta_fehlberg78<Logs> stepper;  // error of a step: 1e-16 times O(1)
    Logs y{0.0, std::log(0.4 / start_hubble_rate)};
    const int steps = int(when_gone() / step);
    add(y, 0.0);
    for (int k = 0; k < steps; ++k) {
      stepper.do_step([](const Logs& state, Logs& dydu, double u) { dydu = slope(state, u); }, y, k * step,
                      step);
      add(y, (k + 1) * step);
    }
    last_ = step * double(inflaton_.size() - 1);
    const auto balance = [this](double u) { return logs(u)[0] - logs(u)[1] + u; };  // ln(rho_phi/rho_R)
    reheating_ = root(balance, 0.0, last_);
  }

  double reheating() const { return reheating_; }
  double last() const { return last_; }

  Logs logs(double u) const {
    if (u >= last_) return {-1e300, radiation_.back()[0]};
    const auto k = std::min(std::size_t(std::max(u, 0.0) / step), inflaton_.size() - 2);
    return {interpolate(inflaton_, k, u), interpolate(radiation_, k, u)};
  }

  template <class F>
  static double root(const F& f, double lower, double upper) {
    std::uintmax_t iterations = 100;
    const auto bracket = boost::math::tools::toms748_solve(
        f, lower, upper, boost::math::tools::eps_tolerance<double>(50), iterations);
    return 0.5 * (bracket.first + bracket.second);
  }

 private:
  using Node = std::array<double, 2>;  // value, slope

  /// Where nothing of the inflaton is left: 600/Gamma_phi, H = 1/(2t).
  static double when_gone() { return std::log(start_hubble_rate) * 2.0 / 3.0 + 0.5 * std::log(1200.0) + 1.0; }

  void add(const Logs& y, double u) {
    const Logs d = slope(y, u);
    inflaton_.push_back({y[0], d[0]});
    radiation_.push_back({y[1], d[1]});
  }

  /// Cubic Hermite: the error is step^4/384 of the fourth derivative.
  static double interpolate(const std::vector<Node>& nodes, std::size_t k, double u) {
    const Node &a = nodes[k], &b = nodes[k + 1];
    const double s = u / step - double(k), r = 1.0 - s;
    return r * r * (1.0 + 2.0 * s) * a[0] + s * s * (1.0 + 2.0 * r) * b[0] +
           step * r * s * (r * a[1] - s * b[1]);
  }

  std::vector<Node> inflaton_, radiation_;
  double last_ = 0.0, reheating_ = 0.0;
};

const Solution& solution() {
  static const Solution the_one;
  return the_one;
}

/// ln(T/T_R)
double log_temperature(double u) {
  const Solution& s = solution();
  const double at_reheating = s.logs(s.reheating())[1] - 4.0 * s.reheating();
  return 0.25 * (s.logs(u)[1] - 4.0 * u - at_reheating);
}

}  // namespace

State at(double u_since_reheating) {
  const Solution& s = solution();
  const double u = u_since_reheating + s.reheating();
  const Logs y = s.logs(u);
  return {std::exp(y[0]), std::exp(log_temperature(u)), hubble(y, u), 0.25 * slope(y, u)[1] - 1.0};
}

double when_temperature_is(double temperature) {
  const Solution& s = solution();
  const double wanted = std::log(temperature), at_end = log_temperature(s.last());
  if (wanted <= at_end) return s.last() + (at_end - wanted) - s.reheating();
  return Solution::root([&](double u) { return log_temperature(u) - wanted; }, 0.0, s.last()) - s.reheating();
}

double when_hubble_rate_is(double hubble_rate) {
  const Solution& s = solution();
  return Solution::root([&](double u) { return std::log(hubble(s.logs(u), u) / hubble_rate); }, 0.0,
                        s.last()) -
         s.reheating();
}

}  // namespace reheating_history
}  // namespace mutauscan
