#pragma once

#include <cstdint>
#include <optional>

#include "mutauscan/io/encoded_block.hpp"
#include "mutauscan/io/index_set.hpp"

namespace mutauscan {

/// Cuts what is left of a scan into batches: large enough that messages cost nothing, small enough that no
/// process is left alone with work at the end (guided self-scheduling, Polychronopoulos and Kuck 1987).
class Scheduler {
 public:
  /// `left`: the points to hand out; `takers`: processes that compute.
  /// `largest`: of a batch.
  Scheduler(IndexSet left, int takers, std::uint64_t largest = block_rows);

  /// The next batch, or nothing if all is handed out.
  std::optional<IndexRange> next();

  /// More points to hand out, as an adaptive scan finds out which.
  void open(const IndexSet& points);

  /// The mean wall time of points, to size batches by.
  void learn(double seconds, std::uint64_t points);

  /// Number of points that have not been handed out.
  std::uint64_t remaining() const { return remaining_; }

 private:
  IndexSet left_;
  std::uint64_t remaining_;
  int takers_;
  std::uint64_t largest_;
  double seconds_per_point_ = 0.0;
};

}  // namespace mutauscan
