#include "mutauscan/numerics/takagi.hpp"

#include <cmath>
#include <random>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "near.hpp"

namespace mutauscan {
namespace {

Matrix3c random_symmetric(std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  Matrix3c m;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) m(i, j) = m(j, i) = {normal(generator), normal(generator)};
  return m;
}

Matrix3c random_unitary(std::mt19937_64& generator) {
  std::normal_distribution<double> normal;
  Matrix3c m;
  for (int i = 0; i < 9; ++i) m(i) = {normal(generator), normal(generator)};
  return Eigen::SelfAdjointEigenSolver<Matrix3c>(m + m.adjoint()).eigenvectors();
}

/// The promise of the header: 1e-13 with room for the test's own rounding.
void expect_factorised(const Matrix3c& m, const TakagiFactors& f) {
  const Matrix3c diagonal = f.values.cast<Complex>().asDiagonal();
  EXPECT_LE((f.omega * m * f.omega.transpose() - diagonal).norm(), 1e-13 * m.norm());
  EXPECT_LE((f.omega * f.omega.adjoint() - Matrix3c::Identity()).norm(), 1e-13);
  EXPECT_LE(0.0, f.values(0));
  EXPECT_LE(f.values(0), f.values(1));
  EXPECT_LE(f.values(1), f.values(2));
}

TEST(Takagi, FactorisesRandomMatricesAndAgreesWithTheRealEmbedding) {
  std::mt19937_64 generator(1);
  for (int n = 0; n < 2000; ++n) {
    const Matrix3c m = random_symmetric(generator);
    const TakagiFactors f = takagi(m);
    expect_factorised(m, f);
    // The eigenvalues of [[Re, Im], [Im, -Re]] are +- the Takagi values.
    Eigen::Matrix<double, 6, 6> embedding;
    embedding << m.real(), m.imag(), m.imag(), -m.real();
    const auto eigenvalues =
        Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, 6, 6>>(embedding).eigenvalues();
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(f.values(i), eigenvalues(3 + i), 1e-13 * m.norm());
  }
}

TEST(Takagi, ResolvesNearlyDegenerateValues) {
  std::mt19937_64 generator(2);
  for (double split : {1e-4, 1e-8, 1e-12, 0.0})
    for (int n = 0; n < 200; ++n) {
      const Matrix3c u = random_unitary(generator);
      const Eigen::Vector3d values(0.3, 1.0, 1.0 + split);
      const Matrix3c product = u.transpose() * values.cast<Complex>().asDiagonal() * u;
      const Matrix3c m = 0.5 * (product + product.transpose());
      const TakagiFactors f = takagi(m);
      expect_factorised(m, f);
      EXPECT_NEAR(f.values(2) - f.values(1), split, 5e-15);
    }
}

TEST(Takagi, KeepsRelativeAccuracyOfSmallValuesOfGradedMatrices) {
  // M = D S D with D = diag(1e-8, 1e-4, 1): the product of the values is |det D|^2 |det S|, which a method
  // with absolute accuracy only would miss by the factor 1e16.
  std::mt19937_64 generator(3);
  const Eigen::Vector3d d(1e-8, 1e-4, 1.0);
  for (int n = 0; n < 200; ++n) {
    const Matrix3c s = random_symmetric(generator);
    const Matrix3c m = d.asDiagonal() * s * d.asDiagonal();
    const TakagiFactors f = takagi(m);
    expect_factorised(m, f);
    const Complex minor = s(1, 1) * s(2, 2) - s(1, 2) * s(1, 2);
    const double conditioning = s.norm() * s.norm() / std::abs(minor) + s.norm() / std::abs(s(2, 2));
    EXPECT_TRUE(
        relatively_near(f.values.prod(), 1e-24 * std::abs(s.determinant()),
                        1e-14 * conditioning * s.norm() * s.norm() * s.norm() / std::abs(s.determinant())));
  }
}

TEST(Takagi, LeavesZerosOfASymmetryExact) {
  // N_e decouples and N_mu, N_tau form a Dirac pair: exactly equal masses, exact zeros.
  std::mt19937_64 generator(4);
  std::uniform_real_distribution<double> phase(0.0, 6.28);
  for (int n = 0; n < 100; ++n) {
    Matrix3c m = Matrix3c::Zero();
    m(0, 0) = std::polar(0.7, phase(generator));
    m(1, 2) = m(2, 1) = std::polar(1.3, phase(generator));
    const TakagiFactors f = takagi(m);
    expect_factorised(m, f);
    EXPECT_EQ(f.values(1), f.values(2));
    EXPECT_EQ(f.omega(0, 1), 0.0);
    EXPECT_EQ(f.omega(0, 2), 0.0);
    EXPECT_EQ(f.omega(1, 0), 0.0);
    EXPECT_EQ(f.omega(2, 0), 0.0);
  }
}

TEST(Takagi, HandlesSingularAndDiagonalMatrices) {
  for (const Matrix3c& m :
       {Matrix3c(Matrix3c::Zero()), Matrix3c(Matrix3c::Identity()), Matrix3c(Matrix3c::Ones())})
    expect_factorised(m, takagi(m));
  EXPECT_NEAR(takagi(Matrix3c::Ones()).values(2), 3.0, 1e-15);
}

}  // namespace
}  // namespace mutauscan
