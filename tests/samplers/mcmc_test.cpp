#include "mutauscan/samplers/mcmc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numbers>
#include <numeric>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "drive_sampler.hpp"

namespace mutauscan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

AdaptiveSettings settings_of(std::size_t dimension, std::uint64_t seed) {
  AdaptiveSettings settings;
  settings.dimension = dimension;
  settings.seed = seed;
  settings.size = 16;
  settings.islands = 4;
  settings.ess = 2000;
  return settings;
}

std::vector<double> derived(const AdaptiveSampler& sampler, const std::string& name) {
  for (const DerivedColumn& derived : sampler.derived_columns())
    if (derived.column.name == name) return derived.values;
  return {};
}

double result(const AdaptiveSampler& sampler, const std::string& name) {
  for (const auto& [key, value] : sampler.diagnostics().results)
    if (key == name) return value;
  return std::nan("");
}

double sum_of(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

/// Mean over the posterior of f(u) of an axis.
template <class F>
double mean_of(const DrivenRun& run, const std::vector<double>& weights, std::size_t dimension,
               std::size_t axis, F f) {
  double mean = 0.0;
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (weights[row] > 0.0) mean += weights[row] * f(run.u[row * dimension + axis]);
  return mean;
}

/// tests/reference/samplers.json, one problem with one seed.
void expect_sampled(const nlohmann::json& problem, const nlohmann::json& test, std::uint64_t seed) {
  const std::size_t d = problem.at("dimension");
  std::string function = problem.at("name");
  function.erase(function.find_last_not_of("0123456789") + 1);
  if (function == "gauss") function = "gaussian";
  ReferenceLikelihood likelihood(function, d, 0.0, 1.0);  // the box of each axis is applied here
  const auto along = [&](std::size_t axis, double u) {
    const double lower = problem.at("lower")[axis], upper = problem.at("upper")[axis];
    return lower + (upper - lower) * u;
  };
  std::vector<double> x(d);
  const auto sampler = make_mcmc(settings_of(d, seed));
  const DrivenRun run = drive(*sampler, d, test.at("budget"), [&](std::span<const double> u) {
    for (std::size_t i = 0; i < d; ++i) x[i] = along(i, u[i]);
    return likelihood(x);
  });
  const std::string which = problem.at("name").get<std::string>() + " seed " + std::to_string(seed);
  const nlohmann::json& require = test.at("require");
  const std::vector<double> weights = derived(*sampler, "weight");
  EXPECT_EQ(run.converged, require.at("converged").get<bool>()) << which;
  EXPECT_NEAR(sum_of(weights), 1.0, 1e-9) << which;
  double worst_mean = 0.0, worst_variance = 0.0;
  for (std::size_t i = 0; i < d; ++i) {
    const double mean = problem.at("posterior_mean")[i], variance = problem.at("posterior_variance")[i];
    const double m = mean_of(run, weights, d, i, [&](double u) { return along(i, u); });
    const double v = mean_of(run, weights, d, i, [&](double u) { return std::pow(along(i, u) - m, 2); });
    worst_mean = std::max(worst_mean, std::abs(m - mean) / std::sqrt(variance));
    worst_variance = std::max(worst_variance, std::abs(v / variance - 1.0));
  }
  std::printf("%-19s rows %7zu mean off by %.3f sigma, variance by %.3f; R-hat %.4f ESS %.0f\n",
              which.c_str(), run.loglike.size(), worst_mean, worst_variance, result(*sampler, "rhat"),
              result(*sampler, "ess"));
  if (!require.at("converged")) return;
  EXPECT_LT(worst_mean, require.at("mean_within_sigma").get<double>()) << which;
  EXPECT_LT(worst_variance, require.at("variance_within").get<double>()) << which;
}

// Some always; all with MUTAUSCAN_LONG_TESTS=1 (a minute).
TEST(Mcmc, ReferenceProblems) {
  std::ifstream file(REFERENCE_DIR "/samplers.json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  const bool all = std::getenv("MUTAUSCAN_LONG_TESTS") != nullptr;
  int problems = 0;
  for (const auto& problem : reference.at("problems"))
    for (const auto& test : problem.at("tests")) {
      if (test.at("sampler") != "mcmc" || (!all && test.at("budget") > 300000)) continue;
      ++problems;
      for (std::uint64_t seed : test.at("seeds")) {
        expect_sampled(problem, test, seed);
        if (!all) break;
      }
    }
  EXPECT_GE(problems, all ? 9 : 5);
}

// A sampler rebuilt from the rows proposes and says the same, bit for bit, though it never proposed these.
TEST(Mcmc, IsRebuiltByItsRows) {
  const auto likelihood = [](std::span<const double> u) {
    return u[0] < 0.3 ? -inf : -50.0 * (u[0] - 0.6) * (u[0] - 0.6) - 80.0 * std::abs(u[1] - 0.2);
  };
  const auto proposing = make_mcmc(settings_of(2, 3)), absorbing = make_mcmc(settings_of(2, 3));
  const DrivenRun run = drive(*proposing, 2, 32000, likelihood);
  ASSERT_EQ(run.generations, 2000U);
  for (std::uint64_t g = 0; g < run.generations; ++g) {
    std::vector<MemberOutcome> outcomes;
    for (std::size_t i = 0; i < 16; ++i) {
      const double lnl = run.loglike[g * 16 + i];
      outcomes.push_back({lnl, 0, std::isfinite(lnl), std::isfinite(lnl) ? lnl : 0.0});
    }
    absorbing->absorb(g, std::span(run.u).subspan(g * 32, 32), outcomes);
  }
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (std::uint64_t g = 2000; g < 2004; ++g) {
    const auto a = absorbing->propose(g), b = proposing->propose(g);
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end(), same));
  }
  EXPECT_EQ(result(*proposing, "ess"), result(*absorbing, "ess"));
  EXPECT_EQ(derived(*proposing, "weight"), derived(*absorbing, "weight"));
}

