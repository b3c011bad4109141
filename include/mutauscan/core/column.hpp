#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mutauscan/core/enum_names.hpp"

namespace mutauscan {

/// How a column is stored. Rows travel as doubles; the integer types hold only values a double represents.
enum class ColumnType { float64, int32, uint64 };
template <>
struct EnumNames<ColumnType> {
  static constexpr std::array<std::pair<ColumnType, std::string_view>, 3> names{
      {{ColumnType::float64, "float64"}, {ColumnType::int32, "int32"}, {ColumnType::uint64, "uint64"}}};
};

/// One column: the single place of its name, unit, symbol and meaning. Files, `point`, `describe` and the
/// reference pages all read this.
struct Column {
  std::string name;
  std::string unit;
  std::string symbol;
  std::string long_name;
  ColumnType type = ColumnType::float64;
  bool is_telemetry = false;  ///< how the row was made; not part of its identity; stored below /telemetry
  /// Limits, likelihoods and verdicts: computed from the other columns of the row, so that they can be
  /// computed anew for a stored one.
  bool is_assessed = false;
  std::string enum_names = {};  ///< {"0": "ok", ...} of an enumeration
  /// What readers need to judge or draw the column without knowing the program: name and text (numbers:
  /// JSON).
  std::vector<std::pair<std::string, std::string>> more_attributes = {};
  std::string former_name = {};  ///< in files of older programs; empty: it has always had its name

  /// Where the column stands in a file.
  std::string path() const { return path_of(name); }
  /// Where it stands in files of older programs; empty if it has always had its name.
  std::string former_path() const { return former_name.empty() ? "" : path_of(former_name); }

  /// "telemetry/wall_s:float64:s": what a number in this column is. Two files whose columns have the same
  /// signatures can be read as one.
  std::string signature() const { return path() + type_and_unit(); }
  /// Its signature in files of older programs; empty likewise.
  std::string former_signature() const { return former_name.empty() ? "" : former_path() + type_and_unit(); }

 private:
  std::string path_of(const std::string& named) const { return is_telemetry ? "telemetry/" + named : named; }
  std::string type_and_unit() const { return ":" + std::string(name_of(type)) + ":" + unit; }
};

/// The columns of a row in their order.
class RowLayout {
 public:
  /// The columns in the order in which they stand in a row.
  explicit RowLayout(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) positions_.emplace(columns_[i].name, i);
  }
  RowLayout(const RowLayout&) = delete;  // positions_ views the names of columns_
  RowLayout& operator=(const RowLayout&) = delete;

  /// The columns in their order.
  const std::vector<Column>& columns() const { return columns_; }
  /// Number of columns.
  std::size_t width() const { return columns_.size(); }

  /// Position in a row of the column of this name; throws std::out_of_range for a name that is not a column.
  std::size_t position(std::string_view name) const { return positions_.at(name); }
  /// There is a column of this name.
  bool has(std::string_view name) const { return positions_.contains(name); }

 private:
  std::vector<Column> columns_;
  std::unordered_map<std::string_view, std::size_t> positions_;
};

}  // namespace mutauscan
