#include "slow_neutrino_equations.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"

namespace mutauscan {
namespace {

/// What the equations need at one temperature, as numbers of modest size: `balance` has rates divided by
/// reference_rate(T), wash-out turned into rates (12/T^3 times the reaction density), and the densities of
/// slow neutrinos by T^3 and times relief(M/T). Asymmetries by_deviation are per loss_qq: then what a slow
/// neutrino makes while it is produced and while it decays cancels as it should.
struct Row {
  NeutrinoBalance balance;
  Eigen::Array<double, 6, 1> delta_l2;
  Eigen::Array3d mass, width;  ///< of slow neutrinos [GeV]
};

/// The Hubble rate at T [GeV], but for a factor of order one: sqrt(pi^2 g_star/90) T^2/M_P after reheating,
/// steeper before.
double reference_rate(const BoltzmannProblem& p, double t) {
  const double ratio = t / p.reheating_temperature;
  return hubble_rate(radiation_energy(t, p.reheating.g_star)) * std::hypot(1.0, ratio * ratio);
}

/// Takes most of e^{-M/T} out of a density, but grows to no more than e^60.
double relief(double z) { return std::exp(60.0 * z / (60.0 + z)); }

Row row_at(const BoltzmannProblem& p, const SlowNeutrinos& slow, double t) {
  const NeutrinoRates rates = p.neutrinos.rates(t);
  Row row{balance_neutrinos(rates, p.reheating.multiplicity, slow, t), rates.delta_l2, rates.mass, {}};
  Eigen::Array3d relieved;
  for (int i = 0; i < 3; ++i) {
    row.width(i) = rates.total_width(i);
    relieved(i) = relief(rates.mass(i) / t);
  }
  const double per_rate = 1.0 / reference_rate(p, t), per_volume = 1.0 / (t * t * t);
  NeutrinoBalance& b = row.balance;
  for (int q = 0; q < 3; ++q)
    if (slow[std::size_t(q)]) b.by_deviation[std::size_t(q)] /= b.loss(q, q);
  b.loss *= per_rate;
  for (auto& asymmetry : b.by_drift) asymmetry *= per_volume;
  for (auto& density : b.drift) density *= per_volume * relieved;
  b.equilibrium *= per_volume * relieved;
  const double washout = 12.0 * per_volume * per_rate;
  b.washout *= washout;
  b.resonant_washout *= washout;
  row.delta_l2 *= washout;
  return row;
}

/// What a number of the table does, which says how small it may be not to matter.
enum class Kind {
  size,         ///< needed relative to itself
  fraction,     ///< of one
  rate,         ///< per reference rate; negative ones, too
  washout,      ///< per reference rate; stands compressed in the table
  density,      ///< per T^3, relieved
  by_inflaton,  ///< asymmetry per inflaton, ...
  by_decay,     ///< per decay of a slow neutrino,
  by_drift,     ///< from fast thermal ones, per T^3
};

/// Visits the numbers of a Row that stand in the table, in one order for writing and reading, as
/// visit(number, kind, position in its array). What does not belong to slow neutrinos is left out.
template <class RowType, class Visit>
void each_number(RowType& row, const std::vector<int>& slow, const Visit& visit) {
  const auto all = [&](auto& array, Kind kind) {
    for (Eigen::Index i = 0; i < array.size(); ++i) visit(array.data()[i], kind, i);
  };
  auto& b = row.balance;
  all(b.inflaton.asymmetry, Kind::by_inflaton);
  all(b.washout, Kind::washout);
  all(row.delta_l2, Kind::washout);
  for (auto& drift : b.by_drift) all(drift, Kind::by_drift);
  for (int q : slow) {
    visit(row.mass.data()[q], Kind::size, q);
    visit(row.width.data()[q], Kind::size, q);
    visit(b.inflaton.number.data()[q], Kind::fraction, q);
    visit(b.inflaton.energy.data()[q], Kind::fraction, q);
    auto& decays = b.decays[std::size_t(q)];
    all(decays.asymmetry, Kind::by_decay);
    all(decays.number, Kind::fraction);
    all(decays.energy, Kind::fraction);
    all(b.by_deviation[std::size_t(q)], Kind::by_decay);
    for (int other : slow) visit(b.loss.data()[q + 3 * other], Kind::rate, q);
    for (auto& drift : b.drift) visit(drift.data()[q], Kind::density, q);
    visit(b.equilibrium.data()[q], Kind::density, q);
    for (int alpha = 0; alpha < 3; ++alpha) visit(b.resonant_washout.data()[alpha + 3 * q], Kind::washout, q);
  }
}

/// The table of rows in ln T. Numbers are met to rtol of their largest on each piece, or of the size below
/// which they do not matter: for asymmetries a tenth of what, over an e-fold, adds up to problem.scale.
PiecewiseChebyshev make_table(const BoltzmannProblem& p, const SlowNeutrinos& slow,
                              const std::vector<int>& slow_ones, double hottest) {
  std::vector<std::pair<Kind, Eigen::Index>> numbers;
  Row example{};
  each_number(example, slow_ones, [&](double, Kind kind, Eigen::Index i) { numbers.emplace_back(kind, i); });

  std::vector<double> breakpoints = {std::log(0.99 * p.reheating.final_temperature),
                                     std::log(1.01 * hottest)};
  for (double kink : p.breakpoints)
    if (std::log(kink) > breakpoints[0] && std::log(kink) < breakpoints[1])
      breakpoints.push_back(std::log(kink));

  const auto write = [&](double log_t, double* values) {
    const Row row = row_at(p, slow, std::exp(log_t));
    each_number(row, slow_ones, [&](double value, Kind kind, Eigen::Index) {
      *values++ = kind == Kind::washout ? compressed(value) : value;
    });
  };
  const auto tolerance = [&](double lower, double upper, const double* largest, double* allowed) {
    double inflatons = 0.0,
           volume = 0.0;  // decays per e-fold, and T^3 a^3 in number_unit: the larger at the ends
    for (double log_t : {lower, upper}) {
      const double t = std::exp(log_t), u = p.when_temperature_is(t);
      const auto state = reheating_history::at(u);
      inflatons = std::max(inflatons, state.inflaton / state.hubble_rate);
      volume = std::max(volume, t * t * t * std::exp(3.0 * u) / p.number_unit);
    }
    const auto does_not_matter = [&](Kind kind, Eigen::Index i) {
      const double scale = kind < Kind::by_inflaton ? 0.0 : 0.1 * p.scale.data()[i];
      switch (kind) {
        case Kind::size:
          return 0.0;
        case Kind::fraction:
          return 1e-3;
        case Kind::rate:
          return 1e-3;
        case Kind::washout:
          return 1.0;
        case Kind::density:
          return 1e-3;
        case Kind::by_inflaton:
          return scale / std::max(inflatons, 1e-300);
        case Kind::by_decay:
          return scale;
        case Kind::by_drift:
          return scale / volume;
      }
      return 0.0;
    };
    for (std::size_t k = 0; k < numbers.size(); ++k)
      allowed[k] = p.options.rtol * std::max(numbers[k].first == Kind::washout ? 0.0 : largest[k],
                                             does_not_matter(numbers[k].first, numbers[k].second));
  };
  return {int(numbers.size()), breakpoints, write, tolerance};
}

/// State: rho_phi a^3 and rho_R a^4; for each slow N its n a^3, rho a^3 and (n^th - n^eq) a^3; n_Delta a^3
/// set by set.
class Equations : public OdeProblem {
 public:
  Equations(const BoltzmannProblem& problem, const PiecewiseChebyshev& table, std::vector<int> slow)
      : problem_(problem),
        reheating_(problem.reheating),
        table_(table),
        slow_(std::move(slow)),
        values_(std::size_t(table.components())) {}

