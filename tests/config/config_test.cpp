#include "mutauscan/config/config.hpp"

#include <filesystem>

#include "mutauscan/physics/oscillation_data.hpp"
#include "near.hpp"

namespace mutauscan {
namespace {

std::string no_list(const std::string&) { throw StorageError("there is no such file"); }

ConfigResult parse(const std::string& text) { return parse_config(text, no_list); }

/// The value of a parameter.
double value(const RunConfig& config, const Point& point, const std::string& name) {
  return point[config.model->kind().find_parameter(name).value()];
}
double centre(const RunConfig& config, const std::string& name) {
  return value(config, config.space.centre(), name);
}

/// The value of a setting.
std::string setting(const Model& model, const std::string& section, const std::string& name) {
  const SettingValue found = model.get(*model.kind().find_setting(section, name));
  const double* number = std::get_if<double>(&found);
  return number ? std::to_string(*number) : std::get<std::string>(found);
}

/// The problems that concern `key`.
std::vector<ConfigProblem> problems_of(const std::string& text, const std::string& key) {
  std::vector<ConfigProblem> found;
  for (const ConfigProblem& p : parse(text).problems)
    if (p.key.find(key) != std::string::npos) found.push_back(p);
  return found;
}

constexpr const char* one_axis = "T_R = { min = 1e4, max = 1e6, scale = \"log\" }\n";

TEST(Config, OfAnEmptyFileIsTheBenchmark) {
  const ConfigResult result = parse("");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(centre(result.config, "M_mutau"), 1e7);
  EXPECT_EQ(result.config.scan.points, 0U);
}

TEST(Config, ReportsASyntaxErrorWithItsLine) {
  const ConfigResult result = parse("[model]\ntexture = \"none\"\nregulator = = 3\n");
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(result.problems[0].line, 3U);
  EXPECT_NE(result.problems[0].constraint.find("syntax error"), std::string::npos);
}

TEST(Config, ReportsEveryProblemAtOnceWithLineAndHint) {
  const ConfigResult result = parse(
      "[model]\n"
      "textur = \"none\"\n"   // 2: unknown, near texture
      "regulator = \"PU\"\n"  // 3: not a choice
      "g_star = \"many\"\n"   // 4: wrong type
      "[parameters]\n"
      "T_R = { min = 1e6, max = 1e4 }\n"                                   // 6: min >= max
      "m_phi = -3.0\n"                                                     // 7: negative mass
      "lambda_phi_sigma = { min = -1e-2, max = 1e-2, scale = \"log\" }\n"  // 8: log through 0
      "f_N1 = 1.5\n"                                                       // 9: sum above 2
      "lambda_e = 1e-4\n"                                                  // 10: derived for this texture
      "[scan]\n"
      "sampler = \"sobol\"\n"
      "points = 12.5\n"  // 13: not whole
      "[outputs]\n"      // 14: unknown section
      "chunk_rows = 3\n");
  const auto has = [&](unsigned line, const std::string& key, const std::string& hint) {
    for (const ConfigProblem& p : result.problems)
      if (p.line == line && p.key == key && p.hint.find(hint) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(has(2, "model.textur", "texture"));
  EXPECT_TRUE(has(3, "model.regulator", ""));
  EXPECT_TRUE(has(4, "model.g_star", "quotes"));
  EXPECT_TRUE(has(6, "parameters.T_R", ""));
  EXPECT_TRUE(has(7, "parameters.m_phi", ""));
  EXPECT_TRUE(has(8, "parameters.lambda_phi_sigma", "symlog"));
  EXPECT_TRUE(has(9, "parameters.f_N1 + f_N2 + f_N3", ""));
  EXPECT_TRUE(has(10, "parameters.lambda_e", "derived"));
  EXPECT_TRUE(has(13, "scan.points", ""));
  EXPECT_TRUE(has(14, "outputs", "output"));
  EXPECT_GE(result.problems.size(), 10U);
}

TEST(Config, RejectsEachKindOfBadAxis) {
  const char* bad[] = {"{ min = 1e4 }",
                       "{ min = 1e4, max = 1e5, scale = \"cubic\" }",
                       "{ values = [] }",
                       "{ values = [1e4, \"x\"] }",
                       "{ normal = [1e5] }",
                       "{ normal = [1e5, 0.0] }",
                       "{ min = 1e4, max = 1e5, n = 1 }",
                       "{ min = 1.0, max = 1e5 }",
                       "{ min = 1e4, max = inf }",
                       "{ min = 1e4, max = 1e5, values = [1e4] }",
                       "{ minimum = 1e4, max = 1e5 }",
                       "{}",
                       "\"5e4\"",
                       "true",
                       "[1e4, 1e5]",
                       "nan",
                       "{ min = 1e4, max = 1e5, threshold = 10.0 }"};
  for (const char* axis : bad)
    EXPECT_FALSE(problems_of("[parameters]\nT_R = " + std::string(axis) + "\n", "T_R").empty()) << axis;
}

TEST(Config, KnowsWhatASamplerNeeds) {
  const std::string axes = std::string("[parameters]\n") + one_axis;
  EXPECT_FALSE(problems_of(axes + "[scan]\nsampler = \"random\"\n", "scan.points").empty());
  EXPECT_FALSE(problems_of(axes + "[scan]\nsampler = \"grid\"\n", "T_R").empty());
  EXPECT_FALSE(problems_of("[scan]\nsampler = \"lhs\"\npoints = 10\n", "scan").empty());
  EXPECT_FALSE(problems_of("[scan]\nsampler = \"list\"\n", "scan.file").empty());
  EXPECT_FALSE(problems_of("[scan]\nsampler = \"list\"\nfile = \"gone.csv\"\n", "scan.file").empty());
  const ConfigResult grid = parse(
      "[parameters]\nT_R = { min = 1e4, max = 1e6, n = 5 }\nh_etau = { values = [0.5, 1.0] }\n"
      "[scan]\nsampler = \"grid\"\n");
  ASSERT_TRUE(grid.ok());
  EXPECT_EQ(grid.config.scan.points, 10U);
}

TEST(Config, FillsOscillationParametersFromNufit) {
  const ConfigResult result = parse(
      "[model]\nnufit = \"5.1/IO_noSK\"\ntexture = \"etau_tautau\"\n"
      "[parameters]\ntheta23_deg = 49.0\n");
  ASSERT_TRUE(result.ok()) << result.problems.front().text("");
  EXPECT_EQ(setting(*result.config.model, "model", "ordering"), "IO");
  EXPECT_EQ(centre(result.config, "theta23_deg"), 49.0);
  EXPECT_EQ(centre(result.config, "dm3l_eV2"), -2.498e-3);
  EXPECT_TRUE(relatively_near(centre(result.config, "theta12_deg"), angle_deg(0.304), 1e-15));
  EXPECT_FALSE(problems_of("[model]\nnufit = \"5.1/IO_noSK\"\nordering = \"NO\"\n", "nufit").empty());
  EXPECT_FALSE(problems_of("[model]\nnufit = \"4.0/NO\"\n", "nufit").empty());
  EXPECT_FALSE(problems_of("[model]\nordering = \"IO\"\n", "dm3l_eV2").empty());
}

TEST(Config, TakesOscillationParametersAsNuisanceAxes) {
  const std::string scan = "[scan]\nsampler = \"lhs\"\npoints = 20000\n";
  const ConfigResult result = parse(
      "[model]\nnufit = \"5.1/NO_noSK\"\n[parameters]\ntheta23_deg = { nufit = \"normal\" }\n"
      "dm21_eV2 = { nufit = \"3sigma\" }\n" +
      scan);
  ASSERT_TRUE(result.ok()) << result.problems.front().text("");
  // sin^2 theta23 = 0.573 + 0.018 - 0.023: the halves of the split normal weigh as their widths.
  const Sampler sampler = result.config.sampler();
  int below = 0, within_one_sigma = 0;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const Point p = sampler.point(i);
    const double x = sin2_of_deg(value(result.config, p, "theta23_deg"));
    below += x < 0.573;
    within_one_sigma += x > 0.550 && x < 0.591;
    ASSERT_GE(value(result.config, p, "dm21_eV2"), 6.82e-5);
    ASSERT_LE(value(result.config, p, "dm21_eV2"), 8.04e-5);
  }
  // Stratified: each count is within one of its probability times the points.
  EXPECT_NEAR(below, 20000 * 0.023 / 0.041, 2);
  EXPECT_NEAR(within_one_sigma, 20000 * 0.6826895, 3);

  EXPECT_FALSE(problems_of("[parameters]\nT_R = { nufit = \"normal\" }\n" + scan, "T_R.nufit").empty());
  EXPECT_FALSE(
      problems_of("[parameters]\ntheta12_deg = { nufit = \"2sigma\" }\n" + scan, "theta12_deg").empty());
  EXPECT_FALSE(problems_of("[parameters]\ndelta_deg = { nufit = \"normal\" }\n" + scan, "delta_deg").empty());
}

TEST(Config, TellsTheFitToCompareWithFromTheFitThatFills) {
  const auto fit_of = [](const std::string& text) {
    const ConfigResult result = parse(text);
    EXPECT_TRUE(result.ok());
    return setting(*result.config.model, "limits", "nufit");
  };
  EXPECT_EQ(fit_of(""), "5.1/NO_noSK");
  EXPECT_EQ(fit_of("[model]\nnufit = \"5.2/NO_SK\"\n"), "5.2/NO_SK");
  EXPECT_EQ(fit_of("[model]\nnufit = \"5.2/NO_SK\"\n[limits]\nnufit = \"6.1/NO_SK\"\n"), "6.1/NO_SK");
  EXPECT_FALSE(problems_of("[limits]\nnufit = \"5.1/IO_SK\"\n", "limits.nufit").empty());
  EXPECT_FALSE(problems_of("[limits]\nY_B_theory_factor = 0.5\n", "limits.Y_B_theory_factor").empty());
}

TEST(Config, JudgedByOtherLimitsIsThatOfAScanWithThem) {
  const std::string text = std::string("[parameters]\n") + one_axis + "[scan]\npoints = 8\n";
  const RunIdentity stored = parse(text).config.identity();
  const IdentityResult judged =
      judged_by(stored, {{"model.g_minus_2", "2025/WP25"}, {"limits.Y_B_theory_factor", "5"}});
  ASSERT_TRUE(judged.ok()) << judged.problems.front().text("");
  const RunIdentity fresh =
      parse(text + "[model]\ng_minus_2 = \"2025/WP25\"\n[limits]\nY_B_theory_factor = 5\n").config.identity();
  EXPECT_EQ(judged.identity.config_json, fresh.config_json);
  EXPECT_EQ(judged.identity.hash(), fresh.hash());
  EXPECT_NE(judged.identity.hash(), stored.hash());
  // The text says the same, so that the file can be judged again.
  EXPECT_EQ(parse(judged.identity.config_toml).config.identity().config_json, fresh.config_json);

  for (const char* key : {"model.regulator", "model.nufit", "T_R", "solver.rtol", "scan.seed"})
    EXPECT_EQ(judged_by(stored, {{key, "1"}}).problems.at(0).key, key);
  EXPECT_FALSE(judged_by(stored, {{"model.g_minus_2", "2030"}}).ok());
  EXPECT_FALSE(judged_by(stored, {{"limits.nufit", "5.1/IO_SK"}}).ok());
}

TEST(Config, KeepsSigma1AloneWithoutSigma2) {
  const ConfigResult result = parse("[model]\ntexture = \"mumu_tautau\"\n");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(centre(result.config, "vev_ratio"), 0.0);
  EXPECT_FALSE(problems_of("[model]\ntexture = \"mumu_tautau\"\n[parameters]\nvev_ratio = 0.3\n", "vev_ratio")
                   .empty());
  EXPECT_FALSE(problems_of("[parameters]\nvev_ratio = 0.0\n", "vev_ratio").empty());
}

TEST(Config, RefusesLimitsOfTheSeesaw) {
  const std::string kind = "[model]\nkind = \"type1\"\n[limits]\n";
  EXPECT_TRUE(parse(kind).ok());
  for (const char* key : {"nufit = \"5.1/NO_noSK\"", "Y_B_theory_factor = 2"}) {
    const auto found = parse(kind + key + "\n").problems;
    ASSERT_EQ(found.size(), 1U) << key;
    EXPECT_TRUE(found[0].key.starts_with("limits."));
    EXPECT_EQ(found[0].constraint, "is not a key of kind \"type1\"");
    EXPECT_EQ(found[0].line, 4U);
  }
}

TEST(Config, TakesOneParametrisationOfTheSeesaw) {
  const std::string kind = "[model]\nkind = \"type1\"\n";
  const std::string yukawas = kind + "parametrisation = \"yukawas\"\n[parameters]\n";
  EXPECT_TRUE(parse(yukawas + "M1 = 7\nM2 = 8\nM3 = 9\nh_e1 = 0\narg_h_tau3 = 400\n").ok());
  const RunConfig given = parse(yukawas + "h_mu3 = 0.25\narg_h_tau2 = 12.5\n").config;
  EXPECT_EQ(centre(given, "h_mu3"), 0.25);
  EXPECT_EQ(centre(given, "arg_h_tau2"), 12.5);
  for (const char* name : {"m", "delta", "a21", "x1", "y3", "t23"}) {
    const auto found = problems_of(yukawas + name + " = 1.0\n", name);
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found[0].constraint, "is not an input of parametrisation \"yukawas\"");
    EXPECT_EQ(found[0].line, 5U);
  }
  for (const char* name : {"h_e1", "h_tau3", "arg_h_mu2"}) {
    const auto found = problems_of(kind + "[parameters]\n" + name + " = { min = 0.1, max = 1 }\n", name);
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found[0].constraint, "is not an input of parametrisation \"casas_ibarra\"");
    EXPECT_NE(found[0].hint.find("\"yukawas\" takes it"), std::string::npos);
  }
  EXPECT_EQ(problems_of(yukawas + "h_e1 = -0.1\n", "h_e1").size(), 1U);
  EXPECT_EQ(problems_of(yukawas + "T_R = 1e5\n", "T_R").at(0).constraint,
            "is not a parameter of kind \"type1\"");
  EXPECT_EQ(problems_of(kind + "parametrisation = \"yukawa\"\n", "parametrisation").size(), 1U);
  EXPECT_EQ(problems_of("[model]\nparametrisation = \"yukawas\"\n", "parametrisation").at(0).constraint,
            "is not a key of kind \"mutau\"");

