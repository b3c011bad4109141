#include <bit>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "card.hpp"
#include "config_report.hpp"
#include "mutauscan/config/config.hpp"
#include "mutauscan/io/merge.hpp"
#include "mutauscan/io/rescore.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/io/trace_file.hpp"
#include "output_path.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

/// What to evaluate, and what it should give if that is known.
struct Task {
  Point point;
  std::shared_ptr<const Model> model;
  SolverSettings solver;
  std::uint64_t index = 0;
  RunIdentity identity;
  std::vector<std::filesystem::path> inputs = {};  ///< files it was read from
  std::vector<Column> columns = {};                ///< of the row as stored; none: a new point
  std::vector<double> stored = {};

  double stored_value(const std::string& name) const {  ///< NaN without one
    for (std::size_t c = 0; c < stored.size(); ++c)
      if (columns[c].name == name) return stored[c];
    return std::numeric_limits<double>::quiet_NaN();
  }
};

Task task_of_file(const std::filesystem::path& path, std::uint64_t index) {
  const ColumnFileReader reader(path);
  const auto indices = reader.read(0);
  const auto found = std::lower_bound(indices.begin(), indices.end(), double(index));
  if (found == indices.end() || *found != double(index))
    throw StorageError(path.string() + " has no row with index " + std::to_string(index));
  Task task;
  task.index = index;
  task.identity = identity_of_file(path);
  task.model = model_of(task.identity.config_json);
  task.solver = solver_settings_of(task.identity.config_json);
  task.columns = columns_of_copy(reader);
  for (const auto& values : read_or_assess(reader, task.columns, *task.model, Assess::what_is_missing,
                                           std::uint64_t(found - indices.begin()), 1))
    task.stored.push_back(values.front());
  const std::vector<Parameter>& parameters = task.model->kind().parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    // One that the program that made the file did not have is at its default.
    double value = task.model->default_of(i);
    for (std::size_t c = 0; c < task.columns.size(); ++c)
      if (task.columns[c].name == parameters[i].name) value = task.stored[c];
    task.point.push_back(value);
  }
  task.inputs = {path};
  return task;
}

Task task_of_run(const std::filesystem::path& run, std::uint64_t index) {
  if (!std::filesystem::is_directory(run)) return task_of_file(run, index);
  const RunInventory inventory = take_inventory(run, Manifest::load(run));
  for (const Chunk& chunk : inventory.chunks)
    if (boost::icl::contains(chunk.indices, index)) {
      Task task = task_of_file(chunk.path, index);
      task.inputs = files_of_run(run);
      return task;
    }
  throw StorageError(run.string() + " has no row with index " + std::to_string(index) + " (yet)");
}

/// The point in the middle of all axes, which is said.
Task task_of_centre(const RunConfig& config) {
  Task task{config.space.centre(), config.model, config.solver, 0, config.identity()};
  for (const Axis& axis : config.space.axes) {
    const std::string& name = config.model->kind().parameters[axis.parameter].name;
    std::fprintf(stderr, "note: axis %s is set to its middle, %.10g (--set %s=... chooses)\n", name.c_str(),
                 task.point[axis.parameter], name.c_str());
  }
  return task;
}

/// A stored row, or, with --set, the point that it becomes by other values or settings.
std::optional<Task> task_of_row(const PointOptions& options) {
  const auto overrides = parse_overrides(options.overrides);
  if (!overrides) return std::nullopt;
  const Task stored = task_of_run(options.from, *options.index);
  if (overrides->empty()) return stored;
  const ConfigResult changed = changed_point(stored.point, *stored.model, stored.solver, *overrides);
  if (print_problems(changed, "--set")) return std::nullopt;
  Task task = task_of_centre(changed.config);
  task.index = stored.index;
  task.inputs = stored.inputs;
  std::fprintf(stderr, "note: no replay: row %llu of %s with", static_cast<unsigned long long>(task.index),
               options.from.c_str());
  for (const std::string& text : options.overrides) std::fprintf(stderr, " %s", text.c_str());
  std::fprintf(stderr, "\n");
  return task;
}

