#pragma once

#include <array>
#include <string_view>

/// Exit codes of the program: the only list of them.
namespace mutauscan::exit_code {

/// What a process ends with.
enum ExitCode : int {
  success = 0,
  other_failure = 1,
  bad_usage = 2,
  incomplete = 3,
  data_damaged = 4,
  too_many_failures = 5
};

/// A code and what it says.
struct Meaning {
  ExitCode code;
  std::string_view text;
};

/// In the order in which help shows them.
inline constexpr std::array<Meaning, 6> meanings{
    {{success, "complete"},
     {bad_usage, "bad config or usage"},
     {incomplete, "incomplete but resumable"},
     {data_damaged, "data damaged, not this run's, or not writable"},
     {too_many_failures, "too many failed points"},
     {other_failure, "anything else"}}};

}  // namespace mutauscan::exit_code