  // What is replayed and resumed: the identity has the inputs of the parametrisation, and only those.
  const RunIdentity identity = parse(yukawas).config.identity();
  const auto stored = nlohmann::json::parse(identity.config_json).at("parameters");
  EXPECT_EQ(stored.size(), 21U);
  EXPECT_TRUE(stored.contains("arg_h_tau3") && !stored.contains("t12"));
  EXPECT_EQ(setting(*model_of(identity.config_json), "model", "parametrisation"), "yukawas");
}

TEST(Config, StartsTheFullEquationsWithoutNeutrinos) {
  const std::string text = "[model]\nkind = \"type1\"\ninitial_abundance = \"thermal\"\nequations = ";
  EXPECT_TRUE(parse(text + "\"2BE3F\"\n").ok());
  const auto found = problems_of(text + "\"full\"\n", "model.initial_abundance");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].constraint, "must be \"vanishing\" for equations \"full\"");
  EXPECT_EQ(found[0].line, 3U);
  // The same where one of the two comes from --set
  EXPECT_FALSE(parse_config("[model]\nkind = \"type1\"\nequations = \"full\"\n", no_list,
                            {{"model.initial_abundance", "thermal"}})
                   .ok());
}

TEST(Config, TakesOverridesBeforeItValidates) {
  const Overrides overrides = {{"T_R", "5e4"},
                               {"model.regulator", "sum"},
                               {"model.sphaleron_factor", "12/37"},
                               {"model.cp_branch", "delta<pi"}};
  const ConfigResult result = parse_config(std::string("[parameters]\n") + one_axis, no_list, overrides);
  ASSERT_TRUE(result.ok()) << result.problems.front().text("");
  EXPECT_TRUE(result.config.space.axes.empty());
  EXPECT_EQ(centre(result.config, "T_R"), 5e4);
  EXPECT_EQ(setting(*result.config.model, "model", "regulator"), "sum");
  EXPECT_EQ(setting(*result.config.model, "model", "sphaleron_factor"), "12/37");
  EXPECT_EQ(setting(*result.config.model, "model", "cp_branch"), "delta<pi");
  EXPECT_FALSE(parse_config("", no_list, {{"TR", "5e4"}}).ok());
  EXPECT_FALSE(parse_config("", no_list, {{"model.regulator", "other"}}).ok());
}

