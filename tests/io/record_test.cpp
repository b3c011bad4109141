#include "mutauscan/io/record.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

TEST(RowBlock, KeepsValuesAndCopiesColumnsByIndex) {
  std::vector<Column> columns = {{"index", "1", "i", "index"}};
  for (int i = 0; i < 40; ++i) columns.push_back({"c" + std::to_string(i), "1", "c", "a column"});
  const RowLayout layout(columns);
  RowBlock block(layout);
  for (std::uint64_t index : {5U, 1U, 3U}) {
    std::vector<double> row(layout.width());
    for (std::size_t c = 0; c < row.size(); ++c) row[c] = double(index) * (1.0 + double(c));
    row[0] = double(index);
    row[7] = NAN;
    block.append_packed(row.data(), 1);
  }
  const std::vector<std::size_t> order = block.order_by_index();
  ASSERT_EQ(order, (std::vector<std::size_t>{1, 2, 0}));
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(block.at(order[row], 0), double(2 * row + 1));
  std::vector<std::vector<double>> seen;
  block.for_each_column(order, [&](std::size_t column, const std::vector<double>& values) {
    EXPECT_EQ(column, seen.size());
    seen.push_back(values);
  });
  ASSERT_EQ(seen.size(), layout.width());
  for (std::size_t column = 0; column < seen.size(); ++column)
    for (std::size_t row = 0; row < 3; ++row) {
      const double value = block.at(order[row], column);
      EXPECT_TRUE(seen[column][row] == value || (std::isnan(value) && column == 7));
    }
}

TEST(Layout, HashIsOfPathTypeAndUnitInAnyOrder) {
  const std::vector<std::string> lines = {"index:uint64:1", "T_R:float64:GeV", "telemetry/wall_s:float64:s"};
  const std::string hash = layout_hash(lines);
  EXPECT_EQ(layout_hash(std::vector{lines[2], lines[0], lines[1]}), hash);
  for (const char* other : {"T_R:float64:1", "T_R:int32:GeV", "telemetry/T_R:float64:GeV", "T:float64:GeV"})
    EXPECT_NE(layout_hash(std::vector<std::string>{lines[0], other, lines[2]}), hash) << other;
  EXPECT_NE(layout_hash(std::vector{lines[0], lines[1]}), hash);
  const std::vector<Column> columns = {{"T_R", "GeV", "T", ""}, {"index", "1", "i", "", ColumnType::uint64}};
  EXPECT_EQ(layout_hash(columns), layout_hash(std::vector{lines[0], lines[1]}));
}

}  // namespace
}  // namespace mutauscan
