#include "mutauscan/numerics/piecewise_chebyshev.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

void functions(double x, double* values) {
  values[0] = std::exp(3.0 * x);
  values[1] = std::sqrt(std::abs(x));       // not smooth at 0
  values[2] = x < 0.7 ? 1.0 : std::cos(x);  // jumps at 0.7
}

PiecewiseChebyshev table(double rtol, std::vector<double> breakpoints) {
  return {3, std::move(breakpoints), functions,
          [rtol](double, double, const double* largest, double* allowed) {
            for (int i = 0; i < 3; ++i) allowed[i] = rtol * largest[i];
          }};
}

double worst(const PiecewiseChebyshev& t) {
  double error = 0.0;
  for (int k = 0; k <= 20000; ++k) {
    const double x = -2.0 + 4.0 * k / 20000.0;
    if (std::abs(x) < 2e-3 || std::abs(x - 0.7) < 2e-3) continue;  // pieces no smaller than 1e-3
    double values[3], exact[3];
    t.evaluate(x, values);
    functions(x, exact);
    for (int i = 0; i < 3; ++i)
      error = std::max(error, std::abs(values[i] - exact[i]) / std::max(std::abs(exact[i]), 0.1));
  }
  return error;
}

TEST(PiecewiseChebyshev, MeetsItsTolerance) {
  for (double rtol : {1e-3, 1e-6, 1e-9}) EXPECT_LT(worst(table(rtol, {-2.0, 2.0})), 100.0 * rtol) << rtol;
}

TEST(PiecewiseChebyshev, NeedsFewerCallsIfToldWhereFunctionsAreNotSmooth) {
  const PiecewiseChebyshev blind = table(1e-8, {-2.0, 2.0}), told = table(1e-8, {-2.0, 0.7, 2.0});
  EXPECT_LT(told.evaluations(), blind.evaluations());
  EXPECT_EQ(told.components(), 3);
}

TEST(PiecewiseChebyshev, IsConstantBeyondItsEnds) {
  const PiecewiseChebyshev t = table(1e-6, {-2.0, 2.0});
  double inside[3], outside[3];
  t.evaluate(2.0, inside);
  t.evaluate(5.0, outside);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(inside[i], outside[i]);
}

}  // namespace
}  // namespace mutauscan
