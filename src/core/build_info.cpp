#include "mutauscan/core/build_info.hpp"

#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

#include "mutauscan_git_version.hpp"  // written by src/core/git_version.cmake at build time

namespace mutauscan {

BuildInfo build_info() {
  return {MUTAUSCAN_VERSION, MUTAUSCAN_GIT_HASH, MUTAUSCAN_COMPILER, MUTAUSCAN_BUILD_TYPE};
}

std::string libm_version() {
#ifdef __GLIBC__
  return std::string("glibc ") + gnu_get_libc_version();
#else
  return "unknown";
#endif
}

std::string cpu_features() {
  utsname machine{};
  std::string features = uname(&machine) == 0 ? machine.machine : "unknown";
#ifdef CPU_FEATURE_ACTIVE
  if (CPU_FEATURE_ACTIVE(AVX2)) features += " avx2";
  if (CPU_FEATURE_ACTIVE(FMA)) features += " fma";
  if (CPU_FEATURE_ACTIVE(FMA4)) features += " fma4";
#elif defined __x86_64__
  if (__builtin_cpu_supports("avx2")) features += " avx2";
  if (__builtin_cpu_supports("fma")) features += " fma";
  if (__builtin_cpu_supports("fma4")) features += " fma4";
#endif
  return features;
}

}  // namespace mutauscan
