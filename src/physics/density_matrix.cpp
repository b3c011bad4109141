// The equation of mixing.hpp, and what follows from its solution. With X = R + i A (R symmetric, A
// antisymmetric) it is
//   -[M, A] + {Gamma, R}/2 - F[R] = Re rho_0,   [M, R] + {Gamma, A}/2 - F[A] = Im rho_0:
// nine real unknowns, of which few are coupled unless all three neutrinos overlap.

#include <cmath>
#include <limits>
#include <numbers>

#include "mutauscan/numerics/small_systems.hpp"
#include "mutauscan/physics/mixing.hpp"

namespace mutauscan {
namespace {

constexpr double eight_pi = 8.0 * std::numbers::pi;
constexpr int entry_of_pair[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};  // the inverse of pair_of_entry

/// What is not produced is not there, whatever its width.
double per_width(double amount, double width) { return amount == 0.0 ? 0.0 : amount / width; }

void set_pair(Matrix3c& x, int i, int j, Complex value) {
  x(i, j) = value;
  x(j, i) = std::conj(value);
}

double feed_of(const NeutrinoMixing& m, Cascades cascades, int daughters, int parents) {
  return cascades == Cascades::followed ? m.feed.real(daughters, parents) : 0.0;
}

/// No two overlap: populations, heaviest first; coherence of the initial state oscillates and decays.
Matrix3c solve_apart(const NeutrinoMixing& m, const Matrix3c& rho_0, Cascades cascades) {
  Matrix3c x = Matrix3c::Zero();
  for (int k = 2; k >= 0; --k) {
    double source = rho_0(k, k).real();
    for (int j = k + 1; j < 3; ++j) source += feed_of(m, cascades, k, j) * x(j, j).real();
    x(k, k) = per_width(source, m.width(k, k));
  }
  for (int i = 0; i < 3; ++i)
    for (int j = i + 1; j < 3; ++j)
      if (rho_0(i, j) != 0.0)
        set_pair(x, i, j, rho_0(i, j) / Complex(0.5 * (m.width(i, i) + m.width(j, j)), m.splitting(i, j)));
  return x;
}

/// N_p and N_q = N_{p+1} overlap, the other one is apart: X_pp, X_qq, X_pq in closed form, then the other
/// population (first if it is heavier), then the coherences between the two, if there are any.
Matrix3c solve_pair(const NeutrinoMixing& m, int p, const Matrix3c& rho_0, Cascades cascades) {
  const int q = p + 1, other = p == 0 ? 2 : 0, pq = entry_of_pair[p][q];
  const double width_p = m.width(p, p), width_q = m.width(q, q), width_pq = m.width(p, q);
  Matrix3c x = Matrix3c::Zero();
  double heavier = 0.0;  // the other population, if it feeds the pair
  if (other > q) heavier = per_width(rho_0(other, other).real(), m.width(other, other));

  // width_p X_pp + (width_pq - feed_p_pq) R_pq - feed_pq X_qq = source_p,  width_q X_qq + width_pq R_pq =
  // source_q,  width_pq (X_pp + X_qq)/2 + (mean + d^2/mean) R_pq = source_pq
  const double source_p = rho_0(p, p).real() + feed_of(m, cascades, p, other) * heavier;
  const double source_q = rho_0(q, q).real() + feed_of(m, cascades, q, other) * heavier;
  const double mean = 0.5 * (width_p + width_q), d = m.splitting(p, q);
  const double source_pq = rho_0(p, q).real() + feed_of(m, cascades, pq, other) * heavier +
                           per_width(d * rho_0(p, q).imag(), mean);
  const double down = feed_of(m, cascades, p, q), from_pq = feed_of(m, cascades, p, pq) - width_pq;
  const double alone_q = per_width(source_q, width_q), drain_q = per_width(width_pq, width_q);
  const double alone_p = per_width(source_p + down * alone_q, width_p),
               drain_p = per_width(down * drain_q - from_pq, width_p);
  const double coherence = per_width(source_pq - 0.5 * width_pq * (alone_p + alone_q),
                                     mean + per_width(d * d, mean) - 0.5 * width_pq * (drain_p + drain_q));
  x(p, p) = alone_p - drain_p * coherence;
  x(q, q) = alone_q - drain_q * coherence;
  set_pair(x, p, q, {coherence, per_width(rho_0(p, q).imag() - d * coherence, mean)});

  if (other > q) {
    x(other, other) = heavier;
  } else {
    const double source = rho_0(other, other).real() + feed_of(m, cascades, other, p) * x(p, p).real() +
                          feed_of(m, cascades, other, q) * x(q, q).real() +
                          feed_of(m, cascades, other, pq) * coherence;
    x(other, other) = per_width(source, m.width(other, other));
  }
  if (rho_0(other, p) != 0.0 || rho_0(other, q) != 0.0) {
    const double own = 0.5 * m.width(other, other);
    const Complex at_p{own + 0.5 * width_p, m.splitting(other, p)},
        at_q{own + 0.5 * width_q, m.splitting(other, q)};
    const double across = 0.5 * width_pq;
    const Complex determinant = at_p * at_q - across * across;
    set_pair(x, other, p, (rho_0(other, p) * at_q - rho_0(other, q) * across) / determinant);
    set_pair(x, other, q, (rho_0(other, q) * at_p - rho_0(other, p) * across) / determinant);
  }
  return x;
}

/// All three overlap: the nine equations, unknowns R_11, R_22, R_33, R_12, R_13, R_23, A_12, A_13, A_23.
Matrix3c solve_all(const NeutrinoMixing& m, const Matrix3c& rho_0, Cascades cascades) {
  Eigen::Matrix<double, 9, 9> system = Eigen::Matrix<double, 9, 9>::Zero();
  Eigen::Matrix<double, 9, 1> y;
  for (int row = 0; row < 6; ++row) {
    const auto [k, l] = pair_of_entry[row];
    y(row) = rho_0(k, l).real();
    for (int j = 0; j < 3; ++j) {
      system(row, entry_of_pair[j][l]) += 0.5 * m.width(k, j);
      system(row, entry_of_pair[k][j]) += 0.5 * m.width(j, l);
    }
    if (k == l) continue;
    const int imaginary = row + 3;
    y(imaginary) = rho_0(k, l).imag();
    system(row, imaginary) = -m.splitting(k, l);
    system(imaginary, row) = m.splitting(k, l);
    for (int j = 0; j < 3; ++j) {
      if (j != l) system(imaginary, entry_of_pair[j][l] + 3) += 0.5 * m.width(k, j) * (j < l ? 1.0 : -1.0);
      if (j != k) system(imaginary, entry_of_pair[k][j] + 3) += 0.5 * m.width(j, l) * (k < j ? 1.0 : -1.0);
    }
  }
  if (cascades == Cascades::followed) {
    system.topLeftCorner<6, 6>() -= m.feed.real;
    system.bottomRightCorner<3, 3>() -= m.feed.imaginary;
  }
  solve_in_place(system, y);
  Matrix3c x;
  for (int row = 0; row < 6; ++row) {
    const auto [k, l] = pair_of_entry[row];
    set_pair(x, k, l, {y(row), k == l ? 0.0 : y(row + 3)});
  }
  return x;
}

}  // namespace

Matrix3c integrated_density(const NeutrinoMixing& m, const Matrix3c& rho_0, Cascades cascades) {
  // N_1 and N_3 overlap only if both do with N_2.
  const bool lower = m.overlaps(0, 1), upper = m.overlaps(1, 2);
  if (lower && upper) return solve_all(m, rho_0, cascades);
  if (lower) return solve_pair(m, 0, rho_0, cascades);
  if (upper) return solve_pair(m, 1, rho_0, cascades);
  return solve_apart(m, rho_0, cascades);
}

CpSource cp_source(const NeutrinoMixing& m, const Matrix3c& x) {
  CpSource source{Eigen::Array3d::Zero(), Eigen::Array3d::Zero()};
  for (int i = 0; i < 3; ++i)
    for (int j = i; j < 3; ++j) {
      if (x(i, j) == 0.0) continue;
      const double scale = (i == j ? 1.0 : 2.0) * m.mean_mass(i, j) / eight_pi;  // (i, j) and (j, i)
      for (int alpha = 0; alpha < 3; ++alpha) {
        const Complex at_i = m.dirac_yukawa(alpha, i), at_j = m.dirac_yukawa(alpha, j);
        if (i != j) source.resonant(alpha) += scale * (at_i * std::conj(at_j)).imag() * x(i, j).imag();
        source.direct(alpha) +=
            scale * x(i, j).real() *
            (at_i * m.direct_coupling(alpha, j) + at_j * m.direct_coupling(alpha, i)).real();
      }
    }
  return source;
}

Eigen::Array3d leptons_made(const NeutrinoMixing& m, const Matrix3c& x) {
  Eigen::Array3d made = Eigen::Array3d::Zero();
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int alpha = 0; alpha < 3; ++alpha)
        made(alpha) += m.window(i, j) * m.mean_mass(i, j) / eight_pi * x(i, j).real() *
                       (m.dirac_yukawa(alpha, i) * std::conj(m.dirac_yukawa(alpha, j))).real();
  return made;
}

