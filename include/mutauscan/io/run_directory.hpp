#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mutauscan/io/encoded_block.hpp"
#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/manifest.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/io/run_inventory.hpp"
#include "mutauscan/io/run_lock.hpp"

namespace mutauscan {

/// How rows are put into files.
struct StoreOptions {
  std::uint64_t chunk_rows = 8192;
  int compression = 4;
};

/// True if `identity` asks for more points of the run, false for the same. StorageError, with the differences
/// and a hint, if the run is of another config, has other columns than this program, or was made by another
/// program (unless `accept_program`, or a session of this one): what a scan would refuse.
bool require_same_scan(const std::filesystem::path& run, const Manifest& manifest,
                       const RunIdentity& identity, bool accept_program = false);

/// A run directory, or a slice of it, opened for writing: holds the lock, collects rows and encoded blocks,
/// and writes them as immutable chunks: a file has either rows or blocks, by ascending index. Creating one
/// starts a run, resumes it, or extends it by more points; damaged chunks are moved to RUN/quarantine and
/// their rows are due again. A StorageError says what differs from a run of another config or of other
/// columns than this program has (but for those of limits and likelihoods, which can be computed later), and
/// that another program made it, unless `accept_program`, or a session of this program, which was accepted
/// then.
class RunDirectory {
 public:
  /// Locks the slice and reads what is done. `ranks` goes into the record of the session.
  RunDirectory(std::filesystem::path path, const RunIdentity& identity, const StoreOptions& options,
               int ranks, Slice slice = {}, const RunLock::Notice& notice = {}, bool accept_program = false);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// The run directory.
  const std::filesystem::path& path() const { return path_; }
  IndexRange range() const { return slice_.range(manifest_->identity().points); }  ///< of the slice
  /// Indices of the slice that stood in sound files when it was opened.
  const IndexSet& done_at_start() const { return done_at_start_; }
  /// The damaged files that were set aside when it was opened.
  const std::vector<DamagedFile>& quarantined() const { return quarantined_; }

  /// What the user should know of a run that is resumed: that it was extended, or other machines computed it.
  const std::vector<std::string>& remarks() const { return remarks_; }

  /// Rows per status, including those not yet written.
  const std::map<int, std::uint64_t>& by_status() const { return by_status_; }

  /// Takes over rows, to be written.
  void add(const RowBlock& rows);
  void add(EncodedBlock block);  ///< StorageError for one of other compression, or beyond the range

  /// Starts a thread that writes the pending rows, if there are chunk_rows of them or if they have waited
  /// longer than this. If a chunk could not be written, the next call of write_due() or flush() throws.
  void write_due(double longest_wait_seconds);
  void flush();  ///< writes everything, and waits: it is in files

  /// Wall time of the slowest write so far [s]; at least 0.1.
  double slowest_write_seconds() const { return slowest_write_seconds_; }

  /// Replaces RUN/status.json, or RUN/status.3-of-8.json for a slice.
  void write_status(const std::string& json) const;
  std::string read_status() const;  ///< what the last session wrote; empty if there was none

 private:
  using Clock = std::chrono::steady_clock;

  void start_writing(bool rows, bool blocks);
  void finish_writing();
  void write_rows() const;
  void write_blocks();
  void write_chunk(const IndexRange& hull, std::uint64_t rows, std::uint64_t rows_per_block,
                   const std::function<void(ColumnFileWriter&)>& fill) const;
  void open_manifest(const RunIdentity& identity, bool accept_program);
  void compare_machines();
  void set_damaged_aside(const RunInventory& inventory);
  void remove_leftovers() const;
  std::filesystem::path unfinished_chunk() const;
  std::filesystem::path status_file() const;

  std::filesystem::path path_;
  StoreOptions options_;
  Slice slice_;
  std::unique_ptr<RunLock> lock_;
  std::optional<Manifest> manifest_;
  IndexSet done_at_start_;
  std::vector<DamagedFile> quarantined_;
  std::vector<std::string> remarks_;
  std::map<int, std::uint64_t> by_status_;
  std::shared_ptr<const RowLayout> layout_;
  RowBlock pending_, being_written_;
  std::vector<EncodedBlock> pending_blocks_, blocks_being_written_;
  Clock::time_point pending_since_, blocks_pending_since_;  ///< the first of them
  double slowest_write_seconds_ = 0.1;
  std::future<double> writing_;  ///< its wall time [s]; the last member: destroyed, that is awaited, first
};

/// Moves a run directory aside (RUN.replaced-<time>); nothing is deleted. StorageError if it is in use, which
/// for a lock of another host may take its lease to find out.
std::filesystem::path set_run_aside(const std::filesystem::path& run, const RunLock::Notice& notice = {},
                                    LockTiming timing = {});

}  // namespace mutauscan
