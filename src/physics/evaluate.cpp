#include "mutauscan/physics/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/asymmetry_estimate.hpp"
#include "mutauscan/physics/observables.hpp"

namespace mutauscan {
namespace {

/// An inflaton at rest gives each N the energy m_phi/2: production of N_I is closed if that is below M_I.
bool production_is_closed(const ModelPoint& point, const HeavyNeutrinos& heavy) {
  const double multiplicity[] = {point.f_N1, point.f_N2, point.f_N3};
  for (int i = 0; i < 3; ++i)
    if (multiplicity[i] > 0.0 && heavy.mass(i) > 0.5 * point.m_phi) return true;
  return false;
}

bool is_perturbative(const Seesaw& s) {
  const double bound = std::sqrt(4.0 * std::numbers::pi);
  return s.lambda.maxCoeff() <= bound &&
         std::max({std::abs(s.h_emu), std::abs(s.h_etau), std::abs(s.h_mumu), std::abs(s.h_tautau)}) <= bound;
}

/// The type-I model: neutrino data -> couplings, or couplings -> neutrino data; then decays, CP asymmetries
/// and equations.
PointResult evaluate_type1(PointResult result, const SolverSettings& solver_settings, OdeSolver& solver) {
  const ModelSettings& settings = result.model;
  const Type1Parametrisation parametrisation = settings.type1.parametrisation;
  const Type1Couplings couplings = type1_couplings(result.point, settings.type1, settings.ordering);
  result.type1_couplings = couplings;
  result.neutrinos =
      parametrisation == Type1Parametrisation::casas_ibarra
          ? type1_light_neutrinos(result.point, settings.ordering)
          : light_neutrinos_of(couplings, settings.ordering, settings.type1.radiative_corrections);
  Type1Point& point = result.point;
  point = with_derived_parameters(point, parametrisation, couplings, *result.neutrinos);
  const auto solution =
      solve_type1(couplings, settings.type1, settings, solver_settings, solver, result.solver);
  if (solution) {
    result.type1 = *solution;
  } else {
    result.stage = Stage::boltzmann;
    result.status = solution.failure().status;
    result.message = solution.failure().message;
  }
  return result;
}

}  // namespace

PointResult evaluate(const ModelPoint& input, const ModelSettings& settings,
                     const SolverSettings& solver_settings, OdeSolver& solver,
                     const BoltzmannObserver& observe) {
  PointResult result;
  result.point = input;
  result.model = settings;
  const auto stopped = [&](Stage stage, const Failure& failure) {
    result.stage = stage;
    result.status = failure.status;
    result.message = failure.message;
    return result;
  };

  const auto domain = check_domain(input, settings);
  if (!domain) return stopped(Stage::parameters, domain.failure());
  const ModelPoint& point = result.point;
  if (settings.kind == ModelKind::type1) return evaluate_type1(std::move(result), solver_settings, solver);

  // Laboratory observables need no more than the couplings.
  const int scalars = settings.texture == Texture::mumu_tautau ? 1 : 2;
  result.delta_a_mu = muon_anomalous_moment(point.g_zp, point.m_zp);
  result.higgs_invisible = higgs_invisible_branching_ratio(point.lambda_phi_sigma, scalars);
  result.potential_bounded = potential_is_bounded(point.lambda_phi_sigma, point.lambda_sigma, scalars);

  // Neutrino data -> light neutrinos -> Yukawa couplings
  const auto neutrinos = light_neutrinos(point, settings);
  if (!neutrinos) return stopped(Stage::neutrino_sector, neutrinos.failure());
  result.neutrinos = *neutrinos;
  result.seesaw = seesaw(point, settings.texture, *neutrinos);

  // The vacuum at reheating and since
  const ThermalHistory history(point, settings, *result.seesaw);
  result.history = HistorySummary{history.vacuum(point.T_R), history.gauge_temperature(),
                                  history.portal_temperature(), history.restoration_window(point.T_R)};
  result.inflaton_width = inflaton_width(point.T_R, settings.g_star);

  // Right-handed neutrinos in that vacuum, their decays and CP asymmetries
  result.heavy = heavy_neutrinos(point, *result.seesaw, history, result.history->at_TR, point.T_R);
  result.widths = decay_widths(*result.heavy, settings.scalar_masses);
  result.epsilon = cp_asymmetries(*result.heavy, *result.widths, settings.regulator, settings.scalar_masses);
  if (!result.epsilon->total().allFinite() || !result.widths->lepton.allFinite())
    return stopped(Stage::cp_asymmetry,
                   {Status::not_finite, "a width or CP asymmetry is not a finite number"});

  // Baryon asymmetry
  if (production_is_closed(point, *result.heavy))
    return stopped(Stage::estimate, {Status::inflaton_too_light,
                                     "m_phi/2 is below the mass of a right-handed neutrino with f_NI > 0"});
  result.baryon_asymmetry_estimate =
      estimate_baryon_asymmetry(point, settings, *result.widths, *result.epsilon);
  if (!std::isfinite(*result.baryon_asymmetry_estimate))
    return stopped(Stage::estimate, {Status::not_finite, "the estimate of Y_B is not a finite number"});

  if (!is_perturbative(*result.seesaw))
    return stopped(Stage::boltzmann, {Status::nonperturbative, "a Yukawa coupling exceeds sqrt(4 pi)"});
  const Reheating reheating{*result.inflaton_width,
                            point.m_phi,
                            {point.f_N1, point.f_N2, point.f_N3},
                            settings.g_star,
                            constants::sphaleron_temperature,
                            settings.spectators,
                            sphaleron_conversion(settings.sphaleron_factor)};
  const auto solution = solve_boltzmann(reheating, neutrino_history(point, settings, *result.seesaw, history),
                                        solver_settings, solver, result.solver, observe);
  if (!solution) return stopped(Stage::boltzmann, solution.failure());
  result.boltzmann = *solution;
  return result;
}

}  // namespace mutauscan
