#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "mutauscan/config/config.hpp"

namespace mutauscan {

/// Collects what is wrong with a config, and reads numbers from it.
class ProblemList {
 public:
  /// Both return nothing, for `return problems.add(...)` in functions that read something.
  std::nullopt_t add(std::string key, const toml::node& node, std::string constraint, std::string hint = "");
  std::nullopt_t add(std::string key, std::string value, std::string constraint, std::string hint = "",
                     unsigned line = 0);
  /// A key that does not exist: the nearest of those `known`, or the hint `otherwise`.
  std::nullopt_t add_unknown(const std::string& key, const toml::node& node,
                             const std::vector<std::string>& known, const std::string& otherwise);

  /// A finite number; `upper` as well if that is infinite.
  std::optional<double> number(const std::string& key, const toml::node& node, double upper = 0.0);
  std::optional<std::uint64_t> whole_number(const std::string& key, const toml::node& node,
                                            std::uint64_t lower, std::uint64_t upper);

  std::vector<ConfigProblem> list;
};

unsigned line_of(const toml::node& node);

}  // namespace mutauscan
