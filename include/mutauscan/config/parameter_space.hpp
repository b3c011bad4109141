#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "mutauscan/core/enum_names.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// How the values of an axis are spread.
enum class Scale { linear, log, symlog };
template <>
struct EnumNames<Scale> {
  static constexpr std::array<std::pair<Scale, std::string_view>, 3> names{
      {{Scale::linear, "linear"}, {Scale::log, "log"}, {Scale::symlog, "symlog"}}};
};

/// { min, max, scale, n }. log: both ends of the same sign. symlog: logarithmic on both sides of 0, linear
/// within `threshold` of it.
struct RangeAxis {
  double min, max;
  Scale scale = Scale::linear;
  double threshold = 0.0;  ///< symlog only
  std::uint64_t n = 0;     ///< grid points; 0: not given
  bool periodic = false;   ///< both ends are one point; for adaptive samplers
};
/// { values = [...] }
struct ValuesAxis {
  std::vector<double> values;
};
/// { normal = [mean, sigma] }
struct NormalAxis {
  double mean, sigma;
};
/// { nufit = "normal" }: a split normal distribution, of sin^2(theta) for an angle.
struct NufitAxis {
  MeasuredValue fit;
};

using AxisShape = std::variant<RangeAxis, ValuesAxis, NormalAxis, NufitAxis>;

/// One scanned parameter.
struct Axis {
  std::size_t parameter;  ///< in the model's list
  AxisShape shape;

  /// The value at quantile u in [0, 1]; monotonic in u.
  double at(double u) const;

  /// Grid: the number of points.
  std::uint64_t grid_size() const;
  /// Grid: the value of point k.
  double grid_value(std::uint64_t k) const;
};

/// The values of a model's parameters, in the order of its list.
using Point = std::vector<double>;

/// Fixed values and axes: everything that turns quantiles into a point.
struct ParameterSpace {
  Point fixed;
  std::vector<Axis> axes;

  /// The point with the axes at the given quantiles.
  Point at(const std::vector<double>& u) const;

  /// The point of a member outside the prior: NaN along the axes.
  Point nowhere() const;

  /// All axes at their middle (u = 1/2).
  Point centre() const { return at(std::vector<double>(axes.size(), 0.5)); }
};

}  // namespace mutauscan
