#include "mutauscan/physics/limits.hpp"

#include <limits>
#include <set>

#include "mutauscan/physics/assessment.hpp"
#include "mutauscan/physics/limit_curves.hpp"
#include "mutauscan/physics/measurements.hpp"
#include "mutauscan/physics/observables.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A point that nothing excludes and that explains everything, at the best fit of NuFIT 5.1 NO without SK.
LimitInputs good_point() {
  LimitInputs p;
  p.g_zp = 5.5e-4, p.m_zp = 0.02, p.T_R = 5e4, p.m_phi = 5e7, p.f_N1 = p.f_N2 = p.f_N3 = 0.5;
  const OscillationData& fit = *find_oscillation_data("5.1/NO_noSK");
  p.theta12_deg = angle_deg(fit.sin2_theta12.best), p.theta23_deg = angle_deg(fit.sin2_theta23.best);
  p.theta13_deg = angle_deg(fit.sin2_theta13.best), p.dm21_eV2 = fit.dm21_eV2.best;
  p.dm3l_eV2 = fit.dm3l_eV2.best, p.delta_deg = fit.delta_deg.best;
  p.sum_m_eV = 0.06, p.m_bb_eV = 0.02;
  p.lambda_e = 1e-4, p.lambda_mu = 1.0, p.lambda_tau = 1e-8;
  p.h_etau = 1.0, p.h_bb = 0.1, p.h_ea = p.h_aa = 0.0;
  p.T_gauge = 1e4, p.T_portal = 1e6, p.M1_TR = 6e6, p.M2_TR = p.M3_TR = 1e7;
  p.delta_a_mu = 2.51e-9, p.BR_h_inv = 0.01, p.potential_bounded = 1.0, p.Y_B = 8.7e-11, p.status = 0.0;
  return p;
}

Verdict limit(const Assessment& a, std::string_view name) {
  for (std::size_t i = 0; i < limits().size(); ++i)
    if (limits()[i].name == name) return a.limit[i];
  ADD_FAILURE() << "no limit " << name;
  return Verdict::unknown;
}

double log_likelihood(const Assessment& a, std::string_view name) {
  for (std::size_t i = 0; i < likelihood_names.size(); ++i)
    if (likelihood_names[i] == name) return a.log_likelihood[i];
  ADD_FAILURE() << "no likelihood " << name;
  return nan;
}

TEST(LimitCurves, PassThroughTheirKnotsAndSayNothingOutside) {
  for (const LimitCurve* curve : limit_curves()) {
    SCOPED_TRACE(curve->name);
    ASSERT_GE(curve->knots.size(), 2U);
    for (const auto& [x, y] : curve->knots) EXPECT_EQ(curve->at(x), y);
    EXPECT_TRUE(std::isnan(curve->at(curve->knots.front().x * (1.0 - 1e-12))));
    EXPECT_TRUE(std::isnan(curve->at(curve->knots.back().x * (1.0 + 1e-12))));
    EXPECT_TRUE(std::isnan(curve->at(nan)));
    for (std::size_t k = 0; k + 1 < curve->knots.size(); ++k) {
      const auto &a = curve->knots[k], &b = curve->knots[k + 1];
      ASSERT_LT(a.x, b.x);
      EXPECT_TRUE(relatively_near(curve->at(std::sqrt(a.x * b.x)), std::sqrt(a.y * b.y), 1e-14));
    }
  }
}

TEST(LimitCurves, AreThePublishedBounds) {
  EXPECT_TRUE(relatively_near(ccfr_curve().at(100.0) / 100.0, 1.86e-3, 0.02));  // contact interaction
  EXPECT_EQ(ccfr_curve().at(0.05), 9.66e-4);
  EXPECT_EQ(babar_curve().at(1.0), 1.8e-3);
  EXPECT_TRUE(relatively_near(borexino_curve().at(0.01), 6.2e-4, 1e-12));
  EXPECT_TRUE(relatively_near(white_dwarf_curve().at(0.01), 4.9e-4, 1e-12));
  EXPECT_EQ(na64mu_curve().at(0.1), 9e-4);
  EXPECT_EQ(n_eff_35_curve().at(4.9e-4), 10e-3);
  EXPECT_EQ(n_eff_32_curve().at(3.9e-4), 16e-3);
}

