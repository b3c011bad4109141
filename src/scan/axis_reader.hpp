#pragma once

#include <optional>
#include <string>

#include "config_problems.hpp"

namespace mutauscan {

/// Reads `name = { ... }` of [parameters]; nothing, and a problem more, if it is not an axis. `fit` is what
/// { nufit = ... } takes.
std::optional<Axis> read_axis(const std::string& key, const Parameter& p, const toml::table& table,
                              const OscillationData& fit, ProblemList& problems);

}  // namespace mutauscan
