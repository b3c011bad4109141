#include "mutauscan/numerics/ode_solver.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_config.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

namespace mutauscan {
namespace {

void check(int flag, const char* what) {
  if (flag < 0) throw std::runtime_error(std::string("SUNDIALS: ") + what + " failed");
}

template <class T>
T* check(T* pointer, const char* what) {
  if (!pointer) throw std::runtime_error(std::string("SUNDIALS: ") + what + " failed");
  return pointer;
}

struct ContextDeleter {
  void operator()(SUNContext context) const { SUNContext_Free(&context); }
};
struct VectorDeleter {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
struct MatrixDeleter {
  void operator()(SUNMatrix m) const { SUNMatDestroy(m); }
};
struct SolverDeleter {
  void operator()(SUNLinearSolver s) const { SUNLinSolFree(s); }
};
struct CvodeDeleter {
  void operator()(void* memory) const { CVodeFree(&memory); }
};

template <class Handle, class Deleter>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Deleter>;
using Context = Owned<SUNContext, ContextDeleter>;
using Vector = Owned<N_Vector, VectorDeleter>;
using Matrix = Owned<SUNMatrix, MatrixDeleter>;
using LinearSolver = Owned<SUNLinearSolver, SolverDeleter>;
using Cvode = Owned<void*, CvodeDeleter>;

#if SUNDIALS_VERSION_MAJOR >= 7
const SUNComm no_communicator = SUN_COMM_NULL;
#else
void* const no_communicator = nullptr;
#endif

/// Failures come back as return codes, and end as a status or an exception: CVODE prints nothing itself.
void silence([[maybe_unused]] SUNContext context, void* cvode) {
#if SUNDIALS_VERSION_MAJOR >= 7
  check(SUNContext_ClearErrHandlers(context), "SUNContext_ClearErrHandlers");
#else
  check(CVodeSetErrFile(cvode, nullptr), "CVodeSetErrFile");
#endif
  // "t + h = t" is a warning, not an error: from version 7 on it does not go by the error handlers.
  check(CVodeSetMaxHnilWarns(cvode, -1), "CVodeSetMaxHnilWarns");
}

/// What the C callbacks reach through their user pointer. Exceptions must not cross CVODE: they are kept here
/// and thrown again after it has returned.
struct Callbacks {
  const OdeProblem* problem = nullptr;
  std::exception_ptr failure;
  long jacobian_calls = 0;  ///< of the right-hand side, made for Jacobians
};

/// Runs a callback's body and turns what it throws into CVODE's return codes: 1 recoverable, -1 not.
template <class Body>
int guarded(void* user, Body body) noexcept {
  auto& callbacks = *static_cast<Callbacks*>(user);
  try {
    body(callbacks);
    return 0;
  } catch (const RecoverableFailure&) {
    return 1;
  } catch (...) {
    callbacks.failure = std::current_exception();
    return -1;
  }
}

int derivative_callback(double t, N_Vector y, N_Vector dydt, void* user) noexcept {
  return guarded(
      user, [&](Callbacks& c) { c.problem->derivative(t, N_VGetArrayPointer(y), N_VGetArrayPointer(dydt)); });
}

int jacobian_callback(double t, N_Vector y, N_Vector dydt, SUNMatrix jacobian, void* user, N_Vector base,
                      N_Vector shifted, N_Vector) noexcept {
  return guarded(user, [&](Callbacks& c) {
    const int n = c.problem->dimension();
    const int first_known = c.problem->jacobian(t, N_VGetArrayPointer(y), SUNDenseMatrix_Data(jacobian));
    double* varied = N_VGetArrayPointer(base);
    double* slope = N_VGetArrayPointer(shifted);
    const double* f = N_VGetArrayPointer(dydt);
    std::copy_n(N_VGetArrayPointer(y), n, varied);
    for (int j = 0; j < first_known; ++j) {
      const double value = varied[j];
      varied[j] = value + c.problem->perturbation(j, varied);
      const double step = varied[j] - value;
      c.problem->derivative(t, varied, slope);
      ++c.jacobian_calls;
      double* column = SUNDenseMatrix_Column(jacobian, j);
      for (int i = 0; i < n; ++i) column[i] = (slope[i] - f[i]) / step;
      varied[j] = value;
    }
  });
}

int event_callback(double t, N_Vector y, double* value, void* user) noexcept {
  return guarded(user, [&](Callbacks& c) { *value = c.problem->event(t, N_VGetArrayPointer(y)); });
}

}  // namespace

double OdeProblem::event(double, const double*) const { return 1.0; }

int OdeProblem::jacobian(double, const double*, double*) const { return dimension(); }

double OdeProblem::perturbation(int j, const double* y) const {
  return 1.5e-8 * std::max(std::abs(y[j]), std::numeric_limits<double>::min() * 1e16);
}

OdeStatistics& OdeStatistics::operator+=(const OdeStatistics& other) {
  steps += other.steps;
  derivative_calls += other.derivative_calls;
  jacobians += other.jacobians;
  error_test_failures += other.error_test_failures;
  return *this;
}

struct OdeSolver::Impl {
  Context context;
  Vector y, atol;
  Matrix jacobian;
  LinearSolver linear_solver;
  Cvode cvode;
  Callbacks callbacks;

