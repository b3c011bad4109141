#include "mutauscan/scan/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "mutauscan/io/encoded_block.hpp"

namespace mutauscan {
namespace {

constexpr double batch_seconds = 0.3;     // a message costs ~1e-5 s; rows reach rank 0 a few times a second
constexpr std::uint64_t first_batch = 4;  // until the cost of a point is known
// A batch of block_rows is a block. Two messages of each worker, of 0.2 MB (0.6 MB unless full), may wait for
// rank 0.

}  // namespace

Scheduler::Scheduler(IndexSet left, int takers, std::uint64_t largest)
    : left_(std::move(left)), remaining_(count(left_)), takers_(std::max(takers, 1)), largest_(largest) {}

void Scheduler::open(const IndexSet& points) {
  left_ += points;
  remaining_ = count(left_);
}

std::optional<IndexRange> Scheduler::next() {
  if (remaining_ == 0) return std::nullopt;
  std::uint64_t size = first_batch;
  if (seconds_per_point_ > 0.0) size = std::uint64_t(std::min(batch_seconds / seconds_per_point_, 1e9));
  if (size >= largest_ / 2) size = largest_;  // encoded by the worker, which saves rank 0 much
  // Each taker has one batch at work and one waiting; halve what is left among them at the tail.
  const std::uint64_t fair = remaining_ / (4 * std::uint64_t(takers_));
  size = std::clamp<std::uint64_t>(std::min(size, fair), 1, largest_);

  const IndexRange first = *left_.begin();
  const IndexRange batch(first.lower(), std::min(first.upper(), first.lower() + size));
  left_ -= batch;
  remaining_ -= batch.upper() - batch.lower();
  return batch;
}

void Scheduler::learn(double seconds, std::uint64_t points) {
  if (points == 0) return;
  const double mean = std::max(seconds / double(points), 1e-9);
  seconds_per_point_ = seconds_per_point_ == 0.0 ? mean : 0.8 * seconds_per_point_ + 0.2 * mean;
}

}  // namespace mutauscan
