#include "mutauscan/numerics/bessel.hpp"

#include <boost/math/special_functions/bessel.hpp>

#include "near.hpp"

namespace mutauscan {
namespace {

TEST(ScaledBesselK, AgreesWithTheUnscaledFunctionsAcrossItsSwitch) {
  for (double z : {1e-6, 1e-3, 0.5, 1.0, 10.0, 39.9, 40.1, 100.0, 500.0}) {
    EXPECT_TRUE(relatively_near(scaled_bessel_k(z).k1 * std::exp(-z), boost::math::cyl_bessel_k(1, z), 1e-13))
        << z;
    EXPECT_TRUE(relatively_near(scaled_bessel_k(z).k2 * std::exp(-z), boost::math::cyl_bessel_k(2, z), 1e-13))
        << z;
  }
}

TEST(ScaledBesselK, HasItsLimitForHugeArguments) {
  for (double z : {1e4, 1e6, 1e9}) {
    const double limit = std::sqrt(std::acos(-1.0) / (2.0 * z));
    EXPECT_TRUE(relatively_near(scaled_bessel_k(z).k1, limit * (1.0 + 0.375 / z), 1e-8));
    EXPECT_TRUE(relatively_near(scaled_bessel_k(z).k2, limit * (1.0 + 1.875 / z), 1e-7));
  }
}

}  // namespace
}  // namespace mutauscan
