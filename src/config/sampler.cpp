#include "mutauscan/config/sampler.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "mutauscan/samplers/random.hpp"

namespace mutauscan {
namespace {

/// A keyed bijection of [0, n): a Feistel network on the next even number of bits, walked until it lands
/// inside.
std::uint64_t permuted(std::uint64_t index, std::uint64_t n, std::uint64_t seed, std::uint64_t axis) {
  const int half_bits = std::max(1, int(std::bit_width(n - 1) + 1) / 2);
  const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
  do {
    std::uint64_t left = index >> half_bits, right = index & mask;
    for (std::uint64_t round = 0; round < 6; ++round) {
      const std::uint64_t mixed = random_bits(seed, Stream::permutation, axis * 8 + round, right) & mask;
      left = std::exchange(right, left ^ mixed);
    }
    index = (left << half_bits) | right;
  } while (index >= n);
  return index;
}

}  // namespace

Sampler::Sampler(SamplerKind kind, ParameterSpace space, std::uint64_t points, std::uint64_t seed,
                 PointList list)
    : kind_(kind), space_(std::move(space)), points_(points), seed_(seed), list_(std::move(list)) {}

std::vector<double> Sampler::quantiles(std::uint64_t index) const {
  const std::size_t dimension = space_.axes.size();
  std::vector<double> u(dimension);
  std::vector<std::uint64_t> sobol;
  if (kind_ == SamplerKind::sobol) sobol = sobol_element(dimension, index);
  for (std::size_t axis = 0; axis < dimension; ++axis) {
    switch (kind_) {
      case SamplerKind::lhs: {
        const double jitter = to_unit_interval(random_bits(seed_, Stream::jitter, axis, index));
        u[axis] = (double(permuted(index, points_, seed_, axis)) + jitter) / double(points_);
        break;
      }
      case SamplerKind::sobol:
        u[axis] = to_unit_interval(sobol[axis] ^ random_bits(seed_, Stream::digital_shift, axis, 0));
        break;
      default:
        u[axis] = to_unit_interval(random_bits(seed_, Stream::uniform, axis, index));
    }
  }
  return u;
}

Point Sampler::point(std::uint64_t index) const {
  if (kind_ == SamplerKind::grid) {
    Point point = space_.fixed;
    for (auto axis = space_.axes.rbegin(); axis != space_.axes.rend(); ++axis) {
      point[axis->parameter] = axis->grid_value(index % axis->grid_size());
      index /= axis->grid_size();
    }
    return point;
  }
  if (kind_ == SamplerKind::list) {
    Point point = space_.fixed;
    const std::size_t width = list_.parameters.size();
    for (std::size_t i = 0; i < width; ++i) point[list_.parameters[i]] = list_.values[index * width + i];
    return point;
  }
  return space_.at(quantiles(index));
}

}  // namespace mutauscan
