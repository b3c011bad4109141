#include <cmath>
#include <cstdio>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/version.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/core/build_info.hpp"
#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/models/model.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

std::string format(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", x);
  return text;
}

std::string domain_text(const Parameter& p) {
  const Domain& d = p.domain;
  const std::string lower = std::isinf(d.lower) ? "" : (d.includes_lower ? "≥ " : "> ") + format(d.lower);
  const std::string upper = std::isinf(d.upper) ? "" : "≤ " + format(d.upper);
  return lower + (lower.empty() || upper.empty() ? "" : ", ") + upper;
}

std::string type_text(ColumnType type) {
  return type == ColumnType::float64 ? "float64" : type == ColumnType::int32 ? "int32" : "uint64";
}

/// A table cell: | would end it.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string weight_text(const LimitText& limit) {
  return (limit.is_hard ? "yes" : "no") + (limit.remark.empty() ? "" : ": " + limit.remark);
}

std::string source_text(const LimitText& limit) {
  return limit.source + (limit.year == 0 ? "" : " (" + std::to_string(limit.year) + ")");
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
      std::cout << "| `" << p.name << "` | " << p.unit << " | " << format(p.default_value) << " | "
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
                << format(1e9 * m.value) << " ± " << format(1e9 * m.sigma) << ")·10⁻⁹ | " << m.source << " ("
                << m.year << ") |\n";
  for (const ModelKind* kind : model_kinds()) {
    std::cout << "\n## Columns of kind " << kind->name
              << "\n\n| dataset | unit | type | symbol | meaning |\n|---|---|---|---|---|\n";
    for (const Column& c : kind->layout->columns())
      std::cout << "| `" << c.path() << "` | " << c.unit << " | " << type_text(c.type) << " | "
                << cell(c.symbol) << " | " << cell(c.long_name) << " |\n";
  }
}

void print_text() {
  std::printf("CONFIG KEYS\n");
  for (const ConfigKey& k : config_keys())
    std::printf("  [%s] %s = %s%s\n      %s\n", k.section.c_str(), k.name.c_str(), k.choices.c_str(),
                k.default_value.empty() ? "" : (", default " + k.default_value).c_str(), k.meaning.c_str());
  std::printf("\nPARAMETERS (name [unit], default, domain; input for)\n");
  for (const ModelKind* kind : model_kinds())
    for (const Parameter& p : kind->parameters)
      std::printf("  %s [%s], %s, %s; %s\n      %s\n", p.name.c_str(), p.unit.c_str(),
                  format(p.default_value).c_str(), domain_text(p).c_str(), p.input_for.c_str(),
                  p.meaning.c_str());
  std::printf("\nLIMITS (column: satisfied if; confidence level; source; counts in the verdict)\n");
  for (const ModelKind* kind : model_kinds())
    for (const LimitText& l : kind->limits)
      std::printf("  limit_%s: %s\n      %s; %s; %s\n", l.name.c_str(), l.requirement.c_str(),
                  l.confidence.c_str(), source_text(l).c_str(), weight_text(l).c_str());
  for (const ModelKind* kind : model_kinds()) {
    std::printf("\nCOLUMNS of kind %s (dataset [unit] symbol)\n", kind->name.c_str());
    for (const Column& c : kind->layout->columns())
      std::printf("  %s [%s] %s\n      %s\n", c.path().c_str(), c.unit.c_str(), c.symbol.c_str(),
                  c.long_name.c_str());
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

std::string version_text() {
  const BuildInfo build = build_info();
  return "mutauscan " + build.version + " (" + build.git_hash + ", " + build.compiler + ", " +
         build.build_type + ")\nlibraries: " + library_versions() + "\nMPI: " + mpi_library() +
         "\nprocessor: " + cpu_features() + "\nfile schema: " + schema_version;
}

}  // namespace mutauscan::cli
