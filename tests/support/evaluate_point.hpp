#pragma once

#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

/// One point with default solver settings and a solver of its own.
inline PointResult evaluate_point(const ModelPoint& point, const ModelSettings& settings,
                                  const SolverSettings& solver_settings = {}) {
  OdeSolver solver;
  return evaluate(point, settings, solver_settings, solver);
}

}  // namespace mutauscan
