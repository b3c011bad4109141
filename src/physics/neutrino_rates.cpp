#include "mutauscan/physics/neutrino_rates.hpp"

#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/rates.hpp"
#include "mutauscan/physics/running_couplings.hpp"

namespace mutauscan {

template <int scalars>
NeutrinoRates neutrino_rates(const DecayCouplings<3, scalars>& n, const Matrix3c& initial_state,
                             const ModelSettings& settings, double temperature) {
  const NeutrinoDecays decays = neutrino_decays(n, initial_state, settings);
  const DecayWidths<3>& widths = decays.widths;
  const double t3 = temperature * temperature * temperature;

  NeutrinoRates r;
  r.mass = n.mass.array();
  r.mass_slope.setZero();
  r.lepton_width = widths.lepton.array();
  r.scalar_width = {widths.scalar(1, 0), widths.scalar(2, 0), widths.scalar(2, 1)};
  r.epsilon = decays.epsilon;
  r.multiplicity = initial_state.diagonal().real().array();
  r.beyond_populations = decays.beyond_populations;

  r.threshold.setOnes();
  for (int pair = 0; pair < 3; ++pair) {
    constexpr int from[] = {1, 2, 2}, to[] = {0, 0, 1};
    for (int a = 0; a < scalars; ++a)
      r.threshold(scalars * pair + a) =
          (n.mass(from[pair]) - n.mass(to[pair]) - n.scalar_mass[std::size_t(a)]) / n.mass(from[pair]);
  }

  const bool scatters =
      settings.scatterings != Scatterings::none && n.mass(0) < neutrinos_absent_beyond * temperature;
  const RunningCouplings g = scatters ? plasma_couplings(temperature) : RunningCouplings{};
  const double yt2 = g.top * g.top;
  const double gauge2 = settings.scatterings == Scatterings::top_and_gauge
                            ? 0.5 * (3.0 * g.gauge_2 * g.gauge_2 + g.gauge_y * g.gauge_y)
                            : 0.0;
  Eigen::Array3d amplitude = 1.0 / r.mass;
  for (int i = 0; i < 3; ++i) {
    const double z = r.mass(i) / temperature;
    const double h = n.dirac_yukawa.col(i).squaredNorm();
    const ThermalDistribution thermal = thermal_distribution(z);
    r.dilation(i) = thermal.dilation;
    r.equilibrium(i) = thermal.scaled_density * t3;
    double gamma_s = 0.0, gamma_t = 0.0;
    if (settings.scatterings != Scatterings::none && z < neutrinos_absent_beyond) {
      const ScatteringRates s = scattering_rates(z);
      const double scale = h * std::pow(r.mass(i), 4);
      gamma_s = scale * (yt2 * s.top_s + gauge2 * s.gauge_s);
      gamma_t = scale * (yt2 * s.top_t + gauge2 * s.gauge_t);
    }
    const Eigen::Array3d p = n.dirac_yukawa.col(i).cwiseAbs2().array() / h;
    const double gamma_d = r.equilibrium(i) * r.dilation(i) * r.lepton_width(i);
    r.washout.col(i) = p * (0.5 * gamma_d + 2.0 * gamma_t);
    r.resonant_washout.col(i) = p * gamma_s;
    r.scattering(i) = 2.0 * gamma_s + 4.0 * gamma_t;
    if (settings.delta_l2 == DeltaL2::full) amplitude(i) *= std::sqrt(delta_l2_ratio(z));
  }

  if (settings.coherence == Coherence::density_matrix && n.mass(0) < neutrinos_absent_beyond * temperature) {
    const Eigen::Array3d inverse_decays =
        r.equilibrium * r.dilation * (-(r.mass - r.mass(0)) / temperature).exp();
    r.coherent_washout = -0.5 * regenerated_asymmetry(*decays.mixing, inverse_decays);
  }

  const Matrix3c m = n.dirac_yukawa * amplitude.matrix().asDiagonal() * n.dirac_yukawa.transpose();  // m/v^2
  const double scale =
      settings.delta_l2 == DeltaL2::none ? 0.0 : 3.0 * t3 * t3 / (4.0 * std::pow(std::numbers::pi, 5));
  r.delta_l2 << std::norm(m(0, 0)), std::norm(m(0, 1)), std::norm(m(0, 2)), std::norm(m(1, 1)),
      std::norm(m(1, 2)), std::norm(m(2, 2));
  r.delta_l2 *= scale;
  return r;
}

template NeutrinoRates neutrino_rates(const HeavyNeutrinos&, const Matrix3c&, const ModelSettings&, double);
template NeutrinoRates neutrino_rates(const DecayCouplings<3, 0>&, const Matrix3c&, const ModelSettings&,
                                      double);

NeutrinoHistory neutrino_history(const ModelPoint& point, const ModelSettings& settings, const Seesaw& seesaw,
                                 const ThermalHistory& history) {
  const auto state_of = [=](const HeavyNeutrinos& n) { return initial_state(point, settings, seesaw, n); };
  if (settings.temperature == TemperatureMode::fixed_at_TR) {
    const HeavyNeutrinos at_reheating = heavy_neutrinos(point, seesaw, history.vacuum(point.T_R), point.T_R);
    NeutrinoHistory fixed{[settings, at_reheating, state = state_of(at_reheating)](double temperature) {
                            return neutrino_rates(at_reheating, state, settings, temperature);
                          },
                          {}};
    fixed.mixes = settings.coherence == Coherence::density_matrix;
    return fixed;
  }
  return {[=](double temperature) {
            const auto [vacuum, slope] = history.vacuum_change(temperature);
            const HeavyNeutrinos n = heavy_neutrinos(point, seesaw, vacuum, temperature);
            NeutrinoRates r = neutrino_rates(n, state_of(n), settings, temperature);
            // Hellmann-Feynman: dM_I = Re (Omega dM Omega^T)_II, and dM is in the couplings of the radial
            // modes s_i, y^s = h/sqrt2.
            for (int i = 0; i < 3; ++i)
              r.mass_slope(i) =
                  std::numbers::sqrt2 *
                  (n.scalar_yukawa[0](i, i).real() * slope[0] + n.scalar_yukawa[2](i, i).real() * slope[1]) /
                  r.mass(i);
            return r;
          },
          history.kinks(1e3 * point.T_R),
          history.condensed_above(),
          history.vanishing(1e3 * point.T_R),
          settings.coherence == Coherence::none &&
              (settings.regulator == Regulator::none || settings.regulator == Regulator::difference),
          settings.coherence == Coherence::density_matrix};
}

}  // namespace mutauscan
