#include "slow_neutrino_table.hpp"

#include <algorithm>
#include <cmath>

namespace mutauscan {
namespace {

/// Takes most of e^{-M/T} out of a density, but grows to no more than e^60.
double relief(double z) { return std::exp(60.0 * z / (60.0 + z)); }

SlowNeutrinoRow row_at(const BoltzmannProblem& p, const SlowNeutrinos& slow, double t) {
  const NeutrinoRates rates = p.neutrinos.rates(t);
  SlowNeutrinoRow row{balance_neutrinos(rates, slow, t), rates.delta_l2, rates.mass, {}};
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
  for (int column = 0; column < 3; ++column)
    for (int q = 0; q < 3; ++q)
      if (q != column && slow[std::size_t(q)] && slow[std::size_t(column)])
        b.loss(q, column) /= b.loss(column, column);
  for (auto& asymmetry : b.by_drift) asymmetry *= per_volume;
  for (auto& density : b.drift) density *= per_volume * relieved;
  b.equilibrium *= per_volume * relieved;
  const double washout = 12.0 * per_volume * per_rate;
  b.washout *= washout;
  b.exchange *= washout;
  // Per deviation/T^3 rather than per deviation/n_eq: both reaction and n_eq fall like e^{-M/T}.
  b.resonant_washout = (12.0 * per_rate) * (rates.resonant_washout.rowwise() / rates.equilibrium.transpose());
  row.delta_l2 *= washout;
  return row;
}

/// What a number of the table does, which says how small it may be not to matter.
enum class Kind {
  size,         ///< positive, needed relative to itself; its logarithm stands in the table
  fraction,     ///< of one
  rate,         ///< positive, per reference rate; stands compressed in the table
  signed_rate,  ///< of either sign; its asinh stands in the table
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
  all(b.washout, Kind::signed_rate);
  all(b.exchange, Kind::signed_rate);
  all(row.delta_l2, Kind::rate);
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
    for (int column : slow)
      visit(b.loss.data()[q + 3 * column], q == column ? Kind::rate : Kind::fraction, q);
    for (auto& drift : b.drift) visit(drift.data()[q], Kind::density, q);
    visit(b.equilibrium.data()[q], Kind::density, q);
    for (int alpha = 0; alpha < 3; ++alpha) visit(b.resonant_washout.data()[alpha + 3 * q], Kind::rate, q);
  }
}

PiecewiseChebyshev make_table(const BoltzmannProblem& p, const SlowNeutrinos& slow,
                              const std::vector<int>& slow_ones, double hottest) {
  std::vector<std::pair<Kind, Eigen::Index>> numbers;
  SlowNeutrinoRow example{};
  each_number(example, slow_ones, [&](double, Kind kind, Eigen::Index i) { numbers.emplace_back(kind, i); });

  std::vector<double> breakpoints = {std::log(0.99 * p.reheating.final_temperature),
                                     std::log(1.01 * hottest)};
  const double coolest = breakpoints[0], top = breakpoints[1];
  const auto add = [&](double temperature) {
    const double log_t = std::log(temperature);
    if (log_t > coolest && log_t < top) breakpoints.push_back(log_t);
  };
  for (double kink : p.breakpoints) add(kink);
  for (double u : p.checkpoints) add(p.temperature_at(reheating_history::at(u)));

  const auto write = [&](double log_t, double* values) {
    const SlowNeutrinoRow row = row_at(p, slow, std::exp(log_t));
    each_number(row, slow_ones, [&](double value, Kind kind, Eigen::Index) {
      *values++ = kind == Kind::size          ? std::log(value)
                  : kind == Kind::rate        ? compressed(value)
                  : kind == Kind::signed_rate ? std::asinh(value)
                                              : value;
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
        case Kind::rate:
        case Kind::signed_rate:
          return 1.0;
        case Kind::fraction:
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
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      const auto [kind, i] = numbers[k];
      const bool is_logarithm = kind == Kind::size || kind == Kind::rate || kind == Kind::signed_rate;
      allowed[k] = p.options.rtol * std::max(is_logarithm ? 0.0 : largest[k], does_not_matter(kind, i));
    }
  };
  return {int(numbers.size()), breakpoints, write, tolerance, 1e-3, 1e-8};
}

std::vector<int> indices(const SlowNeutrinos& slow) {
  std::vector<int> list;
  for (int i = 0; i < 3; ++i)
    if (slow[std::size_t(i)]) list.push_back(i);
  return list;
}

}  // namespace

double reference_rate(const BoltzmannProblem& p, double t) {
  const double ratio = t / p.reheating_temperature;
  return hubble_rate(radiation_energy(t, p.reheating.g_star)) * std::hypot(1.0, ratio * ratio);
}

SlowNeutrinoTable::SlowNeutrinoTable(const BoltzmannProblem& problem, const SlowNeutrinos& slow,
                                     double hottest)
    : slow_(indices(slow)),
      table_(make_table(problem, slow, slow_, hottest)),
      values_(std::size_t(table_.components())) {}

void SlowNeutrinoTable::read(double temperature, SlowNeutrinoRow& row) const {
  table_.evaluate(std::log(temperature), values_.data());
  const double* value = values_.data();
  each_number(row, slow_, [&](double& number, Kind kind, Eigen::Index) {
    number = kind == Kind::size          ? std::exp(*value)
             : kind == Kind::rate        ? expanded(*value)
             : kind == Kind::signed_rate ? std::sinh(*value)
                                         : *value;
    ++value;
  });
  for (int column : slow_)
    for (int q : slow_)
      if (q != column) row.balance.loss(q, column) *= row.balance.loss(column, column);
  for (int q : slow_) {
    const double relieved = relief(row.mass(q) / temperature);
    for (auto& drift : row.balance.drift) drift(q) /= relieved;
    row.balance.equilibrium(q) /= relieved;
  }
}

}  // namespace mutauscan
