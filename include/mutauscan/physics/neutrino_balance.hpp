#pragma once

#include <array>

#include <Eigen/Core>

#include "mutauscan/physics/neutrino_rates.hpp"

namespace mutauscan {

/// Asymmetries n_Delta_alpha, Delta_alpha = B/3 - L_alpha, kept apart by source: column 0 is made by N_1,
/// column 1 by N_2 and N_3.
using Asymmetries = Eigen::Array<double, 3, 2>;

/// Which right-handed neutrinos have equations of their own; the others are fast.
using SlowNeutrinos = std::array<bool, 3>;

/// What right-handed neutrinos do at one temperature once the fast ones, whose decays outrun the expansion,
/// are eliminated: they stand in balance with what makes them, and pass it on at once. Sums over fast
/// neutrinos stay smooth where N_2 and N_3 cross, unlike what belongs to each of them.
struct NeutrinoBalance {
  /// What decays bring: asymmetry at once, and slow neutrinos (number; energy, see below).
  struct Yield {
    Asymmetries asymmetry = Asymmetries::Zero();
    Eigen::Array3d number = Eigen::Array3d::Zero(), energy = Eigen::Array3d::Zero();
  };
  Yield inflaton;               ///< of one inflaton; energy in m_phi
  std::array<Yield, 3> decays;  ///< of one slow N_q; energy per rest energy that decays

  // Deviations of thermal abundances from equilibrium, delta_I = n_I - n_I^eq [GeV^3]:
  //   d delta_q/dt + 3 H delta_q = -sum_p loss_qp delta_p - H (drift[0]_q + drift[1]_q d ln T/d ln a)
  //   dn_Delta/dt = sum_q by_deviation[q] delta_q + H (by_drift[0] + by_drift[1] d ln T/d ln a)
  Eigen::Matrix3d loss = Eigen::Matrix3d::Zero();                                       ///< [GeV]
  std::array<Eigen::Array3d, 2> drift{Eigen::Array3d::Zero(), Eigen::Array3d::Zero()};  ///< [GeV^3]
  std::array<Asymmetries, 3> by_deviation{Asymmetries::Zero(), Asymmetries::Zero(), Asymmetries::Zero()};
  std::array<Asymmetries, 2> by_drift{Asymmetries::Zero(), Asymmetries::Zero()};
  Eigen::Array3d equilibrium = Eigen::Array3d::Zero();  ///< n_q^eq of slow ones [GeV^3]

  /// Reaction densities [GeV^4] that wash out flavour alpha, all neutrinos with thermal abundances; what a
  /// slow N_q adds to it per delta_q/n_q^eq.
  Eigen::Array3d washout = Eigen::Array3d::Zero();
  /// Reaction densities [GeV^4] that turn asymmetries of one flavour into another's: emu, etau, mutau.
  Eigen::Array3d exchange = Eigen::Array3d::Zero();
  Eigen::Array33d resonant_washout = Eigen::Array33d::Zero();  ///< (alpha, q)
};

/// For given rates at temperature T [GeV].
NeutrinoBalance balance_neutrinos(const NeutrinoRates& rates, const SlowNeutrinos& slow, double temperature);

}  // namespace mutauscan
