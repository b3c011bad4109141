#include "cluster_ellipsoids.hpp"

#include <cmath>
#include <numeric>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

namespace mutauscan {
namespace {

struct Cluster {
  std::vector<double> points;
  std::vector<double> masses;
};

/// 2-means on coordinates in units of their standard deviations, started by the sign along the first
/// principal axis. True: in the second cluster.
std::vector<bool> two_means(const std::vector<double>& points, std::size_t n) {
  const auto d = Eigen::Index(points.size() / n);
  Eigen::MatrixXd x = Eigen::Map<const Eigen::MatrixXd>(points.data(), d, Eigen::Index(n));
  x.colwise() -= Eigen::VectorXd(x.rowwise().mean());
  for (Eigen::Index i = 0; i < d; ++i) {
    const double sigma = std::sqrt(x.row(i).squaredNorm() / double(n));
    if (sigma > 0.0) x.row(i) /= sigma;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> principal(x * x.transpose());
  const Eigen::VectorXd first_axis = principal.eigenvectors().col(d - 1);

  std::vector<bool> in_second(n);
  for (std::size_t k = 0; k < n; ++k) in_second[k] = x.col(Eigen::Index(k)).dot(first_axis) > 0.0;
  constexpr int most_rounds = 20;
  for (int round = 0; round < most_rounds; ++round) {
    Eigen::MatrixXd centres = Eigen::MatrixXd::Zero(d, 2);
    double members[2] = {0.0, 0.0};
    for (std::size_t k = 0; k < n; ++k) {
      centres.col(in_second[k]) += x.col(Eigen::Index(k));
      members[in_second[k]] += 1.0;
    }
    if (members[0] == 0.0 || members[1] == 0.0) break;
    centres.col(0) /= members[0];
    centres.col(1) /= members[1];
    bool has_changed = false;
    for (std::size_t k = 0; k < n; ++k) {
      const auto point = x.col(Eigen::Index(k));
      const bool second = (point - centres.col(1)).squaredNorm() < (point - centres.col(0)).squaredNorm();
      has_changed |= second != in_second[k];
      in_second[k] = second;
    }
    if (!has_changed) break;
  }
  return in_second;
}

double total_volume(const std::vector<Ellipsoid>& ellipsoids) {
  double sum = 0.0;
  for (const Ellipsoid& e : ellipsoids) sum += std::exp(e.log_volume());
  return sum;
}

std::vector<Ellipsoid> ellipsoids_of(const Cluster& cluster) {
  const std::size_t n = cluster.masses.size(), dimension = cluster.points.size() / n;
  const double log_mass = std::log(std::accumulate(cluster.masses.begin(), cluster.masses.end(), 0.0)) +
                          double(dimension) * std::log(1.1);
  std::vector<Ellipsoid> one{Ellipsoid(cluster.points, dimension, log_mass)};
  const std::size_t fewest = 2 * dimension + 10;
  if (n < 2 * fewest || one.front().log_volume() < log_mass + std::log(1.2)) return one;

  const std::vector<bool> in_second = two_means(cluster.points, n);
  Cluster halves[2];
  for (std::size_t k = 0; k < n; ++k) {
    Cluster& half = halves[in_second[k]];
    const auto begin = cluster.points.begin() + std::ptrdiff_t(k * dimension);
    half.points.insert(half.points.end(), begin, begin + std::ptrdiff_t(dimension));
    half.masses.push_back(cluster.masses[k]);
  }
  if (halves[0].masses.size() < fewest || halves[1].masses.size() < fewest) return one;
  std::vector<Ellipsoid> parts = ellipsoids_of(halves[0]);
  for (Ellipsoid& part : ellipsoids_of(halves[1])) parts.push_back(std::move(part));
  return total_volume(parts) < 0.7 * std::exp(one.front().log_volume()) ? parts : one;
}

}  // namespace

std::vector<Ellipsoid> cluster_ellipsoids(std::span<const double> points, std::span<const double> masses) {
  return ellipsoids_of({{points.begin(), points.end()}, {masses.begin(), masses.end()}});
}

}  // namespace mutauscan
