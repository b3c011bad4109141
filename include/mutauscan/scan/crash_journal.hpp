#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

namespace mutauscan {

/// Remembers which points end the process that evaluates them. While an Entry lives its index is in memory;
/// if the process then dies of SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT, the signal handler appends
/// "index 77 signal 11" to RUN/crashes/HOST-PID.txt before it lets the process die. Nothing is written as
/// long as nothing crashes, and a point is never blamed for what comes from outside: SIGKILL, a lost node, a
/// signal that another process sent. (So a point that is killed for its use of memory is not noticed either.)
///
/// One per process: it owns the process's handlers of these signals.
class CrashJournal {
 public:
  /// Installs the handlers. `run`: the run directory.
  explicit CrashJournal(const std::filesystem::path& run);
  ~CrashJournal();
  CrashJournal(const CrashJournal&) = delete;
  CrashJournal& operator=(const CrashJournal&) = delete;

  /// From here to its end of life a crash is that of point `index`.
  class Entry {
   public:
    /// Remembers the index as the point that is being evaluated.
    Entry(CrashJournal& journal, std::uint64_t index);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
  };
};

/// A point is given up after this many crashes.
inline constexpr int crashes_allowed = 2;

/// How often each point has crashed, from all journals of a run. Lines that are no entries are ignored.
std::map<std::uint64_t, int> count_crashes(const std::filesystem::path& run);

}  // namespace mutauscan
