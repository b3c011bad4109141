#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "mutauscan/config/config.hpp"
#include "mutauscan/core/exit_code.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/worker.hpp"

namespace mutauscan {

/// How a scan ended.
enum class ScanOutcome : int {
  complete = exit_code::success,
  incomplete = exit_code::incomplete,
  storage_failed = exit_code::data_damaged,
  too_many_failures = exit_code::too_many_failures
};

/// Options of the verb `scan` on the command line.
struct ScanOptions {
  std::filesystem::path run;
  Slice slice;
  std::optional<double> walltime_seconds;  ///< from program_start on
  std::chrono::steady_clock::time_point program_start;
  bool accept_program = false;  ///< go on with a run that another program began
};

/// All ranks call this, after install_stop_signals(), and get the same outcome. Rank 0 starts or resumes the
/// run, hands out batches, collects rows and writes them; with up to 8 processes it also computes, alone it
/// computes everything. A run directory that cannot be opened (locked, damaged, of another config) or written
/// (a full disk) is reported, the scan ends as `storage_failed`, and what was written stays. `function` is
/// what is done with each point; tests have others.
ScanOutcome run_scan(const RunConfig& config, const ScanOptions& options, const MpiSession& session,
                     const PointFunction& function = evaluate_point);

}  // namespace mutauscan