  Impl() {
    SUNContext raw = nullptr;
    check(SUNContext_Create(no_communicator, &raw), "SUNContext_Create");
    context.reset(raw);
  }

  int dimension() const { return y ? int(N_VGetLength(y.get())) : 0; }

  void allocate(int n) {
    cvode.reset();
    y.reset(check(N_VNew_Serial(n, context.get()), "N_VNew_Serial"));
    atol.reset(check(N_VNew_Serial(n, context.get()), "N_VNew_Serial"));
    jacobian.reset(check(SUNDenseMatrix(n, n, context.get()), "SUNDenseMatrix"));
    linear_solver.reset(check(SUNLinSol_Dense(y.get(), jacobian.get(), context.get()), "SUNLinSol_Dense"));
    cvode.reset(check(CVodeCreate(CV_BDF, context.get()), "CVodeCreate"));
    N_VConst(0.0, y.get());
    check(CVodeInit(cvode.get(), derivative_callback, 0.0, y.get()), "CVodeInit");
    silence(context.get(), cvode.get());
    check(CVodeSetUserData(cvode.get(), &callbacks), "CVodeSetUserData");
    check(CVodeSetLinearSolver(cvode.get(), linear_solver.get(), jacobian.get()), "CVodeSetLinearSolver");
    // Right-hand sides may jump (levels cross, reactions switch off): let the step shrink until it is across.
    check(CVodeSetMaxErrTestFails(cvode.get(), 50), "CVodeSetMaxErrTestFails");
    check(CVodeSetMaxConvFails(cvode.get(), 50), "CVodeSetMaxConvFails");
    check(CVodeSetJacFn(cvode.get(), jacobian_callback), "CVodeSetJacFn");
    // A new Jacobian for every step. Rates here fall by many orders of magnitude within a few steps; with the
    // Jacobian of a stiffer past the corrector barely moves, which looks like convergence.
    check(CVodeSetLSetupFrequency(cvode.get(), 1), "CVodeSetLSetupFrequency");
    check(CVodeSetJacEvalFrequency(cvode.get(), 1), "CVodeSetJacEvalFrequency");
    check(CVodeRootInit(cvode.get(), 1, event_callback), "CVodeRootInit");
  }

  OdeStatistics statistics() const {
    OdeStatistics s;
    CVodeGetNumSteps(cvode.get(), &s.steps);
    CVodeGetNumRhsEvals(cvode.get(), &s.derivative_calls);
    CVodeGetNumJacEvals(cvode.get(), &s.jacobians);
    CVodeGetNumErrTestFails(cvode.get(), &s.error_test_failures);
    s.derivative_calls += callbacks.jacobian_calls;
    return s;
  }
};

OdeSolver::OdeSolver() : impl_(std::make_unique<Impl>()) {}
OdeSolver::~OdeSolver() = default;
OdeSolver::OdeSolver(OdeSolver&&) noexcept = default;
OdeSolver& OdeSolver::operator=(OdeSolver&&) noexcept = default;

OdeSolution OdeSolver::integrate(const OdeProblem& problem, double t, const Eigen::VectorXd& y, double t_end,
                                 const OdeOptions& options,
                                 const std::function<void(double, const double*)>& observe) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  Impl& s = *impl_;
  const int n = problem.dimension();
  if (s.dimension() != n) s.allocate(n);
  s.callbacks = {&problem, nullptr, 0};
  Eigen::Map<Eigen::VectorXd> state(N_VGetArrayPointer(s.y.get()), n);
  state = y;
  Eigen::Map<Eigen::VectorXd>(N_VGetArrayPointer(s.atol.get()), n) = options.atol;
  check(CVodeReInit(s.cvode.get(), t, s.y.get()), "CVodeReInit");
  check(CVodeSVtolerances(s.cvode.get(), options.rtol, s.atol.get()), "CVodeSVtolerances");
  check(CVodeSetMaxStep(s.cvode.get(), options.max_step), "CVodeSetMaxStep");
  check(CVodeSetStopTime(s.cvode.get(), t_end), "CVodeSetStopTime");
  if (observe) observe(t, state.data());

  OdeSolution solution;
  solution.t = t;
  for (long step = 1;; ++step) {
    const int flag = CVode(s.cvode.get(), t_end, s.y.get(), &solution.t, CV_ONE_STEP);
    if (s.callbacks.failure) std::rethrow_exception(s.callbacks.failure);
    solution.solver_flag = flag;
    if (flag < 0) {
      solution.end = OdeEnd::solver_failure;
      break;
    }
    if (observe) observe(solution.t, state.data());
    if (flag == CV_TSTOP_RETURN || flag == CV_ROOT_RETURN) {
      solution.end = flag == CV_ROOT_RETURN ? OdeEnd::event : OdeEnd::reached_t_end;
      break;
    }
    if (step >= options.max_steps) {
      solution.end = OdeEnd::step_limit;
      break;
    }
    if (step % 64 == 0 &&
        std::chrono::duration<double>(Clock::now() - start).count() > options.time_limit_s) {
      solution.end = OdeEnd::time_limit;
      break;
    }
  }
  solution.y = state;
  solution.statistics = s.statistics();
  return solution;
}

std::string ode_library_version() {
  char text[64] = "";
  check(SUNDIALSGetVersion(text, sizeof text), "SUNDIALSGetVersion");
  return std::string("SUNDIALS ") + text;
}

}  // namespace mutauscan
