#pragma once

#include <memory>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// The version of its proposals: to be raised with every change of them.
inline constexpr int profile_version = 1;

/// Sampler `profile`: the profile likelihood, the maximum of ln L over all other axes in each cell of a plane
/// of two. First a best-fit search (sampler `de`, until 3 searches agree). Then each cell keeps the best
/// point seen in it, its elite (MAP-Elites, Mouret, Clune 2015, arXiv:1504.04909), and the elites within
/// `delta` + 2 of the best ln L move by differences of others, the cells visited least first. Several planes
/// take turns with the generations; a row counts in all of them. The run stops when every cell within `delta`
/// of the best ln L was visited `visits` times since its elite improved by more than 0.05.
///
/// The planes are cut into `cells` x `cells` cells, equal in u, of the window of the plane, or of all of it.
/// `islands` generations are under way at a time, each of `size` rows; the search has one population in a
/// generation for every 80 of these.
std::unique_ptr<AdaptiveSampler> make_profile(const AdaptiveSettings& settings);

}  // namespace mutauscan
