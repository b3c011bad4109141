#include "mutauscan/numerics/takagi.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace mutauscan {
namespace {

/// |w|; elements are far from the ends of the range of double, which std::abs would guard at some cost.
double abs_of(Complex w) { return std::sqrt(std::norm(w)); }

/// sqrt of a unit phase w, with positive real part. Written out so that sqrt(-w) is exactly +-i sqrt(w):
/// equal masses with opposite CP parity then leave no rounding residue in products of couplings.
Complex half_phase(Complex w) {
  if (w.real() >= 0.0) {
    const double r = std::sqrt(0.5 * (1.0 + w.real()));
    return {r, w.imag() / (2.0 * r)};
  }
  const double s = std::sqrt(0.5 * (1.0 - w.real()));
  return {std::abs(w.imag()) / (2.0 * s), std::copysign(s, w.imag())};
}

/// The rotation R = [[C, S e^{i phi}], [-S e^{-i phi}, C]] for which (R A R^T)_pq = 0. With a = A_pp, b =
/// A_qq, c = A_pq the condition is  CS (b e^{i phi} - a e^{-i phi}) + (C^2 - S^2) c = 0,  solvable if the
/// bracket is parallel to c: phi = arg(c* a + c b*). If that sum vanishes every phi will do.
void rotate(Matrix3c& m, Matrix3c& omega, int p, int q) {
  const Complex a = m(p, p), b = m(q, q), c = m(p, q);
  const double per_modulus = 1.0 / abs_of(c);
  const Complex unit = c * per_modulus;
  const Complex h = std::conj(unit) * a + unit * std::conj(b);
  const double length = abs_of(h);
  const Complex phase = length > 0.0 ? h * (1.0 / length) : Complex{1.0, 0.0};

  const double cot2 = 0.5 * per_modulus * (std::conj(unit) * (a * std::conj(phase) - b * phase)).real();
  const double t = (cot2 < 0.0 ? -1.0 : 1.0) / (std::abs(cot2) + std::sqrt(1.0 + cot2 * cot2));
  const double cosine = 1.0 / std::sqrt(1.0 + t * t);
  const Complex sine = t * cosine * phase;

  const int r = 3 - p - q;
  const Complex mp = m(p, r), mq = m(q, r);
  m(p, r) = m(r, p) = cosine * mp + sine * mq;
  m(q, r) = m(r, q) = cosine * mq - std::conj(sine) * mp;
  m(p, p) = a + t * phase * c;
  m(q, q) = b - t * std::conj(phase) * c;
  m(p, q) = m(q, p) = 0.0;

  const Eigen::RowVector3cd op = omega.row(p), oq = omega.row(q);
  omega.row(p) = cosine * op + sine * oq;
  omega.row(q) = cosine * oq - std::conj(sine) * op;
}

}  // namespace

TakagiFactors takagi(const Matrix3c& symmetric) {
  constexpr double eps = std::numeric_limits<double>::epsilon();
  constexpr int max_sweeps = 40;  // 4 to 6 are usual; convergence is quadratic
  constexpr std::pair<int, int> pairs[] = {{1, 2}, {0, 2}, {0, 1}};

  Matrix3c m = symmetric;
  for (const auto& [p, q] : pairs) m(q, p) = symmetric(p, q);
  Matrix3c omega = Matrix3c::Identity();

  bool rotated = true;
  for (int sweep = 0; rotated && sweep < max_sweeps; ++sweep) {
    rotated = false;
    for (const auto& [p, q] : pairs) {
      // Relative to the geometric mean of the diagonal: this is what preserves small singular values.
      // In squares: elements are far from the fourth root of the range of double.
      const double off = std::norm(m(p, q));
      const double negligible = 0.01 * eps * eps;
      if (off == 0.0 || off * off <= negligible * negligible * std::norm(m(p, p)) * std::norm(m(q, q)))
        continue;
      rotate(m, omega, p, q);
      rotated = true;
    }
  }

  TakagiFactors result;
  int order[3] = {0, 1, 2};
  for (int i = 0; i < 3; ++i) result.values(i) = abs_of(m(i, i));
  const auto sort_pair = [&](int i, int j) {
    if (result.values(order[i]) > result.values(order[j])) std::swap(order[i], order[j]);
  };
  sort_pair(0, 1);
  sort_pair(1, 2);
  sort_pair(0, 1);

  const Eigen::Vector3d unsorted = result.values;
  for (int i = 0; i < 3; ++i) {
    const int k = order[i];
    const double value = unsorted(k);
    const Complex phase = value > 0.0 ? half_phase(std::conj(m(k, k) / value)) : Complex{1.0, 0.0};
    result.values(i) = value;
    result.omega.row(i) = phase * omega.row(k);
  }
  return result;
}

}  // namespace mutauscan
