#pragma once

// The keys of [solver] and [output] as a table; those of [model] and [limits] are the model's. The table is:
// what reads a config, writes its canonical form and describes it to the user.

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace mutauscan {

inline constexpr std::uint64_t most_points = 1'000'000'000'000'000;
inline constexpr std::uint64_t largest_seed =
    std::numeric_limits<std::int64_t>::max();                     // TOML has no larger one
inline constexpr std::uint64_t most_grid_points = 1'000'000'000;  // along an axis

/// A key of [solver] whose value is one of a few words.
struct SolverChoiceKey {
  std::string_view name;
  std::string meaning;
  std::string choices;
  std::function<bool(SolverSettings&, std::string_view)> set;  ///< false: not one of the choices
  std::function<std::string(const SolverSettings&)> get;
};
const std::vector<SolverChoiceKey>& solver_choice_keys();

/// A key whose value is a number in [lower, upper].
struct NumberKey {
  std::string_view section;
  std::string_view name;
  std::string meaning;
  bool whole;
  double lower, upper;
  std::function<void(RunConfig&, double)> set;
  std::function<double(const RunConfig&)> get;
};
const std::vector<NumberKey>& number_keys();

}  // namespace mutauscan
