#pragma once

// What the two forms of the Boltzmann equations share: quasi_steady_equations.hpp where all right-handed
// neutrinos are fast, slow_neutrino_equations.hpp where some are not.

#include <algorithm>
#include <cmath>

#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/neutrino_balance.hpp"
#include "mutauscan/physics/plasma.hpp"

namespace mutauscan {

/// Units: u = ln(a/a_R) with a_R = 1; energies per comoving volume in `energy_unit`, the inflaton's at early
/// times; numbers in `number_unit`, that of inflatons.
struct BoltzmannProblem {
  const Reheating& reheating;
  const NeutrinoHistory& neutrinos;
  double reheating_temperature;     ///< where rho_R = rho_phi [GeV]
  double energy_unit, number_unit;  ///< [GeV^4], [GeV^3]
  double u_start, u_end;            ///< before and after, nothing happens that matters
  /// Sizes of the asymmetries, relative to which errors are controlled: the most that an e-fold contributes
  /// and that survives, but not less than what a minor flavour, or atol, allows.
  Asymmetries scale;
  std::vector<double> breakpoints;  ///< temperatures [GeV] where rates are not smooth, or change quickly
  std::vector<double> checkpoints;  ///< in u: no step passes one
  OdeOptions options;               ///< atol for the asymmetries alone (6 components, set by set)

  BoltzmannProblem(const Reheating& r, const NeutrinoHistory& n);

  /// n_Delta/s per asymmetry in number_unit, at u and T [GeV].
  double yield(double u, double temperature) const {
    return number_unit * std::exp(-3.0 * u) / entropy_density(temperature, reheating.g_star);
  }
  double temperature_at(const reheating_history::State& s) const {
    return s.temperature * reheating_temperature;
  }
  double when_temperature_is(double temperature) const {
    return reheating_history::when_temperature_is(temperature / reheating_temperature);
  }
  double hubble_at(const reheating_history::State& s) const {
    return s.hubble_rate * reheating.inflaton_width;
  }
  const ChemicalResponse& response_at(double temperature) const {
    return chemical_response(reheating.spectators, temperature < electron_yukawa_temperature);
  }
};

/// Asymmetries at the end, or why there are none.
struct BoltzmannRun {
  OdeEnd end;
  double u, temperature;  ///< of the last step
  Asymmetries asymmetry;
  SolverReport report;
  /// The part of what is made, and survives, that is made in radiation of the start, times the error of that:
  /// it stands for decays that are over at once.
  double from_start = 0.0;
};

using AsymmetryVector = Eigen::Matrix<double, 6, 1>;  ///< (flavour, set), flavours first

/// What washes out: reaction densities [GeV^4], or rates per H times T^3/12 once divided by H T^3/12.
/// The twelve numbers are tabulated rather than the matrix they make: rows and differences that nothing
/// washes out stay so.
struct WashOut {
  const double* flavour;   ///< 3: acts on mu_l_a + mu_Phi
  const double* exchange;  ///< 3 (emu, etau, mutau): on mu_l_b - mu_l_a
  const double*
      scattering;  ///< 6, symmetric (ee, emu, etau, mumu, mutau, tautau): on mu_l_a + mu_l_b + 2 mu_Phi

  /// -d n_Delta/du = matrix * n_Delta
  Eigen::Matrix3d matrix(const ChemicalResponse& response) const;
};

/// Rates span many orders of magnitude, and matter absolutely below one per e-fold, relatively above: so they
/// are tabulated as ln(1 + rate).
inline double compressed(double rate) { return std::log1p(rate); }
inline double expanded(double value) { return value > 1e-9 ? std::expm1(value) : std::max(value, 0.0); }

/// The temperatures [GeV] to integrate to, one after the other: the right-hand side jumps where the electron
/// Yukawa interaction comes into equilibrium, and changes quickly between checkpoints.
std::vector<double> integration_targets(const BoltzmannProblem& problem, double start_temperature);

/// Snapshot of an instant at which `slow` neutrinos from the inflaton have the given number and energy and
/// the others are in balance.
BoltzmannSnapshot snapshot(const BoltzmannProblem& problem, double u, double temperature, double hubble_rate,
                           double inflaton, const SlowNeutrinos& slow, const Eigen::Array3d& number,
                           const Eigen::Array3d& energy, const Eigen::Array3d& thermal_deviation,
                           const AsymmetryVector& asymmetry);

}  // namespace mutauscan
