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
    loops_.emplace(sector_, loop_order(settings.effective_thermal_potential()), thermal_below(),
                   1e3 * point.T_R);
}

double ThermalHistory::occupancy(double temperature) const {
  return temperature <= thermal_below() ? 1.0 : thermal_below() / temperature;
}

double ThermalHistory::thermal_mass_squared(int i, double temperature) const {
  const double charge = i;
  const double own = coefficients_.quartic * lambda_sigma_ +
                     coefficients_.gauge * charge * charge * gauge_coupling_ * gauge_coupling_;
  return temperature * temperature *
         (occupancy(temperature) * own + coefficients_.portal * lambda_phi_sigma_);
}

/// Minus the curvature of V at the origin, 2 lambda_sigma <sigma_i>^2 where positive: on each piece a
/// quadratic in T, whose coefficients follow from V.
ThermalHistory::Quadratic ThermalHistory::curvature(int i, double temperature) const {
  const double today = vev_today_[static_cast<std::size_t>(i - 1)];
  const double own =
      coefficients_.quartic * lambda_sigma_ + coefficients_.gauge * i * i * gauge_coupling_ * gauge_coupling_;
  // lambda_phi_sigma (v^2 - v_Phi^2(T)), the part of mu_i^2 that the Higgs vacuum does not cancel
  constexpr double ratio = higgs_vev / crossover_temperature;
  const bool is_cold = temperature < crossover_temperature, is_thermal = temperature <= thermal_below();
  return {2.0 * lambda_sigma_ * today * today + (is_cold ? 0.0 : lambda_phi_sigma_ * higgs_vev * higgs_vev),
          is_thermal ? 0.0 : -own * thermal_below(),
          lambda_phi_sigma_ * ((is_cold ? ratio * ratio : 0.0) - coefficients_.portal) -
              (is_thermal ? own : 0.0)};
}

/// The real zeros, each to rounding: no difference of nearly equal numbers but in the discriminant, which is
/// formed without loss (Kahan). Not a number where there is none.
std::array<double, 2> ThermalHistory::roots(const Quadratic& c) {
  const double product = 4.0 * c.quadratic * c.constant;
  const double lost = std::fma(4.0 * c.quadratic, c.constant, -product);
  const double discriminant = std::fma(c.linear, c.linear, -product) - lost;
  const double root = -0.5 * (c.linear + std::copysign(std::sqrt(discriminant), c.linear));
  return {root / c.quadratic, c.constant / root};
}

double ThermalHistory::order_parameter(int i, double temperature) const {
  const Quadratic c = curvature(i, temperature);
  return (c.constant + temperature * (c.linear + temperature * c.quadratic)) / (2.0 * lambda_sigma_);
}

/// d order_parameter/d ln T
double ThermalHistory::order_parameter_slope(int i, double temperature) const {
  const Quadratic c = curvature(i, temperature);
  return temperature * (c.linear + 2.0 * temperature * c.quadratic) / (2.0 * lambda_sigma_);
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

std::vector<double> ThermalHistory::piece_ends(double upper) const {
  std::vector<double> ends = {0.0, upper};
  for (double kink : {crossover_temperature, thermal_below()})
    if (kink > 0.0 && kink < upper) ends.push_back(kink);
  std::sort(ends.begin(), ends.end());
  return ends;
}

std::vector<double> ThermalHistory::vanishing(double upper) const {
  std::vector<double> points;
  if (loops_) {
    const std::vector<double>& all = loops_->vanishing();
    points.assign(all.begin(), std::lower_bound(all.begin(), all.end(), upper));
    return points;
  }
  const std::vector<double> ends = piece_ends(upper);
  for (std::size_t k = 0; k + 1 < ends.size(); ++k)
    for (int i = 1; i <= (has_sigma2_ ? 2 : 1); ++i)
      for (double root : roots(curvature(i, 0.5 * (ends[k] + ends[k + 1]))))
        if (root > ends[k] && root < ends[k + 1]) points.push_back(root);
  std::sort(points.begin(), points.end());
  return points;
}

std::vector<double> ThermalHistory::kinks(double upper) const {
  std::vector<double> points = vanishing(upper);
  if (loops_) {
    const std::vector<double>& others = loops_->other_kinks();
    points.insert(points.end(), others.begin(), std::lower_bound(others.begin(), others.end(), upper));
  } else {
    const std::vector<double> ends = piece_ends(upper);
    points.insert(points.end(), ends.begin() + 1, ends.end() - 1);
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
