#pragma once

#include <array>

#include "mutauscan/numerics/dual.hpp"

namespace mutauscan {

/// How far the potential of sigma1, sigma2 in the plasma is expanded. `strict_g2`: to relative order g^2 of
/// <Phi^dagger Phi> without resummation of what is beyond; only measures the error of two_loop.
enum class LoopOrder { one_loop, strict_g2, two_loop };

/// The scalars of a point: couplings and vacuum as they are at Q_0 = 173.1 GeV and T = 0.
struct ScalarSector {
  double lambda_phi_sigma, lambda_sigma, gauge_coupling;
  std::array<double, 2> vev_today;  ///< <sigma_1>, <sigma_2> [GeV]
  int scalars;                      ///< 2, or 1: there is no sigma_2
};

/// What the potential takes from the plasma of the Standard Model at one temperature: the same for all
/// points. In units of T; Scalar = Dual carries derivatives with respect to ln T. With w = min(1, (T/T_c)^4),
/// which turns loops off towards today's vacuum, and Q = 4 pi e^{-gamma} max(T, T_c) times `scale_factor`.
template <class Scalar>
struct PlasmaTerms {
  double temperature;      ///< [GeV]
  Scalar per_t2;           ///< 1/T^2 [1/GeV^2]
  Scalar higgs_vev2;       ///< v_Phi^2(T) = v^2 max(0, 1 - T^2/T_c^2) [GeV^2]
  Scalar portal_ratio;     ///< 1 + w (R - 1)
  Scalar portal_integral;  ///< w K
  Scalar log_scale;        ///< w ln(Q/Q_0)/(16 pi^2)
  double log_bosons;       ///< w L_b, L_b = 2 ln(scale_factor)
  // W = <Phi^dagger Phi>/T^2 = constant - Z m/2pi - logarithm ln m + inverse/m, m >= least_mass, of the Higgs
  // zero mode: m^2 = mass + kappa lambda/6 + Z (-mu_Phi^2/T^2 + lambda (u_1 + u_2))
  Scalar constant, z, logarithm, inverse, mass;
  double least_mass;
};
/// Two loops are given at scale_factor = 1 only.
template <class Scalar>
PlasmaTerms<Scalar> plasma_terms(LoopOrder order, double temperature, double scale_factor = 1.0);
PlasmaTerms<double> values_of(const PlasmaTerms<Dual>& plasma);  ///< without their derivatives
extern template PlasmaTerms<double> plasma_terms(LoopOrder, double, double);
extern template PlasmaTerms<Dual> plasma_terms(LoopOrder, double, double);

/// A minimum of the potential with Phi = 0 (T > T_c), or in the Higgs vacuum of the plasma below.
struct PotentialMinimum {
  bool exists;        ///< false: the Higgs zero mode is tachyonic; the rest is where it was lost
  double higgs_mass;  ///< m/T of the Higgs zero mode; 0 in and below the crossover
  /// u_i = <sigma_i>^2/T^2, or 0.
  std::array<double, 2> u;
  /// u_i where positive, else minus the curvature of V along sigma_i over 2 lambda_sigma T^2: its sign
  /// changes where the vacuum expectation value vanishes.
  std::array<double, 2> order;
  std::array<double, 2> quartic;  ///< lambda_i at Q
};

/// Solves the gap equations of sigma_1, sigma_2 for the occupancy kappa of their sector,
///   -mu_i^2 + 2 lambda_i u_i + lambda_12 u_j + kappa (lambda_i/3 + Q_i^2 g^2/4) + lambda W - o_i = 0,
/// or u_i = 0 and the left side >= 0, with W of PlasmaTerms and sigma's own zero modes in
///   o_i = kappa/(8 pi) [12 lambda_i sqrt(lambda_i u_i) + 2 g^2 Q_i^2 (2 m_T + m_L)],
///   m_T^2 = 2 g^2 (u_1 + 4 u_2), m_L^2 = m_T^2 + 8/3 kappa g^2: a quadratic equation for m, iterated for o_i
/// and the logarithm. Landau gauge, MS-bar; hard modes at bare masses, zero modes resummed (Arnold, Espinosa
/// hep-ph/9212235; dimensional reduction, Kajantie et al. hep-ph/9508379). Against the full one-loop
/// potential: 2e-5 of <sigma> for lambda_sigma <= 1e-4, 4e-4 at 1e-3, 1-2 % near 1e-2. Error of <sigma> for T
/// > 2 TeV: two_loop 1.5 %, one_loop +8 -1 %. `nearby`: u at a temperature close by, or zeros: where the
/// phase is the same there it saves time, and changes rounding only.
PotentialMinimum minimum(const ScalarSector& sector, const PlasmaTerms<double>& plasma, double occupancy,
                         const std::array<double, 2>& nearby = {});

/// The order parameter of sigma_{i+1} at the minimum without it, u_i = 0: smooth where it passes zero, and
/// sigma_{i+1} breaks the symmetry, too.
double order_without(std::size_t i, const ScalarSector& sector, const PlasmaTerms<double>& plasma,
                     double occupancy);

/// The order parameters of PotentialMinimum at u = 0: both negative where the symmetry is restored.
std::array<double, 2> order_at_origin(const ScalarSector& sector, const PlasmaTerms<double>& plasma,
                                      double occupancy);

/// du_i/d ln T at a minimum, from the derivative of the gap equations; 0 for fields without a vev.
std::array<double, 2> slope_of(const PotentialMinimum& minimum, const ScalarSector& sector,
                               const PlasmaTerms<Dual>& plasma, Dual occupancy);

/// sqrt(sum_i lambda_phi_sigma^2/(4 lambda_Phi lambda_i)) at Q = 4 pi e^{-gamma} T: above 1 with a negative
/// lambda_phi_sigma the quartic potential is not bounded from below at that scale; infinite where lambda_Phi
/// is negative there.
double quartic_stability(const ScalarSector& sector, double temperature);

}  // namespace mutauscan
