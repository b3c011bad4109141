#include "config_problems.hpp"

#include <cmath>
#include <sstream>

#include "mutauscan/core/text.hpp"
#include "nearest_name.hpp"

namespace mutauscan {

unsigned line_of(const toml::node& node) { return node.source().begin.line; }

std::nullopt_t ProblemList::add(std::string key, const toml::node& node, std::string constraint,
                                std::string hint) {
  std::ostringstream text;
  node.visit([&](const auto& n) { text << n; });
  return add(std::move(key), text.str(), std::move(constraint), std::move(hint), line_of(node));
}

std::nullopt_t ProblemList::add(std::string key, std::string value, std::string constraint, std::string hint,
                                unsigned line) {
  list.push_back({std::move(key), std::move(value), std::move(constraint), std::move(hint), line});
  return std::nullopt;
}

std::nullopt_t ProblemList::add_unknown(const std::string& key, const toml::node& node,
                                        const std::vector<std::string>& known, const std::string& otherwise) {
  const auto dot = key.rfind('.');
  const std::string near = nearest_name(dot == std::string::npos ? key : key.substr(dot + 1), known);
  return add(key, node, "is not a key of the config",
             near.empty() ? otherwise : "did you mean `" + near + "`?");
}

std::optional<double> ProblemList::number(const std::string& key, const toml::node& node) {
  const auto value = node.is_number() ? node.value<double>() : std::nullopt;
  if (value && std::isfinite(*value)) return value;
  return add(key, node, "must be a finite number", node.is_string() ? "remove the quotes" : "");
}

std::optional<std::uint64_t> ProblemList::whole_number(const std::string& key, const toml::node& node,
                                                       double lower, double upper) {
  const auto value = number(key, node);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value) || *value < lower || *value > upper)
    return add(key, node, "must be a whole number from " + short_text(lower) + " to " + short_text(upper));
  return node.is_integer() ? std::uint64_t(*node.value<std::int64_t>()) : std::uint64_t(*value);
}

}  // namespace mutauscan
