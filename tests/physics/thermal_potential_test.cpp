#include "mutauscan/physics/thermal_potential.hpp"

#include <numbers>
#include <string>

#include "mutauscan/physics/running_couplings.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

const double bosonic_scale = 4.0 * std::numbers::pi * std::exp(-std::numbers::egamma);  // Q/T

ScalarSector benchmark() { return {-1e-3, 1e-5, 9e-4, {67.37100695453695, 20.211302086361083}, 2}; }

/// A point of the reference file.
struct Case {
  std::string name;
  ScalarSector sector;
  double temperature, occupancy;
  nlohmann::json json;
};

std::vector<Case> cases() {
  std::vector<Case> list;
  const nlohmann::json file = reference("thermal_potential.json");
  for (const auto& c : file.at("points")) {
    const auto& p = c.at("parameters");
    list.push_back({c.at("name"),
                    {p.at("lambda_phi_sigma"),
                     p.at("lambda_sigma"),
                     p.at("g_zp"),
                     {c.at("sigma_today").at(0), c.at("sigma_today").at(1)},
                     p.at("vev_ratio") > 0.0 ? 2 : 1},
                    c.at("T"),
                    c.at("kappa"),
                    c});
  }
  return list;
}

PotentialMinimum minimum_of(const Case& c, LoopOrder order, double scale_factor = 1.0) {
  return minimum(c.sector, plasma_terms<double>(order, c.temperature, scale_factor), c.occupancy);
}

TEST(RunningCouplings, AreThoseOfTheReference) {
  // Pi less kappa lambda/6, R and K at Q = 7.0555 T (T = 1 TeV and 1e5 GeV): specification, six digits.
  const double pi_1 = plasma_terms<double>(LoopOrder::one_loop, 1e3).mass,
               pi_100 = plasma_terms<double>(LoopOrder::one_loop, 1e5).mass;
  EXPECT_NEAR(pi_1, 0.276784, 6e-7);
  EXPECT_NEAR(pi_100, 0.211211, 6e-7);
  const RunningCouplings warm = running_couplings(bosonic_scale * 1e3),
                         hot = running_couplings(bosonic_scale * 1e5);
  EXPECT_NEAR(warm.portal_ratio, 1.087801, 6e-7);
  EXPECT_NEAR(hot.portal_ratio, 1.151220, 6e-7);
  EXPECT_NEAR(warm.portal_integral, 0.025771, 6e-7);
  EXPECT_NEAR(hot.portal_integral, 0.062550, 6e-7);
}

TEST(RunningCouplings, FollowTheirSlopes) {
  for (double scale : {200.0, 3e3, 7e5, 1e9, 1e15}) {
    constexpr double step = 1e-3;
    const RunningCouplings up = running_couplings(scale * std::exp(step)),
                           down = running_couplings(scale * std::exp(-step)),
                           at = slopes(running_couplings(scale));
    const auto difference = [&](double RunningCouplings::*c) { return (up.*c - down.*c) / (2.0 * step); };
    for (auto c : {&RunningCouplings::gauge_y, &RunningCouplings::gauge_2, &RunningCouplings::gauge_3,
                   &RunningCouplings::top, &RunningCouplings::higgs_quartic, &RunningCouplings::portal_ratio,
                   &RunningCouplings::portal_integral})
      EXPECT_NEAR(difference(c), at.*c, 1e-8) << scale;
  }
}

TEST(ThermalPotential, MatchesTheReferencePoints) {
  int condensed = 0;
  for (const Case& c : cases()) {
    for (const auto& [key, order] :
         {std::pair{"closed_form", LoopOrder::one_loop}, {"two_loop", LoopOrder::two_loop}}) {
      const auto& expected = c.json.at(key);
      const PotentialMinimum m = minimum_of(c, order);
      EXPECT_EQ(m.exists, expected.at("status") == "ok") << c.name;
      if (!m.exists) {
        ++condensed;
        continue;
      }
      // The same equations in other hands, 40 digits.
      EXPECT_TRUE(relatively_near(c.temperature * std::sqrt(m.u[0]), expected.at("sigma1"), 1e-8)) << c.name;
      EXPECT_TRUE(relatively_near(c.temperature * std::sqrt(m.u[1]), expected.at("sigma2"), 1e-8)) << c.name;
      EXPECT_TRUE(relatively_near(m.higgs_mass, expected.at("m3_over_T"), 1e-8)) << c.name;
    }
  }
  EXPECT_EQ(condensed, 2);
}

