#include "mutauscan/physics/rates.hpp"

#include "mutauscan/physics/plasma.hpp"
#include "mutauscan/physics/running_couplings.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

TEST(ChemicalResponse, IsTheKnownOneInFullEquilibrium) {
  // mu_l = (6/T^2)[-n/3 + (16/711) sum n], mu_Phi = -(6/T^2)(4/79) sum n
  const ChemicalResponse& r = chemical_response(Spectators::full, true);
  for (int a = 0; a < 3; ++a) {
    EXPECT_NEAR(r.higgs(a), -4.0 / 79.0, 1e-14);
    for (int b = 0; b < 3; ++b)
      EXPECT_NEAR(r.lepton(a, b), (a == b ? -1.0 / 3.0 : 0.0) + 16.0 / 711.0, 1e-14);
  }
}

TEST(ChemicalResponse, KeepsRightHandedElectronsApartWhenHot) {
  const ChemicalResponse& r = chemical_response(Spectators::full, false);
  EXPECT_LT(r.lepton(0, 0), -0.4);                     // all of Delta_e in left-handed leptons: near -1/2
  EXPECT_NEAR(r.lepton(1, 1), r.lepton(2, 2), 1e-14);  // mu and tau are alike
  EXPECT_NEAR(r.lepton(1, 2), r.lepton(2, 1), 1e-14);
  EXPECT_EQ(chemical_response(Spectators::none, false).lepton(1, 1), -0.5);  // mu = -3 n/T^2
}

TEST(RunningCouplings, RunAsTheStandardModelDoes) {
  // Buttazzo et al. 1307.3536: y_t falls from 0.94 at the top mass to ~0.6 near 1e9 GeV, g_2 from 0.648 to
  // ~0.58.
  const RunningCouplings hot = plasma_couplings(1e9 / 6.283), warm = plasma_couplings(1e3);
  EXPECT_NEAR(hot.top, 0.58, 0.04);
  EXPECT_NEAR(hot.gauge_2, 0.58, 0.02);
  EXPECT_GT(warm.top, hot.top);
  EXPECT_GT(hot.gauge_y, warm.gauge_y);
}

TEST(ScatteringRates, TableAgreesWithQuadrature) {
  for (double z = 0.0101; z < 100.0; z *= 1.17) {
    const ScatteringRates a = scattering_rates(z), b = scattering_rates_by_quadrature(z);
    EXPECT_TRUE(relatively_near(a.top_s, b.top_s, 1e-6)) << z;
    EXPECT_TRUE(relatively_near(a.top_t, b.top_t, 1e-6)) << z;
    EXPECT_TRUE(relatively_near(a.gauge_s, b.gauge_s, 1e-6)) << z;
    EXPECT_TRUE(relatively_near(a.gauge_t, b.gauge_t, 1e-6)) << z;
  }
}

TEST(ScatteringRates, HaveTheirLimitsForColdPlasmas) {
  // z -> infinity: x - 1 = 2t/z and sqrt(x) K_1(z sqrt x) -> sqrt(pi/(2z)) e^{-z-t}, so that the rates are
  // P int dt e^{-t} sigma_hat with P = (2/z) sqrt(pi/(2z))/(64 pi^4 z); corrections are O(ln z/z). With
  // a_H = 0.4/z^2 and a_l = c/z^2:
  //   top s: (3/4 pi) (2t/z)^2;   top t: (3/4 pi) [ln(5 t z) - 1];   gauge s: ln(2 t z/c)/(4 pi);
  //   gauge t, Higgs part: (2t/z) [ln(5 t z) - 1/2]/(2 pi);
  //   gauge t, gauge part: [ln(2 t z/c) + ln(5 t z)]/(2 pi y) with y = a_H + 2t/z.
  const double z = 1e8, pi = std::acos(-1.0), gamma = 0.57721566490153286;
  const RunningCouplings g = plasma_couplings(1e6);
  const double c = (3.0 * g.gauge_2 * g.gauge_2 + g.gauge_y * g.gauge_y) / 32.0;
  const double p = 2.0 / z * std::sqrt(pi / (2.0 * z)) / (64.0 * std::pow(pi, 4) * z);
  const ScatteringRates r = scattering_rates_by_quadrature(z);
  EXPECT_TRUE(relatively_near(r.top_s, p * 0.75 / pi * 8.0 / (z * z), 1e-6));
  EXPECT_TRUE(relatively_near(r.top_t, p * 0.75 / pi * (std::log(5.0 * z) - gamma - 1.0), 1e-6));
  EXPECT_TRUE(relatively_near(r.gauge_s, p * (std::log(2.0 * z / c) - gamma) / (4.0 * pi), 1e-6));
  // With s = t + t0, t0 = 0.2/z, y = 2s/z: int ds e^{-s} (2 ln s + L)/s from t0, L = ln(2z/c) + ln(5z).
  const double l0 = std::log(0.2 / z), l = std::log(2.0 * z / c) + std::log(5.0 * z);
  const double over_s = -gamma - l0, log_over_s = 0.5 * (gamma * gamma + pi * pi / 6.0) - 0.5 * l0 * l0;
  const double gauge_part = z / (4.0 * pi) * (2.0 * log_over_s + l * over_s);
  const double higgs_part = (std::log(5.0 * z) + 0.5 - gamma) / (pi * z);
  EXPECT_TRUE(relatively_near(r.gauge_t, 0.5 * p * (gauge_part + higgs_part), 1e-6));
}

TEST(DeltaL2Ratio, TendsToOneForColdPlasmas) {
  // Fixes the normalisation of both the rates and their limit 3 T^6 m^2/(4 pi^5 v^4); corrections are
  // O(1/z^2).
  const double at50 = delta_l2_ratio_by_quadrature(50.0) - 1.0,
               at100 = delta_l2_ratio_by_quadrature(100.0) - 1.0;
  EXPECT_NEAR(at100, 0.0, 5e-4);
  EXPECT_NEAR(at50 / at100, 4.0, 0.6);
  EXPECT_NEAR(delta_l2_ratio_by_quadrature(3e3), 1.0, 1e-6);
  EXPECT_NEAR(delta_l2_ratio(1e4), 1.0, 1e-6);
  for (double z = 0.0101; z < 100.0; z *= 1.17) {
    const double exact = delta_l2_ratio_by_quadrature(z);
    EXPECT_NEAR(delta_l2_ratio(z), std::max(0.0, exact), 1e-6 * std::max(1.0, std::abs(exact))) << z;
  }
  EXPECT_TRUE(relatively_near(delta_l2_ratio(100.0 * (1.0 + 1e-9)), delta_l2_ratio(100.0), 1e-8));
}

}  // namespace
}  // namespace mutauscan
