#include "delayed_decays.hpp"

#include <algorithm>
#include <cmath>

namespace mutauscan {
namespace {

using radau::stages;

/// What N_I makes by `decays` more than by its prompt ones.
void add(QuasiSteadyRates& q, int i, double decays) {
  const NeutrinoRates& r = q.neutrinos;
  q.source.col(i == 0 ? 0 : 1) -= r.epsilon.col(i) * (r.lepton_width(i) / r.total_width(i) * decays);
}

}  // namespace

/// Number and energy (in m_phi) that arrive in each N_I per e-fold, if all decays are prompt; what comes
/// straight from the inflaton; decays per e-fold of one N_I.
struct DelayedDecays::Arrivals {
  Eigen::Array3d number, energy, direct, rate;
};

DelayedDecays::Arrivals DelayedDecays::arrivals(double u, const NeutrinoRates& r) const {
  const auto state = reheating_history::at(u);
  const Eigen::Array3d direct = state.inflaton / state.hubble_rate * r.multiplicity;
  Arrivals a{direct, 0.5 * direct, direct, {}};
  for (int i = 2; i >= 0; --i) {
    const double rest = r.mass(i) / problem_.reheating.inflaton_mass;
    const double gamma = a.energy(i) > 0.0 ? std::min(1.0, rest * a.number(i) / a.energy(i)) : 1.0;
    a.rate(i) = r.total_width(i) * gamma / problem_.hubble_at(state);
    for (int k = 0; k < i; ++k) {
      const double branching = r.scalar_width_of(i, k) / r.total_width(i);
      a.number(k) += branching * a.number(i);
      a.energy(k) += branching * a.energy(i) * r.daughter_energy(i, k);
    }
  }
  return a;
}

double DelayedDecays::cooler(double u, const Arrivals& a) const {
  double in_neutrinos = 0.0;
  for (int i = 0; i < 3; ++i)
    if (delayed_[std::size_t(i)]) in_neutrinos += a.energy(i) / a.rate(i);
  const double t = problem_.temperature_at(reheating_history::at(u));
  return -0.25 * in_neutrinos * problem_.energy_unit * std::exp(-3.0 * u) /
         radiation_energy(t, problem_.reheating.g_star);
}

DelayedDecays::DelayedDecays(const BoltzmannProblem& problem, const SlowNeutrinos& delayed, double u_start)
    : problem_(problem), delayed_(delayed) {
  const double t = problem.temperature_at(reheating_history::at(u_start));
  const Arrivals a = arrivals(u_start, problem.neutrinos.rates(t));
  next_ = now_ = {u_start, a.number / a.rate, cooler(u_start, a)};
}

QuasiSteadyRates DelayedDecays::at_start() const {
  QuasiSteadyRates q = quasi_steady_rates(problem_, now_.u, now_.cooler);
  const Arrivals a = arrivals(now_.u, q.neutrinos);
  Eigen::Array3d arriving = a.direct;
  for (int i = 2; i >= 0; --i) {
    const double decays = delayed_[std::size_t(i)] ? a.rate(i) * now_.number(i) : arriving(i);
    add(q, i, decays - a.number(i));
    for (int k = 0; k < i; ++k)
      arriving(k) += q.neutrinos.scalar_width_of(i, k) / q.neutrinos.total_width(i) * decays;
  }
  return q;
}

DelayedDecays::Nodes DelayedDecays::at_nodes(double h) {
  const radau::Coefficients& coefficients = radau::coefficients();
  std::array<double, stages> u;
  radau::Nodes change;  // of d ln T since the start
  for (int j = 0; j < stages; ++j) {
    u[std::size_t(j)] = now_.u + h * coefficients.c(j);
    const double at = u[std::size_t(j)], t = problem_.temperature_at(reheating_history::at(at));
    change(j) = cooler(at, arrivals(at, problem_.neutrinos.rates(t))) - now_.cooler;
  }
  Eigen::Matrix<double, stages, stages> a = coefficients.a;
  radau::Nodes slope = change / h;
  solve_in_place(a, slope);

  Nodes nodes;
  std::array<Arrivals, stages> prompt;
  Eigen::Array<double, 3, stages> arriving;
  for (int j = 0; j < stages; ++j) {
    const std::size_t k = std::size_t(j);
    nodes[k] = quasi_steady_rates(problem_, u[k], now_.cooler + change(j), slope(j));
    prompt[k] = arrivals(u[k], nodes[k].neutrinos);
    arriving.col(j) = prompt[k].direct;
  }
  next_ = {u.back(), now_.number, now_.cooler + change(stages - 1)};
  for (int i = 2; i >= 0; --i) {
    radau::Nodes decays = arriving.row(i);
    if (delayed_[std::size_t(i)]) {
      radau::Nodes rate, increment;
      for (int j = 0; j < stages; ++j) rate(j) = prompt[std::size_t(j)].rate(i);
      const radau::Nodes balance = decays.array() / rate.array();
      radau::step(h, rate(0), balance(0), now_.number(i), rate, balance, increment);
      decays = rate.array() * (now_.number(i) + increment.array());
      next_.number(i) = now_.number(i) + increment(stages - 1);
    }
    for (int j = 0; j < stages; ++j) {
      QuasiSteadyRates& q = nodes[std::size_t(j)];
      add(q, i, decays(j) - prompt[std::size_t(j)].number(i));
      for (int k = 0; k < i; ++k)
        arriving(k, j) += q.neutrinos.scalar_width_of(i, k) / q.neutrinos.total_width(i) * decays(j);
    }
  }
  return nodes;
}

}  // namespace mutauscan
