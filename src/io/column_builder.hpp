#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "mutauscan/io/column.hpp"

namespace mutauscan {

/// Reads a quantity from one stage of the result; NaN if the point did not get there.
template <class T, class Read>
std::function<double(const PointResult&)> from(std::optional<T> PointResult::*stage, Read read) {
  return [stage, read](const PointResult& r) {
    return r.*stage ? double(read(*(r.*stage))) : std::numeric_limits<double>::quiet_NaN();
  };
}

/// The same for integer columns, where -1 stands for "not reached".
template <class T, class Read>
std::function<double(const PointResult&)> integer_from(std::optional<T> PointResult::*stage, Read read) {
  return [stage, read](const PointResult& r) { return r.*stage ? double(int(read(*(r.*stage)))) : -1.0; };
}

/// Collects columns.
class ColumnBuilder {
 public:
  void real(std::string name, std::string unit, std::string symbol, std::string long_name,
            std::function<double(const PointResult&)> value) {
    Column column{std::move(name), std::move(unit), std::move(symbol), std::move(long_name)};
    column.value = std::move(value);
    list.push_back(std::move(column));
  }
  /// `enum_names`: the meaning of the values as JSON, {"0": "ok", ...}.
  void integer(std::string name, std::string symbol, std::string long_name,
               std::function<double(const PointResult&)> value, std::string enum_names = "") {
    Column column{std::move(name), "1", std::move(symbol), std::move(long_name), ColumnType::int32};
    column.value = std::move(value);
    column.enum_names = std::move(enum_names);
    list.push_back(std::move(column));
  }
  std::vector<Column> list;
};

// What all kinds of model have.
Column index_column();
void add_status_columns(ColumnBuilder& columns);
void add_telemetry_columns(ColumnBuilder& columns);

std::vector<Column> mutau_columns();
std::vector<Column> type1_columns();

/// The columns of limits, likelihoods and verdicts: those computed from other columns of the row.
std::vector<Column> assessment_columns();

}  // namespace mutauscan
