#pragma once

#include <cmath>

namespace mutauscan {

/// A number and its derivative with respect to one variable: arithmetic carries the derivative along,
/// exactly.
struct Dual {
  double value, slope;

  /// The number v + s eps; a plain number has no slope.
  constexpr Dual(double v = 0.0, double s = 0.0) : value(v), slope(s) {}  // NOLINT: constants are numbers
};

constexpr Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.slope + b.slope}; }
constexpr Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.slope - b.slope}; }
constexpr Dual operator-(Dual a) { return {-a.value, -a.slope}; }
constexpr Dual operator*(Dual a, Dual b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
constexpr Dual operator/(Dual a, Dual b) {
  const double ratio = a.value / b.value;
  return {ratio, (a.slope - ratio * b.slope) / b.value};
}
/// Square root; slope 0 at 0.
inline Dual sqrt(Dual a) {
  const double root = std::sqrt(a.value);
  return {root, root > 0.0 ? 0.5 * a.slope / root : 0.0};
}
/// Natural logarithm.
inline Dual log(Dual a) { return {std::log(a.value), a.slope / a.value}; }

}  // namespace mutauscan
