#include "mutauscan/scan/crash_journal.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

TEST(CrashJournal, CountsTheCrashesOfEachPointAndIgnoresTornLines) {
  std::string name = (fs::temp_directory_path() / "mutauscan-crash-XXXXXX").string();
  const fs::path run = mkdtemp(name.data());
  EXPECT_TRUE(count_crashes(run).empty());
  fs::create_directory(run / "crashes");
  std::ofstream(run / "crashes" / "a-1.txt") << "index 7 signal 11\nindex 9 signal 6\n";
  std::ofstream(run / "crashes" / "b-1.txt") << "index 7 signal 8\nindex 9 sig";
  std::ofstream(run / "crashes" / "c-1.txt") << "\n\nnonsense\nindex -x signal 3\n";
  const auto crashes = count_crashes(run);
  EXPECT_EQ(crashes, (std::map<std::uint64_t, int>{{7, 2}, {9, 1}}));
  fs::remove_all(run);
}

}  // namespace
}  // namespace mutauscan
