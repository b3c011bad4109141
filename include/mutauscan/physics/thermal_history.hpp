#pragma once

#include <array>
#include <optional>
#include <vector>

#include "mutauscan/physics/model_point.hpp"
#include "mutauscan/physics/seesaw.hpp"

namespace mutauscan {

/// Which of the two scalars has an expectation value. Stored in files: never renumber.
enum class Phase : int { symmetric = 0, sigma1_only = 1, sigma2_only = 2, both_broken = 3 };

/// <sigma1>, <sigma2> at one temperature [GeV].
struct VacuumExpectation {
  double sigma1, sigma2;

  Phase phase() const { return static_cast<Phase>((sigma1 > 0.0 ? 1 : 0) + (sigma2 > 0.0 ? 2 : 0)); }
};

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

/// The vacuum of sigma1 (charge 1) and sigma2 (charge 2) as the Universe cools.
///
///   <sigma_i>^2(T) = max(0, [mu_i^2 - m_T,i^2(T) - lambda_phi_sigma v_Phi^2(T)] / (2 lambda_sigma))
///   mu_i^2 = 2 lambda_sigma <sigma_i>_0^2 + lambda_phi_sigma v^2,  v_Phi^2(T) = v^2 max(0, 1 - T^2/T_c^2)
///
/// High-temperature form: valid for field-dependent masses below T; analysis/effective_potential_study.py
/// compares it with the full one-loop potential. Occupancy: above the temperatures at which the gauge
/// coupling or the portal thermalise sigma and Z', their own contribution is diluted, kappa = T_thermal / T.
class ThermalHistory {
 public:
  ThermalHistory(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw);

  /// <sigma_i> at temperature T [GeV].
  VacuumExpectation vacuum(double temperature) const;

  /// m_T,i^2 [GeV^2], i = 1 or 2.
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

  /// The temperatures below `upper` [GeV] at which <sigma_i>(T) is not smooth: where a vev vanishes, at the
  /// electroweak crossover and at thermalisation. Ascending.
  std::vector<double> kinks(double upper) const;

  /// Tree-level masses of the radial modes, 2 sqrt(lambda_sigma) <sigma_i>; the angular modes are massless.
  std::array<double, 2> radial_masses(const VacuumExpectation& vacuum) const;

 private:
  double order_parameter(int i, double temperature) const;

  ThermalCoefficients choice_;
  ThermalMassCoefficients coefficients_;
  double lambda_sigma_, lambda_phi_sigma_, gauge_coupling_;
  std::array<double, 2> vev_today_;
  bool has_sigma2_;
  double gauge_temperature_, portal_temperature_;
};

}  // namespace mutauscan
