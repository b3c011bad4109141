#include "mutauscan/physics/neutrino_rates.hpp"

#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/plasma.hpp"
#include "mutauscan/physics/rates.hpp"

namespace mutauscan {
namespace {

/// M/T beyond which e^{-M/T} makes Delta L = 1 scatterings and the drift of n_eq irrelevant.
constexpr double cold = 80.0;

}  // namespace

NeutrinoRates neutrino_rates(const HeavyNeutrinos& n, const ModelSettings& settings, double temperature) {
  const auto widths = decay_widths(n, settings.scalar_masses);
  const auto epsilon = cp_asymmetries(n, widths, settings.regulator, settings.scalar_masses);
  const double t3 = temperature * temperature * temperature;

  NeutrinoRates r;
  r.mass = n.mass.array();
  r.mass_slope.setZero();
  r.lepton_width = widths.lepton.array();
  r.scalar_width = {widths.scalar(1, 0), widths.scalar(2, 0), widths.scalar(2, 1)};
  r.epsilon = epsilon.total().array();

  const bool scatters = settings.scatterings != Scatterings::none && n.mass(0) < cold * temperature;
  const PlasmaCouplings g = scatters ? plasma_couplings(temperature) : PlasmaCouplings{};
  const double yt2 = g.top * g.top;
  const double gauge2 = settings.scatterings == Scatterings::top_and_gauge
                            ? 0.5 * (3.0 * g.gauge_2 * g.gauge_2 + g.gauge_y * g.gauge_y)
                            : 0.0;
  Eigen::Array3d amplitude = 1.0 / r.mass;
  for (int i = 0; i < 3; ++i) {
    const double z = r.mass(i) / temperature;
    const double h = n.dirac_yukawa.col(i).squaredNorm();
    r.dilation(i) = thermal_dilation(z);
    r.equilibrium(i) = scaled_equilibrium_density(z) * t3;
    double gamma_s = 0.0, gamma_t = 0.0;
    if (settings.scatterings != Scatterings::none && z < cold) {
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

  const Matrix3c m = n.dirac_yukawa * amplitude.matrix().asDiagonal() * n.dirac_yukawa.transpose();  // m/v^2
  const double scale =
      settings.delta_l2 == DeltaL2::none ? 0.0 : 3.0 * t3 * t3 / (4.0 * std::pow(std::numbers::pi, 5));
  r.delta_l2 << std::norm(m(0, 0)), std::norm(m(0, 1)), std::norm(m(0, 2)), std::norm(m(1, 1)),
      std::norm(m(1, 2)), std::norm(m(2, 2));
  r.delta_l2 *= scale;
  return r;
}

NeutrinoRateFunction neutrino_rate_function(const ModelPoint& point, const ModelSettings& settings,
                                            const Seesaw& seesaw, const ThermalHistory& history) {
  const auto neutrinos_at = [=](double temperature) {
    return heavy_neutrinos(point, seesaw, history, history.vacuum(temperature), temperature);
  };
  if (settings.temperature == TemperatureMode::fixed_at_TR)
    return [settings, at_reheating = neutrinos_at(point.T_R)](double temperature) {
      return neutrino_rates(at_reheating, settings, temperature);
    };
  return [=](double temperature) {
    NeutrinoRates r = neutrino_rates(neutrinos_at(temperature), settings, temperature);
    if (r.mass(0) > cold * temperature) return r;
    constexpr double step = 1e-4;
    const auto log_masses = [&](double factor) -> Eigen::Array3d {
      return neutrinos_at(factor * temperature).mass.array().log();
    };
    r.mass_slope = (log_masses(1.0 + step) - log_masses(1.0 - step)) / (2.0 * step);
    return r;
  };
}

}  // namespace mutauscan
