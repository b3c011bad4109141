// A scan whose points cost nothing, or only time: what rank 0 and the store can do, and how a scan scales to
// more processes than there are cores.   cheap_scan CONFIG RUN SECONDS_PER_POINT
// 0: a point is only made and recorded. Otherwise the process sleeps that long for each point.
// Prints one line of JSON: wall time of the scan, CPU time of rank 0, of that what its main thread took
// (dispatch; the rest is writing), and its peak memory.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

#include <spdlog/spdlog.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/run_scan.hpp"
#include "mutauscan/scan/stop.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

long peak_memory_kB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mutauscan;
  if (argc != 4) return 2;
  const double seconds = std::atof(argv[3]);
  spdlog::set_level(spdlog::level::err);
  install_stop_signals();
  const MpiSession session;
  const ConfigResult config = load_config(argv[1]);
  if (!config.ok()) return 2;
  // Sleeping is inaccurate by some 50 us: what was slept too long is subtracted from what is due.
  double due = 0.0;
  const auto function = [&](const Model& model, std::span<const double> point, const SolverSettings&,
                            Workspace&, std::span<double> row) {
    if (seconds > 0.0) {
      due += seconds;
      const auto before = Clock::now();
      if (due > 0.0) std::this_thread::sleep_for(std::chrono::duration<double>(due));
      due -= std::chrono::duration<double>(Clock::now() - before).count();
    }
    model.write_unevaluated(point, Status::ok, Stage::complete, row);
  };
  const double cpu_before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  const double thread_before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  const auto start = Clock::now();
  const ScanOutcome outcome = run_scan(config.config, {argv[2], {}, {}, start}, session, function);
  if (session.rank() == 0)
    std::printf(
        "{\"wall_s\": %.6f, \"rank0_cpu_s\": %.6f, \"dispatch_cpu_s\": %.6f, \"rank0_peak_kB\": %ld, "
        "\"ranks\": %d}\n",
        std::chrono::duration<double>(Clock::now() - start).count(),
        seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_before,
        seconds_of(CLOCK_THREAD_CPUTIME_ID) - thread_before, peak_memory_kB(), session.size());
  return int(outcome);
}
