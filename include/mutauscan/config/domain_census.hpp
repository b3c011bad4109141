#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mutauscan/config/config.hpp"

namespace mutauscan {

/// What keeps the whole box that the axes span outside the domain of the model: the rules that all its
/// corners break. What is between them breaks these, too, because a rule (Model::check) excludes a convex
/// set.
std::vector<PointObjection> objections_to_box(const RunConfig& config);

/// What keeps every point of a valid config outside the domain: objections_to_box, or, as every point of a
/// list or of a scan of up to 20 000 tells, the rules that all break; if they break different ones, those of
/// the first. Of a larger scan a sample would be no proof: it may look for one point in a million.
std::vector<PointObjection> objections_to_all(const RunConfig& config);

/// How many points of a scan lie outside the domain of the model, before any is computed.
struct DomainCensus {
  std::uint64_t judged = 0;   ///< all points of a list or of up to 20 000, else an even sample of 20 000
  std::uint64_t outside = 0;  ///< of these, those with status outside_domain
  bool is_complete = false;   ///< all points were judged
  std::uint64_t example = 0;  ///< index of the first that was found outside
  std::string reason;         ///< and why it is
};
/// Counts the points of a scan, or a sample of them, that are outside the domain of the model.
DomainCensus domain_census(const RunConfig& config);

}  // namespace mutauscan
