#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "mutauscan/models/column_table.hpp"
#include "mutauscan/physics/assessment.hpp"
#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

/// A column of limits, likelihoods and verdicts.
struct AssessedColumn {
  Column column;
  std::function<double(const Assessment&)> value;
};
std::vector<AssessedColumn> assessment_columns();

/// The columns of kind mutau, and how a row is filled.
class MutauColumns {
 public:
  static const MutauColumns& table();

  const RowLayout& layout() const { return layout_; }

  /// Writes what is a function of the result, then what is assessed.
  void write(const PointResult& result, const ModelSettings& settings, std::span<double> row) const {
    results_.write(result, row);
    assess(row, settings);
  }
  void assess(std::span<double> row, const ModelSettings& settings) const;

 private:
  MutauColumns();
  std::vector<Column> make();

  std::vector<AssessedColumn> assessed_ = assessment_columns();
  ColumnTable<PointResult> results_;
  RowLayout layout_;
  std::vector<std::pair<std::size_t, double LimitInputs::*>> inputs_;  ///< position in a row and member
  std::vector<std::size_t> assessed_positions_;
};

}  // namespace mutauscan
