// A scan whose points cost nothing and of which chosen ones misbehave: what `mutauscan scan` does with points
// that crash, throw, take long or are infinitely likely.   faulty_scan CONFIG RUN KIND EVERY [WALLTIME]
// Every point whose index is a multiple of EVERY, 0 excluded, is of the KIND.

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/run_scan.hpp"
#include "mutauscan/scan/stop.hpp"

namespace {

using namespace mutauscan;

int overflow_the_stack(int depth, volatile char* previous) {
  volatile char frame[4096];
  frame[0] = previous ? previous[0] : char(0);
  return depth == 0 ? 0 : overflow_the_stack(depth - 1, frame) + frame[0];
}

void misbehave(const std::string& kind) {
  if (kind == "SIGSEGV") std::raise(SIGSEGV);
  if (kind == "null") *reinterpret_cast<volatile int*>(std::getenv("NO_SUCH_VARIABLE")) = 1;
  if (kind == "SIGFPE") std::raise(SIGFPE);
  if (kind == "abort") std::abort();
  if (kind == "stack") overflow_the_stack(1 << 30, nullptr);
  if (kind == "throw") throw std::domain_error("this point throws");
  if (kind == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(700));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const auto start = std::chrono::steady_clock::now();
  const std::string kind = argv[3];
  const double every = std::atof(argv[4]);
  ScanOptions options{argv[2], {}, {}, start};
  if (argc > 5) options.walltime_seconds = std::atof(argv[5]);

  spdlog::set_default_logger(spdlog::stderr_color_st("faulty_scan"));

  install_stop_signals();
  const MpiSession session;
  const ConfigResult config = load_config(argv[1]);
  if (!config.ok()) return 2;
  // T_R = 1000 + index, in a list or along an axis of values: the function sees the index.
  const std::size_t T_R = find_model_kind("mutau")->find_parameter("T_R").value();
  const auto function = [&](const Model& model, std::span<const double> point, const SolverSettings&,
                            Workspace&, std::span<double> row) {
    const double index = point[T_R] - 1000.0;
    const bool is_chosen = index > 0.0 && std::fmod(index, every) == 0.0;
    if (is_chosen) misbehave(kind);
    model.write_unevaluated(point, Status::ok, Stage::complete, row);
    if (kind != "infinite") return;
    for (const Column& column : model.kind().layout->columns())
      if (column.name.starts_with("loglike_"))
        row[model.kind().layout->position(column.name)] = is_chosen ? INFINITY : -index;
    row[model.kind().layout->position("allowed")] = 1.0;
  };
  return int(run_scan(config.config, options, session, function));
}
