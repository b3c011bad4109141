#pragma once

#include <memory>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// The version of its proposals: to be raised with every change of them.
inline constexpr int differential_evolution_version = 1;
/// A member, its partner among the best, and two more must be different.
inline constexpr std::uint64_t smallest_population = 4;

/// Sampler `de`: the best fit, by SHADE (Tanabe, Fukunaga, CEC 2013) on `islands` independent populations of
/// `size` members; generation g belongs to island g mod islands. A population that has converged (its best
/// improved by less than `tolerance` over 30 generations, and nine tenths of it lie within 1 of that in ln L)
/// is a search that has ended, and the island starts anew. The run stops when `agree` searches ended within
/// 0.1 of the best of all rows. Of two members with ln L = -inf the better is the one whose evaluation came
/// further, then that with more finite target columns, then with the larger sum of these.
std::unique_ptr<AdaptiveSampler> make_differential_evolution(const AdaptiveSettings& settings);

}  // namespace mutauscan
