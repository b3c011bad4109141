#include "mutauscan/samplers/nested.hpp"

#include <cstdlib>
#include <fstream>
#include <numeric>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "drive_sampler.hpp"
#include "mutauscan/samplers/ellipsoids.hpp"
#include "mutauscan/samplers/importance_sample.hpp"

namespace mutauscan {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

AdaptiveSettings settings_of(std::size_t dimension) {
  AdaptiveSettings s;
  s.dimension = dimension;
  s.periodic.assign(dimension, false);
  return s;
}

double result(const AdaptiveSampler& sampler, const std::string& name) {
  for (const auto& [key, value] : sampler.diagnostics().results)
    if (key == name) return value;
  return std::nan("");
}

std::vector<double> weights_of(const AdaptiveSampler& sampler) { return sampler.derived_columns()[0].values; }

// Two overlapping sets of points that stick out of the cube: the volume against plain Monte Carlo of the
// cube, within four standard deviations of both.
TEST(EllipsoidUnion, VolumeAgreesWithMonteCarlo) {
  for (const std::size_t d : {1, 2, 5}) {
    Draws draws(1, Stream::nested, d);
    std::vector<double> points, masses(400, 1e-3 / 400);
    for (int k = 0; k < 400; ++k)
      for (std::size_t i = 0; i < d; ++i)
        points.push_back((k % 2 ? 0.2 : 0.6) + (i == 0 ? 0.2 : 0.3) * draws.uniform());
    const EllipsoidUnion bound(points, masses, {}, Draws(2, Stream::nested, d));
    ASSERT_TRUE(bound.has_volume());
    for (int k = 0; k < 400; ++k) EXPECT_TRUE(bound.contains(points.data() + std::size_t(k) * d));
    constexpr int tries = 200000;
    int inside = 0;
    std::vector<double> u(d);
    for (int n = 0; n < tries; ++n) {
      for (double& x : u) x = draws.uniform();
      inside += bound.contains(u.data());
    }
    const double p = double(inside) / tries, sigma = std::sqrt(p * (1.0 - p) / tries);
    EXPECT_NEAR(bound.volume(), p, 4.0 * std::hypot(sigma, bound.volume_error() * p) + 1e-12) << d;
    for (int n = 0; n < 1000; ++n) {
      bound.draw(draws, u.data());
      EXPECT_TRUE(bound.contains(u.data()));
    }
  }
}

// Points on both sides of the seam of a periodic axis are one set.
TEST(EllipsoidUnion, PeriodicAxesHaveNoSeam) {
  Draws draws(1, Stream::nested, 0);
  std::vector<double> points, masses(200, 1e-4);
  for (int k = 0; k < 200; ++k) {
    const double x = 0.95 + 0.1 * draws.uniform();
    points.insert(points.end(), {x < 1.0 ? x : x - 1.0, 0.4 + 0.1 * draws.uniform()});
  }
  const EllipsoidUnion bound(points, masses, {true, false}, Draws(2, Stream::nested, 0));
  EXPECT_LT(bound.volume(), 0.03);
  for (double x : {0.001, 0.999}) {
    const double u[] = {x, 0.45};
    EXPECT_TRUE(bound.contains(u));
  }
}

// N q kept up to date row by row equals its definition.
TEST(ImportanceSample, NumberDensityIsTheSumOverBounds) {
  constexpr std::size_t d = 3, n = 200;
  ImportanceSample sample(d);
  Draws draws(1, Stream::nested, 0);
  std::uint64_t index = 0;
  for (int round = 0; round < 70; ++round) {
    const std::size_t t = sample.bounds() - 1;
    std::vector<double> u(n * d), loglike(n, 0.0);
    for (std::size_t k = 0; k < n; ++k) {
      double* point = u.data() + k * d;
      if (t == 0)
        for (std::size_t i = 0; i < d; ++i) point[i] = draws.uniform();
      else
        sample.bound(t).draw(draws, point);
    }
    sample.add_rows(t, index, u, loglike);
    index += n;
    const std::vector<double> masses(n / 2, 1e-6);
    sample.add_bound(
        EllipsoidUnion({u.data(), n / 2 * d}, masses, {}, Draws(1, Stream::nested, 1000 + index)));
  }
  for (std::size_t row = 0; row < sample.rows(); row += 37) {
    double expected = sample.drawn_from(0);
    for (std::size_t t = 1; t < sample.bounds(); ++t)
      if (sample.bound(t).contains(sample.u(row))) expected += sample.drawn_from(t) / sample.volume(t);
    EXPECT_NEAR(sample.number_density(row) / expected, 1.0, 1e-9);
  }
  const std::vector<double> alpha = sample.best_mixture();
  EXPECT_NEAR(std::accumulate(alpha.begin(), alpha.end(), 0.0), 1.0, 1e-9);
}

TEST(Nested, ConstantLikelihoodHasEvidenceOne) {
  const auto sampler = make_nested(settings_of(3));
  const DrivenRun run = drive(*sampler, 3, 100000, [](std::span<const double>) { return -7.0; });
  EXPECT_TRUE(run.converged);
  EXPECT_LT(run.generations, 20);
  EXPECT_NEAR(result(*sampler, "lnZ"), -7.0, 1e-9);
  for (double w : weights_of(*sampler)) EXPECT_NEAR(w * double(run.loglike.size()), 1.0, 1e-9);
}

TEST(Nested, NothingFiniteEndsWithoutNumbers) {
  const auto sampler = make_nested(settings_of(4));
  const DrivenRun run = drive(*sampler, 4, 20000, [](std::span<const double>) { return -infinity; });
  EXPECT_FALSE(run.converged);
  EXPECT_TRUE(std::isnan(result(*sampler, "lnZ")));  // not given
  for (double w : weights_of(*sampler)) EXPECT_EQ(w, 0.0);
  for (double x : sampler->generation_values()) EXPECT_FALSE(std::isnan(x));
}

// A sampler rebuilt from the rows proposes the same, bit for bit, though it never proposed these.
TEST(Nested, IsRebuiltByItsRows) {
  constexpr std::size_t d = 2;
  ReferenceLikelihood likelihood("himmelblau", d, -5.0, 5.0);
  const auto first = make_nested(settings_of(d));
  const DrivenRun run = drive(*first, d, 20000, std::ref(likelihood));
  const std::uint64_t size = first->size();
  const auto second = make_nested(settings_of(d));
  for (std::uint64_t g = 0; g < run.generations; ++g) {
    std::vector<MemberOutcome> outcomes;
    for (std::uint64_t m = 0; m < size; ++m) outcomes.push_back({run.loglike[g * size + m], 0, 1, 0.0});
    if (g % 7 == 0) {
      const std::vector<double> u = second->propose(g);
      EXPECT_TRUE(std::equal(u.begin(), u.end(), run.u.begin() + std::ptrdiff_t(g * size * d))) << g;
    }
    second->absorb(g, {run.u.data() + g * size * d, size * d}, outcomes);
  }
  EXPECT_EQ(second->propose(run.generations + 1), first->propose(run.generations + 1));
  EXPECT_EQ(weights_of(*second), weights_of(*first));
}

/// tests/reference/samplers.json, one problem with one seed.
void expect_solved(const nlohmann::json& problem, const nlohmann::json& test, std::uint64_t seed) {
  const std::size_t d = problem["dimension"];
  std::string name = problem["name"];
  name.erase(name.find_last_not_of("0123456789") + 1);
  if (name == "gauss") name = "gaussian";
  AdaptiveSettings settings = settings_of(d);
  settings.seed = seed;
  settings.ess = test["settings"]["ess"];
  settings.live = test["settings"]["live"];
  const auto sampler = make_nested(settings);
  ReferenceLikelihood likelihood(name, d, 0.0, 1.0);  // the box of each axis is applied here
  std::vector<double> x(d);
  const DrivenRun run = drive(*sampler, d, test["budget"], [&](std::span<const double> u) {
    for (std::size_t i = 0; i < d; ++i) {
      const double a = problem["lower"][i], b = problem["upper"][i];
      x[i] = a + (b - a) * u[i];
    }
    return likelihood(x);
  });
  const double lnz = result(*sampler, "lnZ"), error = result(*sampler, "lnZ_error"),
               ess = result(*sampler, "ess");
  const nlohmann::json& require = test["require"];
  const std::string within = require["lnZ_within"];
  const double least = std::stod(within.substr(within.find(',') + 1));
  std::printf("%-14s seed %llu rows %zu lnZ - exact %+.4f error %.4f ESS %.0f\n",
              problem["name"].get<std::string>().c_str(), (unsigned long long)seed, run.loglike.size(),
              lnz - problem["lnZ"].get<double>(), error, ess);
  EXPECT_TRUE(run.converged) << problem["name"] << " seed " << seed;
  EXPECT_NEAR(lnz, problem["lnZ"], std::max(5.0 * error, least)) << problem["name"] << " seed " << seed;
  EXPECT_LT(error, require["reported_error_below"]) << problem["name"] << " seed " << seed;
  EXPECT_GE(ess, require["ess_at_least"]) << problem["name"] << " seed " << seed;
  const std::vector<double> w = weights_of(*sampler);
  EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 1.0, 1e-9);
  if (problem["posterior_variance"].is_null()) return;
  for (std::size_t i = 0; i < d; ++i) {
    const double a = problem["lower"][i], b = problem["upper"][i], exact = problem["posterior_mean"][i],
                 variance = problem["posterior_variance"][i];
    double mean = 0.0, square = 0.0;
    for (std::size_t k = 0; k < w.size(); ++k) {
      const double y = a + (b - a) * run.u[k * d + i];
      mean += w[k] * y;
      square += w[k] * (y - exact) * (y - exact);
    }
    EXPECT_NEAR(mean, exact, require["mean_within_sigma"].get<double>() * std::sqrt(variance))
        << problem["name"] << " seed " << seed << " axis " << i;
    EXPECT_NEAR(square / variance, 1.0, require["variance_within"].get<double>())
        << problem["name"] << " seed " << seed << " axis " << i;
  }
}

// The quick ones always; all with MUTAUSCAN_LONG_TESTS=1 (minutes), MUTAUSCAN_MORE_SEEDS=n seeds of each.
TEST(Nested, ReferenceProblems) {
  std::ifstream file(REFERENCE_DIR "/samplers.json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  const bool all = std::getenv("MUTAUSCAN_LONG_TESTS") != nullptr;
  const char* more = std::getenv("MUTAUSCAN_MORE_SEEDS");
  int problems = 0;
  for (const auto& problem : reference["problems"])
    for (const auto& test : problem["tests"]) {
      if (test["sampler"] != "nested" || (!all && test["budget"] > 80000)) continue;
      ++problems;
      for (std::uint64_t seed : test["seeds"]) {
        expect_solved(problem, test, seed);
        if (!all) break;
      }
      for (std::uint64_t seed = 4; more && seed < 4 + std::stoull(more); ++seed)
        expect_solved(problem, test, seed);
    }
  EXPECT_GE(problems, 5);
}

}  // namespace
}  // namespace mutauscan
