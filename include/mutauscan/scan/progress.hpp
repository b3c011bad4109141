#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mutauscan/io/slice.hpp"
#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// Rows that failed numerically, as opposed to lying outside the model's domain.
std::uint64_t count_defects(const std::map<int, std::uint64_t>& by_status);

/// Where an adaptive scan stands.
struct AdaptiveProgress {
  std::string stage;
  std::uint64_t generation = 0;  ///< complete ones
  std::uint64_t points_at_most = 0, finite = 0;
  std::vector<Criterion> criteria;
  std::vector<std::pair<std::string, double>> results;
  std::string converged;  ///< why; empty: not yet
  std::optional<std::uint64_t> best_index;
  double best_loglike = 0.0;
  std::vector<std::pair<std::string, double>> best;  ///< values of the axes
};

/// Counts of a scan, or of a slice of one, and how fast it goes.
struct ScanProgress {
  Slice slice;
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  std::uint64_t done_at_start = 0;
  std::map<int, std::uint64_t> by_status;
  double elapsed_seconds = 0.0;
  double slowest_point_seconds = 0.0;
  int ranks = 1;
  std::optional<AdaptiveProgress> adaptive;
  double earlier_points_per_second = 0.0;  ///< of the session before, if there was one

  /// Of this session once it has computed a point, till then of the one before; 0: not known.
  double points_per_second() const;
  double eta_seconds() const;  ///< infinite while nothing is known

  /// The content of RUN/status.json, or of a slice's.
  std::string json(const std::string& state) const;

  /// "1200/4096 (29.3 %), 310 points/s, 9 s left; ok 1100, no_texture_solution 100"
  std::string line() const;
};

/// A number of a status, as "slowest_point_seconds"; 0 if it is not there.
double number_in_status(const std::string& status_json, const char* name);

/// Shows progress on stderr: a bar that redraws itself on a terminal, else one line now and then.
class ProgressDisplay {
 public:
  ProgressDisplay();
  ~ProgressDisplay();
  /// Shows the progress if enough time has gone by since it was last shown; `final`: in any case.
  void update(const ScanProgress& progress, bool final = false);

 private:
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace mutauscan
