#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace mutauscan {

/// A table of `components` smooth functions of one variable: Chebyshev polynomials of fixed degree on pieces
/// that are halved until each component k is met to `rtol * scale(largest)(k)`, where `largest` are the
/// largest moduli on the piece: the caller says below which size a component is rounding noise of another.
/// Between breakpoints the functions should be smooth; pieces end at breakpoints.
template <int components>
class PiecewiseChebyshev {
 public:
  using Values = Eigen::Array<double, components, 1>;

  static constexpr int degree = 10;

  PiecewiseChebyshev() = default;
  template <class F, class Scale>
  PiecewiseChebyshev(const F& f, std::vector<double> breakpoints, double rtol, const Scale& scale) {
    std::sort(breakpoints.begin(), breakpoints.end());
    std::vector<Piece> todo;
    for (std::size_t i = breakpoints.size(); i-- > 1;)
      if (breakpoints[i] - breakpoints[i - 1] >= smallest_piece)
        todo.push_back(fit(f, breakpoints[i - 1], breakpoints[i]));
    while (!todo.empty()) {
      Piece piece = std::move(todo.back());
      todo.pop_back();
      // The last two coefficients estimate what the series leaves out.
      const Values error = piece.c.template rightCols<2>().abs().rowwise().sum();
      const Values tolerance = rtol * scale(piece.largest);
      if ((error <= tolerance).all() || piece.upper - piece.lower < 2.0 * smallest_piece) {
        pieces_.push_back(std::move(piece));
        continue;
      }
      const double middle = 0.5 * (piece.lower + piece.upper);
      todo.push_back(fit(f, middle, piece.upper));
      todo.push_back(fit(f, piece.lower, middle));
    }
  }

  /// The functions at x; beyond the ends the nearest piece is continued.
  Values operator()(double x) const {
    const auto next = std::upper_bound(pieces_.begin() + 1, pieces_.end(), x,
                                       [](double value, const Piece& piece) { return value < piece.lower; });
    const Piece& piece = *(next - 1);
    const double s = (2.0 * x - piece.lower - piece.upper) / (piece.upper - piece.lower);
    Values b1 = Values::Zero(), b2 = Values::Zero();  // Clenshaw
    for (int k = degree; k > 0; --k) {
      const Values b = piece.c.col(k) + 2.0 * s * b1 - b2;
      b2 = b1;
      b1 = b;
    }
    return piece.c.col(0) + s * b1 - b2;
  }

 private:
  static constexpr double smallest_piece = 1e-4;

  struct Piece {
    double lower, upper;
    Eigen::Array<double, components, degree + 1> c;
    Values largest;
  };

  template <class F>
  static Piece fit(const F& f, double lower, double upper) {
    using std::numbers::pi;
    constexpr int n = degree + 1;
    Eigen::Array<double, components, n> samples;
    for (int k = 0; k < n; ++k)
      samples.col(k) = f(0.5 * (lower + upper) + 0.5 * (upper - lower) * std::cos(pi * (k + 0.5) / n));
    Piece piece{lower, upper, {}, samples.abs().rowwise().maxCoeff()};
    for (int j = 0; j < n; ++j) {
      piece.c.col(j).setZero();
      for (int k = 0; k < n; ++k) piece.c.col(j) += samples.col(k) * std::cos(pi * j * (k + 0.5) / n);
      piece.c.col(j) *= (j == 0 ? 1.0 : 2.0) / n;
    }
    return piece;
  }

  std::vector<Piece> pieces_;
};

}  // namespace mutauscan
