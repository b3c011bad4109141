#pragma once

// Decay widths and CP asymmetries of heavy Majorana neutrinos with Dirac couplings to L Phi and Yukawa
// couplings to real scalars, in two-component notation:
//   L = -1/2 M_I N_I N_I - lambda_{alpha I} (L_alpha.Phi) N_I - 1/2 y^a_{IJ} phi_a N_I N_J + h.c.
//       - mu_a phi_a |Phi|^2;   the amplitude to leptons is proportional to lambda*.
// Standard part: Covi, Roulet, Vissani hep-ph/9605319; resonant form: Pilaftsis, Underwood hep-ph/0309342.
// Scalar part: the same unitarity cuts with N_K phi_a in the loop; cf. LeDall, Ritz 1408.2498.

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include <Eigen/Core>

#include "mutauscan/numerics/takagi.hpp"
#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// Couplings of `generations` heavy neutrinos in their mass basis, masses ascending; GeV throughout.
template <int generations, int scalars>
struct DecayCouplings {
  using Yukawa = Eigen::Matrix<Complex, generations, generations>;

  Eigen::Matrix<double, generations, 1> mass;
  Eigen::Matrix<Complex, 3, generations> dirac_yukawa;  ///< lambda_{alpha I}
  std::array<Yukawa, scalars> scalar_yukawa;            ///< y^a_{IJ}, symmetric
  std::array<double, scalars> scalar_mass;              ///< m_a
  std::array<double, scalars> portal_coupling;          ///< mu_a
  double higgs_mass_squared;                            ///< m_H^2 in the portal vertex
};

/// Partial widths at rest [GeV]; lepton: N_I -> L Phi, both CP states; scalar(I, K): N_I -> N_K phi, summed
/// over the scalars.
template <int generations>
struct DecayWidths {
  Eigen::Matrix<double, generations, 1> lepton;
  Eigen::Matrix<double, generations, generations> scalar;

  /// Width of N_i into all N_k phi_a together [GeV].
  double scalar_total(int i) const { return scalar.row(i).sum(); }
  /// Total width of N_i [GeV].
  double total(int i) const { return lepton(i) + scalar_total(i); }
};

/// epsilon_{alpha I} = [Gamma(N_I -> L_alpha Phi) - Gamma(N_I -> anti)] / Gamma(N_I -> L Phi), by diagram.
template <int generations>
struct CpAsymmetries {
  using PerFlavour = Eigen::Matrix<double, 3, generations>;

  PerFlavour self_energy_violating = PerFlavour::Zero();   ///< L Phi loop, lepton-number violating
  PerFlavour self_energy_conserving = PerFlavour::Zero();  ///< L Phi loop, conserving; sums to 0 over alpha
  PerFlavour vertex = PerFlavour::Zero();                  ///< L Phi vertex
  PerFlavour scalar_self_energy = PerFlavour::Zero();      ///< N_K phi_a loop
  PerFlavour portal_vertex = PerFlavour::Zero();           ///< N_K phi_a in, phi_a Phi Phi* vertex

  /// What the type-I seesaw has as well: the loops of leptons and Higgs.
  PerFlavour standard() const { return self_energy_violating + self_energy_conserving + vertex; }
  /// Sum of all contributions.
  PerFlavour total() const { return standard() + scalar_self_energy + portal_vertex; }
};

/// The vertex function sqrt(x) [1 - (1 + x) ln(1 + 1/x)], x = M_J^2/M_I^2 > 0; -> -1/(2 sqrt x) for large x,
/// where the closed form would cancel to nothing and its series is used.
inline double vertex_function(double x) {
  if (x < 40.0) return std::sqrt(x) * (1.0 - (1.0 + x) * std::log1p(1.0 / x));
  double sum = 0.0, power = 1.0;
  for (int n = 1; n <= 11; ++n) {
    power /= -x;
    sum += power / (n * (n + 1));
  }
  return std::sqrt(x) * sum;
}

namespace detail {

/// Two-body kinematics of N_I -> N_K phi_a: r_K = M_K/M_I, r_a = m_a/M_I,
/// beta = sqrt{[1-(r_K+r_a)^2][1-(r_K-r_a)^2]} above threshold, else 0.
struct TwoBody {
  double r_k, r_a, beta;

  /// Of N_i decaying into N_k and a boson; masses in GeV.
  TwoBody(double m_i, double m_k, double m_a) : r_k(m_k / m_i), r_a(m_a / m_i), beta(0.0) {
    const double release = m_i - m_k - m_a;  // exact for nearly degenerate masses, unlike 1 - r_K
    if (release <= 0.0) return;
    beta = std::sqrt(release * (m_i + m_k + m_a) * (m_i - m_k + m_a) * (m_i + m_k - m_a)) / (m_i * m_i);
  }
  /// Energy of N_K over M_I: kappa = (1 + r_K^2 - r_a^2)/2
  double kappa() const { return 0.5 * (1.0 + r_k * r_k - r_a * r_a); }
  /// z = kappa y* + r_K y
  Complex z(Complex y) const { return kappa() * std::conj(y) + r_k * y; }
};

}  // namespace detail