TEST(Config, ATextureThatIsNotGivenIsTheOneWithASolution) {
  struct Case {
    std::string text, texture;
    std::size_t notes;
  };
  const std::string upper = "[parameters]\ntheta23_deg = 48.8\n",
                    maximal = "[parameters]\ntheta23_deg = 45.0\n";
  for (const auto& [text, texture, notes] :
       {Case{"", "emu_mumu", 0}, Case{"nufit = \"5.1/NO_noSK\"\n", "emu_mumu", 0},
        Case{"nufit = \"6.1/NO_SK\"\n", "etau_tautau", 1}, Case{"nufit = \"5.1/IO_SK\"\n", "etau_tautau", 1},
        // The values of the config count, not those of the fit.
        Case{"nufit = \"6.1/NO_SK\"\n" + upper, "emu_mumu", 0}, Case{maximal, "emu_mumu", 0},
        Case{"texture = \"emu_mumu\"\nnufit = \"6.1/NO_SK\"\n", "emu_mumu", 0}}) {
    const ConfigResult result = parse("[model]\n" + text);
    ASSERT_TRUE(result.ok()) << text;
    EXPECT_EQ(setting(*result.config.model, "model", "texture"), texture) << text;
    EXPECT_EQ(result.notes.size(), notes) << text;
  }
}

