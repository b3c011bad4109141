#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "config_report.hpp"
#include "mutauscan/config/config.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/scan/generations.hpp"
#include "mutauscan/scan/mpi_session.hpp"
#include "mutauscan/scan/run_scan.hpp"
#include "mutauscan/scan/stop.hpp"
#include "output_path.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

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
  const auto overrides = parse_overrides(options.overrides);
  if (!overrides) return bad_usage;
  std::string text, list;  // of the files that rank 0 has read: the others need not see the same file system
  int code = success;
  const auto say = [](const std::string& notice) { spdlog::info("{}", notice); };
  if (session.rank() == 0) {
    ConfigResult loaded = load_scan_config(options.config, *overrides);
    if (loaded.ok() && !overrides->empty())  // `point` may fix the last axis, a scan must not
      loaded.problems = parse_config(loaded.config.toml, [&](const std::string&) {
                          return *loaded.config.scan.list_text;
                        }).problems;
    if (print_problems(loaded, options.config)) {
      code = bad_usage;
    } else {
      print_remarks(loaded, options.config);
      text = loaded.config.toml;
      if (!loaded.config.scan.list_file.empty())
        list = read_text(fs::path(options.config).parent_path() / loaded.config.scan.list_file);
      if (options.fresh && fs::exists(options.run) && !fs::exists(fs::path(options.run) / "chunks"))
        throw UsageError("--fresh: " + options.run + " is not a run directory, and is not set aside");
      if (options.fresh && fs::exists(options.run))
        spdlog::info("the old run is kept as {}", set_run_aside(options.run, say).string());
    }
  }
  code = session.largest(code);
  if (code != success) return code;
  text = session.broadcast(text);
  list = session.broadcast(list);
  if (const bool is_divided = !options.slice.empty() || !options.collectors.empty(); is_divided) {
    const ConfigResult probe = parse_config(text, [&](const std::string&) { return list; });
    if (probe.config.scan.is_adaptive()) {
      if (session.rank() == 0)
        spdlog::error(
            "{}: not for sampler \"{}\": one rank 0 must see every likelihood\nhint: more "
            "islands keep more processes busy",
            options.slice.empty() ? "--collectors" : "--slice",
            std::string(name_of(probe.config.scan.sampler)));
      return bad_usage;
    }
  }
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
  const ScanOutcome outcome = run_scan(
      parsed.config, {options.run, *slice, walltime, options.program_start, options.accept_program}, session);
  return session.largest(int(outcome));
}

int verify(const std::string& run, bool proposals) {
  const Manifest manifest = manifest_of(run);
  const RunInventory inventory = take_inventory(run, manifest);
  const auto adaptive = replay(manifest.identity(), inventory, proposals);
  if (proposals && !adaptive) throw UsageError("--proposals: the points of " + run + " depend on no others");
  const std::uint64_t done = count(inventory.done),
                      total = adaptive ? adaptive->rows() : manifest.identity().points;
  std::map<std::string, std::size_t> programs;
  std::size_t unassessed = 0;
  for (const Chunk& chunk : inventory.chunks) {
    ++programs[chunk.made_by];
    unassessed += chunk.difference.unassessed.empty() ? 0 : 1;
  }
  if (programs.size() > 1)
    for (const auto& [program, chunks] : programs)
      std::printf("note: %zu chunks were made by %s\n", chunks, program.c_str());
  if (unassessed > 0)
    std::printf(
        "note: %zu chunks lack limits or likelihoods of this program; merge and rescore compute them\n",
        unassessed);
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
  if (adaptive) {
    if (const std::uint64_t differing = adaptive->differing(); differing > 0) {
      std::printf("damaged: the points of %llu rows are not those that their earlier rows lead to\n",
                  static_cast<unsigned long long>(differing));
      return data_damaged;
    }
    if (proposals) std::printf("all points are those that their earlier rows lead to\n");
    std::printf("%s\n", adaptive->how_it_stands().c_str());
  }
  return done >= total ? success : incomplete;
}

AdaptiveMerge merge_with_results(const fs::path& run, const fs::path& target, int compression) {
  const Manifest manifest = manifest_of(run);
  const auto adaptive = replay(manifest.identity(), take_inventory(run, manifest));
  if (!adaptive) return {merge_run(run, target, compression, model_of), manifest.identity().points, ""};
  return {merge_run(run, target, compression, model_of, adaptive->merged_results()), adaptive->rows(),
          adaptive->how_it_stands()};
}

int merge(const std::string& run, const std::string& output, bool partial) {
  const fs::path target = output_path("-o", output, files_of_run(run));
  say_if_replaced(target);
  const AdaptiveMerge merged = merge_with_results(run, target, /*compression=*/4);
  say_what_was_merged(merged.report);
  if (!merged.stands.empty()) std::printf("%s\n", merged.stands.c_str());
  const bool is_whole = merged.report.rows == merged.points;
  std::printf("%s: %llu of %llu points%s\n", output.c_str(),
              static_cast<unsigned long long>(merged.report.rows),
              static_cast<unsigned long long>(merged.points),
              is_whole ? ""
                       : "; the run is not complete, and the file is a part of it (exit code 3, but "
                         "with --partial)");
  return is_whole || partial ? success : incomplete;
}

void say_what_was_merged(const MergeReport& report) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  if (report.programs.size() > 1) spdlog::warn("its rows are by several programs: {}", list(report.programs));
  if (!report.assessed.empty())
    spdlog::info("computed now, since older chunks lack them: {}", list(report.assessed));
  if (!report.unavailable.empty())
    spdlog::info("not in the file, since the program that made the run did not have them: {}",
                 list(report.unavailable));
}

}  // namespace mutauscan::cli