Eigen::Array<double, 6, 1> regenerated_asymmetry(const NeutrinoMixing& m, const Eigen::Array3d& weight) {
  Eigen::Array33d kernel;  // C^alpha_IJ = i kernel(alpha, pair), pairs 12, 13, 23
  Eigen::Array3d weights;
  for (int pair = 0; pair < 3; ++pair) {
    const auto [i, j] = pair_of_entry[pair + 3];
    weights(pair) = 2.0 * std::sqrt(weight(i) * weight(j));  // (I, J) and (J, I)
    kernel.col(pair) = m.mean_mass(i, j) / eight_pi *
                       (m.dirac_yukawa.col(i).array() * m.dirac_yukawa.col(j).array().conjugate()).imag();
  }
  Eigen::Array<double, 6, 1> sum;
  for (int beta = 0, entry = 0; beta < 3; ++beta) {
    Matrix3c rho_0 = Matrix3c::Zero();
    for (int pair = 0; pair < 3; ++pair) {
      const auto [i, j] = pair_of_entry[pair + 3];
      set_pair(rho_0, i, j, {0.0, kernel(beta, pair)});
    }
    const Matrix3c x = integrated_density(m, rho_0, Cascades::left_out);
    const Eigen::Array3d imaginary{x(0, 1).imag(), x(0, 2).imag(), x(1, 2).imag()};
    for (int alpha = beta; alpha < 3; ++alpha, ++entry)
      sum(entry) = (kernel.row(alpha).transpose() * imaginary * weights).sum();
  }
  return sum;
}

