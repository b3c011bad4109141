#include "slow_neutrino_equations.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "slow_neutrino_table.hpp"

namespace mutauscan {
namespace {

constexpr double negligible_lag = 1e-5;  // e-folds: the radiation of the start is right to that

/// State: rho_phi a^3 and rho_R a^4; for each slow N its n a^3, rho a^3 and (n^th - n^eq) a^3; n_Delta a^3
/// set by set.
class Equations : public OdeProblem {
 public:
  Equations(const BoltzmannProblem& problem, const SlowNeutrinoTable& table)
      : problem_(problem), reheating_(problem.reheating), table_(table), slow_(table.slow()) {}

  int first_asymmetry() const { return 2 + 3 * int(slow_.size()); }
  int dimension() const override { return first_asymmetry() + 6; }

  /// Until the plasma is at this temperature, `ahead` below in ln T.
  void aim_for(double temperature, double ahead) {
    target_ = temperature;
    ahead_ = ahead;
    response_ = &chemical_response(reheating_.spectators, temperature < electron_yukawa_temperature);
  }
  double event(double u, const double* y) const override { return temperature(u, y) / target_ - 1.0; }

  double temperature(double u, const double* y) const {
    return radiation_temperature(y[1] * problem_.energy_unit * std::exp(-4.0 * u), reheating_.g_star);
  }
  double hubble_rate_at(double u, const double* y) const {
    double energy = y[0] + y[1] * std::exp(-u);
    for (std::size_t q = 0; q < slow_.size(); ++q) energy += y[3 + 3 * q];
    return hubble_rate(energy * std::exp(-3.0 * u) * problem_.energy_unit);
  }

  Eigen::VectorXd initial_state(double u) const {
    const auto state = reheating_history::at(u);
    const double t = problem_.temperature_at(state);
    Eigen::VectorXd y = Eigen::VectorXd::Zero(dimension());
    y(0) = state.inflaton;
    y(1) = radiation_energy(t, reheating_.g_star) * std::exp(4.0 * u) / problem_.energy_unit;
    read_row(t);
    for (std::size_t q = 0; q < slow_.size(); ++q)
      y(Eigen::Index(4 + 3 * q)) = -row_.balance.equilibrium(slow_[q]) * volume(u, t);
    return y;
  }

  /// Wash-out per e-fold of each flavour's asymmetry.
  Eigen::Array3d washout_at(double u, const double* y) const {
    const double t = temperature(u, y);
    read_row(t);
    return washout(u, y, t, hubble_rate_at(u, y)).diagonal();
  }

  /// The e-folds that neutrinos made at the start take to decay.
  double lag_at_start() const {
    const auto state = reheating_history::at(problem_.u_start);
    read_row(problem_.temperature_at(state));
    double lag = 0.0;
    for (int i : slow_)
      lag = std::max(lag, row_.balance.inflaton.number(i) * problem_.hubble_at(state) *
                              reheating_.inflaton_mass / (2.0 * row_.mass(i) * row_.width(i)));
    return lag;
  }

  /// Absolute tolerances, those of the asymmetries given. What is left of inflatons and neutrinos at the end
  /// decays many times per e-fold: its error must be smaller by that factor. An inflaton that makes no
  /// neutrinos is energy only, and next to none of it is none.
  Eigen::VectorXd tolerances(const Eigen::VectorXd& asymmetries) const {
    Eigen::VectorXd atol(dimension());
    const double t = reheating_.final_temperature, small = asymmetries.maxCoeff();
    const double h = hubble_rate(radiation_energy(t, reheating_.g_star));
    const bool energy_only = (problem_.neutrinos.rates(t).multiplicity == 0.0).all();
    read_row(t);
    atol.head<2>().setConstant(energy_only ? 1e-30 : small * std::min(1.0, h / reheating_.inflaton_width));
    for (std::size_t q = 0; q < slow_.size(); ++q)
      atol.segment<3>(Eigen::Index(2 + 3 * q)).setConstant(small * std::min(1.0, h / row_.width(slow_[q])));
    atol.tail<6>() = asymmetries;
    return atol;
  }

  /// Linear in thermal abundances and asymmetries, mildly nonlinear in the rest.
  double perturbation(int j, const double* y) const override {
    if (j >= first_asymmetry() || (j >= 2 && (j - 2) % 3 == 2)) return std::max(std::abs(y[j]), 1e-20);
    // Rates between two checkpoints vary with the temperature on the scale of their distance; those of
    // neutrinos with what there is of them, down to what is as good as none.
    if (j < 2) return (j == 1 ? std::min(1e-5, 0.1 * ahead_) : 1e-5) * std::max(std::abs(y[j]), 1e-20);
    return 1e-5 * std::max(std::abs(y[j]), negligible(std::size_t((j - 2) / 3)));
  }

  void derivative(double u, const double* y, double* dydu) const override;

