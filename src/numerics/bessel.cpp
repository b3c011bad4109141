#include "mutauscan/numerics/bessel.hpp"

#include <cmath>
#include <numbers>

#include <boost/math/special_functions/bessel.hpp>

namespace mutauscan {
namespace {

/// sqrt(2 z/pi) e^z K_nu(z) for large z: the asymptotic series 1 + (mu-1)/(8z) + (mu-1)(mu-9)/(2!(8z)^2) +
/// ..., mu = 4 nu^2 (Abramowitz, Stegun 9.7.2). Beyond z = 40 its terms fall below 1e-17 before they grow.
double asymptotic(double mu, double z) {
  double sum = 1.0, term = 1.0;
  for (int k = 1; k <= 30; ++k) {
    const double odd = 2.0 * k - 1.0;
    term *= (mu - odd * odd) / (8.0 * k * z);
    sum += term;
    if (std::abs(term) < 1e-17) break;
  }
  return sum;
}

}  // namespace

ScaledBesselK scaled_bessel_k(double z) {
  if (z > 40.0) {
    const double scale = std::sqrt(0.5 * std::numbers::pi / z);
    return {scale * asymptotic(4.0, z), scale * asymptotic(16.0, z)};
  }
  // In double, not long double, precision; K_2 from K_0 and K_1 by the recurrence, which is stable upwards.
  using boost::math::policies::promote_double;
  constexpr boost::math::policies::policy<promote_double<false>> in_double;
  const double exponential = std::exp(z);
  const double k1 = exponential * boost::math::cyl_bessel_k(1, z, in_double);
  return {k1, exponential * boost::math::cyl_bessel_k(0, z, in_double) + 2.0 / z * k1};
}

}  // namespace mutauscan