TEST(ThermalPotential, IsNearTheFullOneLoopPotential) {
  // All hard terms, Goldstone modes and the Hessian of sigma, minimised numerically.
  for (const Case& c : cases()) {
    if (c.json.at("status") != "ok") continue;
    // The reference gives the difference of sigma1; sigma2, nearer to where it vanishes, differs by more.
    const double allowed = 2.0 * c.json.at("closed_form_relative_difference").get<double>() + 1e-8;
    for (const auto& [key, factor] :
         {std::pair{"one_loop", 1.0}, {"scale_half", 0.5}, {"scale_double", 2.0}}) {
      const PotentialMinimum m = minimum_of(c, LoopOrder::one_loop, factor);
      // Off Q = 7.06 T the neglected modes have logarithms, too.
      const double tolerance = factor == 1.0 ? allowed : std::max(6.0 * allowed, 1e-6);
      const double sigma1 = c.json.at(key).at("sigma1"), sigma2 = c.json.at(key).at("sigma2");
      EXPECT_TRUE(relatively_near(c.temperature * std::sqrt(m.u[0]), sigma1, tolerance)) << c.name << key;
      EXPECT_TRUE(relatively_near(c.temperature * std::sqrt(m.u[1]), sigma2, tolerance)) << c.name << key;
    }
  }
}

TEST(ThermalPotential, IsTheHighTemperatureFormWithoutLoops) {
  // w -> 0, m -> 0 in W, no zero modes of sigma: u_i = [mu_i^2/T^2 - (lambda/3 + Q_i^2 g^2/4) -
  // lambda_p/6]/(2 lambda).
  const double temperature = 1e4;
  PlasmaTerms<double> bare{};
  bare.temperature = 1.0;  // below the crossover, where m = 0
  bare.per_t2 = 1.0 / (temperature * temperature);
  bare.portal_ratio = bare.z = 1.0;
  bare.constant = 1.0 / 6.0;
  ScalarSector s = benchmark();
  const double zero_modes_off = 0.0;
  s.gauge_coupling = 0.0;  // then o_i is 12 lambda sqrt(lambda u)/8pi alone, and vanishes with kappa
  const PotentialMinimum m = minimum(s, bare, zero_modes_off);
  for (std::size_t i = 0; i < 2; ++i) {
    const double mu2 =
        2.0 * s.lambda_sigma * s.vev_today[i] * s.vev_today[i] + s.lambda_phi_sigma * 174.0 * 174.0;
    EXPECT_TRUE(relatively_near(
        m.u[i], (mu2 * bare.per_t2 - s.lambda_phi_sigma / 6.0) / (2.0 * s.lambda_sigma), 1e-14));
  }
}

TEST(ThermalPotential, StartsFromTodaysVacuum) {
  // w = (T/T_c)^4 has turned loops off; what is left is the high-temperature form, and two loops in its
  // c_Phi.
  for (LoopOrder order : {LoopOrder::one_loop, LoopOrder::two_loop}) {
    const ScalarSector s = benchmark();
    const double temperature = 0.01;
    const PotentialMinimum m = minimum(s, plasma_terms<double>(order, temperature), 1.0);
    for (std::size_t i = 0; i < 2; ++i) {
      const double q2 = i == 0 ? 1.0 : 4.0, t2 = temperature * temperature,
                   g2 = s.gauge_coupling * s.gauge_coupling;
      const double high_temperature =
          s.vev_today[i] * s.vev_today[i] +
          t2 *
              (s.lambda_phi_sigma * (174.0 * 174.0 / (159.5 * 159.5) - 1.0 / 6.0) - s.lambda_sigma / 3.0 -
               q2 * g2 / 4.0) /
              (2.0 * s.lambda_sigma);
      EXPECT_TRUE(relatively_near(temperature * std::sqrt(m.u[i]), std::sqrt(high_temperature),
                                  i == 0 ? 1e-7 : 5e-7));
      EXPECT_TRUE(relatively_near(temperature * std::sqrt(m.u[i]), s.vev_today[i], 1e-5));
    }
  }
}

TEST(ThermalPotential, FollowsTheHiggsCondensateForWeakCouplings) {
  const ScalarSector s{-1e-12, 1e-18, 1e-12, {0.0, 0.0}, 2};
  const PotentialMinimum m = minimum(s, plasma_terms<double>(LoopOrder::one_loop, 1e6), 1.0);
  const double portal = 1e-12 * running_couplings(bosonic_scale * 1e6).portal_ratio;
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_TRUE(relatively_near(12.0 * s.lambda_sigma * m.u[i] / portal,
                                1.0 - 3.0 * m.higgs_mass / std::numbers::pi, 1e-5))
        << i;
}

TEST(ThermalPotential, DependsOnTheScaleAsItsOrderLeavesOut) {
  const auto slope = [](LoopOrder order) {
    constexpr double step = 0.01;
    const auto sigma = [order](double factor) {
      return std::sqrt(minimum(benchmark(), plasma_terms<double>(order, 5e4, factor), 1.0).u[0]);
    };
    return std::log(sigma(1.0 + step) / sigma(1.0 - step)) / std::log((1.0 + step) / (1.0 - step));
  };
  EXPECT_NEAR(slope(LoopOrder::one_loop), 0.0166, 1e-4);
  EXPECT_NEAR(slope(LoopOrder::strict_g2), 0.006, 5e-4);
}

