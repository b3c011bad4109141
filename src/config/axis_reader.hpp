#pragma once

#include <optional>
#include <string>

#include "config_problems.hpp"

namespace mutauscan {

/// Reads `name = { ... }` of [parameters]; nothing, and a problem more, if it is not an axis.
std::optional<Axis> read_axis(const std::string& key, const Model& model, std::size_t parameter,
                              const toml::table& table, ProblemList& problems);

}  // namespace mutauscan
