#pragma once

#include <functional>
#include <string>

#include "mutauscan/physics/assessment.hpp"
#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

/// How a column is stored. Rows travel as doubles; the integer types hold only values a double represents.
enum class ColumnType { float64, int32, uint64 };

/// One column: the single place of its name, unit, symbol and meaning. Files, `point`, `describe` and the
/// reference pages all read this.
struct Column {
  std::string name;
  std::string unit;
  std::string symbol;
  std::string long_name;
  ColumnType type = ColumnType::float64;
  bool is_telemetry = false;  ///< how the row was made; not part of its identity; stored below /telemetry
  std::function<double(const PointResult&)> value = {};  ///< empty for the index and for what is assessed
  /// Limits, likelihoods and verdicts: computed from the physics columns of the row, so that they can be
  /// computed anew for a stored one.
  std::function<double(const Assessment&)> assessed = {};
  std::string enum_names = {};  ///< {"0": "ok", ...} of an enumeration

  std::string path() const { return is_telemetry ? "telemetry/" + name : name; }
};

}  // namespace mutauscan
