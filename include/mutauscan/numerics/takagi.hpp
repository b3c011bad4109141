#pragma once

#include <complex>

#include <Eigen/Core>

namespace mutauscan {

using Complex = std::complex<double>;
using Matrix3c = Eigen::Matrix3cd;

/// Omega M Omega^T = diag(values), Omega unitary, values >= 0 in ascending order.
struct TakagiFactors {
  Eigen::Vector3d values;
  Matrix3c omega;
};

/// Takagi factorisation of a complex symmetric 3x3 matrix by Jacobi rotations.
///
/// Each rotation diagonalises a 2x2 block exactly, also where its two singular values are equal or nearly so
/// (the pseudo-Dirac pair M2, M3 of this model, split by 1e-8 and less), where methods built on M M^dagger
/// lose the answer. Zeros of M that a symmetry protects stay exact zeros, and graded matrices
/// M_ij ~ d_i d_j keep the relative accuracy of their small singular values.
/// ||Omega M Omega^T - diag|| and ||Omega Omega^dagger - 1|| stay within a few 1e-16 (relative).
/// The lower triangle of M is not read.
/// Ref.: rotations as in T. Hahn, physics/0607103, with the angle taken from M itself, not from M M^dagger.
TakagiFactors takagi(const Matrix3c& symmetric);

}  // namespace mutauscan