TEST(ThermalPotential, SlopesAreThoseOfDifferences) {
  int compared = 0;
  for (const Case& c : cases())
    for (LoopOrder order : {LoopOrder::one_loop, LoopOrder::strict_g2, LoopOrder::two_loop})
      for (double kappa_slope : {0.0, -1.0}) {
        const auto at = [&](double step) {
          return minimum(c.sector, plasma_terms<double>(order, c.temperature * std::exp(step)),
                         c.occupancy * std::exp(kappa_slope * step));
        };
        const PotentialMinimum m = at(0.0);
        if (!m.exists) continue;
        const auto slope = slope_of(m, c.sector, plasma_terms<Dual>(order, c.temperature),
                                    {c.occupancy, kappa_slope * c.occupancy});
        constexpr double step = 1e-4;
        const PotentialMinimum up = at(step), down = at(-step);
        for (std::size_t i = 0; i < 2; ++i, ++compared)
          EXPECT_NEAR(slope[i], (up.u[i] - down.u[i]) / (2.0 * step),
                      1e-6 * m.u[i] + 1e-5 * std::abs(slope[i]))
              << c.name << int(order);
      }
  EXPECT_GT(compared, 200);
  // d ln sigma/d ln T = 1 + (du/dlnT)/2u against the full potential.
  for (const Case& c : cases()) {
    if (c.json.at("status") != "ok" || !c.json.at("one_loop").contains("dlnsigma_dlnT")) continue;
    const PotentialMinimum m = minimum_of(c, LoopOrder::one_loop);
    const auto slope = slope_of(m, c.sector, plasma_terms<Dual>(LoopOrder::one_loop, c.temperature),
                                {c.occupancy, c.occupancy < 1.0 ? -c.occupancy : 0.0});
    const auto& expected = c.json.at("one_loop").at("dlnsigma_dlnT");
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (m.u[i] == 0.0 || c.sector.lambda_sigma > 1e-4) continue;
      EXPECT_TRUE(relatively_near(1.0 + slope[i] / (2.0 * m.u[i]), expected.at(i), 3e-4)) << c.name;
    }
  }
}

TEST(ThermalPotential, KnowsWhereItsQuarticPartIsUnbounded) {
  int bounded = 0, unbounded = 0;
  for (const Case& c : cases()) {
    const auto& expected = c.json.at("running_stability");
    const double ratio = quartic_stability(c.sector, c.temperature);
    EXPECT_TRUE(relatively_near(running_couplings(bosonic_scale * c.temperature).higgs_quartic,
                                expected.at("lambda_phi_Q"), 1e-8));
    if (c.sector.lambda_phi_sigma > 0.0) continue;
    EXPECT_EQ(ratio < 1.0, expected.at("stable")) << c.name << ratio;
    ++(ratio < 1.0 ? bounded : unbounded);
  }
  EXPECT_GT(bounded, 5);
  EXPECT_GT(unbounded, 5);
  EXPECT_TRUE(std::isinf(quartic_stability(benchmark(), 1e12)));  // lambda_Phi < 0
}

TEST(ThermalPotential, LosesTheHiggsMassAtTheCrossover) {
  // Two loops, no portal: m^2 = 0 at 160.85 GeV (lattice: 159.5).
  const ScalarSector s{-1e-12, 1e-6, 1e-6, {0.0, 0.0}, 2};
  const auto mass = [&](double t) {
    return minimum(s, plasma_terms<double>(LoopOrder::two_loop, t), 1.0).higgs_mass;
  };
  EXPECT_EQ(mass(160.84), 0.0);
  EXPECT_GT(mass(160.87), 0.0);
}

// Where the phase is the same, the minimum nearby is a start for Newton's method; elsewhere it is no help and
// no harm.
TEST(ThermalPotential, DoesNotDependOnTheMinimumNearby) {
  const ScalarSector s = benchmark();
  for (double t = 140.0; t < 1e9; t *= 1.3) {
    const auto at = [&](double temperature, const std::array<double, 2>& nearby) {
      return minimum(s, plasma_terms<double>(LoopOrder::two_loop, temperature), 1.0, nearby);
    };
    const PotentialMinimum alone = at(t, {});
    for (double distance : {0.8, 1.08}) {
      const PotentialMinimum helped = at(t, at(t * distance, {}).u);
      EXPECT_EQ(helped.exists, alone.exists) << t;
      for (int i = 0; i < 2; ++i) {
        EXPECT_NEAR(helped.u[i], alone.u[i], 1e-11 * alone.u[i]) << t;
        EXPECT_EQ(helped.order[i] > 0.0, alone.order[i] > 0.0) << t;
      }
    }
  }
}

}  // namespace
}  // namespace mutauscan
