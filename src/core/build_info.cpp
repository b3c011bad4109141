#include "mutauscan/core/build_info.hpp"

#include <fstream>
#include <sstream>

#include <gnu/libc-version.h>

#include "mutauscan_git_version.hpp"  // written by src/core/git_version.cmake at build time

namespace mutauscan {

BuildInfo build_info() {
  return {MUTAUSCAN_VERSION, MUTAUSCAN_GIT_HASH, MUTAUSCAN_COMPILER, MUTAUSCAN_BUILD_TYPE};
}

std::string cpu_features() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    bool has_avx2 = false, has_avx512f = false, has_fma = false, has_fma4 = false;
    for (std::string word; words >> word;) {
      has_avx2 |= word == "avx2";
      has_avx512f |= word == "avx512f";
      has_fma |= word == "fma";
      has_fma4 |= word == "fma4";
    }
    std::string features = std::string(has_avx2 ? "avx2 " : "") + (has_avx512f ? "avx512f " : "") +
                           (has_fma ? "fma " : "") + (has_fma4 ? "fma4 " : "");
    if (features.empty()) return "baseline";
    features.pop_back();
    return features;
  }
  return "";
}

std::string libm_version() { return std::string("glibc ") + gnu_get_libc_version(); }

}  // namespace mutauscan
