#include "quasi_steady_equations.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

#include "delayed_decays.hpp"

namespace mutauscan {
namespace {

using radau::stages;

constexpr double first_step = 0.1, longest_step = 0.8, shown_step = 0.2;  // e-folds

/// d y/du = source - washout y at one instant, both sets of asymmetries stacked in y.
struct Equations {
  AsymmetryVector source;
  Eigen::Matrix3d washout;

  Equations() = default;
  Equations(const QuasiSteadyRates& q, const ChemicalResponse& response) {
    source = Eigen::Map<const AsymmetryVector>(q.source.data());
    washout = WashOut{q.washout.data(), q.exchange.data(), q.scattering.data()}.matrix(response);
  }

  AsymmetryVector slope(const AsymmetryVector& y) const {
    AsymmetryVector slope = source;
    for (int set = 0; set < 2; ++set) slope.segment<3>(3 * set) -= washout * y.segment<3>(3 * set);
    return slope;
  }
};

/// What there is before anything matters: asymmetries that grow with the inflaton's entropy, like a^{3/2},
/// and are washed out.
AsymmetryVector in_balance(const BoltzmannProblem& p, double u) {
  const Equations start(quasi_steady_rates(p, u), p.response_at(p.temperature_at(reheating_history::at(u))));
  Eigen::Matrix3d rate = start.washout + 1.5 * Eigen::Matrix3d::Identity();
  Eigen::Matrix<double, 3, 2> y = Eigen::Map<const Eigen::Matrix<double, 3, 2>>(start.source.data());
  solve_in_place(rate, y);
  return Eigen::Map<const AsymmetryVector>(y.data());
}

/// Where the integration stops on its way, and where it ends: instants at which rates are not smooth, or
/// change quickly.
std::vector<double> stops(const BoltzmannProblem& p, const PathSection& section) {
  std::vector<double> stops = {section.to};
  const auto add = [&](double temperature) {
    if (temperature <= p.reheating.final_temperature) return;
    const double u = p.when_temperature_is(temperature);
    if (u > section.from && u < section.to) stops.push_back(u);
  };
  for (double temperature : p.breakpoints) add(temperature);
  if (p.reheating.spectators == Spectators::full) add(electron_yukawa_temperature);
  for (double u : p.checkpoints)
    if (u > section.from && u < section.to) stops.push_back(u);
  std::sort(stops.begin(), stops.end());
  return stops;
}

/// The equations at the start of a step and at its nodes.
using EquationsOfStep = std::array<Equations, stages + 1>;

/// A step of length h from y, `left` before the next stop; the equations are given. Fills the increments at
/// the nodes; returns the error estimated.
AsymmetryVector take_step(double h, double left, const AsymmetryVector& y, const EquationsOfStep& at,
                          radau::Stages<6>& increment) {
  Eigen::Matrix3d least = at[0].washout;
  radau::Stages<6> slope;
  for (int j = 0; j < stages; ++j) {
    const Equations& node = at[std::size_t(j + 1)];
    slope.col(j) = node.slope(y);
    for (int a = 0; a < 3; ++a)
      if (node.washout(a, a) < least(a, a)) least.row(a) = node.washout.row(a);
  }
  const AsymmetryVector difference = radau::step<3, 2>(
      h, [&](int j) -> const Eigen::Matrix3d& { return at[std::size_t(j + 1)].washout; }, at[0].slope(y),
      slope, increment);
  // Damped twice, by this step and as the next one will: an error in balance, and one that is on its way
  // there, do not last. Beyond a stop there may be no wash-out any more.
  return radau::damped<3, 2>(std::min(h, left), least, radau::damped<3, 2>(h, least, difference));
}

/// The largest error relative to what is asked for, of the asymmetries of each set and of their sums, in
/// which they may cancel.
double largest_error(const AsymmetryVector& error, const AsymmetryVector& y, const AsymmetryVector& atol) {
  const auto of = [](const auto& e, const auto& size, const auto& least) {
    return e.abs().cwiseQuotient(size.abs() + least).template maxCoeff<Eigen::PropagateNaN>();
  };
  const Eigen::Map<const Asymmetries> e(error.data()), sizes(y.data()), least(atol.data());
  return std::max(of(e, sizes, least),
                  of(e.rowwise().sum(), sizes.rowwise().sum(), least.rowwise().minCoeff()));
}

/// The error allowed in a step. That of the embedded formula falls as h^6, that of the solution faster: rtol
/// is reached by holding the former to a power of it. Ref.: Hairer, Wanner, J. Comput. Appl. Math. 111 (1999)
/// 93 (RADAU): 0.1 rtol^{(s + 1)/(2 s)}.
double embedded_tolerance(double rtol) { return 0.1 * std::pow(rtol, (stages + 1.0) / (2.0 * stages)); }

}  // namespace

QuasiSteadyRates quasi_steady_rates(const BoltzmannProblem& p, double u, double warmer, double slope) {
  const auto state = reheating_history::at(u);
  const double t = p.temperature_at(state) * std::exp(warmer), h = p.hubble_at(state);
  const double per_volume = std::exp(3.0 * u) / p.number_unit;
  QuasiSteadyRates q;
  q.neutrinos = p.neutrinos.rates(t);
  const NeutrinoBalance b = balance_neutrinos(q.neutrinos, {}, t);
  q.thermal_source = (b.by_drift[0] + (state.cooling + slope) * b.by_drift[1]) * per_volume;
  q.source = b.inflaton.asymmetry * (state.inflaton / state.hubble_rate) + q.thermal_source;
  const double scale = 12.0 / (t * t * t * h);  // 2 mu/T per n_Delta: 12/T^3 times the chemical response
  q.washout = scale * b.washout;
  q.exchange = scale * b.exchange;
  q.scattering = scale * q.neutrinos.delta_l2;
  return q;
}

BoltzmannRun solve_quasi_steady(const BoltzmannProblem& p, const PathSection& section,
                                const SlowNeutrinos& delayed, const BoltzmannObserver& observe) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  const radau::Coefficients& coefficients = radau::coefficients();
  const double tolerance = embedded_tolerance(p.options.rtol);
  const AsymmetryVector atol = 0.02 * Eigen::Map<const AsymmetryVector>(p.scale.data());

