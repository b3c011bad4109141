#include "mutauscan/io/encoded_block.hpp"

#include <cmath>
#include <cstring>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mutauscan/io/merge.hpp"
#include "mutauscan/io/run_directory.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

const RowLayout& layout() { return *find_model_kind("mutau")->layout; }

/// Rows with these indices: numbers that are random, of few digits, constant or NaN, as functions of the
/// index.
RowBlock rows_of(const IndexRange& indices) {
  RowBlock rows(layout());
  std::vector<double> row(layout().width());
  for (std::uint64_t index = indices.lower(); index < indices.upper(); ++index) {
    std::mt19937_64 random(index);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::uint64_t bits = random();
      if (layout().columns()[c].type == ColumnType::int32)
        row[c] = double(bits % 5) - 1.0;
      else
        row[c] = c % 4 == 0   ? std::ldexp(double(bits), -70)
                 : c % 4 == 1 ? double(bits % 100)
                 : c % 4 == 2 ? 1.5
                              : NAN;
    }
    row[0] = double(index);
    row[layout().position("status")] = index % 3 == 0 ? 3.0 : 0.0;
    row[layout().position("wall_s")] = 1e-3 * double(index % 7);
    rows.append_packed(row.data(), 1);
  }
  return rows;
}

std::vector<std::uint8_t> encoded(std::uint64_t first, int compression) {
  std::vector<std::uint8_t> bytes;
  BlockEncoder(compression).encode(rows_of({first, first + block_rows}), bytes);
  return bytes;
}

EncodedBlock block(std::uint64_t first, int compression) { return {encoded(first, compression), layout()}; }

void expect_same_bits(const ColumnFileReader& a, const ColumnFileReader& b) {
  ASSERT_EQ(a.rows(), b.rows());
  for (std::size_t c = 0; c < layout().width(); ++c) {
    const auto x = a.read(c), y = b.read(c);
    EXPECT_EQ(std::memcmp(x.data(), y.data(), x.size() * sizeof(double)), 0) << layout().columns()[c].name;
  }
}

class EncodedBlockTest : public ::testing::Test {
 protected:
  EncodedBlockTest() {
    std::string pattern = (fs::temp_directory_path() / "mutauscan-test-XXXXXX").string();
    directory = mkdtemp(pattern.data());
  }
  ~EncodedBlockTest() override { fs::remove_all(directory); }

  std::vector<fs::path> chunks(const char* run) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory / run / "chunks"))
      files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  RunIdentity identity{"", R"({"model":{"kind":"mutau"},"scan":{"points":10000}})", 10000};
  fs::path directory;
};

TEST_F(EncodedBlockTest, SaysOfItsRowsWhatRank0NeedsToKnow) {
  const EncodedBlock some = block(21, 4);
  EXPECT_EQ(some.indices(), IndexRange(21, 21 + block_rows));
  EXPECT_EQ(some.compression(), 4);
  const RowSummary expected = summary_of(rows_of(some.indices()));
  EXPECT_EQ(expected.by_status.size(), 2U);
  EXPECT_EQ(some.summary().rows, block_rows);
  EXPECT_EQ(some.summary().by_status, expected.by_status);
  EXPECT_EQ(some.summary().wall_seconds, expected.wall_seconds);
  EXPECT_EQ(some.summary().slowest_seconds, 6e-3);
}

TEST_F(EncodedBlockTest, AFileOfBlocksHoldsTheSameRows) {
  for (const int compression : {0, 1, 9}) {
    const StoreOptions options{10000, compression};
    fs::remove_all(directory / "blocks");
    fs::remove_all(directory / "rows");
    RunDirectory blocks(directory / "blocks", identity, options, 2),
        rows(directory / "rows", identity, options, 1);
    for (const std::uint64_t first : {2048U, 0U, 512U, 5000U}) {  // they come in any order, with gaps
      blocks.add(block(first, compression));
      rows.add(rows_of({first, first + block_rows}));
    }
    EXPECT_EQ(blocks.by_status(), rows.by_status());
    blocks.flush();
    rows.flush();
    ASSERT_EQ(chunks("blocks").size(), 1U);
    expect_same_bits(ColumnFileReader(chunks("blocks")[0]), ColumnFileReader(chunks("rows").at(0)));
    EXPECT_TRUE(chunks("blocks")[0].filename().string().starts_with("chunk-000000000-000005511-"));
  }
}

