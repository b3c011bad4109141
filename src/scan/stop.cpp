#include "mutauscan/scan/stop.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include <sys/stat.h>

namespace mutauscan {
namespace {

volatile std::sig_atomic_t signal_received = 0;
volatile std::time_t second_of_signal = 0;  // of the monotonic clock

extern "C" void on_stop_signal(int signal) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (signal_received && now.tv_sec > second_of_signal + 1) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  if (!signal_received) second_of_signal = now.tv_sec;
  signal_received = 1;
}

std::optional<double> number_in_environment(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(value > 0.0)) return std::nullopt;
  return value;
}

/// Tells a file from another of the same name, and from itself before it was touched; empty if there is none.
std::string stamp_of(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return "";
  return std::to_string(facts.st_ino) + " " + std::to_string(facts.st_mtim.tv_sec) + "." +
         std::to_string(facts.st_mtim.tv_nsec);
}

}  // namespace

void install_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

bool stop_signal_received() { return signal_received != 0; }

std::optional<double> walltime_of_scheduler(std::chrono::steady_clock::time_point start) {
  if (const auto end = number_in_environment("SLURM_JOB_END_TIME")) {
    const double left = *end - double(std::time(nullptr));
    const double used = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::max(left + used, 0.0);
  }
  return number_in_environment("PBS_WALLTIME");
}

StopConditions::StopConditions(const std::filesystem::path& run, Clock::time_point start,
                               std::optional<double> walltime)
    : stop_file_(run / "STOP"),
      stop_at_start_(stamp_of(stop_file_)),
      start_(start),
      next_look_(start),
      walltime_(walltime) {}

std::optional<std::string> StopConditions::check(double margin_seconds) {
  if (stop_signal_received()) return "signal received";
  const auto now = Clock::now();
  // A point that took very long, in a process that was suspended perhaps, must not keep later jobs from
  // working.
  const double used = std::chrono::duration<double>(now - start_).count();
  if (walltime_ && used + std::min(margin_seconds, 0.5 * *walltime_) > *walltime_)
    return "walltime is nearly used up";
  if (now >= next_look_) {
    next_look_ = now + std::chrono::milliseconds(500);
    const std::string stamp = stamp_of(stop_file_);
    if (!stamp.empty() && stamp != stop_at_start_) return "told to by " + stop_file_.string();
  }
  return std::nullopt;
}

}  // namespace mutauscan
