#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include <Eigen/Core>

#include "mutauscan/core/enum_names.hpp"
#include "mutauscan/core/outcome.hpp"
#include "mutauscan/numerics/ode_solver.hpp"
#include "mutauscan/physics/neutrino_rates.hpp"
#include "mutauscan/physics/reheating.hpp"

namespace mutauscan {

/// Which right-handed neutrinos are integrated: those that are too slow to be eliminated, or all.
enum class NeutrinoEquations { automatic, integrated };

template <>
struct EnumNames<NeutrinoEquations> {
  static constexpr std::array<std::pair<NeutrinoEquations, std::string_view>, 2> names{
      {{NeutrinoEquations::automatic, "auto"}, {NeutrinoEquations::integrated, "integrated"}}};
};

struct SolverSettings {
  double rtol = 1e-6;
  double atol = 1e-20;  ///< on n_Delta/s
  std::uint64_t max_steps = 20000;
  double point_time_limit_s = 60.0;
  NeutrinoEquations neutrinos = NeutrinoEquations::automatic;
  /// e-folds by which to start earlier than needed: a check, no key of a config
  double earlier_start = 0.0;
};

/// Whether all right-handed neutrinos stand in balance with what makes them, some are integrated, or those
/// that lag behind do so in the equations of the others. Stored in files: never renumber.
enum class NeutrinoTreatment : int { quasi_steady = 1, integrated = 2, delayed = 3 };

struct BoltzmannResult {
  Eigen::Vector3d Y_delta;      ///< n_Delta/s, Delta_alpha = B/3 - L_alpha, at the final temperature
  double Y_B, Y_B_N1, Y_B_N23;  ///< total, and the parts sourced by N_1 and by N_2, N_3
  NeutrinoTreatment treatment;
};

/// How the solver fared, also where it failed.
struct SolverReport {
  OdeStatistics statistics;
  int flag = 0;                   ///< of CVODE, where it ran; negative: failure
  double last_temperature = 0.0;  ///< [GeV] of the last accepted step
};

/// One instant, for traces.
struct BoltzmannSnapshot {
  double log_scale_factor;  ///< ln(a/a_R); a_R: rho_R = rho_phi, were all neutrinos fast
  double temperature, hubble_rate;
  double inflaton_energy, radiation_energy;           ///< [GeV^4]
  Eigen::Array3d neutrino_energy, neutrino_pressure;  ///< of N_I from the inflaton [GeV^4]
  Eigen::Array3d neutrino_number;                     ///< of N_I from the inflaton [GeV^3]
  Eigen::Array3d thermal_neutrino_number;             ///< [GeV^3]
  NeutrinoRates rates;
  Eigen::Vector3d Y_delta;
  double Y_B;
};
using BoltzmannObserver = std::function<void(const BoltzmannSnapshot&)>;

/// Reheating, right-handed neutrinos and the asymmetries of the three flavours, from the inflaton to
/// sphaleron freeze-out (time variable u = ln a):
///   d(rho_phi a^3)/dt = -Gamma_phi rho_phi a^3;  radiation by energy conservation;
///   number and energy of N_I from the inflaton, with cascades N_J -> N_I phi and time dilation; thermal N_I;
///   dn_Delta_alpha/dt = - sum_I eps_aI Gamma_I [gamma_I n_I + k_I (n_I^th - n_I^eq)] - 3 H n_Delta
///       + sum_I washout_aI 2 (mu_l_a + mu_Phi)/T + sum_b gamma^{L=2}_ab 2 (mu_l_a + mu_l_b + 2 mu_Phi)/T.
///
/// N_I are fast, and eliminated, where the lag 1/Gamma_I they cause changes the answer by less than 1e-5
/// (estimated along the path); if all are, reheating is the known two-fluid history and linear equations
/// for the asymmetries remain, which Radau IIA solves (numerics/radau.hpp). The others are integrated, by
/// CVODE. `treatment` forces one of the two for all.
///
/// The path is that from H = 1e4 Gamma_phi, with no asymmetry and no thermal neutrinos, or as much earlier
/// (up to H = 1e10 Gamma_phi) as it takes for what was made before not to matter. Linear equations are solved
/// on the part of it that matters: what is made before, or made or lost after, is less than 0.1 rtol of each
/// asymmetry. rtol controls steps (and tables), relative to the size of each asymmetry (minor flavours: to
/// 1e-7 of the largest at least); asymmetries below atol/rtol are found to atol. Integrations stop where
/// masses change by more than a factor e within a part of an e-fold (path_survey.hpp).
///
/// Failure: solver_step_limit, solver_time_limit, solver_failed (also where masses of slow neutrinos change
/// by a factor e within 1e-5 e-folds, which the equations do not resolve); unphysical_asymmetry: sum_alpha
/// |epsilon_{alpha I}| > 1 where asymmetries are made; depends_on_start: more than 1e-5 of the answer comes
/// from the plasma there was at the start, H = 1e10 Gamma_phi, for want of one that neutrinos from the
/// inflaton make; phi_condensed: what was made above neutrinos.hottest matters. `report` has the details in
/// any case.
Outcome<BoltzmannResult> solve_boltzmann(const Reheating& reheating, const NeutrinoHistory& neutrinos,
                                         const SolverSettings& settings, OdeSolver& solver,
                                         SolverReport& report, const BoltzmannObserver& observe = {},
                                         std::optional<NeutrinoTreatment> treatment = std::nullopt);

}  // namespace mutauscan
