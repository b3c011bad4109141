#pragma once

#include <memory>

#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// Posterior and evidence Z, the integral of the likelihood over the prior (the unit cube, whose volume is
/// one).
///
/// "ellipsoids": points are drawn uniformly from ever smaller unions of ellipsoids around the `live` points
/// of highest likelihood, and each counts by the mixture density of all draws (balance heuristic). A poor
/// region then costs variance, not bias. Where that gets no further it must not be called converged.
/// Ref.: Feroz, Hobson, Cameron, Pettitt 1306.2144; Lange 2306.16923; Veach, Guibas, SIGGRAPH 95.
///
/// Random walks ("walk", and the restart of "auto") are not implemented: "auto" is "ellipsoids", "walk" is
/// refused.
///
/// Zero settings: size 500, ess 5000. Throws std::invalid_argument for method "walk" and for
/// live < 2 (2 dimension + 10).
std::unique_ptr<AdaptiveSampler> make_nested(const AdaptiveSettings& settings);

}  // namespace mutauscan
