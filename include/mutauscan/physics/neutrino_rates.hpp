#pragma once

#include <functional>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "mutauscan/physics/heavy_neutrinos.hpp"
#include "mutauscan/physics/neutrino_decays.hpp"
#include "mutauscan/physics/thermal_history.hpp"

namespace mutauscan {

/// M/T beyond which e^{-M/T} makes thermal neutrinos, their inverse decays and Delta L = 1 scatterings
/// irrelevant.
inline constexpr double neutrinos_absent_beyond = 80.0;

/// What the Boltzmann equations need to know of the right-handed neutrinos at one temperature. Densities and
/// rates that fall like e^{-M/T} are given times e^{M_I/T}, so that nothing underflows.
struct NeutrinoRates {
  Eigen::Array3d mass;          ///< M_I [GeV]
  Eigen::Array3d mass_slope;    ///< d ln M_I/d ln T
  Eigen::Array3d lepton_width;  ///< Gamma(N_I -> L Phi), both CP states [GeV]
  Eigen::Array3d scalar_width;  ///< Gamma(2 -> 1), Gamma(3 -> 1), Gamma(3 -> 2) [GeV]
  Eigen::Array3d dilation;      ///< K_1/K_2(M_I/T)
  Eigen::Array3d equilibrium;   ///< n_I^eq e^{M_I/T} [GeV^3]
  Eigen::Array33d epsilon;      ///< epsilon_{alpha I} of populations, all diagrams
  Eigen::Array3d multiplicity = Eigen::Array3d::Zero();  ///< N_I per inflaton decay, each of energy m_phi/2
  /// S_alpha per inflaton decay beyond what populations make (neutrino_decays.hpp)
  Eigen::Array<double, 3, 2> beyond_populations = Eigen::Array<double, 3, 2>::Zero();
  Eigen::Array33d washout;  ///< [P gamma_D/2 + 2 P gamma_St] e^{M_I/T} [GeV^4], (alpha, I)
  /// What inverse decays of neutrinos that overlap wash out less, times e^{M_1/T} [GeV^4]: -1/2 sum_IJ n_IJ
  /// k_IJ Tr[C^alpha X_beta]_IJ (ee, emu, etau, mumu, mutau, tautau), on mu_l_beta + mu_Phi of the other
  /// flavour.
  Eigen::Array<double, 6, 1> coherent_washout = Eigen::Array<double, 6, 1>::Zero();
  Eigen::Array33d resonant_washout;     ///< P gamma_Ss e^{M_I/T}, to be multiplied by n_I/n_I^eq
  Eigen::Array3d scattering;            ///< (2 gamma_Ss + 4 gamma_St) e^{M_I/T}: production of N_I
  Eigen::Array<double, 6, 1> delta_l2;  ///< gamma_{alpha beta} [GeV^4]: ee, emu, etau, mumu, mutau, tautau
  /// 1 - (M_K + m_a)/M_I of each decay N_I -> N_K phi_a: where it passes 0, widths and asymmetries have
  /// kinks. 1 for decays that are not there.
  Eigen::Array<double, 3 * scalar_count, 1> threshold;

  /// Gamma(N_I -> N_K phi), K < I [GeV]
  double scalar_width_of(int i, int k) const { return scalar_width(i == 1 ? 0 : 1 + k); }
  /// Total width of N_i [GeV].
  double total_width(int i) const {
    double sum = lepton_width(i);
    for (int k = 0; k < i; ++k) sum += scalar_width_of(i, k);
    return sum;
  }
  /// Mean part of the energy that goes to N_K in N_I -> N_K phi: (1 + M_K^2/M_I^2)/2
  double daughter_energy(int i, int k) const {
    return 0.5 * (1.0 + (mass(k) / mass(i)) * (mass(k) / mass(i)));
  }
};

/// The rates for given neutrinos, made by the inflaton in a given state, at temperature T [GeV]; mass_slope
/// is left at 0. P_{alpha I} = |lambda'_{alpha I}|^2/H_II, gamma_D = n_eq (K1/K2) Gamma(N -> L Phi); Delta L
/// = 1 scatterings as in rates.hpp; gamma_{alpha beta} = 3 T^6 |m_{alpha beta}|^2/(4 pi^5 v^4), m = sum_I
/// lambda' lambda' v^2/M_I, each term times sqrt(delta_l2_ratio(M_I/T)) for delta_l2 = full. That is exact
/// for one N and for degenerate ones.
template <int scalars>
NeutrinoRates neutrino_rates(const DecayCouplings<3, scalars>& neutrinos, const Matrix3c& initial_state,
                             const ModelSettings& settings, double temperature);
extern template NeutrinoRates neutrino_rates(const HeavyNeutrinos&, const Matrix3c&, const ModelSettings&,
                                             double);
extern template NeutrinoRates neutrino_rates(const DecayCouplings<3, 0>&, const Matrix3c&,
                                             const ModelSettings&, double);

/// NeutrinoRates as a function of temperature [GeV].
using NeutrinoRateFunction = std::function<NeutrinoRates(double temperature)>;

/// The right-handed neutrinos of one point as the Universe cools.
struct NeutrinoHistory {
  NeutrinoRateFunction rates;
  std::vector<double> kinks;  ///< temperatures [GeV] at which they are not smooth
  /// Above it [GeV] there is no vacuum to compute them in.
  double hottest = std::numeric_limits<double>::infinity();
  /// Those of the kinks at which an expectation value vanishes: masses may change by orders of magnitude
  /// within a small part of an e-fold there.
  std::vector<double> vanishing = {};
  /// coherence = none with a regulator without a width: asymmetries grow without bound where two levels meet.
  bool has_poles = false;
  /// coherence = density_matrix: epsilon_{alpha I} counts what N_I makes once it has turned into others, too,
  /// per decay of its own to L Phi.
  bool mixes = false;
};

/// The rates of a model point, with mass_slope; kinks up to 1e3 T_R. `temperature = fixed_at_TR` takes
/// masses, couplings and asymmetries at T_R.
NeutrinoHistory neutrino_history(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw,
                                 const ThermalHistory& history);

}  // namespace mutauscan
