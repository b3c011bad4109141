#pragma once

#include <numbers>

namespace mutauscan {

/// The couplings that a plasma of the Standard Model is made of, MS-bar at renormalisation scale Q, and what
/// the portal coupling does there.
struct RunningCouplings {
  double gauge_y, gauge_2, gauge_3, top, higgs_quartic;
  double portal_ratio;  ///< R = lambda_phi_sigma(Q)/lambda_phi_sigma(Q_0) = mu_Phi^2(Q)/mu_Phi^2(Q_0)
  double
      portal_integral;  ///< K = int R^2 d ln Q/(16 pi^2) from Q_0: what portal loops add to quartic couplings

  /// 3 g_2^2 + g_Y^2
  double weak() const { return 3.0 * gauge_2 * gauge_2 + gauge_y * gauge_y; }
};

/// Their derivatives with respect to ln Q at one loop; Machacek, Vaughn 1983-85:
///   16 pi^2 dg/dlnQ = b g^3, b = 41/6, -19/6, -7;  dy_t: y_t (9/2 y_t^2 - 8 g_3^2 - 9/4 g_2^2 - 17/12
///   g_Y^2); dlambda: 24 lambda^2 + 12 lambda y_t^2 - 6 y_t^4 - 3 lambda (3 g_2^2 + g_Y^2)
///            + 3/8 [2 g_2^4 + (g_2^2 + g_Y^2)^2];
///   dlnR: 12 lambda + 6 y_t^2 - 9/2 g_2^2 - 3/2 g_Y^2;  dK: R^2.
/// lambda_phi_sigma's own contributions, below 3e-4 of <sigma>, are left out: the table is that of all
/// points.
RunningCouplings slopes(const RunningCouplings& couplings);

/// From their values at Q_0 = 173.1 GeV (constants.hpp) to Q [GeV], which is taken within 50 ... 1e19 GeV.
/// From a table, relative error 1e-9. Two loops change <sigma>(T) by 0.4 % at T = 5e4 GeV.
RunningCouplings running_couplings(double scale);

/// At the scale 2 pi T of reactions in a plasma of temperature T [GeV].
inline RunningCouplings plasma_couplings(double temperature) {
  return running_couplings(2.0 * std::numbers::pi * temperature);
}

}  // namespace mutauscan
