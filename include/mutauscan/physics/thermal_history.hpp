#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "mutauscan/physics/loop_vacuum.hpp"
#include "mutauscan/physics/model_point.hpp"
#include "mutauscan/physics/seesaw.hpp"

namespace mutauscan {

/// Which of the two scalars has an expectation value. Stored in files: never renumber.
enum class Phase : int { symmetric = 0, sigma1_only = 1, sigma2_only = 2, both_broken = 3 };

/// <sigma1>, <sigma2> at one temperature [GeV].
struct VacuumExpectation {
  double sigma1, sigma2;
  std::array<double, 2> quartic;  ///< lambda_1, lambda_2 at the scale of that temperature

  /// Tree-level masses of the radial modes, 2 sqrt(lambda_i) <sigma_i> [GeV]; the angular modes are massless.
  /// (The curvature of the one-loop potential is 1.3 % less at the benchmark.)
  std::array<double, 2> radial_masses() const {
    return {2.0 * std::sqrt(quartic[0]) * sigma1, 2.0 * std::sqrt(quartic[1]) * sigma2};
  }

  /// The phase that these expectation values mean.
  Phase phase() const { return static_cast<Phase>((sigma1 > 0.0 ? 1 : 0) + (sigma2 > 0.0 ? 2 : 0)); }
};

/// The vacuum, and its derivative by ln T.
struct VacuumChange {
  VacuumExpectation vacuum;
  std::array<double, 2> slope;
};

/// An interval of temperatures [GeV].
struct TemperatureRange {
  double lower, upper;
};

/// The coefficients of the thermal mass m_T,i^2 = T^2 [kappa (c_quartic lambda_sigma + c_gauge Q_i^2 g^2)
/// + c_portal lambda_phi_sigma].
struct ThermalMassCoefficients {
  double quartic, portal, gauge;
};

/// `lagrangian`: one loop from V (Dolan, Jackiw 1974); `talk` and `estimate`: as printed in the talk.
ThermalMassCoefficients thermal_mass_coefficients(ThermalCoefficients choice);

/// The vacuum of sigma1 (charge 1) and sigma2 (charge 2) as the Universe cools. To one or two loops: the
/// minimum of physics/thermal_potential.hpp. In the high-temperature form, and always with the coefficients
/// of the talk,
///
///   <sigma_i>^2(T) = max(0, [mu_i^2 - m_T,i^2(T) - lambda_phi_sigma v_Phi^2(T)] / (2 lambda_sigma))
///   mu_i^2 = 2 lambda_sigma <sigma_i>_0^2 + lambda_phi_sigma v^2,  v_Phi^2(T) = v^2 max(0, 1 - T^2/T_c^2)
///
/// which at the benchmark is 18 % above two loops at 5e4 GeV. Occupancy: above the temperatures at which the
/// gauge coupling or the portal thermalise sigma and Z', their own contribution is diluted, kappa = T_thermal
/// / T.
class ThermalHistory {
 public:
  /// To one or two loops it looks for changes of the vacuum up to 1e3 T_R.
  ThermalHistory(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw);

  /// <sigma_i> at temperature T [GeV].
  VacuumExpectation vacuum(double temperature) const;

  /// With d<sigma_i>/d ln T [GeV], 0 without a vev.
  VacuumChange vacuum_change(double temperature) const;

  /// m_T,i^2 [GeV^2] of the high-temperature form, i = 1 or 2.
  double thermal_mass_squared(int i, double temperature) const;

  /// kappa_sigma: occupancy of the sigma-Z' sector relative to equilibrium, at most 1.
  double occupancy(double temperature) const;

  /// Equilibration through the gauge interaction: 6e4 (g/1e-3)^4 GeV (the talk; finite-density mass of
  /// sigma).
  double gauge_temperature() const { return gauge_temperature_; }

  /// Equilibration of Phi Phi* -> sigma sigma* against H: lambda_phi_sigma^2 M_P / (64 pi^3 sqrt(pi^2
  /// g*/90)).
  double portal_temperature() const { return portal_temperature_; }

  /// The temperatures up to `upper` [GeV] at which U(1) is restored (both vevs vanish), from the lowest to
  /// the highest if there are several windows; none if the symmetry stays broken from `upper` to today.
  std::optional<TemperatureRange> restoration_window(double upper) const;

  /// The temperatures below `upper` [GeV], at most 1e3 T_R, at which <sigma_i>(T) is not smooth: where a vev
  /// vanishes, at the electroweak crossover and at thermalisation. Ascending.
  std::vector<double> kinks(double upper) const;

  /// Those of the kinks at which a vev vanishes: <sigma_i> and what follows from it vary like the square root
  /// of the distance there, in the high-temperature form.
  std::vector<double> vanishing(double upper) const;

  /// Above this temperature [GeV] there is no vacuum without a Higgs condensate, which would run away;
  /// infinite if there is one up to 1e3 T_R, and in the high-temperature form, which does not know. vacuum()
  /// stays proportional to T from there.
  double condensed_above() const;

  /// The scalars as they are at T = 0.
  const ScalarSector& sector() const { return sector_; }

 private:
  struct Quadratic {
    double constant, linear, quadratic;  ///< [GeV^2], [GeV], [1]
  };

  double thermal_below() const { return std::max(gauge_temperature_, portal_temperature_); }
  Quadratic curvature(int i, double temperature) const;
  static std::array<double, 2> roots(const Quadratic& quadratic);
  double order_parameter(int i, double temperature) const;
  double order_parameter_slope(int i, double temperature) const;
  /// Between which the curvatures are one quadratic each.
  std::vector<double> piece_ends(double upper) const;

  ThermalCoefficients choice_;
  ThermalMassCoefficients coefficients_;
  double lambda_sigma_, lambda_phi_sigma_, gauge_coupling_;
  std::array<double, 2> vev_today_;
  bool has_sigma2_;
  double gauge_temperature_, portal_temperature_;
  ScalarSector sector_;
  std::optional<LoopVacuum> loops_;  ///< none: the high-temperature form
};

}  // namespace mutauscan
