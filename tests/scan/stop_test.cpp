#include "mutauscan/scan/stop.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

/// The scheduler's variables as a test sets them, and none of those it runs under.
class SchedulerWalltime : public ::testing::Test {
 protected:
  SchedulerWalltime() { clear(); }
  ~SchedulerWalltime() override { clear(); }
  static void clear() {
    unsetenv("SLURM_JOB_END_TIME");
    unsetenv("PBS_WALLTIME");
  }
  static std::optional<double> seconds() { return walltime_of_scheduler(std::chrono::steady_clock::now()); }
};

TEST_F(SchedulerWalltime, IsUnknownOutsideAJob) { EXPECT_FALSE(seconds()); }

TEST_F(SchedulerWalltime, IsWhatIsLeftOfTheSlurmJob) {
  setenv("SLURM_JOB_END_TIME", std::to_string(std::time(nullptr) + 600).c_str(), 1);
  EXPECT_NEAR(seconds().value(), 600.0, 2.0);
  // Counted from the start of the process, which was a minute ago.
  const auto start = std::chrono::steady_clock::now() - std::chrono::minutes(1);
  EXPECT_NEAR(walltime_of_scheduler(start).value(), 660.0, 2.0);
}

TEST_F(SchedulerWalltime, IsWhatPbsGrants) {
  setenv("PBS_WALLTIME", "3600", 1);
  EXPECT_EQ(seconds().value(), 3600.0);
}

TEST_F(SchedulerWalltime, IsUnknownIfTheVariableMakesNoSense) {
  for (const char* text : {"", "soon", "12x", "-5", "0", "nan"}) {
    setenv("SLURM_JOB_END_TIME", text, 1);
    EXPECT_FALSE(seconds()) << text;
  }
}

TEST(StopConditions, LeaveTheMarginBeforeTheWalltime) {
  const auto start = StopConditions::Clock::now() - std::chrono::seconds(90);
  StopConditions conditions("/nonexistent", start, 100.0);
  EXPECT_FALSE(conditions.check(5.0));
  EXPECT_TRUE(conditions.check(15.0));
}

TEST(StopConditions, GrantTheMarginUpToHalfOfTheWalltime) {
  const auto ago = [](int seconds) { return StopConditions::Clock::now() - std::chrono::seconds(seconds); };
  EXPECT_FALSE(StopConditions("/nonexistent", ago(40), 100.0).check(1e6));
  EXPECT_TRUE(StopConditions("/nonexistent", ago(60), 100.0).check(1e6));
}

/// A run directory in which nothing is but STOP.
class StopFile : public ::testing::Test {
 protected:
  StopFile() {
    std::string name = (std::filesystem::temp_directory_path() / "mutauscan-stop-XXXXXX").string();
    run = mkdtemp(name.data());
  }
  ~StopFile() override { std::filesystem::remove_all(run); }
  void touch(std::chrono::seconds later) const {
    std::ofstream(run / "STOP") << "";
    std::filesystem::last_write_time(run / "STOP", std::filesystem::file_time_type::clock::now() + later);
  }
  StopConditions start() const {
    return StopConditions(run, StopConditions::Clock::now() - std::chrono::seconds(1), {});
  }

  std::filesystem::path run;
};

TEST_F(StopFile, IsObeyedIfItComesAfterTheStart) {
  for (const int seconds : {-3600, 0, 3600}) {  // whatever the clock of the host on which it was made
    std::filesystem::remove(run / "STOP");
    StopConditions conditions = start();
    touch(std::chrono::seconds(seconds));
    EXPECT_TRUE(conditions.check(0.0)) << seconds;
    EXPECT_TRUE(std::filesystem::exists(run / "STOP"));
  }
}

TEST_F(StopFile, OfAnEarlierScanIsNotObeyedUntilItIsTouched) {
  for (const int seconds : {-3600, 0, 3600}) {
    touch(std::chrono::seconds(seconds));
    EXPECT_FALSE(start().check(0.0)) << seconds;
    StopConditions conditions = start();
    touch(std::chrono::seconds(seconds + 1));
    EXPECT_TRUE(conditions.check(0.0)) << seconds;
  }
}

TEST_F(StopFile, ThatGoesAndComesIsObeyedAndOneThatGoesIsNot) {
  touch(std::chrono::seconds(0));
  StopConditions gone = start();
  std::filesystem::remove(run / "STOP");
  EXPECT_FALSE(gone.check(0.0));
  StopConditions back = start();
  touch(std::chrono::seconds(0));
  EXPECT_TRUE(back.check(0.0));
}

}  // namespace
}  // namespace mutauscan
