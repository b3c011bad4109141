#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mutauscan {

/// What a random number is for: streams that share no values. Append only: the numbers are part of results.
enum class Stream : std::uint64_t {
  uniform = 1,
  permutation = 2,
  jitter = 3,
  digital_shift = 4,
  differential_evolution = 5,
  profile = 6,
  mcmc = 7,
  nested = 8,
  nested_walk = 9
};

/// 64 random bits as a function of all its arguments: Philox4x64 (Salmon et al., SC11).
std::uint64_t random_bits(std::uint64_t seed, Stream stream, std::uint64_t axis, std::uint64_t counter);

/// The middle of one of 2^53 equal cells of (0, 1): never 0 or 1.
double to_unit_interval(std::uint64_t bits);

/// The index-th element of the Sobol sequence (Joe, Kuo 2008; the origin is element 0) as 64-bit fractions,
/// one for each of `dimension` axes.
std::vector<std::uint64_t> sobol_element(std::size_t dimension, std::uint64_t index);

/// The numbers drawn one after the other for one purpose: the k-th is random_bits(seed, stream, k, counter).
/// Counter = index of the row for what concerns a member, = generation for what concerns a generation.
class Draws {
 public:
  /// The draws of (seed, stream, counter): the same triple gives the same numbers.
  Draws(std::uint64_t seed, Stream stream, std::uint64_t counter)
      : seed_(seed), counter_(counter), stream_(stream) {}

  /// The next number, uniform in (0, 1).
  double uniform() { return to_unit_interval(random_bits(seed_, stream_, next_++, counter_)); }
  /// Uniform on 0 ... n - 1; n >= 1.
  std::size_t below(std::size_t n) { return std::size_t(uniform() * double(n)); }
  double normal();  ///< by the inverse of the cumulative distribution
  double cauchy();  ///< location 0, scale 1

 private:
  std::uint64_t seed_, counter_, next_ = 0;
  Stream stream_;
};

}  // namespace mutauscan
