#pragma once

#include <algorithm>
#include <cmath>

#include <Eigen/Core>
#include <Eigen/LU>

namespace mutauscan {

/// Radau IIA with five stages (order 9, L-stable, stiffly accurate) for linear equations
///   y' = R(t) (g(t) - y),
/// whose stages follow from one linear system without iteration: a handful of long steps does what BDF, with
/// its many short ones, needs microseconds each for. Ref.: Hairer, Wanner, Solving ODEs II, IV.5 and IV.8.
namespace radau {

inline constexpr int stages = 5;
using Nodes = Eigen::Matrix<double, stages, 1>;
template <int n>
using Stages = Eigen::Matrix<double, n, stages>;  ///< a column per stage

struct Coefficients {
  Nodes c;  ///< nodes in (0, 1], the last is 1
  Eigen::Matrix<double, stages, stages> a;
  double gamma;  ///< weight of the start of the step in the embedded formula of order 5: real eigenvalue of a
  Nodes error;   ///< the difference of the two formulas is h gamma y'(t_0) + sum_j error_j (Y_j - y_0)
};
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

/// One step for n coupled equations; rate_at(j) gives the matrix R at node j, and at the start for j = -1.
/// `least` is a matrix below R throughout the step (R - least has no negative eigenvalue), with which errors
/// are damped as above. Returns the estimated errors.
template <int n, class RateAt>
Eigen::Matrix<double, n, 1> step(double h, const RateAt& rate_at, const Eigen::Matrix<double, n, n>& least,
                                 const Eigen::Matrix<double, n, 1>& target_0,
                                 const Eigen::Matrix<double, n, 1>& y_0, const Stages<n>& target,
                                 Stages<n>& increment) {
  using Vector = Eigen::Matrix<double, n, 1>;
  using Square = Eigen::Matrix<double, n, n>;
  const Coefficients& k = coefficients();
  Eigen::Matrix<double, n * stages, n * stages> system;
  Eigen::Matrix<double, n * stages, 1> right = Eigen::Matrix<double, n * stages, 1>::Zero();
  for (int j = 0; j < stages; ++j) {
    const Square rate = rate_at(j);
    const Vector pull = rate * (target.col(j) - y_0);
    for (int i = 0; i < stages; ++i) {
      system.template block<n, n>(n * i, n * j) = h * k.a(i, j) * rate;
      right.template segment<n>(n * i) += h * k.a(i, j) * pull;
    }
  }
  system.diagonal().array() += 1.0;
  Eigen::Map<Eigen::Matrix<double, n * stages, 1>>(increment.data()) = system.partialPivLu().solve(right);
  const Vector difference = h * k.gamma * rate_at(-1) * (target_0 - y_0) + increment * k.error;
  Square filter = h * k.gamma * least;
  filter.diagonal().array() += 1.0;
  return filter.partialPivLu().solve(difference).cwiseAbs();
}

/// The next step from the last one and its error relative to what is allowed; above 1 the step is repeated.
inline double next_step(double h, double relative_error) {
  constexpr double order = 6.0;  // the error estimate falls as h^6
  return h * std::clamp(0.9 * std::pow(std::max(relative_error, 1e-12), -1.0 / order), 0.1, 8.0);
}

}  // namespace radau
}  // namespace mutauscan
