#include "mutauscan/scan/config.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "config_keys.hpp"
#include "config_reader.hpp"
#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

/// T_R=5e4, model.regulator=sum: values are TOML where they parse as such, strings otherwise.
void apply(toml::table& root, const std::string& key, const std::string& value) {
  const auto dot = key.find('.');
  const std::string section = dot == std::string::npos ? "parameters" : key.substr(0, dot);
  const std::string name = dot == std::string::npos ? key : key.substr(dot + 1);
  if (!root[section].is_table()) root.insert_or_assign(section, toml::table{});
  toml::table& table = *root[section].as_table();
  try {
    const toml::table parsed = toml::parse("v = " + value);
    parsed["v"].visit([&](const auto& node) { table.insert_or_assign(name, node); });
  } catch (const toml::parse_error&) {
    table.insert_or_assign(name, value);
  }
}

nlohmann::json axis_json(const Axis& axis, bool with_n) {
  if (const auto* range = std::get_if<RangeAxis>(&axis.shape)) {
    nlohmann::json j = {{"min", range->min}, {"max", range->max}, {"scale", name_of(range->scale)}};
    if (range->scale == Scale::symlog) j["threshold"] = range->threshold;
    if (with_n) j["n"] = range->n;
    return j;
  }
  if (const auto* values = std::get_if<ValuesAxis>(&axis.shape)) return {{"values", values->values}};
  if (const auto* normal = std::get_if<NormalAxis>(&axis.shape))
    return {{"normal", {normal->mean, normal->sigma}}};
  const auto& [fit, is_sin2] = std::get<NufitAxis>(axis.shape);
  return {{"nufit", "normal"}, {is_sin2 ? "sin2" : "value", {fit.best, fit.minus, fit.plus}}};
}

}  // namespace
std::string ConfigProblem::text(std::string_view file) const {
  std::string out(file);
  if (line > 0) out += ":" + std::to_string(line);
  out += ": ";
  if (!key.empty()) out += key + (value.empty() ? "" : " = " + value) + ": ";
  out += constraint;
  return hint.empty() ? out : out + "\n    hint: " + hint;
}

RunIdentity RunConfig::identity() const {
  nlohmann::json j;
  j["model"]["kind"] = name_of(model.kind);
  for (const ChoiceKey& key : choice_keys())
    if (contains(key.kinds, model.kind)) j["model"][std::string(key.name)] = key.get(model);
  for (const NumberKey& key : number_keys())
    if (key.section != "output") j[std::string(key.section)][std::string(key.name)] = key.get(*this);
  j["limits"]["nufit"] = oscillation_fit(model).name;
  for (const Parameter& p : parameters())
    if (is_input(p, model)) j["parameters"][std::string(p.name)] = space.fixed.*p.member;
  for (const Axis& axis : space.axes)
    j["parameters"][std::string(axis.parameter->name)] = axis_json(axis, scan.sampler == SamplerKind::grid);
  for (const Parameter* p : scan.list.parameters) j["parameters"][std::string(p->name)] = "list";
  j["scan"] = {{"sampler", name_of(scan.sampler)}, {"points", scan.points}, {"seed", scan.seed}};
  if (scan.sampler == SamplerKind::list) j["scan"]["file_hash"] = scan.list_hash;
  return {toml, j.dump(), scan.points};
}

ConfigResult parse_config(const std::string& toml, const FileReader& read_list, const Overrides& overrides) {
  // Every chunk carries the text in an HDF5 attribute, which holds 64 kB.
  if (toml.size() > 60000)
    return {
        {},
        {{"", "", "is larger than 60 kB", "put long lists of points into a CSV file (sampler \"list\")"}}};
  toml::table root;
  try {
    root = toml::parse(toml);
  } catch (const toml::parse_error& error) {
    return {{},
            {{"", "", "syntax error: " + std::string(error.description()), "", error.source().begin.line}}};
  }
  for (const auto& [key, value] : overrides) apply(root, key, value);
  ConfigResult result = read_config(root, read_list, !overrides.empty());
  result.config.toml = toml;
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.line < b.line; });
  return result;
}

ConfigResult load_config(const fs::path& path, const Overrides& overrides) {
  std::string text;
  try {
    if (!fs::is_regular_file(path)) throw StorageError("no such file");
    text = read_text(path);
  } catch (const std::exception& error) {
    return {{}, {{"", "", error.what(), "the first argument is the path of a TOML file"}}};
  }
  const auto read_list = [&](const std::string& name) {
    const fs::path file = path.parent_path() / name;
    if (!fs::is_regular_file(file)) throw StorageError("there is no file " + file.string());
    return read_text(file);
  };
  return parse_config(text, read_list, overrides);
}

ModelSettings model_settings_of(const std::string& config_json) {
  const nlohmann::json model = nlohmann::json::parse(config_json).at("model");
  ModelSettings settings;
  settings.kind = model_kind_of(config_json);
  for (const ChoiceKey& key : choice_keys())
    if (contains(key.kinds, settings.kind) &&
        !key.set(settings, model.at(std::string(key.name)).get<std::string>()))
      throw StorageError("the stored config has an unknown value of model." + std::string(key.name));
  settings.g_star = model.at("g_star");
  // A file from before there were limits is judged by the defaults.
  const nlohmann::json limits = nlohmann::json::parse(config_json).value("limits", nlohmann::json::object());
  if (limits.contains("nufit")) {
    settings.oscillation_fit = find_oscillation_data(limits.at("nufit").get<std::string>());
    if (!settings.oscillation_fit)
      throw StorageError("the stored config has an unknown value of limits.nufit");
  }
  settings.Y_B_theory_factor = limits.value("Y_B_theory_factor", settings.Y_B_theory_factor);
  return settings;
}

IdentityResult judged_by(const RunIdentity& stored, const Overrides& overrides) {
  IdentityResult result{stored, {}};
  nlohmann::json json = nlohmann::json::parse(stored.config_json);
  // What is stored and what replaces it, as a config of its own: the reader checks it as it checks any other.
  const ModelSettings settings = model_settings_of(stored.config_json);
  toml::table judging{{"model", toml::table{{"nufit", oscillation_fit(settings).name},
                                            {"g_minus_2", name_of(settings.g_minus_2)}}},
                      {"limits", toml::table{{"Y_B_theory_factor", settings.Y_B_theory_factor}}}};
  toml::table whole = toml::parse(stored.config_toml);
  for (const auto& [key, value] : overrides) {
    if (key != "model.g_minus_2" && !key.starts_with("limits."))
      result.problems.push_back({key, value, "changes more than limits and likelihoods",
                                 "set model.g_minus_2 or limits.*; anything else takes a new scan"});
    apply(judging, key, value);
    apply(whole, key, value);
  }
  if (!result.problems.empty()) return result;
  const ConfigResult read = read_config(judging, {}, /*overridden=*/true);
  result.problems = read.problems;
  const auto canonical = nlohmann::json::parse(read.config.identity().config_json);
  json["model"]["g_minus_2"] = canonical.at("model").at("g_minus_2");
  json["limits"] = canonical.at("limits");
  result.identity.config_json = json.dump();
  std::ostringstream text;
  text << whole << "\n";
  result.identity.config_toml = text.str();
  return result;
}

SolverSettings solver_settings_of(const std::string& config_json) {
  const nlohmann::json solver = nlohmann::json::parse(config_json).at("solver");
  RunConfig config;
  for (const NumberKey& key : number_keys())
    if (key.section == "solver") key.set(config, solver.at(std::string(key.name)));
  return config.solver;
}

}  // namespace mutauscan