TEST(Limits, OnTheNumberOfNeutrinosExcludeEverythingLighter) {
  LimitInputs p = good_point();
  for (double mass : {1e-3, 9.9e-3}) {
    p.g_zp = 4.9e-4, p.m_zp = mass;
    EXPECT_EQ(limit(assess(p, {}), "n_eff_35"), Verdict::no) << mass;
  }
  p.m_zp = 10.1e-3;
  EXPECT_EQ(limit(assess(p, {}), "n_eff_35"), Verdict::yes);
  p.g_zp = 1e-6;
  EXPECT_EQ(limit(assess(p, {}), "n_eff_35"), Verdict::unknown);
}

TEST(Limits, AllowAPointThatIsFineAndExplainIt) {
  const Assessment a = assess(good_point(), {});
  for (std::size_t i = 0; i < limits().size(); ++i)
    EXPECT_TRUE(!limits()[i].is_hard || a.limit[i] != Verdict::no) << limits()[i].name;
  EXPECT_EQ(a.allowed, Verdict::yes);
  EXPECT_EQ(a.explains_g2, Verdict::yes);
  EXPECT_EQ(a.explains_Y_B, Verdict::yes);
  EXPECT_EQ(a.explains_all, Verdict::yes);
  EXPECT_NEAR(a.log_likelihood_total, 0.0, 1e-20);
}

/// Each case spoils one number and names the limits it breaks; nothing else may change.
TEST(Limits, EachReactsToItsOwnQuantity) {
  struct Case {
    double LimitInputs::*member;
    double value;
    std::set<std::string_view> broken;
  };
  const Case cases[] = {
      {&LimitInputs::BR_h_inv, 0.108, {"br_h_inv"}},
      {&LimitInputs::sum_m_eV, 0.0639, {}},
      {&LimitInputs::sum_m_eV, 0.065, {"sum_m_desi_2025"}},
      {&LimitInputs::sum_m_eV, 0.2, {"sum_m_desi_2025", "sum_m_desi_2024", "sum_m_planck_bao"}},
      {&LimitInputs::sum_m_eV,
       0.25,
       {"sum_m_desi_2025", "sum_m_desi_2024", "sum_m_planck_bao", "sum_m_planck_cmb"}},
      {&LimitInputs::m_bb_eV, 0.061, {"m_bb_2022_strong", "m_bb_2024_strong"}},
      {&LimitInputs::m_bb_eV, 0.13, {"m_bb_2022_strong", "m_bb_2024_strong", "m_bb_2024"}},
      {&LimitInputs::theta23_deg, 39.0, {"theta23"}},
      {&LimitInputs::theta12_deg, 30.0, {"theta12"}},
      {&LimitInputs::theta13_deg, 9.2, {"theta13"}},
      {&LimitInputs::dm21_eV2, 8.1e-5, {"dm21"}},
      {&LimitInputs::dm3l_eV2, -2.5e-3, {"dm3l"}},
      {&LimitInputs::delta_deg, 91.9, {"delta"}},
      {&LimitInputs::delta_deg, 44.0, {}},  // the range is 105 to 405 degrees
      {&LimitInputs::potential_bounded, 0.0, {"vacuum_stability"}},
      {&LimitInputs::h_etau, 3.6, {"perturbativity"}},
      {&LimitInputs::lambda_mu, 3.6, {"perturbativity"}},
      {&LimitInputs::m_phi, 1.9e7, {"inflaton"}},
      {&LimitInputs::T_portal, 4e4, {"sigma_thermalised"}},
      {&LimitInputs::M1_TR, 4e5, {"nonthermal"}},
      {&LimitInputs::g_zp, 7e-4, {"na64mu"}},
  };
  const Assessment before = assess(good_point(), {});
  for (const Case& c : cases) {
    LimitInputs p = good_point();
    p.*c.member = c.value;
    const Assessment after = assess(p, {});
    bool hard_one_broken = false;
    for (std::size_t i = 0; i < limits().size(); ++i) {
      const Limit& l = limits()[i];
      const bool breaks = c.broken.contains(l.name);
      EXPECT_EQ(after.limit[i], breaks ? Verdict::no : before.limit[i]) << l.name << " at " << c.value;
      hard_one_broken |= breaks && l.is_hard;
    }
    EXPECT_EQ(after.allowed, hard_one_broken ? Verdict::no : Verdict::yes) << c.value;
    EXPECT_EQ(after.explains_all, after.allowed) << c.value;
  }
}

