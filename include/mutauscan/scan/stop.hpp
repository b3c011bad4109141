#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace mutauscan {

/// From now on SIGUSR1, SIGTERM and SIGINT ask the scan to finish its points in flight and write; a second
/// one ends the process at once. (Launchers deliver one signal by several ways: what comes within a second
/// counts as one.)
void install_stop_signals();

/// A stop signal has arrived in this process.
bool stop_signal_received();

/// How long this process may run from `start` on [s], if the scheduler says so: Slurm's SLURM_JOB_END_TIME
/// (seconds since 1970; the batch templates set it where Slurm does not), or PBS_WALLTIME (seconds, counted
/// from `start`).
std::optional<double> walltime_of_scheduler(std::chrono::steady_clock::time_point start);

/// Decides when rank 0 stops a scan before it is complete.
class StopConditions {
 public:
  using Clock = std::chrono::steady_clock;

  /// `walltime` counts from `start`, the start of the process. RUN/STOP is obeyed if it has come or was
  /// touched since this was made: one that was there before has stopped an earlier scan. That compares the
  /// file with itself, so that neither clocks of hosts nor the granularity of a file system's times matter.
  StopConditions(const std::filesystem::path& run, Clock::time_point start,
                 std::optional<double> walltime_seconds);

  /// The reason to stop now, if there is one. `margin_seconds`: what finishing and writing may take, granted
  /// up to half of the walltime. Cheap; the file system is asked at most twice a second.
  std::optional<std::string> check(double margin_seconds);

 private:
  std::filesystem::path stop_file_;
  std::string stop_at_start_;  ///< which STOP was there; empty: none
  Clock::time_point start_, next_look_;
  std::optional<double> walltime_;
};

}  // namespace mutauscan
