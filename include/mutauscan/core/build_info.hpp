#pragma once

#include <string>

namespace mutauscan {

/// What produced a number: recorded in every file, printed by --version.
struct BuildInfo {
  std::string version;   ///< of the program
  std::string git_hash;  ///< commit, with "-dirty" if the tree had changes; "unknown" outside a checkout
  std::string compiler;
  std::string build_type;
};

BuildInfo build_info();

}  // namespace mutauscan
