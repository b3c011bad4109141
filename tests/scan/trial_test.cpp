#include "mutauscan/scan/trial.hpp"

#include <gtest/gtest.h>

namespace mutauscan {
namespace {

RunConfig config_of(const std::string& text) { return parse_config(text, {}).config; }

/// Outside the domain below T_R = 131.7 GeV (sphaleron freeze-out), and too light an inflaton elsewhere.
const std::string box =
    "[parameters]\nm_phi = 1e6\nT_R = { normal = [200.0, 100.0] }\nvev_ratio = { min = 0.2, max = 0.4 }\n"
    "[scan]\nseed = 3\n";

std::map<int, std::uint64_t> counts_of_first(const RunConfig& config, std::uint64_t points) {
  std::map<int, std::uint64_t> counts;
  const Sampler sampler = config.sampler();
  Workspace workspace;
  std::vector<double> row(config.model->kind().layout->width());
  for (std::uint64_t k = 0; k < points; ++k)
    ++counts[int(config.model->evaluate(sampler.point(k), config.solver, workspace, row).status)];
  return counts;
}

TEST(Trial, OfASmallScanIsAllOfIt) {
  const RunConfig config = config_of(box + "sampler = \"lhs\"\npoints = 40\n");
  const Trial trial = try_points(config);
  EXPECT_EQ(trial.points, 40U);
  EXPECT_NEAR(trial.fraction(Status::outside_domain), 0.25, 0.1);  // the normal distribution below 131.7
  EXPECT_EQ(trial.fraction(Status::outside_domain) + trial.fraction(Status::inflaton_too_light), 1.0);
}

TEST(Trial, OfASobolScanIsItsFirstPoints) {
  const RunConfig config = config_of(box + "sampler = \"sobol\"\npoints = 1000000\n");
  const Trial trial = try_points(config);
  EXPECT_EQ(trial.counts(), counts_of_first(config, trial.points));
}

TEST(Trial, OfAGridIsSpreadOverAllOfIt) {
  const RunConfig config = config_of(
      "[parameters]\nm_phi = { min = 1e6, max = 9e7, n = 1000 }\nT_R = { min = 1e4, max = 1e5, n = 1000 }\n"
      "[scan]\nsampler = \"grid\"\n");
  const Trial trial = try_points(config);
  // m_phi/2 above some mass of about 1e7 GeV: the first axis, of which the first points say nothing.
  EXPECT_GT(trial.fraction(Status::ok), 0.5);
  EXPECT_GT(trial.fraction(Status::inflaton_too_light), 0.05);
}

TEST(Trial, WarnsIfNoPointIsValidAndOnlyThen) {
  const RunConfig config = config_of(box + "points = 10\n");
  const std::string warning =
      warning_if_none_is_valid({{int(Status::inflaton_too_light), 7}, {int(Status::crashed), 1}}, config);
  for (const char* words : {"none of 8 points", "7 have status inflaton_too_light", "raise m_phi"})
    EXPECT_NE(warning.find(words), std::string::npos) << warning;
  EXPECT_EQ(warning_if_none_is_valid({{int(Status::inflaton_too_light), 7}, {int(Status::ok), 1}}, config),
            "");
  EXPECT_EQ(warning_if_none_is_valid({}, config), "");
  EXPECT_EQ(first_points_text({{int(Status::ok), 1}, {int(Status::inflaton_too_light), 7}}),
            "of the first 8 points 7 inflaton_too_light, 1 ok");
}

}  // namespace
}  // namespace mutauscan
