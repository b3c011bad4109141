#include "mutauscan/io/run_lock.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutauscan/io/column_file.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr LockTiming quick{milliseconds(50), milliseconds(400), milliseconds(50)};

/// A run directory with nothing in it but locks.
class RunLockTest : public ::testing::Test {
 protected:
  RunLockTest() {
    std::string name = (fs::temp_directory_path() / "mutauscan-lock-XXXXXX").string();
    run = mkdtemp(name.data());
  }
  ~RunLockTest() override {
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURM_RESTART_COUNT");
    fs::remove_all(run);
  }

  void write_lock_of_other_host(const std::string& job = "", const std::string& token = "theirs") const {
    std::ofstream(run / "lock") << R"({"host":"elsewhere","pid":12,"job":")" << job
                                << R"(","restart":0,"process_start":"1","token":")" << token << "\"}";
  }
  std::string refusal(Slice slice = {}) const {
    try {
      const RunLock lock(run, slice, 0, {}, quick);
    } catch (const StorageError& error) {
      return error.what();
    }
    return "";
  }

  fs::path run;
};

TEST_F(RunLockTest, OfAnotherHostIsTakenOverWhenItShowsNoHeartbeatForTheLease) {
  write_lock_of_other_host();
  std::string notices;
  const RunLock lock(
      run, {}, 0, [&](const std::string& text) { notices += text; }, quick);
  EXPECT_NO_THROW(lock.require_ownership());
  EXPECT_NE(notices.find("host elsewhere, pid 12"), std::string::npos) << notices;
}

TEST_F(RunLockTest, OfAnotherHostIsRespectedWhileItShowsLife) {
  write_lock_of_other_host("SLURM_JOB_ID=7");
  const std::jthread owner([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(milliseconds(60));
      fs::last_write_time(run / "lock", fs::file_time_type::clock::now());
    }
  });
  const std::string message = refusal();
  for (const char* part : {"elsewhere", "pid 12", "SLURM_JOB_ID=7"})
    EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST_F(RunLockTest, ClockOfTheOtherHostDoesNotMatter) {
  write_lock_of_other_host();  // dead, but its last heartbeat lies in the future
  fs::last_write_time(run / "lock", fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(refusal(), "");
}

TEST_F(RunLockTest, OfAnEarlierIncarnationOfThisJobIsTakenOverAtOnce) {
  write_lock_of_other_host("SLURM_JOB_ID=7");
  setenv("SLURM_JOB_ID", "7", 1);
  setenv("SLURM_RESTART_COUNT", "1", 1);
  // With the usual lease of a minute: did it wait, this would say so.
  EXPECT_NO_THROW(RunLock(run, {}, 0, [](const std::string& text) { FAIL() << text; }));
}

TEST_F(RunLockTest, IsKeptAliveByItsOwner) {
  const RunLock lock(run, {}, 0, {}, quick);
  const auto before = fs::last_write_time(run / "lock");
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_GT(fs::last_write_time(run / "lock"), before);
}

TEST_F(RunLockTest, TakenOverIsNoticedAndNotRemovedByItsOldOwner) {
  {
    const RunLock lock(run, {}, 0, {}, quick);
    write_lock_of_other_host();
    EXPECT_THROW(lock.require_ownership(), StorageError);
  }
  EXPECT_TRUE(fs::exists(run / "lock"));
}

TEST_F(RunLockTest, OfManyWhoTakeOverAStaleOneAtOnceOneHasIt) {
  for (int round = 0; round < 5; ++round) {
    std::ofstream(run / "lock") << "{\"host\":\"elsewhere\",\"pid\":" << round << "}";
    fs::last_write_time(run / "lock", fs::file_time_type::clock::now() - std::chrono::minutes(2));
    // Processes, not threads: a lock knows its owner by host and pid.
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        int result = 1;
        try {
          const RunLock lock(run, {}, 0, {}, quick);
          std::this_thread::sleep_for(milliseconds(700));
          lock.require_ownership();
          result = 0;
        } catch (const StorageError&) {
        }
        _exit(result);
      }
      children.push_back(child);
    }
    int owners = 0;
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      owners += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    EXPECT_EQ(owners, 1) << "round " << round;
  }
}

TEST_F(RunLockTest, SlicesOfOneDivisionDoNotExcludeEachOther) {
  const RunLock third(run, {3, 8}, 0, {}, quick);
  EXPECT_EQ(refusal({4, 8}), "");
  EXPECT_NE(refusal({3, 8}).find("slice 3-of-8"), std::string::npos);
  EXPECT_NE(refusal({1, 4}).find("another way"), std::string::npos);
  EXPECT_NE(refusal().find("another way"), std::string::npos);
  EXPECT_FALSE(fs::exists(run / "lock"));
  EXPECT_FALSE(fs::exists(run / "lock.1-of-4"));
}

TEST_F(RunLockTest, SlicesOfOtherNumbersOfPointsExcludeEachOther) {
  const RunLock third(run, {3, 8}, 1000, {}, quick);
  EXPECT_NO_THROW(RunLock(run, {4, 8}, 1000, {}, quick));
  try {
    RunLock(run, {4, 8}, 2000, {}, quick);
    FAIL() << "two divisions at once";
  } catch (const StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("of 1000 points"), std::string::npos) << error.what();
  }
}

TEST_F(RunLockTest, OfAnotherHostKeepsARunFromBeingSetAsideWhileItShowsLife) {
  EXPECT_NO_THROW(require_unlocked(run, {}, quick));
  write_lock_of_other_host();
  EXPECT_NO_THROW(require_unlocked(run, {}, quick));  // dead: no heartbeat
  const std::jthread owner([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(milliseconds(60));
      fs::last_write_time(run / "lock", fs::file_time_type::clock::now());
    }
  });
  std::this_thread::sleep_for(milliseconds(150));
  EXPECT_THROW(require_unlocked(run, {}, quick), StorageError);
}

TEST_F(RunLockTest, OfAProcessThatNobodyHasWaitedForIsStale) {
  const pid_t child = fork();
  if (child == 0) {
    new RunLock(run, {}, 0, {}, quick);  // never released
    _exit(0);
  }
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);  // a zombie from now on
  EXPECT_TRUE(fs::exists(run / "lock"));
  EXPECT_EQ(refusal(), "");
  waitpid(child, nullptr, 0);
}

TEST_F(RunLockTest, OfSenselessContentIsStale) {
  std::ofstream(run / "lock") << "[1, 2";
  EXPECT_EQ(refusal(), "");
}

}  // namespace
}  // namespace mutauscan
