#include "mutauscan/samplers/burn_in.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// Eight chains whose ln L at a step is level(chain, step), plus noise of width 1 and a little for each
/// chain.
template <class Level>
BurnInCheck check_of(std::size_t steps, Level level) {
  BurnIn burn_in(8);
  for (std::size_t step = 0; step < steps; ++step)
    for (std::size_t chain = 0; chain < 8; ++chain)
      burn_in.add(chain, level(chain, step) + (step % 2 == 0 ? 0.5 : -0.5) + 0.01 * double(chain));
  return burn_in.check();
}

TEST(BurnIn, ChecksComeAtAGeometricSeriesOfSteps) {
  std::vector<std::uint64_t> steps;
  for (std::uint64_t step = 1; step < 210; ++step)
    if (is_step_of_check(step)) steps.push_back(step);
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{100, 114, 132, 152, 174, 201}));
}

TEST(BurnIn, IsOverWhenLogLikelihoodsAreLevel) {
  const auto level = [](std::size_t, std::size_t) { return -5.0; };
  EXPECT_FALSE(check_of(199, level).is_over);  // too few steps
  const BurnInCheck found = check_of(400, level);
  EXPECT_TRUE(found.is_over);
  EXPECT_EQ(found.healthy.size(), 8U);
}

TEST(BurnIn, IsNotOverWhileTheyRise) {
  const BurnInCheck found = check_of(400, [](std::size_t, std::size_t step) { return 0.001 * double(step); });
  EXPECT_FALSE(found.is_over);
  EXPECT_GT(found.drift, largest_drift);
}

TEST(BurnIn, FindsChainsThatLagBehind) {
  const BurnInCheck found =
      check_of(400, [](std::size_t chain, std::size_t) { return chain == 3 ? -9.0 : 0.0; });
  EXPECT_FALSE(found.is_over);
  EXPECT_EQ(found.healthy, (std::vector<std::size_t>{0, 1, 2, 4, 5, 6, 7}));
  EXPECT_TRUE(found.is_outlier[3]);
}

TEST(BurnIn, AChainAtMinusInfinityLagsBehind) {
  const BurnInCheck found =
      check_of(400, [](std::size_t chain, std::size_t) { return chain < 5 ? -inf : 0.0; });
  EXPECT_FALSE(found.is_over);
  EXPECT_EQ(found.healthy, (std::vector<std::size_t>{5, 6, 7}));
  const BurnInCheck nothing = check_of(400, [](std::size_t, std::size_t) { return -inf; });
  EXPECT_FALSE(nothing.is_over);
  EXPECT_TRUE(nothing.healthy.empty());
}

TEST(BurnIn, EqualLogLikelihoodsAreLevel) {
  BurnIn burn_in(8);
  for (int step = 0; step < 300; ++step)
    for (std::size_t chain = 0; chain < 8; ++chain) burn_in.add(chain, 0.1);
  EXPECT_TRUE(burn_in.check().is_over);
  EXPECT_EQ(burn_in.check().drift, 0.0);
}

}  // namespace
}  // namespace mutauscan
