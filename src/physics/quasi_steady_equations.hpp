#pragma once

#include "boltzmann_problem.hpp"

namespace mutauscan {

/// The part of a path outside of which asymmetries neither are made, if they survive, nor washed out.
struct PathSection {
  double from, to;  ///< in u
};

/// All right-handed neutrinos fast, or with a small delay (delayed_decays.hpp): the two-fluid history is
/// known, and
///   d n_Delta/du = source(u) - washout(u) n_Delta
/// is linear. Solved by Radau IIA of order 9 on the given section, at whose start asymmetries stand in
/// balance. The observer sees the whole path: the nodes of each step (accurate to sixth order), before them
/// asymmetries in balance, after them what stays.
BoltzmannRun solve_quasi_steady(const BoltzmannProblem& problem, const PathSection& section,
                                const SlowNeutrinos& delayed, const BoltzmannObserver& observe);

/// Source and wash-out at u, with ln T higher by `warmer` and its slope d ln T/du by `slope`: 6 sources
/// (flavour, set), 3 + 3 + 6 wash-out rates per H.
struct QuasiSteadyRates {
  Asymmetries source, thermal_source;  ///< all; the part from thermal neutrinos
  Eigen::Array3d washout, exchange;
  Eigen::Array<double, 6, 1> scattering;
  NeutrinoRates neutrinos;
};
QuasiSteadyRates quasi_steady_rates(const BoltzmannProblem& problem, double u, double warmer = 0.0,
                                    double slope = 0.0);

}  // namespace mutauscan
