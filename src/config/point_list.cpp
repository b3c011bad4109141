#include "point_list.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>

#include "mutauscan/config/nearest_name.hpp"
#include "utf8.hpp"

namespace mutauscan {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the first line off `text`; it ends with LF, CR LF, or CR.
std::string_view take_line(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(length);
  text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  return line;
}

/// The fields of a line of CSV (RFC 4180), trimmed; one in quotes without them, and it may contain commas.
/// Empty ones at the end, as spreadsheets leave them, do not count. Nothing if a quote is not closed.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      if (quoted && line.substr(i + 1).starts_with('"'))
        fields.back() += line[i++];
      else
        quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  if (quoted) return std::nullopt;
  for (std::string& field : fields) field = trimmed(field);
  while (!fields.empty() && fields.back().empty()) fields.pop_back();
  return fields;
}

/// A finite number; a plus sign in front is one that from_chars does not know.
std::optional<double> number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// What stands between the names of a header where commas should; nullptr if it is commas, or one name.
const char* wrong_separator(const std::vector<std::string>& header) {
  if (header.size() != 1) return nullptr;
  if (header[0].find(';') != std::string::npos) return "semicolons";
  if (header[0].find('\t') != std::string::npos) return "tabs";
  return header[0].find(' ') != std::string::npos ? "blanks" : nullptr;
}

/// A column of a file of results, or what the analysis adds to it.
bool is_result_column(const ModelKind& kind, const std::string& name) {
  return name == "merit" || kind.layout->has(name);
}

}  // namespace

PointListResult parse_point_list(const std::string& csv, const Model& model) {
  PointListResult result;
  const auto problem = [&](std::size_t line, const std::string& message) {
    result.problems.push_back("line " + std::to_string(line) + ": " + message);
  };
  if (const auto flaw = find_text_flaw(csv)) {
    problem(flaw->line, flaw->message);
    return result;
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.kind().parameters.size(); ++i)
    if (model.is_input(i)) names.push_back(model.kind().parameters[i].name);

  std::vector<std::size_t>& columns = result.list.parameters;
  constexpr std::size_t is_result = ~std::size_t{0};
  std::vector<std::size_t> fields_in_file;  // the parameter, or is_result
  const auto read_header = [&](std::size_t line, const std::vector<std::string>& header) {
    if (const char* separator = wrong_separator(header))
      return problem(line, "fields are separated by " + std::string(separator) + "; separate them by commas");
    for (const std::string& field : header) {
      const auto p = model.kind().find_parameter(field);
      if (p && std::find(columns.begin(), columns.end(), *p) != columns.end()) {
        problem(line, "\"" + field + "\" stands twice in the header");
      } else if (p && model.is_input(*p)) {
        columns.push_back(*p);
        fields_in_file.push_back(*p);
      } else if (is_result_column(model.kind(), field)) {
        fields_in_file.push_back(is_result);
        result.skipped.push_back(field);
      } else if (number(field)) {
        return problem(line, "\"" + field + "\" is a number, but the first line must name the parameters");
      } else {
        const std::string near = nearest_name(field, names);
        problem(line, "\"" + field + "\" is not an input parameter of this model" +
                          (near.empty() ? "" : "; did you mean `" + near + "`?"));
      }
    }
  };

  std::string_view rest = without_byte_order_mark(csv);
  for (std::size_t line = 1; !rest.empty() && result.problems.size() < 10; ++line) {
    const std::string_view content = trimmed(take_line(rest));
    if (content.starts_with('#')) continue;
    const auto fields = fields_of(content);
    if (!fields) {
      problem(line, "a quotation mark is not closed");
    } else if (fields->empty()) {
      continue;
    } else if (fields_in_file.empty()) {
      read_header(line, *fields);
      if (result.problems.empty() && columns.empty())
        problem(line, "no column is an input parameter of this model");
      if (!result.problems.empty()) return result;
    } else if (fields->size() > fields_in_file.size()) {
      problem(line, "has " + std::to_string(fields->size()) + " fields, the header has " +
                        std::to_string(fields_in_file.size()));
    } else {
      for (std::size_t i = 0; i < fields_in_file.size(); ++i) {
        if (fields_in_file[i] == is_result) continue;
        const std::string field = i < fields->size() ? (*fields)[i] : "";
        const auto value = number(field);
        if (!value)
          problem(line,
                  model.kind().parameters[fields_in_file[i]].name +
                      (field.empty() ? " has no value" : " = \"" + field + "\" is not a finite number"));
        result.list.values.push_back(value.value_or(0.0));
      }
    }
  }
  if (result.problems.empty() && result.list.rows() == 0) problem(1, "the list has no points");
  return result;
}

}  // namespace mutauscan
