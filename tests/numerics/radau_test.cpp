#include "mutauscan/numerics/radau.hpp"

#include "mutauscan/numerics/ode_solver.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

TEST(Radau, IsACollocationMethodOfOrderNine) {
  // b = last row of A (stiffly accurate) integrates c^k exactly up to k = 8, and no further.
  const radau::Coefficients& k = radau::coefficients();
  for (int power = 0; power <= 9; ++power) {
    double sum = 0.0;
    for (int j = 0; j < radau::stages; ++j) sum += k.a(radau::stages - 1, j) * std::pow(k.c(j), power);
    if (power <= 8) {
      EXPECT_NEAR(sum, 1.0 / (power + 1), 1e-14) << power;
    } else {
      EXPECT_GT(std::abs(sum - 0.1), 1e-7);
    }
  }
  EXPECT_NEAR(k.gamma, 0.1590658444274690, 1e-13);  // 1/6.286704751729276, Hairer's RADAU
}

/// y' = w(t) (g(t) - y) with w = e^t, g = y + y'/w for the solution y = sin 3t, in n equal steps over [0, 2].
double error_of(int n) {
  const radau::Coefficients& k = radau::coefficients();
  const auto target_at = [](double t) { return std::sin(3.0 * t) + 3.0 * std::cos(3.0 * t) * std::exp(-t); };
  const double h = 2.0 / n;
  double y = 0.0;
  for (int step = 0; step < n; ++step) {
    radau::Nodes rate, target, change;
    for (int j = 0; j < radau::stages; ++j) {
      const double t = h * (step + k.c(j));
      rate(j) = std::exp(t);
      target(j) = target_at(t);
    }
    radau::step(h, std::exp(h * step), target_at(h * step), y, rate, target, change);
    y += change(radau::stages - 1);
  }
  return std::abs(y - std::sin(6.0));
}

TEST(Radau, ConvergesWithTheNinthPower) {
  EXPECT_LT(error_of(4), 1e-6);
  const double order = std::log2(error_of(4) / error_of(8));
  EXPECT_GT(order, 8.0);
  EXPECT_LT(order, 10.5);
}

TEST(Radau, FollowsAStiffTargetInOneStep) {
  // Rate 1e8: y is the target, wherever it started, and nothing overshoots.
  radau::Nodes rate = radau::Nodes::Constant(1e8), target, change;
  for (int j = 0; j < radau::stages; ++j) target(j) = 1.0 + radau::coefficients().c(j);
  radau::step(1.0, 1e8, 1.0, 5.0, rate, target, change);
  EXPECT_NEAR(5.0 + change(radau::stages - 1), 2.0, 1e-6);
}

TEST(Radau, SeesErrorsOfStepsInWhichRatesFall) {
  // The rate falls from 1e6 to 1e-6 within the step while the target grows: where y is left behind decides
  // the answer, and a step over it cannot be trusted.
  radau::Nodes rate, target, change;
  for (int j = 0; j < radau::stages; ++j) {
    const double c = radau::coefficients().c(j);
    rate(j) = std::pow(10.0, 6.0 - 12.0 * c);
    target(j) = 1.0 + c;
  }
  EXPECT_GT(radau::step(1.0, 1e6, 1.0, 1.0, rate, target, change), 1e-3);
}

TEST(Radau, SolvesCoupledEquationsAsCvodeDoes) {
  // Two components that rotate into each other, damped, one driven.
  using Vector = Eigen::Vector2d;
  const auto rate_of = [](double t) {
    Eigen::Matrix2d r;
    r << 3.0 + t, 1.0, -2.0, std::exp(-t);
    return r;
  };
  const auto target_of = [](double t) { return Vector(std::cos(t), t); };
  struct Problem : OdeProblem {
    decltype(rate_of) rate;
    decltype(target_of) target;
    Problem(decltype(rate_of) r, decltype(target_of) g) : rate(r), target(g) {}
    int dimension() const override { return 2; }
    void derivative(double t, const double* y, double* dydt) const override {
      Eigen::Map<Vector>{dydt} = rate(t) * (target(t) - Eigen::Map<const Vector>(y));
    }
  };
  OdeOptions options;
  options.rtol = 1e-11;
  options.atol = Vector::Constant(1e-13);
  OdeSolver solver;
  const OdeSolution expected =
      solver.integrate(Problem(rate_of, target_of), 0.0, Vector(1.0, -1.0), 2.0, options);

  const radau::Coefficients& k = radau::coefficients();
  constexpr int steps = 8;
  constexpr double h = 2.0 / steps;
  Vector y(1.0, -1.0);
  for (int step = 0; step < steps; ++step) {
    const auto rate_at = [&](int j) { return rate_of(h * (step + (j < 0 ? 0.0 : k.c(j)))); };
    const auto slope_at = [&](int j) -> Vector {
      return rate_at(j) * (target_of(h * (step + (j < 0 ? 0.0 : k.c(j)))) - y);
    };
    radau::Stages<2> slope, change;
    for (int j = 0; j < radau::stages; ++j) slope.col(j) = slope_at(j);
    const auto error = radau::step<2, 1>(h, rate_at, slope_at(-1), slope, change);
    EXPECT_LT(error.cwiseAbs().maxCoeff(), 1e-4);
    y += change.col(radau::stages - 1);
  }
  EXPECT_NEAR(y(0), expected.y(0), 1e-9);
  EXPECT_NEAR(y(1), expected.y(1), 1e-9);
}

}  // namespace
}  // namespace mutauscan
