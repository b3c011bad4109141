#include "mutauscan/physics/neutrino_sector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/units.hpp"

namespace mutauscan {
namespace {

using std::numbers::pi;

struct Entry {
  Flavour row, column;
};

std::array<Entry, 2> zeros_of(Texture texture) {
  switch (texture) {
    case Texture::emu_mumu:
      return {{{flavour::e, flavour::mu}, {flavour::mu, flavour::mu}}};
    case Texture::etau_tautau:
      return {{{flavour::e, flavour::tau}, {flavour::tau, flavour::tau}}};
    default:
      return {{{flavour::mu, flavour::mu}, {flavour::tau, flavour::tau}}};
  }
}

/// A x B of the header's comment: x_i = e^{2 i eta_i}/m_i up to a common complex factor.
Eigen::Vector3cd inverse_masses(Texture texture, const OscillationParameters& oscillation, double delta) {
  const Matrix3c v = pdg_mixing(oscillation, delta);
  const auto [first, second] = zeros_of(texture);
  const Eigen::Vector3cd a = (v.row(first.row).array() * v.row(first.column).array()).matrix().transpose();
  const Eigen::Vector3cd b = (v.row(second.row).array() * v.row(second.column).array()).matrix().transpose();
  // Not Eigen's cross(): that conjugates complex vectors.
  return {a(1) * b(2) - a(2) * b(1), a(2) * b(0) - a(0) * b(2), a(0) * b(1) - a(1) * b(0)};
}

/// (m2^2 - m1^2) dm3l - (m3^2 - m_{1 or 2}^2) dm21 times q1 q2 q3 with q_i = |x_i|^2, m_i^2 = k/q_i: no
/// poles, and a polynomial in cos(delta).
double splitting_mismatch(Texture texture, const OscillationParameters& oscillation, double delta) {
  const Eigen::Vector3d q = inverse_masses(texture, oscillation, delta).cwiseAbs2();
  const bool normal = oscillation.dm3l > 0.0;
  const double q_near = normal ? q(0) : q(1);
  const double q_other = normal ? q(1) : q(0);
  return (q(0) - q(1)) * q(2) * oscillation.dm3l - (q_near - q(2)) * q_other * oscillation.dm21;
}

/// Real roots in [-1, 1] of the polynomial with these values at the Chebyshev points cos(pi (k + 1/2)/n).
template <std::size_t n>
std::vector<double> chebyshev_roots(const std::array<double, n>& values) {
  std::array<double, n> c{};
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < n; ++k)
      c[j] += values[k] * std::cos(pi * double(j) * (double(k) + 0.5) / double(n));
    c[j] *= (j == 0 ? 1.0 : 2.0) / double(n);
  }
  double scale = 0.0;
  for (double x : c) scale = std::max(scale, std::abs(x));
  std::size_t degree = n - 1;
  while (degree > 0 && std::abs(c[degree]) <= 1e-14 * scale) --degree;
  if (degree == 0) return {};

  // Colleague matrix (I. J. Good 1961): the recurrence x T_i = (T_{i-1} + T_{i+1})/2, x T_0 = T_1 as a
  // matrix, closed by sum_j c_j T_j = 0. Its eigenvalues are the roots.
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, int(n), int(n)>;
  const auto size = static_cast<Eigen::Index>(degree);
  Matrix colleague = Matrix::Zero(size, size);
  for (Eigen::Index i = 0; i + 1 < size; ++i) {
    colleague(i + 1, i) = 0.5;
    colleague(i, i + 1) = i == 0 ? 1.0 : 0.5;
  }
  if (size > 1) {
    for (Eigen::Index i = 0; i < size; ++i)
      colleague(size - 1, i) -= 0.5 * c[static_cast<std::size_t>(i)] / c[degree];
  } else {
    colleague(0, 0) = -c[0] / c[1];
  }
  std::vector<double> roots;
  const Eigen::EigenSolver<Matrix> solver(colleague, /*computeEigenvectors=*/false);
  for (const Complex& root : solver.eigenvalues()) {
    // A root that touches zero without crossing appears as a pair with imaginary parts ~ sqrt(rounding).
    if (std::abs(root.imag()) < 1e-7 && std::abs(root.real()) <= 1.0 + 1e-9)
      roots.push_back(std::clamp(root.real(), -1.0, 1.0));
  }
  return roots;
}