/// Gamma(N_I -> L Phi) = H_II M_I/(8 pi), H = lambda^dagger lambda;
/// Gamma(N_I -> N_K phi_a) = M_I beta/(8 pi) Re(y_KI z_KI).
template <int n, int s>
DecayWidths<n> decay_widths(const DecayCouplings<n, s>& c, ScalarMasses scalar_masses) {
  constexpr double eight_pi = 8.0 * std::numbers::pi;
  DecayWidths<n> widths;
  widths.scalar.setZero();
  for (int i = 0; i < n; ++i) {
    widths.lepton(i) = c.dirac_yukawa.col(i).squaredNorm() * c.mass(i) / eight_pi;
    for (int k = 0; k < i; ++k)
      for (int a = 0; a < s; ++a) {
        const std::size_t ia = static_cast<std::size_t>(a);
        const detail::TwoBody decay(c.mass(i), c.mass(k),
                                    scalar_masses == ScalarMasses::thermal ? c.scalar_mass[ia] : 0.0);
        if (decay.beta == 0.0) continue;
        const Complex y = c.scalar_yukawa[ia](k, i);
        widths.scalar(i, k) += c.mass(i) * decay.beta / eight_pi * (y * decay.z(y)).real();
      }
  }
  return widths;
}

/// Resonant propagator P_IJ = Delta/(Delta^2 + A^2) [GeV^-2], Delta = M_I^2 - M_J^2; Gamma: total widths.
/// pu: A = M_I Gamma_J; sum/diff: A = M_I Gamma_I +- M_J Gamma_J (Garny et al. 1112.6428, Anisimov, Broncano,
/// Pluemacher hep-ph/0511248); none: A = 0. Exactly degenerate states do not mix into an asymmetry: 0.
inline double resonant_propagator(Regulator regulator, double m_i, double m_j, double gamma_i,
                                  double gamma_j) {
  const double delta = (m_i - m_j) * (m_i + m_j);
  if (delta == 0.0) return 0.0;
  double a = 0.0;
  if (regulator == Regulator::pilaftsis_underwood) a = m_i * gamma_j;
  if (regulator == Regulator::sum) a = m_i * gamma_i + m_j * gamma_j;
  if (regulator == Regulator::difference) a = m_i * gamma_i - m_j * gamma_j;
  return delta / (delta * delta + a * a);
}

/// Scalar part of A_JI at E = M_I, one column for each I: sum_{K,a} beta y^a_JK z^a_KI. The diagonal's
/// imaginary part, sum beta r_K Im(y_KI^2), is taken from there: of scalars in whose sum it cancels, it is 0.
template <int n, int s>
Eigen::Matrix<Complex, n, n> scalar_loops(const DecayCouplings<n, s>& c, ScalarMasses scalar_masses) {
  Eigen::Matrix<Complex, n, n> a_ji = Eigen::Matrix<Complex, n, n>::Zero();
  for (int i = 0; i < n; ++i) {
    double own = 0.0;
    for (int k = 0; k < i; ++k) {
      detail::TwoBody loop(c.mass(i), c.mass(k), 0.0);
      for (std::size_t a = 0; a < std::size_t(s); ++a) {
        if (scalar_masses == ScalarMasses::thermal)
          loop = detail::TwoBody(c.mass(i), c.mass(k), c.scalar_mass[a]);
        if (loop.beta == 0.0) continue;
        const Complex y = c.scalar_yukawa[a](k, i);
        a_ji.col(i) += loop.beta * loop.z(y) * c.scalar_yukawa[a].col(k);
        own += loop.beta * loop.r_k * (y * y).imag();
      }
    }
    a_ji(i, i).imag(own);
  }
  return a_ji;
}

/// The portal vertex with N_K phi_a on shell; 0 where N_I -> N_K phi_a is closed:
///   (mu_a/M_I) [y_KI (-beta + (r_K^2 - r_H^2) L) + y_KI* r_K L],  L = ln[(r_H^2 - t_+)/(r_H^2 - t_-)],
///   t_- = -(1 - r_K^2 - r_a^2 + beta)/2,  t_+ = r_K^2 r_a^2/t_-
template <int n, int s>
Complex portal_amplitude(const DecayCouplings<n, s>& c, int i, int k, std::size_t a) {
  if (c.portal_coupling[a] == 0.0) return 0.0;
  const double m_i = c.mass(i);
  const detail::TwoBody cut(m_i, c.mass(k), c.scalar_mass[a]);
  if (cut.beta == 0.0) return 0.0;
  const double r_k2 = cut.r_k * cut.r_k, r_a2 = cut.r_a * cut.r_a;
  const double r_h2 = c.higgs_mass_squared / (m_i * m_i);
  const double t_minus = -0.5 * (1.0 - r_k2 - r_a2 + cut.beta);
  const double t_plus = r_k2 * r_a2 / t_minus;
  const double log_ratio = std::log((r_h2 - t_plus) / (r_h2 - t_minus));
  const Complex y = c.scalar_yukawa[a](k, i);
  return c.portal_coupling[a] / m_i *
         (y * (-cut.beta + (r_k2 - r_h2) * log_ratio) + std::conj(y) * cut.r_k * log_ratio);
}

