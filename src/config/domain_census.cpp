#include "mutauscan/config/domain_census.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace mutauscan {
namespace {

constexpr std::uint64_t most_judged = 20000;

bool judges_all(const ScanSettings& scan) {
  return scan.points <= most_judged || scan.sampler == SamplerKind::list;
}

/// Smallest and largest value an axis can take within the domain of its parameter. A Gaussian takes values
/// beyond, too: on both sides, which is no convex set.
std::pair<double, double> ends(const Axis& axis, const Domain& domain) {
  if (const auto* values = std::get_if<ValuesAxis>(&axis.shape)) {
    const auto [low, high] = std::minmax_element(values->values.begin(), values->values.end());
    return {*low, *high};
  }
  if (std::holds_alternative<RangeAxis>(axis.shape)) return {axis.at(0.0), axis.at(1.0)};
  const double least =
      domain.includes_lower ? domain.lower : std::nextafter(domain.lower, std::numeric_limits<double>::max());
  constexpr double extreme = 0x1p-53;  // quantile of the outermost random numbers
  return {std::clamp(axis.at(extreme), least, domain.upper),
          std::clamp(axis.at(1.0 - extreme), least, domain.upper)};
}

/// Those of `common` that are objections to another point, too.
void keep_common(std::vector<PointObjection>& common, const std::vector<PointObjection>& others) {
  std::erase_if(common, [&](const PointObjection& c) {
    return std::none_of(others.begin(), others.end(),
                        [&](const auto& o) { return o.parameter == c.parameter; });
  });
}

}  // namespace

std::vector<PointObjection> objections_to_box(const RunConfig& config) {
  const std::vector<Axis>& axes = config.space.axes;
  constexpr std::size_t most_axes = 14;
  if (axes.size() > most_axes) return {};
  std::vector<PointObjection> common;
  for (std::size_t corner = 0; corner < std::size_t{1} << axes.size(); ++corner) {
    Point point = config.space.fixed;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const auto [low, high] = ends(axes[i], config.model->kind().parameters[axes[i].parameter].domain);
      point[axes[i].parameter] = (corner >> i & 1U) != 0 ? high : low;
    }
    std::vector<PointObjection> objections = config.model->check(point);
    if (corner == 0)
      common = std::move(objections);
    else
      keep_common(common, objections);
    if (common.empty()) return {};
  }
  return common;
}

std::vector<PointObjection> objections_to_all(const RunConfig& config) {
  const bool is_list = config.scan.sampler == SamplerKind::list;
  if (!is_list)
    if (auto objections = objections_to_box(config); !objections.empty()) return objections;
  if (config.scan.points == 0 || !judges_all(config.scan)) return {};
  const Sampler sampler = config.sampler();
  std::vector<PointObjection> first, common;
  for (std::uint64_t index = 0; index < config.scan.points; ++index) {
    std::vector<PointObjection> objections = config.model->check(sampler.point(index));
    if (objections.empty()) return {};
    if (index == 0)
      first = common = std::move(objections);
    else
      keep_common(common, objections);
  }
  return common.empty() ? first : common;
}

DomainCensus domain_census(const RunConfig& config) {
  DomainCensus census;
  const std::uint64_t points = config.scan.points;
  census.is_complete = judges_all(config.scan);
  census.judged = census.is_complete ? points : most_judged;
  const Sampler sampler = config.sampler();
  for (std::uint64_t k = 0; k < census.judged; ++k) {
    // Multiples of the golden ratio modulo 1 are even, and in step with no grid.
    const double golden = 0.61803398874989485 * double(k);
    const std::uint64_t index =
        census.is_complete ? k : std::uint64_t(double(points) * (golden - std::floor(golden)));
    const std::vector<PointObjection> objections = config.model->check(sampler.point(index));
    if (objections.empty() || census.outside++ > 0) continue;
    census.example = index;
    census.reason = objections.front().text();
  }
  return census;
}

}  // namespace mutauscan
