#pragma once

#include <span>
#include <vector>

#include "mutauscan/samplers/ellipsoids.hpp"

namespace mutauscan {

/// Ellipsoids that together hold all points: one, or those of two clusters (2-means, and so on within each)
/// if their volumes add up to less than 0.7 of it. `masses`: the share of the unit cube that each point
/// stands for; an ellipsoid gets at least 1.1^d times the mass of its points.
std::vector<Ellipsoid> cluster_ellipsoids(std::span<const double> points, std::span<const double> masses);

}  // namespace mutauscan
