#pragma once

#include <array>

#include <Eigen/Core>

#include "mutauscan/numerics/takagi.hpp"
#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/neutrino_sector.hpp"
#include "mutauscan/physics/type1_point.hpp"

namespace mutauscan {

/// L = -1/2 M_i N_i^c N_i - h_{alpha i} L_alpha Phi N_i + h.c. in the convention m_nu = U diag(m) U^T of
/// ULYSSES; lambda of cp_asymmetry.hpp is the conjugate of h.
struct Type1Couplings {
  Eigen::Vector3d mass;  ///< M_1, M_2, M_3 [GeV]
  Matrix3c yukawa;       ///< h_{alpha i}
};

/// Masses [GeV] and U = V_PDG diag(1, e^{i a21/2}, e^{i a31/2}), with the splittings of NuFIT 5.1 for the
/// ordering: 7.42e-5, 2.515e-3 (NO), -2.498e-3 eV^2 (IO).
LightNeutrinos type1_light_neutrinos(const Type1Point& point, Ordering ordering);

/// h = (1/v) U sqrt(m) R^T sqrt(M), R = R_23(z_1) R_13(z_2) R_12(z_3), z_k = x_k + i y_k.
/// With radiative corrections M -> [1/M - f(M)/(32 pi^2 v^2)]^{-1},
///   f = M [ln(r_H)/(r_H - 1) + 3 ln(r_Z)/(r_Z - 1)],  r_X = M^2/m_X^2:
/// then tree plus one loop is the measured m_nu. Ref.: Lopez-Pavon, Molinaro, Petcov 1506.05296.
/// The matrix in brackets is negative for M above ~4e17 GeV: not finite there.
Type1Couplings casas_ibarra(const Type1Point& point, Ordering ordering, bool radiative_corrections);

/// h_{alpha i} = |h_{alpha i}| e^{i arg} of the point's explicit Yukawas.
Type1Couplings explicit_yukawas(const Type1Point& point);

/// The couplings of a point in the parametrisation of `settings`.
Type1Couplings type1_couplings(const Type1Point& point, const Type1Settings& settings, Ordering ordering);

/// The light neutrinos that couplings give: m_nu = v^2 h [1/M - f(M)/(32 pi^2 v^2)] h^T = U diag(m) U^T, f
/// (with radiative corrections only) as in casas_ibarra. Masses are numbered as the ordering has them, m_1 <
/// m_2 < m_3 or m_3 < m_1 < m_2. delta in [0, 2 pi), eta_i in [0, pi), so that alpha_21 = 2 eta_2 in [0, 2
/// pi): U up to phases of charged leptons. Accuracy: 1e-15 of the largest term of the sum over N_i.
LightNeutrinos light_neutrinos_of(const Type1Couplings& couplings, Ordering ordering,
                                  bool radiative_corrections);

/// The point with what its parametrisation derives filled in: casas_ibarra: Yukawas, phases in (-180, 180]
/// deg; yukawas: the light neutrinos' masses, angles and phases. The angles of R stay unknown, NaN.
Type1Point with_derived_parameters(Type1Point point, Type1Parametrisation parametrisation,
                                   const Type1Couplings& couplings, const LightNeutrinos& neutrinos);

/// How heavy neutrinos decay and wash out.
struct Type1Decays {
  Eigen::Array3d decay_parameter;   ///< K_i = (h^dagger h)_ii v^2/(M_i m_*), m_* = 1e-3 eV
  Matrix3c projection;              ///< c_{alpha i} = h_{alpha i}/sqrt((h^dagger h)_ii); P_{i alpha} = |c|^2
  std::array<Matrix3c, 3> epsilon;  ///< CP asymmetry of N_i as a matrix of flavours; its diagonal is real
};

/// Decay parameters, flavour projections and CP asymmetries
///   eps^i_ab = 1/(16 pi H_ii) sum_{j != i} i { g(x) [H_ji h_ai h_bj* - H_ij h_aj h_bi*]
///                                              + [H_ij h_ai h_bj* - H_ji h_aj h_bi*]/(x - 1) },
///   g = sqrt(x) [(1+x) ln(1 + 1/x) - (2-x)/(1-x)],  x = M_j^2/M_i^2,  H = h^dagger h,
/// positive for an excess of B - L. Valid for |M_i - M_j| >> Gamma; equal masses are a pole, of which nothing
/// is returned: physical_decays refuses them. Of an N_i without couplings all are 0.
/// Ref.: Blanchet, Di Bari, Jones, Marzola 1112.4528.
Type1Decays type1_decays(const Type1Couplings& couplings);

}  // namespace mutauscan
