#include "mutauscan/physics/seesaw.hpp"

#include <cmath>
#include <numbers>

namespace mutauscan {

Seesaw seesaw(const ModelPoint& point, Texture texture, const LightNeutrinos& neutrinos) {
  using namespace flavour;
  const Matrix3c s = inverse_seesaw(neutrinos);

  Seesaw result{};
  result.b = texture == Texture::etau_tautau ? mu : tau;
  const Flavour b = result.b;
  const Flavour a = b == tau ? mu : tau;

  result.sigma1_0 = point.m_zp / (std::numbers::sqrt2 * point.g_zp) / std::hypot(1.0, 2.0 * point.vev_ratio);
  result.sigma2_0 = point.vev_ratio * result.sigma1_0;

  if (texture == Texture::none) {
    result.lambda << point.lambda_e, point.lambda_mu, point.lambda_tau;
  } else {
    result.lambda(a) = point.lambda_large;
    result.lambda(b) = point.M_mutau / (point.lambda_large * std::abs(s(mu, tau)));
    result.lambda(e) = point.h_etau * result.sigma1_0 / (result.lambda(b) * std::abs(s(e, b)));
  }

  const auto mass = [&](Flavour i, Flavour j) { return result.lambda(i) * result.lambda(j) * s(i, j); };
  result.M_ee = mass(e, e);
  result.M_mutau = mass(mu, tau);
  // The entries a texture sets to zero stay exact zeros: their rounding residue, times a large lambda_a^2,
  // would compete with the small entries that the symmetry breaking makes.
  const bool no_zeros = texture == Texture::none;
  const bool sigma2_absent = texture == Texture::mumu_tautau;
  const auto sigma1_coupling = [&](Flavour i) {
    return (i == b || no_zeros || sigma2_absent) ? mass(e, i) / result.sigma1_0 : Complex{};
  };
  const auto sigma2_coupling = [&](Flavour i) {
    return ((i == b || no_zeros) && !sigma2_absent) ? mass(i, i) / result.sigma2_0 : Complex{};
  };
  result.h_emu = sigma1_coupling(mu);
  result.h_etau = sigma1_coupling(tau);
  result.h_mumu = sigma2_coupling(mu);
  result.h_tautau = sigma2_coupling(tau);
  return result;
}

Matrix3c majorana_mass(const Seesaw& seesaw, double sigma1, Complex sigma2) {
  using namespace flavour;
  Matrix3c m;
  m(e, e) = seesaw.M_ee;
  m(mu, tau) = m(tau, mu) = seesaw.M_mutau;
  m(e, mu) = m(mu, e) = seesaw.h_emu * sigma1;
  m(e, tau) = m(tau, e) = seesaw.h_etau * sigma1;
  m(mu, mu) = seesaw.h_mumu * sigma2;
  m(tau, tau) = seesaw.h_tautau * std::conj(sigma2);
  return m;
}

}  // namespace mutauscan
