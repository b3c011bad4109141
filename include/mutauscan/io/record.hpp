#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/physics/assessment.hpp"
#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

/// How a column is stored. Rows travel as doubles; the integer types hold only values a double represents.
enum class ColumnType { float64, int32, uint64 };

/// One column of the result: the single place of its name, unit, symbol and meaning. Files, `point`,
/// `describe` and the README's table all read this.
struct Column {
  std::string name;
  std::string unit;
  std::string symbol;
  std::string long_name;
  ColumnType type;
  bool is_telemetry;  ///< how the row was made; not part of its identity; stored below /telemetry
  std::function<double(const PointResult&)> value;  ///< empty for all but physics
  /// Limits, likelihoods and verdicts: computed from the physics columns of the row, so that they can be
  /// computed anew for a stored one.
  std::function<double(const Assessment&)> assessed;

  std::string path() const { return is_telemetry ? "telemetry/" + name : name; }
};

/// In the order of a row: `index`, physics, assessment, telemetry.
const std::vector<Column>& columns();

/// Position in a row of the column of this name; throws std::out_of_range for a name that is not a column.
std::size_t column_position(std::string_view name);

/// How a point was computed.
struct Telemetry {
  double wall_seconds = 0.0;
  int rank = 0;
};

/// Rows back to back, columns().size() doubles each: what workers send and the store writes.
class RowBlock {
 public:
  void append(std::uint64_t index, const PointResult& result, const ModelSettings& settings,
              const Telemetry& telemetry);
  void append_packed(const double* values, std::size_t rows);
  void sort_by_index();
  void clear() { values_.clear(); }

  std::size_t rows() const;
  bool empty() const { return values_.empty(); }
  double at(std::size_t row, std::size_t column) const;
  const std::vector<double>& packed() const { return values_; }

 private:
  std::vector<double> values_;
};

/// The parameters of a stored row, to evaluate it again; `value(name)` reads one column of it.
ModelPoint point_of_row(const std::function<double(std::string_view)>& value, Texture texture);

/// Limits, likelihoods and verdicts of a row; `value(name)` reads one of its physics columns.
Assessment assess_row(const std::function<double(std::string_view)>& value, const ModelSettings& settings);

/// {"0": "ok", ...}: stored as attribute of the column; empty for columns that are not enumerations.
std::string enumeration_names(std::string_view column);

}  // namespace mutauscan
