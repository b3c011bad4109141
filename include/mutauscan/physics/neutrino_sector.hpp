#pragma once

#include <utility>
#include <vector>

#include <Eigen/Core>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/numerics/takagi.hpp"
#include "mutauscan/physics/model_point.hpp"
#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// Index of a charged-lepton flavour; never to be mixed up with that of a mass eigenstate.
namespace flavour {
/// Rows and columns of e, mu, tau.
enum Flavour : int { e = 0, mu = 1, tau = 2 };
}  // namespace flavour
using flavour::Flavour;

/// Measured input of the oscillation experiments: angles [rad], dm21 = m2^2 - m1^2 and
/// dm3l = m3^2 - m1^2 > 0 (NO) or m3^2 - m2^2 < 0 (IO) [GeV^2].
struct OscillationParameters {
  double theta12, theta23, theta13;
  double dm21, dm3l;
};

/// The light neutrinos: masses [GeV], Dirac phase and Majorana phases [rad], and
/// U = V_PDG diag(1, e^{i eta2}, e^{i eta3}) with m_nu = U* diag(m) U^dagger.
struct LightNeutrinos {
  Eigen::Vector3d mass;
  double delta, eta2, eta3;
  Matrix3c mixing;
};

/// Of the angles, phases and splittings of a point.
OscillationParameters oscillation_parameters(const ModelPoint& point);

/// PMNS matrix without Majorana phases in the PDG parametrisation; angles and delta in rad.
Matrix3c pdg_mixing(const OscillationParameters& oscillation, double delta);

/// Masses from the lightest one [GeV]: m1 for normal, m3 for inverted ordering.
Eigen::Vector3d light_masses(const OscillationParameters& oscillation, double m_lightest);

/// All light-neutrino solutions of a two-zero texture, ordered by delta in [0, 2 pi).
///
/// With S = v^2 U diag(1/m) U^T proportional to M_ij/(lambda_i lambda_j), the zeros S_ab = S_cd = 0 make
/// x_i = e^{2 i eta_i}/m_i parallel to A x B, A_i = V_ai V_bi, B_i = V_ci V_di: masses up to a scale and both
/// Majorana phases follow from delta alone, and delta from the measured ratio of mass splittings. That
/// condition is a polynomial in cos(delta), of which the roots are found all at once (eigenvalues of its
/// colleague matrix). An empty list is a normal answer.
/// Ref.: Asai, Hamaguchi, Nagata 1705.00419; Asai et al. 1811.07571.
std::vector<LightNeutrinos> texture_solutions(Texture texture, const OscillationParameters& oscillation);

/// The light neutrinos of a model point: the texture's solution on the chosen CP branch (the lightest, if
/// there is more than one), or for texture none the input phases and masses.
Outcome<LightNeutrinos> light_neutrinos(const ModelPoint& point, const ModelSettings& settings);

/// S = v^2 U diag(1/m) U^T [GeV]: S_ij = M_ij/(lambda_i lambda_j), up to a common phase.
Matrix3c inverse_seesaw(const LightNeutrinos& neutrinos);

/// Effective mass of neutrinoless double beta decay |sum_i conj(U_ei)^2 m_i| [GeV].
double double_beta_mass(const LightNeutrinos& neutrinos);

/// Effective mass of tritium beta decay sqrt(sum_i |U_ei|^2 m_i^2) [GeV].
double beta_decay_mass(const LightNeutrinos& neutrinos);

}  // namespace mutauscan
