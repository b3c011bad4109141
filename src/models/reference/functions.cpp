#include "functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace mutauscan {
namespace {

using Coordinates = std::span<const double>;

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
const double log_sqrt_2pi = 0.5 * std::log(2.0 * std::numbers::pi);

/// ln of the normal density of mean 0.
double log_normal_density(double x, double sigma) {
  const double pull = x / sigma;
  return -0.5 * pull * pull - std::log(sigma) - log_sqrt_2pi;
}

/// ln(e^a + e^b)
double log_sum(double a, double b) {
  const double most = std::max(a, b);
  return std::isinf(most) ? most : most + std::log1p(std::exp(std::min(a, b) - most));
}

/// Normal density of covariance C_ij = 0.7^|i-j|, an autoregressive chain: x_1 ~ N(0, 1), x_{i+1} - 0.7 x_i ~
/// N(0, 1 - 0.7^2).
double gaussian(Coordinates x) {
  constexpr double rho = 0.7;
  const double sigma = std::sqrt(1.0 - rho * rho);
  double sum = log_normal_density(x[0], 1.0);
  for (std::size_t i = 1; i < x.size(); ++i) sum += log_normal_density(x[i] - rho * x[i - 1], sigma);
  return sum;
}

double rosenbrock(Coordinates x) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i], along = 1.0 - x[i];
    sum += 100.0 * valley * valley + along * along;
  }
  return 0.0 - sum;
}

/// Four equal maxima.
double himmelblau(Coordinates x) {
  const double a = x[0] * x[0] + x[1] - 11.0, b = x[0] + x[1] * x[1] - 7.0;
  return 0.0 - (a * a + b * b);
}

double eggbox(Coordinates x) {
  double product = 1.0;
  for (const double xi : x) product *= std::cos(0.5 * xi);
  return std::pow(2.0 + product, 5);
}

/// Two shells of radius 2 and width 0.1 about (+-3.5, 0, ...).
double shells(Coordinates x) {
  const auto shell = [&](double centre) {
    double squared = (x[0] - centre) * (x[0] - centre);
    for (std::size_t i = 1; i < x.size(); ++i) squared += x[i] * x[i];
    return log_normal_density(std::sqrt(squared) - 2.0, 0.1);
  };
  return log_sum(shell(3.5), shell(-3.5));
}

/// Four modes; half of the coordinates have an exponential tail, ln LG(z) = z - e^z.
double loggamma(Coordinates x) {
  const auto log_gamma = [](double z) { return z - std::exp(z); };
  double sum = log_sum(log_gamma(x[0] - 10.0), log_gamma(x[0] + 10.0)) +
               log_sum(log_normal_density(x[1] - 10.0, 1.0), log_normal_density(x[1] + 10.0, 1.0)) -
               2.0 * std::numbers::ln2;
  const std::size_t first_normal = (x.size() + 2) / 2;
  for (std::size_t i = 2; i < x.size(); ++i)
    sum += i < first_normal ? log_gamma(x[i] - 10.0) : log_normal_density(x[i] - 10.0, 1.0);
  return sum;
}

/// A spike of width 0.02 that holds 100/101 of the evidence, on a slab of width 0.2.
double spike_slab(Coordinates x) {
  double spike = std::log(100.0), slab = 0.0;
  for (const double xi : x) {
    spike += log_normal_density(xi, 0.02);
    slab += log_normal_density(xi, 0.2);
  }
  return log_sum(spike, slab);
}

/// Neal's funnel: the first coordinate is the logarithm of the variance of all others.
double funnel(Coordinates x) {
  double sum = log_normal_density(x[0], 3.0);
  for (std::size_t i = 1; i < x.size(); ++i) sum += log_normal_density(x[i], std::exp(0.5 * x[0]));
  return sum;
}

/// -inf in 99 % of the unit cube.
double plateau(Coordinates x) {
  if (!(x[0] + x[1] > 2.0 - std::sqrt(0.02))) return minus_infinity;
  const double across = (x[0] - x[1]) / 0.02;
  double sum = 0.5 * across * across;
  for (std::size_t i = 2; i < x.size(); ++i) {
    const double pull = (x[i] - 0.5) / 0.1;
    sum += 0.5 * pull * pull;
  }
  return 0.0 - sum;
}

/// Nested cubes of constant likelihood: every value is a plateau.
double wedding_cake(Coordinates x) {
  const double d = double(x.size());
  double largest = 0.0;
  for (const double xi : x) largest = std::max(largest, std::abs(xi - 0.5));
  const double k = std::min(std::floor(d * std::log(2.0 * largest) / std::log(0.7)), 40.0);
  return -std::pow(0.7, 2.0 * k / d) / (8.0 * 0.2 * 0.2);
}

/// A ball of constant likelihood.
double tophat(Coordinates x) {
  double squared = 0.0;
  for (const double xi : x) squared += (xi - 0.3) * (xi - 0.3);
  return squared < 0.15 * 0.15 ? 0.0 : minus_infinity;
}

}  // namespace

const std::vector<ReferenceFunction>& reference_functions() {
  constexpr std::size_t any = most_parameters;
  static const std::vector<ReferenceFunction> table = {
      {"gaussian", 1, any, gaussian},     {"rosenbrock", 2, any, rosenbrock},
      {"himmelblau", 2, 2, himmelblau},   {"eggbox", 1, any, eggbox},
      {"shells", 1, any, shells},         {"loggamma", 2, any, loggamma},
      {"spike_slab", 1, any, spike_slab}, {"funnel", 1, any, funnel},
      {"plateau", 2, any, plateau},       {"wedding_cake", 1, any, wedding_cake},
      {"tophat", 1, any, tophat}};
  return table;
}

}  // namespace mutauscan
