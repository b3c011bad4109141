#include <cstdio>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/scan/config.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/progress.hpp"
#include "mutauscan/scan/run_scan.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;

bool print_problems(const ConfigResult& result, const std::string& file) {
  for (const ConfigProblem& problem : result.problems) std::cerr << problem.text(file) << "\n";
  return !result.ok();
}

/// What rank 0 has read, for the others: they need not see the same file system.
std::string packed(const RunConfig& config, const std::string& list_text) {
  return nlohmann::json{{"toml", config.toml}, {"list", list_text}}.dump();
}

/// A run directory or the reason why it is none.
Manifest manifest_of(const fs::path& run) {
  if (!fs::is_directory(run)) throw StorageError(run.string() + " is not a run directory");
  return Manifest::load(run);
}

}  // namespace

int check(const std::string& file) {
  const ConfigResult result = load_config(file);
  if (print_problems(result, file)) {
    std::cerr << result.problems.size() << " problem(s)\n";
    return bad_usage;
  }
  const RunConfig& config = result.config;
  std::printf("%s: ok, ", file.c_str());
  if (config.scan.points == 0)
    std::printf("for `point` only: it has no [scan] section\n");
  else
    std::printf("%llu points, %zu axes, sampler %s\n", static_cast<unsigned long long>(config.scan.points),
                config.scan.sampler == SamplerKind::list ? config.scan.list.parameters.size()
                                                         : config.space.axes.size(),
                std::string(name_of(config.scan.sampler)).c_str());
  return success;
}

int scan(const ScanVerbOptions& options) {
  const MpiSession session;
  std::string text;  // empty: rank 0 found problems
  if (session.rank() == 0) {
    ConfigResult loaded = load_config(options.config);
    if (loaded.ok() && loaded.config.scan.points == 0)
      loaded.problems.push_back({"scan", "", "is missing: nothing says how many points to scan",
                                 "add [scan] with sampler and points, or use `mutauscan point`", 0});
    if (!print_problems(loaded, options.config)) {
      std::string list;
      if (!loaded.config.scan.list_file.empty())
        list = read_text(fs::path(options.config).parent_path() / loaded.config.scan.list_file);
      text = packed(loaded.config, list);
      if (options.fresh && fs::exists(options.run))
        spdlog::info("the old run is kept as {}", set_run_aside(options.run).string());
    }
  }
  text = session.broadcast(text);
  if (text.empty()) return bad_usage;
  const auto document = nlohmann::json::parse(text);
  const ConfigResult parsed = parse_config(
      document.at("toml"), [&](const std::string&) { return document.at("list").get<std::string>(); });
  return int(
      run_scan(parsed.config, {options.run, options.walltime_seconds, options.program_start}, session));
}

int status(const std::string& run, bool json) {
  const Manifest manifest = manifest_of(run);
  auto document = nlohmann::ordered_json::parse(
      fs::exists(fs::path(run) / "status.json") ? read_text(fs::path(run) / "status.json") : "", nullptr,
      false);
  if (!document.is_object())
    document = {{"state", "starting"}, {"total", manifest.identity().points}, {"done", 0}};
  const bool alive = is_locked_by_live_process(run);
  if (document["state"] == "running" && !alive) document["state"] = "killed";
  if (json) {
    std::cout << document.dump(1) << "\n";
    return success;
  }
  std::printf("%s: %s, %llu of %llu points\n", run.c_str(), document["state"].get<std::string>().c_str(),
              static_cast<unsigned long long>(document["done"].get<std::uint64_t>()),
              static_cast<unsigned long long>(document["total"].get<std::uint64_t>()));
  const auto by_status = document.value("by_status", nlohmann::ordered_json::object());
  for (const auto& [name, rows] : by_status.items())
    std::printf("  %-22s %llu\n", name.c_str(), static_cast<unsigned long long>(rows.get<std::uint64_t>()));
  if (document.contains("points_per_second")) {
    const auto& eta = document["eta_seconds"];
    std::printf(
        "  %.4g points/s on %d process(es)%s, last write %s\n", document["points_per_second"].get<double>(),
        document["ranks"].get<int>(),
        alive && eta.is_number() ? (", " + std::to_string(long(eta.get<double>())) + " s left").c_str() : "",
        document["last_write"].get<std::string>().c_str());
  }
  return success;
}

int verify(const std::string& run) {
  const Manifest manifest = manifest_of(run);
  const RunInventory inventory = take_inventory(run, manifest);
  const std::uint64_t done = count(inventory.done), total = manifest.identity().points;
  for (const DamagedFile& bad : inventory.damaged)
    std::printf("damaged: %s: %s\n", bad.path.c_str(), bad.reason.c_str());
  std::printf("%s: %zu chunks sound, %zu damaged; %llu of %llu points", run.c_str(), inventory.chunks.size(),
              inventory.damaged.size(), static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(total));
  if (inventory.duplicates > 0)
    std::printf(", %llu stand in two chunks", static_cast<unsigned long long>(inventory.duplicates));
  std::printf("; config hash %s\n", manifest.identity().hash().c_str());
  if (!inventory.damaged.empty()) {
    std::printf("hint: the next scan sets damaged chunks aside and computes their points again\n");
    return data_damaged;
  }
  return done == total ? success : incomplete;
}

int merge(const std::string& run, const std::string& output) {
  const Manifest manifest = manifest_of(run);
  const std::uint64_t rows = merge_run(run, output, /*compression=*/4);
  std::printf("%s: %llu of %llu points\n", output.c_str(), static_cast<unsigned long long>(rows),
              static_cast<unsigned long long>(manifest.identity().points));
  return success;
}

}  // namespace mutauscan::cli
