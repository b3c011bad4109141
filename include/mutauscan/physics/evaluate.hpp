#pragma once

#include <optional>

#include "mutauscan/numerics/ode_solver.hpp"
#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/heavy_neutrinos.hpp"
#include "mutauscan/physics/model_point.hpp"
#include "mutauscan/physics/neutrino_decays.hpp"
#include "mutauscan/physics/neutrino_sector.hpp"
#include "mutauscan/physics/thermal_history.hpp"
#include "mutauscan/physics/vacuum_diagnostics.hpp"

namespace mutauscan {

/// The state of the symmetry at reheating and its history since.
struct HistorySummary {
  VacuumExpectation at_TR;
  std::optional<TemperatureRange> restoration;  ///< below T_R; none: broken throughout
};

/// Temperatures [GeV] below which the gauge and the portal coupling thermalise sigma and Z'.
struct Thermalisation {
  double gauge, portal;
};

/// Everything one point yields, in the order of the computation. What a failed stage would have produced, and
/// all after it, is empty.
struct PointResult {
  ModelPoint point;
  ModelSettings model;
  Status status = Status::ok;
  Stage stage = Stage::complete;  ///< the stage that failed, or complete
  std::string message;            ///< of a failure

  std::optional<LightNeutrinos> neutrinos;
  std::optional<Seesaw> seesaw;
  std::optional<Thermalisation> thermalisation;
  std::optional<HistorySummary> history;
  std::optional<VacuumDiagnostics> vacuum_diagnostics;
  std::optional<HeavyNeutrinos> heavy;
  std::optional<DecayWidths<3>> widths;
  std::optional<CpAsymmetries<3>> epsilon;  ///< of single neutrinos, by diagram
  std::optional<NeutrinoDecays> decays;
  std::optional<InflatonSource> cp_source;
  std::optional<double> inflaton_width;
  std::optional<double> baryon_asymmetry_estimate;
  std::optional<BoltzmannResult> boltzmann;
  SolverReport solver;
  std::optional<double> delta_a_mu;
  std::optional<double> higgs_invisible;
  std::optional<bool> potential_bounded;
};

/// The whole chain for one point. Pure: the solver is only memory that is used again; never throws for a
/// physics reason. `observe` sees the evolution, for traces.
PointResult evaluate(const ModelPoint& point, const ModelSettings& settings,
                     const SolverSettings& solver_settings, OdeSolver& solver,
                     const BoltzmannObserver& observe = {});

}  // namespace mutauscan
