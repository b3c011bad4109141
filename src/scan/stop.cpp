#include "mutauscan/scan/stop.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

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

StopConditions::StopConditions(std::filesystem::path run, Clock::time_point start,
                               std::optional<double> walltime)
    : stop_file_(std::move(run) / "STOP"), start_(start), next_look_(start), walltime_(walltime) {}

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
    std::error_code ignored;
    if (std::filesystem::exists(stop_file_, ignored)) return "file " + stop_file_.string() + " exists";
  }
  return std::nullopt;
}

}  // namespace mutauscan
