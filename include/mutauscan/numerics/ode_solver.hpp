#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <Eigen/Core>

namespace mutauscan {

/// y' = f(t, y).
class OdeProblem {
 public:
  virtual ~OdeProblem() = default;
  /// Number of components of y.
  virtual int dimension() const = 0;

  /// May throw: a RecoverableFailure makes the solver retry with a smaller step, anything else ends the
  /// integration and is thrown to the caller.
  virtual void derivative(double t, const double* y, double* dydt) const = 0;

  /// Writes the columns of the Jacobian that are known in closed form, df_i/dy_j at columns[i + j
  /// dimension()], and returns the first of them: those before it are found by differences. By default none
  /// is known.
  virtual int jacobian(double t, const double* y, double* columns) const;

  /// The step by which component j is varied to find its column of the Jacobian by differences. Where f is
  /// linear in y_j a large one costs no accuracy and keeps the rounding noise of stiff terms out of the other
  /// rows.
  virtual double perturbation(int j, const double* y) const;

  /// Integration ends where this changes sign; by default nowhere.
  virtual double event(double t, const double* y) const;
};

/// Thrown by OdeProblem::derivative where a trial step left the domain of f.
class RecoverableFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Tolerances and limits of an integration.
struct OdeOptions {
  double rtol = 1e-6;
  Eigen::VectorXd atol;   ///< one per component
  double max_step = 0.0;  ///< 0: none; keeps long steps from missing what happens in between
  long max_steps = 100000;
  double time_limit_s = 60.0;
};

/// What an integration cost.
struct OdeStatistics {
  long steps = 0, derivative_calls = 0, jacobians = 0, error_test_failures = 0;

  /// Adds the counts of another integration.
  OdeStatistics& operator+=(const OdeStatistics& other);
};

/// Why an integration ended.
enum class OdeEnd { reached_t_end, event, step_limit, time_limit, solver_failure };

/// Where and how an integration ended.
struct OdeSolution {
  OdeEnd end = OdeEnd::reached_t_end;
  double t = 0.0;
  Eigen::VectorXd y;
  OdeStatistics statistics;
  int solver_flag = 0;  ///< of a failure, as CVODE numbers them
};

/// Stiff integration by variable-order BDF with a dense Jacobian (SUNDIALS CVODE;
/// Hindmarsh et al., ACM TOMS 31, 363 (2005)). Keeps its memory from one problem to the next of the same
/// dimension.
class OdeSolver {
 public:
  OdeSolver();
  ~OdeSolver();
  OdeSolver(OdeSolver&&) noexcept;
  OdeSolver& operator=(OdeSolver&&) noexcept;

  /// From (t, y) towards t_end; `observe`, if given, sees the start and every accepted step.
  OdeSolution integrate(const OdeProblem& problem, double t, const Eigen::VectorXd& y, double t_end,
                        const OdeOptions& options,
                        const std::function<void(double t, const double* y)>& observe = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "SUNDIALS 6.4.1": the library that is loaded.
std::string ode_library_version();

}  // namespace mutauscan
