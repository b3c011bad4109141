#include "boltzmann_problem.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace mutauscan {

BoltzmannProblem::BoltzmannProblem(const Reheating& r, const NeutrinoHistory& n)
    : reheating(r),
      neutrinos(n),
      reheating_temperature(r.temperature()),
      energy_unit(radiation_energy(reheating_temperature, r.g_star) / reheating_history::at(0.0).inflaton),
      number_unit(energy_unit / r.inflaton_mass),
      u_start(reheating_history::when_hubble_rate_is(1e4)),
      u_end(when_temperature_is(r.final_temperature)),
      scale(Asymmetries::Zero()) {}

Eigen::Matrix3d WashOut::matrix(const ChemicalResponse& r) const {
  Eigen::Matrix3d sum;
  for (int a = 0; a < 3; ++a) {
    const Eigen::RowVector3d mu_a = r.lepton.row(a) + r.higgs;
    sum.row(a) = -flavour[a] * mu_a;
    for (int b = 0; b < 3; ++b) {
      constexpr int position[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
      if (a != b) sum.row(a) -= exchange[a + b - 1] * (r.lepton.row(b) - r.lepton.row(a));
      sum.row(a) -= scattering[position[a][b]] * (mu_a + r.lepton.row(b) + r.higgs);
    }
  }
  return sum;
}

std::vector<double> integration_targets(const BoltzmannProblem& p, double start_temperature) {
  const double end = p.reheating.final_temperature;
  std::vector<double> targets;
  if (p.reheating.spectators == Spectators::full) targets.push_back(electron_yukawa_temperature);
  for (double u : p.checkpoints) targets.push_back(p.temperature_at(reheating_history::at(u)));
  std::erase_if(targets, [&](double t) { return t >= start_temperature || t <= end; });
  targets.push_back(end);
  std::sort(targets.begin(), targets.end(), std::greater<>());
  return targets;
}

BoltzmannSnapshot snapshot(const BoltzmannProblem& p, double u, double temperature, double hubble_rate,
                           double inflaton, const SlowNeutrinos& slow, const Eigen::Array3d& number,
                           const Eigen::Array3d& energy, const Eigen::Array3d& thermal_deviation,
                           const AsymmetryVector& asymmetry) {
  const double volume = std::exp(3.0 * u);
  BoltzmannSnapshot s;
  s.log_scale_factor = u;
  s.temperature = temperature;
  s.hubble_rate = hubble_rate;
  s.inflaton_energy = inflaton * p.energy_unit / volume;
  s.radiation_energy = radiation_energy(temperature, p.reheating.g_star);
  s.rates = p.neutrinos.rates(temperature);

  // Fast ones: Gamma_I gamma_I n_I and Gamma_I M_I n_I are the number and the energy that arrive per time,
  // from the inflaton and from heavier neutrinos; gamma_I = M_I n_I/rho_I.
  const NeutrinoRates& r = s.rates;
  const double decays = p.reheating.inflaton_width * s.inflaton_energy;
  Eigen::Array3d arriving_energy = 0.5 * r.multiplicity * decays;
  Eigen::Array3d arriving_number = r.multiplicity * decays / p.reheating.inflaton_mass;
  for (int i = 2; i >= 0; --i) {
    const double width = r.total_width(i), mass = r.mass(i);
    double gamma = 1.0;
    if (slow[std::size_t(i)]) {
      s.neutrino_number(i) = number(i) * p.number_unit / volume;
      s.neutrino_energy(i) = energy(i) * p.energy_unit / volume;
      if (s.neutrino_energy(i) > 0.0)
        gamma = std::clamp(mass * s.neutrino_number(i) / s.neutrino_energy(i), 0.0, 1.0);
    } else {
      s.neutrino_number(i) = arriving_energy(i) / (width * mass);
      if (arriving_energy(i) > 0.0) gamma = std::min(1.0, mass * arriving_number(i) / arriving_energy(i));
      s.neutrino_energy(i) = mass * s.neutrino_number(i) / gamma;
    }
    s.neutrino_pressure(i) = s.neutrino_energy(i) * (1.0 - gamma * gamma) / 3.0;
    for (int k = 0; k < i; ++k) {
      arriving_number(k) += r.scalar_width_of(i, k) * gamma * s.neutrino_number(i);
      arriving_energy(k) += r.scalar_width_of(i, k) * mass * s.neutrino_number(i) * r.daughter_energy(i, k);
    }
  }
  const Eigen::Array3d equilibrium = r.equilibrium * (-r.mass / temperature).exp();
  s.thermal_neutrino_number = equilibrium + thermal_deviation * p.number_unit / volume;

  s.Y_delta = (asymmetry.head<3>() + asymmetry.tail<3>()) * p.yield(u, temperature);
  s.Y_B = p.reheating.sphaleron_conversion * s.Y_delta.sum();
  return s;
}

}  // namespace mutauscan