TEST_F(EncodedBlockTest, RowsAndBlocksAreOneRunThatResumesAndMerges) {
  const StoreOptions options{10000, 4};
  {
    RunDirectory mixed(directory / "mixed", identity, options, 2);
    mixed.add(rows_of({512, 1000}));
    mixed.add(block(1000, 4));
    mixed.add(block(0, 4));
    mixed.flush();
    EXPECT_EQ(chunks("mixed").size(), 2U);  // a file has either rows or blocks
    mixed.add(block(7000, 4));              // never flushed: lost
  }
  {
    RunDirectory mixed(directory / "mixed", identity, options, 2);
    EXPECT_TRUE(mixed.quarantined().empty());
    EXPECT_EQ(mixed.done_at_start(), IndexSet(IndexRange(0, 1512)));
    EXPECT_EQ(mixed.by_status(), summary_of(rows_of({0, 1512})).by_status);
    mixed.add(block(1512, 4));
    mixed.add(rows_of({2024, 2030}));
    mixed.flush();
  }
  {
    RunDirectory rows(directory / "rows", identity, options, 1);
    rows.add(rows_of({0, 2030}));
    rows.flush();
  }
  for (const char* run : {"mixed", "rows"})
    EXPECT_EQ(merge_run(directory / run, directory / (std::string(run) + ".h5"), 4, {}).rows, 2030U);
  expect_same_bits(ColumnFileReader(directory / "mixed.h5"), ColumnFileReader(directory / "rows.h5"));
}

TEST_F(EncodedBlockTest, BlocksAreWrittenWhenTheyFillAFileOrHaveWaited) {
  RunDirectory store(directory / "run", identity, {1024, 4}, 2);
  store.add(block(0, 4));
  store.add(rows_of({4000, 4010}));
  store.write_due(1e9);
  store.add(block(512, 4));
  store.write_due(1e9);  // the blocks are full, the rows are not
  store.flush();
  const auto files = chunks("run");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(ColumnFileReader(files[0]).rows(), 1024U);
  EXPECT_EQ(ColumnFileReader(files[1]).rows(), 10U);
  store.add(block(1024, 4));
  store.write_due(0.0);  // has waited long enough
  store.flush();
  EXPECT_EQ(chunks("run").size(), 3U);
}

TEST_F(EncodedBlockTest, DamagedBytesAreRefused) {
  const std::vector<std::uint8_t> sound = encoded(0, 4);
  ASSERT_NO_THROW(EncodedBlock(sound, layout()));
  for (std::size_t length = 0; length < sound.size(); length += 1 + sound.size() / 997)
    EXPECT_THROW(EncodedBlock({sound.begin(), sound.begin() + long(length)}, layout()), StorageError)
        << length;
  std::vector<std::uint8_t> longer = sound;
  longer.push_back(0);
  EXPECT_THROW(EncodedBlock(longer, layout()), StorageError);
  EXPECT_THROW(EncodedBlock(sound, *find_model_kind("type1")->layout), StorageError);
  // Words before the columns: index, compression, wall times, statuses with their rows, lengths.
  const std::size_t words = 5 + 2 * 2 + layout().width();
  for (std::size_t word = 0; word < words; ++word)
    for (const std::uint64_t wrong : {~std::uint64_t{0}, std::uint64_t{1} << 60}) {
      if (word == 3 && wrong == std::uint64_t{1} << 60) continue;  // 1e-231 s: a time like any other
      std::vector<std::uint8_t> damaged = sound;
      std::memcpy(damaged.data() + word * sizeof wrong, &wrong, sizeof wrong);
      EXPECT_THROW(EncodedBlock(damaged, layout()), StorageError) << "word " << word;
    }
}

TEST_F(EncodedBlockTest, BlocksOfAnotherScanAreRefused) {
  RunDirectory second_half(directory / "run", identity, {8192, 4}, 2, {2, 2});
  EXPECT_THROW(second_half.add(block(5000, 1)), StorageError);
  EXPECT_THROW(second_half.add(block(4999, 4)), StorageError);
  EXPECT_THROW(second_half.add(block(10000 - block_rows + 1, 4)), StorageError);
  EXPECT_NO_THROW(second_half.add(block(5000, 4)));
}

}  // namespace
}  // namespace mutauscan
