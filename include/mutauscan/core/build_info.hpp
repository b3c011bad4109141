#pragma once

#include <string>

namespace mutauscan {

/// What produced a number: recorded in every file, printed by --version.
struct BuildInfo {
  std::string version;   ///< of the program
  std::string git_hash;  ///< commit, with "-dirty-" and a hash of the changes if the tree had any; "unknown"
                         ///< outside a checkout
  std::string compiler;
  std::string build_type;
};

BuildInfo build_info();

/// Instruction sets of this machine by which the C library chooses its exp, log, sin, ...: "avx2 avx512f
/// fma". The last bits of a result may depend on them. Empty where /proc/cpuinfo does not say.
std::string cpu_features();

/// "glibc 2.36": the C library that this process runs with.
std::string libm_version();

}  // namespace mutauscan
