#include "mutauscan/io/run_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "mutauscan/io/session.hpp"
#include "mutauscan/io/text_file.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// State and start time of a process, fields 3 and 22 of proc(5). The start, in clock ticks since boot, tells
/// a process from a later one with the same pid.
struct ProcessFacts {
  std::string state, start;
};

ProcessFacts look_up(long pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  ProcessFacts facts;
  const auto after_name = line.rfind(')');
  if (after_name == std::string::npos) return facts;
  std::istringstream fields(line.substr(after_name + 1));
  fields >> facts.state;
  for (int i = 4; i <= 22; ++i) fields >> facts.start;
  return facts;
}

/// A zombie has ended, though nobody has waited for it yet.
bool has_ended(long pid, const std::string& start) {
  if (pid <= 0 || (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)) return true;
  const ProcessFacts facts = look_up(pid);
  return facts.state == "Z" || facts.state == "X" || (!start.empty() && facts.start != start);
}

/// How often Slurm has requeued this job; 0 elsewhere.
long restart_count() {
  const char* text = std::getenv("SLURM_RESTART_COUNT");
  return text ? std::strtol(text, nullptr, 10) : 0;
}

std::string random_token() {
  std::random_device random;
  std::ostringstream text;
  text << std::hex << random() << random() << random() << random();
  return text.str();
}

struct Owner {
  std::string host, job, start, token;
  long pid = 0, restart = 0;
  std::uint64_t points = 0;  ///< 0: of a program that did not note them

  std::string text() const {
    return "host " + host + ", pid " + std::to_string(pid) + (job.empty() ? "" : ", job " + job);
  }
};

/// Nothing if there is no lock; an empty Owner if its content makes no sense.
std::optional<Owner> read_owner(const fs::path& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  const json document = json::parse(in, nullptr, /*allow_exceptions=*/false);
  Owner owner;
  try {
    owner.host = document.at("host");
    owner.pid = document.at("pid");
    owner.job = document.value("job", "");
    owner.start = document.value("process_start", "");
    owner.token = document.value("token", "");
    owner.restart = document.value("restart", 0L);
    owner.points = document.value("points", std::uint64_t{0});
  } catch (const json::exception&) {
    return Owner{};
  }
  return owner;
}

/// What can be said at once of an owner: nothing if only its heartbeat can tell.
std::optional<bool> is_alive_for_sure(const Owner& owner) {
  const ProcessIdentity self = this_process();
  if (owner.host == self.host) return !has_ended(owner.pid, owner.start);
  if (!owner.job.empty() && owner.job == self.job && owner.restart < restart_count()) return false;
  return std::nullopt;
}

/// Watches a lock until it is clear whether its owner lives. `probe` is a file of ours in the same directory:
/// its modification time is the clock of the file system. A lock that vanishes has no live owner.
bool is_alive(const fs::path& path, const Owner& owner, const fs::path& probe, const LockTiming& timing,
              const RunLock::Notice& notice) {
  if (const auto sure = is_alive_for_sure(owner)) return *sure;
  std::error_code gone;
  const auto first = fs::last_write_time(path, gone);
  if (gone) return false;
  const auto start = std::chrono::steady_clock::now();
  for (bool noticed = false;; noticed = true) {
    ::utimensat(AT_FDCWD, probe.c_str(), nullptr, 0);
    const auto now = fs::last_write_time(probe);
    const auto current = read_owner(path);  // opening makes a network file system ask its server
    const auto refreshed = fs::last_write_time(path, gone);
    if (!current || gone) return false;
    if (current->token != owner.token || refreshed != first) return true;
    if (now - refreshed >= timing.lease || std::chrono::steady_clock::now() - start >= timing.lease)
      return false;
    if (!noticed && notice)
      notice(path.string() + " is held by " + owner.text() + "; watching for a sign of life");
    std::this_thread::sleep_for(timing.heartbeat / 10);
  }
}

std::vector<fs::path> lock_files(const fs::path& run) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(run))
    if (const std::string name = entry.path().filename().string();
        name == "lock" || name.starts_with("lock."))
      files.push_back(entry.path());
  return files;
}

/// A quick answer from one look: for `status`.
bool looks_alive(const fs::path& path) {
  const auto owner = read_owner(path);
  if (!owner) return false;
  if (const auto sure = is_alive_for_sure(*owner)) return *sure;
  std::error_code gone;
  const auto refreshed = fs::last_write_time(path, gone);
  return !gone && fs::file_time_type::clock::now() - refreshed < LockTiming{}.lease;
}

}  // namespace

