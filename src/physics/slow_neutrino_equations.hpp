#pragma once

#include "boltzmann_problem.hpp"

namespace mutauscan {

/// Inflaton, radiation, asymmetries, and for each slow right-handed neutrino the number and energy of what
/// the inflaton made and the deviation of its thermal abundance from equilibrium. Fast ones are eliminated.
BoltzmannRun solve_with_slow_neutrinos(const BoltzmannProblem& problem, const SlowNeutrinos& slow,
                                       OdeSolver& solver, const BoltzmannObserver& observe);

}  // namespace mutauscan
