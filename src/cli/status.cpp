#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/io/run_directory.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using namespace nlohmann::literals;

/// What the scan of a run, or of a slice of it, last reported.
struct Report {
  Slice slice;
  ordered_json document;
};

ordered_json named(const std::map<int, std::uint64_t>& by_status) {
  ordered_json object = ordered_json::object();
  for (const StatusName& s : status_names)
    if (const auto it = by_status.find(int(s.status)); it != by_status.end()) object[s.name] = it->second;
  return object;
}

/// Replaces what a scan has said by what is in files.
void count_again(Report& report, const fs::path& run, const Manifest& manifest) {
  const IndexRange range = report.slice.range(manifest.identity().points);
  const RunInventory inventory = count_rows(run, manifest, IndexSet(range));
  report.document["done"] = count(inventory.done);
  report.document["total"] = boost::icl::cardinality(range);
  report.document["by_status"] = named(inventory.by_status);
}

/// One for the run, or one for each slice that has started. What a scan said counts while it lives, and if it
/// ended in peace. "running" without a live process is "killed", and something else with one is "starting":
/// their rows are counted in the files, and so are those of a run that has been extended since. A file that
/// cannot be read does not count.
std::vector<Report> reports(const fs::path& run, const Manifest& manifest) {
  std::vector<Report> list;
  for (const auto& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("status.") || !name.ends_with(".json")) continue;
    Report report{{}, ordered_json::parse(read_text(entry.path()), nullptr, /*allow_exceptions=*/false)};
    ordered_json& document = report.document;
    if (!document.is_object()) continue;
    if (document.contains("slice"))
      report.slice = {document["slice"].at("number"), document["slice"].at("count")};
    const bool lives = is_locked_by_live_process(run, report.slice);
    const bool is_running = document.at("state") == "running";
    // The points of an adaptive scan may be fewer than its config allows.
    const std::uint64_t points =
        document.value("/adaptive/points_at_most"_json_pointer, document.at("total").get<std::uint64_t>());
    const bool is_of_these_points =
        points == boost::icl::cardinality(report.slice.range(manifest.identity().points));
    if (is_running != lives) document["state"] = lives ? "starting" : "killed";
    if (!is_running && !lives && !is_of_these_points) document["state"] = "stopped";
    if (is_running != lives || !is_of_these_points) count_again(report, run, manifest);
    list.push_back(std::move(report));
  }
  std::sort(list.begin(), list.end(),
            [](const Report& a, const Report& b) { return a.slice.number < b.slice.number; });
  return list;
}

/// Of a run that nobody has reported on: what is in its files.
ordered_json counted(const fs::path& run, const Manifest& manifest) {
  Report report{{}, {{"state", "stopped"}}};
  count_again(report, run, manifest);
  if (is_locked_by_live_process(run))
    report.document["state"] = "starting";
  else if (report.document["done"] == report.document["total"])
    report.document["state"] = "complete";
  return report.document;
}

/// One document for a run that is worked on in slices: complete when all points are done, else running,
/// killed or failed if one is, else stopped. Speed and time left are those of the running ones, or, if none
/// runs, of the last sessions. Slices that nobody has reported on are counted in the files.
ordered_json sum_of(const std::vector<Report>& parts, const fs::path& run, const Manifest& manifest) {
  const std::uint64_t points = manifest.identity().points;
  IndexSet elsewhere{IndexRange(0, points)};
  std::uint64_t done = 0;
  int ranks = 0;
  double speed = 0.0, eta = 0.0;
  std::string last_write;
  bool eta_is_known = true;
  ordered_json by_status = ordered_json::object(), slices = by_status;
  const auto add = [&](const ordered_json& statuses) {
    for (const auto& [name, rows] : statuses.items())
      by_status[name] = by_status.value(name, std::uint64_t{0}) + rows.get<std::uint64_t>();
  };
  const auto any = [&](const char* state) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Report& part) { return part.document.at("state") == state; });
  };
  for (const auto& [slice, part] : parts) {
    elsewhere -= slice.range(points);
    done += part.at("done").get<std::uint64_t>();
    add(part.at("by_status"));
    const std::string state = part.at("state");
    slices[slice.suffix().substr(1)] = state;
    last_write = std::max(last_write, part.at("last_write").get<std::string>());
    if (state != "running" && any("running")) continue;
    ranks += part.at("ranks").get<int>();
    speed += part.at("points_per_second").get<double>();
    eta_is_known = eta_is_known && part.at("eta_seconds").is_number();
    if (eta_is_known) eta = std::max(eta, part.at("eta_seconds").get<double>());
  }
  if (!elsewhere.empty()) {
    const RunInventory rest = count_rows(run, manifest, elsewhere);
    done += count(rest.done);
    add(named(rest.by_status));
  }
  std::string state = done == points ? "complete" : "stopped";
  if (done < points)
    for (const char* candidate : {"failed", "killed", "starting", "running"})
      if (any(candidate)) state = candidate;
  return {{"state", state},
          {"total", points},
          {"done", done},
          {"by_status", by_status},
          {"points_per_second", speed},
          {"eta_seconds", eta_is_known ? ordered_json(eta) : ordered_json()},
          {"ranks", ranks},
          {"last_write", last_write},
          {"slices", slices}};
}

