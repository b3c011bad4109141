#pragma once

#include <Eigen/Core>

namespace mutauscan {

// Thermal rates of one right-handed neutrino of mass M, as functions of z = M/T. Reaction densities are
//   gamma = M^4/(64 pi^4 z) int dx sqrt(x) K_1(z sqrt x) sigma_hat(x),  x = s/M^2,
// and are given divided by what factors out of them. Ref.: Giudice et al. hep-ph/0310123.

/// A thermal N (two helicities, Maxwell-Boltzmann statistics).
struct ThermalDistribution {
  double scaled_density;  ///< e^z n_eq/T^3, n_eq = (T^3/pi^2) z^2 K_2(z)
  double dilation;        ///< mean inverse Lorentz factor K_1(z)/K_2(z)
};
/// Of Maxwell-Boltzmann statistics, z = M/T > 0.
ThermalDistribution thermal_distribution(double z);

/// Delta L = 1 scatterings e^z gamma/(H M^4), H = (lambda^dagger lambda)_II:
///   top_s: N L -> Q t,   top_t: N Q -> L t and crossed (each), both divided by y_t^2;
///   gauge_s: N Lbar -> Phi A,   gauge_t: half the sum of N Phibar -> L A and N A -> L Phi, divided by
///   G = (3 g_2^2 + g_Y^2)/2.
/// Thermal masses m_H^2 = 0.4 T^2 and m_l^2 = (3 g_2^2 + g_Y^2) T^2/32 are the infrared cut; the latter is
/// taken at T = 1e6 GeV, as it only enters logarithms.
struct ScatteringRates {
  double top_s, top_t, gauge_s, gauge_t;
};
ScatteringRates scattering_rates(double z);  ///< from a table, relative accuracy 1e-6; 1e-2 < z < 100
/// The same by integration, for the table and for tests.
ScatteringRates scattering_rates_by_quadrature(double z);

/// Ratio of the Delta L = 2 rate of one N (L Phi -> anti, L L -> Phi* Phi*; on-shell part subtracted, Gamma
/// << M) to its low-temperature limit 3 T^6 (H v^2/M)^2/(4 pi^5 v^4). -> 1 for z >> 1; 0 where the subtracted
/// rate is negative.
double delta_l2_ratio(double z);
double delta_l2_ratio_by_quadrature(double z);  ///< without the cut at 0

}  // namespace mutauscan
