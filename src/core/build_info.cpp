#include "mutauscan/core/build_info.hpp"

#include "mutauscan_git_version.hpp"  // written by src/core/git_version.cmake at build time

namespace mutauscan {

BuildInfo build_info() {
  return {MUTAUSCAN_VERSION, MUTAUSCAN_GIT_HASH, MUTAUSCAN_COMPILER, MUTAUSCAN_BUILD_TYPE};
}

}  // namespace mutauscan
