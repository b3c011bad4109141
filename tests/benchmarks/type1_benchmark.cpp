// Points per second of thermal leptogenesis on one core, card by card of tests/reference/ulysses.json, from
// the card's parameters to eta_B, at rtol = 1e-5. Counters: the relative error against the converged eta_B of
// ULYSSES 2.0.2, and how many times its rate (milliseconds per evaluation in that file) this is.
//   cmake --preset release -DMUTAUSCAN_BUILD_BENCHMARKS=ON && cmake --build --preset release --target bench
//   build/release/tests/benchmarks/type1_benchmark

#include <cmath>

#include <benchmark/benchmark.h>

#include "mutauscan/physics/type1.hpp"
#include "type1_cases.hpp"

namespace mutauscan {
namespace {

void evaluate_card(benchmark::State& state, const Type1Case& c) {
  SolverSettings settings;
  settings.rtol = 1e-5;
  OdeSolver solver;
  SolverReport report;
  double eta = 0.0;
  for (auto _ : state) {
    const auto result = solve_type1(c.point, c.settings, c.model, settings, solver, report);
    if (!result) return state.SkipWithError(result.failure().message.c_str());
    eta = result->eta_B;
  }
  using benchmark::Counter;
  const double ms = c.json.at("ms_per_evaluation");
  state.counters["points/s"] = Counter(double(state.iterations()), Counter::kIsRate);
  state.counters["times_ulysses"] = Counter(double(state.iterations()) * ms * 1e-3, Counter::kIsRate);
  state.counters["error"] = std::abs(eta / c.json.at("eta_B_converged").get<double>() - 1.0);
  state.counters["steps"] = double(report.statistics.steps);
}

}  // namespace
}  // namespace mutauscan

int main(int argc, char** argv) {
  const auto cases = mutauscan::type1_cases();
  for (const auto& c : cases)
    benchmark::RegisterBenchmark(c.name.c_str(),
                                 [&c](benchmark::State& s) { mutauscan::evaluate_card(s, c); });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