Eigen::Array33d effective_asymmetries(const NeutrinoMixing& m) {
  Eigen::Array33d epsilon;
  for (int i = 0; i < 3; ++i) {
    if (!m.overlaps(i, (i + 1) % 3) && !m.overlaps(i, (i + 2) % 3)) {
      const double h_ii = eight_pi * m.lepton_width(i) / m.mass(i);
      epsilon.col(i) =
          (2.0 / h_ii) * (m.dirac_yukawa.col(i).array() * m.direct_coupling.col(i).array()).real();
      continue;
    }
    Matrix3c rho_0 = Matrix3c::Zero();
    rho_0(i, i) = 1.0;
    const Matrix3c x = integrated_density(m, rho_0, Cascades::left_out);
    epsilon.col(i) = cp_source(m, x).total() * (m.width(i, i) / m.lepton_width(i));
  }
  return epsilon;
}

Eigen::Array33d pair_asymmetries(const NeutrinoMixing& m) {
  int most_degenerate = 0;  // (12), (13), (23) from 3 on
  double least = std::numeric_limits<double>::infinity();
  for (int entry = 3; entry < 6; ++entry) {
    const auto [i, j] = pair_of_entry[entry];
    const double distance = std::abs(m.splitting(i, j)) / (m.width(i, i) + m.width(j, j));
    if (distance < least) {
      least = distance;
      most_degenerate = entry;
    }
  }
  Eigen::Array33d epsilon = Eigen::Array33d::Zero();
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      if (j == i || !m.overlaps(i, j)) continue;
      const double d = m.splitting(i, j), mean = 0.5 * (m.width(i, i) + m.width(j, j));
      const double rho2 = entry_of_pair[i][j] == most_degenerate
                              ? m.width(i, j) * m.width(i, j) / (m.width(i, i) * m.width(j, j))
                              : 0.0;
      const double resonance = per_width(d, d * d + mean * mean * (1.0 - rho2));
      for (int alpha = 0; alpha < 3; ++alpha)
        epsilon(alpha, i) += m.width(i, j) * m.mean_mass(i, j) / m.mass(i) * resonance *
                             (m.dirac_yukawa(alpha, i) * std::conj(m.dirac_yukawa(alpha, j))).imag();
    }
    for (int alpha = 0; alpha < 3; ++alpha)
      epsilon(alpha, i) += 2.0 * (m.dirac_yukawa(alpha, i) * m.direct_coupling(alpha, i)).real();
    epsilon.col(i) /= eight_pi * m.lepton_width(i) / m.mass(i);  // H_II
  }
  return epsilon;
}

}  // namespace mutauscan