  int first_asymmetry() const { return 2 + 3 * int(slow_.size()); }
  int dimension() const override { return first_asymmetry() + 6; }

  void aim_for(double temperature) {
    target_ = temperature;
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
      y(Eigen::Index(4 + 3 * q)) =
          -row_.balance.equilibrium(slow_[q]) * t * t * t * std::exp(3.0 * u) / problem_.number_unit;
    return y;
  }

  /// Absolute tolerances, those of the asymmetries given. What is left of inflatons and neutrinos at the end
  /// decays many times per e-fold: its error must be smaller by that factor.
  Eigen::VectorXd tolerances(const Eigen::VectorXd& asymmetries) const {
    Eigen::VectorXd atol(dimension());
    const double t = reheating_.final_temperature;
    const double h = hubble_rate(radiation_energy(t, reheating_.g_star));
    read_row(t);
    atol.head<2>().setConstant(asymmetries.maxCoeff() * std::min(1.0, h / reheating_.inflaton_width));
    for (std::size_t q = 0; q < slow_.size(); ++q)
      atol.segment<3>(Eigen::Index(2 + 3 * q))
          .setConstant(asymmetries.maxCoeff() * std::min(1.0, h / row_.width(slow_[q])));
    atol.tail<6>() = asymmetries;
    return atol;
  }

  /// Linear in thermal abundances and asymmetries, mildly nonlinear in the rest.
  double perturbation(int j, const double* y) const override {
    const bool linear = j >= first_asymmetry() || (j >= 2 && (j - 2) % 3 == 2);
    return (linear ? 1.0 : 1e-5) * std::max(std::abs(y[j]), 1e-20);
  }

