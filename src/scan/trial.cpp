#include "mutauscan/scan/trial.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <set>

#include "mutauscan/core/text.hpp"

namespace mutauscan {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t most_points_tried = 128;  // a power of two, for which a Sobol sequence is balanced
constexpr std::chrono::seconds time_tried{1};
constexpr double longest_point_seconds = 2.0;

/// Points in an order that says soon what all of them are like.
struct PointsToTry {
  Sampler sampler;
  std::uint64_t points;
  bool is_spread;  ///< take them from all over the sequence

  explicit PointsToTry(const RunConfig& config)
      : sampler(has_order(config)
                    ? config.sampler()
                    : Sampler(SamplerKind::sobol, config.space, config.scan.points, config.scan.seed, {})),
        points(config.scan.points),
        is_spread(has_order(config) && points > most_points_tried) {}

  static bool has_order(const RunConfig& config) {
    return config.scan.sampler == SamplerKind::grid || config.scan.sampler == SamplerKind::list;
  }

  Point operator()(std::uint64_t k) const {
    if (!is_spread) return sampler.point(k);
    // Multiples of the golden ratio modulo 1 are even, and in step with no grid.
    const double golden = 0.61803398874989485 * double(k);
    return sampler.point(std::uint64_t(double(points) * (golden - std::floor(golden))));
  }
};

/// Size of a row: a number that differs from row to row takes 7 bytes once deflated, and one that is the same
/// in all of them next to nothing.
double bytes_of_row(const std::vector<std::vector<double>>& rows, const RowLayout& layout, int compression) {
  double bytes = 0.0;
  for (std::size_t c = 0; c < layout.width(); ++c) {
    const bool is_integer = layout.columns()[c].type == ColumnType::int32;
    std::set<double> values;
    for (const auto& row : rows) values.insert(std::isnan(row[c]) ? -1e300 : row[c]);
    const double distinct = double(values.size() - 1) / double(rows.size());
    bytes += compression == 0 ? (is_integer ? 4.0 : 8.0) : (is_integer ? 1.0 : 7.0) * distinct;
  }
  return bytes;
}

std::string percent(double fraction) {
  char text[16];
  std::snprintf(text, sizeof text, "%5.1f %%", 100.0 * fraction);
  return text;
}

std::string duration(double seconds) {
  if (seconds < 120.0)
    return short_text(seconds < 10.0 ? 0.1 * std::ceil(10.0 * seconds) : std::ceil(seconds)) + " s";
  char text[32];
  if (seconds < 7200.0)
    std::snprintf(text, sizeof text, "%.0f min", seconds / 60.0);
  else
    std::snprintf(text, sizeof text, "%.1f h", seconds / 3600.0);
  return text;
}

std::string size(double bytes) {
  char text[32];
  if (bytes < 1e9)
    std::snprintf(text, sizeof text, "%.2g MB", std::max(bytes, 1e5) / 1e6);
  else
    std::snprintf(text, sizeof text, "%.3g GB", bytes / 1e9);
  return text;
}

}  // namespace

double Trial::fraction(Status status) const {
  const auto found = by_status.find(status);
  return found == by_status.end() || points == 0 ? 0.0 : double(found->second.points) / double(points);
}

std::map<int, std::uint64_t> Trial::counts() const {
  std::map<int, std::uint64_t> counts;
  for (const auto& [status, outcome] : by_status) counts[int(status)] = outcome.points;
  return counts;
}

Trial try_points(const RunConfig& config) {
  SolverSettings solver = config.solver;
  solver.point_time_limit_s = std::min(solver.point_time_limit_s, longest_point_seconds);
  const PointsToTry point_to_try(config);
  const RowLayout& layout = *config.model->kind().layout;
  Workspace workspace;
  Trial trial;
  std::vector<std::vector<double>> rows;
  const std::uint64_t most = std::min(config.scan.points, most_points_tried);
  const auto start = Clock::now();
  const std::clock_t cpu_start = std::clock();
  for (std::uint64_t k = 0; k < most && Clock::now() - start < time_tried; ++k) {
    const Point point = point_to_try(k);
    std::vector<double> row(layout.width(), 0.0);
    PointEnd end;
    try {
      end = config.model->evaluate(point, solver, workspace, row);
    } catch (const std::bad_alloc&) {
      throw;  // of the machine, not of the point
    } catch (const std::exception& error) {
      end = {Status::crashed, error.what()};
    }
    Trial::Outcome& outcome = trial.by_status[end.status];
    if (outcome.points++ == 0) {
      outcome.example = point;
      outcome.message = end.message;
    }
    rows.push_back(std::move(row));
  }
  trial.points = rows.size();
  // Of the processor: what else this machine does is no matter of the scan.
  const double seconds = double(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  trial.seconds_per_point = seconds / double(std::max<std::uint64_t>(trial.points, 1));
  trial.bytes_per_point = bytes_of_row(rows, layout, config.output.store.compression);
  return trial;
}

std::vector<std::string> report_lines(const Trial& trial, const RunConfig& config, int processes) {
  const std::string number = std::to_string(trial.points) + " points:";
  std::vector<std::string> lines = {"a trial of " +
                                    std::string(trial.points == config.scan.points ? "all " : "") + number};
  std::vector<std::pair<Status, const Trial::Outcome*>> outcomes;
  for (const auto& [status, outcome] : trial.by_status) outcomes.emplace_back(status, &outcome);
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [](const auto& a, const auto& b) { return a.second->points > b.second->points; });
  for (const auto& [status, outcome] : outcomes) {
    std::string line = "  " + percent(trial.fraction(status)) + "  " + std::string(about(status).name);
    if (status != Status::ok) {
      line += ": " + outcome->message;
      lines.push_back(line);
      line = "           " + config.model->remedy(status, outcome->example);
    }
    lines.push_back(line);
  }
  const double cpu = trial.seconds_per_point * double(config.scan.points);
  lines.push_back(
      "the scan: about " + duration(cpu) + " of one process" +
      (processes > 1 ? ", " + duration(cpu / processes) + " on " + std::to_string(processes) : "") + "; " +
      size(trial.bytes_per_point * double(config.scan.points)));
  return lines;
}

std::string warning_if_none_is_valid(const std::map<int, std::uint64_t>& by_status, const RunConfig& config) {
  if (by_status.empty() || by_status.contains(int(Status::ok))) return "";
  std::uint64_t points = 0;
  for (const auto& [status, rows] : by_status) points += rows;
  const auto most = std::max_element(by_status.begin(), by_status.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const StatusName& reason = about(Status(most->first));
  return "none of " + std::to_string(points) + " points is valid: " + std::to_string(most->second) +
         " have status " + std::string(reason.name) + ", " + std::string(reason.meaning) +
         "; what to do: " + config.model->remedy(reason.status, config.middle());
}

std::string first_points_text(const std::map<int, std::uint64_t>& by_status) {
  std::vector<std::pair<int, std::uint64_t>> counts(by_status.begin(), by_status.end());
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::uint64_t points = 0;
  std::string text;
  for (const auto& [status, rows] : counts) {
    points += rows;
    text +=
        (text.empty() ? " " : ", ") + std::to_string(rows) + " " + std::string(about(Status(status)).name);
  }
  return "of the first " + std::to_string(points) + " points" + text;
}

}  // namespace mutauscan
