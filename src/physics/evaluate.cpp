#include "mutauscan/physics/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/asymmetry_estimate.hpp"
#include "mutauscan/physics/observables.hpp"
#include "mutauscan/physics/stages.hpp"

namespace mutauscan {
namespace {

/// Whether a resonant propagator Delta/(Delta^2 + A^2), Delta = M_I^2 - M_J^2, that makes an asymmetry is a
/// difference of masses below their own accuracy: 1e-10 M^2 for Delta and the regulator's A leaves six
/// digits.
bool asymmetry_is_of_rounding(const HeavyNeutrinos& heavy, const DecayWidths<3>& widths,
                              const CpAsymmetries<3>& epsilon, Regulator regulator) {
  constexpr double accurate = 1e-10;
  const Eigen::Vector3d largest = epsilon.total().cwiseAbs().colwise().maxCoeff().transpose();
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const double m_i = heavy.mass(i), m_j = heavy.mass(j);
      const double p =
          i == j ? 0.0 : resonant_propagator(regulator, m_i, m_j, widths.total(i), widths.total(j));
      // |P| <= 1/sqrt(Delta^2 + A^2); with |Delta| >> A the two are the same
      if (p != 0.0 && std::abs(p) * accurate * m_i * m_j > 1.0 && largest(i) > 0.0) return true;
    }
  return false;
}

/// An inflaton at rest gives each N the energy m_phi/2: production of N_I is closed if that is below M_I.
bool production_is_closed(const ModelPoint& point, const Matrix3c& state, const HeavyNeutrinos& heavy) {
  for (int i = 0; i < 3; ++i)
    if (state(i, i).real() > 0.0 && heavy.mass(i) > 0.5 * point.m_phi) return true;
  return false;
}

bool is_perturbative(const Seesaw& s) {
  const double bound = std::sqrt(4.0 * std::numbers::pi);
  return s.lambda.maxCoeff() <= bound &&
         std::max({std::abs(s.h_emu), std::abs(s.h_etau), std::abs(s.h_mumu), std::abs(s.h_tautau)}) <= bound;
}

constexpr const char* condensed =
    "no vacuum without a Higgs condensate at T_R or before: lambda_phi_sigma is too large";

/// Temperature [GeV] at H = 1e4 Gamma_phi, where solutions of the Boltzmann equations start at the latest.
double hottest_of_standard_path(double reheating_temperature) {
  static const double relative =
      reheating_history::at(reheating_history::when_hubble_rate_is(1e4)).temperature;
  return relative * reheating_temperature;
}

EarlyEnd stages_of_point(PointResult& result, const SolverSettings& solver_settings, OdeSolver& solver,
                         const BoltzmannObserver& observe) {
  const ModelPoint& point = result.point;
  const ModelSettings& settings = result.model;
  result.stage = Stage::parameters;
  if (const auto objections = check_point(point, settings); !objections.empty())
    return Failure{Status::outside_domain, objections.front().text()};

  // Laboratory observables need no more than the couplings.
  result.stage = Stage::observables;
  const int scalars = settings.texture == Texture::mumu_tautau ? 1 : 2;
  result.delta_a_mu = muon_anomalous_moment(point.g_zp, point.m_zp);
  result.higgs_invisible = higgs_invisible_branching_ratio(point.lambda_phi_sigma, scalars);
  result.potential_bounded = potential_is_bounded(point.lambda_phi_sigma, point.lambda_sigma, scalars);

  // Neutrino data -> light neutrinos -> Yukawa couplings
  result.stage = Stage::neutrino_sector;
  const auto neutrinos = light_neutrinos(point, settings);
  if (!neutrinos) return neutrinos.failure();
  result.neutrinos = *neutrinos;
  result.stage = Stage::seesaw;
  result.seesaw = seesaw(point, settings.texture, *neutrinos);

  // The vacuum at reheating and since
  result.stage = Stage::thermal_history;
  const ThermalHistory history(point, settings, *result.seesaw);
  result.thermalisation = {history.gauge_temperature(), history.portal_temperature()};
  if (history.condensed_above() < hottest_of_standard_path(point.T_R))
    return Failure{Status::phi_condensed, condensed};
  result.history = HistorySummary{history.vacuum(point.T_R), history.restoration_window(point.T_R)};
  result.vacuum_diagnostics = vacuum_diagnostics(point, settings, *result.seesaw, history);
  result.inflaton_width = inflaton_width(point.T_R, settings.g_star);

  // Right-handed neutrinos in that vacuum, their decays and CP asymmetries
  result.stage = Stage::heavy_neutrinos;
  result.heavy = heavy_neutrinos(point, *result.seesaw, result.history->at_TR, point.T_R);
  result.stage = Stage::cp_asymmetry;
  result.widths = decay_widths(*result.heavy, settings.scalar_masses);
  result.epsilon = cp_asymmetries(*result.heavy, *result.widths, settings.regulator, settings.scalar_masses);
  result.decays =
      neutrino_decays(*result.heavy, initial_state(point, settings, *result.seesaw, *result.heavy), settings);
  result.cp_source = inflaton_source(*result.decays);
  if (!result.epsilon->total().allFinite() || !result.cp_source->total.allFinite() ||
      !result.widths->lepton.allFinite())
    return Failure{Status::not_finite, "a width or CP asymmetry is not a finite number"};
  if (settings.coherence == Coherence::none &&
      asymmetry_is_of_rounding(*result.heavy, *result.widths, *result.epsilon, settings.regulator))
    return Failure{Status::unphysical_asymmetry,
                   "a CP asymmetry at T_R is of rounding: two masses agree to ten digits, and neither the "
                   "regulator \"" +
                       std::string(name_of(settings.regulator)) + "\" nor a width keeps them apart"};
  if (settings.coherence != Coherence::density_matrix &&
      result.epsilon->total().cwiseAbs().colwise().sum().maxCoeff() > 1.0)
    return Failure{Status::unphysical_asymmetry,
                   "the CP asymmetry of a right-handed neutrino at T_R is above 1: it is no probability"};

  // Baryon asymmetry
  result.stage = Stage::estimate;
  if (production_is_closed(point, result.decays->initial_state, *result.heavy))
    return Failure{Status::inflaton_too_light,
                   "m_phi/2 is below the mass of a right-handed neutrino with f_NI > 0"};
  result.baryon_asymmetry_estimate =
      estimate_baryon_asymmetry(point, settings, result.cp_source->total.sum());
  if (!std::isfinite(*result.baryon_asymmetry_estimate))
    return Failure{Status::not_finite, "the estimate of Y_B is not a finite number"};

  result.stage = Stage::boltzmann;
  if (!is_perturbative(*result.seesaw))
    return Failure{Status::nonperturbative, "a Yukawa coupling exceeds sqrt(4 pi)"};
  const Reheating reheating{*result.inflaton_width, point.m_phi,
                            settings.g_star,        constants::sphaleron_temperature,
                            settings.spectators,    sphaleron_conversion(settings.sphaleron_factor)};
  const auto solution = solve_boltzmann(reheating, neutrino_history(point, settings, *result.seesaw, history),
                                        solver_settings, solver, result.solver, observe);
  if (!solution) return solution.failure();
  result.boltzmann = *solution;
  return {};
}

}  // namespace

PointResult evaluate(const ModelPoint& point, const ModelSettings& settings,
                     const SolverSettings& solver_settings, OdeSolver& solver,
                     const BoltzmannObserver& observe) {
  PointResult result;
  result.point = point;
  result.model = settings;
  run_stages(result, [&](PointResult& r) { return stages_of_point(r, solver_settings, solver, observe); });
  return result;
}

}  // namespace mutauscan
