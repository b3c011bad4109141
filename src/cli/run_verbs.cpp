#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "mutauscan/config/config.hpp"
#include "mutauscan/config/domain_census.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/progress.hpp"
#include "mutauscan/scan/run_scan.hpp"
#include "mutauscan/scan/stop.hpp"
#include "output_path.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;

bool print_problems(const ConfigResult& result, const std::string& file) {
  for (const ConfigProblem& problem : result.problems) std::cerr << problem.text(file) << "\n";
  return !result.ok();
}

/// A warning if some points of a scan lie outside the domain of the model. (The reader refuses a config in
/// which all do.)
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

/// What MpiSession::divide takes, 0 for "node"; nothing if it is no number of groups that the processes can
/// form.
std::optional<int> parse_collectors(const std::string& text, int processes) {
  if (text.empty()) return 1;
  if (text == "node") return 0;
  int groups = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), groups);
  if (error != std::errc{} || end != text.data() + text.size() || groups < 1 || groups > processes)
    return std::nullopt;
  return groups;
}

constexpr std::uint64_t most_slices = 100000;  // as `submit --slices`

/// "3/8"; nothing if it is not such a text.
std::optional<Slice> parse_slice(const std::string& text) {
  const char* const end = text.data() + text.size();
  std::uint64_t number = 0, parts = 0;
  const auto [slash, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || slash == end || *slash != '/') return std::nullopt;
  const auto [last, other_error] = std::from_chars(slash + 1, end, parts);
  if (other_error != std::errc{} || last != end || number < 1 || number > parts || parts > most_slices)
    return std::nullopt;
  return Slice{number, parts};
}

/// A run directory or the reason why it is none.
Manifest manifest_of(const fs::path& run) {
  if (!fs::is_directory(run)) throw StorageError(run.string() + " is not a run directory");
  if (!fs::exists(run / "manifest.json"))
    throw StorageError(run.string() + " is not a run directory: it has no manifest.json");
  return Manifest::load(run);
}

Slice slice_of(const nlohmann::ordered_json& status) {
  if (!status.contains("slice")) return {};
  return {status["slice"].at("number"), status["slice"].at("count")};
}

/// What the scans of a run last reported: one document, or one for each slice that has started. "running"
/// without a live process is "killed"; a file that cannot be read does not count.
std::vector<nlohmann::ordered_json> status_files(const fs::path& run) {
  std::vector<nlohmann::ordered_json> documents;
  for (const auto& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("status.") || !name.ends_with(".json")) continue;
    auto document =
        nlohmann::ordered_json::parse(read_text(entry.path()), nullptr, /*allow_exceptions=*/false);
    if (!document.is_object()) continue;
    if (document["state"] == "running" && !is_locked_by_live_process(run, slice_of(document)))
      document["state"] = "killed";
    documents.push_back(std::move(document));
  }
  std::sort(documents.begin(), documents.end(),
            [](const auto& a, const auto& b) { return slice_of(a).number < slice_of(b).number; });
  return documents;
}

/// One document for a run that is worked on in slices: complete when all are, else running, killed or failed
/// if one is, else stopped. Speed and time left are those of the running ones.
nlohmann::ordered_json sum_of_slices(const std::vector<nlohmann::ordered_json>& parts, std::uint64_t points) {
  std::uint64_t done = 0;
  int ranks = 0;
  double speed = 0.0, eta = 0.0;
  std::string last_write;
  bool eta_is_known = true;
  nlohmann::ordered_json by_status = nlohmann::ordered_json::object(), slices = by_status;
  for (const auto& part : parts) {
    done += part.at("done").get<std::uint64_t>();
    for (const auto& [name, rows] : part.at("by_status").items())
      by_status[name] = by_status.value(name, std::uint64_t{0}) + rows.get<std::uint64_t>();
    const std::string state = part.at("state");
    slices[slice_of(part).suffix().substr(1)] = state;
    last_write = std::max(last_write, part.at("last_write").get<std::string>());
    if (state != "running") continue;
    ranks += part.at("ranks").get<int>();
    speed += part.at("points_per_second").get<double>();
    eta_is_known = eta_is_known && part.at("eta_seconds").is_number();
    if (eta_is_known) eta = std::max(eta, part.at("eta_seconds").get<double>());
  }
  const auto any = [&](const char* state) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const auto& part) { return part.at("state") == state; });
  };
  std::string state = done == points ? "complete" : "stopped";
  if (done < points)
    for (const char* candidate : {"failed", "killed", "running"})
      if (any(candidate)) state = candidate;
  return {{"state", state},
          {"total", points},
          {"done", done},
          {"by_status", by_status},
          {"points_per_second", speed},
          {"eta_seconds", eta_is_known ? nlohmann::ordered_json(eta) : nlohmann::ordered_json()},
          {"ranks", ranks},
          {"last_write", last_write},
          {"slices", slices}};
}

}  // namespace

