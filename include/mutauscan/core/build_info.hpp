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

/// Of this program.
BuildInfo build_info();

/// The C library whose exp, sin, log, ... are used, as it runs: "glibc 2.36"; "unknown" where it does not
/// say.
std::string libm_version();

/// What a mathematical library chooses its versions of functions by: "x86_64 avx2 fma". glibc has several
/// versions of exp, sin, log, ..., whose last bits differ, and takes one by the CPU; these are the features
/// that it asks for and uses here (GLIBC_TUNABLES can mask them). Only the architecture where features are
/// unknown.
std::string cpu_features();

}  // namespace mutauscan
