#include "mutauscan/scan/progress.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(200);
constexpr auto log_interval = std::chrono::seconds(10);

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  char text[32];
  if (seconds < 120.0)
    std::snprintf(text, sizeof text, "%.0f s", seconds);
  else if (seconds < 7200.0)
    std::snprintf(text, sizeof text, "%.0f min", seconds / 60.0);
  else
    std::snprintf(text, sizeof text, "%.1f h", seconds / 3600.0);
  return text;
}

}  // namespace

double ScanProgress::points_per_second() const {
  if (done == done_at_start || !(elapsed_seconds > 0.0)) return earlier_points_per_second;
  return double(done - done_at_start) / elapsed_seconds;
}

double ScanProgress::eta_seconds() const {
  if (done == total) return 0.0;
  return points_per_second() > 0.0 ? double(total - done) / points_per_second()
                                   : std::numeric_limits<double>::infinity();
}

std::uint64_t count_defects(const std::map<int, std::uint64_t>& by_status) {
  std::uint64_t sum = 0;
  for (const StatusName& s : status_names)
    if (const auto it = by_status.find(int(s.status)); s.is_defect && it != by_status.end())
      sum += it->second;
  return sum;
}

std::string ScanProgress::json(const std::string& state) const {
  nlohmann::ordered_json statuses = nlohmann::ordered_json::object();
  for (const StatusName& s : status_names)
    if (const auto it = by_status.find(int(s.status)); it != by_status.end()) statuses[s.name] = it->second;
  const ProcessIdentity process = this_process();
  nlohmann::ordered_json j = {{"state", state},
                              {"total", total},
                              {"done", done},
                              {"by_status", statuses},
                              {"points_per_second", points_per_second()},
                              {"eta_seconds", eta_seconds()},
                              {"elapsed_seconds", elapsed_seconds},
                              {"slowest_point_seconds", slowest_point_seconds},
                              {"ranks", ranks},
                              {"host", process.host},
                              {"pid", process.pid},
                              {"job", process.job},
                              {"last_write", timestamp()}};
  if (!slice.is_whole()) j["slice"] = {{"number", slice.number}, {"count", slice.count}};
  if (adaptive) {
    nlohmann::ordered_json& a = j["adaptive"];
    a = {{"stage", adaptive->stage},
         {"generation", adaptive->generation},
         {"points_at_most", adaptive->points_at_most},
         {"finite", adaptive->finite},
         {"converged", !adaptive->converged.empty()},
         {"why", adaptive->converged},
         {"criteria", nlohmann::ordered_json::array()},
         {"results", nlohmann::ordered_json::object()}};
    for (const Criterion& c : adaptive->criteria)
      a["criteria"].push_back({{"name", c.name}, {"value", c.value}, {"goal", c.goal}, {"met", c.is_met}});
    for (const auto& [name, value] : adaptive->results) a["results"][name] = value;
    if (adaptive->best_index) {
      a["max_loglike"] = adaptive->best_loglike;
      a["best_fit_index"] = *adaptive->best_index;
      for (const auto& [name, value] : adaptive->best) a["best_fit"][name] = value;
    }
  }
  return j.dump(1);
}

double number_in_status(const std::string& status_json, const char* name) {
  const auto status = nlohmann::json::parse(status_json, nullptr, /*allow_exceptions=*/false);
  if (!status.is_object()) return 0.0;
  const auto value = status.find(name);
  return value != status.end() && value->is_number() ? value->get<double>() : 0.0;
}

std::string ScanProgress::line() const {
  char text[128];
  std::snprintf(text, sizeof text, "%llu/%llu (%.1f %%), %.4g points/s, %s left",
                static_cast<unsigned long long>(done), static_cast<unsigned long long>(total),
                total ? 100.0 * double(done) / double(total) : 100.0, points_per_second(),
                duration_text(eta_seconds()).c_str());
  std::string line = text;
  if (adaptive) {
    std::snprintf(text, sizeof text, "%llu rows, generation %llu, %.4g points/s, %s",
                  static_cast<unsigned long long>(done),
                  static_cast<unsigned long long>(adaptive->generation), points_per_second(),
                  adaptive->stage.c_str());
    line = text;
    if (adaptive->best_index) {
      std::snprintf(text, sizeof text, ", best ln L %.6g", adaptive->best_loglike);
      line += text;
    }
    for (const Criterion& c : adaptive->criteria) {
      std::snprintf(text, sizeof text, "; %s: %.4g of %.4g", c.name.c_str(), c.value, c.goal);
      line += text;
    }
  }
  const char* separator = "; ";
  for (const StatusName& s : status_names)
    if (const auto it = by_status.find(int(s.status)); it != by_status.end()) {
      line += separator + std::string(s.name) + " " + std::to_string(it->second);
      separator = ", ";
    }
  return line;
}

ProgressDisplay::ProgressDisplay()
    : terminal_(isatty(STDERR_FILENO) != 0), next_(std::chrono::steady_clock::now() + terminal_interval) {}

ProgressDisplay::~ProgressDisplay() {
  if (drawn_) std::fputc('\n', stderr);
}

void ProgressDisplay::update(const ScanProgress& progress, bool final) {
  const auto now = std::chrono::steady_clock::now();
  if ((now < next_ && !final) || !spdlog::should_log(spdlog::level::info)) return;
  if (!terminal_) {
    next_ = now + log_interval;
    spdlog::info("{}", progress.line());
    return;
  }
  next_ = now + terminal_interval;
  constexpr int width = 30;
  const int filled =
      progress.total ? int(double(width) * double(progress.done) / double(progress.total)) : width;
  std::string bar(std::size_t(filled), '#');
  bar.resize(width, '.');
  std::fprintf(stderr, "\r[%s] %s\033[K", bar.c_str(), progress.line().c_str());
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace mutauscan
