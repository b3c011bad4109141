#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mutauscan/io/column.hpp"

namespace mutauscan {

/// The columns of one kind of model, in the order of a row: `index`, physics, assessment, telemetry.
class RowLayout {
 public:
  explicit RowLayout(std::vector<Column> columns);

  const std::vector<Column>& columns() const { return columns_; }
  std::size_t width() const { return columns_.size(); }

  /// Position in a row of the column of this name; throws std::out_of_range for a name that is not a column.
  std::size_t position(std::string_view name) const { return positions_.at(name); }

 private:
  std::vector<Column> columns_;
  std::unordered_map<std::string_view, std::size_t> positions_;
};
const RowLayout& row_layout(ModelKind kind);

/// How a point was computed, besides what the result says of it.
struct Telemetry {
  double wall_seconds = 0.0;
  int rank = 0;
};

/// Rows back to back, layout().width() doubles each: what workers send and the store writes.
class RowBlock {
 public:
  explicit RowBlock(ModelKind kind) : layout_(&row_layout(kind)) {}
  const RowLayout& layout() const { return *layout_; }

  void append(std::uint64_t index, const PointResult& result, const ModelSettings& settings,
              const Telemetry& telemetry);
  void append_packed(const double* values, std::size_t rows);

  /// The rows by ascending index.
  std::vector<std::size_t> order_by_index() const;

  /// Calls `use(column, values)` for one column after the other, its values in the given order of rows.
  void for_each_column(const std::vector<std::size_t>& order,
                       const std::function<void(std::size_t, const std::vector<double>&)>& use) const;

  void clear() { values_.clear(); }

  std::size_t rows() const { return values_.size() / layout_->width(); }
  bool empty() const { return values_.empty(); }
  double at(std::size_t row, std::size_t column) const { return values_[row * layout_->width() + column]; }
  const std::vector<double>& packed() const { return values_; }
  void exchange_packed(std::vector<double>& values) { values_.swap(values); }  ///< no copy

 private:
  const RowLayout* layout_;
  std::vector<double> values_;
};

/// What a scan keeps account of.
struct RowSummary {
  std::uint64_t rows = 0;
  std::map<int, std::uint64_t> by_status;
  double wall_seconds = 0.0;     ///< of all points together
  double slowest_seconds = 0.0;  ///< of one
};
RowSummary summary_of(const RowBlock& rows);

/// The parameters of a stored row, to evaluate it again; `value(name)` reads one column of it.
ModelPoint point_of_row(const std::function<double(std::string_view)>& value, const ModelSettings& settings);

/// Limits, likelihoods and verdicts of a row; `value(name)` reads one of its physics columns.
Assessment assess_row(const std::function<double(std::string_view)>& value, const ModelSettings& settings);

}  // namespace mutauscan
