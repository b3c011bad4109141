#include "mutauscan/physics/rates.hpp"

#include "mutauscan/physics/plasma.hpp"
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

TEST(PlasmaCouplings, RunAsTheStandardModelDoes) {
  // Buttazzo et al. 1307.3536: y_t falls from 0.94 at the top mass to ~0.6 near 1e9 GeV, g_2 from 0.648 to
  // ~0.58.
  const PlasmaCouplings hot = plasma_couplings(1e9 / 6.283), warm = plasma_couplings(1e3);
  EXPECT_NEAR(hot.top, 0.58, 0.04);
  EXPECT_NEAR(hot.gauge_2, 0.58, 0.02);
  EXPECT_GT(warm.top, hot.top);
  EXPECT_GT(hot.gauge_y, warm.gauge_y);
}

TEST(ScatteringRates, TableAgreesWithQuadrature) {
  for (double z : {0.02, 0.1, 0.7, 1.0, 3.3, 10.0, 42.0, 90.0}) {
    const ScatteringRates a = scattering_rates(z), b = scattering_rates_by_quadrature(z);
    EXPECT_TRUE(relatively_near(a.top_s, b.top_s, 3e-6)) << z;
    EXPECT_TRUE(relatively_near(a.top_t, b.top_t, 3e-6)) << z;
    EXPECT_TRUE(relatively_near(a.gauge_s, b.gauge_s, 3e-6)) << z;
    EXPECT_TRUE(relatively_near(a.gauge_t, b.gauge_t, 3e-6)) << z;
  }
}

TEST(ScatteringRates, HaveTheAnalyticLimitOfTheTopSChannel) {
  // For z -> infinity sigma_hat -> (3/4 pi)(x-1)^2 with x - 1 = 2t/z, and K_1 -> sqrt(pi/(2z)) e^{-z-t}; so
  // that int dx sqrt(x) K_1 sigma_hat -> (3/4 pi) (2/z) (4/z^2) 2! sqrt(pi/(2z)) e^{-z}, up to O(1/z).
  const double z = 1e5, pi = std::acos(-1.0);
  const double limit = 0.75 / pi * 16.0 * std::sqrt(pi / 2.0) * std::pow(z, -4.5) / (64.0 * std::pow(pi, 4));
  EXPECT_TRUE(relatively_near(scattering_rates_by_quadrature(z).top_s, limit, 1e-3));
}

TEST(DeltaL2Ratio, TendsToOneForColdPlasmas) {
  // Fixes the normalisation of both the rates and their limit 3 T^6 m^2/(4 pi^5 v^4); corrections are
  // O(1/z^2).
  const double at50 = delta_l2_ratio_by_quadrature(50.0) - 1.0,
               at100 = delta_l2_ratio_by_quadrature(100.0) - 1.0;
  EXPECT_NEAR(at100, 0.0, 5e-4);
  EXPECT_NEAR(at50 / at100, 4.0, 0.6);
  EXPECT_NEAR(delta_l2_ratio(1e4), 1.0, 1e-6);
  EXPECT_TRUE(relatively_near(delta_l2_ratio(7.7), delta_l2_ratio_by_quadrature(7.7), 3e-6));
  EXPECT_TRUE(relatively_near(delta_l2_ratio(100.0 * (1.0 + 1e-9)), delta_l2_ratio(100.0), 1e-8));
}

}  // namespace
}  // namespace mutauscan
