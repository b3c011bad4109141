#include "mutauscan/config/domain_census.hpp"

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

const std::string type1 = "[model]\nkind = \"type1\"\n";
const std::string generic = "[model]\ntexture = \"none\"\nordering = \"IO\"\n";
const std::string random_points = "[scan]\nsampler = \"random\"\npoints = ";
const std::string list = "[scan]\nsampler = \"list\"\nfile = \"x.csv\"\n";

ConfigResult read(const std::string& toml, const std::string& csv = "") {
  return parse_config(toml, [csv](const std::string&) { return csv; });
}

/// Of a config in which some point can be computed.
DomainCensus census_of(const std::string& toml, const std::string& csv = "") {
  const ConfigResult result = read(toml, csv);
  for (const ConfigProblem& problem : result.problems) ADD_FAILURE() << problem.text(toml);
  return domain_census(result.config);
}

/// The only problem of a config.
ConfigProblem problem_of(const std::string& toml, const std::string& csv = "") {
  const ConfigResult result = read(toml, csv);
  EXPECT_EQ(result.problems.size(), 1U) << toml;
  return result.problems.empty() ? ConfigProblem{} : result.problems.front();
}

TEST(DomainCensus, CountsEveryRowOfAList) {
  std::string csv = "T_R,f_N1\n";
  for (int i = 0; i < 30000; ++i) csv += i % 3 == 0 ? "-5e4,0.1\n" : i % 3 == 1 ? "5e4,1.5\n" : "5e4,0.1\n";
  const DomainCensus census = census_of(list, csv);
  EXPECT_EQ(census.judged, 30000U);
  EXPECT_EQ(census.outside, 20000U);
  EXPECT_TRUE(census.is_complete);
  EXPECT_EQ(census.example, 0U);
  EXPECT_NE(census.reason.find("T_R = -50000"), std::string::npos);
}

TEST(DomainCensus, AConfigIsWrongIfNoPointCanBeComputed) {
  const std::pair<std::string, const char*> hopeless[] = {
      {type1 + "[parameters]\nM1 = { min = 7, max = 9 }\nM2 = 6\nM3 = 10\n", "parameters.M2"},
      {type1 +
           "[parameters]\nM1 = { min = 7, max = 9 }\nM2 = { min = 7, max = 9 }\nM3 = { values = [1, 6.9] }\n",
       "parameters.M3"},
      {"[parameters]\nf_N1 = { min = 1.9, max = 2.0 }\nf_N2 = 0.2\nf_N3 = 0.0\n", "f_N1 + f_N2 + f_N3"},
      // m_3 = 0.001 eV, and m_1^2 = m_3^2 - dm3l - dm21 < 0
      {generic + "[parameters]\nm_lightest_eV = 0.001\ndm3l_eV2 = { min = -7e-5, max = -6e-5 }\n",
       "dm3l_eV2 + dm21_eV2"},
      {generic + "[parameters]\ndm3l_eV2 = { normal = [1e-3, 1e-5] }\n", "parameters.dm3l_eV2"},
  };
  for (const auto& [config, key] : hopeless) {
    for (const char* points : {"50", "1000000000000"}) {
      const ConfigProblem problem = problem_of(config + random_points + points + "\n");
      EXPECT_NE(problem.key.find(key), std::string::npos) << config << problem.key;
      EXPECT_GT(problem.line, 0U);
    }
    EXPECT_FALSE(read(config).ok()) << config;  // without [scan]
  }
  EXPECT_EQ(problem_of(type1 + "[parameters]\nM1 = 9\n").key, "parameters.M2");
}

TEST(DomainCensus, AListIsWrongIfNoRowCanBeComputed) {
  const ConfigProblem problem = problem_of(list, "T_R,f_N1\n-5e4,0.1\n10,0.1\n");
  EXPECT_EQ(problem.key, "scan.file");
  EXPECT_NE(problem.constraint.find("none of its 2 points can be computed; the first has T_R = -50000"),
            std::string::npos);
  EXPECT_EQ(problem_of(list, "T_R,f_N1\n-5e4,0.1\n5e4,1.9\n").key, "scan.file");  // for different reasons
  EXPECT_TRUE(read(list, "T_R,f_N1\n-5e4,0.1\n5e4,0.1\n").ok());
}

TEST(DomainCensus, DoesNotCallAScanHopelessThatIsNot) {
  // All corners are outside, M1 > M2 or M2 > M3, but not all points.
  const DomainCensus diagonal =
      census_of(type1 + "[parameters]\nM1 = { min = 6, max = 8 }\nM2 = { min = 5, max = 9 }\nM3 = 7\n" +
                random_points + "1000000\n");
  EXPECT_FALSE(diagonal.is_complete);
  EXPECT_GT(diagonal.outside, 0U);
  EXPECT_LT(diagonal.outside, diagonal.judged);
  // Both tails of a Gaussian are outside its domain, 0 to 2, but not its middle.
  EXPECT_TRUE(read("[parameters]\nf_N1 = { normal = [0.5, 50.0] }\n" + random_points + "1000000\n").ok());
  // A corner of 1e-6 of the box: the sample misses it, which is no proof.
  EXPECT_TRUE(read(type1 + "[parameters]\nM1 = { min = 6.999999, max = 8 }\nM2 = 7\nM3 = 9\n" +
                   random_points + "1000000000\n")
                  .ok());
}

TEST(DomainCensus, EstimatesTheShareOfGaussianTails) {
  // f_N1 < 0: a tail of 30.85 %; the binomial error of 20 000 is 0.33 %, of 1000 1.5 %.
  const std::string gaussian = "[parameters]\nf_N1 = { normal = [0.05, 0.1] }\n";
  const DomainCensus sampled = census_of(gaussian + random_points + "100000000\n");
  EXPECT_NEAR(double(sampled.outside) / double(sampled.judged), 0.3085, 0.015);
  const DomainCensus all = census_of(gaussian + random_points + "1000\n");
  EXPECT_TRUE(all.is_complete);
  EXPECT_EQ(all.judged, 1000U);
  EXPECT_NEAR(double(all.outside) / 1000.0, 0.3085, 0.06);
  EXPECT_EQ(
      census_of("[parameters]\nT_R = { min = 1e4, max = 1e5 }\n" + random_points + "100000000\n").outside,
      0U);
}

TEST(DomainCensus, IsInStepWithNoGrid) {
  // 1000 x 1000 points; M1 > M2 for half of them.
  const DomainCensus census =
      census_of(type1 +
                "[parameters]\nM1 = { min = 6, max = 8, n = 1000 }\n"
                "M2 = { min = 6, max = 8, n = 1000 }\nM3 = 9\n[scan]\nsampler = \"grid\"\n");
  EXPECT_NEAR(double(census.outside) / double(census.judged), 0.5, 0.02);
}

}  // namespace
}  // namespace mutauscan
