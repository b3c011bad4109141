#pragma once

#include "config_problems.hpp"

namespace mutauscan {

/// Turns parsed TOML into a RunConfig, collecting every problem on the way. `overridden`: keys were set on
/// the command line, which may leave a scan without axes.
ConfigResult read_config(const toml::table& root, const FileReader& read_list, bool overridden);

/// Sets a key of [model] or [limits]; a problem more if the value is not one of its choices.
void read_setting(const SettingKey& key, const toml::node& node, Model& model, ProblemList& problems);

}  // namespace mutauscan
