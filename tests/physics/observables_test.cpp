#include "mutauscan/physics/observables.hpp"

#include "mutauscan/core/constants.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

TEST(MuonAnomalousMoment, GivesTheKnownCouplings) {
  // The couplings that give 2.51e-9 at 10, 50, 100 MeV, to three digits.
  for (const auto& [mass, coupling] : {std::pair{0.01, 5.03e-4}, {0.05, 7.05e-4}, {0.1, 9.46e-4}})
    EXPECT_TRUE(relatively_near(muon_anomalous_moment(coupling, mass), 2.51e-9, 2e-3)) << mass;
}

TEST(MuonAnomalousMoment, HasItsLimits) {
  using std::numbers::pi;
  // light: g^2/(8 pi^2); heavy: g^2 m_mu^2/(12 pi^2 m_Z'^2)
  EXPECT_TRUE(relatively_near(muon_anomalous_moment(1e-3, 1e-7), 1e-6 / (8.0 * pi * pi), 1e-5));
  const double mass = 1e3, m_mu = constants::muon_mass;
  EXPECT_TRUE(
      relatively_near(muon_anomalous_moment(1.0, mass), m_mu * m_mu / (12.0 * pi * pi * mass * mass), 1e-5));
}

TEST(HiggsDecays, GiveTheBoundOnThePortalCoupling) {
  // BR < 0.107 bounds |lambda| by 7.1e-3 for one complex scalar and 5.0e-3 for two.
  EXPECT_NEAR(higgs_invisible_branching_ratio(7.1e-3, 1), 0.107, 0.002);
  EXPECT_NEAR(higgs_invisible_branching_ratio(5.0e-3, 2), 0.107, 0.002);
  EXPECT_EQ(higgs_invisible_branching_ratio(0.0, 2), 0.0);
}

TEST(Potential, IsBoundedAboveTheCriticalPortalCoupling) {
  // On the ray |sigma1| = |sigma2| = s, |Phi| = f the quartic part is lambda f^4 + 2 lambda_s s^4 + 2
  // lambda_ps f^2 s^2.
  const double lambda_sigma = 1e-3, lambda = constants::higgs_quartic;
  for (double portal : {-0.015, -0.01601, -0.01612, -0.017}) {
    double least = 1.0;
    for (double s = 0.0; s < 20.0; s += 1e-3)
      least = std::min(least, lambda + 2.0 * lambda_sigma * s * s * s * s + 2.0 * portal * s * s);
    EXPECT_EQ(potential_is_bounded(portal, lambda_sigma, 2), least >= 0.0) << portal;
  }
  EXPECT_TRUE(potential_is_bounded(-1.99 * std::sqrt(lambda * lambda_sigma), lambda_sigma, 1));
  EXPECT_FALSE(potential_is_bounded(-2.01 * std::sqrt(lambda * lambda_sigma), lambda_sigma, 1));
}

}  // namespace
}  // namespace mutauscan
