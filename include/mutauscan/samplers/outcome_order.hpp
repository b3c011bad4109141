#pragma once

#include <limits>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// Negative, zero, positive: a is worse than, as good as, better than b. The better has the larger ln L; of
/// two at -inf, the one whose evaluation came further, then that with more finite target columns, then with
/// the larger sum of these: a slope towards the finite ones.
inline int compare(const MemberOutcome& a, const MemberOutcome& b) {
  const auto order = [](auto x, auto y) { return int(x > y) - int(x < y); };
  const int by_loglike = order(a.loglike, b.loglike);
  if (by_loglike != 0 || a.loglike > -std::numeric_limits<double>::infinity()) return by_loglike;
  if (a.stage != b.stage) return order(a.stage, b.stage);
  if (a.finite_targets != b.finite_targets) return order(a.finite_targets, b.finite_targets);
  return order(a.finite_sum, b.finite_sum);
}

}  // namespace mutauscan
