#include "mutauscan/config/parameter_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>

#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {
namespace {

double range_at(const RangeAxis& axis, double u) {
  if (u <= 0.0) return axis.min;
  if (u >= 1.0) return axis.max;
  switch (axis.scale) {
    case Scale::linear:
      return axis.min + u * (axis.max - axis.min);
    case Scale::log: {
      const double a = std::log(std::abs(axis.min)), b = std::log(std::abs(axis.max));
      return std::copysign(std::exp(a + u * (b - a)), axis.min);
    }
    case Scale::symlog: {
      const double a = std::asinh(axis.min / axis.threshold), b = std::asinh(axis.max / axis.threshold);
      return axis.threshold * std::sinh(a + u * (b - a));
    }
  }
  return axis.min;
}

/// Quantile of the split normal distribution: both halves meet at the best fit, with the same density there.
double split_normal_at(const MeasuredValue& fit, double u) {
  const boost::math::normal standard;
  const double below = fit.minus / (fit.minus + fit.plus);
  if (u < below) return fit.best + fit.minus * boost::math::quantile(standard, 0.5 * u / below);
  return fit.best - fit.plus * boost::math::quantile(standard, 0.5 * (1.0 - u) / (1.0 - below));
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // for clang before 17

}  // namespace

double Axis::at(double u) const {
  return std::visit(
      Overloaded{
          [u](const RangeAxis& a) { return range_at(a, u); },
          [u](const ValuesAxis& a) {
            const auto n = a.values.size();
            return a.values[std::min(static_cast<std::size_t>(u * double(n)), n - 1)];
          },
          [u](const NormalAxis& a) { return boost::math::quantile(boost::math::normal(a.mean, a.sigma), u); },
          [u](const NufitAxis& a) {
            const double x = split_normal_at(a.fit, u);
            return a.fit.is_sin2 ? angle_deg(x) : x;
          },
      },
      shape);
}

std::uint64_t Axis::grid_size() const {
  if (const auto* values = std::get_if<ValuesAxis>(&shape)) return values->values.size();
  if (const auto* range = std::get_if<RangeAxis>(&shape)) return range->n;
  return 0;
}

double Axis::grid_value(std::uint64_t k) const {
  if (const auto* values = std::get_if<ValuesAxis>(&shape)) return values->values[k];
  return at(double(k) / double(grid_size() - 1));
}

Point ParameterSpace::nowhere() const {
  Point point = fixed;
  for (const Axis& axis : axes) point[axis.parameter] = std::numeric_limits<double>::quiet_NaN();
  return point;
}

Point ParameterSpace::at(const std::vector<double>& u) const {
  Point point = fixed;
  for (std::size_t i = 0; i < axes.size(); ++i) point[axes[i].parameter] = axes[i].at(u[i]);
  return point;
}

}  // namespace mutauscan
