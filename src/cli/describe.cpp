#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "describe_text.hpp"
#include "mutauscan/config/config.hpp"
#include "mutauscan/config/nearest_name.hpp"
#include "mutauscan/core/build_info.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/models/model.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

std::string type_text(ColumnType type) {
  return type == ColumnType::float64 ? "float64" : type == ColumnType::int32 ? "int32" : "uint64";
}

/// A table cell: | would end it.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

void print_markdown() {
  std::cout << "## Config keys\n\n| section | key | value | default | meaning |\n|---|---|---|---|---|\n";
  for (const ConfigKey& k : config_keys())
    std::cout << "| " << k.section << " | `" << k.name << "` | " << cell(k.choices) << " | "
              << k.default_value << " | " << cell(k.meaning) << " |\n";
  std::cout << "\n## Parameters\n\n| name | unit | default | domain | input for | meaning "
               "|\n|---|---|---|---|---|---|\n";
  for (const ModelKind* kind : model_kinds())
    for (const Parameter& p : kind->parameters)
      std::cout << "| `" << p.name << "` | " << p.unit << " | " << number_text(p.default_value) << " | "
                << domain_text(p) << " | " << p.input_for << " | " << cell(p.meaning) << " |\n";
  std::cout << "\n## Limits\n\n| column | satisfied if | CL | source | counts in `allowed` "
               "|\n|---|---|---|---|---|\n";
  for (const ModelKind* kind : model_kinds())
    for (const LimitText& l : kind->limits)
      std::cout << "| `limit_" << l.name << "` | " << cell(l.requirement) << " | " << l.confidence << " | "
                << source_text(l) << " | " << weight_text(l) << " |\n";
  std::cout << "\n## Measurements\n\n| key | value | column | measured − predicted | source "
               "|\n|---|---|---|---|---|\n";
  for (const ModelKind* kind : model_kinds())
    for (const MeasurementText& m : kind->measurements)
      std::cout << "| `" << m.setting << "` | " << m.choice << " | `" << m.column << "` | ("
                << number_text(1e9 * m.value) << " ± " << number_text(1e9 * m.sigma) << ")·10⁻⁹ | "
                << m.source << " (" << m.year << ") |\n";
  std::cout << "\n## Statuses\n\nWhy a point has no complete answer; `mutauscan describe NAME` says it, too. "
               "A row keeps "
               "its inputs, and what was computed before.\n\n| value | status | meaning | what to do "
               "|\n|---|---|---|---|\n";
  for (const StatusName& s : status_names)
    std::cout << "| " << int(s.status) << " | `" << s.name << "` | " << cell(std::string(s.meaning)) << " | "
              << cell(std::string(s.remedy)) << " |\n";
  for (const ModelKind* kind : model_kinds())
    for (const ReferenceTable& table : kind->tables) {
      std::cout << "\n## " << table.title << "\n\n" << table.remark << "\n\n";
      for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (const std::string& text : table.rows[row]) std::cout << "| " << cell(text) << " ";
        std::cout << "|\n";
        if (row == 0) std::cout << "|" << repeated("---|", table.rows[row].size()) << "\n";
      }
    }
  for (const ModelKind* kind : model_kinds()) {
    std::cout << "\n## Columns of kind " << kind->name
              << "\n\n| dataset | unit | type | symbol | meaning |\n|---|---|---|---|---|\n";
    for (const Column& c : kind->layout->columns())
      std::cout << "| `" << c.path() << "` | " << c.unit << " | " << type_text(c.type) << " | "
                << cell(c.symbol) << " | " << cell(c.long_name) << " |\n";
  }
}

void print_text() {
  std::cout << "CONFIG KEYS\n";
  for (const ConfigKey& k : config_keys()) std::cout << text_of(k);
  std::cout << "\nPARAMETERS (name [unit], default, domain; input for)\n";
  for (const ModelKind* kind : model_kinds())
    for (const Parameter& p : kind->parameters) std::cout << text_of(p);
  std::cout << "\nLIMITS (column: satisfied if; confidence level; source; counts in the verdict)\n";
  for (const ModelKind* kind : model_kinds())
    for (const LimitText& l : kind->limits) std::cout << text_of(l);
  std::cout << "\nSTATUSES\n";
  for (const StatusName& s : status_names) std::cout << text_of(s);
  for (const ModelKind* kind : model_kinds()) {
    std::cout << "\nCOLUMNS of kind " << kind->name << " (dataset [unit] symbol)\n";
    for (const Column& c : kind->layout->columns()) std::cout << text_of(c);
  }
}

