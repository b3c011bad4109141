#pragma once

#include <filesystem>
#include <vector>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/thermal_history.hpp"

namespace mutauscan {

/// Writes the evolution of one point, a row per step of the solver, as a file that describes itself like all
/// others: time, temperature and expansion; energies; <sigma>; masses, widths over H, CP asymmetries and
/// numbers of right-handed neutrinos; asymmetries.
void write_trace(const std::filesystem::path& path, const std::vector<BoltzmannSnapshot>& steps,
                 const ThermalHistory& history, const FileAttributes& attributes);

}  // namespace mutauscan
