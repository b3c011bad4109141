#pragma once

#include <memory>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// The version of its proposals: to be raised with every change of them.
inline constexpr int nested_version = 1;

/// Posterior and evidence Z, the integral of the likelihood over the prior (the unit cube, whose volume is
/// one).
///
/// Points are drawn uniformly from ever smaller unions of ellipsoids around the `live` points of highest
/// likelihood, and each counts by the mixture density of all draws (balance heuristic). A poor region then
/// costs variance, not bias. Where that gets no further (long curved ridges in ten dimensions, more than
/// about 16 axes) it explores until the points are used up, and is not converged.
/// Ref.: Feroz, Hobson, Cameron, Pettitt 1306.2144; Lange 2306.16923; Veach, Guibas, SIGGRAPH 95.
///
/// Zero settings: size 500, ess 5000. Throws std::invalid_argument for live < 2 (2 dimension + 10).
std::unique_ptr<AdaptiveSampler> make_nested(const AdaptiveSettings& settings);

}  // namespace mutauscan
