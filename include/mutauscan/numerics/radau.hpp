#pragma once

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "mutauscan/numerics/small_systems.hpp"

namespace mutauscan {

/// Radau IIA with five stages (order 9, L-stable, stiffly accurate) for linear equations
///   y' = s(t) - R(t) y = R(t) (g(t) - y),
/// whose stages follow from one linear system without iteration: a handful of long steps does what BDF, with
/// its many short ones, needs microseconds each for. Ref.: Hairer, Wanner, Solving ODEs II, IV.5 and IV.8.
namespace radau {

inline constexpr int stages = 5;
using Nodes = Eigen::Matrix<double, stages, 1>;
template <int n>
using Stages = Eigen::Matrix<double, n, stages>;  ///< a column per stage

/// Nodes and weights of the method, as Hairer and Wanner IV.8 have them.
struct Coefficients {
  Nodes c;  ///< nodes in (0, 1], the last is 1
  Eigen::Matrix<double, stages, stages> a;
  double gamma;  ///< weight of the start of the step in the embedded formula of order 5: real eigenvalue of a
  Nodes error;   ///< the difference of the two formulas is h gamma y'(t_0) + sum_j error_j (Y_j - y_0)
};
/// Nodes and weights of the method.
const Coefficients& coefficients();

/// One step for one equation: `rate` and `target` are R and g at the nodes, rate_0 and target_0 at the start.
/// Increments Y_j - y_0 into `increment`; returns the estimated error of the step. A stiff error is damped as
/// a further implicit step would damp it (IV.8.19), but with the smallest rate within the step: where rates
/// fall by orders of magnitude the one at the start would hide errors that stay.
inline double step(double h, double rate_0, double target_0, double y_0, const Nodes& rate,
                   const Nodes& target, Nodes& increment) {
  const Coefficients& k = coefficients();
  // (1 + h A R) u = h A R (g - y_0); elimination without pivoting, stable for Radau's A and R >= 0
  double m[stages][stages];
  for (int i = 0; i < stages; ++i) {
    double right = 0.0;
    for (int j = 0; j < stages; ++j) {
      m[i][j] = h * k.a(i, j) * rate(j);
      right += m[i][j] * (target(j) - y_0);
    }
    m[i][i] += 1.0;
    increment(i) = right;
  }
  for (int p = 0; p < stages; ++p) {
    const double inverse = 1.0 / m[p][p];
    for (int i = p + 1; i < stages; ++i) {
      const double factor = m[i][p] * inverse;
      for (int j = p + 1; j < stages; ++j) m[i][j] -= factor * m[p][j];
      increment(i) -= factor * increment(p);
    }
  }
  for (int p = stages - 1; p >= 0; --p) {
    for (int j = p + 1; j < stages; ++j) increment(p) -= m[p][j] * increment(j);
    increment(p) /= m[p][p];
  }
  const double slope = h * k.gamma * rate_0 * (target_0 - y_0);
  return std::abs(slope + k.error.dot(increment)) / (1.0 + h * k.gamma * std::min(rate_0, rate.minCoeff()));
}

/// One step for n coupled equations y' = s(t) - R(t) y; with m > 1, m solutions of the same R, stacked in y.
/// rate_at(j) gives R at node j; `slope` is s - R y_0 at the nodes, slope_0 at the start. Returns the
/// difference to the embedded formula, an error to be damped.
template <int n, int m, class RateAt>
Eigen::Matrix<double, n * m, 1> step(double h, const RateAt& rate_at,
                                     const Eigen::Matrix<double, n * m, 1>& slope_0,
                                     const Stages<n * m>& slope, Stages<n * m>& increment) {
  using Columns = Eigen::Matrix<double, n, m>;
  const Coefficients& k = coefficients();
  Eigen::Matrix<double, n * stages, n * stages> system;
  for (int j = 0; j < stages; ++j) {
    const Eigen::Matrix<double, n, n>& rate = rate_at(j);
    for (int i = 0; i < stages; ++i) system.template block<n, n>(n * i, n * j) = h * k.a(i, j) * rate;
  }
  system.diagonal().array() += 1.0;
  const Stages<n* m> pull = (h * slope).lazyProduct(k.a.transpose());
  Eigen::Matrix<double, n * stages, m> solution;
  for (int j = 0; j < stages; ++j)
    solution.template middleRows<n>(n * j) = Eigen::Map<const Columns>(pull.col(j).data());
  solve_in_place(system, solution);
  for (int j = 0; j < stages; ++j)
    Eigen::Map<Columns>(increment.col(j).data()) = solution.template middleRows<n>(n * j);

  return h * k.gamma * slope_0 + increment * k.error;
}

/// (1 + h gamma R)^{-1} difference, for m stacked solutions: the error left after an implicit step like it.
template <int n, int m>
Eigen::Matrix<double, n * m, 1> damped(double h, const Eigen::Matrix<double, n, n>& rate,
                                       const Eigen::Matrix<double, n * m, 1>& difference) {
  using Columns = Eigen::Matrix<double, n, m>;
  Eigen::Matrix<double, n, n> filter = h * coefficients().gamma * rate;
  filter.diagonal().array() += 1.0;
  Columns error = Eigen::Map<const Columns>(difference.data());
  solve_in_place(filter, error);
  return Eigen::Map<const Eigen::Matrix<double, n * m, 1>>(error.data());
}

/// The next step from the last one and its error relative to what is allowed; above 1 the step is repeated.
inline double next_step(double h, double relative_error) {
  constexpr double order = 6.0;  // the error estimate falls as h^6
  return h * std::clamp(0.9 * std::pow(std::max(relative_error, 1e-12), -1.0 / order), 0.1, 8.0);
}

}  // namespace radau
}  // namespace mutauscan
