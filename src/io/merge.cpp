#include "mutauscan/io/merge.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "mutauscan/io/run_inventory.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t rows_at_a_time = 65536;

/// What a merged file has, and what is to be said of it.
struct MergePlan {
  std::vector<Column> columns;
  MergeReport report;
};

MergePlan plan_of(const RunInventory& inventory, const RowLayout& layout) {
  MergePlan plan;
  const auto note = [](std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  };
  std::map<std::string, std::vector<const Chunk*>> lacking;
  for (const Chunk& chunk : inventory.chunks) {
    note(plan.report.programs, chunk.made_by);
    if (!chunk.difference.foreign.empty())
      throw StorageError(chunk.path.string() +
                         " has columns that this program does not know; it was made by " + chunk.made_by +
                         ":" + chunk.difference.text() + "\nhint: merge with that program");
    for (const std::string& column : chunk.difference.lacking) lacking[column].push_back(&chunk);
    for (const std::string& column : chunk.difference.unassessed)
      note(plan.report.assessed, column.substr(0, column.find(':')));
  }
  for (const Column& column : layout.columns()) {
    const auto found = lacking.find(column.signature());
    if (found == lacking.end()) {
      plan.columns.push_back(column);
    } else if (found->second.size() == inventory.chunks.size()) {
      plan.report.unavailable.push_back(column.path());
    } else {
      const Chunk& chunk = *found->second.front();
      throw StorageError(
          chunk.path.string() + " has no column " + column.path() +
          ", which other chunks have; it was made by " + chunk.made_by +
          "\nhint: merge each program's chunks with that program, or move the chunks of one out of the run: "
          "`mutauscan scan` computes their rows again");
    }
  }
  std::sort(plan.report.programs.begin(), plan.report.programs.end());
  return plan;
}

/// Of a row that the sampler has not seen.
double without_value(const Column& column) {
  if (column.name == "weight") return 0.0;
  return column.type == ColumnType::int32 ? -1.0 : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<Column> columns_of_copy(const ColumnFileReader& reader) {
  reader.signatures();  // throws for a file that lost columns
  std::vector<Column> columns;
  for (std::size_t c = 0; c < reader.layout().width(); ++c)
    if (const Column& column = reader.layout().columns()[c]; column.is_assessed || reader.has(c))
      columns.push_back(column);
  return columns;
}

std::vector<std::vector<double>> read_or_assess(const ColumnFileReader& reader,
                                                const std::vector<Column>& columns, const Model& model,
                                                Assess assess, std::uint64_t offset, std::uint64_t count) {
  const RowLayout& layout = reader.layout();
  std::vector<std::vector<double>> values(columns.size());
  std::vector<std::size_t> to_assess;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::size_t stored = layout.position(columns[c].name);
    if (columns[c].is_assessed && (assess == Assess::everything || !reader.has(stored))) {
      to_assess.push_back(c);
      values[c].resize(count);
    } else {
      values[c] = reader.read(stored, offset, count);
    }
  }
  if (to_assess.empty()) return values;
  std::vector<double> row(layout.width(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) row[layout.position(columns[c].name)] = values[c][r];
    model.assess(row);
    for (const std::size_t c : to_assess) values[c][r] = row[layout.position(columns[c].name)];
  }
  return values;
}

MergeReport merge_run(const fs::path& run, const fs::path& output, int compression,
                      const ModelOfConfig& model_of, const MergedResults& results) {
  const Manifest manifest = Manifest::load(run);
  const RunInventory inventory = take_inventory(run, manifest);
  if (!inventory.damaged.empty())
    throw StorageError(inventory.damaged.front().path.string() + ": " + inventory.damaged.front().reason +
                       "\nhint: `mutauscan scan` sets damaged chunks aside and computes their rows again");

  MergePlan plan = plan_of(inventory, *manifest.identity().layout());
  const std::vector<Column>& columns = plan.columns;
  const std::uint64_t total = plan.report.rows = count(inventory.done);
  const std::unique_ptr<Model> model = plan.report.assessed.empty()
                                           ? manifest.identity().kind().make()
                                           : model_of(manifest.identity().config_json);
  std::string programs;
  for (const std::string& program : plan.report.programs)
    programs += (programs.empty() ? "" : ", ") + program;
  std::vector<Column> all_columns = columns;
  all_columns.insert(all_columns.end(), results.columns.begin(), results.columns.end());
  FileAttributes attributes = manifest.file_attributes(programs);
  attributes.insert(results.attributes.begin(), results.attributes.end());
  ColumnFileWriter writer(output, all_columns, total, rows_at_a_time, compression, attributes);
  // Blocks of consecutive done indices: `first` index of the block, `offset` of its first row in the output.
  std::uint64_t offset = 0;
  auto range = inventory.done.begin();
  std::uint64_t next = range == inventory.done.end() ? 0 : range->lower();
  while (offset < total) {
    // The indices of this block, as ranges, and the output row of each range's start.
    std::vector<std::pair<IndexRange, std::uint64_t>> block;
    std::uint64_t rows = 0;
    while (rows < rows_at_a_time && range != inventory.done.end()) {
      const std::uint64_t take = std::min(rows_at_a_time - rows, range->upper() - next);
      block.emplace_back(IndexRange(next, next + take), rows);
      rows += take;
      next += take;
      if (next == range->upper() && ++range != inventory.done.end()) next = range->lower();
    }
    const IndexRange hull(block.front().first.lower(), block.back().first.upper());
    const auto row_of = [&](std::uint64_t index) {
      const auto it = std::upper_bound(block.begin(), block.end(), index,
                                       [](std::uint64_t i, const auto& b) { return i < b.first.upper(); });
      return it->second + (index - it->first.lower());
    };

    std::vector<std::vector<double>> buffer(columns.size(), std::vector<double>(rows));
    for (const Chunk& chunk : inventory.chunks) {
      if (!boost::icl::intersects(chunk.indices, hull)) continue;
      const ColumnFileReader reader(chunk.path);
      const auto indices = reader.read(0);
      const auto lower = std::lower_bound(indices.begin(), indices.end(), double(hull.lower()));
      const auto upper = std::lower_bound(lower, indices.end(), double(hull.upper()));
      const auto begin = std::uint64_t(lower - indices.begin()), length = std::uint64_t(upper - lower);
      const auto values = read_or_assess(reader, columns, *model, Assess::what_is_missing, begin, length);
      for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t i = 0; i < length; ++i)
          buffer[column][row_of(std::uint64_t(indices[begin + i]))] = values[column][i];
    }
    for (std::size_t column = 0; column < columns.size(); ++column)
      writer.write(column, offset, buffer[column]);
    for (std::size_t c = 0; c < results.columns.size(); ++c) {
      std::vector<double> values(rows, without_value(results.columns[c]));
      for (const auto& [indices, first] : block)
        for (std::uint64_t i = indices.lower(); i < std::min(indices.upper(), results.values[c].size()); ++i)
          values[first + (i - indices.lower())] = results.values[c][i];
      writer.write(columns.size() + c, offset, values);
    }
    offset += rows;
  }
  if (!results.table_columns.empty())
    writer.write_table("generations", "what the sampler had learnt after each generation",
                       results.table_columns, results.table);
  writer.finish();
  return plan.report;
}

}  // namespace mutauscan
