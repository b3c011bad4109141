#pragma once

#include <array>
#include <functional>
#include <optional>

#include <Eigen/Core>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/numerics/ode_solver.hpp"
#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/neutrino_rates.hpp"

namespace mutauscan {

struct SolverSettings {
  double rtol = 1e-7;
  double atol = 1e-20;  ///< on n_Delta/s
  std::uint64_t max_steps = 20000;
  double point_time_limit_s = 60.0;
};

/// The Universe before and during reheating.
struct Reheating {
  double inflaton_width;        ///< Gamma_phi [GeV]
  double inflaton_mass;         ///< [GeV]
  Eigen::Array3d multiplicity;  ///< f_I: N_I per inflaton decay, each of energy m_phi/2
  double g_star;
  double final_temperature;  ///< sphaleron freeze-out [GeV]
  Spectators spectators;
  double sphaleron_conversion;

  /// Where the integration starts: H = 1e4 Gamma_phi, on the attractor rho_R = (2/5)(Gamma_phi/H) rho_phi.
  double initial_hubble_rate() const { return 1e4 * inflaton_width; }
  double initial_temperature() const;
};

/// Whether right-handed neutrinos are integrated or stand in balance with what makes them.
enum class NeutrinoTreatment : int { quasi_steady = 1, integrated = 2 };

struct BoltzmannResult {
  Eigen::Vector3d Y_delta;      ///< n_Delta/s, Delta_alpha = B/3 - L_alpha, at the final temperature
  double Y_B, Y_B_N1, Y_B_N23;  ///< total, and the parts sourced by N_1 and by N_2, N_3
  NeutrinoTreatment treatment;
  OdeStatistics statistics;
};

/// One instant, for traces: densities per volume [GeV^n].
struct BoltzmannSnapshot {
  double log_scale_factor, temperature, hubble_rate;
  double inflaton_energy, radiation_energy;
  Eigen::Array3d neutrino_number, thermal_neutrino_number;
  Eigen::Vector3d Y_delta;
};
using BoltzmannObserver = std::function<void(const BoltzmannSnapshot&)>;

/// Reheating, right-handed neutrinos and the asymmetries of the three flavours, from the inflaton to
/// sphaleron freeze-out (time variable ln a):
///   d(rho_phi a^3)/dt = -Gamma_phi rho_phi a^3;  radiation by energy conservation;
///   number and energy of N_I from the inflaton, with cascades N_J -> N_I phi and time dilation; thermal N_I;
///   dn_Delta_alpha/dt = - sum_I eps_aI Gamma_I [gamma_I n_I + k_I (n_I^th - n_I^eq)]
///       + sum_I washout_aI 2 (mu_l_a + mu_Phi)/T + sum_b gamma^{L=2}_ab 2 (mu_l_a + mu_l_b + 2 mu_Phi)/T - 3
///       H n_Delta.
/// N_I that decay at least 1e6 times faster than the Universe expands, all the way, are eliminated
/// (quasi-steady state; error ~ H/Gamma); the others are integrated. `treatment` forces one of the two for
/// all. Failure: solver_step_limit, solver_time_limit, solver_failed, with the last temperature in the
/// message.
Outcome<BoltzmannResult> solve_boltzmann(const Reheating& reheating, const NeutrinoRateFunction& rates,
                                         const SolverSettings& settings, OdeSolver& solver,
                                         const BoltzmannObserver& observe = {},
                                         std::optional<NeutrinoTreatment> treatment = std::nullopt);

}  // namespace mutauscan
