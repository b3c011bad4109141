#pragma once

#include <functional>

#include <Eigen/Core>

#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// The Universe in which right-handed neutrinos decay.
struct Reheating {
  double inflaton_width;  ///< Gamma_phi [GeV]
  double inflaton_mass;   ///< [GeV]
  double g_star;
  double final_temperature;  ///< sphaleron freeze-out [GeV]
  Spectators spectators;
  double sphaleron_conversion;

  /// Where rho_R = rho_phi [GeV], from Gamma_phi, if all right-handed neutrinos decay at once.
  double temperature() const;
};

/// Gamma_phi [GeV] of an inflaton that reheats to T_R [GeV], for constant g_star:
/// 2.4380524 sqrt(pi^2 g_star/90) T_R^2/M_P, which puts rho_R = rho_phi at T_R to 3.3e-5: see
/// constants::reheating_width_factor.
double inflaton_width(double reheating_temperature, double g_star);

double radiation_energy(double temperature, double g_star);  ///< pi^2 g_star T^4/30 [GeV^4]
double radiation_temperature(double energy, double g_star);  ///< its inverse [GeV]
double entropy_density(double temperature, double g_star);   ///< 2 pi^2 g_star T^3/45 [GeV^3]
double hubble_rate(double energy);                           ///< sqrt(energy/3)/M_P [GeV], reduced M_P

/// Inflaton and radiation, if all that decays becomes radiation at once:
///   d(rho_phi a^3)/dt = -Gamma_phi rho_phi a^3,  d(rho_R a^4)/dt = a^4 Gamma_phi rho_phi,
/// from the attractor rho_R = (2/5)(Gamma_phi/H) rho_phi of early times. In units of its T_R and Gamma_phi
/// this is one and the same function of u = ln(a/a_R), a_R: where rho_R = rho_phi, for all points; it is
/// solved once. Valid for constant g_star and H <= 1e12 Gamma_phi. Relative accuracy 1e-10.
namespace reheating_history {

/// Inflaton and radiation at one time.
struct State {
  double inflaton;     ///< rho_phi a^3 relative to early times
  double temperature;  ///< T/T_R
  double hubble_rate;  ///< H/Gamma_phi
  double cooling;      ///< d ln T/d ln a
};
/// The state at u = ln(a/a_R).
State at(double u);

double when_temperature_is(double temperature);  ///< u at which T/T_R falls to this value, <= 1e4
double when_hubble_rate_is(double hubble_rate);  ///< u at which H/Gamma_phi falls to this value, <= 1e12

}  // namespace reheating_history

}  // namespace mutauscan
