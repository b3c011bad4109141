#pragma once

#include <Eigen/Core>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/type1_seesaw.hpp"

namespace mutauscan {

/// Thermal functions of x = M/T that the equations are made of, from a table: K_1(x)/K_2(x) and
/// (3/8) x^2 K_2(x), the equilibrium abundance in units in which it is 3/4 for x -> 0. Relative accuracy
/// 1e-12.
struct Type1Thermal {
  double dilation, equilibrium;
};
/// At x = M/T > 0.
Type1Thermal type1_thermal(double x);

/// Widths that damp flavour coherence in the density-matrix equations, d N_ab/dz = -... - width N_ab, as
/// constants: 485e-10 M_Pl/M_1 where one of a, b is tau, 1.7e-10 M_Pl/M_1 where one is mu.
struct FlavourDamping {
  double tau, mu;
};
/// For a neutrino of mass m1 [GeV].
FlavourDamping flavour_damping(double m1);

/// The asymmetries N_alpha left at z = 100, per (3/4 of a) neutrino in equilibrium while hot; NaN where the
/// equations keep sums only: 1F the total, 2F tau and the rest.
struct Type1Asymmetry {
  double total;
  Eigen::Array3d flavour;  ///< e, mu, tau
};

/// The Boltzmann and density-matrix equations of thermal leptogenesis in the normalisation of ULYSSES
/// (arXiv:2007.09150, 2301.05722; Blanchet et al. 1112.4528), z = M_1/T from 0.1 to 100, x_i = z M_i/M_1:
///   dN_i/d ln z = -d_i (N_i - N_i^eq),  d_i = K_i x_i^2 K_1/K_2(x_i),  w_i = (2/3) d_i N_i^eq
///   dN_a/d ln z = sum_i eps^i_aa d_i (N_i - N_i^eq) - sum_i P_ia w_i N_a                            (BE)
///   dN/d ln z   = sum_i eps^i d_i (N_i - N_i^eq) - sum_i (w_i/2) {P_i, N} - z damping * N            (DME)
/// The asymmetry is followed together with what neutrinos at hand will make, N + sum_i eps^i N_i, which has
/// no source but wash-out: for weak wash-out the cancellation between production and decay is then exact.
/// What N still there at z = 100 would make (K below 0.005) is not counted. All are linear, y' = rate (target
/// - y), and solved by Radau IIA of order 9. rtol is met at every step, relative to the largest component
/// (DME) or each asymmetry (BE). 2BE2F is taken over as it stands there: the source of e + mu is eps_mumu
/// alone, without eps_ee. With both, eta_B changes by 3 and 18 % for the cards 2N2F and 2N2FIO; 1BE2F and all
/// others are complete. Failure: solver_step_limit; solver_time_limit (looked at every 64 steps);
/// not_finite. No memory is allocated.
Outcome<Type1Asymmetry> solve_type1_equations(const Type1Couplings& couplings, const Type1Decays& decays,
                                              const Type1Settings& settings, const SolverSettings& solver,
                                              const FlavourDamping& damping, SolverReport& report);

}  // namespace mutauscan
