#include "mutauscan/io/record.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include <nlohmann/json.hpp>

#include "column_builder.hpp"

namespace mutauscan {

Column index_column() { return {"index", "1", "i", "index of the point in its scan", ColumnType::uint64}; }

void add_status_columns(ColumnBuilder& c) {
  nlohmann::ordered_json statuses, stages;
  for (const StatusName& s : status_names) statuses[std::to_string(int(s.status))] = s.name;
  for (const auto& [stage, name] : stage_names) stages[std::to_string(int(stage))] = name;
  c.integer(
      "status", "status", "0: complete; otherwise why the point has no answer",
      [](const PointResult& r) { return double(int(r.status)); }, statuses.dump());
  c.integer(
      "stage", "stage", "stage that failed; 0: all complete",
      [](const PointResult& r) { return double(int(r.stage)); }, stages.dump());
}

void add_telemetry_columns(ColumnBuilder& c) {
  const std::size_t first = c.list.size();
  c.list.push_back({"wall_s", "s", "t", "wall time of the point"});
  c.integer("cvode_steps", "steps", "integration steps",
            [](const PointResult& r) { return double(r.solver.statistics.steps); });
  c.integer("cvode_rhs", "calls", "calls of the right-hand side",
            [](const PointResult& r) { return double(r.solver.statistics.derivative_calls); });
  c.integer("cvode_flag", "flag",
            "last return code of CVODE, 0 where it was not needed; negative: the solver failed",
            [](const PointResult& r) { return double(r.solver.flag); });
  c.real("T_last", "GeV", "T_last", "temperature the solver reached; 0: it did not start",
         [](const PointResult& r) { return r.solver.last_temperature; });
  c.list.push_back({"rank", "1", "rank", "MPI rank that computed the point", ColumnType::int32});
  for (std::size_t i = first; i < c.list.size(); ++i) c.list[i].is_telemetry = true;
}

RowLayout::RowLayout(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (std::size_t i = 0; i < columns_.size(); ++i) positions_.emplace(columns_[i].name, i);
}

const RowLayout& row_layout(ModelKind kind) {
  static const RowLayout mutau(mutau_columns()), type1(type1_columns());
  return kind == ModelKind::type1 ? type1 : mutau;
}

void RowBlock::append(std::uint64_t index, const PointResult& result, const ModelSettings& settings,
                      const Telemetry& telemetry) {
  const std::size_t start = values_.size();
  std::optional<Assessment> assessment;  // once the physics columns before it are there
  for (const Column& column : layout_->columns()) {
    if (column.value) {
      values_.push_back(column.value(result));
    } else if (column.assessed) {
      if (!assessment)
        assessment = assess_row(
            [&](std::string_view name) { return values_[start + layout_->position(name)]; }, settings);
      values_.push_back(column.assessed(*assessment));
    } else if (column.name == "index") {
      values_.push_back(double(index));
    } else {
      values_.push_back(column.name == "rank" ? telemetry.rank : telemetry.wall_seconds);
    }
  }
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

ModelPoint point_of_row(const std::function<double(std::string_view)>& value, const ModelSettings& settings) {
  ModelPoint point;
  for (const Parameter& p : parameters())
    if (is_input(p, settings)) point.*p.member = value(p.name);
  return point;
}

Assessment assess_row(const std::function<double(std::string_view)>& value, const ModelSettings& settings) {
  LimitInputs inputs;
  for (const auto& [name, member] : limit_input_columns()) inputs.*member = value(name);
  return assess(inputs, settings);
}

}  // namespace mutauscan
