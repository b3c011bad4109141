#include "mutauscan/io/record.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "mutauscan/io/manifest.hpp"

namespace mutauscan {

std::string layout_hash(std::vector<std::string> signatures) {
  std::sort(signatures.begin(), signatures.end());
  std::string lines;
  for (const std::string& signature : signatures) lines += signature + "\n";
  return xxh3_hex(lines.data(), lines.size());
}

std::string layout_hash(const std::vector<Column>& columns) {
  std::vector<std::string> signatures;
  for (const Column& column : columns) signatures.push_back(column.signature());
  return layout_hash(std::move(signatures));
}

std::vector<std::string> with_present_names(std::vector<std::string> signatures, const RowLayout& layout) {
  for (const Column& column : layout.columns())
    if (!column.former_name.empty())
      std::replace(signatures.begin(), signatures.end(), column.former_signature(), column.signature());
  return signatures;
}

void RowBlock::append_packed(const double* values, std::size_t rows) {
  values_.insert(values_.end(), values, values + rows * layout_->width());
}

std::vector<std::size_t> RowBlock::order_by_index() const {
  std::vector<std::size_t> order(rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return at(a, 0) < at(b, 0); });
  return order;
}

void RowBlock::for_each_column(
    const std::vector<std::size_t>& order,
    const std::function<void(std::size_t, const std::vector<double>&)>& use) const {
  constexpr std::size_t at_a_time = 16;  // passes over all rows cost more than the caches gain
  std::array<std::vector<double>, at_a_time> columns;
  for (std::vector<double>& column : columns) column.resize(order.size());
  for (std::size_t first = 0; first < layout_->width(); first += at_a_time) {
    const std::size_t number = std::min(at_a_time, layout_->width() - first);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const double* row = values_.data() + order[i] * layout_->width() + first;
      for (std::size_t c = 0; c < number; ++c) columns[c][i] = row[c];
    }
    for (std::size_t c = 0; c < number; ++c) use(first + c, columns[c]);
  }
}

RowSummary summary_of(const RowBlock& rows) {
  const std::size_t status = rows.layout().position("status"), wall = rows.layout().position("wall_s");
  RowSummary summary;
  summary.rows = rows.rows();
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    ++summary.by_status[int(rows.at(i, status))];
    summary.wall_seconds += rows.at(i, wall);
    summary.slowest_seconds = std::max(summary.slowest_seconds, rows.at(i, wall));
  }
  return summary;
}

}  // namespace mutauscan