  BoltzmannRun run{OdeEnd::reached_t_end, section.from, 0.0, Asymmetries::Zero(), {}};
  AsymmetryVector y = in_balance(p, section.from);
  const auto show = [&](double u, const AsymmetryVector& asymmetry) {
    const Eigen::Array3d none = Eigen::Array3d::Zero();
    const auto state = reheating_history::at(u);
    observe(snapshot(p, u, p.temperature_at(state), p.hubble_at(state), state.inflaton, {}, none, none, none,
                     asymmetry));
  };
  const auto finished = [&] {
    run.temperature = p.temperature_at(reheating_history::at(run.u));
    run.asymmetry = Eigen::Map<const Asymmetries>(y.data());
    return run;
  };
  if (observe) {
    for (double u = p.u_start; u < run.u; u += shown_step) show(u, in_balance(p, u));
    show(run.u, y);
  }

  std::optional<DelayedDecays> late;
  if (delayed != SlowNeutrinos{}) late.emplace(p, delayed, section.from);
  double h = first_step;
  for (double target : stops(p, section)) {
    const ChemicalResponse& response =
        p.response_at(p.temperature_at(reheating_history::at(0.5 * (run.u + target))));
    EquationsOfStep at;
    at[0] = {late ? late->at_start() : quasi_steady_rates(p, run.u), response};
    while (run.u < target) {
      if (run.report.statistics.steps >= p.options.max_steps) run.end = OdeEnd::step_limit;
      if (std::chrono::duration<double>(Clock::now() - started).count() > p.options.time_limit_s)
        run.end = OdeEnd::time_limit;
      if (run.end != OdeEnd::reached_t_end) return finished();

      const bool last = run.u + h * (1.0 + 1e-9) >= target;
      const double step = last ? target - run.u : h;
      radau::Stages<6> increment;
      const double left = last ? 0.0 : target - (run.u + step);
      if (late) {
        const DelayedDecays::Nodes nodes = late->at_nodes(step);
        for (std::size_t j = 0; j < stages; ++j) at[j + 1] = {nodes[j], response};
      } else {
        for (int j = 0; j < stages; ++j)
          at[std::size_t(j + 1)] = {quasi_steady_rates(p, run.u + step * coefficients.c(j)), response};
      }
      const AsymmetryVector error = take_step(step, left, y, at, increment);
      const double worst = largest_error(error, y, atol) / tolerance;
      ++run.report.statistics.steps;
      run.report.statistics.derivative_calls += stages;
      if (!std::isfinite(worst)) {
        run.end = OdeEnd::solver_failure;
        return finished();
      }
      if (worst > 1.0) {
        ++run.report.statistics.error_test_failures;
      } else {
        if (observe)
          for (int j = 0; j < stages; ++j) show(run.u + step * coefficients.c(j), y + increment.col(j));
        y += increment.col(stages - 1);
        run.u = last ? target : run.u + step;
        at[0] = at[stages];
        if (late) late->take();
      }
      if (worst > 1.0 || !last) h = std::min(radau::next_step(step, worst), longest_step);
    }
  }
  if (observe && run.u < p.u_end) {
    for (double u = run.u + shown_step; u < p.u_end; u += shown_step) show(u, y);
    show(p.u_end, y);
  }
  run.u = p.u_end;
  return finished();
}

}  // namespace mutauscan
