#include "mutauscan/samplers/profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "drive_sampler.hpp"
#include "mutauscan/samplers/elite_grid.hpp"

namespace mutauscan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

AdaptiveSettings settings_of(std::size_t dimension, std::uint64_t seed) {
  AdaptiveSettings settings;
  settings.dimension = dimension;
  settings.seed = seed;
  settings.size = 200;
  settings.islands = 2;
  settings.planes = {{0, 1}};
  return settings;
}

/// The best ln L of all rows in each cell of a plane over a window in u.
std::vector<double> profile_of(const DrivenRun& run, std::size_t dimension, double lower, double upper,
                               int cells) {
  EliteGrid grid({{0, 1}, {{{lower, upper}, {lower, upper}}}}, cells);
  for (std::size_t row = 0; row < run.loglike.size(); ++row)
    grid.offer(std::span(run.u).subspan(row * dimension, dimension), run.loglike[row], 0);
  std::vector<double> best;
  for (const EliteCell& cell : grid.grid()) best.push_back(cell.loglike);
  return best;
}

TEST(EliteGrid, CellsAndNeighbours) {
  const EliteGrid grid({{2, 0}, {{{0.0, 1.0}, {0.5, 1.0}}}}, 4);
  EXPECT_EQ(grid.cell_of(std::vector{0.5, 0.1, 0.0}), 0U);
  EXPECT_EQ(grid.cell_of(std::vector{0.99, 0.1, 0.3}), 7U);
  EXPECT_EQ(grid.cell_of(std::vector{1.0, 0.1, 1.0}), 15U);
  EXPECT_FALSE(grid.cell_of(std::vector{0.4, 0.1, 0.3}));
  EXPECT_EQ(grid.neighbour(5, 1, -1), 8U);
  EXPECT_FALSE(grid.neighbour(5, -2, 0));
  EXPECT_FALSE(grid.neighbour(5, 0, 3));
}

TEST(EliteGrid, KeepsTheFirstOfTheBest) {
  EliteGrid grid({{0, 1}, {{{0.0, 1.0}, {0.0, 1.0}}}}, 1);
  grid.offer(std::vector{0.1, 0.1}, -2.0, 0);
  grid.visit({0}, 5, {0});
  grid.offer(std::vector{0.2, 0.2}, -2.0, 1);
  EXPECT_EQ(grid.grid()[0].u[0], 0.1);
  EXPECT_EQ(grid.grid()[0].visits, 5);
  grid.offer(std::vector{0.3, 0.3}, -1.97, 2);  // a little better
  EXPECT_EQ(grid.grid()[0].visits, 0);
  EXPECT_EQ(grid.grid()[0].idle_visits, 5);
  grid.offer(std::vector{0.4, 0.4}, -1.94, 3);  // with the last one, notably
  EXPECT_EQ(grid.grid()[0].idle_visits, 0);
  EXPECT_EQ(grid.grid()[0].improved, 3U);
}