/// CP asymmetries of all N_I, per flavour and by diagram.
///   A_JI = H_IJ + sum_{K,a} beta y^a_JK z^a_KI
///   self energy:   1/(8 pi H_II) sum_{J != I} P_IJ Im{ lambda_aI lambda_aJ* [ M_I^2 A_JI + M_I M_J A_JI* ] }
///                  + 1/(8 pi H_II) |lambda_aI|^2 Im A_II/2
///   vertex:        1/(8 pi H_II) sum_J vertex_function(x) Im{ lambda_aI lambda_aJ* H_JI }
///   portal vertex: 1/(8 pi H_II) sum_{K,a} Im{ lambda_aI lambda_aK* portal_amplitude }
/// The term J = I is what N_I's own loop leaves: its pole part is real, that of the negative-energy component
/// is not. With massless scalars of the two-zero textures it is zero, as radial and angular modes cancel.
/// Exactly degenerate states have no basis of their own, so that no self energy between or of them counts.
/// Valid for Delta well above M Gamma up to the regulator's own ambiguity; the three-body mode N -> L Phi
/// phi, of the same order as the portal vertex, is not included.
template <int n, int s>
CpAsymmetries<n> cp_asymmetries(const DecayCouplings<n, s>& c, const DecayWidths<n>& widths,
                                Regulator regulator, ScalarMasses scalar_masses) {
  const Eigen::Matrix<Complex, n, n> h = c.dirac_yukawa.adjoint() * c.dirac_yukawa;
  const Eigen::Matrix<Complex, n, n> loops = scalar_loops(c, scalar_masses);
  CpAsymmetries<n> epsilon;
  for (int i = 0; i < n; ++i) {
    const double m_i = c.mass(i);
    const double prefactor = 1.0 / (8.0 * std::numbers::pi * h(i, i).real());
    // lambda_{alpha I} lambda_{alpha J}*, to be contracted with amplitudes, all flavours at once
    const Eigen::Matrix<Complex, 3, n> pairs =
        c.dirac_yukawa.col(i).asDiagonal() * c.dirac_yukawa.conjugate();
    const auto add = [&](auto& target, int j, Complex amplitude) {
      for (int alpha = 0; alpha < 3; ++alpha)
        target(alpha, i) += prefactor * (pairs(alpha, j) * amplitude).imag();
    };

    for (int k = 0; k < i; ++k)
      for (std::size_t a = 0; a < std::size_t(s); ++a)
        add(epsilon.portal_vertex, k, portal_amplitude(c, i, k, a));
    if ((c.mass.array() == m_i).count() == 1)
      add(epsilon.scalar_self_energy, i, {0.0, 0.5 * loops(i, i).imag()});

    for (int j = 0; j < n; ++j) {
      if (j == i) continue;
      const double m_j = c.mass(j);
      const double p = resonant_propagator(regulator, m_i, m_j, widths.total(i), widths.total(j));
      add(epsilon.self_energy_conserving, j, p * m_i * m_i * h(i, j));
      add(epsilon.self_energy_violating, j, p * m_i * m_j * std::conj(h(i, j)));
      add(epsilon.scalar_self_energy, j, p * m_i * (m_i * loops(j, i) + m_j * std::conj(loops(j, i))));
      const double mass_ratio = m_j / m_i;
      add(epsilon.vertex, j, vertex_function(mass_ratio * mass_ratio) * h(j, i));
    }
  }
  return epsilon;
}

/// True where perturbation theory is trusted: |epsilon_aI| <= 0.1 |lambda_aI|^2/H_II for every flavour with a
/// coupling. Beyond it the mixing of the two states is of order one.
template <int n, int s>
bool asymmetry_is_perturbative(const DecayCouplings<n, s>& c, const CpAsymmetries<n>& epsilon) {
  const auto total = epsilon.total();
  for (int i = 0; i < n; ++i) {
    const double h_ii = c.dirac_yukawa.col(i).squaredNorm();
    for (int alpha = 0; alpha < 3; ++alpha)
      if (std::abs(total(alpha, i)) > 0.1 * std::norm(c.dirac_yukawa(alpha, i)) / h_ii) return false;
  }
  return true;
}

}  // namespace mutauscan