// Rows outside the prior have none, and those before the first step have no chain.
TEST(Mcmc, WeightsBelongToRowsThatChainsStoodAt) {
  const auto sampler = make_mcmc(settings_of(2, 1));
  const DrivenRun run =
      drive(*sampler, 2, 40000, [](std::span<const double> u) { return -u[0] - 9.0 * u[1]; });
  const std::vector<double> weights = derived(*sampler, "weight"), chains = derived(*sampler, "chain");
  ASSERT_EQ(weights.size(), run.loglike.size());
  // The 8 generations that the start needs, and 3 more that were under way.
  constexpr std::size_t first = 11 * 16;
  std::size_t outside = 0, with_weight = 0, of_other_chain = 0;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    of_other_chain += chains[row] != (row < first ? -1.0 : double((row - first) % 64));
    outside += std::isnan(run.u[2 * row]);
    with_weight += std::isnan(run.u[2 * row]) && weights[row] > 0.0;
  }
  EXPECT_EQ(of_other_chain, 0U);
  EXPECT_EQ(with_weight, 0U);
  EXPECT_GT(outside, 1000U);
}

// Uniform in the cube: mean 1/2, variance 1/12. Five standard errors of 2000 independent draws.
TEST(Mcmc, AConstantLikelihoodGivesThePrior) {
  const auto sampler = make_mcmc(settings_of(3, 1));
  const DrivenRun run = drive(*sampler, 3, 300000, [](std::span<const double>) { return 2.5; });
  EXPECT_TRUE(run.converged);
  const std::vector<double> weights = derived(*sampler, "weight");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double mean = mean_of(run, weights, 3, axis, [](double u) { return u; });
    const double variance = mean_of(run, weights, 3, axis, [](double u) { return (u - 0.5) * (u - 0.5); });
    EXPECT_NEAR(mean, 0.5, 5.0 / std::sqrt(12.0 * 2000.0));
    EXPECT_NEAR(variance, 1.0 / 12.0, 5.0 / std::sqrt(180.0 * 2000.0));
  }
}

