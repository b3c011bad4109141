#include <cmath>
#include <map>

#include "model_point.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

/// "gauss10" -> gaussian in 10 dimensions. Names that differ from the problem's: design of the config.
std::string function_of(const std::string& problem) {
  const std::string name = problem.substr(0, problem.find_first_of("0123456789"));
  return name == "gauss" ? "gaussian" : name;
}

std::shared_ptr<const Model> model_of_problem(const nlohmann::json& problem) {
  return make_model("reference", {{"model.function", function_of(problem.at("name"))},
                                  {"model.dimension", problem.at("dimension").get<double>()}});
}

double log_likelihood(const Model& model, const std::vector<double>& x) {
  std::vector<double> point = point_of(model);
  std::copy(x.begin(), x.end(), point.begin());
  return Row(model, point)["loglike_reference"];
}

TEST(ReferenceModel, HasTheMaximaOfTheProblems) {
  // Where the maximum is, for the functions of which it is known in closed form.
  const std::map<std::string, double> at = {
      {"gauss", 0.0}, {"rosenbrock", 1.0}, {"spike_slab", 0.0}, {"tophat", 0.3}};
  int compared = 0;
  const nlohmann::json file = reference("samplers.json");
  for (const auto& problem : file.at("problems")) {
    const std::string name = problem.at("name");
    const auto where = at.find(name.substr(0, name.find_first_of("0123456789")));
    if (where == at.end()) continue;
    const double value =
        log_likelihood(*model_of_problem(problem),
                       std::vector<double>(problem.at("dimension").get<std::size_t>(), where->second));
    const double expected = problem.at("max_log_likelihood");
    EXPECT_NEAR(value, expected, 1e-12 * std::max(1.0, std::abs(expected))) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 8);
  EXPECT_NEAR(log_likelihood(*make_model("reference", {{"model.function", "himmelblau"}}), {3.0, 2.0}), 0.0,
              1e-12);
  EXPECT_NEAR(log_likelihood(*make_model("reference", {{"model.function", "eggbox"}}), {0.0, 0.0}), 243.0,
              1e-12);
}

TEST(ReferenceModel, HasTheEvidencesOfTheProblemsInTwoDimensions) {
  // Midpoint rule: spectrally accurate where the likelihood vanishes at the edges; himmelblau and eggbox do
  // not, there its error falls as 1/n^2.
  constexpr int n = 1000;
  int compared = 0;
  const nlohmann::json file = reference("samplers.json");
  for (const auto& problem : file.at("problems")) {
    if (problem.at("dimension") != 2) continue;
    const auto model = model_of_problem(problem);
    std::vector<double> point = point_of(*model), row(model->kind().layout->width());
    const std::size_t column = model->kind().layout->position("loglike_reference");
    Workspace workspace;
    const auto lower = problem.at("lower").get<std::vector<double>>(),
               upper = problem.at("upper").get<std::vector<double>>();
    double largest = -INFINITY, sum = 0.0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        point[0] = lower[0] + (upper[0] - lower[0]) * (i + 0.5) / n;
        point[1] = lower[1] + (upper[1] - lower[1]) * (j + 0.5) / n;
        model->evaluate(point, {}, workspace, row);
        const double value = row[column];
        if (value > largest) {
          sum *= std::exp(largest - value);
          largest = value;
        }
        sum += std::exp(value - largest);
      }
    EXPECT_NEAR(largest + std::log(sum / n / n), problem.at("lnZ").get<double>(), 1e-3) << problem.at("name");
    ++compared;
  }
  EXPECT_EQ(compared, 5);
}

TEST(ReferenceModel, IsMinusInfinityOutsideItsSupport) {
  const auto plateau = make_model("reference", {{"model.function", "plateau"}, {"model.dimension", 6.0}});
  EXPECT_EQ(log_likelihood(*plateau, {0.9, 0.9, 0.5, 0.5, 0.5, 0.5}), -INFINITY);
  EXPECT_EQ(log_likelihood(*plateau, {0.95, 0.95, 0.5, 0.5, 0.5, 0.5}), 0.0);
  const auto cake = make_model("reference", {{"model.function", "wedding_cake"}, {"model.dimension", 4.0}});
  EXPECT_NEAR(log_likelihood(*cake, {0.5, 0.5, 0.5, 0.5}), -std::pow(0.7, 20.0) / 0.32, 1e-15);
}

TEST(ReferenceModel, KnowsItsDimension) {
  const ModelKind& kind = *find_model_kind("reference");
  const auto objections = [&](const std::string& function, double dimension) {
    const auto model = kind.make();
    EXPECT_FALSE(model->set(*kind.find_setting("model", "function"), function));
    EXPECT_FALSE(model->set(*kind.find_setting("model", "dimension"), dimension));
    return model->check_settings().size();
  };
  EXPECT_EQ(objections("himmelblau", 2.0), 0U);
  EXPECT_EQ(objections("himmelblau", 3.0), 1U);
  EXPECT_EQ(objections("rosenbrock", 1.0), 1U);
  EXPECT_TRUE(kind.make()->set(*kind.find_setting("model", "dimension"), 2.5));
  const auto model = make_model("reference", {{"model.dimension", 3.0}});
  EXPECT_TRUE(model->is_input(2) && !model->is_input(3));
  const Row row(*model, point_of(*model));
  EXPECT_TRUE(std::isfinite(row["x3"]) && std::isnan(row["x4"]));
}

}  // namespace
}  // namespace mutauscan
