#include "mutauscan/config/sampler.hpp"

#include <algorithm>
#include <set>

#include "near.hpp"

namespace mutauscan {
namespace {

ParameterSpace cube(std::size_t dimension) {
  ParameterSpace space{Point(dimension), {}};
  for (std::size_t i = 0; i < dimension; ++i)
    space.axes.push_back({i, RangeAxis{0.0, 1.0, Scale::linear, 0.0, 5}});
  return space;
}

TEST(Sampler, IsAFunctionOfSeedAndIndexAlone) {
  for (SamplerKind kind : {SamplerKind::random, SamplerKind::lhs, SamplerKind::sobol}) {
    const Sampler a(kind, cube(6), 1000, 7, {}), b(kind, cube(6), 1000, 7, {}),
        other(kind, cube(6), 1000, 8, {});
    int same = 0;
    for (std::uint64_t index : {999U, 0U, 500U, 3U}) {  // any order
      EXPECT_EQ(a.quantiles(index), b.quantiles(index));
      EXPECT_NE(a.quantiles(index), other.quantiles(index));
      same += a.quantiles(index) == a.quantiles((index + 1) % 1000);
    }
    EXPECT_EQ(same, 0);
  }
}

TEST(Sampler, FillsTheCubeUniformly) {
  // Mean 1/2 and correlation 0 within 5 standard deviations of independent points.
  constexpr std::uint64_t n = 4000;
  for (SamplerKind kind : {SamplerKind::random, SamplerKind::lhs, SamplerKind::sobol}) {
    const Sampler sampler(kind, cube(3), n, 3, {});
    double sum[3] = {}, product = 0.0;
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto u = sampler.quantiles(i);
      for (int k = 0; k < 3; ++k) {
        ASSERT_GT(u[std::size_t(k)], 0.0);
        ASSERT_LT(u[std::size_t(k)], 1.0);
        sum[k] += u[std::size_t(k)];
      }
      product += (u[0] - 0.5) * (u[1] - 0.5);
    }
    const double sigma = std::sqrt(1.0 / 12.0 / n);
    for (double s : sum) EXPECT_NEAR(s / n, 0.5, 5.0 * sigma);
    EXPECT_NEAR(product / n, 0.0, 5.0 / 12.0 / std::sqrt(n));
  }
}

TEST(Sampler, LatinHypercubeHasOnePointPerStratum) {
  for (std::uint64_t n : {1U, 2U, 7U, 64U, 1000U}) {
    const Sampler sampler(SamplerKind::lhs, cube(3), n, 11, {});
    std::set<std::uint64_t> strata[3];
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto u = sampler.quantiles(i);
      for (std::size_t k = 0; k < 3; ++k) strata[k].insert(std::uint64_t(u[k] * double(n)));
    }
    for (const auto& s : strata) EXPECT_EQ(s.size(), n);
  }
}

TEST(Sampler, SobolIsBalancedInEveryElementaryInterval) {
  // The first 2^m points put one point into each dyadic interval of length 2^-m of every axis, and 2^m/16
  // points into each cell of a 4 x 4 grid of the first two axes; a digital shift keeps both.
  constexpr std::uint64_t n = 256;
  const Sampler sampler(SamplerKind::sobol, cube(6), n, 5, {});
  std::set<std::uint64_t> intervals[6];
  int cells[4][4] = {};
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto u = sampler.quantiles(i);
    for (std::size_t k = 0; k < 6; ++k) intervals[k].insert(std::uint64_t(u[k] * n));
    ++cells[int(u[0] * 4)][int(u[1] * 4)];
  }
  for (const auto& s : intervals) EXPECT_EQ(s.size(), n);
  for (const auto& row : cells)
    for (int count : row) EXPECT_EQ(count, 16);
}

TEST(Sampler, GridIsRowMajorAndReachesBothEnds) {
  const Sampler sampler(SamplerKind::grid, cube(2), 25, 0, {});
  EXPECT_EQ(sampler.point(0)[0], 0.0);
  EXPECT_EQ(sampler.point(0)[1], 0.0);
  EXPECT_EQ(sampler.point(1)[1], 0.25);
  EXPECT_EQ(sampler.point(5)[0], 0.25);
  EXPECT_EQ(sampler.point(24)[0], 1.0);
  EXPECT_EQ(sampler.point(24)[1], 1.0);
}

TEST(Axis, MapsQuantilesByItsScale) {
  const Axis log{0, RangeAxis{1e-4, 1e-2, Scale::log}};
  EXPECT_TRUE(relatively_near(log.at(0.5), 1e-3, 1e-14));
  EXPECT_EQ(log.at(0.0), 1e-4);
  EXPECT_EQ(log.at(1.0), 1e-2);
  const Axis negative{0, RangeAxis{-1e-2, -1e-4, Scale::log}};
  EXPECT_TRUE(relatively_near(negative.at(0.25), -std::pow(10.0, -2.5), 1e-14));
  const Axis symlog{0, RangeAxis{-1.0, 1.0, Scale::symlog, 1e-3}};
  EXPECT_NEAR(symlog.at(0.5), 0.0, 1e-18);
  EXPECT_TRUE(relatively_near(symlog.at(0.75), -symlog.at(0.25), 1e-13));
  EXPECT_NEAR(std::log10(symlog.at(0.75)), -1.5, 0.2);  // logarithmic away from 0
  const Axis normal{0, NormalAxis{2.0, 0.5}};
  EXPECT_NEAR(normal.at(0.5), 2.0, 1e-15);
  EXPECT_NEAR(normal.at(0.8413447460685429), 2.5, 1e-12);
  const Axis values{0, ValuesAxis{{3.0, 1.0, 2.0}}};
  EXPECT_EQ(values.at(0.1), 3.0);
  EXPECT_EQ(values.at(0.5), 1.0);
  EXPECT_EQ(values.at(0.999), 2.0);
  EXPECT_EQ(values.at(1.0), 2.0);
}

}  // namespace
}  // namespace mutauscan
