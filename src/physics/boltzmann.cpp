#include "mutauscan/physics/boltzmann.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>

#include <boost/math/tools/minima.hpp>

#include "quasi_steady_equations.hpp"
#include "slow_neutrino_equations.hpp"

namespace mutauscan {
namespace {

/// Errors relative to the answer that elimination of a neutrino, and a late start, may cause.
constexpr double elimination_error = 1e-5, start_error = 1e-7;
constexpr double earliest_start = 1e10;  // H/Gamma_phi
constexpr double survey_step = 0.6;      // e-folds
constexpr double longest_step = 0.25;    // e-folds; reheating, where it all happens, takes two or three
constexpr double widest_crossing = 0.3;  // in M_2/M_1 - 1 at the instants of the survey

/// The path from the start to sphaleron freeze-out at a few instants, all neutrinos eliminated: where
/// asymmetries are made that survive, and how good the elimination is there.
class Survey {
 public:
  /// `small`: an asymmetry of which only the absolute accuracy matters.
  Survey(const BoltzmannProblem& p, double u_end, double small) : problem_(p), small_(small) {
    const int steps = std::max(2, int(std::ceil((u_end - p.u_start) / survey_step)));
    for (int k = 0; k <= steps; ++k) points_.push_back(at(p.u_start + (u_end - p.u_start) * k / steps));
    weigh();
  }

  /// Adds earlier instants until what was made before them is lost or small; returns the start.
  double extend() {
    const double earliest = reheating_history::when_hubble_rate_is(earliest_start);
    while (points_.front().surviving().sum() > start_error * total() && points_.front().u > earliest) {
      points_.push_front(at(std::max(earliest, points_.front().u - survey_step)));
      weigh();
    }
    return points_.front().u;
  }

  /// The most that an e-fold contributes to each asymmetry; minor ones are raised to 1e-7 of the largest, and
  /// all to `small` if none is larger.
  Asymmetries scale() const {
    Asymmetries most = Asymmetries::Zero();
    for (const Point& p : points_) most = most.max(p.surviving());
    const double largest = most.maxCoeff();
    if (largest < small_) return Asymmetries::Constant(small_);
    return most.max(1e-7 * largest);
  }

  /// Temperatures [GeV] at which N_1 and N_2 come close: they, and with them the asymmetries each makes,
  /// change places there within a small part of an e-fold.
  std::vector<double> level_crossings() const {
    std::vector<double> temperatures;
    for (std::size_t k = 1; k + 1 < points_.size(); ++k) {
      if (points_[k].gap > std::min({points_[k - 1].gap, points_[k + 1].gap, widest_crossing})) continue;
      const auto gap_at = [&](double u) {
        return gap(problem_.neutrinos.rates(problem_.temperature_at(reheating_history::at(u))));
      };
      constexpr int bits = 20;  // of u
      const double u =
          boost::math::tools::brent_find_minima(gap_at, points_[k - 1].u, points_[k + 1].u, bits).first;
      temperatures.push_back(problem_.temperature_at(reheating_history::at(u)));
    }
    return temperatures;
  }

  SlowNeutrinos slow() const {
    Eigen::Array3d error = Eigen::Array3d::Zero();
    for (const Point& p : points_)
      error += p.lag * p.surviving().sum() + p.thermal_lag * (p.thermal_source.colwise() * p.survival).sum();
    SlowNeutrinos slow{};
    for (int i = 0; i < 3; ++i) slow[std::size_t(i)] = error(i) > elimination_error * total();
    return slow;
  }

 private:
  struct Point {
    double u;
    Asymmetries source, thermal_source;  ///< moduli, per e-fold
    Eigen::Array3d washout;              ///< of each flavour, per e-fold
    Eigen::Array3d lag, thermal_lag;     ///< e-folds it takes N_I to decay
    double gap;                          ///< M_2/M_1 - 1
    Eigen::Array3d survival = Eigen::Array3d::Ones();

    Asymmetries surviving() const { return source.colwise() * survival; }
  };

