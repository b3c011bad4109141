#pragma once

#include <filesystem>
#include <string>

namespace mutauscan {

/// RUN/lock: at most one scan writes to a run directory. Names host, pid and job of its owner. It is stale,
/// and taken over, if its owner was on this host and is gone, or on another host and has not refreshed it for
/// five minutes. Created with link(2), which is atomic on network file systems too.
class RunLock {
 public:
  /// StorageError naming the owner if another scan holds the lock.
  explicit RunLock(const std::filesystem::path& run);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// Shows other hosts that the owner is alive.
  void refresh() const;

 private:
  std::filesystem::path path_;
};

/// True if a process that holds RUN/lock is alive, as far as can be told from here.
bool is_locked_by_live_process(const std::filesystem::path& run);

}  // namespace mutauscan
