#include "mutauscan/io/run_lock.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto lease = std::chrono::minutes(5);

/// Start time of a process in clock ticks since boot: tells a process from a later one with the same pid.
std::string process_start(long pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  const auto after_name = line.rfind(')');
  if (after_name == std::string::npos) return "";
  std::istringstream fields(line.substr(after_name + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;  // field 22 of proc(5)
  return field;
}

struct Owner {
  std::string host, job, start;
  long pid = 0;
};

std::optional<Owner> read_owner(const fs::path& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  const json document = json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return Owner{};
  Owner owner;
  owner.host = document.value("host", "");
  owner.job = document.value("job", "");
  owner.start = document.value("process_start", "");
  owner.pid = document.value("pid", 0L);
  return owner;
}

/// `now` is the time of the file system that holds the lock, whose clock need not be ours.
bool is_alive(const Owner& owner, const fs::path& path, fs::file_time_type now) {
  if (owner.host == this_process().host) {
    if (owner.pid <= 0 || (::kill(static_cast<pid_t>(owner.pid), 0) != 0 && errno == ESRCH)) return false;
    return owner.start.empty() || process_start(owner.pid) == owner.start;
  }
  std::error_code error;
  const auto refreshed = fs::last_write_time(path, error);
  return !error && now - refreshed < lease;
}

}  // namespace

RunLock::RunLock(const fs::path& run) : path_(run / "lock") {
  const ProcessIdentity self = this_process();
  const std::string suffix = "." + self.host + "." + std::to_string(self.pid);
  const fs::path mine = path_.string() + suffix;
  write_text_atomically(mine, json{{"host", self.host},
                                   {"pid", self.pid},
                                   {"job", self.job},
                                   {"process_start", process_start(self.pid)},
                                   {"since", timestamp()}}
                                      .dump() +
                                  "\n");
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (::link(mine.c_str(), path_.c_str()) == 0) {
      fs::remove(mine);
      return;
    }
    if (errno != EEXIST) {
      const std::string reason = std::strerror(errno);
      fs::remove(mine);
      throw StorageError("cannot create " + path_.string() + ": " + reason);
    }
    const auto owner = read_owner(path_);
    if (!owner) continue;  // released in between
    if (is_alive(*owner, path_, fs::last_write_time(mine))) {
      fs::remove(mine);
      throw StorageError(run.string() + " is in use by another scan: host " + owner->host + ", pid " +
                         std::to_string(owner->pid) + (owner->job.empty() ? "" : ", job " + owner->job));
    }
    // Stale. Renaming is atomic, so of two processes that both saw it only one removes it.
    std::error_code lost_race;
    fs::rename(path_, mine.string() + ".stale", lost_race);
    if (!lost_race) fs::remove(mine.string() + ".stale");
  }
  fs::remove(mine);
  throw StorageError("cannot lock " + run.string() + ": other processes keep taking the lock");
}

RunLock::~RunLock() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void RunLock::refresh() const { ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0); }

bool is_locked_by_live_process(const fs::path& run) {
  const auto owner = read_owner(run / "lock");
  return owner && is_alive(*owner, run / "lock", fs::file_time_type::clock::now());
}

}  // namespace mutauscan