  Point at(double u) const {
    const QuasiSteadyRates q = quasi_steady_rates(problem_, u);
    const double h = problem_.hubble_at(reheating_history::at(u));
    Point p{u, q.source.abs(), q.thermal_source.abs(), {}, {}, {}, gap(q.neutrinos)};
    p.washout = WashOut{q.washout.data(), q.scattering.data()}
                    .matrix(chemical_response(Spectators::none, true))
                    .diagonal();
    for (int i = 0; i < 3; ++i) {
      const double rate = q.neutrinos.total_width(i) / h;
      // Time dilation of neutrinos just made: M/(m_phi/2)
      p.lag(i) = 1.0 / (rate * std::min(1.0, 2.0 * q.neutrinos.mass(i) / problem_.reheating.inflaton_mass));
      p.thermal_lag(i) = 1.0 / (rate * q.neutrinos.dilation(i));
    }
    return p;
  }

  static double gap(const NeutrinoRates& r) { return r.mass(1) / r.mass(0) - 1.0; }

  /// Survival of what is made at each instant, flavour by flavour; wash-out is taken as an exponential in u
  /// between instants.
  void weigh() {
    points_.back().survival.setOnes();
    for (std::size_t k = points_.size() - 1; k-- > 0;) {
      const Point& next = points_[k + 1];
      const Eigen::Array3d high = points_[k].washout.max(next.washout) + 1e-300,
                           low = points_[k].washout.min(next.washout) + 1e-300;
      const Eigen::Array3d log_ratio = (high / low).log();
      const Eigen::Array3d mean = (log_ratio > 1e-6).select((high - low) / log_ratio, high);
      points_[k].survival = next.survival * (-mean * (next.u - points_[k].u)).exp();
    }
  }

  /// What survives in all, but at least `small`.
  double total() const {
    double sum = 0.0;
    for (const Point& p : points_) sum += p.surviving().sum();
    return std::max(sum, small_);
  }

  const BoltzmannProblem& problem_;
  double small_;
  std::deque<Point> points_;
};

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
  const double u_end = problem.when_temperature_is(reheating.final_temperature);
  const double small = settings.atol / settings.rtol / problem.yield(u_end, reheating.final_temperature);
  Survey survey(problem, u_end, small);
  problem.u_start = survey.extend();
  problem.scale = survey.scale();
  problem.breakpoints = survey.level_crossings();
  problem.breakpoints.insert(problem.breakpoints.end(), neutrinos.kinks.begin(), neutrinos.kinks.end());
  problem.options.rtol = settings.rtol;
  problem.options.max_step = longest_step;
  problem.options.max_steps = long(settings.max_steps);
  problem.options.time_limit_s = settings.point_time_limit_s;
  problem.options.atol = 0.1 * settings.rtol * Eigen::Map<const Eigen::VectorXd>(problem.scale.data(), 6);

  SlowNeutrinos slow = survey.slow();
  if (treatment) slow.fill(*treatment == NeutrinoTreatment::integrated);
  const bool any_slow = slow[0] || slow[1] || slow[2];
  // The integration starts anew where the right-hand side jumps: that instant is to be seen once.
  BoltzmannObserver observe_once;
  if (observe)
    observe_once = [&observe, last = -1e300](const BoltzmannSnapshot& step) mutable {
      if (step.log_scale_factor > last) observe(step);
      last = step.log_scale_factor;
    };
  const BoltzmannRun run = any_slow ? solve_with_slow_neutrinos(problem, slow, solver, observe_once)
                                    : solve_quasi_steady(problem, solver, observe_once);
  report = run.report;
  report.last_temperature = run.temperature;
  if (run.end != OdeEnd::reached_t_end && run.end != OdeEnd::event) return failure_of(run);
  if (!run.asymmetry.allFinite()) return Failure{Status::not_finite, "an asymmetry is not a finite number"};

  const Asymmetries y_delta = run.asymmetry * problem.yield(run.u, reheating.final_temperature);
  const Eigen::Array2d y_b = reheating.sphaleron_conversion * y_delta.colwise().sum().transpose();
  return BoltzmannResult{y_delta.rowwise().sum().matrix(), y_b.sum(), y_b(0), y_b(1),
                         any_slow ? NeutrinoTreatment::integrated : NeutrinoTreatment::quasi_steady};
}

}  // namespace mutauscan
