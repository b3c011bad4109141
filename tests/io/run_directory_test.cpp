#include "mutauscan/io/run_directory.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "model_point.hpp"
#include "mutauscan/io/merge.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

const RowLayout& mutau_layout() { return *find_model_kind("mutau")->layout; }

/// A fresh directory per test, removed afterwards.
class RunDirectoryTest : public ::testing::Test {
 protected:
  RunDirectoryTest() {
    const std::string pattern = (fs::temp_directory_path() / "mutauscan-test-XXXXXX").string();
    std::vector<char> name(pattern.begin(), pattern.end());
    name.push_back('\0');
    directory = mkdtemp(name.data());
  }
  ~RunDirectoryTest() override { fs::remove_all(directory); }

  fs::path run() const { return directory / "run"; }

  static RowBlock rows(std::initializer_list<std::uint64_t> indices) {
    const auto model = make_model("mutau");
    RowBlock block(*model->kind().layout);
    for (std::uint64_t index : indices) {
      Row row(*model, point_of(*model, {{"T_R", 1e4 + double(index)}}));
      row.values()[0] = double(index);
      block.append_packed(row.values().data(), 1);
    }
    return block;
  }
  RunDirectory open(const RunIdentity& which) const { return RunDirectory(run(), which, {100, 1}, 1); }
  std::vector<fs::path> chunks() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(run() / "chunks")) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  RunIdentity identity{"# config", R"({"model":{"kind":"mutau","regulator":"pu"},"scan":{"points":10}})", 10};
  fs::path directory;
};

TEST_F(RunDirectoryTest, ResumesFromTheRowsItHas) {
  {
    RunDirectory store = open(identity);
    EXPECT_EQ(count(store.done_at_start()), 0U);
    store.add(rows({4, 2, 3}));
    store.flush();
    store.add(rows({7}));  // never flushed: lost
  }
  const RunDirectory store = open(identity);
  EXPECT_EQ(count(store.done_at_start()), 3U);
  EXPECT_TRUE(boost::icl::contains(store.done_at_start(), std::uint64_t{4}));
  EXPECT_FALSE(boost::icl::contains(store.done_at_start(), std::uint64_t{7}));
  EXPECT_EQ(store.by_status().at(0), 3U);
}

TEST_F(RunDirectoryTest, HDF5ReadsTheFiltersAppliedByUs) {
  // Random mantissas, which are stored, beyond the length of a stored block; random numbers of few digits and
  // constants, which are compressed; a number of rows that is no multiple of eight; every compression.
  constexpr std::size_t number = 12'345;
  const std::vector<Column>& columns = mutau_layout().columns();
  const std::size_t width = columns.size();
  std::mt19937_64 random(1);
  std::vector<double> values(number * width);
  for (std::size_t row = 0; row < number; ++row)
    for (std::size_t c = 0; c < width; ++c) {
      const std::uint64_t bits = random();
      double& value = values[row * width + c];
      if (c == 0)
        value = double((row * 7) % number);
      else if (columns[c].name == "status")
        value = 0.0;
      else if (columns[c].type == ColumnType::int32)
        value = double(bits % 5) - 1.0;
      else
        value = c % 3 == 0 ? std::ldexp(double(bits), -70) : c % 3 == 1 ? double(bits % 100) : 1.5;
    }
  RowBlock block(mutau_layout());
  block.append_packed(values.data(), number);
  identity.points = number;
  for (const int compression : {0, 1, 9}) {
    fs::remove_all(run());
    RunDirectory store(run(), identity, {number, compression}, 1);
    store.add(block);
    store.flush();
    const ColumnFileReader reader(chunks().at(0));
    const std::vector<std::size_t> order = block.order_by_index();
    for (std::size_t c = 0; c < width; ++c) {
      std::vector<double> expected(number);
      for (std::size_t row = 0; row < number; ++row) expected[row] = block.at(order[row], c);
      EXPECT_EQ(reader.read(c), expected) << columns[c].name << ", compression " << compression;
    }
  }
}

TEST_F(RunDirectoryTest, CountersBeyondTheirTypeAreAsLargeAsItCanSay) {
  const auto model = make_model("mutau");
  const RowLayout& layout = *model->kind().layout;
  {
    RunDirectory store = open(identity);
    RowBlock block(layout);
    Row row(*model, point_of(*model, {}));
    row.values()[layout.position("solver_steps")] = 2147483647.0;
    row.values()[layout.position("solver_calls")] = 3e9;
    block.append_packed(row.values().data(), 1);
    store.add(block);
    store.flush();
  }
  const ColumnFileReader reader(chunks().at(0));
  for (const char* name : {"solver_steps", "solver_calls"})
    EXPECT_EQ(reader.read(layout.position(name)), std::vector<double>{2147483647.0});
}

