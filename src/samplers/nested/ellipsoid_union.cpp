#include <algorithm>
#include <cmath>
#include <numeric>

#include "cluster_ellipsoids.hpp"

namespace mutauscan {
namespace {

/// The middle of the largest gap between numbers on a circle of length 1.
double largest_gap(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  double widest = x.front() + 1.0 - x.back(), from = x.back();
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    if (x[i + 1] - x[i] > widest) widest = x[i + 1] - x[i], from = x[i];
  const double middle = from + 0.5 * widest;
  return middle >= 1.0 ? middle - 1.0 : middle;
}

bool are_apart(const std::vector<double>& low, const std::vector<double>& high,
               const std::vector<double>& other_low, const std::vector<double>& other_high) {
  for (std::size_t i = 0; i < low.size(); ++i)
    if (high[i] < other_low[i] || other_high[i] < low[i]) return true;
  return false;
}

}  // namespace

EllipsoidUnion::EllipsoidUnion(std::span<const double> points, std::span<const double> masses,
                               const std::vector<bool>& periodic, Draws draws)
    : dimension_(points.size() / masses.size()), cuts_(dimension_, 0.0) {
  for (std::size_t i = 0; i < periodic.size(); ++i) {
    if (!periodic[i]) continue;
    std::vector<double> x;
    for (std::size_t k = i; k < points.size(); k += dimension_) x.push_back(points[k]);
    cuts_[i] = largest_gap(std::move(x));
    has_cuts_ = true;
  }
  std::vector<double> cut(points.size());
  for (std::size_t k = 0; k < points.size(); k += dimension_) to_cut(points.data() + k, cut.data() + k);

  low_.assign(dimension_, 1.0);
  high_.assign(dimension_, 0.0);
  double sum = 0.0;
  for (Ellipsoid& ellipsoid : cluster_ellipsoids(cut, masses)) {
    Part part{std::move(ellipsoid), {}, {}, false, 0.0};
    double box = 0.0;
    for (std::size_t i = 0; i < dimension_; ++i) {
      part.low.push_back(std::clamp(part.ellipsoid.low()[i], 0.0, 1.0));
      part.high.push_back(std::clamp(part.ellipsoid.high()[i], 0.0, 1.0));
      box += std::log(part.high[i] - part.low[i]);
      low_[i] = std::min(low_[i], part.low[i]);
      high_[i] = std::max(high_[i], part.high[i]);
    }
    part.draws_from_box = box < part.ellipsoid.log_volume();
    part.drawn_volume = std::exp(std::min(box, part.ellipsoid.log_volume()));
    cumulative_.push_back(sum += part.drawn_volume);
    parts_.push_back(std::move(part));
  }
  measure(draws);
}

void EllipsoidUnion::to_cut(const double* u, double* v) const {
  for (std::size_t i = 0; i < dimension_; ++i) v[i] = u[i] - cuts_[i] + (u[i] < cuts_[i] ? 1.0 : 0.0);
}

bool EllipsoidUnion::contains(const double* u) const {
  std::vector<double> cut;
  if (has_cuts_) {
    cut.resize(dimension_);
    to_cut(u, cut.data());
    u = cut.data();
  }
  for (std::size_t i = 0; i < dimension_; ++i)
    if (u[i] < low_[i] || u[i] > high_[i]) return false;
  return std::any_of(parts_.begin(), parts_.end(), [u](const Part& p) { return p.ellipsoid.contains(u); });
}

/// A draw that, if kept, is uniform in the union; false: not kept.
bool EllipsoidUnion::try_draw(Draws& draws, double* v) const {
  const double chosen = draws.uniform() * cumulative_.back();
  const auto k = std::min(
      std::size_t(std::lower_bound(cumulative_.begin(), cumulative_.end(), chosen) - cumulative_.begin()),
      parts_.size() - 1);
  const Part& part = parts_[k];
  if (part.draws_from_box) {
    for (std::size_t i = 0; i < dimension_; ++i)
      v[i] = part.low[i] + (part.high[i] - part.low[i]) * draws.uniform();
    if (!part.ellipsoid.contains(v)) return false;
  } else {
    part.ellipsoid.draw(draws, v);
    for (std::size_t i = 0; i < dimension_; ++i)
      if (v[i] <= 0.0 || v[i] >= 1.0) return false;
  }
  std::size_t holders = 1;
  for (std::size_t j = 0; j < parts_.size(); ++j)
    if (j != k && parts_[j].ellipsoid.contains(v)) ++holders;
  return holders == 1 || draws.uniform() * double(holders) < 1.0;
}

void EllipsoidUnion::draw(Draws& draws, double* u) const {
  while (!try_draw(draws, u)) {
  }
  if (!has_cuts_) return;
  for (std::size_t i = 0; i < dimension_; ++i) {
    u[i] += cuts_[i];
    if (u[i] >= 1.0) u[i] -= 1.0;
  }
}

/// Ellipsoids inside the cube whose boxes are apart: their volumes simply add up.
bool EllipsoidUnion::is_exact() const {
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    const Part& part = parts_[k];
    if (part.draws_from_box || part.low != part.ellipsoid.low() || part.high != part.ellipsoid.high())
      return false;
    for (std::size_t j = 0; j < k; ++j)
      if (!are_apart(part.low, part.high, parts_[j].low, parts_[j].high)) return false;
  }
  return true;
}

void EllipsoidUnion::measure(Draws& draws) {
  if (is_exact()) {
    volume_ = cumulative_.back();
    volume_error_ = 0.0;
    return;
  }
  constexpr std::size_t round = 40000, most = 400000, enough = 1000;
  std::size_t tried = 0, kept = 0;
  std::vector<double> v(dimension_);
  while (kept < enough && tried < most) {
    for (std::size_t i = 0; i < round; ++i) kept += try_draw(draws, v.data()) ? 1 : 0;
    tried += round;
  }
  const double share = double(kept) / double(tried);
  volume_ = cumulative_.back() * share;
  volume_error_ = kept == 0 ? 1.0 : std::sqrt((1.0 - share) / double(kept));
}

}  // namespace mutauscan
