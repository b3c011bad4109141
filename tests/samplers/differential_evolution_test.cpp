#include "mutauscan/samplers/differential_evolution.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

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
  settings.size = 80;
  settings.islands = 4;
  return settings;
}

double best_of(const DrivenRun& run) { return *std::max_element(run.loglike.begin(), run.loglike.end()); }

/// "gauss10" -> "gaussian"; others without their dimension.
std::string function_of(const std::string& problem) {
  const std::string name = problem.substr(0, problem.find_first_of("0123456789"));
  return name == "gauss" ? "gaussian" : name;
}

class ReferenceProblem : public testing::TestWithParam<std::string> {};

// Every seed must find the maximum to 0.01 in ln L, and stop by itself, within the rows allowed (which are
// 1.5 to 3 times what the prototypes took).
TEST_P(ReferenceProblem, IsMaximised) {
  const auto document = nlohmann::json::parse(std::ifstream(std::string(REFERENCE_DIR) + "/samplers.json"));
  for (const auto& problem : document.at("problems")) {
    if (problem.at("name") != GetParam()) continue;
    for (const auto& test : problem.at("tests")) {
      if (test.at("sampler") != "de") continue;
      ReferenceLikelihood likelihood(function_of(GetParam()), problem.at("dimension"), problem.at("lower")[0],
                                     problem.at("upper")[0]);
      for (const std::uint64_t seed : test.at("seeds")) {
        const auto sampler = make_differential_evolution(settings_of(problem.at("dimension"), seed));
        const DrivenRun run =
            drive(*sampler, problem.at("dimension"), test.at("budget"), std::ref(likelihood));
        EXPECT_NEAR(best_of(run), problem.at("max_log_likelihood"), 0.01) << "seed " << seed;
        RecordProperty("rows_of_seed_" + std::to_string(seed), std::to_string(run.loglike.size()));
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(DifferentialEvolution, ReferenceProblem,
                         testing::Values("gauss10", "gauss16", "rosenbrock6", "rosenbrock10", "himmelblau",
                                         "eggbox", "plateau99"));

TEST(DifferentialEvolution, ProposalsAreAFunctionOfEarlierRowsAlone) {
  // A sampler that has absorbed a run without proposing any of it goes on as the one that proposed it all.
  const auto likelihood = [](std::span<const double> u) {
    return u[0] < 0.3 ? -inf : -50.0 * (u[0] - 0.6) * (u[0] - 0.6) - 80.0 * std::abs(u[1] - 0.2);
  };
  const auto proposing = make_differential_evolution(settings_of(2, 3));
  const auto absorbing = make_differential_evolution(settings_of(2, 3));
  const DrivenRun run = drive(*proposing, 2, 8000, likelihood);
  ASSERT_EQ(run.generations, 100U);
  for (std::uint64_t g = 0; g < run.generations; ++g) {
    std::vector<MemberOutcome> outcomes;
    for (std::size_t i = 0; i < 80; ++i) {
      const double lnl = run.loglike[g * 80 + i];
      outcomes.push_back({lnl, 0, std::isfinite(lnl), std::isfinite(lnl) ? lnl : 0.0});
    }
    absorbing->absorb(g, std::span(run.u).subspan(g * 160, 160), outcomes);
  }
  for (std::uint64_t g = 100; g < 104; ++g) EXPECT_EQ(absorbing->propose(g), proposing->propose(g));
}

TEST(DifferentialEvolution, AConstantLikelihoodConvergesAtOnce) {
  const auto sampler = make_differential_evolution(settings_of(3, 1));
  const DrivenRun run = drive(*sampler, 3, 100000, [](std::span<const double>) { return 2.5; });
  EXPECT_TRUE(run.converged);
  EXPECT_LT(run.loglike.size(), 15000U);
}

TEST(DifferentialEvolution, NoFiniteLikelihoodIsNeverConverged) {
  const auto sampler = make_differential_evolution(settings_of(3, 1));
  const DrivenRun run = drive(*sampler, 3, 20000, [](std::span<const double>) { return -inf; });
  EXPECT_FALSE(run.converged);
  EXPECT_EQ(run.loglike.size(), 20000U);
  for (const double u : run.u) EXPECT_TRUE(u > 0.0 && u < 1.0);
}

TEST(DifferentialEvolution, SmallestPopulationAndOneAxis) {
  AdaptiveSettings settings = settings_of(1, 2);
  settings.size = smallest_population;
  const auto sampler = make_differential_evolution(settings);
  const DrivenRun run =
      drive(*sampler, 1, 20000, [](std::span<const double> u) { return -1e4 * (u[0] - 0.9) * (u[0] - 0.9); });
  EXPECT_NEAR(best_of(run), 0.0, 0.01);
}

TEST(DifferentialEvolution, APeriodicAxisHasNoEnds) {
  AdaptiveSettings settings = settings_of(2, 1);
  settings.periodic = {true, false};
  const auto sampler = make_differential_evolution(settings);
  const DrivenRun run = drive(*sampler, 2, 60000, [](std::span<const double> u) {
    return 500.0 * (std::cos(2.0 * 3.14159265358979 * u[0]) - 1.0) - 1e3 * (u[1] - 0.5) * (u[1] - 0.5);
  });
  EXPECT_TRUE(run.converged);
  EXPECT_NEAR(best_of(run), 0.0, 0.01);
  for (const double u : run.u) EXPECT_TRUE(u > 0.0 && u < 1.0);
}

}  // namespace
}  // namespace mutauscan
