#pragma once

#include <array>

#include "mutauscan/physics/cp_asymmetry.hpp"
#include "mutauscan/physics/thermal_history.hpp"

namespace mutauscan {

/// The model's four real scalars sigma_i = <sigma_i> + (s_i + i a_i)/sqrt2, in the order s1, a1, s2, a2.
inline constexpr int scalar_count = 4;

using HeavyNeutrinos = DecayCouplings<3, scalar_count>;

/// The right-handed neutrinos as mass eigenstates at temperature T [GeV] in the vacuum `vacuum`:
/// Omega M(T) Omega^T = diag(M_I), lambda' = lambda Omega^T, y'^a = Omega y^a Omega^T, where an entry h of a
/// sigma coupling gives y^s = h/sqrt2 and y^a = +-i h/sqrt2 (+ for sigma, - for sigma*); the portal couplings
/// mu_{s_i} = sqrt2 lambda_phi_sigma <sigma_i>, and m_H^2 = 0.4 T^2.
HeavyNeutrinos heavy_neutrinos(const ModelPoint& point, const Seesaw& seesaw, const VacuumExpectation& vacuum,
                               double temperature);

}  // namespace mutauscan