TEST(Config, ReadsPointLists) {
  const auto read = [](const std::string& name) -> std::string {
    if (name == "good.csv") return "# comment\nT_R, M_mutau\n1e4,1e7\n\n2e4, 2e7\r\n";
    if (name == "bad.csv") return "T_R,h_etua\n1e4,1\n";
    if (name == "short.csv") return "T_R,M_mutau\n1e4\nx,1e7\n";
    return "";
  };
  const auto with = [&](const std::string& file, const std::string& more = "") {
    return parse_config(more + "[scan]\nsampler = \"list\"\nfile = \"" + file + "\"\n", read);
  };
  const ConfigResult good = with("good.csv");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good.config.scan.points, 2U);
  EXPECT_EQ(value(good.config, good.config.sampler().point(1), "T_R"), 2e4);
  EXPECT_EQ(value(good.config, good.config.sampler().point(1), "M_mutau"), 2e7);
  EXPECT_NE(with("bad.csv").problems.at(0).constraint.find("h_etau"), std::string::npos);
  EXPECT_EQ(with("short.csv").problems.size(), 2U);
  EXPECT_FALSE(with("empty.csv").ok());
  EXPECT_FALSE(with("good.csv", "[parameters]\nT_R = 5e4\n").ok());
  EXPECT_FALSE(with("good.csv", "[parameters]\ng_zp = { min = 1e-4, max = 1e-3 }\n").ok());
}

