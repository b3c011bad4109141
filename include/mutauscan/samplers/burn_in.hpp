#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mutauscan {

/// Of the mean ln L from one quarter of the steps to the next, in standard deviations.
inline constexpr double largest_drift = 0.1;

/// Whether chains are checked after this number of steps: floor(100 x 1.15^j), j = 0, 1, 2 ...
bool is_step_of_check(std::uint64_t steps);

/// What a check during burn-in finds.
struct BurnInCheck {
  std::vector<bool> is_outlier;      ///< of each chain: goes on from the place of another
  std::vector<std::size_t> healthy;  ///< the others
  double drift;                      ///< NaN if ln L is not finite all the time
  bool is_over;
};

/// ln L along the chains since their start. Chains whose mean over the second half is -inf, or below
/// Q1 - 2 (Q3 - Q1) of these means, are outliers (Vrugt et al. 2009). Burn-in is over at the first check
/// after at least 200 steps that finds none, and whose means of the last and the last but one quarter differ
/// by at most largest_drift.
class BurnIn {
 public:
  explicit BurnIn(std::size_t chains) : loglikes_(chains) {}

  void add(std::size_t chain, double loglike) { loglikes_[chain].push_back(loglike); }
  /// When all chains made the same number of steps, at least 4.
  BurnInCheck check() const;

 private:
  std::vector<std::vector<double>> loglikes_;
};

}  // namespace mutauscan
