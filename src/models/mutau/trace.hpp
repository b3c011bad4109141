#pragma once

#include <vector>

#include "mutauscan/models/model.hpp"
#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/thermal_history.hpp"

namespace mutauscan {

/// The evolution of one point, a value per step of the solver: time, temperature and expansion; energies;
/// <sigma>; masses, widths over H, CP asymmetries and numbers of right-handed neutrinos; asymmetries.
Trace trace_of(const std::vector<BoltzmannSnapshot>& steps, const ThermalHistory& history);

}  // namespace mutauscan
