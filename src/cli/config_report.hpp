#pragma once

// What check, scan, submit and point say of a config.

#include <string>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace mutauscan::cli {

/// A config that must have a [scan] section.
ConfigResult load_scan_config(const std::string& file, const Overrides& overrides = {});

/// True, and all of them on stderr, if there are problems.
bool print_problems(const ConfigResult& result, const std::string& file);

/// What was chosen where the config leaves it open, and a warning if some points of its scan lie outside the
/// domain of the model. (The reader refuses a config in which all do.)
void print_remarks(const ConfigResult& result, const std::string& file);

/// Tries some points of a scan: what its report says, and a warning if none is valid.
std::vector<std::string> lines_of_trial(const RunConfig& config, const std::string& file, int processes);

/// That this process may use.
int cpus_of_this_host();

}  // namespace mutauscan::cli
