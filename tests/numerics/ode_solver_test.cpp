#include "mutauscan/numerics/ode_solver.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

OdeOptions options(double rtol, int dimension) {
  OdeOptions o;
  o.rtol = rtol;
  o.atol = Eigen::VectorXd::Constant(dimension, 1e-14);
  return o;
}

/// y0' = -k (y0 - cos t) - sin t, y0 = cos t for any k; y1' = -y1.
class Stiff : public OdeProblem {
 public:
  explicit Stiff(double k) : k_(k) {}
  int dimension() const override { return 2; }
  void derivative(double t, const double* y, double* dydt) const override {
    dydt[0] = -k_ * (y[0] - std::cos(t)) - std::sin(t);
    dydt[1] = -y[1];
  }
  double event(double, const double* y) const override { return y[1] - 0.25; }

 private:
  double k_;
};

TEST(OdeSolver, FollowsAStiffProblemAndFindsItsEvent) {
  OdeSolver solver;
  for (double k : {1.0, 1e6, 1e12}) {
    const OdeSolution s = solver.integrate(Stiff(k), 0.0, Eigen::Vector2d(1.0, 1.0), 10.0, options(1e-9, 2));
    EXPECT_EQ(s.end, OdeEnd::event);
    EXPECT_NEAR(s.t, std::log(4.0), 1e-7);
    EXPECT_NEAR(s.y(0), std::cos(s.t), 1e-6);
    EXPECT_GT(s.statistics.steps, 10);
  }
}

TEST(OdeSolver, ConvergesWithItsTolerance) {
  OdeSolver solver;
  double previous = 1.0;
  for (double rtol : {1e-4, 1e-6, 1e-8, 1e-10}) {
    const OdeSolution s =
        solver.integrate(Stiff(10.0), 0.0, Eigen::Vector2d(1.0, 1.0), 1.0, options(rtol, 2));
    EXPECT_EQ(s.end, OdeEnd::reached_t_end);
    const double error = std::abs(s.y(1) - std::exp(-1.0));
    EXPECT_LT(error, 100.0 * rtol);
    EXPECT_LT(error, previous);
    previous = error;
  }
}

TEST(OdeSolver, GivesTheSameBitsWhateverItSolvedBefore) {
  OdeSolver used, fresh;
  used.integrate(Stiff(1e9), 0.0, Eigen::Vector2d(2.0, 7.0), 3.0, options(1e-5, 2));
  const OdeSolution a = used.integrate(Stiff(50.0), 0.0, Eigen::Vector2d(1.0, 1.0), 1.0, options(1e-8, 2));
  const OdeSolution b = fresh.integrate(Stiff(50.0), 0.0, Eigen::Vector2d(1.0, 1.0), 1.0, options(1e-8, 2));
  EXPECT_EQ(a.y(0), b.y(0));
  EXPECT_EQ(a.y(1), b.y(1));
  EXPECT_EQ(a.statistics.derivative_calls, b.statistics.derivative_calls);
}

/// y' = 1, but the right-hand side misbehaves beyond t = 1.
class Trouble : public OdeProblem {
 public:
  explicit Trouble(int kind) : kind_(kind) {}
  int dimension() const override { return 1; }
  void derivative(double t, const double*, double* dydt) const override {
    dydt[0] = 1.0;
    if (t <= 1.0) return;
    if (kind_ == 0) throw std::logic_error("beyond one");
    if (kind_ == 1) throw RecoverableFailure("beyond one");
    dydt[0] = std::numeric_limits<double>::quiet_NaN();
  }

 private:
  int kind_;
};

TEST(OdeSolver, PassesExceptionsOnAndSurvivesThem) {
  OdeSolver solver;
  const Eigen::VectorXd start = Eigen::VectorXd::Zero(1);
  try {
    solver.integrate(Trouble(0), 0.0, start, 2.0, options(1e-6, 1));
    FAIL() << "no exception";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "beyond one");
  }
  for (int kind : {1, 2}) {
    const OdeSolution s = solver.integrate(Trouble(kind), 0.0, start, 2.0, options(1e-6, 1));
    EXPECT_TRUE(s.end == OdeEnd::solver_failure || s.end == OdeEnd::step_limit) << kind;
  }
  EXPECT_EQ(solver.integrate(Trouble(1), 0.0, start, 0.5, options(1e-6, 1)).end, OdeEnd::reached_t_end);
}

TEST(OdeSolver, KeepsItsBudgets) {
  OdeSolver solver;
  OdeOptions few = options(1e-9, 2);
  few.max_steps = 5;
  EXPECT_EQ(solver.integrate(Stiff(1.0), 0.0, Eigen::Vector2d(1.0, 1.0), 10.0, few).end, OdeEnd::step_limit);
  OdeOptions brief = options(1e-12, 2);
  brief.time_limit_s = 0.0;
  EXPECT_EQ(solver.integrate(Stiff(1.0), 0.0, Eigen::Vector2d(1.0, 1.0), 10.0, brief).end,
            OdeEnd::time_limit);
}

}  // namespace
}  // namespace mutauscan
