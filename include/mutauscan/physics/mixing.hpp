#pragma once

// Decays of right-handed neutrinos that overlap: a density matrix in the space of the N_I, which holds
// mixing, oscillation and interference to all orders.
//
// A neutrino that is made over a range of invariant masses well above its width decays as
//   int dE/2pi |lambda* G(E)|^2 = int dt |...|^2,  G = (E - M + i Gamma/2)^{-1}
// (Parseval), so the rates follow from the time-integrated density matrix X of one inflaton decay:
//   i (H_eff X - X H_eff^dagger) - F[X] = rho_0,  H_eff = M - i Gamma/2,
// where F feeds lighter neutrinos by N_J -> N_K phi, relative phases of the daughters included. One helicity
// of a Majorana neutrino contains both chiralities with equal weight: only real parts of the absorptive
// self-energy survive on shell (Gamma real); the imaginary parts reach the negative-energy component, are
// never resonant, and stand in the kernel of the direct asymmetry.
//
// Leading order in Gamma/M: production vertices and the energy dependence of widths across a line are not
// resummed. Only mixing inside a window of 20 per cent in mass is; beyond it fixed order holds.
// Ref.: Garny, Kartavtsev, Hohenegger 1112.6428; Garbrecht, Gautier, Klaric 1406.4190; Iso, Shimada
// 1404.4816 (two states, lepton loops), extended here to three states, scalar loops and cascades.

#include <Eigen/Core>

#include "mutauscan/physics/cp_asymmetry.hpp"

namespace mutauscan {

/// The symmetric pairs (K, L), in the order of NeutrinoMixing::feed: 11, 22, 33, 12, 13, 23.
inline constexpr int pair_of_entry[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};

/// How given neutrinos mix, decay and violate CP, whatever state they start in. Mass basis, GeV.
struct NeutrinoMixing {
  Eigen::Vector3d mass;
  Matrix3c dirac_yukawa;         ///< lambda_{alpha I}
  Eigen::Vector3d lepton_width;  ///< Gamma(N_I -> L Phi), both CP states
  /// W_IJ = (1 - t^2)^2 for |t| < 1, else 0; t = (M_I - M_J)/[0.2 (M_I + M_J)/2]: which mixing is resummed.
  Eigen::Matrix3d window;
  /// Gamma_IJ = W_IJ [G_IJ(M_I) + G_IJ(M_J)]/2, real and symmetric; diagonal: total widths.
  Eigen::Matrix3d width;
  /// F[R]_KL = sum over entries (J, Q) of feed.real R_JQ for the symmetric part of X, feed.imaginary (12, 13,
  /// 23) for the antisymmetric one. Daughters K, L of parents J, Q; F_KK,JJ = Gamma(N_J -> N_K phi).
  struct Feed {
    Eigen::Matrix<double, 6, 6> real = Eigen::Matrix<double, 6, 6>::Zero();
    Eigen::Matrix3d imaginary = Eigen::Matrix3d::Zero();
  } feed;
  /// delta_{alpha I} = -(i/16 pi) sum_J lambda*_{alpha J} k_JI: the couplings as loops that are not resummed
  /// change them.
  Matrix3c direct_coupling;

