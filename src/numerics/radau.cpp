#include "mutauscan/numerics/radau.hpp"

#include <complex>

#include <Eigen/Eigenvalues>

namespace mutauscan::radau {
namespace {

using Complex = std::complex<double>;

Coefficients make() {
  Coefficients k;
  // Roots of P_5(2c - 1) - P_4(2c - 1); Hairer, Wanner, table IV.5.6 for fewer stages.
  k.c << 0.05710419611451768, 0.27684301363812383, 0.58359043236891682, 0.86024013565621945, 1.0;
  using Matrix = Eigen::Matrix<double, stages, stages>;
  Matrix powers, integrals;  // c_i^{q-1} and c_i^q/q: collocation, A powers = integrals
  for (int i = 0; i < stages; ++i)
    for (int q = 1; q <= stages; ++q) {
      powers(i, q - 1) = std::pow(k.c(i), q - 1);
      integrals(i, q - 1) = std::pow(k.c(i), q) / q;
    }
  const Matrix inverse = powers.inverse();
  k.a = integrals * inverse;
  const Eigen::Matrix<Complex, stages, 1> roots = k.a.eigenvalues();
  for (const Complex& root : roots)
    if (std::abs(root.imag()) < 1e-9) k.gamma = root.real();
  // The embedded weights also integrate 1, ..., c^4 exactly, with weight gamma at c = 0: they differ by
  // d^T powers = -gamma (1, 0, 0, 0, 0); and h y'_j = (A^{-1} (Y - y_0))_j.
  const Nodes difference = -k.gamma * inverse.row(0).transpose();
  k.error = k.a.transpose().partialPivLu().solve(difference);
  return k;
}

}  // namespace

const Coefficients& coefficients() {
  static const Coefficients the_ones = make();
  return the_ones;
}

}  // namespace mutauscan::radau
