#include "mutauscan/physics/thermal_history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "mutauscan/core/constants.hpp"

namespace mutauscan {

using constants::crossover_temperature;
using constants::higgs_vev;

ThermalMassCoefficients thermal_mass_coefficients(ThermalCoefficients choice) {
  if (choice == ThermalCoefficients::lagrangian) return {1.0 / 3.0, 1.0 / 6.0, 1.0 / 4.0};
  return {1.0 / 6.0, 1.0 / 24.0, 1.0 / 8.0};
}

namespace {

LoopOrder loop_order(ThermalPotential form) {
  return form == ThermalPotential::one_loop ? LoopOrder::one_loop : LoopOrder::two_loop;
}

}  // namespace

ThermalHistory::ThermalHistory(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw)
    : choice_(settings.thermal_coefficients),
      coefficients_(thermal_mass_coefficients(settings.thermal_coefficients)),
      lambda_sigma_(point.lambda_sigma),
      lambda_phi_sigma_(point.lambda_phi_sigma),
      gauge_coupling_(point.g_zp),
      vev_today_{seesaw.sigma1_0, seesaw.sigma2_0},
      has_sigma2_(settings.texture != Texture::mumu_tautau) {
  using std::numbers::pi;
  gauge_temperature_ = 6e4 * std::pow(gauge_coupling_ / 1e-3, 4);
  portal_temperature_ = lambda_phi_sigma_ * lambda_phi_sigma_ * constants::reduced_planck_mass /
                        (64.0 * pi * pi * pi * std::sqrt(pi * pi * settings.g_star / 90.0));
  sector_ = {lambda_phi_sigma_, lambda_sigma_, gauge_coupling_, vev_today_, has_sigma2_ ? 2 : 1};
  if (settings.effective_thermal_potential() != ThermalPotential::high_temperature)
    loops_.emplace(sector_, loop_order(settings.effective_thermal_potential()),
                   std::max(gauge_temperature_, portal_temperature_), 1e3 * point.T_R);
}

double ThermalHistory::occupancy(double temperature) const {
  const double thermal_below = std::max(gauge_temperature_, portal_temperature_);
  return temperature <= thermal_below ? 1.0 : thermal_below / temperature;
}

double ThermalHistory::thermal_mass_squared(int i, double temperature) const {
  const double charge = i;
  const double own = coefficients_.quartic * lambda_sigma_ +
                     coefficients_.gauge * charge * charge * gauge_coupling_ * gauge_coupling_;
  return temperature * temperature *
         (occupancy(temperature) * own + coefficients_.portal * lambda_phi_sigma_);
}

/// Minus the curvature of V at the origin over 2 lambda_sigma: <sigma_i>^2 where positive.
double ThermalHistory::order_parameter(int i, double temperature) const {
  const double today = vev_today_[static_cast<std::size_t>(i - 1)];
  const double ratio = temperature / crossover_temperature;
  // lambda_phi_sigma (v^2 - v_Phi^2(T)), the part of mu_i^2 that the Higgs vacuum does not cancel
  const double higgs = lambda_phi_sigma_ * higgs_vev * higgs_vev * std::min(1.0, ratio * ratio);
  return today * today + (higgs - thermal_mass_squared(i, temperature)) / (2.0 * lambda_sigma_);
}

/// d order_parameter/d ln T
double ThermalHistory::order_parameter_slope(int i, double temperature) const {
  const double ratio = temperature / crossover_temperature;
  const double higgs = ratio < 1.0 ? 2.0 * lambda_phi_sigma_ * higgs_vev * higgs_vev * ratio * ratio : 0.0;
  const double own =
      coefficients_.quartic * lambda_sigma_ + coefficients_.gauge * i * i * gauge_coupling_ * gauge_coupling_;
  const double kappa = occupancy(temperature);  // own T^2 kappa is linear in T where kappa < 1
  return (higgs -
          temperature * temperature *
              (kappa * own * (kappa < 1.0 ? 1.0 : 2.0) + 2.0 * coefficients_.portal * lambda_phi_sigma_)) /
         (2.0 * lambda_sigma_);
}

VacuumExpectation ThermalHistory::vacuum(double temperature) const {
  if (loops_) {
    const PotentialMinimum m = loops_->minimum(temperature);
    return {temperature * std::sqrt(m.u[0]), temperature * std::sqrt(m.u[1]), m.quartic};
  }
  const auto vev = [&](int i) {
    const double squared = order_parameter(i, temperature);
    if (!(squared > 0.0)) return 0.0;
    if (choice_ != ThermalCoefficients::estimate) return std::sqrt(squared);
    return std::hypot(vev_today_[static_cast<std::size_t>(i - 1)],
                      std::sqrt(std::abs(lambda_phi_sigma_) / lambda_sigma_) * temperature);
  };
  return {vev(1), has_sigma2_ ? vev(2) : 0.0, {lambda_sigma_, lambda_sigma_}};
}

VacuumChange ThermalHistory::vacuum_change(double temperature) const {
  if (loops_) {
    const auto [m, du] = loops_->minimum_and_slope(temperature);
    const double root1 = std::sqrt(m.u[0]), root2 = std::sqrt(m.u[1]);
    const auto slope = [temperature](double root, double change) {
      return root > 0.0 ? temperature * (root + 0.5 * change / root) : 0.0;
    };
    return {{temperature * root1, temperature * root2, m.quartic},
            {slope(root1, du[0]), slope(root2, du[1])}};
  }
  const VacuumExpectation v = vacuum(temperature);
  const auto slope = [&](int i, double vev) {
    if (vev == 0.0) return 0.0;
    if (choice_ == ThermalCoefficients::estimate)
      return std::abs(lambda_phi_sigma_) / lambda_sigma_ * temperature * temperature / vev;
    return 0.5 * order_parameter_slope(i, temperature) / vev;
  };
  return {v, {slope(1, v.sigma1), slope(2, v.sigma2)}};
}

double ThermalHistory::condensed_above() const {
  return loops_ ? loops_->condensed_above() : std::numeric_limits<double>::infinity();
}

std::vector<double> ThermalHistory::kinks(double upper) const {
  if (loops_) {
    std::vector<double> points = loops_->other_kinks();
    points.insert(points.end(), loops_->vanishing().begin(), loops_->vanishing().end());
    std::sort(points.begin(), points.end());
    points.erase(std::lower_bound(points.begin(), points.end(), upper), points.end());
    return points;
  }
  std::vector<double> edges = {0.0, upper};
  for (double kink : {crossover_temperature, std::max(gauge_temperature_, portal_temperature_)})
    if (kink > 0.0 && kink < upper) edges.push_back(kink);
  std::sort(edges.begin(), edges.end());

  // Between those edges the order parameter is a quadratic in T: its zeros come in closed form, and no window
  // of restored symmetry can be missed between samples.
  std::vector<double> points(edges.begin() + 1, edges.end() - 1);
  for (std::size_t k = 0; k + 1 < edges.size(); ++k) {
    const double lo = edges[k], width = edges[k + 1] - lo;
    for (int i = 1; i <= (has_sigma2_ ? 2 : 1); ++i) {
      // f = c0 + c1 s + c2 s^2 through three inner points, s = (T - lo)/width
      const double f0 = order_parameter(i, lo + 0.25 * width), f1 = order_parameter(i, lo + 0.5 * width),
                   f2 = order_parameter(i, lo + 0.75 * width);
      const double c2 = 8.0 * (f2 - 2.0 * f1 + f0), c1 = 2.0 * (f2 - f0) - c2, c0 = f1 - 0.5 * c1 - 0.25 * c2;
      const double discriminant = c1 * c1 - 4.0 * c2 * c0;
      if (discriminant < 0.0) continue;
      const double root = -0.5 * (c1 + std::copysign(std::sqrt(discriminant), c1));
      for (double s : {root / c2, c0 / root})
        if (s > 0.0 && s < 1.0) points.push_back(lo + s * width);
    }
  }
  std::sort(points.begin(), points.end());
  return points;
}

std::optional<TemperatureRange> ThermalHistory::restoration_window(double upper) const {
  std::vector<double> points = kinks(upper);
  points.insert(points.begin(), 0.0);
  points.push_back(upper);
  std::optional<TemperatureRange> window;
  for (std::size_t k = 0; k + 1 < points.size(); ++k) {
    const double lo = points[k], hi = points[k + 1];
    if (hi - lo <= 1e-12 * hi || vacuum(0.5 * (lo + hi)).phase() != Phase::symmetric) continue;
    window = TemperatureRange{window ? window->lower : lo, hi};
  }
  return window;
}

}  // namespace mutauscan
