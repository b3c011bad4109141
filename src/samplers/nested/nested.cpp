#include "mutauscan/samplers/nested.hpp"

#include <stdexcept>

#include "ellipsoid_sampler.hpp"

namespace mutauscan {

std::unique_ptr<AdaptiveSampler> make_nested(const AdaptiveSettings& settings) {
  const std::uint64_t least_live = 2 * (2 * settings.dimension + 10);
  if (settings.live < least_live)
    throw std::invalid_argument("live must be at least " + std::to_string(least_live) + " with " +
                                std::to_string(settings.dimension) + " axes");
  return std::make_unique<EllipsoidSampler>(settings);
}

}  // namespace mutauscan
