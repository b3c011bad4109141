#pragma once

#include "boltzmann_problem.hpp"

namespace mutauscan {

/// All right-handed neutrinos fast: the two-fluid history is known, and
///   d n_Delta/du = source(u) - washout(u) n_Delta
/// is linear. Source and wash-out stand in one table in u.
BoltzmannRun solve_quasi_steady(const BoltzmannProblem& problem, OdeSolver& solver,
                                const BoltzmannObserver& observe);

/// The table's functions at u: 6 sources (flavour, set), 3 + 6 wash-out rates per H.
struct QuasiSteadyRates {
  Asymmetries source, thermal_source;  ///< all; the part from thermal neutrinos
  Eigen::Array3d washout;
  Eigen::Array<double, 6, 1> scattering;
  NeutrinoRates neutrinos;
};
QuasiSteadyRates quasi_steady_rates(const BoltzmannProblem& problem, double u);

}  // namespace mutauscan
