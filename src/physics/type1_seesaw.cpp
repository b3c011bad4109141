#include "mutauscan/physics/type1_seesaw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"
#include "mutauscan/physics/cp_asymmetry.hpp"

namespace mutauscan {
namespace {

using std::numbers::pi;
using units::degree, units::eV;

constexpr double v = constants::higgs_vev;

// As in ULYSSES 2.0.2, with which numbers are to be compared (arXiv:2301.05722).
constexpr double higgs_mass = 125.35, z_mass = 91.1876;                              // [GeV]
constexpr double equilibrium_neutrino_mass = 1e-12;                                  // m_* [GeV]
constexpr double dm21 = 7.42e-5, dm31_normal = 2.515e-3, dm32_inverted = -2.498e-3;  // [eV^2]

constexpr double massless = -100.0;  // log10 of a mass in eV

/// Rotation [[cos, sin], [-sin, cos]] by a complex angle in the (i, j) plane.
Matrix3c rotation(int i, int j, Complex angle) {
  Matrix3c r = Matrix3c::Identity();
  r(i, i) = r(j, j) = std::cos(angle);
  r(i, j) = std::sin(angle);
  r(j, i) = -r(i, j);
  return r;
}

/// The one-loop light-neutrino mass is -f/(32 pi^2 v^2) times v^2 h h^T.
double loop_function(double mass) {
  const auto part = [mass](double boson) {
    const double r = (mass / boson) * (mass / boson);
    return std::abs(r - 1.0) < 1e-8 ? 1.0 : std::log(r) / (r - 1.0);
  };
  return mass * (part(higgs_mass) + 3.0 * part(z_mass));
}

/// The diagonal matrix between h and h^T in m_nu/v^2: 1/M, with radiative corrections 1/M - f/(32 pi^2 v^2)
Eigen::Vector3d seesaw_weights(const Eigen::Vector3d& mass, bool radiative_corrections) {
  Eigen::Vector3d weight = mass.cwiseInverse();
  if (radiative_corrections)
    for (int i = 0; i < 3; ++i) weight(i) -= loop_function(mass(i)) / (32.0 * pi * pi * v * v);
  return weight;
}

Eigen::Vector3d heavy_masses(const Type1Point& p) {
  return {std::pow(10.0, p.M1), std::pow(10.0, p.M2), std::pow(10.0, p.M3)};
}

/// x modulo the period, from 0 to the period
double wrapped(double x, double period) {
  const double r = std::fmod(x, period);
  return r < 0.0 ? r + period : r;
}

}  // namespace

LightNeutrinos type1_light_neutrinos(const Type1Point& p, Ordering ordering) {
  const OscillationParameters oscillation{
      p.t12 * degree, p.t23 * degree, p.t13 * degree, dm21 * eV * eV,
      (ordering == Ordering::normal ? dm31_normal : dm32_inverted) * eV * eV};
  const double delta = p.delta * degree, eta2 = 0.5 * p.a21 * degree, eta3 = 0.5 * p.a31 * degree;
  LightNeutrinos n{light_masses(oscillation, std::pow(10.0, p.m) * eV), delta, eta2, eta3,
                   pdg_mixing(oscillation, delta)};
  n.mixing.col(1) *= std::polar(1.0, eta2);
  n.mixing.col(2) *= std::polar(1.0, eta3);
  return n;
}

Type1Couplings casas_ibarra(const Type1Point& p, Ordering ordering, bool radiative_corrections) {
  const LightNeutrinos light = type1_light_neutrinos(p, ordering);
  Type1Couplings c{heavy_masses(p), {}};
  const Matrix3c r = rotation(1, 2, Complex(p.x1, p.y1) * degree) *
                     rotation(0, 2, Complex(p.x2, p.y2) * degree) *
                     rotation(0, 1, Complex(p.x3, p.y3) * degree);
  c.yukawa = light.mixing * light.mass.cwiseSqrt().asDiagonal() * r.transpose() *
             seesaw_weights(c.mass, radiative_corrections).cwiseInverse().cwiseSqrt().asDiagonal() / v;
  return c;
}

Type1Couplings explicit_yukawas(const Type1Point& p) {
  Type1Couplings c{heavy_masses(p), {}};
  for (int alpha = 0; alpha < 3; ++alpha)
    for (int i = 0; i < 3; ++i)
      c.yukawa(alpha, i) = std::polar(p.*yukawa_modulus[alpha][i], p.*yukawa_phase[alpha][i] * degree);
  return c;
}

Type1Couplings type1_couplings(const Type1Point& point, const Type1Settings& settings, Ordering ordering) {
  return settings.parametrisation == Type1Parametrisation::yukawas
             ? explicit_yukawas(point)
             : casas_ibarra(point, ordering, settings.radiative_corrections);
}

LightNeutrinos light_neutrinos_of(const Type1Couplings& c, Ordering ordering, bool radiative_corrections) {
  const Matrix3c mass =
      v * v * c.yukawa * seesaw_weights(c.mass, radiative_corrections).asDiagonal() * c.yukawa.transpose();
  const TakagiFactors ascending = takagi(mass);
  const auto order = ordering == Ordering::normal ? std::array{0, 1, 2} : std::array{1, 2, 0};
  LightNeutrinos n;
  for (int i = 0; i < 3; ++i) {
    n.mass(i) = ascending.values(order[std::size_t(i)]);
    n.mixing.col(i) = ascending.omega.row(order[std::size_t(i)]).adjoint();
  }
  // From the product J = U_e1* U_e3 U_tau1 U_tau3*, which phases of fields leave alone:
  // J + c12^2 c13^2 c23^2 s13^2 = c12 c13^2 c23 s13 s12 s23 e^{-i delta}; Antusch et al. hep-ph/0305273
  const Matrix3c& u = n.mixing;
  const double c13_squared = std::norm(u(0, 0)) + std::norm(u(0, 1));
  const double shift =
      std::norm(u(0, 0) * u(0, 2) * u(2, 2)) / std::max(c13_squared, std::numeric_limits<double>::min());
  n.delta = wrapped(-std::arg(std::conj(u(0, 0)) * u(0, 2) * u(2, 0) * std::conj(u(2, 2)) + shift), 2.0 * pi);
  n.eta2 = wrapped(std::arg(u(0, 1) * std::conj(u(0, 0))), pi);
  n.eta3 = wrapped(std::arg(u(0, 2) * std::conj(u(0, 0))) + n.delta, pi);
  return n;
}

Type1Point with_derived_parameters(Type1Point p, Type1Parametrisation parametrisation,
                                   const Type1Couplings& couplings, const LightNeutrinos& n) {
  if (parametrisation == Type1Parametrisation::casas_ibarra) {
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i) {
        p.*yukawa_modulus[alpha][i] = std::abs(couplings.yukawa(alpha, i));
        p.*yukawa_phase[alpha][i] = std::arg(couplings.yukawa(alpha, i)) / degree;
      }
    return p;
  }
  p.m = std::max(massless, std::log10(n.mass.minCoeff() / eV));
  p.delta = n.delta / degree;
  p.a21 = 2.0 * n.eta2 / degree;
  p.a31 = 2.0 * n.eta3 / degree;
  const auto modulus = n.mixing.cwiseAbs();
  p.t12 = std::atan2(modulus(0, 1), modulus(0, 0)) / degree;
  p.t13 = std::atan2(modulus(0, 2), std::hypot(modulus(0, 0), modulus(0, 1))) / degree;
  p.t23 = std::atan2(modulus(1, 2), modulus(2, 2)) / degree;
  p.x1 = p.y1 = p.x2 = p.y2 = p.x3 = p.y3 = std::numeric_limits<double>::quiet_NaN();
  return p;
}