TEST(Limits, OfAPointWithoutTextureSolutionSayWhyAndNothingMore) {
  LimitInputs p = good_point();
  p.status = 1.0;
  p.delta_deg = p.sum_m_eV = p.m_bb_eV = p.lambda_e = p.M1_TR = p.T_gauge = p.T_portal = p.Y_B = nan;
  const Assessment a = assess(p, {});
  EXPECT_EQ(limit(a, "texture"), Verdict::no);
  for (const char* name : {"sum_m_planck_cmb", "m_bb_2024", "delta", "perturbativity", "inflaton",
                           "nonthermal", "sigma_thermalised"})
    EXPECT_EQ(limit(a, name), Verdict::unknown) << name;
  EXPECT_EQ(a.allowed, Verdict::no);
  EXPECT_EQ(a.explains_Y_B, Verdict::unknown);
  EXPECT_EQ(a.explains_all, Verdict::no);
  EXPECT_TRUE(std::isnan(a.log_likelihood_total));
}

TEST(Limits, ReadEveryInputFromAColumn) {
  EXPECT_EQ(limit_input_columns().size() * sizeof(double), sizeof(LimitInputs));
}

TEST(Limits, StateTheirSource) {
  std::set<std::string_view> names;
  for (const Limit& l : limits()) {
    EXPECT_TRUE(names.insert(l.name).second) << l.name;
    EXPECT_FALSE(l.requirement.empty()) << l.name;
    EXPECT_EQ(l.confidence.empty(), l.source.empty()) << l.name;
    EXPECT_TRUE(l.is_hard || !l.remark.empty()) << l.name << " does not say why it is no hard limit";
  }
}

TEST(Verdicts, CombineAsThreeValuedLogic) {
  using enum Verdict;
  EXPECT_EQ(all_of({yes, unknown, no}), no);
  EXPECT_EQ(all_of({yes, unknown}), unknown);
  EXPECT_EQ(all_of({yes, yes}), yes);
}

TEST(Verdicts, OnBaryogenesisNeedTheRightSignAndSize) {
  LimitInputs p = good_point();
  ModelSettings settings;
  settings.Y_B_theory_factor = 2.0;
  for (const auto& [value, verdict] : {std::pair{8.7e-11, Verdict::yes},
                                       {4.4e-11, Verdict::yes},
                                       {4.3e-11, Verdict::no},
                                       {1.75e-10, Verdict::no},
                                       {-8.7e-11, Verdict::no}}) {
    p.Y_B = value;
    EXPECT_EQ(assess(p, settings).explains_Y_B, verdict) << value;
    EXPECT_EQ(assess(p, settings).explains_all, verdict) << value;
  }
}

TEST(Likelihoods, OfTheBaryonAsymmetryAreLogNormal) {
  LimitInputs p = good_point();
  ModelSettings settings;
  settings.Y_B_theory_factor = 3.0;
  for (double value : {8.7e-11 / 3.0, 3.0 * 8.7e-11}) {
    p.Y_B = value;  // the observation's 0.7 % hardly widens the theory's factor of three
    EXPECT_NEAR(log_likelihood(assess(p, settings), "Y_B"), -0.5, 1e-4);
  }
  p.Y_B = -8.7e-11;
  EXPECT_EQ(log_likelihood(assess(p, settings), "Y_B"), -std::numeric_limits<double>::infinity());
  p.Y_B = 0.0;
  EXPECT_EQ(log_likelihood(assess(p, settings), "Y_B"), -std::numeric_limits<double>::infinity());
}

