#pragma once

// The keys of [solver] and [output] as a table; those of [model] and [limits] are the model's. The table is:
// what reads a config, writes its canonical form and describes it to the user.

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace mutauscan {

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