RunLock::RunLock(const fs::path& run, Slice slice, std::uint64_t points, const Notice& notice,
                 LockTiming timing)
    : run_(run),
      path_(run / ("lock" + slice.suffix())),
      slice_(slice),
      points_(points),
      timing_(timing),
      token_(random_token()) {
  const ProcessIdentity self = this_process();
  acquire(json{{"host", self.host},
               {"pid", self.pid},
               {"job", self.job},
               {"restart", restart_count()},
               {"process_start", look_up(self.pid).start},
               {"since", timestamp()},
               {"points", points_},
               {"token", token_}}
                  .dump() +
              "\n",
          notice);
  heartbeat_ = std::jthread([this](const std::stop_token& stop) { show_life(stop); });
  try {
    refuse_other_divisions(notice);
  } catch (...) {
    fs::remove(path_);
    throw;
  }
}

RunLock::~RunLock() {
  try {
    heartbeat_.request_stop();
    heartbeat_.join();
    std::error_code ignored;
    if (const auto owner = read_owner(path_); owner && owner->token == token_) fs::remove(path_, ignored);
  } catch (const std::exception&) {  // the lock is left, and found to be stale
  }
}

void RunLock::acquire(const std::string& text, const Notice& notice) {
  const fs::path mine = unique_neighbour(path_);
  const FileRemover remover{mine};
  for (int attempt = 0; attempt < 5; ++attempt) {
    write_text(mine, text);
    if (::link(mine.c_str(), path_.c_str()) == 0) return;
    if (errno != EEXIST) throw StorageError("cannot create " + path_.string() + ": " + std::strerror(errno));
    const auto owner = read_owner(path_);
    if (!owner) continue;  // released in between
    if (is_alive(path_, *owner, mine, timing_, notice))
      throw StorageError(run_.string() + " is in use by another scan" +
                         (slice_.is_whole() ? "" : " of slice " + slice_.suffix().substr(1)) + ": " +
                         owner->text());
    const auto current = read_owner(path_);
    if (!current || current->token != owner->token) continue;  // another one was faster
    std::error_code error;
    fs::rename(mine, path_, error);
    if (error) throw StorageError("cannot replace " + path_.string() + ": " + error.message());
    std::this_thread::sleep_for(timing_.settle);
    const auto now = read_owner(path_);
    if (now && now->token == token_) return;
  }
  throw StorageError("cannot lock " + run_.string() + ": other processes keep taking the lock");
}

void RunLock::refuse_other_divisions(const Notice& notice) const {
  const std::string ending = "-of-" + std::to_string(slice_.count);
  for (const fs::path& other : lock_files(run_)) {
    const std::string name = other.filename().string();
    if (other == path_) continue;
    const auto owner = read_owner(other);
    const bool same_points = owner && (owner->points == points_ || owner->points == 0);
    if (same_points && !slice_.is_whole() && name.ends_with(ending)) continue;
    if (owner && is_alive(other, *owner, path_, timing_, notice))
      throw StorageError(run_.string() + " is in use by a scan " +
                         (same_points ? "that divides it in another way, "
                                      : "of " + std::to_string(owner->points) + " points, ") +
                         name + ": " + owner->text());
  }
}

void RunLock::show_life(const std::stop_token& stop) const {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are the main thread's
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock guard(mutex);
  while (!wake.wait_for(guard, stop, timing_.heartbeat, [] { return false; }) && !stop.stop_requested()) {
    const auto owner = read_owner(path_);
    if (owner && owner->token == token_) ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0);
  }
}

void RunLock::require_ownership() const {
  const auto owner = read_owner(path_);
  if (owner && owner->token == token_) return;
  throw StorageError(path_.string() + (owner ? " was taken over by " + owner->text() : " was removed") +
                     ": this scan stops; rows not yet written are left to the next");
}

void require_unlocked(const fs::path& run, const RunLock::Notice& notice, LockTiming timing) {
  const auto locks = lock_files(run);
  if (locks.empty()) return;
  const fs::path probe = unique_neighbour(run / "lock");
  const FileRemover remover{probe};
  write_text(probe, "");
  for (const fs::path& lock : locks)
    if (const auto owner = read_owner(lock); owner && is_alive(lock, *owner, probe, timing, notice))
      throw StorageError(run.string() + " is in use by another scan: " + owner->text());
}

bool is_locked_by_live_process(const fs::path& run) {
  const auto files = lock_files(run);
  return std::any_of(files.begin(), files.end(), looks_alive);
}

bool is_locked_by_live_process(const fs::path& run, Slice slice) {
  return looks_alive(run / ("lock" + slice.suffix()));
}

}  // namespace mutauscan
