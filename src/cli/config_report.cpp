#include "config_report.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <sched.h>
#include <spdlog/spdlog.h>

#include "mutauscan/config/adaptive.hpp"
#include "mutauscan/config/domain_census.hpp"
#include "mutauscan/scan/trial.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

void warn_of_points_outside(const RunConfig& config, const std::string& file) {
  const DomainCensus census = domain_census(config);
  if (census.outside == 0) return;
  const std::string example =
      config.scan.sampler == SamplerKind::list
          ? "row " + std::to_string(census.example + 1) + " of " + config.scan.list_file
          : "point " + std::to_string(census.example);
  spdlog::warn("{}: {} of {}{} points ({:.3g} %) cannot be computed and get status outside_domain; {}: {}",
               file, census.outside, census.is_complete ? "" : "a sample of ", census.judged,
               100.0 * double(census.outside) / double(census.judged), example, census.reason);
}

/// Points of a sampler that learns wait for each other: with fewer than 64 rows in flight for each process
/// some idle (simulated with the costs of the benchmark's points: 0.8 of the time used at 16 rows, 0.97 at
/// 64).
std::string line_of_processes(const RunConfig& config, int processes) {
  constexpr std::uint64_t rows_per_process = 64;
  const AdaptivePlan plan = adaptive_plan_of(config.identity().config_json);
  if (!plan.sampler) return "";
  const std::uint64_t in_flight = plan.sampler->lag() * plan.sampler->size();
  const std::uint64_t busy = std::max<std::uint64_t>(1, in_flight / rows_per_process);
  std::string text = "rows in flight: " + std::to_string(in_flight) + ", which keep " + std::to_string(busy) +
                     " process(es) busy";
  if (std::uint64_t(processes) > busy) {
    const std::uint64_t wanted = rows_per_process * std::uint64_t(processes), size = plan.sampler->size();
    const bool has_islands = plan.settings.islands > 0;
    text +=
        "; for " + std::to_string(processes) + " take " +
        (has_islands ? "islands = " + std::to_string((wanted + size - 1) / size)
                     : "size = " + std::to_string((wanted + plan.sampler->lag() - 1) / plan.sampler->lag())) +
        " (another scan: rows depend on it)";
  }
  return text;
}

}  // namespace

ConfigResult load_scan_config(const std::string& file, const Overrides& overrides) {
  ConfigResult loaded = load_config(file, overrides);
  if (loaded.ok() && loaded.config.scan.points == 0)
    loaded.problems.push_back({"scan", "", "is missing: nothing says how many points to scan",
                               "add [scan] with sampler and points, or use `mutauscan point`", 0});
  return loaded;
}

bool print_problems(const ConfigResult& result, const std::string& file) {
  for (const ConfigProblem& problem : result.problems) std::cerr << problem.text(file) << "\n";
  return !result.ok();
}

void print_remarks(const ConfigResult& result, const std::string& file) {
  for (const std::string& note : result.notes) spdlog::info("{}: {}", file, note);
  warn_of_points_outside(result.config, file);
}

std::vector<std::string> lines_of_trial(const RunConfig& config, const std::string& file, int processes) {
  const Trial trial = try_points(config);
  const std::string warning = warning_if_none_is_valid(trial.counts(), config);
  if (!warning.empty()) spdlog::warn("{}: {}", file, warning);
  std::vector<std::string> lines = report_lines(trial, config, processes);
  if (const std::string line = line_of_processes(config, processes); !line.empty()) lines.push_back(line);
  return lines;
}

int cpus_of_this_host() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
}

int check(const std::string& file, int ranks) {
  const ConfigResult result = load_config(file);
  if (print_problems(result, file)) {
    std::cerr << result.problems.size() << " problem(s)\n";
    return bad_usage;
  }
  const RunConfig& config = result.config;
  print_remarks(result, file);
  std::printf("%s: ok, ", file.c_str());
  if (config.scan.points == 0) {
    std::printf("for `point` only: it has no [scan] section\n");
    return success;
  }
  std::printf("%llu points, %zu axes, sampler %s\n", static_cast<unsigned long long>(config.scan.points),
              config.scan.sampler == SamplerKind::list ? config.scan.list.parameters.size()
                                                       : config.space.axes.size(),
              std::string(name_of(config.scan.sampler)).c_str());
  std::fflush(stdout);
  for (const std::string& line : lines_of_trial(config, file, ranks > 0 ? ranks : cpus_of_this_host()))
    std::printf("%s\n", line.c_str());
  return success;
}

}  // namespace mutauscan::cli
