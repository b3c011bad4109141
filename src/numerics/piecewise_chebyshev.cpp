#include "mutauscan/numerics/piecewise_chebyshev.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace mutauscan {
namespace {

constexpr int low_degree = 8, high_degree = 16;

/// cos(pi k/16), exactly antisymmetric about its middle.
const std::array<double, 2 * high_degree>& cosines() {
  static const auto table = [] {
    std::array<double, 2 * high_degree> c{};
    for (int k = 0; k < 2 * high_degree; ++k)
      c[std::size_t(k)] = std::cos(std::numbers::pi * k / high_degree);
    c[high_degree / 2] = c[3 * high_degree / 2] = 0.0;
    return c;
  }();
  return table;
}

/// Samples of f at the points cos(pi k/16) of one piece, taken in two goes: even k serve degree 8.
class Samples {
 public:
  Samples(int components, double lower, double upper)
      : components_(components),
        lower_(lower),
        upper_(upper),
        values_(std::size_t(components) * (high_degree + 1)) {}

  void take(const PiecewiseChebyshev::Function& f, int first, int stride) {
    for (int k = first; k <= high_degree; k += stride)
      f(0.5 * (lower_ + upper_) + 0.5 * (upper_ - lower_) * cosines()[std::size_t(k)], at(k));
  }

  /// Interpolating coefficients of degree n, order by order.
  void transform(int n, std::vector<double>& coefficients) const {
    coefficients.assign(std::size_t((n + 1) * components_), 0.0);
    const int stride = high_degree / n;
    for (int j = 0; j <= n; ++j) {
      double* c = &coefficients[std::size_t(j * components_)];
      const double norm = (j == 0 || j == n ? 1.0 : 2.0) / n;
      for (int k = 0; k <= n; ++k) {
        const double weight = norm * (k == 0 || k == n ? 0.5 : 1.0) *
                              cosines()[std::size_t(j * k * stride % (2 * high_degree))];
        const double* value = at(k * stride);
        for (int i = 0; i < components_; ++i) c[i] += weight * value[i];
      }
    }
  }

  void largest(int stride, std::vector<double>& moduli) const {
    moduli.assign(std::size_t(components_), 0.0);
    for (int k = 0; k <= high_degree; k += stride)
      for (int i = 0; i < components_; ++i)
        moduli[std::size_t(i)] = std::max(moduli[std::size_t(i)], std::abs(at(k)[i]));
  }

 private:
  double* at(int k) { return &values_[std::size_t(k * components_)]; }
  const double* at(int k) const { return &values_[std::size_t(k * components_)]; }

  int components_;
  double lower_, upper_;
  std::vector<double> values_;
};

}  // namespace

PiecewiseChebyshev::PiecewiseChebyshev(int components, std::vector<double> breakpoints, const Function& f,
                                       const Tolerance& tolerance, double smallest_piece, double closest)
    : components_(components) {
  assert(breakpoints.size() >= 2);
  std::sort(breakpoints.begin(), breakpoints.end());
  closest = std::min(closest, smallest_piece);
  struct Task {
    double lower, top, smallest;
  };
  std::vector<Task> todo;
  double upper = breakpoints.back();
  for (std::size_t i = breakpoints.size() - 1; i-- > 0;)
    if (const double width = upper - breakpoints[i]; i == 0 || width >= closest) {
      todo.push_back({breakpoints[i], upper, std::min(smallest_piece, 0.125 * width)});
      upper = breakpoints[i];
    }

  std::vector<double> c, moduli, allowed(static_cast<std::size_t>(components));
  enum class Fit { good, poor, hopeless };
  // What the series leaves out is estimated by its last two terms. Twice the degree about squares it,
  // relative to the function: hopeless if even that would not do.
  const auto fit = [&](const Samples& samples, int n, double lower, double top) {
    samples.transform(n, c);
    samples.largest(high_degree / n, moduli);
    tolerance(lower, top, moduli.data(), allowed.data());
    const double *last = &c[std::size_t(n * components)], *before = last - components;
    Fit result = Fit::good;
    for (int i = 0; i < components; ++i) {
      const double left_out = std::abs(last[i]) + std::abs(before[i]), limit = allowed[std::size_t(i)];
      if (left_out <= limit) continue;
      if (!(left_out * left_out <= 100.0 * limit * moduli[std::size_t(i)])) return Fit::hopeless;
      result = Fit::poor;
    }
    return result;
  };
  while (!todo.empty()) {
    const auto [lower, top, smallest] = todo.back();
    todo.pop_back();
    Samples samples(components, lower, top);
    samples.take(f, 0, 2);
    evaluations_ += low_degree + 1;
    int degree = low_degree;
    Fit quality = fit(samples, low_degree, lower, top);
    const bool may_split = top - lower >= 2.0 * smallest;
    if (quality == Fit::poor || (quality == Fit::hopeless && !may_split)) {
      samples.take(f, 1, 2);
      evaluations_ += high_degree - low_degree;
      degree = high_degree;
      quality = fit(samples, high_degree, lower, top);
    }
    if (quality != Fit::good && may_split) {
      const double middle = 0.5 * (lower + top);
      todo.push_back({middle, top, smallest});
      todo.push_back({lower, middle, smallest});
      continue;
    }
    pieces_.push_back({lower, top, degree, coefficients_.size()});
    coefficients_.insert(coefficients_.end(), c.begin(), c.end());
  }
}

void PiecewiseChebyshev::evaluate(double x, double* values) const {
  x = std::clamp(x, pieces_.front().lower, pieces_.back().upper);
  const auto next = std::upper_bound(pieces_.begin() + 1, pieces_.end(), x,
                                     [](double value, const Piece& piece) { return value < piece.lower; });
  const Piece& piece = *(next - 1);
  const double s = (2.0 * x - piece.lower - piece.upper) / (piece.upper - piece.lower);
  // Order by order, all components at once: T_j by recurrence, then a weighted sum that vectorises.
  const double* c = &coefficients_[piece.first];
  for (int i = 0; i < components_; ++i) values[i] = c[i];
  double before = 1.0, t = s;
  for (int j = 1; j <= piece.degree; ++j) {
    c += components_;
    for (int i = 0; i < components_; ++i) values[i] += t * c[i];
    const double after = 2.0 * s * t - before;
    before = t;
    t = after;
  }
}

}  // namespace mutauscan
