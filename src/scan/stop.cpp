#include "mutauscan/scan/stop.hpp"

#include <array>
#include <csignal>

#include <unistd.h>

namespace mutauscan {
namespace {

volatile std::sig_atomic_t signals_received = 0;

extern "C" void on_stop_signal(int signal) {
  signals_received = signals_received + 1;
  if (signals_received > 1) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

void install_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

bool stop_signal_received() { return signals_received > 0; }

StopConditions::StopConditions(std::filesystem::path run, Clock::time_point start,
                               std::optional<double> walltime)
    : stop_file_(std::move(run) / "STOP"), start_(start), next_look_(start), walltime_(walltime) {}

std::optional<std::string> StopConditions::check(double margin_seconds) {
  if (stop_signal_received()) return "signal received";
  const auto now = Clock::now();
  if (walltime_ && std::chrono::duration<double>(now - start_).count() + margin_seconds > *walltime_)
    return "walltime is nearly used up";
  if (now >= next_look_) {
    next_look_ = now + std::chrono::milliseconds(500);
    std::error_code ignored;
    if (std::filesystem::exists(stop_file_, ignored)) return "file " + stop_file_.string() + " exists";
  }
  return std::nullopt;
}

void StopConditions::clear_stop_file() const {
  std::error_code ignored;
  std::filesystem::remove(stop_file_, ignored);
}

}  // namespace mutauscan
