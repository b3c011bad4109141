#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mutauscan/core/column.hpp"
#include "mutauscan/core/outcome.hpp"

namespace mutauscan {

/// Status and stage as enumerations for files: {"0": "ok", ...}.
std::string status_enum_names();
/// The same of stages.
std::string stage_enum_names();

/// What to do about a status, as JSON, {"no_texture_solution": "choose ...", ...}: attribute `remedies` of
/// status.
std::string status_remedies();

/// The observed baryon asymmetry as JSON, {"value": ..., "relative_error": ...}: attribute `measurement` of
/// Y_B.
std::string asymmetry_measurement();

/// The columns of a model, each with the function of the model's `Result` that it holds. Result has `status`,
/// `stage` and `solver` (SolverReport).
template <class Result>
class ColumnTable {
 public:
  using Read = std::function<double(const Result&)>;

  ColumnTable() { add({"index", "1", "i", "index of the point in its scan", ColumnType::uint64}, {}); }

  /// A column; `value` is empty if the row gets it from elsewhere (index, wall time, rank, assessment).
  void add(Column column, Read value) {
    columns_.push_back(std::move(column));
    values_.push_back(std::move(value));
  }
  /// A column of real numbers; "1" is the unit of a number without one.
  void real(std::string name, std::string unit, std::string symbol, std::string long_name, Read value) {
    add({std::move(name), std::move(unit), std::move(symbol), std::move(long_name)}, std::move(value));
  }
  /// `enum_names`: the meaning of the values as JSON, {"0": "ok", ...}.
  void integer(std::string name, std::string symbol, std::string long_name, Read value,
               std::string enum_names = "") {
    Column column{std::move(name), "1", std::move(symbol), std::move(long_name), ColumnType::int32};
    column.enum_names = std::move(enum_names);
    add(std::move(column), std::move(value));
  }
  /// One more attribute of the column added last.
  void attribute(std::string name, std::string text) {
    columns_.back().more_attributes.emplace_back(std::move(name), std::move(text));
  }
  /// The name that the column added last has in files of older programs.
  void formerly(std::string name) { columns_.back().former_name = std::move(name); }
  /// Columns `status` and `stage`, which every model has.
  void status_columns() {
    integer(
        "status", "status", "0: complete; otherwise why the point has no answer",
        [](const Result& r) { return double(int(r.status)); }, status_enum_names());
    attribute("remedies", status_remedies());
    integer(
        "stage", "stage", "stage that failed; 0: all complete",
        [](const Result& r) { return double(int(r.stage)); }, stage_enum_names());
  }
  /// The last columns of every row: how the point was computed.
  void telemetry_columns() {
    const std::size_t first = columns_.size();
    add({"wall_s", "s", "t", "wall time of the point"}, {});
    integer("solver_steps", "steps", "integration steps, of all solvers that the point needed",
            [](const Result& r) { return double(r.solver.statistics.steps); });
    formerly("cvode_steps");
    integer("solver_calls", "calls", "calls of the right-hand side, of all solvers that the point needed",
            [](const Result& r) { return double(r.solver.statistics.derivative_calls); });
    formerly("cvode_rhs");
    integer("solver_flag", "flag",
            "last return code of CVODE, 0 where it was not needed; negative: the solver failed",
            [](const Result& r) { return double(r.solver.flag); });
    formerly("cvode_flag");
    real("T_last", "GeV", "T_last", "temperature the solver reached; 0: it did not start",
         [](const Result& r) { return r.solver.last_temperature; });
    add({"rank", "1", "rank", "MPI rank that computed the point", ColumnType::int32}, {});
    for (std::size_t i = first; i < columns_.size(); ++i) columns_[i].is_telemetry = true;
  }

  /// The columns in the order of the row.
  const std::vector<Column>& columns() const { return columns_; }

  /// Writes every column that is a function of the result.
  void write(const Result& result, std::span<double> row) const {
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i]) row[i] = values_[i](result);
  }

 private:
  std::vector<Column> columns_;
  std::vector<Read> values_;
};

/// Reads a quantity from one stage of the result; NaN if the point did not get there.
template <class Result, class T, class Read>
std::function<double(const Result&)> from(std::optional<T> Result::*stage, Read read) {
  return [stage, read](const Result& r) {
    return r.*stage ? double(read(*(r.*stage))) : std::numeric_limits<double>::quiet_NaN();
  };
}

/// The same for integer columns, where -1 stands for "not reached".
template <class Result, class T, class Read>
std::function<double(const Result&)> integer_from(std::optional<T> Result::*stage, Read read) {
  return [stage, read](const Result& r) { return r.*stage ? double(int(read(*(r.*stage)))) : -1.0; };
}

}  // namespace mutauscan
