#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mutauscan/samplers/random.hpp"

namespace mutauscan {

/// States of the past as they were at one time, for chains to take differences of.
class ArchiveView {
 public:
  ArchiveView() = default;
  ArchiveView(std::shared_ptr<const std::vector<double>> values, std::size_t dimension, std::size_t first,
              std::size_t states)
      : values_(std::move(values)), dimension_(dimension), first_(first), states_(states) {}

  std::size_t size() const { return states_; }
  std::span<const double> operator[](std::size_t i) const {
    return std::span(*values_).subspan((first_ + i) * dimension_, dimension_);
  }

 private:
  std::shared_ptr<const std::vector<double>> values_;
  std::size_t dimension_ = 0, first_ = 0, states_ = 0;
};

/// The past of all chains. Views stay as they were when it grows.
class Archive {
 public:
  explicit Archive(std::size_t dimension) : dimension_(dimension) {}

  /// Appends states, point by point; beyond 10^5 of them every second one goes.
  void add(std::span<const double> states);
  ArchiveView last_half() const;

 private:
  std::size_t dimension_;
  std::shared_ptr<std::vector<double>> values_ = std::make_shared<std::vector<double>>();
};

/// The proposal of a chain at x for its step `step`, or NaN outside the cube: with probability 0.9 a parallel
/// move, a difference of two states of the archive times 2.38 / sqrt(2 d') in a random subset of d' axes,
/// every tenth step the whole difference; with probability 0.1 a snooker move along the line through x and a
/// third state. `archive` has at least three states. `draws` are those of the row after the numbers that the
/// chain has drawn itself. Periodic axes wrap in parallel moves, whose back and forth stay equally likely;
/// snooker moves end where the cube does.
std::vector<double> chain_move(std::span<const double> x, const ArchiveView& archive, std::uint64_t step,
                               const std::vector<bool>& periodic, Draws draws);

/// Whether the move made of these draws is a snooker move, and what ln of the acceptance probability of the
/// move from x to y has beyond the change of ln L: (d - 1) ln(|y - z| / |x - z|) of a snooker move towards z.
struct MoveKind {
  bool is_snooker;
  double log_factor;
};
/// Of the move from x to y that chain_move() makes of the same archive and draws.
MoveKind kind_of_move(std::span<const double> x, std::span<const double> y, const ArchiveView& archive,
                      Draws draws);

}  // namespace mutauscan
