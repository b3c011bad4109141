#include "mutauscan/physics/mixing.hpp"

#include <cmath>
#include <numbers>

#include "mutauscan/physics/heavy_neutrinos.hpp"

namespace mutauscan {
namespace {

constexpr double eight_pi = 8.0 * std::numbers::pi;
constexpr double window_width = 0.2;  // of the mean mass: beyond it mixing is not resummed
constexpr double least_span = 4e-5;   // of the mean mass, over which slopes of G are taken

/// (M_I - M_J) relative to the window
double distance(const NeutrinoMixing& m, int i, int j) {
  return m.splitting(i, j) / (window_width * m.mean_mass(i, j));
}

double mass_in_loop(double scalar_mass, ScalarMasses choice) {
  return choice == ScalarMasses::thermal ? scalar_mass : 0.0;
}

/// 8 pi G_IJ(E) = E Re H_IJ(E) + Re V_IJ(E) for one pair (I, J): H_IJ(E) = H_IJ + sum_{K,a} beta kappa y_IK*
/// y_KJ, V_IJ(E) = sum_{K,a} beta M_K y_IK y_KJ. Scalars of one mass are summed once for all energies.
template <int s>
class AbsorptivePart {
 public:
  AbsorptivePart(const DecayCouplings<3, s>& c, int i, int j, ScalarMasses masses)
      : mass_(c.mass), lepton_((c.dirac_yukawa.col(i).dot(c.dirac_yukawa.col(j))).real()) {
    groups_ = masses == ScalarMasses::thermal || s == 0 ? s : 1;
    for (int k = 0; k < 3; ++k)
      for (int a = 0; a < s; ++a) {
        const int group = groups_ == 1 ? 0 : a;
        const Complex y_ik = c.scalar_yukawa[std::size_t(a)](i, k),
                      y_kj = c.scalar_yukawa[std::size_t(a)](k, j);
        const double real = y_ik.real() * y_kj.real(), imaginary = y_ik.imag() * y_kj.imag();
        conserving_[k][group] += real + imaginary;
        flipping_[k][group] += real - imaginary;
        scalar_mass_[group] = mass_in_loop(c.scalar_mass[std::size_t(a)], masses);
      }
  }

  double lepton_loop() const { return lepton_; }  ///< Re H_IJ

  double scalar_loops(double energy) const {
    double sum = 0.0;
    for (int k = 0; k < 3 && energy > mass_(k); ++k)
      for (int group = 0; group < groups_; ++group) {
        const detail::TwoBody loop(energy, mass_(k), scalar_mass_[group]);
        sum += loop.beta * (energy * loop.kappa() * conserving_[k][group] + mass_(k) * flipping_[k][group]);
      }
    return sum;
  }

 private:
  const Eigen::Vector3d& mass_;
  double lepton_;
  int groups_;
  double scalar_mass_[s + 1] = {}, conserving_[3][s + 1] = {}, flipping_[3][s + 1] = {};
};

/// [8 pi G_IJ(M_I) - 8 pi G_IJ(M_J)]/(M_I - M_J), or the slope where they are one.
template <int s>
double absorptive_slope(const DecayCouplings<3, s>& c, const NeutrinoMixing& m, int i, int j,
                        ScalarMasses masses) {
  const double mean = m.mean_mass(i, j), span = std::hypot(m.splitting(i, j), least_span * mean);
  const AbsorptivePart<s> part(c, i, j, masses);
  return part.lepton_loop() +
         (part.scalar_loops(mean + 0.5 * span) - part.scalar_loops(mean - 0.5 * span)) / span;
}

/// F_KL,JQ = W_KL W_JQ [phi_KL,JQ(M_J) + phi_KL,JQ(M_Q)]/2, where both daughters can be made at that energy:
///   phi(E) = sum_a sqrt(beta_K beta_L)/(8 pi) [E sqrt(kappa_K kappa_L) Re(y_KJ y_LQ*) + sqrt(M_K M_L)
///   Re(y_KJ y_LQ)]
template <int s>
double feed(const DecayCouplings<3, s>& c, const NeutrinoMixing& m, int k, int l, int j, int q,
            ScalarMasses masses) {
  double sum = 0.0;
  for (int parent : {j, q}) {
    const double energy = c.mass(parent);
    if (k >= parent || l >= parent) continue;
    double beta = 0.0, kappa = 0.0;
    for (std::size_t a = 0; a < std::size_t(s); ++a) {
      if (a == 0 || masses == ScalarMasses::thermal) {  // else as for the last one
        const double m_a = mass_in_loop(c.scalar_mass[a], masses);
        const detail::TwoBody to_k(energy, c.mass(k), m_a), to_l(energy, c.mass(l), m_a);
        beta = std::sqrt(to_k.beta * to_l.beta);
        kappa = std::sqrt(to_k.kappa() * to_l.kappa());
      }
      if (beta == 0.0) continue;
      const Complex y_kj = c.scalar_yukawa[a](k, j), y_lq = c.scalar_yukawa[a](l, q);
      sum += beta * (energy * kappa * (y_kj * std::conj(y_lq)).real() +
                     std::sqrt(c.mass(k) * c.mass(l)) * (y_kj * y_lq).real());
    }
  }
  return m.window(k, l) * m.window(j, q) * 0.5 * sum / eight_pi;
}

template <int s>
void fill_feed(const DecayCouplings<3, s>& c, const DecayWidths<3>& widths, NeutrinoMixing& m,
               ScalarMasses masses) {
  for (int parents = 0; parents < 6; ++parents) {
    const auto [j, q] = pair_of_entry[parents];
    if (!m.overlaps(j, q)) continue;
    for (int daughters = 0; daughters < 6; ++daughters) {
      const auto [k, l] = pair_of_entry[daughters];
      if (k >= q || l >= q || !m.overlaps(k, l)) continue;
      if (j == q && k == l) {
        m.feed.real(daughters, parents) = widths.scalar(j, k);
        continue;
      }
      const double direct = feed(c, m, k, l, j, q, masses);
      // F_KK,JQ is symmetric.
      const double crossed = j == q ? 0.0 : k == l ? direct : feed(c, m, k, l, q, j, masses);
      m.feed.real(daughters, parents) = direct + crossed;
      if (k != l && j != q) m.feed.imaginary(daughters - 3, parents - 3) = direct - crossed;
    }
  }
}

/// A_JI at E = M_I, one column for each I.
template <int s>
Matrix3c absorptive_columns(const DecayCouplings<3, s>& c, ScalarMasses masses) {
  return (c.dirac_yukawa.adjoint() * c.dirac_yukawa).transpose() + scalar_loops(c, masses);
}

/// self_energy_kernel for A_JI at E = M_I, one column for each I.
template <int s>
Matrix3c kernel_of(const Matrix3c& a_ji, const DecayCouplings<3, s>& c, const NeutrinoMixing& m,
                   ScalarMasses masses) {
  Matrix3c kernel;
  Eigen::Matrix3d slope;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const double m_i = m.mass(i), m_j = m.mass(j);
      const double imaginary = m_i * a_ji(j, i).imag() / (m_i + m_j);
      double real;
      if (!m.overlaps(i, j)) {
        real = m_i * a_ji(j, i).real() / (m_i - m_j);
      } else {
        const double g = 0.5 * (m_i * a_ji(j, i).real() + m_j * a_ji(i, j).real());  // 8 pi g_IJ
        const double t = distance(m, i, j);
        if (j >= i) slope(i, j) = slope(j, i) = absorptive_slope(c, m, i, j, masses);
        real = 0.5 * (slope(i, j) + m.window(i, j) * g / m_i) +
               g * t * (2.0 - t * t) / (window_width * m.mean_mass(i, j));
      }
      kernel(j, i) = {real, imaginary};
    }
  return kernel;
}

}  // namespace

