#include "point_list.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "nearest_name.hpp"

namespace mutauscan {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t comma = std::min(line.find(',', start), line.size());
    fields.push_back(trimmed(line.substr(start, comma - start)));
    start = comma + 1;
  }
  return fields;
}

}  // namespace

PointListResult parse_point_list(const std::string& csv, const Model& model) {
  PointListResult result;
  std::istringstream in(csv);
  std::string line;
  bool header_seen = false;
  const auto problem = [&](std::size_t number, const std::string& message) {
    result.problems.push_back("line " + std::to_string(number) + ": " + message);
  };
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.kind().parameters.size(); ++i)
    if (model.is_input(i)) names.push_back(model.kind().parameters[i].name);

  for (std::size_t number = 1; std::getline(in, line) && result.problems.size() < 10; ++number) {
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#') continue;
    const auto fields = fields_of(content);
    if (!header_seen) {
      header_seen = true;
      for (std::string_view field : fields) {
        const auto p = model.kind().find_parameter(field);
        if (!p || !model.is_input(*p)) {
          const std::string near = nearest_name(field, names);
          problem(number, "\"" + std::string(field) + "\" is not an input parameter of this model" +
                              (near.empty() ? "" : "; did you mean `" + near + "`?"));
        } else if (std::find(result.list.parameters.begin(), result.list.parameters.end(), *p) !=
                   result.list.parameters.end()) {
          problem(number, "\"" + std::string(field) + "\" stands twice in the header");
        } else {
          result.list.parameters.push_back(*p);
        }
      }
      if (!result.problems.empty()) return result;
      continue;
    }
    if (fields.size() != result.list.parameters.size()) {
      problem(number, "has " + std::to_string(fields.size()) + " fields, the header has " +
                          std::to_string(result.list.parameters.size()));
      continue;
    }
    for (std::string_view field : fields) {
      double value = 0.0;
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
      if (error != std::errc() || end != field.data() + field.size() || !std::isfinite(value))
        problem(number, "\"" + std::string(field) + "\" is not a number");
      result.list.values.push_back(value);
    }
  }
  if (result.problems.empty() && result.list.rows() == 0) problem(1, "the list has no points");
  return result;
}

}  // namespace mutauscan
