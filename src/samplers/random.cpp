#include "mutauscan/samplers/random.hpp"

#include <cmath>
#include <numbers>

#include <Random123/philox.h>
#include <boost/math/special_functions/erf.hpp>
#include <boost/random/sobol.hpp>

namespace mutauscan {

std::uint64_t random_bits(std::uint64_t seed, Stream stream, std::uint64_t axis, std::uint64_t counter) {
  const r123::Philox4x64::ctr_type block{{counter, axis, static_cast<std::uint64_t>(stream), 0}};
  const r123::Philox4x64::key_type key{{seed, 0}};
  return r123::Philox4x64{}(block, key)[0];
}

double to_unit_interval(std::uint64_t bits) { return (double(bits >> 11) + 0.5) * 0x1p-53; }

std::vector<std::uint64_t> sobol_element(std::size_t dimension, std::uint64_t index) {
  std::vector<std::uint64_t> element(dimension, 0);
  if (index == 0) return element;
  // Boost's engine omits the origin, which the balance of the first 2^m points needs.
  boost::random::sobol engine(dimension);
  engine.seed(index - 1);
  for (std::uint64_t& x : element) x = engine();
  return element;
}

double Draws::normal() { return std::numbers::sqrt2 * boost::math::erf_inv(2.0 * uniform() - 1.0); }

double Draws::cauchy() { return std::tan(std::numbers::pi * (uniform() - 0.5)); }

}  // namespace mutauscan