TEST(EliteGrid, VisitsTheLeastVisitedFirst) {
  EliteGrid grid({{0, 1}, {{{0.0, 1.0}, {0.0, 1.0}}}}, 2);
  for (double x : {0.2, 0.7})
    for (double y : {0.2, 0.7}) grid.offer(std::vector{x, y}, x - 3.0 * y, 0);
  EXPECT_EQ(grid.active(-1.0), (std::vector<std::size_t>{2, 0, 3, 1}));  // fewer than four: the best
  const std::vector<std::uint64_t> ties = {4, 2, 3, 1};
  EXPECT_EQ(grid.visit({0, 1, 2, 3}, 3, ties), (std::vector<std::size_t>{3, 1, 2}));
  EXPECT_EQ(grid.visit({0, 1, 2, 3}, 2, ties), (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(grid.visit({0, 3}, 3, ties), (std::vector<std::size_t>{0, 3, 0}));
}

// The profile of a correlated Gaussian in ten dimensions is the Gaussian of the two axes' own covariance. Of
// each cell, the best of 9 x 9 points is compared, where the true profile is within 3 of the maximum.
TEST(Profile, GaussianInTenDimensions) {
  std::ifstream file(REFERENCE_DIR "/samplers.json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  const auto find = [](const nlohmann::json& list, const std::string& key, const std::string& value) {
    return *std::find_if(list.begin(), list.end(), [&](const auto& x) { return x.at(key) == value; });
  };
  const nlohmann::json problem = find(reference.at("problems"), "name", "gauss10");
  const nlohmann::json test = find(problem.at("tests"), "sampler", "profile");
  constexpr std::size_t d = 10;
  const double rho = 0.7, maximum = problem.at("max_log_likelihood");
  const int cells = test.at("settings").at("cells");
  const std::size_t budget = test.at("budget");
  for (std::uint64_t seed = 1; seed <= (std::getenv("MUTAUSCAN_LONG_TESTS") ? 5 : 1); ++seed) {
    AdaptiveSettings settings = settings_of(d, seed);
    settings.windows = {{{{0.1, 0.9}, {0.1, 0.9}}}};  // -4 ... 4 of -5 ... 5
    const auto sampler = make_profile(settings);
    ReferenceLikelihood likelihood("gaussian", d, -5.0, 5.0);
    const DrivenRun run = drive(*sampler, d, budget, std::ref(likelihood));
    EXPECT_FALSE(run.converged);
    const std::vector<double> found = profile_of(run, d, 0.1, 0.9, cells);
    double compared = 0, within_a_tenth = 0, within_a_half = 0;
    for (int i = 0; i < cells; ++i)
      for (int j = 0; j < cells; ++j) {
        double best = -inf;
        for (int k = 0; k < 81; ++k) {
          const double x = -4.0 + 8.0 * (i + (k % 9 + 0.5) / 9.0) / cells;
          const double y = -4.0 + 8.0 * (j + (k / 9 + 0.5) / 9.0) / cells;
          best = std::max(best, maximum - 0.5 * (x * x - 2.0 * rho * x * y + y * y) / (1.0 - rho * rho));
        }
        if (best < maximum - 3.0) continue;
        const double missing = best - found[std::size_t(i * cells + j)];
        ++compared;
        within_a_tenth += missing < 0.1;
        within_a_half += missing < 0.5;
      }
    std::printf("gauss10 seed %llu: %g cells, %.3f within 0.1, %.3f within 0.5\n", (unsigned long long)seed,
                compared, within_a_tenth / compared, within_a_half / compared);
    EXPECT_EQ(compared, test.at("measured").at("cells").get<double>());
    EXPECT_GT(within_a_tenth / compared, test.at("require").at("fraction_within_0p1").get<double>());
    EXPECT_GT(within_a_half / compared, test.at("require").at("fraction_within_0p5").get<double>());
  }
}

/// A ridge along the diagonal of the first two axes, with a third that has to follow.
double ridge(std::span<const double> u) {
  return -200.0 * std::pow(u[0] - u[1], 2) - 4.0 * std::pow(u[0] - 0.5, 2) - 500.0 * std::pow(u[2] - u[0], 2);
}

/// Its profile over the first two axes.
double profile_of_ridge(double x, double y) {
  return -200.0 * std::pow(x - y, 2) - 4.0 * std::pow(x - 0.5, 2);
}

// Converged means that each cell within delta has been maximised, which the ridge allows to check.
TEST(Profile, SaysThatItHasConvergedWhenItHas) {
  AdaptiveSettings settings = settings_of(3, 1);
  settings.cells = 20;
  settings.visits = 100;
  const auto sampler = make_profile(settings);
  const DrivenRun run = drive(*sampler, 3, 400000, ridge);
  EXPECT_TRUE(run.converged);
  EXPECT_LT(run.loglike.size(), 200000U);
  const std::vector<double> found = profile_of(run, 3, 0.0, 1.0, 20);
  int compared = 0;
  for (int i = 0; i < 20; ++i)
    for (int j = 0; j < 20; ++j) {
      double best = -inf;
      for (int k = 0; k < 81; ++k)
        best =
            std::max(best, profile_of_ridge((i + (k % 9 + 0.5) / 9.0) / 20, (j + (k / 9 + 0.5) / 9.0) / 20));
      if (best < -3.5) continue;
      ++compared;
      EXPECT_GT(found[std::size_t(20 * i + j)], best - 0.1) << i << " " << j;
    }
  EXPECT_GT(compared, 60);
}

// Planes take turns, and one axis may be in both.
TEST(Profile, SeveralPlanes) {
  AdaptiveSettings settings = settings_of(3, 1);
  settings.planes = {{0, 1}, {2, 1}};
  settings.cells = 10;
  settings.visits = 50;
  const auto sampler = make_profile(settings);
  const DrivenRun run = drive(*sampler, 3, 400000, ridge);
  EXPECT_TRUE(run.converged);
  EliteGrid second({{2, 1}, {{{0.0, 1.0}, {0.0, 1.0}}}}, 10);
  for (std::size_t row = 0; row < run.loglike.size(); ++row)
    second.offer(std::span(run.u).subspan(3 * row, 3), run.loglike[row], 0);
  // Over (z, y) the first axis follows both: x = (200 y + 4/2 + 500 z) / 704.
  for (int i = 0; i < 10; ++i) {
    const double z = (i + 0.5) / 10.0, x = (200.0 * z + 2.0 + 500.0 * z) / 704.0;
    EXPECT_GT(second.grid()[std::size_t(11 * i)].loglike, ridge(std::vector{x, z, z}) - 0.05) << i;
  }
}

// A sampler rebuilt from the rows proposes and says the same, bit for bit, though it never proposed these.
TEST(Profile, IsRebuiltByItsRows) {
  const auto likelihood = [](std::span<const double> u) { return u[0] < 0.3 ? -inf : ridge(u); };
  const auto proposing = make_profile(settings_of(3, 3)), absorbing = make_profile(settings_of(3, 3));
  const DrivenRun run = drive(*proposing, 3, 60000, likelihood);
  ASSERT_EQ(run.generations, 300U);
  ASSERT_EQ(proposing->diagnostics().stage, "profile");
  for (std::uint64_t g = 0; g < run.generations; ++g) {
    std::vector<MemberOutcome> outcomes;
    for (std::size_t i = 0; i < 200; ++i) {
      const double lnl = run.loglike[g * 200 + i];
      outcomes.push_back({lnl, 0, std::isfinite(lnl), std::isfinite(lnl) ? lnl : 0.0});
    }
    absorbing->absorb(g, std::span(run.u).subspan(g * 600, 600), outcomes);
  }
  for (std::uint64_t g = 300; g < 302; ++g) EXPECT_EQ(absorbing->propose(g), proposing->propose(g));
  EXPECT_EQ(absorbing->generation_values(), proposing->generation_values());
}

TEST(Profile, NothingFiniteIsNeverConverged) {
  const auto sampler = make_profile(settings_of(2, 1));
  const DrivenRun run = drive(*sampler, 2, 30000, [](std::span<const double>) { return -inf; });
  EXPECT_FALSE(run.converged);
  EXPECT_EQ(run.loglike.size(), 30000U);
  for (const double u : run.u) EXPECT_TRUE(u > 0.0 && u < 1.0);
}

// All cells are equally good: each is filled and visited.
TEST(Profile, AConstantLikelihoodFillsThePlane) {
  AdaptiveSettings settings = settings_of(2, 1);
  settings.cells = 10;
  settings.visits = 20;
  const auto sampler = make_profile(settings);
  const DrivenRun run = drive(*sampler, 2, 100000, [](std::span<const double>) { return 2.5; });
  EXPECT_TRUE(run.converged);
  for (const double best : profile_of(run, 2, 0.0, 1.0, 10)) EXPECT_EQ(best, 2.5);
}

// Where nothing lies in the window, it is searched; sizes need not be multiples of a population.
TEST(Profile, AWindowFarFromTheMaximum) {
  AdaptiveSettings settings = settings_of(2, 1);
  settings.size = 161;
  settings.cells = 5;
  settings.windows = {{{{0.7, 0.701}, {0.2, 0.201}}}};
  const auto sampler = make_profile(settings);
  const DrivenRun run = drive(*sampler, 2, 60000, [](std::span<const double> u) {
    return -1e4 * (std::pow(u[0] - 0.1, 2) + std::pow(u[1] - 0.9, 2));
  });
  EXPECT_FALSE(run.converged);  // no cell is within delta of the best
  EliteGrid grid({{0, 1}, settings.windows[0]}, 5);
  for (std::size_t row = 0; row < run.loglike.size(); ++row)
    grid.offer(std::span(run.u).subspan(2 * row, 2), run.loglike[row], 0);
  for (const EliteCell& cell : grid.grid()) EXPECT_FALSE(cell.is_empty());
}

// The peak lies across the seam of a phase.
TEST(Profile, APeriodicAxisHasNoEnds) {
  AdaptiveSettings settings = settings_of(2, 1);
  settings.periodic = {true, false};
  settings.cells = 10;
  settings.visits = 50;
  const auto sampler = make_profile(settings);
  const auto phase = [](double u) { return 5.0 * (std::cos(2.0 * std::numbers::pi * u) - 1.0); };
  const DrivenRun run =
      drive(*sampler, 2, 200000, [&](std::span<const double> u) { return phase(u[0]) - 3.0 * u[1]; });
  EXPECT_TRUE(run.converged);
  const std::vector<double> found = profile_of(run, 2, 0.0, 1.0, 10);
  for (const int i : {0, 1, 8, 9})
    EXPECT_NEAR(found[std::size_t(10 * i)], phase(i < 5 ? 0.1 * i : 0.1 * (i + 1)), 0.1) << i;
}

}  // namespace
}  // namespace mutauscan