Type1Decays type1_decays(const Type1Couplings& couplings) {
  const Matrix3c& h = couplings.yukawa;
  const Matrix3c product = h.adjoint() * h;
  Type1Decays d;
  for (int i = 0; i < 3; ++i) {
    const double m_i = couplings.mass(i), h_ii = product(i, i).real();
    d.decay_parameter(i) = h_ii * v * v / (m_i * equilibrium_neutrino_mass);
    if (h_ii == 0.0) {
      d.projection.col(i).setZero();
      d.epsilon[std::size_t(i)].setZero();
      continue;
    }
    d.projection.col(i) = h.col(i) / std::sqrt(h_ii);
    Matrix3c sum = Matrix3c::Zero();
    for (int j = 0; j < 3; ++j) {
      if (j == i) continue;
      const double m_j = couplings.mass(j), ratio = m_j / m_i;
      const double p = resonant_propagator(Regulator::none, m_i, m_j, 0.0, 0.0);
      const double violating = -(vertex_function(ratio * ratio) + p * m_i * m_j), conserving = -p * m_i * m_i;
      const Matrix3c pair =
          (violating * product(j, i) + conserving * product(i, j)) * h.col(i) * h.col(j).adjoint();
      sum += Complex(0.0, 1.0) * (pair - pair.adjoint());
    }
    d.epsilon[std::size_t(i)] = sum / (16.0 * pi * h_ii);
  }
  return d;
}

}  // namespace mutauscan
