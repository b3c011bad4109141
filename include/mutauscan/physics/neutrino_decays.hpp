#pragma once

#include <optional>

#include "mutauscan/physics/heavy_neutrinos.hpp"
#include "mutauscan/physics/mixing.hpp"

namespace mutauscan {

/// What the inflaton makes of right-handed neutrinos per decay, as a density matrix of the mass eigenstates,
/// summed over spins. `mass`: diag(f_1, f_2, f_3). `charge`: couplings c_ee, c_mutau -1/2 c phi N N that
/// conserve L_mu - L_tau, rho_0 = f Re(c c^dagger)/Tr(c c^dagger) with f = f_1 + f_2 + f_3: in the flavour
/// basis diagonal, ratios c_ee^2 : c_mutau^2 : c_mutau^2. Valid for M << m_phi.
Matrix3c initial_state(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw,
                       const HeavyNeutrinos& neutrinos);

/// What neutrinos leave that start in a given state, by the choice of model.coherence.
struct NeutrinoDecays {
  Coherence coherence;
  Matrix3c initial_state;
  Eigen::Vector3d mass;
  DecayWidths<3> widths;
  Eigen::Array33d epsilon;               ///< epsilon_{alpha I} of populations of N_I, all diagrams
  std::optional<NeutrinoMixing> mixing;  ///< not for Coherence::none
  /// The source per inflaton decay that populations do not account for: coherence of the initial state, and
  /// that of daughters and of parents in cascades. (flavour, set): by what starts as N_1, and as N_2, N_3,
  /// where neutrinos count as starting anew in each decay N_J -> N_I phi.
  Eigen::Array<double, 3, 2> beyond_populations = Eigen::Array<double, 3, 2>::Zero();
};

/// What the Boltzmann equations take from the decays at one temperature, by settings.coherence.
template <int s>
NeutrinoDecays neutrino_decays(const DecayCouplings<3, s>& neutrinos, const Matrix3c& initial_state,
                               const ModelSettings& settings);
extern template NeutrinoDecays neutrino_decays(const HeavyNeutrinos&, const Matrix3c&, const ModelSettings&);
extern template NeutrinoDecays neutrino_decays(const DecayCouplings<3, 0>&, const Matrix3c&,
                                               const ModelSettings&);

/// S_alpha per inflaton decay, cascades included. Coherence::none does not tell resonant from direct: NaN.
struct InflatonSource {
  Eigen::Array3d total;
  double resonant, direct;  ///< summed over flavours
};
/// Asymmetry per inflaton decay that the initial state leaves.
InflatonSource inflaton_source(const NeutrinoDecays& decays);

/// |M_I - M_J| over (Gamma_I + Gamma_J)/2 of the pair where that is least.
double splitting_over_width(const NeutrinoDecays& decays);

/// False if the answer depends on couplings of the inflaton that nobody gave: different numbers of two mass
/// eigenstates that are closer than their width, whose basis a small dispersive mixing turns at will.
bool initial_state_is_predictive(const NeutrinoDecays& decays, InitialState choice);

}  // namespace mutauscan
