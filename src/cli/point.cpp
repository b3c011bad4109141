#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/physics/evaluate.hpp"
#include "mutauscan/scan/config.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

/// A stored row, and what to evaluate to get it again.
struct StoredRow {
  std::vector<double> values;
  ModelSettings model;
  SolverSettings solver;
  ModelPoint point;
};

StoredRow row_of_file(const std::filesystem::path& path, std::uint64_t index) {
  const ColumnFileReader reader(path);
  const auto indices = reader.read(0);
  const auto found = std::lower_bound(indices.begin(), indices.end(), double(index));
  if (found == indices.end() || *found != double(index))
    throw StorageError(path.string() + " has no row with index " + std::to_string(index));
  StoredRow row;
  const auto offset = std::uint64_t(found - indices.begin());
  for (std::size_t c = 0; c < columns().size(); ++c) row.values.push_back(reader.read(c, offset, 1).front());
  row.model = model_settings_of(reader.attribute("config"));
  row.solver = solver_settings_of(reader.attribute("config"));
  row.point = point_of_row([&](std::string_view name) { return row.values[column_position(name)]; },
                           row.model.texture);
  return row;
}

StoredRow stored_row(const std::filesystem::path& run, std::uint64_t index) {
  if (!std::filesystem::is_directory(run)) return row_of_file(run, index);
  const RunInventory inventory = take_inventory(run, Manifest::load(run));
  for (const Chunk& chunk : inventory.chunks)
    if (boost::icl::contains(chunk.indices, index)) return row_of_file(chunk.path, index);
  throw StorageError(run.string() + " has no row with index " + std::to_string(index) + " (yet)");
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

void print_json(const RowBlock& row) {
  nlohmann::ordered_json object;
  for (std::size_t c = 0; c < columns().size(); ++c) {
    const Column& column = columns()[c];
    if (column.is_telemetry) continue;
    const double value = row.at(0, c);
    if (column.type == ColumnType::float64)
      object[column.name] = std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
    else
      object[column.name] = std::int64_t(value);
  }
  std::cout << object.dump(1) << "\n";
}

void print_text(const RowBlock& row) {
  for (std::size_t c = 0; c < columns().size(); ++c) {
    const Column& column = columns()[c];
    if (column.is_telemetry) continue;
    const std::string unit = column.unit == "1" ? "" : column.unit;
    std::printf("%-18s %24.16g  %-5s %s\n", column.name.c_str(), row.at(0, c), unit.c_str(),
                column.long_name.c_str());
  }
}

}  // namespace

std::optional<Overrides> parse_overrides(const std::vector<std::string>& texts) {
  Overrides overrides;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      spdlog::error("--set {}: must be key=value, e.g. --set T_R=5e4 or --set model.regulator=sum", text);
      return std::nullopt;
    }
    overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return overrides;
}

int point(const PointOptions& options) {
  ModelSettings model;
  SolverSettings solver_settings;
  ModelPoint input;
  std::uint64_t index = options.index.value_or(0);
  std::optional<StoredRow> stored;

  if (!options.from.empty()) {
    stored = stored_row(options.from, index);
    model = stored->model;
    solver_settings = stored->solver;
    input = stored->point;
  } else {
    const auto overrides = parse_overrides(options.overrides);
    if (!overrides) return bad_usage;
    const ConfigResult loaded = load_config(options.config, *overrides);
    for (const ConfigProblem& problem : loaded.problems) std::cerr << problem.text(options.config) << "\n";
    if (!loaded.ok()) return bad_usage;
    model = loaded.config.model;
    solver_settings = loaded.config.solver;
    if (options.index) {
      if (index >= loaded.config.scan.points) {
        spdlog::error("--index {}: the scan has {} points", index, loaded.config.scan.points);
        return bad_usage;
      }
      input = loaded.config.sampler().point(index);
    } else {
      input = loaded.config.space.centre();
      for (const Axis& axis : loaded.config.space.axes)
        std::fprintf(stderr, "note: axis %s is set to its middle, %.10g (--set %s=... chooses)\n",
                     std::string(axis.parameter->name).c_str(), input.*axis.parameter->member,
                     std::string(axis.parameter->name).c_str());
    }
  }

  OdeSolver solver;
  const PointResult result = evaluate(input, model, solver_settings, solver);
  RowBlock row;
  row.append(index, result, model, {});
  options.json ? print_json(row) : print_text(row);
  if (result.status != Status::ok)
    std::fprintf(stderr, "note: status %d: %s\n", int(result.status), result.message.c_str());

  if (stored)
    for (std::size_t c = 0; c < columns().size(); ++c)
      if (!columns()[c].is_telemetry && !same_bits(row.at(0, c), stored->values[c])) {
        spdlog::error("column {} is {:.17g} in {} but {:.17g} now: another version or machine made the file",
                      columns()[c].name, stored->values[c], options.from, row.at(0, c));
        return other_failure;
      }
  return success;
}

}  // namespace mutauscan::cli