  /// Mean of the masses of N_i and N_j [GeV].
  double mean_mass(int i, int j) const { return 0.5 * (mass(i) + mass(j)); }
  /// Difference of the masses of N_i and N_j [GeV].
  double splitting(int i, int j) const { return mass(i) - mass(j); }
  /// N_i and N_j are so close that they mix while they decay, W_IJ > 0.
  bool overlaps(int i, int j) const { return window(i, j) > 0.0; }
};

/// Kernel k_JI of the direct asymmetry from self-energies: fixed order minus the first order of the density
/// matrix equation. With G_IJ(E) = [E Re H_IJ(E) + Re V_IJ(E)]/(8 pi), A = H + V/E, g_IJ the mean of
/// G_IJ(M_I) and G_IJ(M_J):
///   k_JI = 4 pi {[G_IJ(M_I) - G_IJ(M_J)]/(M_I - M_J) + W_IJ g_IJ/M_I} + 8 pi (1 - W_IJ) g_IJ/(M_I - M_J)
///          + i M_I Im A_JI(M_I)/(M_I + M_J),
///   k_II = 4 pi {dG_II/dE + Gamma_I/M_I} + (i/2) Im A_II.
/// Finite at M_I = M_J. Differences of G are taken over a span of at least 4e-5 of the mass (hypot with M_I -
/// M_J), so that thresholds, at which G has a kink or a root, are passed continuously.
template <int s>
Matrix3c self_energy_kernel(const DecayCouplings<3, s>& couplings, const NeutrinoMixing& mixing,
                            ScalarMasses scalar_masses);

/// Its part from the vertices: sqrt(x)[1 - (1 + x) ln(1 + 1/x)] H_JI for all J, and the portal vertex of
/// cp_asymmetry.hpp, k_KI += (mu_a/M_I) {y_KI (-beta + (r_K^2 - r_H^2) L) + y_KI* r_K L}.
template <int s>
Matrix3c vertex_kernel(const DecayCouplings<3, s>& couplings);

/// delta of a kernel.
Matrix3c direct_couplings(const Matrix3c& dirac_yukawa, const Matrix3c& kernel);

/// Everything but the state, for given couplings and their widths.
template <int s>
NeutrinoMixing neutrino_mixing(const DecayCouplings<3, s>& couplings, const DecayWidths<3>& widths,
                               ScalarMasses scalar_masses);

/// Whether N that come from decays of heavier N count.
enum class Cascades { followed, left_out };

/// X [GeV^-1 times the unit of rho_0] of neutrinos that start in rho_0 (hermitian). Exact: populations where
/// no two neutrinos overlap, closed form for one pair, nine real linear equations for three. Not finite if a
/// neutrino of zero width is produced.
Matrix3c integrated_density(const NeutrinoMixing& mixing, const Matrix3c& rho_0, Cascades cascades);

/// S_alpha = n(L_alpha) - n(anti) that X leaves: from mixing, Tr[C^alpha X], C^alpha_IJ = i m_IJ/(8 pi) Im
/// w^alpha_IJ, w^alpha_IJ = lambda_aI lambda_aJ*, m_IJ the mean mass; and from loops that are not resummed,
/// Tr[D^alpha X], D^alpha_IJ = m_IJ/(8 pi) Re(lambda_aI delta_aJ + lambda_aJ delta_aI).
struct CpSource {
  Eigen::Array3d resonant, direct;

  /// All of S_alpha.
  Eigen::Array3d total() const { return resonant + direct; }
};
/// The source of a density X.
CpSource cp_source(const NeutrinoMixing& mixing, const Matrix3c& density);

/// n(L_alpha) + n(anti) that X leaves: Tr[B^alpha X], B^alpha_IJ = W_IJ m_IJ/(8 pi) Re w^alpha_IJ. Sums to
/// Tr rho_0 over flavours, with cascades.
Eigen::Array3d leptons_made(const NeutrinoMixing& mixing, const Matrix3c& density);

/// What inverse decays give back. An excess of L_alpha over its antilepton makes neutrinos in the state 1 +
/// sum_beta C^beta mu_beta/Gamma, which keep it until they decay: Tr[C^alpha X_beta], X_beta the density of
/// neutrinos that start in C^beta. (alpha, beta): ee, emu, etau, mumu, mutau, tautau, weighted by sqrt(w_I
/// w_J) for each pair (I, J). A pair that splits by much less than its width gives back all there is in its
/// sum over flavours: it conserves lepton number.
Eigen::Array<double, 6, 1> regenerated_asymmetry(const NeutrinoMixing& mixing, const Eigen::Array3d& weight);

/// epsilon_{alpha I} of a neutrino that starts as N_I and is followed without cascades:
/// S_alpha Gamma_I/Gamma(N_I -> L Phi). Right in Boltzmann equations with populations of N_I, if those start
/// diagonal.
Eigen::Array33d effective_asymmetries(const NeutrinoMixing& mixing);

/// The same in closed form, for one pair that overlaps and is not fed by a heavier neutrino:
///   1/(8 pi H_II) sum_J Im{w_IJ [8 pi Gamma_IJ (m_IJ/M_I) R_IJ + k_JI]},
///   R_IJ = d/[d^2 + (Gamma_I + Gamma_J)^2 (1 - rho^2)/4],  d = M_I - M_J,  rho^2 = Gamma_IJ^2/(Gamma_I
///   Gamma_J)
/// with rho for the most degenerate pair (least |d|/(Gamma_I + Gamma_J)), 0 for the others.
Eigen::Array33d pair_asymmetries(const NeutrinoMixing& mixing);

}  // namespace mutauscan