template <int s>
Matrix3c self_energy_kernel(const DecayCouplings<3, s>& c, const NeutrinoMixing& m, ScalarMasses masses) {
  return kernel_of(absorptive_columns(c, masses), c, m, masses);
}

template <int s>
Matrix3c vertex_kernel(const DecayCouplings<3, s>& c) {
  Matrix3c kernel = c.dirac_yukawa.adjoint() * c.dirac_yukawa;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const double ratio = c.mass(j) / c.mass(i);
      kernel(j, i) *= vertex_function(ratio * ratio);
    }
    for (int k = 0; k < i; ++k)
      for (std::size_t a = 0; a < std::size_t(s); ++a) kernel(k, i) += portal_amplitude(c, i, k, a);
  }
  return kernel;
}

Matrix3c direct_couplings(const Matrix3c& dirac_yukawa, const Matrix3c& kernel) {
  return Complex(0.0, -1.0 / (2.0 * eight_pi)) * (dirac_yukawa.conjugate() * kernel);
}

template <int s>
NeutrinoMixing neutrino_mixing(const DecayCouplings<3, s>& c, const DecayWidths<3>& widths,
                               ScalarMasses masses) {
  NeutrinoMixing m;
  m.mass = c.mass;
  m.dirac_yukawa = c.dirac_yukawa;
  m.lepton_width = widths.lepton;
  m.window.setIdentity();
  m.width.setZero();
  for (int i = 0; i < 3; ++i) m.width(i, i) = widths.total(i);
  const Matrix3c a_ji = absorptive_columns(c, masses);
  for (int i = 1; i < 3; ++i)
    for (int j = 0; j < i; ++j) {
      const double t = distance(m, i, j);
      if (!(t < 1.0)) continue;
      const double w = (1.0 - t * t) * (1.0 - t * t);
      m.window(i, j) = m.window(j, i) = w;
      m.width(i, j) = m.width(j, i) =
          w * 0.5 / eight_pi * (c.mass(i) * a_ji(j, i).real() + c.mass(j) * a_ji(i, j).real());
    }
  fill_feed(c, widths, m, masses);
  m.direct_coupling = direct_couplings(c.dirac_yukawa, kernel_of(a_ji, c, m, masses) + vertex_kernel(c));
  return m;
}

#define MUTAUSCAN_INSTANTIATE(s)                                                                          \
  template Matrix3c self_energy_kernel(const DecayCouplings<3, s>&, const NeutrinoMixing&, ScalarMasses); \
  template Matrix3c vertex_kernel(const DecayCouplings<3, s>&);                                           \
  template NeutrinoMixing neutrino_mixing(const DecayCouplings<3, s>&, const DecayWidths<3>&, ScalarMasses);
MUTAUSCAN_INSTANTIATE(0)
MUTAUSCAN_INSTANTIATE(2)
MUTAUSCAN_INSTANTIATE(scalar_count)
#undef MUTAUSCAN_INSTANTIATE

}  // namespace mutauscan