TEST(Likelihoods, OfTheMuonMomentFollowTheChosenMeasurement) {
  LimitInputs p = good_point();
  p.delta_a_mu = 0.0;  // the Standard Model: 4.2, 5.1, 5.8 and 0.6 sigma away
  for (const auto& [choice, sigmas] : {std::pair{GMinus2::y2021_wp20, 4.25},
                                       {GMinus2::y2023_wp20, 5.19},
                                       {GMinus2::y2025_wp20, 5.80},
                                       {GMinus2::y2025_wp25, 0.604}}) {
    ModelSettings settings;
    settings.g_minus_2 = choice;
    const Assessment a = assess(p, settings);
    EXPECT_TRUE(relatively_near(log_likelihood(a, "g2"), -0.5 * sigmas * sigmas, 5e-3)) << name_of(choice);
    EXPECT_EQ(a.explains_g2, sigmas <= 2.0 ? Verdict::yes : Verdict::no);
  }
}

TEST(Likelihoods, OfOscillationsAreAsymmetricAndPeriodicInThePhase) {
  const OscillationData& fit = *find_oscillation_data("5.1/NO_noSK");
  LimitInputs p = good_point();
  p.theta23_deg = angle_deg(0.573 + 0.018);
  EXPECT_NEAR(log_likelihood(assess(p, {}), "theta23"), -0.5, 1e-10);
  p.theta23_deg = angle_deg(0.573 - 0.023);
  EXPECT_NEAR(log_likelihood(assess(p, {}), "theta23"), -0.5, 1e-10);
  p.delta_deg = 194.0 + 52.0;
  EXPECT_NEAR(log_likelihood(assess(p, {}), "delta"), -0.5, 1e-12);
  for (const OscillationData& set : oscillation_data_sets())
    for (const double delta : {0.0, 45.0, 100.0, 194.0, 268.125, 359.5}) {
      ModelSettings settings;
      settings.ordering = set.ordering;
      settings.oscillation_fit = &set;
      p.delta_deg = delta;
      const Assessment once = assess(p, settings);
      for (const int turns : {-1000, -2, -1, 1, 2, 3, 1000}) {
        p.delta_deg = delta + 360.0 * turns;
        EXPECT_EQ(limit(assess(p, settings), "delta"), limit(once, "delta"))
            << set.name << " " << p.delta_deg;
        EXPECT_EQ(log_likelihood(assess(p, settings), "delta"), log_likelihood(once, "delta"));
      }
    }
  p.delta_deg = 194.0 + 52.0 - 360.0;
  EXPECT_NEAR(log_likelihood(assess(p, {}), "delta"), -0.5, 1e-12);
  p.dm21_eV2 = fit.dm21_eV2.best - 2.0 * fit.dm21_eV2.minus;
  EXPECT_NEAR(log_likelihood(assess(p, {}), "dm21"), -2.0, 1e-10);

  ModelSettings other;  // another fit, the same point
  other.oscillation_fit = find_oscillation_data("6.0/NO_SK");
  p.theta23_deg = angle_deg(0.47 + 0.017);
  EXPECT_NEAR(log_likelihood(assess(p, other), "theta23"), -0.5, 1e-10);
}

TEST(Limits, OnInvisibleHiggsDecaysBoundThePortalCoupling) {
  // |lambda| at BR = 0.107: 7.1e-3 with one complex scalar, 5.0e-3 with two.
  for (const auto& [scalars, bound] : {std::pair{1, 7.1e-3}, {2, 5.0e-3}}) {
    LimitInputs p = good_point();
    p.BR_h_inv = higgs_invisible_branching_ratio(-(bound - 0.05e-3), scalars);
    EXPECT_EQ(limit(assess(p, {}), "br_h_inv"), Verdict::yes) << scalars;
    p.BR_h_inv = higgs_invisible_branching_ratio(-(bound + 0.05e-3), scalars);
    EXPECT_EQ(limit(assess(p, {}), "br_h_inv"), Verdict::no) << scalars;
  }
}

}  // namespace
}  // namespace mutauscan
