#include "mutauscan/physics/neutrino_balance.hpp"

#include <cmath>

#include "mutauscan/numerics/small_systems.hpp"

namespace mutauscan {
namespace {

constexpr int set_of(int neutrino) { return neutrino == 0 ? 0 : 1; }

/// Follows number and energy of neutrinos down the cascade, heaviest first, to where they stay: in slow ones.
NeutrinoBalance::Yield cascade(const NeutrinoRates& r, const SlowNeutrinos& slow, Eigen::Array3d number,
                               Eigen::Array3d energy, int heaviest) {
  NeutrinoBalance::Yield yield;
  for (int i = heaviest; i >= 0; --i) {
    if (slow[std::size_t(i)]) {
      yield.number(i) = number(i);
      yield.energy(i) = energy(i);
      continue;
    }
    yield.asymmetry.col(set_of(i)) -= r.epsilon.col(i) * r.lepton_width(i) / r.total_width(i) * number(i);
    for (int k = 0; k < i; ++k) {
      const double branching = r.scalar_width_of(i, k) / r.total_width(i);
      number(k) += branching * number(i);
      energy(k) += branching * energy(i) * r.daughter_energy(i, k);
    }
  }
  return yield;
}

/// One N_q decays: what its daughters bring, and its own asymmetry.
NeutrinoBalance::Yield decay(const NeutrinoRates& r, const SlowNeutrinos& slow, int q) {
  Eigen::Array3d number = Eigen::Array3d::Zero(), energy = Eigen::Array3d::Zero();
  for (int k = 0; k < q; ++k) {
    number(k) = r.scalar_width_of(q, k) / r.total_width(q);
    energy(k) = number(k) * r.daughter_energy(q, k);
  }
  NeutrinoBalance::Yield yield = cascade(r, slow, number, energy, q - 1);
  yield.asymmetry.col(set_of(q)) -= r.epsilon.col(q) * r.lepton_width(q) / r.total_width(q);
  return yield;
}

}  // namespace

NeutrinoBalance balance_neutrinos(const NeutrinoRates& r, const SlowNeutrinos& slow, double temperature) {
  NeutrinoBalance b;
  b.inflaton = cascade(r, slow, r.multiplicity, 0.5 * r.multiplicity, 2);
  b.inflaton.asymmetry -= r.beyond_populations;
  for (int q = 0; q < 3; ++q)
    if (slow[std::size_t(q)]) b.decays[std::size_t(q)] = decay(r, slow, q);

  const Eigen::Array3d z = r.mass / temperature;
  if (z(0) > neutrinos_absent_beyond && slow == SlowNeutrinos{}) return b;
  const Eigen::Array3d suppression = (-z).exp();
  b.washout = ((r.washout + r.resonant_washout).matrix() * suppression.matrix()).array();
  // gamma_ab mu_b = (sum_b gamma_ab) mu_a + sum_b gamma_ab (mu_b - mu_a)
  const Eigen::Array<double, 6, 1> coherent = r.coherent_washout * suppression(0);
  b.exchange << coherent(1), coherent(2), coherent(4);
  b.washout(0) += coherent(0) + coherent(1) + coherent(2);
  b.washout(1) += coherent(1) + coherent(3) + coherent(4);
  b.washout(2) += coherent(2) + coherent(4) + coherent(5);
  b.resonant_washout = r.resonant_washout.rowwise() * suppression.transpose();

  // dn/dt = -loss delta:  (Gamma_I k_I + scatterings) delta_I, and for N_I <-> N_K phi
  // Gamma_{I->K} k_I (delta_I - (n_I^eq/n_K^eq) delta_K).
  Eigen::Matrix3d loss = Eigen::Matrix3d::Zero();
  for (int i = 0; i < 3; ++i) {
    loss(i, i) += r.lepton_width(i) * r.dilation(i) + r.scattering(i) / r.equilibrium(i);
    for (int k = 0; k < i; ++k) {
      const double gamma = r.scalar_width_of(i, k) * r.dilation(i);
      const double ratio = r.equilibrium(i) / r.equilibrium(k) * std::exp(z(k) - z(i));
      loss(i, i) += gamma;
      loss(i, k) -= gamma * ratio;
      loss(k, k) += gamma * ratio;
      loss(k, i) -= gamma;
    }
  }
  // Expansion and cooling: d(n_eq a^3)/d ln a = a^3 n_eq [3 + (d ln T/d ln a)(3 + z k (1 - d ln M/d ln T))].
  // The deviations of fast ones follow: loss delta = -H drift in their rows.
  const Eigen::Array3d equilibrium = r.equilibrium * suppression;
  const Eigen::Array3d drift[] = {3.0 * equilibrium,
                                  equilibrium * (3.0 + z * r.dilation * (1.0 - r.mass_slope))};
  Eigen::Matrix3d system = loss;
  Eigen::Matrix<double, 3, 5> deviation =
      Eigen::Matrix<double, 3, 5>::Zero();  // slow ones, then the two drifts
  for (int i = 0; i < 3; ++i) {
    if (slow[std::size_t(i)]) {
      system.row(i) = Eigen::RowVector3d::Unit(i);
      deviation(i, i) = 1.0;
    } else {
      for (int d = 0; d < 2; ++d) deviation(i, 3 + d) = -drift[d](i);
    }
  }
  solve_in_place(system, deviation);
  const auto asymmetry = [&](int column) {
    Asymmetries sum = Asymmetries::Zero();
    for (int i = 0; i < 3; ++i)
      sum.col(set_of(i)) -= r.epsilon.col(i) * (r.lepton_width(i) * r.dilation(i) * deviation(i, column));
    return sum;
  };
  for (int d = 0; d < 2; ++d) b.by_drift[std::size_t(d)] = asymmetry(3 + d);
  for (int q = 0; q < 3; ++q) {
    if (!slow[std::size_t(q)]) continue;
    b.by_deviation[std::size_t(q)] = asymmetry(q);
    b.equilibrium(q) = equilibrium(q);
    b.loss.row(q) = loss.row(q) * deviation.leftCols<3>();
    for (int d = 0; d < 2; ++d)
      b.drift[std::size_t(d)](q) = drift[d](q) + (loss.row(q) * deviation.col(3 + d))(0);
  }
  return b;
}

}  // namespace mutauscan
