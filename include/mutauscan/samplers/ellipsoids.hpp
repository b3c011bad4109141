#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mutauscan/samplers/random.hpp"

namespace mutauscan {

/// {u : |W (u - c)| <= 1} with a lower triangular W.
class Ellipsoid {
 public:
  /// Mean and covariance of the points (row by row), scaled to hold all of them, axes times 1.1, then scaled
  /// up to the least volume. At least two points.
  Ellipsoid(std::span<const double> points, std::size_t dimension, double least_log_volume);

  bool contains(const double* u) const;
  /// Uniform inside.
  void draw(Draws& draws, double* u) const;

  double log_volume() const { return log_volume_; }
  const std::vector<double>& low() const { return low_; }  ///< of the box around it
  const std::vector<double>& high() const { return high_; }

 private:
  std::size_t dimension_;
  std::vector<double> centre_, low_, high_;
  std::vector<double> whitening_;  ///< W, its rows one after the other: 1 + 2 + ... + d numbers
  std::vector<double> axes_;       ///< W^-1, alike
  double log_volume_;
};

/// The part of the unit cube inside at least one of several ellipsoids around a set of points.
class EllipsoidUnion {
 public:
  /// `masses`: the share of the cube that each point stands for. Sets whose ellipsoid is large for their
  /// mass are split where that makes it smaller. The volume is measured with up to 400 000 draws. Periodic
  /// axes are cut open at the middle of the largest gap between the points.
  EllipsoidUnion(std::span<const double> points, std::span<const double> masses,
                 const std::vector<bool>& periodic, Draws draws);

  bool contains(const double* u) const;
  /// Uniform inside; only if has_volume().
  void draw(Draws& draws, double* u) const;

  double volume() const { return volume_; }
  double volume_error() const { return volume_error_; }  ///< relative, one standard deviation
  /// False where so little of the ellipsoids is inside the cube that its volume is not known to 10 %.
  bool has_volume() const { return volume_error_ < 0.1; }
  std::size_t size() const { return parts_.size(); }

 private:
  /// An ellipsoid, and where its points are drawn: inside it, or from its box cut by the cube where that is
  /// smaller.
  struct Part {
    Ellipsoid ellipsoid;
    std::vector<double> low, high;  ///< box within the cube
    bool draws_from_box;
    double drawn_volume;
  };

  void to_cut(const double* u, double* v) const;
  bool try_draw(Draws& draws, double* v) const;
  bool is_exact() const;
  void measure(Draws& draws);

  std::size_t dimension_;
  std::vector<double> cuts_;  ///< 0 for axes that are not periodic
  bool has_cuts_ = false;
  std::vector<Part> parts_;
  std::vector<double> cumulative_;  ///< of the drawn volumes
  std::vector<double> low_, high_;  ///< box around all parts, within the cube
  double volume_ = 0.0, volume_error_ = 1.0;
};

}  // namespace mutauscan
