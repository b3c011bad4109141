#include "config_problems.hpp"

#include <cmath>
#include <sstream>

#include "mutauscan/config/nearest_name.hpp"

namespace mutauscan {

unsigned line_of(const toml::node& node) { return node.source().begin.line; }

namespace {

/// What to do about a value that is no number. One without a line is from the command line, as is its type.
std::string hint_for_number(const std::string& key, const toml::node& node) {
  if (line_of(node) == 0 || node.is_number()) return "";
  if (node.is_string()) return "remove the quotes";
  if (const toml::array* list = node.as_array();
      list && list->size() == 2 && key.starts_with("parameters.") && key.find('.') == key.rfind('.'))
    return "a range is written { min =, max =, scale = \"log\" }, two values { values = [..] }";
  if (node.is_array() && key.starts_with("parameters."))
    return "an axis of such values is written { values = [..] }";
  return "write a number such as 3 or 5e4";
}

/// A value as written, or its beginning.
std::string value_text(const toml::node& node) {
  constexpr std::size_t most = 80;
  std::ostringstream out;
  node.visit([&](const auto& n) { out << n; });
  std::string text = out.str();
  // What a dotted key makes is printed as lines.
  if (node.is_table() && !text.starts_with('{')) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
      text.replace(at, 1, ", ");
    text = "{ " + text + " }";
  }
  if (text.size() <= most) return text;
  std::size_t end = most;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a letter
  return text.substr(0, end) + " ...";
}

}  // namespace

std::nullopt_t ProblemList::add(std::string key, const toml::node& node, std::string constraint,
                                std::string hint) {
  return add(std::move(key), value_text(node), std::move(constraint), std::move(hint), line_of(node));
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

std::optional<double> ProblemList::number(const std::string& key, const toml::node& node, double upper) {
  // An integer beyond 2^53 is rounded, as it would be with a decimal point.
  if (node.is_integer()) return double(*node.value<std::int64_t>());
  const auto value = node.value<double>();
  if (node.is_floating_point() && (std::isfinite(*value) || *value == upper)) return value;
  return add(key, node, "must be a finite number", hint_for_number(key, node));
}

std::optional<std::uint64_t> ProblemList::whole_number(const std::string& key, const toml::node& node,
                                                       std::uint64_t lower, std::uint64_t upper) {
  if (node.is_integer()) {
    const std::int64_t value = *node.value<std::int64_t>();
    if (value >= 0 && std::uint64_t(value) >= lower && std::uint64_t(value) <= upper)
      return std::uint64_t(value);
  } else if (!node.is_floating_point()) {
    return add(key, node, "must be a whole number", hint_for_number(key, node));
  } else {
    constexpr double exact = 0x1p53;  // beyond, a double is a whole number by rounding
    const double value = *node.value<double>();
    if (value == std::floor(value) && value <= exact && value >= double(lower) && value <= double(upper))
      return std::uint64_t(value);
  }
  return add(key, node,
             "must be a whole number from " + std::to_string(lower) + " to " + std::to_string(upper));
}

}  // namespace mutauscan