void print_json() {
  nlohmann::ordered_json document;
  document["schema_version"] = schema_version;
  for (const ConfigKey& k : config_keys())
    document["config"].push_back({{"section", k.section},
                                  {"name", k.name},
                                  {"value", k.choices},
                                  {"default", k.default_value},
                                  {"meaning", k.meaning}});
  for (const StatusName& s : status_names)
    document["statuses"].push_back(
        {{"value", int(s.status)}, {"name", s.name}, {"meaning", s.meaning}, {"remedy", s.remedy}});
  for (const ModelKind* kind : model_kinds()) {
    for (const Parameter& p : kind->parameters)
      document["parameters"].push_back({{"name", p.name},
                                        {"unit", p.unit},
                                        {"symbol", p.symbol},
                                        {"meaning", p.meaning},
                                        {"default", p.default_value},
                                        {"domain", domain_text(p)},
                                        {"input_for", p.input_for}});
    for (const LimitText& l : kind->limits)
      document["limits"].push_back({{"name", l.name},
                                    {"requirement", l.requirement},
                                    {"confidence", l.confidence},
                                    {"source", l.source},
                                    {"year", l.year},
                                    {"in_verdict", l.is_hard},
                                    {"remark", l.remark}});
    for (const LimitCurveText& curve : kind->limit_curves) {
      nlohmann::ordered_json knots;
      for (const auto& [x, y] : curve.knots) knots.push_back({x, y});
      document["limit_curves"][curve.name] = knots;
    }
    for (const MeasurementText& m : kind->measurements)
      document[m.setting.substr(m.setting.find('.') + 1)].push_back({{"name", m.choice},
                                                                     {"value", m.value},
                                                                     {"sigma", m.sigma},
                                                                     {"source", m.source},
                                                                     {"year", m.year}});
    const std::string columns = kind == model_kinds().front() ? "columns" : "columns_" + kind->name;
    for (const Column& c : kind->layout->columns())
      document[columns].push_back({{"name", c.name},
                                   {"path", c.path()},
                                   {"unit", c.unit},
                                   {"symbol", c.symbol},
                                   {"type", type_text(c.type)},
                                   {"meaning", c.long_name}});
  }
  std::cout << document.dump(1) << "\n";
}

}  // namespace

int describe(DescribeFormat format_choice) {
  switch (format_choice) {
    case DescribeFormat::text:
      print_text();
      break;
    case DescribeFormat::json:
      print_json();
      break;
    case DescribeFormat::markdown:
      print_markdown();
      break;
  }
  return success;
}

int describe_name(const std::string& given) {
  std::string found;
  std::vector<std::string> names;
  const auto look_at = [&](const char* what, const std::vector<std::string>& spellings,
                           const std::string& text) {
    names.insert(names.end(), spellings.begin(), spellings.end());
    if (std::find(spellings.begin(), spellings.end(), given) == spellings.end()) return;
    const std::string entry = what + (":\n" + text);
    if (found.find(entry) == std::string::npos) found += entry;  // several kinds have the same column
  };
  for (const StatusName& s : status_names) look_at("status", {std::string(s.name)}, text_of(s));
  for (const ConfigKey& k : config_keys())
    look_at("config key", {k.name, k.section + "." + k.name}, text_of(k));
  for (const ModelKind* kind : model_kinds()) {
    for (const Parameter& p : kind->parameters)
      look_at("parameter (name [unit], default, domain; input for)", {p.name, "parameters." + p.name},
              text_of(p));
    for (const LimitText& l : kind->limits) look_at("limit", {l.name, "limit_" + l.name}, text_of(l));
    for (const Column& c : kind->layout->columns())
      look_at("column (dataset [unit] symbol)", {c.name, c.path()}, text_of(c));
  }
  if (!found.empty()) {
    std::cout << found;
    return success;
  }
  const std::string near = nearest_name(given, names);
  spdlog::error("{}: is no config key, parameter, limit, status or column{}", given,
                near.empty() ? "; `mutauscan describe` lists them all" : "; did you mean `" + near + "`?");
  return bad_usage;
}

std::string version_text() {
  const BuildInfo build = build_info();
  return "mutauscan " + build.version + " (" + build.git_hash + ", " + build.compiler + ", " +
         build.build_type + ")\nlibraries: " + library_versions() + "\nMPI: " + mpi_library() +
         "\nprocessor: " + cpu_features() + "\nfile schema: " + schema_version;
}

}  // namespace mutauscan::cli