void print_adaptive(const ordered_json& adaptive) {
  std::printf("  generation %llu, %s; at most %llu points, %llu finite\n",
              static_cast<unsigned long long>(adaptive["generation"].get<std::uint64_t>()),
              adaptive["stage"].get<std::string>().c_str(),
              static_cast<unsigned long long>(adaptive["points_at_most"].get<std::uint64_t>()),
              static_cast<unsigned long long>(adaptive["finite"].get<std::uint64_t>()));
  if (adaptive.contains("max_loglike")) {
    std::printf("  best ln L %.10g, row %llu:", adaptive["max_loglike"].get<double>(),
                static_cast<unsigned long long>(adaptive["best_fit_index"].get<std::uint64_t>()));
    for (const auto& [name, value] : adaptive["best_fit"].items())
      std::printf(" %s = %.6g", name.c_str(), value.get<double>());
    std::printf("\n");
  }
  for (const auto& [name, value] : adaptive["results"].items())
    if (value.is_number()) std::printf("  %-22s %.6g\n", name.c_str(), value.get<double>());
  for (const ordered_json& c : adaptive["criteria"])
    std::printf("  %-5s %s: %.4g, wanted %.4g\n", c["met"].get<bool>() ? "met" : "open",
                c["name"].get<std::string>().c_str(), c["value"].is_number() ? c["value"].get<double>() : NAN,
                c["goal"].get<double>());
  if (adaptive["converged"].get<bool>())
    std::printf("  converged: %s\n", adaptive["why"].get<std::string>().c_str());
  else
    std::printf("  not converged\n");
}

void print(const std::string& run, const ordered_json& document, bool lives) {
  const std::string state = document["state"];
  std::printf("%s: %s, %llu of %llu points\n", run.c_str(), state.c_str(),
              static_cast<unsigned long long>(document["done"].get<std::uint64_t>()),
              static_cast<unsigned long long>(document["total"].get<std::uint64_t>()));
  for (const auto& [name, rows] : document["by_status"].items())
    std::printf("  %-22s %llu\n", name.c_str(), static_cast<unsigned long long>(rows.get<std::uint64_t>()));
  if (document.contains("adaptive")) print_adaptive(document["adaptive"]);
  if (state == "killed")
    std::printf(
        "  The scan ended without a word: it was killed, or could not write (a full disk); its log says.\n"
        "  The points counted here are safe in files, and the same command goes on from them.\n");
  if (const double speed = document.value("points_per_second", 0.0); speed > 0.0) {
    const auto& eta = document["eta_seconds"];
    std::printf(
        "  %.4g points/s on %d process(es)%s, last write %s\n", speed, document["ranks"].get<int>(),
        lives && eta.is_number() ? (", " + std::to_string(long(eta.get<double>())) + " s left").c_str() : "",
        document["last_write"].get<std::string>().c_str());
  }
  if (document.contains("slices"))
    for (const auto& [name, slice] : document["slices"].items())
      std::printf("  slice %-16s %s\n", name.c_str(), slice.get<std::string>().c_str());
}

}  // namespace

int status(const std::string& run, bool json) {
  if (!fs::is_directory(run)) throw StorageError(run + " is not a run directory");
  const Manifest manifest = Manifest::load(run);
  const auto parts = reports(run, manifest);
  const ordered_json document = parts.empty()                    ? counted(run, manifest)
                                : parts.front().slice.is_whole() ? parts.front().document
                                                                 : sum_of(parts, run, manifest);
  if (json)
    std::cout << document.dump(1) << "\n";
  else
    print(run, document, is_locked_by_live_process(run));
  return success;
}

}  // namespace mutauscan::cli
