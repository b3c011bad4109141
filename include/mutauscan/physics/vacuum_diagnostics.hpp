#pragma once

#include "mutauscan/physics/thermal_history.hpp"

namespace mutauscan {

/// How far the vacuum at T_R can be trusted. NaN: does not apply.
struct VacuumDiagnostics {
  double higgs_mass;  ///< m/T of the Higgs zero mode; NaN in the high-temperature form

  // Of the one-loop potential, also where two loops are used: its dependence on the scale Q, from half to
  // twice 4 pi e^{-gamma} T, which is not its error.
  double sigma_scale_error;            ///< half the difference of <sigma1>, relative
  double M1_scale_low, M1_scale_high;  ///< M_1 [GeV] in the one-loop vacua of Q/2 and of 2Q

  /// |two loops/one loop - 1| of <sigma1> for one_loop; |strict order g^2/two loops - 1| for two_loop.
  double sigma_theory_error;
  double quartic_stability;  ///< see quartic_stability()

  // The dimension-6 part of the vacuum loop of right-handed neutrinos, V_N = -c_6 |sigma1|^6, not in V.
  double neutrino_loop_shift;        ///< what it adds to <sigma1>^2, relative: 3 c_6 <sigma1>^2/(2 lambda_1)
  double neutrino_loop_temperature;  ///< where V + V_N loses its minimum: <sigma1>^2 = lambda_1/(6 c_6) [GeV]
};

/// At T_R of a point.
VacuumDiagnostics vacuum_diagnostics(const ModelPoint& point, const ModelSettings& settings,
                                     const Seesaw& seesaw, const ThermalHistory& history);

/// c_6 [1/GeV^2] = |h_eb|^6 f(|M_ee/M_mutau|^2)/(16 pi^2 |M_mutau|^2) of textures with one sigma1 entry; NaN
/// with two. Valid for h <sigma1> << M; agrees with the loop of the full matrix to 0.1 %.
double neutrino_loop_coefficient(const Seesaw& seesaw);

/// f(r) = -[2r^4 - 18r^3 ln r + 35r^3 - 30r^2 ln r - 27r^2 - 11r + 1]/[3(r - 1)^5]: the third derivative of
/// m^4 ln m^2 summed over two neutrinos, r: the ratio of their squared masses. f(1) = 1/30; negative for r
/// > 1.9.
double neutrino_loop_function(double r);

}  // namespace mutauscan
