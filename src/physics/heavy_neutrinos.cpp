#include "mutauscan/physics/heavy_neutrinos.hpp"

#include <cmath>
#include <numbers>

namespace mutauscan {
namespace {

/// Symmetric matrix with the single (pair of) entry h at (i, j).
Matrix3c entry(Flavour i, Flavour j, Complex h) {
  Matrix3c y = Matrix3c::Zero();
  y(i, j) = y(j, i) = h;
  return y;
}

}  // namespace

HeavyNeutrinos heavy_neutrinos(const ModelPoint& point, const Seesaw& seesaw, const ThermalHistory& history,
                               const VacuumExpectation& vacuum, double temperature) {
  using namespace flavour;
  using std::numbers::sqrt2;
  // The direction of the sigma2 vacuum; its fluctuations s2, a2 are taken along and across it.
  const Complex turn = std::polar(1.0, point.relative_vev_phase);
  const TakagiFactors factors = takagi(majorana_mass(seesaw, vacuum.sigma1, vacuum.sigma2 * turn));
  const Matrix3c& omega = factors.omega;

  HeavyNeutrinos n;
  n.mass = factors.values;
  n.dirac_yukawa = seesaw.lambda.asDiagonal() * omega.transpose();

  const Complex i{0.0, 1.0};
  const Matrix3c sigma1 = entry(e, mu, seesaw.h_emu), sigma1_conj = entry(e, tau, seesaw.h_etau);
  const Matrix3c sigma2 = entry(mu, mu, turn * seesaw.h_mumu);
  const Matrix3c sigma2_conj = entry(tau, tau, std::conj(turn) * seesaw.h_tautau);
  const auto rotated = [&](const Matrix3c& y) -> Matrix3c { return omega * (y / sqrt2) * omega.transpose(); };
  n.scalar_yukawa = {rotated(sigma1 + sigma1_conj), rotated(i * sigma1 - i * sigma1_conj),
                     rotated(sigma2 + sigma2_conj), rotated(i * sigma2 - i * sigma2_conj)};

  const auto radial = history.radial_masses(vacuum);
  n.scalar_mass = {radial[0], 0.0, radial[1], 0.0};
  n.portal_coupling = {sqrt2 * point.lambda_phi_sigma * vacuum.sigma1, 0.0,
                       sqrt2 * point.lambda_phi_sigma * vacuum.sigma2, 0.0};
  n.higgs_mass_squared = 0.4 * temperature * temperature;
  return n;
}

}  // namespace mutauscan
