#include "mutauscan/physics/plasma.hpp"

#include <Eigen/LU>

namespace mutauscan {
namespace {

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

}  // namespace

const ChemicalResponse& chemical_response(Spectators spectators, bool electron_yukawa_in_equilibrium) {
  static const ChemicalResponse none{-0.5 * Eigen::Matrix3d::Identity(), Eigen::RowVector3d::Zero()};
  static const ChemicalResponse with_electron = solve(true), without_electron = solve(false);
  if (spectators == Spectators::none) return none;
  return electron_yukawa_in_equilibrium ? with_electron : without_electron;
}

}  // namespace mutauscan