/// The point of a config: the one of `index`, or all axes at their middle. If something is wrong it prints
/// what, and returns nothing.
std::optional<Task> task_of_config(const PointOptions& options) {
  const auto overrides = parse_overrides(options.overrides);
  if (!overrides) return std::nullopt;
  std::optional<std::string> card;
  if (!options.card.empty() && !(card = config_of_card(options.card, options.equations))) return std::nullopt;
  const ConfigResult loaded =
      card ? parse_config(*card, {}, *overrides) : load_config(options.config, *overrides);
  const std::string& file = card ? options.card : options.config;
  if (print_problems(loaded, file)) return std::nullopt;
  for (const std::string& note : loaded.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
  const RunConfig& config = loaded.config;
  Task task;
  if (!options.index) {
    task = task_of_centre(config);
  } else if (config.scan.is_adaptive()) {
    spdlog::error(
        "--index {}: the points of sampler \"{}\" depend on earlier rows; `point --from RUN --index {}` "
        "shows "
        "that of a run",
        *options.index, std::string(name_of(config.scan.sampler)), *options.index);
    return std::nullopt;
  } else if (*options.index < config.scan.points) {
    task = {config.sampler().point(*options.index), config.model, config.solver, *options.index,
            config.identity()};
  } else {
    if (config.scan.points == 0)
      spdlog::error("--index {}: {} has no [scan] section, and so no points with an index", *options.index,
                    file);
    else
      spdlog::error("--index {}: the scan has {} points, from 0", *options.index, config.scan.points);
    return std::nullopt;
  }
  task.inputs = {file};
  if (!config.scan.list_file.empty())
    task.inputs.push_back(std::filesystem::path(file).parent_path() / config.scan.list_file);
  return task;
}

/// False, and an error, if a replayed row differs from what was stored.
bool is_as_stored(const RowBlock& row, const Task& task, const std::string& from) {
  for (std::size_t c = 0; c < task.stored.size(); ++c) {
    const Column& column = task.columns[c];
    if (!row.layout().has(column.name)) continue;  // of a merged file: a function of all rows
    const double now = row.at(0, row.layout().position(column.name));
    if (column.is_telemetry || same_bits(now, task.stored[c])) continue;
    spdlog::error("column {} is {:.17g} in {} but {:.17g} now: another version or machine made the file",
                  column.name, task.stored[c], from, now);
    return false;
  }
  return true;
}

void print_json(const RowBlock& row) {
  nlohmann::ordered_json object;
  for (std::size_t c = 0; c < row.layout().width(); ++c) {
    const Column& column = row.layout().columns()[c];
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
  for (std::size_t c = 0; c < row.layout().width(); ++c) {
    const Column& column = row.layout().columns()[c];
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
  const std::optional<Task> task = options.from.empty() ? task_of_config(options) : task_of_row(options);
  if (!task) return bad_usage;

  const ModelKind& kind = task->model->kind();
  std::filesystem::path trace_file;
  if (!options.trace.empty()) {
    if (!kind.has_trace) throw UsageError("--trace: kind \"" + kind.name + "\" has none");
    trace_file = output_path("--trace", options.trace, task->inputs);
  }
  Workspace workspace;
  Trace trace;
  std::vector<double> values(kind.layout->width(), 0.0);
  values[0] = double(task->index);
  PointEnd end{Status::outside_prior, "an adaptive sampler rejected it before it was evaluated"};
  if (task->stored_value("status") == double(int(Status::outside_prior)))
    task->model->write_unevaluated(task->point, Status::outside_prior, Stage::parameters, values);
  else
    end = task->model->evaluate(task->point, task->solver, workspace, values,
                                options.trace.empty() ? nullptr : &trace);
  // A row of an adaptive scan has the quantiles it was made from.
  const auto layout = task->stored.empty()
                          ? std::shared_ptr<const RowLayout>(std::shared_ptr<void>(), kind.layout)
                          : row_layout_of(task->identity.config_json);
  for (std::size_t c = values.size(); c < layout->width(); ++c)
    values.push_back(task->stored_value(layout->columns()[c].name));
  RowBlock row(*layout);
  row.append_packed(values.data(), 1);
  options.json ? print_json(row) : print_text(row);
  if (end.status != Status::ok)
    std::fprintf(stderr, "note: status %d: %s\n", int(end.status), end.message.c_str());

  if (!options.trace.empty()) {
    if (trace.empty()) {
      spdlog::error("--trace {}: not written, the point ends before the Boltzmann equations ({})",
                    options.trace, end.message);
      return other_failure;
    }
    write_trace(trace_file, trace, file_attributes(task->identity, ""));
  }
  return is_as_stored(row, *task, options.from) ? success : other_failure;
}

}  // namespace mutauscan::cli
