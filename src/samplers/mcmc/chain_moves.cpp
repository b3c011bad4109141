#include "mutauscan/samplers/chain_moves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mutauscan {
namespace {

constexpr std::size_t most_states = 100000;
constexpr double snooker_probability = 0.1;
constexpr std::uint64_t steps_to_whole_jump = 10;  // which leads from one mode to another
constexpr double width_of_noise = 1e-6;            // so that every point can be reached from few states

double distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return std::sqrt(sum);
}

double uniform_between(double lower, double upper, Draws& draws) {
  return lower + (upper - lower) * draws.uniform();
}

/// Another number below n than those given.
template <std::size_t N>
std::size_t other_below(std::size_t n, const std::array<std::size_t, N>& taken, Draws& draws) {
  std::size_t i = draws.below(n);
  while (std::find(taken.begin(), taken.end(), i) != taken.end()) i = draws.below(n);
  return i;
}

/// Towards or away from a state z, by a difference of two others projected on that line. A chain that stands
/// at z stays there.
void snooker(std::span<double> y, const ArchiveView& archive, Draws& draws) {
  const std::size_t c = draws.below(archive.size());
  const std::size_t a = other_below(archive.size(), std::array{c}, draws);
  const std::size_t b = other_below(archive.size(), std::array{c, a}, draws);
  const double factor = uniform_between(1.2, 2.2, draws);
  const auto z = archive[c], za = archive[a], zb = archive[b];
  double projection = 0.0, square = 0.0;
  for (std::size_t j = 0; j < y.size(); ++j) {
    projection += (za[j] - zb[j]) * (y[j] - z[j]);
    square += (y[j] - z[j]) * (y[j] - z[j]);
  }
  if (square == 0.0) return;
  const double stretch = factor * projection / square;
  for (std::size_t j = 0; j < y.size(); ++j) y[j] += stretch * (y[j] - z[j]);
}

void parallel(std::span<double> y, const ArchiveView& archive, bool whole, const std::vector<bool>& periodic,
              Draws& draws) {
  const std::size_t a = draws.below(archive.size());
  const std::size_t b = other_below(archive.size(), std::array{a}, draws);
  const double crossover = whole ? 1.0 : double(1 + draws.below(3)) / 3.0;
  std::vector<std::size_t> axes;
  for (std::size_t j = 0; j < y.size(); ++j)
    if (draws.uniform() < crossover) axes.push_back(j);
  if (axes.empty()) axes.push_back(draws.below(y.size()));
  const double factor =
      (whole ? 1.0 : 2.38 / std::sqrt(2.0 * double(axes.size()))) * uniform_between(0.95, 1.05, draws);
  const auto za = archive[a], zb = archive[b];
  for (const std::size_t j : axes) {
    y[j] += factor * (za[j] - zb[j]) + width_of_noise * draws.normal();
    if (periodic[j]) y[j] -= std::floor(y[j]);
  }
}

}  // namespace

void Archive::add(std::span<const double> states) {
  values_->insert(values_->end(), states.begin(), states.end());
  if (values_->size() <= most_states * dimension_) return;
  // Views of what stood here go on holding it.
  auto thinned = std::make_shared<std::vector<double>>();
  for (std::size_t i = 0; i < values_->size(); i += 2 * dimension_)
    thinned->insert(thinned->end(), values_->begin() + std::ptrdiff_t(i),
                    values_->begin() + std::ptrdiff_t(i + dimension_));
  values_ = std::move(thinned);
}

ArchiveView Archive::last_half() const {
  const std::size_t states = values_->size() / dimension_;
  return {values_, dimension_, states / 2, states - states / 2};
}

std::vector<double> chain_move(std::span<const double> x, const ArchiveView& archive, std::uint64_t step,
                               const std::vector<bool>& periodic, Draws draws) {
  std::vector<double> y(x.begin(), x.end());
  if (draws.uniform() < snooker_probability)
    snooker(y, archive, draws);
  else
    parallel(y, archive, step % steps_to_whole_jump == 0, periodic, draws);
  const bool is_inside = std::all_of(y.begin(), y.end(), [](double u) { return u > 0.0 && u < 1.0; });
  if (!is_inside) y.assign(y.size(), std::numeric_limits<double>::quiet_NaN());
  return y;
}

MoveKind kind_of_move(std::span<const double> x, std::span<const double> y, const ArchiveView& archive,
                      Draws draws) {
  if (draws.uniform() >= snooker_probability) return {false, 0.0};
  const auto z = archive[draws.below(archive.size())];
  const double before = distance(x, z);
  if (before == 0.0) return {true, 0.0};
  return {true, double(x.size() - 1) * std::log(distance(y, z) / before)};
}

}  // namespace mutauscan
