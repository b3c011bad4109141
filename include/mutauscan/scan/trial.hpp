#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace mutauscan {

/// What a few points of a scan say about all of it.
struct Trial {
  /// Points that ended with a status.
  struct Outcome {
    std::uint64_t points = 0;
    Point example;        ///< the first
    std::string message;  ///< of it
  };

  std::uint64_t points = 0;  ///< evaluated
  std::map<Status, Outcome> by_status;
  double seconds_per_point = 0.0;  ///< CPU time
  double bytes_per_point = 0.0;    ///< in files, to about a third

  double fraction(Status status) const;
  std::map<int, std::uint64_t> counts() const;  ///< by the number of the status
};

/// Evaluates up to 128 points, for about a second: of a grid or list evenly spread ones, else the first of a
/// Sobol sequence through the axes, which are those of sampler "sobol". No point gets longer than a few
/// seconds. The config has a [scan] section.
Trial try_points(const RunConfig& config);

/// The trial in words: each status with what to do about it, then CPU time, time on `processes`, and size.
std::vector<std::string> report_lines(const Trial& trial, const RunConfig& config, int processes);

/// A warning that none of these points (status number -> how many) is valid, with the reason of most of them
/// and what to do; empty if one is, or there are none.
std::string warning_if_none_is_valid(const std::map<int, std::uint64_t>& by_status, const RunConfig& config);

/// "of the first 128 points 42 ok, 86 inflaton_too_light", the most frequent first.
std::string first_points_text(const std::map<int, std::uint64_t>& by_status);

}  // namespace mutauscan
