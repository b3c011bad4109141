#pragma once

#include <Eigen/Core>

#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// Chemical potentials in response to the asymmetries n_Delta_beta = B/3 - L_beta (densities, GeV^3):
/// mu_l_alpha = (6/T^2) sum_beta lepton(alpha, beta) n_Delta_beta,  mu_Phi = (6/T^2) sum_beta higgs(beta)
/// n_Delta_beta.
struct ChemicalResponse {
  Eigen::Matrix3d lepton;
  Eigen::RowVector3d higgs;
};

/// Below this temperature [GeV] the electron Yukawa interaction is in equilibrium; Boedeker, Schroeder
/// 1902.07220.
inline constexpr double electron_yukawa_temperature = 8.5e4;

/// Spectator processes: quark, mu and tau Yukawas, weak and strong sphalerons in equilibrium, hypercharge
/// neutrality; the electron Yukawa too, or else no asymmetry in right-handed electrons. Without spectators
/// mu_l_alpha = -3 n_Delta_alpha/T^2 and mu_Phi = 0.  Cf. Nardi et al. hep-ph/0512052.
const ChemicalResponse& chemical_response(Spectators spectators, bool electron_yukawa_in_equilibrium);

}  // namespace mutauscan
