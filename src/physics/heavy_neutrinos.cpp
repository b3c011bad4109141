#include "mutauscan/physics/heavy_neutrinos.hpp"

#include <cmath>
#include <numbers>

namespace mutauscan {
namespace {

/// Omega y Omega^T of the symmetric y with the single (pair of) entry h at (i, j)
Matrix3c rotated(const Matrix3c& omega, Flavour i, Flavour j, Complex h) {
  const Eigen::Vector3cd at_i = h * omega.col(i), at_j = omega.col(j);
  Matrix3c y = at_i * at_j.transpose();
  if (i != j) y += y.transpose().eval();
  return y;
}

}  // namespace

HeavyNeutrinos heavy_neutrinos(const ModelPoint& point, const Seesaw& seesaw, const VacuumExpectation& vacuum,
                               double temperature) {
  using namespace flavour;
  using std::numbers::sqrt2;
  // The direction of the sigma2 vacuum; its fluctuations s2, a2 are taken along and across it.
  const Complex turn = std::polar(1.0, point.relative_vev_phase);
  const TakagiFactors factors = takagi(majorana_mass(seesaw, vacuum.sigma1, vacuum.sigma2 * turn));
  const Matrix3c& omega = factors.omega;

  HeavyNeutrinos n;
  n.mass = factors.values;
  n.dirac_yukawa = seesaw.lambda.asDiagonal() * omega.transpose();

  // The fields sigma = (s + i a)/sqrt2 and their conjugates, each with its entry in the flavour basis
  const Complex i{0.0, 1.0};
  const Matrix3c sigma1 = rotated(omega, e, mu, seesaw.h_emu / sqrt2),
                 sigma1_conj = rotated(omega, e, tau, seesaw.h_etau / sqrt2),
                 sigma2 = rotated(omega, mu, mu, turn * seesaw.h_mumu / sqrt2),
                 sigma2_conj = rotated(omega, tau, tau, std::conj(turn) * seesaw.h_tautau / sqrt2);
  n.scalar_yukawa = {sigma1 + sigma1_conj, i * (sigma1 - sigma1_conj), sigma2 + sigma2_conj,
                     i * (sigma2 - sigma2_conj)};

  const auto radial = vacuum.radial_masses();
  n.scalar_mass = {radial[0], 0.0, radial[1], 0.0};
  n.portal_coupling = {sqrt2 * point.lambda_phi_sigma * vacuum.sigma1, 0.0,
                       sqrt2 * point.lambda_phi_sigma * vacuum.sigma2, 0.0};
  n.higgs_mass_squared = 0.4 * temperature * temperature;
  return n;
}

}  // namespace mutauscan
