#pragma once

#include <array>

#include "mutauscan/numerics/radau.hpp"
#include "quasi_steady_equations.hpp"

namespace mutauscan {

/// Right-handed neutrinos from the inflaton whose decays lag behind their production by a small part of an
/// e-fold, l = H/(Gamma gamma), in the linear equations of the fast ones:
///   dN/du = arriving - N/l,  asymmetries and daughters come with N/l,  gamma as at production;
///   the plasma is cooler by d ln T = -rho_N/(4 rho_R), rho_N = l times the energy that arrives.
/// That is the first order in l of relativistic neutrinos: left out are l^2 and gamma^2 l (energy that is not
/// redshifted while it is in neutrinos).
class DelayedDecays {
 public:
  /// In balance at u_start.
  DelayedDecays(const BoltzmannProblem& problem, const SlowNeutrinos& delayed, double u_start);

  /// Source and wash-out where the last step that was taken has led to.
  QuasiSteadyRates at_start() const;

  /// The same at the nodes of a step of length h from there, to be taken or not.
  using Nodes = std::array<QuasiSteadyRates, radau::stages>;
  Nodes at_nodes(double h);
  void take() { now_ = next_; }

 private:
  struct State {
    double u;
    Eigen::Array3d number;  ///< of delayed ones
    double cooler;          ///< d ln T
  };
  struct Arrivals;

  Arrivals arrivals(double u, const NeutrinoRates& rates) const;
  double cooler(double u, const Arrivals& arrivals) const;

  const BoltzmannProblem& problem_;
  SlowNeutrinos delayed_;
  State now_, next_;
};

}  // namespace mutauscan