  void derivative(double u, const double* y, double* dydu) const override;

 private:
  /// Abundance of N from the inflaton that is as good as none.
  double negligible(std::size_t q) const {
    return 1e-12 * std::min(1.0, reheating_.inflaton_width / row_.width(slow_[q]));
  }

  void read_row(double t) const {
    table_.evaluate(std::log(t), values_.data());
    const double* value = values_.data();
    each_number(row_, slow_, [&](double& number, Kind kind, Eigen::Index) {
      number = kind == Kind::washout ? expanded(*value++) : *value++;
    });
    for (int q : slow_) {
      const double relieved = relief(row_.mass(q) / t);
      for (auto& drift : row_.balance.drift) drift(q) /= relieved;
      row_.balance.equilibrium(q) /= relieved;
    }
  }

  const BoltzmannProblem& problem_;
  const Reheating& reheating_;
  const PiecewiseChebyshev& table_;
  std::vector<int> slow_;
  double target_ = 0.0;
  const ChemicalResponse* response_ = nullptr;
  // Space for the row at hand, so that the right-hand side allocates nothing.
  mutable std::vector<double> values_;
  mutable Row row_{};
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
    const double decays = row_.width(i) / h * gamma * n, rest_energy = row_.width(i) / h * m * n;
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
  const double volume = t * t * t * std::exp(3.0 * u) / problem_.number_unit;
  source += (b.by_drift[0] + cooling * b.by_drift[1]) * volume;
  Eigen::Array3d washout = b.washout;
  for (std::size_t q = 0; q < slow_.size(); ++q) {
    const int i = slow_[q];
    const double deviation = y[4 + 3 * q];
    double change = -(b.drift[0](i) + cooling * b.drift[1](i)) * volume;
    for (std::size_t p = 0; p < slow_.size(); ++p) change -= rate * b.loss(i, slow_[p]) * y[4 + 3 * p];
    dydu[4 + 3 * q] = change;
    source += rate * b.loss(i, i) * deviation * b.by_deviation[std::size_t(i)];
    const double equilibrium = b.equilibrium(i) * volume;
    if (equilibrium > 0.0) washout += b.resonant_washout.col(i) * (deviation / equilibrium);
  }

  // Wash-out acts on the chemical potentials, which are linear in the asymmetries of each set.
  const Eigen::Matrix3d w = rate * WashOut{washout.data(), row_.delta_l2.data()}.matrix(*response_);
  for (int set = 0; set < 2; ++set) {
    const int at = first_asymmetry() + 3 * set;
    Eigen::Map<Eigen::Vector3d>(dydu + at) =
        source.col(set).matrix() - w * Eigen::Map<const Eigen::Vector3d>(y + at);
  }
}

}  // namespace

BoltzmannRun solve_with_slow_neutrinos(const BoltzmannProblem& p, const SlowNeutrinos& slow,
                                       OdeSolver& solver, const BoltzmannObserver& observe) {
  std::vector<int> slow_ones;
  for (int i = 0; i < 3; ++i)
    if (slow[std::size_t(i)]) slow_ones.push_back(i);
  const double hottest = p.temperature_at(reheating_history::at(p.u_start));
  const PiecewiseChebyshev table = make_table(p, slow, slow_ones, hottest);
  Equations equations(p, table, slow_ones);
  const int first = equations.first_asymmetry();

  std::function<void(double, const double*)> on_step;
  if (observe)
    on_step = [&](double u, const double* y) {
      Eigen::Array3d number = Eigen::Array3d::Zero(), energy = number, deviation = number;
      for (std::size_t q = 0; q < slow_ones.size(); ++q) {
        number(slow_ones[q]) = y[2 + 3 * q];
        energy(slow_ones[q]) = y[3 + 3 * q];
        deviation(slow_ones[q]) = y[4 + 3 * q];
      }
      observe(snapshot(p, u, equations.temperature(u, y), equations.hubble_rate_at(u, y), y[0], slow, number,
                       energy, deviation, AsymmetryVector(y + first)));
    };

  BoltzmannRun run{OdeEnd::event, p.u_start, 0.0, Asymmetries::Zero(), {}};
  Eigen::VectorXd y = equations.initial_state(run.u);
  OdeOptions options = p.options;
  options.atol = equations.tolerances(p.options.atol);
  constexpr double far = 200.0;  // e-folds: the event comes first
  for (double target : integration_targets(p.reheating, hottest)) {
    equations.aim_for(target);
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
  return run;
}

}  // namespace mutauscan