TEST_F(RunDirectoryTest, MergesSortedRowsWhateverTheOrderOfChunks) {
  {
    RunDirectory store = open(identity);
    for (auto block : {rows({8, 9}), rows({0, 5}), rows({1}), rows({3, 2})}) {
      store.add(block);
      store.flush();
    }
  }
  const fs::path merged = directory / "merged.h5";
  EXPECT_EQ(merge_run(run(), merged, 4, {}).rows, 7U);
  const ColumnFileReader reader(merged);
  EXPECT_EQ(reader.read(0), (std::vector<double>{0, 1, 2, 3, 5, 8, 9}));
  EXPECT_EQ(reader.read(mutau_layout().position("T_R")),
            (std::vector<double>{10000, 10001, 10002, 10003, 10005, 10008, 10009}));
  EXPECT_EQ(reader.attribute("config"), identity.config_json);
  EXPECT_EQ(reader.attribute("config_toml"), "# config");
}

TEST_F(RunDirectoryTest, FindsAFlippedByteAnywhereAndSetsTheChunkAside) {
  {
    RunDirectory store = open(identity);
    store.add(rows({0, 1, 2}));
    store.flush();
  }
  const fs::path chunk = chunks().at(0);
  const std::string sound = read_text(chunk);
  const Manifest manifest = Manifest::load(run());
  for (std::size_t at = 0; at < sound.size(); at += 1 + sound.size() / 97) {
    std::string damaged = sound;
    damaged[at] = char(damaged[at] ^ 0x10);
    std::ofstream(chunk, std::ios::binary) << damaged;
    EXPECT_EQ(take_inventory(run(), manifest).damaged.size(), 1U) << "byte " << at;
  }
  std::ofstream(chunk, std::ios::binary) << sound.substr(0, sound.size() / 2);  // and a truncated file
  const RunDirectory store = open(identity);
  ASSERT_EQ(store.quarantined().size(), 1U);
  EXPECT_EQ(count(store.done_at_start()), 0U);
  EXPECT_TRUE(fs::exists(run() / "quarantine" / chunk.filename()));
  EXPECT_TRUE(chunks().empty());
}

TEST_F(RunDirectoryTest, RefusesAnotherConfigAndSaysWhatDiffers) {
  { open(identity); }
  RunIdentity other = identity;
  other.config_json = R"({"model":{"kind":"mutau","regulator":"sum"},"scan":{"points":10}})";
  try {
    open(other);
    FAIL() << "accepted another config";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("model.regulator: run has \"pu\", config has \"sum\""),
              std::string::npos)
        << error.what();
  }
  EXPECT_NO_THROW(open(identity));  // nothing was lost
}

TEST_F(RunDirectoryTest, IsLockedWhileItIsOpenAndTakesOverAStaleLock) {
  {
    const RunDirectory store = open(identity);
    EXPECT_TRUE(is_locked_by_live_process(run()));
    try {
      open(identity);
      FAIL() << "opened twice";
    } catch (const StorageError& error) {
      EXPECT_NE(std::string(error.what()).find("pid " + std::to_string(getpid())), std::string::npos);
    }
    EXPECT_THROW(set_run_aside(run()), StorageError);
  }
  EXPECT_FALSE(fs::exists(run() / "lock"));
  // Left by a killed process on this host: no process has that pid and start time.
  std::ofstream(run() / "lock") << R"({"host":")" << this_process().host << R"(","pid":)" << getpid()
                                << R"(,"process_start":"1","job":""})";
  EXPECT_FALSE(is_locked_by_live_process(run()));
  EXPECT_NO_THROW(open(identity));
}

TEST_F(RunDirectoryTest, SetsARunAsideWithoutDeletingIt) {
  {
    RunDirectory store = open(identity);
    store.add(rows({0}));
    store.flush();
  }
  const fs::path old = set_run_aside(run());
  EXPECT_FALSE(fs::exists(run()));
  EXPECT_EQ(count(take_inventory(old, Manifest::load(old)).done), 1U);
}

TEST_F(RunDirectoryTest, ReportsADamagedManifest) {
  { open(identity); }
  for (const char* text : {"", "{", "[]", "{\"schema_version\":\"1\"}"}) {
    std::ofstream(run() / "manifest.json") << text;
    EXPECT_THROW(open(identity), StorageError) << text;
  }
  const std::string sound = [&] {
    fs::remove_all(run());
    open(identity);
    return read_text(run() / "manifest.json");
  }();
  std::string edited = sound;
  edited.replace(edited.find("pu"), 2, "xx");
  std::ofstream(run() / "manifest.json") << edited;
  EXPECT_THROW(open(identity), StorageError);
}

