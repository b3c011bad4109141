#include "mutauscan/physics/boltzmann.hpp"

#include <cstdio>

#include "path_survey.hpp"
#include "quasi_steady_equations.hpp"
#include "slow_neutrino_equations.hpp"

namespace mutauscan {
namespace {

constexpr double narrowest_resolved = 1e-5;  // by the table of slow neutrinos, in e-folds
constexpr double longest_step = 0.25;        // of CVODE, in e-folds: nothing that matters is shorter

Failure failure_of(const BoltzmannRun& run) {
  char text[160];
  const Status status = run.end == OdeEnd::step_limit   ? Status::solver_step_limit
                        : run.end == OdeEnd::time_limit ? Status::solver_time_limit
                                                        : Status::solver_failed;
  std::snprintf(
      text, sizeof text, "Boltzmann solver stopped at T = %.6g GeV after %ld steps, %ld calls (flag %d)",
      run.temperature, run.report.statistics.steps, run.report.statistics.derivative_calls, run.report.flag);
  return {status, text};
}

}  // namespace

Outcome<BoltzmannResult> solve_boltzmann(const Reheating& reheating, const NeutrinoHistory& neutrinos,
                                         const SolverSettings& settings, OdeSolver& solver,
                                         SolverReport& report, const BoltzmannObserver& observe,
                                         std::optional<NeutrinoTreatment> treatment) {
  BoltzmannProblem problem(reheating, neutrinos);
  const double small =
      settings.atol / settings.rtol / problem.yield(problem.u_end, reheating.final_temperature);
  PathSurvey survey(problem, 0.1 * settings.rtol, small);
  problem.u_start = survey.extend();
  if (problem.temperature_at(reheating_history::at(problem.u_start)) > neutrinos.hottest)
    return Failure{Status::phi_condensed,
                   "asymmetries are made where there is no vacuum without a Higgs condensate"};
  const double epsilon = survey.largest_cp_asymmetry();
  if (!(epsilon <= 1.0)) {
    char text[160];
    std::snprintf(
        text, sizeof text,
        "the CP asymmetry of a right-handed neutrino reaches %.3g below T_R: above 1 it is no probability",
        epsilon);
    return Failure{Status::unphysical_asymmetry, text};
  }
  problem.scale = survey.scale();
  problem.checkpoints = survey.checkpoints();
  problem.options.rtol = settings.rtol;
  problem.options.max_step = longest_step;
  problem.options.max_steps = long(settings.max_steps);
  problem.options.time_limit_s = settings.point_time_limit_s;
  problem.options.atol = 0.1 * settings.rtol * Eigen::Map<const Eigen::VectorXd>(problem.scale.data(), 6);

  const PathSurvey::Lagging lagging = survey.lagging();
  SlowNeutrinos delayed = lagging.delayed, slow = lagging.slow;
  if (settings.neutrinos == NeutrinoEquations::integrated) slow.fill(true);
  if (treatment) slow.fill(*treatment == NeutrinoTreatment::integrated);
  if (treatment == NeutrinoTreatment::quasi_steady) delayed = {};
  const bool any_slow = slow != SlowNeutrinos{};
  if (any_slow)
    for (std::size_t i = 0; i < 3; ++i) slow[i] = slow[i] || delayed[i];
  const NeutrinoTreatment chosen = any_slow                     ? NeutrinoTreatment::integrated
                                   : delayed != SlowNeutrinos{} ? NeutrinoTreatment::delayed
                                                                : NeutrinoTreatment::quasi_steady;
  if (chosen != NeutrinoTreatment::quasi_steady && survey.narrowest() < narrowest_resolved) {
    char text[200];
    std::snprintf(
        text, sizeof text,
        "masses of slow right-handed neutrinos change by a factor within %.1g e-folds where an expectation "
        "value vanishes: less than the equations resolve",
        survey.narrowest());
    return Failure{Status::solver_failed, text};
  }
  // The integration starts anew where the right-hand side jumps: an observer sees that instant once.
  BoltzmannObserver observe_once;
  if (observe)
    observe_once = [&observe, last = -1e300](const BoltzmannSnapshot& step) mutable {
      if (step.log_scale_factor > last) observe(step);
      last = step.log_scale_factor;
    };
  PathSection section{survey.start(), survey.end()};
  problem.breakpoints = survey.level_crossings(0);
  const PathSection integrated = any_slow ? PathSection{problem.u_start, problem.u_end} : section;
  for (const std::vector<double>& more : {survey.thresholds(integrated), neutrinos.kinks})
    problem.breakpoints.insert(problem.breakpoints.end(), more.begin(), more.end());
  if (settings.earlier_start > 0.0) {
    problem.u_start =
        std::max(problem.u_start - settings.earlier_start, reheating_history::when_hubble_rate_is(9e11));
    section.from = std::max(section.from - settings.earlier_start, problem.u_start);
  }
  const auto solve = [&] {
    return any_slow ? solve_with_slow_neutrinos(problem, slow, solver, observe_once)
                    : solve_quasi_steady(problem, section, delayed, observe_once);
  };
  BoltzmannRun run = solve();
  const double earliest = reheating_history::when_hubble_rate_is(earliest_start);
  if (run.from_start > elimination_error && problem.u_start > earliest) {
    problem.u_start = earliest;
    run = solve();
  }
  report = run.report;
  report.last_temperature = run.temperature;
  if (run.end != OdeEnd::reached_t_end && run.end != OdeEnd::event) return failure_of(run);
  if (run.from_start > elimination_error) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "a part %.2g of the asymmetry is made in the plasma of the start: neutrinos from the "
                  "inflaton are too "
                  "fast, and too weakly coupled, to make one; lower m_phi or raise the Yukawa couplings",
                  run.from_start);
    return Failure{Status::depends_on_start, text};
  }
  if (!run.asymmetry.allFinite()) return Failure{Status::not_finite, "an asymmetry is not a finite number"};

  const Asymmetries y_delta = run.asymmetry * problem.yield(run.u, reheating.final_temperature);
  const Eigen::Array2d y_b = reheating.sphaleron_conversion * y_delta.colwise().sum().transpose();
  return BoltzmannResult{y_delta.rowwise().sum().matrix(), y_b.sum(), y_b(0), y_b(1), chosen};
}

}  // namespace mutauscan
