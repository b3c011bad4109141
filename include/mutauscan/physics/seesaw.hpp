#pragma once

#include <Eigen/Core>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/physics/neutrino_sector.hpp"

namespace mutauscan {

/// The Lagrangian's neutrino parameters at zero temperature:
/// L = -lambda_alpha (L_alpha.Phi) N_alpha - 1/2 M N N - h_emu sigma1 N_e N_mu - h_etau sigma1* N_e N_tau
///     - 1/2 h_mumu sigma2 N_mu N_mu - 1/2 h_tautau sigma2* N_tau N_tau + h.c.   (two-component notation)
struct Seesaw {
  Eigen::Vector3d lambda;     ///< Dirac Yukawa couplings, real and positive
  double sigma1_0, sigma2_0;  ///< <sigma_i> today [GeV]; m_Z'^2 = 2 g^2 (<sigma1>^2 + 4 <sigma2>^2)
  Complex M_ee, M_mutau;      ///< Majorana masses the symmetry allows [GeV]
  Complex h_emu, h_etau, h_mumu, h_tautau;  ///< Majorana Yukawa couplings with their phases
  Flavour b;                                ///< the flavour whose couplings h_eb, h_bb stay in the texture
};

/// From a scan point to the Yukawa couplings, so that v^2 lambda M^{-1} lambda is the measured m_nu.
/// Two-zero textures: given |M_mutau|, |h_eb|, lambda_a (a, b = mu, tau in some order),
///   <sigma1> = m_Z' / (sqrt2 g sqrt(1 + 4 r_v^2)),  lambda_b = |M_mutau| / (lambda_a |S_mutau|),
///   lambda_e = |h_eb| <sigma1> / (lambda_b |S_eb|),  M_ij = lambda_i lambda_j S_ij.
/// Texture none: lambda_e, lambda_mu, lambda_tau are given and every M_ij follows.
Seesaw seesaw(const ModelPoint& point, Texture texture, const LightNeutrinos& neutrinos);

/// M of the right-handed neutrinos for vacuum expectation values sigma1, sigma2 [GeV]; sigma2 may carry a
/// phase relative to today's vacuum.
Matrix3c majorana_mass(const Seesaw& seesaw, double sigma1, Complex sigma2);

}  // namespace mutauscan
