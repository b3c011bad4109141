#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace mutauscan {

/// Rows that failed numerically, as opposed to lying outside the model's domain.
std::uint64_t count_defects(const std::map<int, std::uint64_t>& by_status);

/// Counts of a scan and how fast it goes.
struct ScanProgress {
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  std::uint64_t done_at_start = 0;
  std::map<int, std::uint64_t> by_status;
  double elapsed_seconds = 0.0;
  double slowest_point_seconds = 0.0;
  int ranks = 1;

  double points_per_second() const;
  double eta_seconds() const;  ///< infinite while nothing is known

  /// The content of RUN/status.json.
  std::string json(const std::string& state) const;

  /// "1200/4096 (29.3 %), 310 points/s, 9 s left; ok 1100, no_texture_solution 100"
  std::string line() const;
};

/// Shows progress on stderr: a bar that redraws itself on a terminal, else one line now and then.
class ProgressDisplay {
 public:
  ProgressDisplay();
  ~ProgressDisplay();
  void update(const ScanProgress& progress, bool final = false);

 private:
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace mutauscan
