#pragma once

#include "mutauscan/physics/cp_asymmetry.hpp"
#include "mutauscan/physics/model_point.hpp"

namespace mutauscan {

/// Baryons per unit of B - L that sphalerons leave: 28/79 (symmetric phase, Khlebnikov, Shaposhnikov 1988) or
/// 12/37 (broken phase; Harvey, Turner 1990).
double sphaleron_conversion(SphaleronFactor factor);

/// N_I per inflaton decay including the cascades N_J -> N_I phi:
/// f_I^eff = f_I + sum_{J>I} f_J^eff BR(N_J -> N_I phi).
Eigen::Vector3d effective_multiplicity(const Eigen::Vector3d& multiplicity, const DecayWidths<3>& widths);

/// The talk's estimate of Y_B = n_B/s, no wash-out:
/// -(28/79) (3 T_R / 4 m_phi) sum_alpha S_alpha, everything at T_R; of single neutrinos S = sum_I epsilon_I
/// f_I^eff BR(N_I -> L Phi).
double estimate_baryon_asymmetry(const ModelPoint& point, const ModelSettings& settings, double cp_source);

}  // namespace mutauscan
