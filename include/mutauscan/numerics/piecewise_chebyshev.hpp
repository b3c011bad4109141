#pragma once

#include <functional>
#include <vector>

namespace mutauscan {

/// A table of several functions of one variable: Chebyshev polynomials on pieces, of degree 8 where that is
/// enough, else 16, else the piece is halved. Between breakpoints the functions should be smooth: pieces end
/// at breakpoints that are `closest` apart or more, and where a function jumps after all they shrink to
/// `smallest_piece` (to an eighth of the distance of two breakpoints that are closer).
class PiecewiseChebyshev {
 public:
  using Function = std::function<void(double x, double* values)>;
  /// The error allowed to each component on a piece, given the largest modulus of each there: the caller
  /// knows below which size a component does not matter.
  using Tolerance = std::function<void(double lower, double upper, const double* largest, double* allowed)>;

  /// Interpolates f to the tolerance between the first and the last breakpoint; pieces end at breakpoints.
  PiecewiseChebyshev(int components, std::vector<double> breakpoints, const Function& f,
                     const Tolerance& tolerance, double smallest_piece = 1e-3, double closest = 1e-3);

  /// The functions at x; beyond the ends, at the ends.
  void evaluate(double x, double* values) const;

  /// Number of functions that are interpolated together.
  int components() const { return components_; }
  int evaluations() const { return evaluations_; }  ///< calls of f it took

 private:
  struct Piece {
    double lower, upper;
    int degree;
    std::size_t first;  ///< of its coefficients, degree by degree
  };

  int components_;
  int evaluations_ = 0;
  std::vector<Piece> pieces_;
  std::vector<double> coefficients_;
};

}  // namespace mutauscan