  /// The equations are linear in the asymmetries, and nothing else depends on them.
  int jacobian(double u, const double* y, double* columns) const override {
    const double t = temperature(u, y);
    read_row(t);
    const Eigen::Matrix3d w = washout(u, y, t, hubble_rate_at(u, y));
    const int n = dimension(), first = first_asymmetry();
    Eigen::Map<Eigen::MatrixXd> known(columns + n * first, n, 6);
    known.setZero();
    known.block<3, 3>(first, 0) = known.block<3, 3>(first + 3, 3) = -w;
    return first;
  }

 private:
  /// -d n_Delta/du per n_Delta, with the row at hand: inverse decays and scatterings act on the chemical
  /// potentials, which are linear in the asymmetries of each set; resonant ones with the N there are.
  Eigen::Matrix3d washout(double u, const double* y, double t, double h) const {
    Eigen::Array3d flavours = row_.balance.washout;
    for (std::size_t q = 0; q < slow_.size(); ++q)
      flavours += row_.balance.resonant_washout.col(slow_[q]) * (y[4 + 3 * q] / volume(u, t));
    return reference_rate(problem_, t) / h *
           WashOut{flavours.data(), row_.balance.exchange.data(), row_.delta_l2.data()}.matrix(*response_);
  }

  /// T^3 a^3 in number_unit
  double volume(double u, double t) const { return t * t * t * std::exp(3.0 * u) / problem_.number_unit; }

  /// Abundance of N from the inflaton that is as good as none.
  double negligible(std::size_t q) const {
    return 1e-12 * std::min(1.0, reheating_.inflaton_width / row_.width(slow_[q]));
  }

  /// All columns of the Jacobian but that of the radiation are at one temperature.
  void read_row(double t) const {
    if (t != row_temperature_) table_.read(t, row_);
    row_temperature_ = t;
  }

  const BoltzmannProblem& problem_;
  const Reheating& reheating_;
  const SlowNeutrinoTable& table_;
  const std::vector<int>& slow_;
  double target_ = 0.0, ahead_ = 1.0;
  const ChemicalResponse* response_ = nullptr;
  // Space for the row at hand, so that the right-hand side allocates nothing.
  mutable SlowNeutrinoRow row_{};
  mutable double row_temperature_ = 0.0;
};

void Equations::derivative(double u, const double* y, double* dydu) const {
  if (!(y[1] > 0.0)) throw RecoverableFailure("negative radiation energy");
  const double t = temperature(u, y), h = hubble_rate_at(u, y);
  if (!std::isfinite(h)) throw RecoverableFailure("no Hubble rate");
  read_row(t);
  const NeutrinoBalance& b = row_.balance;
  const double rate = reference_rate(problem_, t) / h;  // what turns the table's rates into rates per H
  const double production = reheating_.inflaton_width * y[0] / h;

  // From the inflaton down the cascade; mass in m_phi, energies in units of energy_unit.
  Asymmetries source = production * b.inflaton.asymmetry;
  Eigen::Array3d number = production * b.inflaton.number, energy = production * b.inflaton.energy;
  double into_radiation = production;
  for (std::size_t q = slow_.size(); q-- > 0;) {
    const int i = slow_[q];
    const std::size_t at = 2 + 3 * q;
    const double n = y[at], rho = y[at + 1], none = negligible(q),
                 m = row_.mass(i) / reheating_.inflaton_mass;
    // Mean inverse Lorentz factor M n/rho; where next to nothing is left, that of neutrinos just made, 2
    // M/m_phi.
    const auto positive = [](double x, double least) { return 0.5 * (x + std::hypot(x, 2.0 * least)); };
    const double gamma = std::min(1.0, m * positive(n, 2.0 * none) / positive(rho, none));
    // M n = gamma rho: number and energy are lost at one rate, so that none goes on by itself, or below zero,
    // once the other has vanished.
    const double decays = row_.width(i) / h * gamma * n, rest_energy = row_.width(i) / h * gamma * rho;
    dydu[at] = number(i) - decays;
    dydu[at + 1] =
        energy(i) - rest_energy - rho * (1.0 - gamma * gamma);  // the last: 3 p, p = rho (1 - gamma^2)/3
    into_radiation += rest_energy - energy(i);
    const NeutrinoBalance::Yield& yield = b.decays[std::size_t(i)];
    source += decays * yield.asymmetry;
    number += decays * yield.number;
    energy += rest_energy * yield.energy;
  }
  dydu[0] = -production;
  dydu[1] = into_radiation * std::exp(u);

  // Thermal neutrinos
  const double cooling = 0.25 * dydu[1] / y[1] - 1.0;  // d ln T/d ln a
  const double volume = this->volume(u, t);
  source += (b.by_drift[0] + cooling * b.by_drift[1]) * volume;
  for (std::size_t q = 0; q < slow_.size(); ++q) {
    const int i = slow_[q];
    const double deviation = y[4 + 3 * q];
    double change = -(b.drift[0](i) + cooling * b.drift[1](i)) * volume;
    for (std::size_t p = 0; p < slow_.size(); ++p) change -= rate * b.loss(i, slow_[p]) * y[4 + 3 * p];
    dydu[4 + 3 * q] = change;
    source += rate * b.loss(i, i) * deviation * b.by_deviation[std::size_t(i)];
  }

  const Eigen::Matrix3d w = washout(u, y, t, h);
  for (int set = 0; set < 2; ++set) {
    const int at = first_asymmetry() + 3 * set;
    Eigen::Map<Eigen::Vector3d>(dydu + at) =
        source.col(set).matrix() - w * Eigen::Map<const Eigen::Vector3d>(y + at);
  }
}

/// The path as it was integrated, to tell what the radiation of the start has to do with the answer.
class Origin {
 public:
  void add(double u, double radiation, const AsymmetryVector& asymmetry, const Eigen::Array3d& washout) {
    steps_.push_back({u, radiation, asymmetry, washout});
  }