/// A few secant steps: the eigenvalue is good to ~1e-13 in cos(delta), which is poor in delta near 0 and pi.
double polish(Texture texture, const OscillationParameters& oscillation, double delta) {
  double x0 = delta, x1 = delta + 1e-6;
  double f0 = splitting_mismatch(texture, oscillation, x0), f1 = splitting_mismatch(texture, oscillation, x1);
  for (int i = 0; i < 8 && f1 != f0; ++i) {
    const double x2 = x1 - f1 * (x1 - x0) / (f1 - f0);
    if (!(std::abs(x2 - delta) < 1e-4)) break;  // a double root: keep what we have
    x0 = x1, f0 = f1;
    x1 = x2, f1 = splitting_mismatch(texture, oscillation, x1);
  }
  return std::abs(f1) < std::abs(f0) ? x1 : x0;
}

LightNeutrinos with_phases(const OscillationParameters& oscillation, const Eigen::Vector3d& mass,
                           double delta, double eta2, double eta3) {
  LightNeutrinos result{mass, delta, eta2, eta3, pdg_mixing(oscillation, delta)};
  result.mixing.col(1) *= std::polar(1.0, eta2);
  result.mixing.col(2) *= std::polar(1.0, eta3);
  return result;
}

}  // namespace

OscillationParameters oscillation_parameters(const ModelPoint& point) {
  using units::degree, units::eV;
  return {point.theta12_deg * degree, point.theta23_deg * degree, point.theta13_deg * degree,
          point.dm21_eV2 * eV * eV, point.dm3l_eV2 * eV * eV};
}

Matrix3c pdg_mixing(const OscillationParameters& oscillation, double delta) {
  const double s12 = std::sin(oscillation.theta12), c12 = std::cos(oscillation.theta12);
  const double s23 = std::sin(oscillation.theta23), c23 = std::cos(oscillation.theta23);
  const double s13 = std::sin(oscillation.theta13), c13 = std::cos(oscillation.theta13);
  const Complex phase = std::polar(1.0, delta);
  Matrix3c v;
  v << c12 * c13, s12 * c13, s13 * std::conj(phase),                                                  //
      -s12 * c23 - c12 * s23 * s13 * phase, c12 * c23 - s12 * s23 * s13 * phase, Complex(s23 * c13),  //
      s12 * s23 - c12 * c23 * s13 * phase, -c12 * s23 - s12 * c23 * s13 * phase, Complex(c23 * c13);
  return v;
}

Eigen::Vector3d light_masses(const OscillationParameters& oscillation, double m_lightest) {
  const double m2 = m_lightest * m_lightest;
  if (oscillation.dm3l > 0.0)
    return {m_lightest, std::sqrt(m2 + oscillation.dm21), std::sqrt(m2 + oscillation.dm3l)};
  const double second = m2 - oscillation.dm3l;
  return {std::sqrt(second - oscillation.dm21), std::sqrt(second), m_lightest};
}

