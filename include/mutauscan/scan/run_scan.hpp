#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "mutauscan/scan/config.hpp"
#include "mutauscan/scan/mpi_session.hpp"

namespace mutauscan {

/// How a scan ended; the values are the program's exit codes.
enum class ScanOutcome : int { complete = 0, incomplete = 3, refused = 4, too_many_failures = 5 };

struct ScanOptions {
  std::filesystem::path run;
  std::optional<double> walltime_seconds;
  std::chrono::steady_clock::time_point program_start;
};

/// All ranks call this and get the same outcome. Rank 0 starts or resumes the run, hands out batches,
/// collects rows and writes them; with up to 8 processes it also computes, alone it computes everything. A
/// run directory that cannot be opened (locked, damaged, of another config) is reported and refused; a
/// StorageError later on, a full disk, is thrown.
ScanOutcome run_scan(const RunConfig& config, const ScanOptions& options, const MpiSession& session);

}  // namespace mutauscan
