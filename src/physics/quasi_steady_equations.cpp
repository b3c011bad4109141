#include "quasi_steady_equations.hpp"

#include <algorithm>
#include <cmath>

#include "mutauscan/numerics/piecewise_chebyshev.hpp"

namespace mutauscan {
namespace {

constexpr int components = 15;

class Equations : public OdeProblem {
 public:
  explicit Equations(const PiecewiseChebyshev& table) : table_(table) {}

  void respond(const ChemicalResponse& response) { response_ = &response; }
  int dimension() const override { return 6; }

  void derivative(double u, const double* y, double* dydu) const override {
    double values[components];
    const Eigen::Matrix3d w = look_up(u, values);
    for (int set = 0; set < 2; ++set)
      Eigen::Map<Eigen::Vector3d>(dydu + 3 * set) = Eigen::Map<const Eigen::Vector3d>(values + 3 * set) -
                                                    w * Eigen::Map<const Eigen::Vector3d>(y + 3 * set);
  }

  bool jacobian(double u, const double*, double* columns) const override {
    double values[components];
    Eigen::Map<Eigen::Matrix<double, 6, 6>> j(columns);
    j.setZero();
    j.topLeftCorner<3, 3>() = j.bottomRightCorner<3, 3>() = -look_up(u, values);
    return true;
  }

 private:
  /// Sources into values[0 .. 5]; returns wash-out.
  Eigen::Matrix3d look_up(double u, double* values) const {
    table_.evaluate(u, values);
    for (int i = 6; i < components; ++i) values[i] = expanded(values[i]);
    return WashOut{values + 6, values + 9}.matrix(*response_);
  }

  const PiecewiseChebyshev& table_;
  const ChemicalResponse* response_ = nullptr;
};

}  // namespace

QuasiSteadyRates quasi_steady_rates(const BoltzmannProblem& p, double u) {
  const auto state = reheating_history::at(u);
  const double t = p.temperature_at(state), h = p.hubble_at(state);
  const double per_volume = std::exp(3.0 * u) / p.number_unit;
  QuasiSteadyRates q;
  q.neutrinos = p.neutrinos.rates(t);
  const NeutrinoBalance b = balance_neutrinos(q.neutrinos, p.reheating.multiplicity, {}, t);
  q.thermal_source = (b.by_drift[0] + state.cooling * b.by_drift[1]) * per_volume;
  q.source = b.inflaton.asymmetry * (state.inflaton / state.hubble_rate) + q.thermal_source;
  const double scale = 12.0 / (t * t * t * h);  // 2 mu/T per n_Delta: 12/T^3 times the chemical response
  q.washout = scale * b.washout;
  q.scattering = scale * q.neutrinos.delta_l2;
  return q;
}

BoltzmannRun solve_quasi_steady(const BoltzmannProblem& p, OdeSolver& solver,
                                const BoltzmannObserver& observe) {
  const double u_end = p.when_temperature_is(p.reheating.final_temperature);
  std::vector<double> breakpoints = {p.u_start, u_end};
  for (double kink : p.breakpoints) {
    if (kink <= p.reheating.final_temperature) continue;
    const double u = p.when_temperature_is(kink);
    if (u > p.u_start && u < u_end) breakpoints.push_back(u);
  }
  const double tolerance = p.options.rtol;
  const PiecewiseChebyshev table(
      components, breakpoints,
      [&](double u, double* values) {
        const QuasiSteadyRates q = quasi_steady_rates(p, u);
        Eigen::Map<Asymmetries>{values} = q.source;
        Eigen::Map<Eigen::Array3d>{values + 6} = q.washout.unaryExpr(&compressed);
        Eigen::Map<Eigen::Array<double, 6, 1>>{values + 9} = q.scattering.unaryExpr(&compressed);
      },
      [&](double, double, const double* largest, double* allowed) {
        for (int i = 0; i < 6; ++i) allowed[i] = tolerance * std::max(largest[i], p.scale.data()[i]);
        for (int i = 6; i < components; ++i) allowed[i] = tolerance;
      });

  Equations equations(table);
  BoltzmannRun run{OdeEnd::reached_t_end, p.u_start, 0.0, Asymmetries::Zero(), {}};
  const double t_start = p.temperature_at(reheating_history::at(p.u_start));
  std::function<void(double, const double*)> on_step;
  if (observe)
    on_step = [&](double u, const double* y) {
      const Eigen::Array3d none = Eigen::Array3d::Zero();
      const auto state = reheating_history::at(u);
      observe(snapshot(p, u, p.temperature_at(state), p.hubble_at(state), state.inflaton, {}, none, none,
                       none, AsymmetryVector(y)));
    };
  Eigen::VectorXd y = Eigen::VectorXd::Zero(6);
  for (double target : integration_targets(p.reheating, t_start)) {
    equations.respond(chemical_response(p.reheating.spectators, target < electron_yukawa_temperature));
    const OdeSolution solution =
        solver.integrate(equations, run.u, y, p.when_temperature_is(target), p.options, on_step);
    y = solution.y;
    run.end = solution.end;
    run.u = solution.t;
    run.report.statistics += solution.statistics;
    run.report.flag = solution.solver_flag;
    if (run.end != OdeEnd::reached_t_end) break;
  }
  run.temperature = p.temperature_at(reheating_history::at(run.u));
  run.asymmetry = Eigen::Map<const Asymmetries>(y.data());
  return run;
}

}  // namespace mutauscan