int check(const std::string& file, bool quiet) {
  const ConfigResult result = load_config(file);
  if (print_problems(result, file)) {
    std::cerr << result.problems.size() << " problem(s)\n";
    return bad_usage;
  }
  const RunConfig& config = result.config;
  warn_of_points_outside(config, file);
  if (quiet) return success;
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
  auto slice = options.slice.empty() ? Slice{} : parse_slice(options.slice);
  if (!slice) {
    spdlog::error("--slice {}: must be K/N with whole numbers 1 <= K <= N <= {}, e.g. --slice 3/8",
                  options.slice, most_slices);
    return bad_usage;
  }
  install_stop_signals();  // before MPI starts, which takes a while
  MpiSession session;
  const auto groups = parse_collectors(options.collectors, session.size());
  if (!groups) {
    if (session.rank() == 0)
      spdlog::error("--collectors {}: must be \"node\", or a number from 1 to that of processes, {}",
                    options.collectors, session.size());
    return bad_usage;
  }
  std::string text, list;  // of the files that rank 0 has read: the others need not see the same file system
  int code = success;
  if (session.rank() == 0) {
    ConfigResult loaded = load_config(options.config);
    if (loaded.ok() && loaded.config.scan.points == 0)
      loaded.problems.push_back({"scan", "", "is missing: nothing says how many points to scan",
                                 "add [scan] with sampler and points, or use `mutauscan point`", 0});
    if (print_problems(loaded, options.config)) {
      code = bad_usage;
    } else {
      warn_of_points_outside(loaded.config, options.config);
      text = loaded.config.toml;
      if (!loaded.config.scan.list_file.empty())
        list = read_text(fs::path(options.config).parent_path() / loaded.config.scan.list_file);
      if (options.fresh && fs::exists(options.run) && !fs::exists(fs::path(options.run) / "chunks"))
        throw UsageError("--fresh: " + options.run + " is not a run directory, and is not set aside");
      if (options.fresh && fs::exists(options.run))
        spdlog::info("the old run is kept as {}", set_run_aside(options.run).string());
    }
  }
  code = session.largest(code);
  if (code != success) return code;
  text = session.broadcast(text);
  list = session.broadcast(list);
  const ConfigResult parsed = parse_config(text, [&](const std::string&) { return list; });
  const auto walltime =
      options.walltime_seconds ? options.walltime_seconds : walltime_of_scheduler(options.program_start);
  if (session.rank() == 0 && !options.walltime_seconds && walltime)
    spdlog::info("the scheduler's time limit leaves {:.0f} s", *walltime);
  if (!options.collectors.empty()) {
    const bool speaks = session.rank() == 0;
    slice = session.divide(*groups);
    if (speaks) spdlog::info("{} collectors, {} processes with the first", slice->count, session.size());
    // One progress report is enough; the others' warnings are not to be missed.
    if (!speaks) spdlog::set_level(spdlog::level::warn);
  }
  const ScanOutcome outcome =
      run_scan(parsed.config, {options.run, *slice, walltime, options.program_start}, session);
  return session.largest(int(outcome));
}

int status(const std::string& run, bool json) {
  const Manifest manifest = manifest_of(run);
  const auto parts = status_files(run);
  nlohmann::ordered_json document = {
      {"state", "starting"}, {"total", manifest.identity().points}, {"done", 0}};
  const bool alive = is_locked_by_live_process(run);
  if (parts.size() == 1 && !parts.front().contains("slice"))
    document = parts.front();
  else if (!parts.empty())
    document = sum_of_slices(parts, manifest.identity().points);
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
  if (document.contains("slices"))
    for (const auto& [name, state] : document["slices"].items())
      std::printf("  slice %-16s %s\n", name.c_str(), state.get<std::string>().c_str());
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
  const fs::path target = output_path("-o", output, files_of_run(run));
  const std::uint64_t rows = merge_run(run, target, /*compression=*/4);
  std::printf("%s: %llu of %llu points\n", output.c_str(), static_cast<unsigned long long>(rows),
              static_cast<unsigned long long>(manifest.identity().points));
  return success;
}

}  // namespace mutauscan::cli
