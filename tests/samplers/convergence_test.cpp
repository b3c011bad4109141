#include "mutauscan/samplers/convergence.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "mutauscan/samplers/random.hpp"

namespace mutauscan {
namespace {

/// x' = rho x + noise, along chains of which each second one is shifted further.
Chains autoregressive(std::size_t chains, std::size_t draws, double rho, double shift) {
  std::uint64_t bits = 42;
  const auto uniform = [&] {
    bits = (bits * 1103515245 + 12345) % (std::uint64_t{1} << 31);
    return (double(bits) + 0.5) * 0x1p-31;
  };
  Chains c{{}, chains};
  for (std::size_t k = 0; k < chains; ++k) {
    double x = 0.0;
    for (std::size_t i = 0; i < draws; ++i) {
      double noise = -2.0;
      for (int n = 0; n < 4; ++n) noise += uniform();
      x = rho * x + noise;
      c.values.push_back(x + shift * double(k / 2));
    }
  }
  return c;
}

// Against the same formulas in numpy, with autocorrelations by Fourier transform and ranks of scipy.
TEST(Convergence, AgreesWithAnIndependentImplementation) {
  struct Case {
    std::size_t chains, draws;
    double rho, shift, nested_rhat, rhat, ess;
  };
  for (const Case& c : {Case{4, 100, 0.5, 0.0, 1.004139877208, 1.000256104824, 151.900757864},
                        Case{4, 101, 0.8, 0.7, 1.096337661012, 1.059955809912, 59.852200659},
                        Case{6, 60, -0.4, 0.2, 1.039025249894, 1.016428256715, 342.224302598}}) {
    const Convergence found = convergence_of(autoregressive(c.chains, c.draws, c.rho, c.shift), c.chains / 2);
    EXPECT_NEAR(found.nested_rhat, c.nested_rhat, 1e-10);
    EXPECT_NEAR(found.rhat, c.rhat, 1e-10);
    EXPECT_NEAR(found.ess / c.ess, 1.0, 1e-9);
  }
}

// The variance of the mean of an autoregressive series is (1 + rho) / (1 - rho) times that of independent
// draws. The estimate scatters by about sqrt(4 tau / draws) = 1.3 % for tau = 9; three times that.
TEST(Convergence, EssOfAnAutoregressiveSeries) {
  const Chains c = autoregressive(4, 50000, 0.8, 0.0);
  EXPECT_NEAR(effective_sample_size(c) / (200000.0 / 9.0), 1.0, 0.04);
}

TEST(Convergence, FoldingFindsChainsOfDifferentWidth) {
  Chains c = autoregressive(4, 500, 0.0, 0.0);
  for (std::size_t i = 0; i < 1000; ++i) c.values[i] *= 3.0;
  EXPECT_LT(nested_potential_scale_reduction(rank_normalised(c), 2), 1.01);
  EXPECT_GT(convergence_of(c, 2).nested_rhat, 1.1);
}

TEST(Convergence, EqualValuesShareTheirRank) {
  const Chains scores = rank_normalised({{2.0, 1.0, 2.0, 3.0}, 1});
  EXPECT_EQ(scores.values[0], scores.values[2]);
  EXPECT_NEAR(scores.values[0], 0.0, 1e-15);  // the mean rank of all
  EXPECT_NEAR(scores.values[1] + scores.values[3], 0.0, 1e-15);
  EXPECT_EQ(folded({{1.0, 2.0, 4.0, 9.0}, 1}).values, (std::vector<double>{2.0, 1.0, 1.0, 6.0}));
}

TEST(Convergence, NothingThatVariesAgrees) {
  const Convergence found = convergence_of({std::vector<double>(64, 0.25), 4}, 2);
  EXPECT_EQ(found.nested_rhat, 1.0);
  EXPECT_EQ(found.rhat, 1.0);
  EXPECT_EQ(found.ess, 64.0);
}

// Chains that stand still at different places have not converged, though none of them varies.
TEST(Convergence, ChainsThatStandStillHaveNot) {
  Chains c{std::vector<double>(200), 4};
  for (std::size_t i = 0; i < 200; ++i) c.values[i] = double(i / 50);
  const Convergence found = convergence_of(c, 2);
  EXPECT_GT(found.nested_rhat, 1.5);
  EXPECT_LT(found.ess, 20.0);
}

TEST(ThinnedDraws, KeepsEvenlySpacedSteps) {
  ThinnedDraws draws(2, 3, 10);
  for (int step = 0; step < 47; ++step) {
    std::vector<double> points(6);
    for (std::size_t i = 0; i < 6; ++i) points[i] = 100.0 * step + double(i);
    draws.add(points);
    EXPECT_LE(draws.draws(), 10U);
  }
  const Chains axis = draws.axis(1);
  ASSERT_EQ(draws.draws(), 6U);  // steps 0, 8, 16 ... 40
  for (std::size_t chain = 0; chain < 2; ++chain)
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_EQ(axis.values[chain * 6 + i], 800.0 * double(i) + double(3 * chain + 1));
}

}  // namespace
}  // namespace mutauscan
