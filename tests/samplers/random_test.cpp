#include "mutauscan/samplers/random.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

TEST(Draws, AreAFunctionOfSeedStreamCounterAndTheirNumber) {
  Draws a(1, Stream::mcmc, 7), b(1, Stream::mcmc, 7);
  for (int n = 0; n < 5; ++n) EXPECT_EQ(a.uniform(), b.uniform());
  EXPECT_EQ(Draws(1, Stream::mcmc, 7).uniform(), to_unit_interval(random_bits(1, Stream::mcmc, 0, 7)));
  EXPECT_NE(Draws(1, Stream::mcmc, 7).uniform(), Draws(1, Stream::mcmc, 8).uniform());
  EXPECT_NE(Draws(1, Stream::mcmc, 7).uniform(), Draws(1, Stream::nested, 7).uniform());
  EXPECT_NE(Draws(1, Stream::mcmc, 7).uniform(), Draws(2, Stream::mcmc, 7).uniform());
}

// Moments of 10^5 draws; five standard errors.
TEST(Draws, AreDistributedAsTheySay) {
  constexpr int draws = 100000;
  Draws uniform(3, Stream::nested, 0), normal(3, Stream::nested, 1), cauchy(3, Stream::nested, 2);
  double u1 = 0.0, n1 = 0.0, n2 = 0.0, inside = 0.0;
  for (int i = 0; i < draws; ++i) {
    u1 += uniform.uniform();
    const double x = normal.normal();
    n1 += x, n2 += x * x;
    inside += std::abs(cauchy.cauchy()) < 1.0 ? 1.0 : 0.0;
  }
  EXPECT_NEAR(u1 / draws, 0.5, 5.0 / std::sqrt(12.0 * draws));
  EXPECT_NEAR(n1 / draws, 0.0, 5.0 / std::sqrt(draws));
  EXPECT_NEAR(n2 / draws, 1.0, 5.0 * std::sqrt(2.0 / draws));
  EXPECT_NEAR(inside / draws, 0.5, 5.0 * 0.5 / std::sqrt(draws));
}

TEST(Draws, BelowIsBelow) {
  Draws d(4, Stream::profile, 0);
  std::vector<int> seen(3, 0);
  for (int i = 0; i < 1000; ++i) ++seen.at(d.below(3));
  for (int n : seen) EXPECT_GT(n, 250);
}

}  // namespace
}  // namespace mutauscan