TEST(Config, IdentityCoversPhysicsButNotOutput) {
  const std::string text = std::string("[parameters]\n") + one_axis + "[scan]\npoints = 8\n";
  const auto hash = [](const std::string& toml) {
    const ConfigResult result = parse(toml);
    EXPECT_TRUE(result.ok());
    return result.config.identity().hash();
  };
  EXPECT_EQ(hash(text), hash(text + "[output]\nchunk_rows = 7\nflush_seconds = 1\n"));
  EXPECT_EQ(hash(text), hash("# a comment\n" + text));
  EXPECT_NE(hash(text), hash(text + "seed = 2\n"));
  EXPECT_NE(hash(text), hash(text + "[model]\nregulator = \"sum\"\n"));
  EXPECT_NE(hash(text), hash(text + "[solver]\nrtol = 1e-8\n"));
  const ConfigResult result = parse(text + "[model]\nregulator = \"sum\"\ng_star = 110\n");
  const auto stored = model_of(result.config.identity().config_json);
  EXPECT_EQ(setting(*stored, "model", "regulator"), "sum");
  EXPECT_EQ(setting(*stored, "model", "g_star"), std::to_string(110.0));
}

TEST(Config, StoredBeforeThereWasAKeyMeansWhatItThenMeant) {
  // Runs without model.coherence were made with single neutrinos, not with today's default.
  for (const char* kind : {"mutau", "type1"}) {
    const ConfigResult result = parse("[model]\nkind = \"" + std::string(kind) + "\"\n");
    auto stored = nlohmann::json::parse(result.config.identity().config_json);
    EXPECT_EQ(setting(*model_of(stored.dump()), "model", "coherence"), "density_matrix");
    stored["model"].erase("coherence");
    EXPECT_EQ(setting(*model_of(stored.dump()), "model", "coherence"), "none");
  }
}

