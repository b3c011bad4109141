#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mutauscan/core/column.hpp"

namespace mutauscan {

/// XXH3 (64 bit, hexadecimal) of signatures, sorted, one a line: their order does not matter, nor does that
/// of the datasets in a file.
std::string layout_hash(std::vector<std::string> signatures);
/// The same of columns.
std::string layout_hash(const std::vector<Column>& columns);

/// Signatures as this program writes them: columns under a former name get the present one.
std::vector<std::string> with_present_names(std::vector<std::string> signatures, const RowLayout& layout);

/// Rows back to back, layout().width() doubles each: what workers send and the store writes.
class RowBlock {
 public:
  /// An empty block for rows of this layout.
  explicit RowBlock(const RowLayout& layout) : layout_(&layout) {}
  /// Layout of its rows.
  const RowLayout& layout() const { return *layout_; }

  /// Appends rows that stand back to back.
  void append_packed(const double* values, std::size_t rows);

  /// The rows by ascending index.
  std::vector<std::size_t> order_by_index() const;

  /// Calls `use(column, values)` for one column after the other, its values in the given order of rows.
  void for_each_column(const std::vector<std::size_t>& order,
                       const std::function<void(std::size_t, const std::vector<double>&)>& use) const;

  /// Removes the rows and keeps the memory.
  void clear() { values_.clear(); }

  /// Number of rows.
  std::size_t rows() const { return values_.size() / layout_->width(); }
  /// It has no row.
  bool empty() const { return values_.empty(); }
  /// One number.
  double at(std::size_t row, std::size_t column) const { return values_[row * layout_->width() + column]; }
  /// All numbers, row by row.
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
/// Counts rows and times of a block.
RowSummary summary_of(const RowBlock& rows);

}  // namespace mutauscan
