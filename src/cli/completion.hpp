#pragma once

#include <string>

namespace CLI {
class App;
}

namespace mutauscan::cli {

/// A script that completes verbs, options and file names in bash, or in zsh by its bashcompinit; made of what
/// the command line knows. Source it, or put it where bash-completion looks.
std::string completion_script(const CLI::App& app, bool for_zsh);

}  // namespace mutauscan::cli