TEST(Config, EveryShippedConfigPasses) {
  int checked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(JOBS_DIR)) {
    if (entry.path().extension() != ".toml") continue;
    ++checked;
    const ConfigResult result = load_config(entry.path());
    for (const ConfigProblem& problem : result.problems) ADD_FAILURE() << problem.text(entry.path().string());
  }
  EXPECT_GE(checked, 3);
}

TEST(Config, DescribesEveryKeyItReads) {
  for (const ConfigKey& key : config_keys()) {
    EXPECT_FALSE(key.meaning.empty()) << key.name;
    EXPECT_FALSE(key.choices.empty()) << key.name;
  }
}

TEST(Config, ThermalPotentialFollowsTheCoefficients) {
  const std::string talk = "[model]\nthermal_coefficients = \"talk\"\n";
  const auto potential = [](const Model& model) { return setting(model, "model", "thermal_potential"); };
  EXPECT_EQ(potential(*parse("").config.model), "two_loop");
  EXPECT_EQ(potential(*parse(talk).config.model), "high_temperature");
  EXPECT_TRUE(parse(talk + "thermal_potential = \"high_temperature\"\n").ok());
  const ConfigResult wrong = parse(talk + "thermal_potential = \"one_loop\"\n");
  ASSERT_EQ(wrong.problems.size(), 1U);
  EXPECT_EQ(wrong.problems.front().key, "model.thermal_potential");
  EXPECT_NE(wrong.problems.front().value.find("one_loop"), std::string::npos);

  // A stored config from before there was the key was computed with the high-temperature form.
  const std::string stored = parse("").config.identity().config_json;
  EXPECT_EQ(potential(*model_of(stored)), "two_loop");
  const std::string key = ",\"thermal_potential\":\"two_loop\"";
  std::string old = stored;
  ASSERT_NE(old.find(key), std::string::npos);
  old.erase(old.find(key), key.size());
  EXPECT_EQ(potential(*model_of(old)), "high_temperature");
}

}  // namespace
}  // namespace mutauscan
