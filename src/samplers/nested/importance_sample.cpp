#include "mutauscan/samplers/importance_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace mutauscan {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

ImportanceSample::ImportanceSample(std::size_t dimension)
    : dimension_(dimension), bounds_{{1.0, 0.0}}, best_(-infinity), worst_(infinity), members_(1) {}

std::size_t ImportanceSample::add_bound(EllipsoidUnion bound) {
  count_pending();
  const std::size_t t = bounds_.size();
  bounds_.push_back({bound.volume(), bound.volume_error()});
  if (t % 64 == 0) members_.emplace_back(rows(), 0);
  const std::uint64_t bit = std::uint64_t(1) << (t % 64);
  for (std::size_t row = 0; row < rows(); ++row)
    if (bound.contains(u(row))) members_.back()[row] |= bit;
  unions_.push_back(std::move(bound));
  return t;
}

void ImportanceSample::add_rows(std::size_t t, std::uint64_t first_index, std::span<const double> u,
                                std::span<const double> loglike) {
  std::vector<std::uint64_t> words(members_.size());
  for (std::size_t member = 0; member < loglike.size(); ++member) {
    if (!std::isfinite(loglike[member])) continue;
    const double* point = u.data() + member * dimension_;
    std::fill(words.begin(), words.end(), 0);
    double density = 0.0;
    for (std::size_t s = 0; s < bounds_.size(); ++s) {
      // What was drawn from a bound is in it, whatever rounding says.
      if (s != 0 && s != t && !bound(s).contains(point)) continue;
      words[s / 64] |= std::uint64_t(1) << (s % 64);
      density += bounds_[s].counted / bounds_[s].volume;
    }
    for (std::size_t k = 0; k < words.size(); ++k) members_[k].push_back(words[k]);
    density_.push_back(density);
    u_.insert(u_.end(), point, point + dimension_);
    loglike_.push_back(loglike[member]);
    index_.push_back(first_index + member);
    origin_.push_back(std::uint32_t(t));
    best_ = std::max(best_, loglike[member]);
    worst_ = std::min(worst_, loglike[member]);
  }
  bounds_[t].drawn += double(loglike.size());
  drawn_ += double(loglike.size());
  // Passes over all rows come at intervals that grow with their number.
  double pending = 0.0;
  for (const Bound& b : bounds_) pending += b.drawn - b.counted;
  if (pending > drawn_ / 64.0) count_pending();
}

void ImportanceSample::count_pending() {
  for (std::size_t t = 0; t < bounds_.size(); ++t) {
    Bound& b = bounds_[t];
    const double more = (b.drawn - b.counted) / b.volume;
    if (more == 0.0) continue;
    for (std::size_t row = 0; row < rows(); ++row)
      if (holds(t, row)) density_[row] += more;
    b.counted = b.drawn;
  }
}

double ImportanceSample::number_density(std::size_t row) const {
  double density = density_[row];
  for (std::size_t t = 0; t < bounds_.size(); ++t) {
    const Bound& b = bounds_[t];
    if (b.drawn != b.counted && holds(t, row)) density += (b.drawn - b.counted) / b.volume;
  }
  return density;
}

std::vector<double> ImportanceSample::weights() const {
  std::vector<double> density = density_;
  for (std::size_t t = 0; t < bounds_.size(); ++t) {
    const double more = (bounds_[t].drawn - bounds_[t].counted) / bounds_[t].volume;
    if (more == 0.0) continue;
    for (std::size_t row = 0; row < rows(); ++row)
      if (holds(t, row)) density[row] += more;
  }
  for (std::size_t row = 0; row < rows(); ++row)
    density[row] = std::exp(loglike_[row] - best_) / density[row];
  return density;
}

EvidenceEstimate ImportanceSample::estimate() const {
  if (rows() == 0) return {-infinity, infinity, 0.0};
  const std::vector<double> w = weights();
  std::vector<double> sum(bounds_.size(), 0.0), squares(bounds_.size(), 0.0);
  for (std::size_t row = 0; row < rows(); ++row) {
    sum[origin_[row]] += w[row];
    squares[origin_[row]] += w[row] * w[row];
  }
  double z = 0.0, square = 0.0, variance = 0.0;
  for (std::size_t t = 0; t < bounds_.size(); ++t) {
    const double n = bounds_[t].drawn;
    z += sum[t];
    square += squares[t];
    if (n > 1.0) variance += std::max(0.0, (squares[t] - sum[t] * sum[t] / n) * n / (n - 1.0));
    variance += std::pow(bounds_[t].volume_error * sum[t], 2);
  }
  // The bounds follow the rows, which makes the variance look too small, by up to 2 in the error.
  constexpr double adaptation = 1.5, least_error = 0.002;
  return {best_ + std::log(z), std::max(adaptation * std::sqrt(variance) / z, least_error), z * z / square};
}

std::vector<double> ImportanceSample::best_mixture() const {
  const std::vector<double> w = weights();
  const double z = std::accumulate(w.begin(), w.end(), 0.0);
  // Rows in the same bounds count together.
  std::map<std::vector<std::uint64_t>, double> regions;
  std::vector<std::uint64_t> words(members_.size());
  for (std::size_t row = 0; row < rows(); ++row) {
    if (w[row] < 1e-12 * z) continue;
    for (std::size_t k = 0; k < words.size(); ++k) words[k] = members_[k][row];
    regions[words] += w[row] / z;
  }
  struct Region {
    std::vector<std::size_t> holders;
    double weight;
  };
  std::vector<Region> list;
  for (const auto& [bits, weight] : regions) {
    Region region{{}, weight};
    for (std::size_t t = 0; t < bounds_.size(); ++t)
      if (bits[t / 64] >> (t % 64) & 1) region.holders.push_back(t);
    list.push_back(std::move(region));
  }
  std::vector<double> alpha(bounds_.size(), 1.0 / double(bounds_.size()));
  constexpr int steps = 20;
  for (int step = 0; step < steps; ++step) {
    std::vector<double> next(alpha.size(), 0.0);
    for (const Region& region : list) {
      double q = 0.0;
      for (std::size_t t : region.holders) q += alpha[t] / bounds_[t].volume;
      if (q == 0.0) continue;
      for (std::size_t t : region.holders) next[t] += region.weight * alpha[t] / bounds_[t].volume / q;
    }
    alpha = std::move(next);
  }
  return alpha;
}

}  // namespace mutauscan
