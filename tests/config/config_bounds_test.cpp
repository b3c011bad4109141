#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include "mutauscan/config/config.hpp"

namespace mutauscan {
namespace {

ConfigResult parse(const std::string& text) { return parse_config(text, {}); }

double value(const RunConfig& config, const std::string& name) {
  return config.space.fixed[config.model->kind().find_parameter(name).value()];
}

/// The problems that concern `key`.
std::vector<ConfigProblem> problems_of(const std::string& text, const std::string& key) {
  std::vector<ConfigProblem> found;
  for (const ConfigProblem& p : parse(text).problems)
    if (p.key.find(key) != std::string::npos) found.push_back(p);
  return found;
}

/// True if the key may have this value in a config of some kind of model.
bool is_accepted(const ConfigKey& key, const std::string& value) {
  const std::string line = key.name + " = " + value + "\n";
  for (const ModelKind* kind : model_kinds()) {
    // Keys of samplers that learn are those of some of them.
    std::string sampler = "random";
    if (key.section == "scan")
      for (const AdaptiveKey& a : adaptive_keys())
        for (const AdaptiveKind& adaptive : adaptive_kinds())
          if (sampler == "random" && a.name == key.name && a.is_for(adaptive.kind))
            sampler = name_of(adaptive.kind);
    std::string text = "[model]\nkind = \"" + kind->name + "\"\n";
    if (key.section == "model") text += line;
    text +=
        "[scan]\nsampler = \"" + sampler + "\"\n" + std::string(key.name == "points" ? "" : "points = 3\n");
    if (key.section == "scan") text += line;
    if (key.section != "model" && key.section != "scan") text += "[" + key.section + "]\n" + line;
    if (problems_of(text, key.section + "." + key.name).empty()) return true;
  }
  return false;
}

/// The ends that `describe` and the reference pages state: "0.001 to inf", "whole number, 1 to 10000000".
struct StatedRange {
  std::string lower, upper;
  bool whole;
};
StatedRange stated_range(std::string text) {
  const std::string whole = "whole number, ";
  const bool is_whole = text.starts_with(whole);
  if (is_whole) text.erase(0, whole.size());
  const auto to = text.find(" to ");
  return {text.substr(0, to), text.substr(to + 4), is_whole};
}

TEST(ConfigBounds, AreAcceptedAndNothingBeyond) {
  int ranges = 0;
  for (const ConfigKey& key : config_keys()) {
    if (key.choices.find(" to ") == std::string::npos || key.section == "parameters") continue;
    ++ranges;
    const std::string name = key.section + "." + key.name;
    const auto is_fine = [&](const std::string& value) { return is_accepted(key, value); };
    const auto [lower, upper, stated_whole] = stated_range(key.choices);
    const bool whole = stated_whole || key.meaning.find("whole number") != std::string::npos;
    EXPECT_TRUE(is_fine(lower)) << name << " = " << lower;
    EXPECT_TRUE(is_fine(upper)) << name << " = " << upper;
    const auto beyond = [&](const std::string& bound, int direction) {
      if (whole)
        return bound == "9223372036854775807" ? std::string("1e19")
                                              : std::to_string(std::stoll(bound) + direction);
      char text[64];
      std::snprintf(text, sizeof text, "%.17g",
                    std::nextafter(std::stod(bound), direction * std::numeric_limits<double>::infinity()));
      return std::string(text);
    };
    EXPECT_FALSE(is_fine(beyond(lower, -1))) << name << " = " << beyond(lower, -1);
    if (upper != "inf") {
      EXPECT_FALSE(is_fine(beyond(upper, 1))) << name << " = " << beyond(upper, 1);
    }
    for (const char* wrong : {"nan", "-inf", "\"3\"", "[3]", "{ a = 3 }", "true", "1979-05-27", "07:32:00"})
      EXPECT_FALSE(is_fine(wrong)) << name << " = " << wrong;
    EXPECT_EQ(is_fine("3.5"), !whole && std::stod(lower) <= 3.5 && std::stod(upper) >= 3.5) << name;
  }
  EXPECT_GE(ranges, 11);
}

TEST(ConfigBounds, AcceptTheEndsOfEachDomainAndNothingBeyond) {
  for (const char* model : {"", "texture = \"none\"\n", "kind = \"type1\"\n",
                            "kind = \"type1\"\nparametrisation = \"yukawas\"\n"}) {
    const std::string head = "[model]\n" + std::string(model) + "[parameters]\n";
    const std::shared_ptr<const Model> read = parse(head).config.model;
    for (std::size_t i = 0; i < read->kind().parameters.size(); ++i) {
      if (!read->is_input(i)) continue;
      const Parameter& p = read->kind().parameters[i];
      const auto is_fine = [&](double value) {
        char text[64];
        std::snprintf(text, sizeof text, "%.17g", value);
        for (const ConfigProblem& problem : parse(head + p.name + " = " + text + "\n").problems)
          if (problem.key == "parameters." + p.name && problem.constraint == constraint_of(p)) return false;
        return true;
      };
      const double inf = std::numeric_limits<double>::infinity();
      if (std::isfinite(p.domain.upper)) {
        EXPECT_TRUE(is_fine(p.domain.upper)) << p.name;
        EXPECT_FALSE(is_fine(std::nextafter(p.domain.upper, inf))) << p.name;
      }
      if (std::isfinite(p.domain.lower)) {
        EXPECT_EQ(is_fine(p.domain.lower), p.domain.includes_lower) << p.name;
        EXPECT_TRUE(is_fine(std::nextafter(p.domain.lower, inf))) << p.name;
        EXPECT_FALSE(is_fine(std::nextafter(p.domain.lower, -inf))) << p.name;
      }
    }
  }
}

TEST(ConfigBounds, IncludeEachChoiceThatIsStated) {
  for (const ConfigKey& key : config_keys()) {
    if (key.section != "model" || !key.choices.starts_with('"')) continue;
    for (std::size_t at = 0; at < key.choices.size();) {
      const std::size_t end = key.choices.find('"', at + 1);
      const std::string choice = key.choices.substr(at, end + 1 - at);
      EXPECT_TRUE(key.name == "kind" || is_accepted(key, choice)) << key.name << " = " << choice;
      at = key.choices.find('"', end + 1);
    }
  }
}

TEST(ConfigBounds, KeepAnInfiniteTimeLimitAndALargeSeed) {
  const ConfigResult result = parse(
      "[parameters]\nT_R = { min = 1e4, max = 1e6 }\nm_phi = 9007199254740993\n[scan]\nsampler = \"random\"\n"
      "points = 3\nseed = 9223372036854775807\n[solver]\npoint_time_limit_s = inf\n");
  ASSERT_TRUE(result.ok()) << result.problems.front().text("");
  EXPECT_EQ(result.config.scan.seed, 9223372036854775807U);
  EXPECT_EQ(value(result.config, "m_phi"), 9007199254740992.0);
  EXPECT_TRUE(std::isinf(solver_settings_of(result.config.identity().config_json).point_time_limit_s));
}

TEST(ChangedPoint, HasTheStoredValuesButForThoseGiven) {
  const ConfigResult stored = parse(
      "[model]\ntexture = \"none\"\n[parameters]\nT_R = 70000.1\n[limits]\nnufit = \"6.0/NO_SK\"\n"
      "[solver]\nrtol = 1e-7\npoint_time_limit_s = inf\n");
  ASSERT_TRUE(stored.ok());
  const RunConfig& config = stored.config;
  const auto with = [&](const Overrides& overrides) {
    return changed_point(config.space.fixed, *config.model, config.solver, overrides);
  };
  const ConfigResult same = with({{"T_R", "70000.1"}});
  ASSERT_TRUE(same.ok()) << same.problems.front().text("");
  EXPECT_EQ(same.config.space.fixed, config.space.fixed);
  EXPECT_EQ(same.config.identity().config_json, config.identity().config_json);
  const ConfigResult changed =
      with({{"T_R", "1e5"}, {"limits.Y_B_theory_factor", "10"}, {"model.regulator", "sum"}});
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(value(changed.config, "T_R"), 1e5);
  EXPECT_EQ(value(changed.config, "m_phi"), value(config, "m_phi"));
  EXPECT_EQ(std::get<std::string>(
                changed.config.model->get(*config.model->kind().find_setting("model", "regulator"))),
            "sum");
  for (const auto& [key, text] : Overrides{{"nonsense", "1"},
                                           {"T_R", "hot"},
                                           {"h_etau", "1"},
                                           {"scan.seed", "2"},
                                           {"output.chunk_rows", "2"},
                                           {"model.nufit", "6.0/NO_SK"},
                                           {"model.kind", "type1"},
                                           {"model.texture", "emu_mumu"}})
    EXPECT_FALSE(with({{key, text}}).ok()) << key;
}

}  // namespace
}  // namespace mutauscan