  /// sum over steps of what is made and survives, times rho_R a^4 of the start over that of the step;
  /// relative to all that survives.
  double share_of_start() const {
    double from_start = 0.0, all = 0.0;
    Eigen::Array3d lost = Eigen::Array3d::Zero();  // e-folds of wash-out from here to the end
    for (std::size_t k = steps_.size(); k-- > 1;) {
      const Step &earlier = steps_[k - 1], &later = steps_[k];
      const Eigen::Array3d washed_out = 0.5 * (earlier.washout + later.washout) * (later.u - earlier.u);
      for (int set = 0; set < 2; ++set) {
        const auto before = earlier.asymmetry.segment<3>(3 * set).array(),
                   after = later.asymmetry.segment<3>(3 * set).array();
        const double made = ((after - before * (-washed_out).exp()).abs() * (-lost).exp()).sum();
        from_start += made * steps_.front().radiation / later.radiation;
        all += made;
      }
      lost += washed_out;
    }
    return all > 0.0 ? from_start / all : 0.0;
  }

 private:
  struct Step {
    double u, radiation;
    AsymmetryVector asymmetry;
    Eigen::Array3d washout;
  };
  std::vector<Step> steps_;
};

}  // namespace

BoltzmannRun solve_with_slow_neutrinos(const BoltzmannProblem& p, const SlowNeutrinos& slow,
                                       OdeSolver& solver, const BoltzmannObserver& observe) {
  const double hottest = p.temperature_at(reheating_history::at(p.u_start));
  const SlowNeutrinoTable table(p, slow, hottest);
  const std::vector<int>& slow_ones = table.slow();
  Equations equations(p, table);
  const int first = equations.first_asymmetry();

  Origin origin;
  const double lag = std::min(1.0, equations.lag_at_start());
  const auto on_step = [&](double u, const double* y) {
    const AsymmetryVector asymmetry(y + first);
    if (lag > negligible_lag) origin.add(u, y[1], asymmetry, equations.washout_at(u, y));
    if (!observe) return;
    Eigen::Array3d number = Eigen::Array3d::Zero(), energy = number, deviation = number;
    for (std::size_t q = 0; q < slow_ones.size(); ++q) {
      number(slow_ones[q]) = y[2 + 3 * q];
      energy(slow_ones[q]) = y[3 + 3 * q];
      deviation(slow_ones[q]) = y[4 + 3 * q];
    }
    observe(snapshot(p, u, equations.temperature(u, y), equations.hubble_rate_at(u, y), y[0], slow, number,
                     energy, deviation, asymmetry));
  };

  BoltzmannRun run{OdeEnd::event, p.u_start, 0.0, Asymmetries::Zero(), {}};
  Eigen::VectorXd y = equations.initial_state(run.u);
  OdeOptions options = p.options;
  options.atol = equations.tolerances(p.options.atol);
  constexpr double far = 200.0;  // e-folds: the event comes first
  for (double target : integration_targets(p, hottest)) {
    const double t = equations.temperature(run.u, y.data());
    const double ahead = std::log(t / target);
    if (ahead < 1e-9) continue;  // there already, or cooler than if all neutrinos were fast
    equations.aim_for(target, ahead);
    options.max_step = std::min(p.options.max_step, 0.5 * ahead);
    const OdeSolution solution = solver.integrate(equations, run.u, y, far, options, on_step);
    y = solution.y;
    run.end = solution.end;
    run.u = solution.t;
    run.report.statistics += solution.statistics;
    run.report.flag = solution.solver_flag;
    if (run.end != OdeEnd::event) break;
  }
  run.temperature = equations.temperature(run.u, y.data());
  run.asymmetry = Eigen::Map<const Asymmetries>(y.data() + first);
  run.from_start = lag * origin.share_of_start();
  return run;
}

}  // namespace mutauscan
