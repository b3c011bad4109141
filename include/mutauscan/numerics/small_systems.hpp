#pragma once

#include <cmath>
#include <utility>

#include <Eigen/Core>

namespace mutauscan {

/// Solves a x = b in place of b, for a handful of unknowns: Gaussian elimination with partial pivoting. For 3
/// unknowns it takes a third of the time of Eigen's PartialPivLU, which is made for many. x is not finite if
/// a is singular.
template <int n, int m>
void solve_in_place(Eigen::Matrix<double, n, n>& a, Eigen::Matrix<double, n, m>& b) {
  for (int k = 0; k < n; ++k) {
    int pivot = k;
    for (int i = k + 1; i < n; ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    if (pivot != k) {
      for (int j = k; j < n; ++j) std::swap(a(k, j), a(pivot, j));
      for (int j = 0; j < m; ++j) std::swap(b(k, j), b(pivot, j));
    }
    const double inverse = 1.0 / a(k, k);
    for (int i = k + 1; i < n; ++i) a(i, k) *= inverse;
    for (int j = k + 1; j < n; ++j)
      for (int i = k + 1; i < n; ++i) a(i, j) -= a(i, k) * a(k, j);
    for (int j = 0; j < m; ++j)
      for (int i = k + 1; i < n; ++i) b(i, j) -= a(i, k) * b(k, j);
  }
  for (int k = n; k-- > 0;)
    for (int j = 0; j < m; ++j) {
      b(k, j) /= a(k, k);
      for (int i = 0; i < k; ++i) b(i, j) -= a(i, k) * b(k, j);
    }
}

}  // namespace mutauscan