std::vector<LightNeutrinos> texture_solutions(Texture texture, const OscillationParameters& oscillation) {
  // Each V_ai is linear in e^{i delta}, so the mismatch has degree <= 8 in cos(delta); 17 points are ample.
  std::array<double, 17> values{};
  for (std::size_t k = 0; k < values.size(); ++k)
    values[k] = splitting_mismatch(texture, oscillation, pi * (double(k) + 0.5) / double(values.size()));

  std::vector<double> deltas;
  for (double cosine : chebyshev_roots(values)) {
    const double delta = std::abs(polish(texture, oscillation, std::acos(cosine)));
    deltas.push_back(delta);
    if (delta > 0.0 && delta < pi) deltas.push_back(2.0 * pi - delta);
  }
  std::sort(deltas.begin(), deltas.end());
  deltas.erase(std::unique(deltas.begin(), deltas.end(), [](double a, double b) { return b - a < 1e-9; }),
               deltas.end());

  std::vector<LightNeutrinos> solutions;
  for (double delta : deltas) {
    const Eigen::Vector3cd x = inverse_masses(texture, oscillation, delta);
    const Eigen::Vector3d q = x.cwiseAbs2();
    // m_i^2 = scale / q_i; the polynomial also has roots with a massless or infinitely heavy state, or with
    // both splittings of the wrong sign. Those are not neutrinos.
    const double scale = oscillation.dm21 * q(0) * q(1) / (q(0) - q(1));
    if (!(scale > 0.0) || !(q.minCoeff() > 1e-14 * q.maxCoeff())) continue;
    // Towards theta_23 = 45 deg masses grow without bound, to where their differences are rounding errors.
    const double splitting = scale / q(2) - scale / (oscillation.dm3l > 0.0 ? q(0) : q(1));
    if (!(std::abs(splitting - oscillation.dm3l) <= 1e-6 * std::abs(oscillation.dm3l))) continue;
    const Eigen::Vector3d mass = (scale / q.array()).sqrt();
    const auto majorana_phase = [&](int i) {
      const double two_eta = std::arg(x(i) * std::conj(x(0)));
      return 0.5 * (two_eta < 0.0 ? two_eta + 2.0 * pi : two_eta);
    };
    solutions.push_back(with_phases(oscillation, mass, delta, majorana_phase(1), majorana_phase(2)));
  }
  return solutions;
}

Outcome<LightNeutrinos> light_neutrinos(const ModelPoint& point, const ModelSettings& settings) {
  const OscillationParameters oscillation = oscillation_parameters(point);
  if (settings.texture == Texture::none) {
    const Eigen::Vector3d mass = light_masses(oscillation, point.m_lightest_eV * units::eV);
    if (!(mass.minCoeff() > 0.0))
      return Failure{Status::outside_domain, "the mass splittings leave no real light-neutrino masses"};
    return with_phases(oscillation, mass, point.delta_deg * units::degree, point.eta2_deg * units::degree,
                       point.eta3_deg * units::degree);
  }
  const LightNeutrinos* chosen = nullptr;
  const auto solutions = texture_solutions(settings.texture, oscillation);
  for (const LightNeutrinos& candidate : solutions) {
    const bool above_pi = candidate.delta >= pi;
    if (above_pi != (settings.cp_branch == CpBranch::delta_above_pi)) continue;
    if (!chosen || candidate.mass.minCoeff() < chosen->mass.minCoeff()) chosen = &candidate;
  }
  if (!chosen)
    return Failure{Status::no_texture_solution,
                   "no Dirac phase on this branch makes both entries of the texture vanish"};
  return *chosen;
}

Matrix3c inverse_seesaw(const LightNeutrinos& neutrinos) {
  constexpr double v = constants::higgs_vev;
  return v * v * neutrinos.mixing * neutrinos.mass.cwiseInverse().asDiagonal() * neutrinos.mixing.transpose();
}

double double_beta_mass(const LightNeutrinos& neutrinos) {
  Complex sum = 0.0;
  for (int i = 0; i < 3; ++i)
    sum += std::conj(neutrinos.mixing(flavour::e, i) * neutrinos.mixing(flavour::e, i)) * neutrinos.mass(i);
  return std::abs(sum);
}

double beta_decay_mass(const LightNeutrinos& neutrinos) {
  double sum = 0.0;
  for (int i = 0; i < 3; ++i)
    sum += std::norm(neutrinos.mixing(flavour::e, i)) * neutrinos.mass(i) * neutrinos.mass(i);
  return std::sqrt(sum);
}

}  // namespace mutauscan
