#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "mutauscan/io/slice.hpp"

namespace mutauscan {

/// How long a lock lasts. The owner shows every `heartbeat` that it lives; to others it is dead after `lease`
/// without one. `settle`: how long one who took over waits before it looks whether it still has the lock.
struct LockTiming {
  std::chrono::milliseconds heartbeat = std::chrono::seconds(10);
  std::chrono::milliseconds lease = std::chrono::seconds(60);
  std::chrono::milliseconds settle = std::chrono::milliseconds(200);
};

/// RUN/lock, or RUN/lock.3-of-8 for a slice: at most one scan works on a slice, and all that work on a run
/// divide it in the same way, and the same number of points. The file names host, pid and scheduler job of
/// its owner.
///
/// A lock is stale, and taken over, if its owner (a) was on this host and is gone, (b) is an earlier
/// incarnation of this very Slurm job, which Slurm has requeued, or (c) on another host has shown no
/// heartbeat for the lease: the newcomer watches the file until it knows. A heartbeat is the file's
/// modification time, compared with that of a file written just now: clocks of hosts do not matter.
///
/// The lock is created by link(2) and replaced by rename(2), both atomic on network file systems. A random
/// token in it says whose it is. Of several who replace it the last has it, and the others notice after
/// `settle`. An owner presumed dead that comes back (suspended, cut off) notices before it writes.
class RunLock {
 public:
  using Notice = std::function<void(const std::string&)>;

  /// StorageError naming the owner if another scan holds the lock. `notice` hears why it takes long.
  /// `points`: of the scan that is divided.
  explicit RunLock(const std::filesystem::path& run, Slice slice = {}, std::uint64_t points = 0,
                   const Notice& notice = {}, LockTiming timing = {});
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// StorageError naming the new owner if the lock was taken over: to be called before writing.
  void require_ownership() const;

 private:
  void acquire(const std::string& text, const Notice& notice);
  void refuse_other_divisions(const Notice& notice) const;
  void show_life(const std::stop_token& stop) const;

  std::filesystem::path run_, path_;
  Slice slice_;
  std::uint64_t points_;
  LockTiming timing_;
  std::string token_;
  std::jthread heartbeat_;
};

/// StorageError naming the owner if a live scan holds a lock of the run; locks of other hosts are watched, as
/// by a scan that wants one.
void require_unlocked(const std::filesystem::path& run, const RunLock::Notice& notice = {},
                      LockTiming timing = {});

/// True if a process that holds a lock of the run is alive, as far as can be told from here at once: by the
/// clock of this host.
bool is_locked_by_live_process(const std::filesystem::path& run);

/// The same for the lock of one slice.
bool is_locked_by_live_process(const std::filesystem::path& run, Slice slice);

}  // namespace mutauscan
