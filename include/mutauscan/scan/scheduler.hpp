#pragma once

#include <cstdint>
#include <optional>

#include "mutauscan/io/index_set.hpp"

namespace mutauscan {

/// Cuts what is left of a scan into batches: large enough that messages cost nothing, small enough that no
/// process is left alone with work at the end (guided self-scheduling, Polychronopoulos and Kuck 1987).
class Scheduler {
 public:
  /// `left`: the points to hand out; `takers`: processes that compute.
  Scheduler(IndexSet left, int takers);

  /// The next batch, or nothing if all is handed out.
  std::optional<IndexRange> next();

  /// The mean wall time of points, to size batches by.
  void learn(double seconds, std::uint64_t points);

  std::uint64_t remaining() const { return remaining_; }

 private:
  IndexSet left_;
  std::uint64_t remaining_;
  int takers_;
  double seconds_per_point_ = 0.0;
};

}  // namespace mutauscan
