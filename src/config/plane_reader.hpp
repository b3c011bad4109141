#pragma once

#include "config_problems.hpp"
#include "mutauscan/config/config.hpp"

namespace mutauscan {

/// Reads scan.profile and scan.window, which sampler "profile" needs and no other has.
void read_planes(const toml::table& table, const ParameterSpace& space, const Model& model,
                 ScanSettings& scan, ProblemList& problems);

}  // namespace mutauscan