TEST_F(RunDirectoryTest, RemovesWhatAKilledWriterLeft) {
  { open(identity); }
  std::ofstream(run() / "chunks" / "unfinished.host-1.part") << "half a file";
  const RunDirectory store = open(identity);
  EXPECT_TRUE(chunks().empty());
}

TEST_F(RunDirectoryTest, SlicesShareARunAndEachSeesItsOwnRows) {
  {
    RunDirectory whole(run(), identity, {100, 1}, 1);
    whole.add(rows({0, 4, 5, 9}));
    whole.flush();
  }
  {
    RunDirectory first(run(), identity, {100, 1}, 1, {1, 2}), second(run(), identity, {100, 1}, 1, {2, 2});
    EXPECT_EQ(first.range(), IndexRange(0, 5));
    EXPECT_EQ(second.range(), IndexRange(5, 10));
    EXPECT_EQ(count(first.done_at_start()), 2U);
    EXPECT_EQ(second.by_status().at(0), 2U);
    EXPECT_THROW(RunDirectory(run(), identity, {100, 1}, 1, {2, 2}), StorageError);  // taken
    EXPECT_THROW(RunDirectory(run(), identity, {100, 1}, 1, {1, 3}), StorageError);  // another division
    EXPECT_THROW(open(identity), StorageError);
    first.add(rows({1, 2, 3}));
    second.add(rows({6, 7, 8}));
    first.flush();
    second.flush();
    first.write_status("{}");
    EXPECT_TRUE(fs::exists(run() / "status.1-of-2.json"));
  }
  const RunInventory inventory = take_inventory(run(), Manifest::load(run()));
  EXPECT_EQ(count(inventory.done), 10U);
  EXPECT_EQ(inventory.duplicates, 0U);
  open(identity);
  EXPECT_FALSE(fs::exists(run() / "status.1-of-2.json"));
}

TEST_F(RunDirectoryTest, SlicesCoverEveryPointOnce) {
  for (std::uint64_t points :
       {std::uint64_t{1}, std::uint64_t{10}, std::uint64_t{1'000'003}, ~std::uint64_t{0}})
    for (std::uint64_t parts : {1U, 3U, 7U, 1000U}) {
      std::uint64_t next = 0;
      for (std::uint64_t k = 1; k <= parts; ++k) {
        const IndexRange range = Slice{k, parts}.range(points);
        EXPECT_EQ(range.lower(), next);
        next = range.upper();
      }
      EXPECT_EQ(next, points);
    }
}

TEST_F(RunDirectoryTest, ASliceDoesNotReadChunksOfOthers) {
  {
    RunDirectory second(run(), identity, {100, 1}, 1, {2, 2});
    second.add(rows({6, 7}));
    second.flush();
  }
  std::ofstream(chunks().at(0)) << "damaged";
  EXPECT_TRUE(RunDirectory(run(), identity, {100, 1}, 1, {1, 2}).quarantined().empty());
  EXPECT_EQ(RunDirectory(run(), identity, {100, 1}, 1, {2, 2}).quarantined().size(), 1U);
}

TEST_F(RunDirectoryTest, AChunkUnderAWrongNameIsDamaged) {
  {
    RunDirectory store = open(identity);
    store.add(rows({0, 1, 2}));
    store.flush();
  }
  const fs::path chunk = chunks().at(0);
  std::string name = chunk.filename().string();
  name.replace(name.find("000000002"), 9, "000000003");
  fs::rename(chunk, chunk.parent_path() / name);
  EXPECT_EQ(take_inventory(run(), Manifest::load(run())).damaged.size(), 1U);
}

TEST_F(RunDirectoryTest, StopsWritingWhenItsLockWasTakenOver) {
  RunDirectory store = open(identity);
  store.add(rows({0}));
  std::ofstream(run() / "lock") << R"({"host":"elsewhere","pid":7,"job":"PBS_JOBID=3","token":"theirs"})";
  try {
    store.flush();
    FAIL() << "wrote without the lock";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("host elsewhere, pid 7, job PBS_JOBID=3"), std::string::npos);
  }
  EXPECT_TRUE(chunks().empty());
}

TEST_F(RunDirectoryTest, SaysThatItCannotBeWritten) {
  std::ofstream(directory / "file") << "not a directory";
  EXPECT_THROW(RunDirectory(directory / "file", identity, {}, 1), StorageError);
}

}  // namespace
}  // namespace mutauscan
