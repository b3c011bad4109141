#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "mutauscan/samplers/ellipsoids.hpp"

namespace mutauscan {
namespace {

/// ln of the volume of the unit ball.
double log_ball_volume(std::size_t dimension) {
  const double half = 0.5 * double(dimension);
  return half * std::log(std::numbers::pi) - std::lgamma(half + 1.0);
}

/// Cholesky factor of a covariance. Axes along which the points hardly differ get a width of 1e-9, more if
/// rounding wants it.
Eigen::MatrixXd factor(Eigen::MatrixXd covariance) {
  double ridge = 1e-18;
  for (;; ridge *= 100.0) {
    covariance.diagonal().array() += ridge;
    const Eigen::LLT<Eigen::MatrixXd> llt(covariance);
    if (llt.info() == Eigen::Success) return llt.matrixL();
  }
}

}  // namespace

Ellipsoid::Ellipsoid(std::span<const double> points, std::size_t dimension, double least_log_volume)
    : dimension_(dimension) {
  const std::size_t n = points.size() / dimension;
  const auto d = Eigen::Index(dimension);
  const Eigen::Map<const Eigen::MatrixXd> x(points.data(), d, Eigen::Index(n));
  const Eigen::VectorXd centre = x.rowwise().mean();
  const Eigen::MatrixXd centred = x.colwise() - centre;
  Eigen::MatrixXd axes = factor(centred * centred.transpose() / double(n));
  const Eigen::MatrixXd white = axes.triangularView<Eigen::Lower>().solve(centred);
  axes *= 1.1 * std::sqrt(white.colwise().squaredNorm().maxCoeff());
  log_volume_ = log_ball_volume(dimension) + axes.diagonal().array().log().sum();
  if (log_volume_ < least_log_volume) {
    axes *= std::exp((least_log_volume - log_volume_) / double(dimension));
    log_volume_ = least_log_volume;
  }
  const Eigen::MatrixXd whitening =
      axes.triangularView<Eigen::Lower>().solve(Eigen::MatrixXd::Identity(d, d));
  for (Eigen::Index i = 0; i < d; ++i) {
    const double half_width = axes.row(i).norm();
    centre_.push_back(centre(i));
    low_.push_back(centre(i) - half_width);
    high_.push_back(centre(i) + half_width);
    for (Eigen::Index j = 0; j <= i; ++j) {
      whitening_.push_back(whitening(i, j));
      axes_.push_back(axes(i, j));
    }
  }
}

bool Ellipsoid::contains(const double* u) const {
  for (std::size_t i = 0; i < dimension_; ++i)
    if (u[i] < low_[i] || u[i] > high_[i]) return false;
  double square = 0.0;
  const double* w = whitening_.data();
  for (std::size_t i = 0; i < dimension_; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j <= i; ++j) sum += *w++ * (u[j] - centre_[j]);
    square += sum * sum;
    if (square > 1.0) return false;
  }
  return true;
}

void Ellipsoid::draw(Draws& draws, double* u) const {
  std::vector<double> z(dimension_);
  double square = 0.0;
  for (double& x : z) {
    x = draws.normal();
    square += x * x;
  }
  const double scale = std::pow(draws.uniform(), 1.0 / double(dimension_)) / std::sqrt(square);
  const double* a = axes_.data();
  for (std::size_t i = 0; i < dimension_; ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j <= i; ++j) sum += *a++ * z[j];
    u[i] = centre_[i] + scale * sum;
  }
}

}  // namespace mutauscan
