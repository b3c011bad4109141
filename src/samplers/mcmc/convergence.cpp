#include "mutauscan/samplers/convergence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <boost/math/special_functions/erf.hpp>

namespace mutauscan {
namespace {

struct Moments {
  std::vector<double> means;      ///< of each chain
  std::vector<double> variances;  ///< of each chain, unbiased
};

double mean_of(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / double(x.size());
}

double variance_of(std::span<const double> x) {
  const double mean = mean_of(x);
  double sum = 0.0;
  for (const double xi : x) sum += (xi - mean) * (xi - mean);
  return sum / (double(x.size()) - 1.0);
}

std::span<const double> chain(const Chains& c, std::size_t k) {
  return std::span(c.values).subspan(k * c.draws(), c.draws());
}

Moments moments(const Chains& c) {
  Moments m;
  for (std::size_t k = 0; k < c.chains; ++k) {
    m.means.push_back(mean_of(chain(c, k)));
    m.variances.push_back(variance_of(chain(c, k)));
  }
  return m;
}

/// sqrt(base + between / within) where nothing that varies is agreement.
double root_of_ratio(double base, double between, double within) {
  if (between == 0.0 && within == 0.0) return 1.0;
  return std::sqrt(base + between / within);
}

/// Autocovariance of a chain at one lag, over the number of draws, which keeps the sequence positive
/// definite.
double autocovariance(std::span<const double> centred, std::size_t lag) {
  // Four sums, each in its own order: one addition need not wait for the other.
  const std::size_t products = centred.size() - lag;
  const double *x = centred.data(), *y = x + lag;
  std::array<double, 4> sums{};
  std::size_t i = 0;
  for (; i + 4 <= products; i += 4)
    for (std::size_t k = 0; k < 4; ++k) sums[k] += x[i + k] * y[i + k];
  for (; i < products; ++i) sums[0] += x[i] * y[i];
  return (sums[0] + sums[1] + sums[2] + sums[3]) / double(centred.size());
}

}  // namespace

Chains rank_normalised(const Chains& c) {
  const std::size_t size = c.values.size();
  std::vector<std::pair<double, std::size_t>> sorted(size);
  for (std::size_t i = 0; i < size; ++i) sorted[i] = {c.values[i], i};
  std::sort(sorted.begin(), sorted.end());
  Chains scores{std::vector<double>(size), c.chains};
  for (std::size_t first = 0; first < size;) {
    std::size_t next = first + 1;
    while (next < size && sorted[next].first == sorted[first].first) ++next;
    const double rank = 0.5 * double(first + 1 + next);
    const double quantile = (rank - 0.375) / (double(size) + 0.25);
    const double score = std::numbers::sqrt2 * boost::math::erf_inv(2.0 * quantile - 1.0);
    for (; first < next; ++first) scores.values[sorted[first].second] = score;
  }
  return scores;
}

Chains folded(const Chains& c) {
  std::vector<double> values = c.values;
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  double median = *middle;
  if (values.size() % 2 == 0) median = 0.5 * (median + *std::max_element(values.begin(), middle));
  Chains distances = c;
  for (double& x : distances.values) x = std::abs(x - median);
  return distances;
}

Chains split(const Chains& c) {
  const std::size_t half = c.draws() / 2;
  Chains halves{{}, 2 * c.chains};
  halves.values.reserve(2 * c.chains * half);
  for (std::size_t k = 0; k < c.chains; ++k) {
    const std::span<const double> x = chain(c, k);
    halves.values.insert(halves.values.end(), x.begin(), x.begin() + std::ptrdiff_t(half));
    halves.values.insert(halves.values.end(), x.end() - std::ptrdiff_t(half), x.end());
  }
  return halves;
}

double potential_scale_reduction(const Chains& c) {
  const Moments m = moments(c);
  const double n = double(c.draws());
  return root_of_ratio((n - 1.0) / n, variance_of(m.means), mean_of(m.variances));
}

double nested_potential_scale_reduction(const Chains& c, std::size_t superchains) {
  const Moments m = moments(c);
  const std::size_t members = c.chains / superchains;
  std::vector<double> means;
  double within = 0.0;
  for (std::size_t k = 0; k < superchains; ++k) {
    const auto of = [&](const std::vector<double>& x) { return std::span(x).subspan(k * members, members); };
    means.push_back(mean_of(of(m.means)));
    within += mean_of(of(m.variances)) + (members > 1 ? variance_of(of(m.means)) : 0.0);
  }
  return root_of_ratio(1.0, variance_of(means), within / double(superchains));
}

double effective_sample_size(const Chains& c) {
  const std::size_t n = c.draws();
  const double all = double(c.values.size());
  const Moments m = moments(c);
  const double within = mean_of(m.variances);
  double variance = within * (double(n) - 1.0) / double(n);
  if (c.chains > 1) variance += variance_of(m.means);
  if (!(variance > 0.0)) return all;  // nothing varies, so that one draw says as much as all do

  Chains centred = c;
  for (std::size_t k = 0; k < c.chains; ++k)
    for (std::size_t i = 0; i < n; ++i) centred.values[k * n + i] -= m.means[k];
  const auto correlation = [&](std::size_t lag) {
    double covariance = 0.0;
    for (std::size_t k = 0; k < c.chains; ++k) covariance += autocovariance(chain(centred, k), lag);
    return 1.0 - (within - covariance / double(c.chains)) / variance;
  };

  // Sums of neighbouring pairs are positive and decrease for a reversible chain; the first that is not
  // positive is noise and ends the sum, save its even member if that is positive.
  double sum = 0.0, previous = 1.0 + correlation(1), last_even = 0.0;
  if (previous > 0.0) {
    sum = previous;
    for (std::size_t lag = 2; lag + 1 < n; lag += 2) {
      const double even = correlation(lag), pair = even + correlation(lag + 1);
      if (!(pair > 0.0)) {
        last_even = std::max(even, 0.0);
        break;
      }
      previous = std::min(previous, pair);
      sum += previous;
    }
  } else {
    last_even = 1.0;
  }
  const double tau = std::max(-1.0 + 2.0 * sum + last_even, 1.0 / std::log10(all));
  return all / tau;
}

Convergence convergence_of(const Chains& c, std::size_t superchains) {
  const Chains halves = split(c);
  const Chains place = rank_normalised(halves), width = rank_normalised(folded(halves));
  return {std::max(nested_potential_scale_reduction(place, superchains),
                   nested_potential_scale_reduction(width, superchains)),
          std::max(potential_scale_reduction(place), potential_scale_reduction(width)),
          effective_sample_size(place)};
}

void ThinnedDraws::add(std::span<const double> points) {
  if (offered_++ % stride_ != 0) return;
  if (draws() == most_) {
    const std::size_t width = chains_ * dimension_;
    for (std::size_t kept = 1; 2 * kept < most_; ++kept)
      std::copy_n(points_.begin() + std::ptrdiff_t(2 * kept * width), width,
                  points_.begin() + std::ptrdiff_t(kept * width));
    points_.resize((most_ + 1) / 2 * width);
    stride_ *= 2;
    if ((offered_ - 1) % stride_ != 0) return;
  }
  points_.insert(points_.end(), points.begin(), points.end());
}

Chains ThinnedDraws::axis(std::size_t a) const {
  const std::size_t n = draws();
  Chains c{std::vector<double>(chains_ * n), chains_};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < chains_; ++k)
      c.values[k * n + i] = points_[(i * chains_ + k) * dimension_ + a];
  return c;
}

}  // namespace mutauscan