TEST(Mcmc, NothingFiniteIsNeverConverged) {
  const auto sampler = make_mcmc(settings_of(3, 1));
  const DrivenRun run = drive(*sampler, 3, 30000, [](std::span<const double>) { return -inf; });
  EXPECT_FALSE(run.converged);
  EXPECT_EQ(run.loglike.size(), 30000U);
  EXPECT_EQ(sum_of(derived(*sampler, "weight")), 0.0);
  EXPECT_EQ(sampler->diagnostics().stage, "burn-in");
}

// One point in a thousand is finite: the search for starting points ends, and chains come in from outside.
TEST(Mcmc, StartsFromFewFinitePoints) {
  const auto sampler = make_mcmc(settings_of(2, 1));
  const DrivenRun run = drive(*sampler, 2, 200000, [](std::span<const double> u) {
    return u[0] > 0.03 || u[1] > 0.03 ? -inf : -0.5 * std::pow((u[0] - 0.015) / 0.004, 2);
  });
  EXPECT_TRUE(run.converged);
  const std::vector<double> weights = derived(*sampler, "weight");
  EXPECT_NEAR(mean_of(run, weights, 2, 0, [](double u) { return u; }), 0.015,
              5.0 * 0.004 / std::sqrt(2000.0));
  EXPECT_NEAR(mean_of(run, weights, 2, 1, [](double u) { return u; }), 0.015,
              5.0 * 0.03 / std::sqrt(12.0 * 2000.0));
}

TEST(Mcmc, SmallestEnsemblesAndOneAxis) {
  AdaptiveSettings settings = settings_of(1, 2);
  settings.size = fewest_chains;
  settings.islands = fewest_ensembles;
  const auto sampler = make_mcmc(settings);
  const DrivenRun run = drive(
      *sampler, 1, 200000, [](std::span<const double> u) { return -0.5 * std::pow((u[0] - 0.7) / 0.01, 2); });
  EXPECT_TRUE(run.converged);
  const std::vector<double> weights = derived(*sampler, "weight");
  EXPECT_NEAR(mean_of(run, weights, 1, 0, [](double u) { return u; }), 0.7, 5.0 * 0.01 / std::sqrt(2000.0));
  EXPECT_NEAR(mean_of(run, weights, 1, 0, [](double u) { return std::pow((u - 0.7) / 0.01, 2); }), 1.0,
              5.0 * std::sqrt(2.0 / 2000.0));
}

// A peak across the seam of a phase, exp(k cos): <cos> = I1(k)/I0(k).
TEST(Mcmc, APeriodicAxisHasNoEnds) {
  AdaptiveSettings settings = settings_of(2, 1);
  settings.periodic = {true, false};
  const auto sampler = make_mcmc(settings);
  const auto cosine = [](double u) { return std::cos(2.0 * std::numbers::pi * u); };
  const DrivenRun run =
      drive(*sampler, 2, 300000, [&](std::span<const double> u) { return 5.0 * cosine(u[0]) - 3.0 * u[1]; });
  EXPECT_TRUE(run.converged);
  const std::vector<double> weights = derived(*sampler, "weight");
  // The standard deviation of cos is 0.118, of sin 0.423.
  EXPECT_NEAR(mean_of(run, weights, 2, 0, cosine), std::cyl_bessel_i(1, 5.0) / std::cyl_bessel_i(0, 5.0),
              5.0 * 0.118 / std::sqrt(2000.0));
  EXPECT_NEAR(mean_of(run, weights, 2, 0, [](double u) { return std::sin(2.0 * std::numbers::pi * u); }), 0.0,
              5.0 * 0.423 / std::sqrt(2000.0));
}

}  // namespace
}  // namespace mutauscan
