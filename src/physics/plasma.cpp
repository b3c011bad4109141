#include "mutauscan/physics/plasma.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/LU>

#include "mutauscan/numerics/piecewise_chebyshev.hpp"

namespace mutauscan {
namespace {

constexpr double table_start = 10.0, table_end = 1e15;  // of running couplings: T [GeV]

/// Solves for the chemical potentials of q, Phi, l_alpha, e_alpha with mu_u = mu_q + mu_Phi, mu_d = mu_q -
/// mu_Phi (which makes strong sphalerons automatic). Densities are g mu T^2/6 for fermions and twice that for
/// Phi.
ChemicalResponse solve(bool electron_yukawa) {
  enum { q = 0, phi = 1, l = 2, e = 5 };
  Eigen::Matrix<double, 8, 8> a = Eigen::Matrix<double, 8, 8>::Zero();
  Eigen::Matrix<double, 8, 3> b = Eigen::Matrix<double, 8, 3>::Zero();
  // weak sphalerons: 9 mu_q + sum mu_l = 0
  a(0, q) = 9.0;
  for (int i = 0; i < 3; ++i) a(0, l + i) = 1.0;
  // hypercharge: 3 (mu_q + 2 mu_u - mu_d) - sum (mu_l + mu_e) + 2 mu_Phi = 0
  a(1, q) = 6.0;
  a(1, phi) = 3.0 * 3.0 + 2.0;
  for (int i = 0; i < 3; ++i) a(1, l + i) = a(1, e + i) = -1.0;
  for (int i = 0; i < 3; ++i) {
    // 6 n_Delta/T^2 = 4 mu_q - 2 mu_l - mu_e
    a(2 + i, q) = 4.0;
    a(2 + i, l + i) = -2.0;
    a(2 + i, e + i) = -1.0;
    b(2 + i, i) = 1.0;
    // charged-lepton Yukawa: mu_e = mu_l - mu_Phi; out of equilibrium: mu_e = 0
    a(5 + i, e + i) = 1.0;
    if (i == 0 && !electron_yukawa) continue;
    a(5 + i, l + i) = -1.0;
    a(5 + i, phi) = 1.0;
  }
  const Eigen::Matrix<double, 8, 3> mu = a.partialPivLu().solve(b);
  return {mu.middleRows<3>(l), mu.row(phi)};
}

/// One-loop renormalisation group from mu0 = 173.1 GeV by fourth-order Runge-Kutta in ln mu.
PlasmaCouplings run(double scale) {
  Eigen::Array4d y(0.3583, 0.6478, 1.1666, 0.9369);  // g_Y, g_2, g_3, y_t
  const auto slope = [](const Eigen::Array4d& g) {
    const double gy2 = g(0) * g(0), g22 = g(1) * g(1), g32 = g(2) * g(2), yt2 = g(3) * g(3);
    return Eigen::Array4d(Eigen::Array4d(g(0) * gy2 * 41.0 / 6.0, -g(1) * g22 * 19.0 / 6.0, -g(2) * g32 * 7.0,
                                         g(3) * (4.5 * yt2 - 8.0 * g32 - 2.25 * g22 - 17.0 / 12.0 * gy2)) /
                          (16.0 * std::numbers::pi * std::numbers::pi));
  };
  constexpr int steps = 8;  // error 1e-6
  const double h = std::log(scale / 173.1) / steps;
  for (int i = 0; i < steps; ++i) {
    const Eigen::Array4d k1 = slope(y), k2 = slope(y + 0.5 * h * k1), k3 = slope(y + 0.5 * h * k2),
                         k4 = slope(y + h * k3);
    y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
  }
  return {y(0), y(1), y(3)};
}

}  // namespace

const ChemicalResponse& chemical_response(Spectators spectators, bool electron_yukawa_in_equilibrium) {
  static const ChemicalResponse none{-0.5 * Eigen::Matrix3d::Identity(), Eigen::RowVector3d::Zero()};
  static const ChemicalResponse with_electron = solve(true), without_electron = solve(false);
  if (spectators == Spectators::none) return none;
  return electron_yukawa_in_equilibrium ? with_electron : without_electron;
}

PlasmaCouplings plasma_couplings(double temperature) {
  static const PiecewiseChebyshev table(
      3, {std::log(table_start), std::log(table_end)},
      [](double log_t, double* values) {
        const PlasmaCouplings g = run(2.0 * std::numbers::pi * std::exp(log_t));
        values[0] = g.gauge_y;
        values[1] = g.gauge_2;
        values[2] = g.top;
      },
      [](double, double, const double*, double* allowed) { std::fill_n(allowed, 3, 1e-10); });
  if (temperature < table_start || temperature > table_end) return run(2.0 * std::numbers::pi * temperature);
  double g[3];
  table.evaluate(std::log(temperature), g);
  return {g[0], g[1], g[2]};
}

}  // namespace mutauscan
