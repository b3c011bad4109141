#include "mutauscan/physics/type1_seesaw.hpp"

#include <cmath>
#include <numbers>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"
#include "mutauscan/physics/cp_asymmetry.hpp"

namespace mutauscan {
namespace {

using std::numbers::pi;
using units::degree, units::eV;

// As in ULYSSES 2.0.2, with which numbers are to be compared (arXiv:2301.05722).
constexpr double higgs_mass = 125.35, z_mass = 91.1876;                              // [GeV]
constexpr double equilibrium_neutrino_mass = 1e-12;                                  // m_* [GeV]
constexpr double dm21 = 7.42e-5, dm31_normal = 2.515e-3, dm32_inverted = -2.498e-3;  // [eV^2]

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
  constexpr double v = constants::higgs_vev;
  Type1Couplings c;
  c.mass << std::pow(10.0, p.M1), std::pow(10.0, p.M2), std::pow(10.0, p.M3);
  Eigen::Vector3d inverse = c.mass.cwiseInverse();
  if (radiative_corrections)
    for (int i = 0; i < 3; ++i) inverse(i) -= loop_function(c.mass(i)) / (32.0 * pi * pi * v * v);
  const Matrix3c r = rotation(1, 2, Complex(p.x1, p.y1) * degree) *
                     rotation(0, 2, Complex(p.x2, p.y2) * degree) *
                     rotation(0, 1, Complex(p.x3, p.y3) * degree);
  c.yukawa = light.mixing * light.mass.cwiseSqrt().asDiagonal() * r.transpose() *
             inverse.cwiseInverse().cwiseSqrt().asDiagonal() / v;
  return c;
}

Type1Decays type1_decays(const Type1Couplings& couplings) {
  const Matrix3c& h = couplings.yukawa;
  const Matrix3c product = h.adjoint() * h;
  constexpr double v = constants::higgs_vev;
  Type1Decays d;
  for (int i = 0; i < 3; ++i) {
    const double m_i = couplings.mass(i), h_ii = product(i, i).real();
    d.decay_parameter(i) = h_ii * v * v / (m_i * equilibrium_neutrino_mass);
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
