#include "mutauscan/physics/neutrino_decays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mutauscan/physics/asymmetry_estimate.hpp"

namespace mutauscan {
namespace {

/// Populations of all neutrinos that are made, in cascades too: sum over I of epsilon_{alpha I} Gamma(N_I ->
/// L Phi)/Gamma_I.
Eigen::Array33d of_populations(const Eigen::Array33d& epsilon, const DecayWidths<3>& widths,
                               const Matrix3c& initial_state) {
  const Eigen::Vector3d made = effective_multiplicity(initial_state.diagonal().real(), widths);
  Eigen::Array33d source;
  for (int i = 0; i < 3; ++i) source.col(i) = epsilon.col(i) * (made(i) * widths.lepton(i) / widths.total(i));
  return source;
}

bool is_diagonal(const Matrix3c& m) { return m(0, 1) == 0.0 && m(0, 2) == 0.0 && m(1, 2) == 0.0; }

void add_coherence(NeutrinoDecays& d) {
  const NeutrinoMixing& m = *d.mixing;
  if (is_diagonal(d.initial_state) && !m.overlaps(0, 1) && !m.overlaps(1, 2)) return;
  const Matrix3c x = integrated_density(m, d.initial_state, Cascades::followed);
  const Eigen::Array33d populations = of_populations(d.epsilon, d.widths, d.initial_state);
  const Eigen::Array3d all = cp_source(m, x).total() - populations.rowwise().sum();
  double first = d.initial_state(0, 0).real();
  for (int entry = 0; entry < 6; ++entry) {
    const auto [j, q] = pair_of_entry[entry];
    first += m.feed.real(0, entry) * x(j, q).real();
  }
  d.beyond_populations.col(0) =
      d.epsilon.col(0) * (first * m.lepton_width(0) / m.width(0, 0)) - populations.col(0);
  d.beyond_populations.col(1) = all - d.beyond_populations.col(0);
}

double splitting_over_width(const NeutrinoDecays& d, int entry) {
  const auto [i, j] = pair_of_entry[entry];
  return std::abs(d.mass(i) - d.mass(j)) / (0.5 * (d.widths.total(i) + d.widths.total(j)));
}

}  // namespace

Matrix3c initial_state(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw,
                       const HeavyNeutrinos& n) {
  const Eigen::Vector3d f(point.f_N1, point.f_N2, point.f_N3);
  if (settings.initial_state == InitialState::mass) return f.cast<Complex>().asDiagonal();
  const double ratio2 = point.inflaton_coupling_ratio * point.inflaton_coupling_ratio;
  const double mu_tau = f.sum() / (ratio2 + 2.0);
  const Eigen::Vector3d by_flavour(ratio2 * mu_tau, mu_tau, mu_tau);
  const Matrix3c omega = (seesaw.lambda.cwiseInverse().asDiagonal() * n.dirac_yukawa).transpose();
  return (omega * by_flavour.cast<Complex>().asDiagonal() * omega.adjoint()).real().cast<Complex>();
}

template <int s>
NeutrinoDecays neutrino_decays(const DecayCouplings<3, s>& n, const Matrix3c& initial_state,
                               const ModelSettings& settings) {
  NeutrinoDecays d;
  d.coherence = settings.coherence;
  d.initial_state = initial_state;
  d.mass = n.mass;
  d.widths = decay_widths(n, settings.scalar_masses);
  if (settings.coherence == Coherence::none) {
    d.epsilon = cp_asymmetries(n, d.widths, settings.regulator, settings.scalar_masses).total().array();
    return d;
  }
  d.mixing = neutrino_mixing(n, d.widths, settings.scalar_masses);
  if (settings.coherence == Coherence::pair) {
    d.epsilon = pair_asymmetries(*d.mixing);
  } else {
    d.epsilon = effective_asymmetries(*d.mixing);
    add_coherence(d);
  }
  return d;
}

template NeutrinoDecays neutrino_decays(const HeavyNeutrinos&, const Matrix3c&, const ModelSettings&);
template NeutrinoDecays neutrino_decays(const DecayCouplings<3, 0>&, const Matrix3c&, const ModelSettings&);

InflatonSource inflaton_source(const NeutrinoDecays& d) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  InflatonSource source{of_populations(d.epsilon, d.widths, d.initial_state).rowwise().sum() +
                            d.beyond_populations.rowwise().sum(),
                        nan, nan};
  if (d.coherence == Coherence::density_matrix) {
    const Matrix3c x = integrated_density(*d.mixing, d.initial_state, Cascades::followed);
    source.resonant = cp_source(*d.mixing, x).resonant.sum();
  } else if (d.coherence == Coherence::pair) {
    NeutrinoMixing resonance = *d.mixing;
    resonance.direct_coupling.setZero();
    source.resonant = of_populations(pair_asymmetries(resonance), d.widths, d.initial_state).sum();
  }
  source.direct = source.total.sum() - source.resonant;
  return source;
}

double splitting_over_width(const NeutrinoDecays& d) {
  double least = std::numeric_limits<double>::infinity();
  for (int entry = 3; entry < 6; ++entry) least = std::min(least, splitting_over_width(d, entry));
  return least;
}

bool initial_state_is_predictive(const NeutrinoDecays& d, InitialState choice) {
  constexpr double equal = 1e-3;
  if (choice != InitialState::mass) return true;
  for (int entry = 3; entry < 6; ++entry) {
    const auto [i, j] = pair_of_entry[entry];
    const double f_i = d.initial_state(i, i).real(), f_j = d.initial_state(j, j).real();
    if (splitting_over_width(d, entry) < 1.0 && std::abs(f_i - f_j) > equal * std::max(f_i, f_j))
      return false;
  }
  return true;
}

}  // namespace mutauscan
