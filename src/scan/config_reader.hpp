#pragma once

#include <toml++/toml.h>

#include "mutauscan/scan/config.hpp"

namespace mutauscan {

/// Turns parsed TOML into a RunConfig, collecting every problem on the way. `overridden`: keys were set on
/// the command line, which may leave a scan without axes.
ConfigResult read_config(const toml::table& root, const FileReader& read_list, bool overridden);

}  // namespace mutauscan
