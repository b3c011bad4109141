#include "mutauscan/config/config.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "config_keys.hpp"
#include "config_reader.hpp"
#include "utf8.hpp"

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

/// JSON has no infinity: "inf", as TOML writes it.
nlohmann::json number_json(double value) {
  return std::isinf(value) ? nlohmann::json("inf") : nlohmann::json(value);
}
double number_of(const nlohmann::json& json) {
  return json == "inf" ? std::numeric_limits<double>::infinity() : json.get<double>();
}

nlohmann::json axis_json(const Axis& axis, bool with_n) {
  if (const auto* range = std::get_if<RangeAxis>(&axis.shape)) {
    nlohmann::json j = {{"min", range->min}, {"max", range->max}, {"scale", name_of(range->scale)}};
    if (range->scale == Scale::symlog) j["threshold"] = range->threshold;
    if (with_n) j["n"] = range->n;
    if (range->periodic) j["periodic"] = true;
    return j;
  }
  if (const auto* values = std::get_if<ValuesAxis>(&axis.shape)) return {{"values", values->values}};
  if (const auto* normal = std::get_if<NormalAxis>(&axis.shape))
    return {{"normal", {normal->mean, normal->sigma}}};
  const MeasuredValue& fit = std::get<NufitAxis>(axis.shape).fit;
  return {{"nufit", "normal"}, {fit.is_sin2 ? "sin2" : "value", {fit.best, fit.minus, fit.plus}}};
}

/// "model.g_minus_2" for "g_minus_2": empty if no key that judges has that name.
std::string key_that_judges(const ModelKind& kind, const std::string& name) {
  for (const SettingKey& key : kind.settings)
    if (key.judges && key.name == name) return key.section + "." + key.name;
  return "";
}

std::string text_of(const toml::table& root) {
  std::ostringstream text;
  text << root << "\n";
  return text.str();
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
  const ModelKind& kind = model->kind();
  nlohmann::json j;
  j["model"]["kind"] = kind.name;
  for (const SettingKey& key : kind.settings)
    if (key.is_stored)
      std::visit([&](const auto& value) { j[key.section][key.name] = value; }, model->get(key));
  for (const NumberKey& key : number_keys())
    if (key.section != "output")
      j[std::string(key.section)][std::string(key.name)] = number_json(key.get(*this));
  for (const SolverChoiceKey& key : solver_choice_keys())
    j["solver"][std::string(key.name)] = key.get(solver);
  for (std::size_t i = 0; i < kind.parameters.size(); ++i)
    if (model->is_input(i)) j["parameters"][kind.parameters[i].name] = space.fixed[i];
  for (const Axis& axis : space.axes)
    j["parameters"][kind.parameters[axis.parameter].name] =
        axis_json(axis, scan.sampler == SamplerKind::grid);
  for (const std::size_t i : scan.list.parameters) j["parameters"][kind.parameters[i].name] = "list";
  j["scan"] = {{"sampler", name_of(scan.sampler)}, {"points", scan.points}, {"seed", scan.seed}};
  if (scan.sampler == SamplerKind::list) j["scan"]["file_hash"] = scan.list_hash;
  if (const AdaptiveKind* adaptive = find_adaptive_kind(scan.sampler)) {
    j["scan"]["sampler_version"] = adaptive->version;
    j["scan"]["loglike"] = scan.targets.columns;
    j["scan"]["require_allowed"] = scan.targets.require_allowed;
    for (const AdaptiveKey& key : adaptive_keys())
      if (key.is_for(scan.sampler)) {
        nlohmann::json& value = j["scan"][std::string(key.name)];
        if (key.whole)
          value = std::uint64_t(key.get(scan.adaptive));
        else
          value = key.get(scan.adaptive);
      }
    for (const auto& [first, second] : scan.adaptive.planes)
      j["scan"]["profile"].push_back({kind.parameters[space.axes[first].parameter].name,
                                      kind.parameters[space.axes[second].parameter].name});
    if (!scan.adaptive.windows.empty()) j["scan"]["window"] = scan.adaptive.windows.front();
  }
  return {toml, j.dump(), scan.points, scan.list_text};
}

ConfigResult parse_config(const std::string& toml, const FileReader& read_list, const Overrides& overrides) {
  if (const auto flaw = find_text_flaw(toml)) return {{}, {{"", "", flaw->message, "", flaw->line}}};
  toml::table root;
  try {
    root = toml::parse(without_byte_order_mark(toml));
  } catch (const toml::parse_error& error) {
    return {{},
            {{"", "", "syntax error: " + std::string(error.description()), "", error.source().begin.line}}};
  }
  for (const auto& [key, value] : overrides) apply(root, key, value);
  ConfigResult result = read_config(root, read_list, !overrides.empty());
  result.config.toml = overrides.empty() ? toml : text_of(root);
  // Every file carries the text and its canonical form, which may be longer, in an attribute each.
  const std::size_t longest =
      std::max(toml.size(), result.ok() ? result.config.identity().config_json.size() : 0);
  if (longest > longest_attribute)
    result.problems.push_back(
        {"", "",
         "takes " + std::to_string(longest / 1000) + " kB of the " +
             std::to_string(longest_attribute / 1000) + " kB that each file of a run has for it",
         "put long lists of points into a CSV file (sampler \"list\"), long lists of values "
         "into fewer, e.g. by { min, max, n }",
         0});
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.line < b.line; });
  return result;
}

std::string read_named_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::is_directory(there)) throw StorageError("is a directory");
  if (there.type() == fs::file_type::not_found) throw StorageError("no such file");
  if (error) throw StorageError(error.message());
  if (!fs::is_regular_file(there)) throw StorageError("is not a regular file");
  return read_text(path);
}

ConfigResult load_config(const fs::path& path, const Overrides& overrides) {
  std::string text;
  try {
    text = read_named_file(path);
  } catch (const StorageError& error) {
    return {{}, {{"", "", error.what(), "the argument is the path of a TOML file"}}};
  }
  const auto read_list = [&](const std::string& name) {
    const fs::path file = path.parent_path() / name;
    try {
      return read_named_file(file);
    } catch (const StorageError& error) {
      throw StorageError(file.string() + ": " + error.what());
    }
  };
  return parse_config(text, read_list, overrides);
}

ConfigResult changed_point(const Point& point, const Model& model, const SolverSettings& solver,
                           const Overrides& overrides) {
  ConfigResult result;
  RunConfig stored;
  stored.solver = solver;
  const ModelKind& kind = model.kind();
  toml::table root{{"model", toml::table{{"kind", kind.name}}},
                   {"parameters", toml::table{}},
                   {"limits", toml::table{}},
                   {"solver", toml::table{}}};
  for (const SettingKey& key : kind.settings)
    if (key.is_stored)
      std::visit([&](const auto& value) { root[key.section].as_table()->insert(key.name, value); },
                 model.get(key));
  for (const NumberKey& key : number_keys())
    if (key.section == "solver") root["solver"].as_table()->insert(key.name, key.get(stored));
  for (std::size_t i = 0; i < kind.parameters.size(); ++i)
    if (model.is_input(i)) root["parameters"].as_table()->insert(kind.parameters[i].name, point[i]);

  for (const auto& [key, value] : overrides) {
    const auto dot = key.find('.');
    const std::string section = dot == std::string::npos ? "parameters" : key.substr(0, dot);
    const SettingKey* setting =
        dot == std::string::npos ? nullptr : kind.find_setting(section, key.substr(dot + 1));
    if (key == "model.kind" || (setting && !setting->is_stored))
      result.problems.push_back(
          {key, value, "cannot be changed for a stored point, which has all its parameters", "set these"});
    else if (!root.contains(section))
      result.problems.push_back({key, value, "means nothing for one point",
                                 "set parameters, or keys of [model], [limits], [solver]"});
    else
      apply(root, key, value);
  }
  if (!result.ok()) return result;
  result = read_config(root, {}, /*overridden=*/true);
  result.config.toml = text_of(root);
  return result;
}

std::unique_ptr<Model> model_of(const std::string& config_json) {
  const ModelKind& kind = model_kind_of(config_json);
  const nlohmann::json config = nlohmann::json::parse(config_json);
  std::unique_ptr<Model> model = kind.make();
  for (const SettingKey& key : kind.settings) {
    const nlohmann::json::json_pointer path("/" + key.section + "/" + key.name);
    if (key.is_stored && !config.contains(path) && key.before) model->set(key, *key.before);
    if (!key.is_stored || !config.contains(path)) continue;  // a file from before there was the key
    const nlohmann::json& stored = config.at(path);
    SettingValue value;
    if (stored.is_string()) value = stored.get<std::string>();
    if (stored.is_number()) value = stored.get<double>();
    if (value.index() != key.default_value.index() || model->set(key, value))
      throw StorageError("the stored config has an unknown value of " + key.section + "." + key.name);
  }
  return model;
}

IdentityResult judged_by(const RunIdentity& stored, const Overrides& overrides) {
  IdentityResult result{stored, {}};
  const std::unique_ptr<Model> model = model_of(stored.config_json);
  nlohmann::json json = nlohmann::json::parse(stored.config_json);
  toml::table whole = toml::parse(stored.config_toml);
  std::string judging;
  for (const SettingKey& key : model->kind().settings)
    if (key.judges) judging += (judging.empty() ? "" : ", ") + key.section + "." + key.name;
  ProblemList problems;
  for (const auto& [name, value] : overrides) {
    const auto dot = name.find('.');
    const SettingKey* key = dot == std::string::npos
                                ? nullptr
                                : model->kind().find_setting(name.substr(0, dot), name.substr(dot + 1));
    if (const std::string meant = dot == std::string::npos ? key_that_judges(model->kind(), name) : "";
        !meant.empty()) {
      problems.add(name, value, "is a key of a section", "did you mean `" + meant + "`?");
      continue;
    }
    if (!key || !key->judges) {
      problems.add(name, value, "changes more than limits and likelihoods",
                   judging.empty() ? "" : "set " + judging + "; anything else takes a new scan");
      continue;
    }
    apply(whole, name, value);
    read_setting(*key, *whole[key->section][key->name].node(), *model, problems);
  }
  for (const KeyObjection& wrong : model->check_settings())
    problems.add(wrong.key, "", wrong.objection.constraint, wrong.objection.hint);
  result.problems = std::move(problems.list);
  if (!result.problems.empty()) return result;
  for (const SettingKey& key : model->kind().settings)
    if (key.judges && key.is_stored)
      std::visit([&](const auto& value) { json[key.section][key.name] = value; }, model->get(key));
  result.identity.config_json = json.dump();
  result.identity.config_toml = text_of(whole);
  return result;
}

SolverSettings solver_settings_of(const std::string& config_json) {
  const nlohmann::json solver = nlohmann::json::parse(config_json).at("solver");
  RunConfig config;
  for (const NumberKey& key : number_keys())
    if (key.section == "solver" && solver.contains(std::string(key.name)))
      key.set(config, number_of(solver.at(std::string(key.name))));
  // A file from before a key was there was computed with its default.
  for (const SolverChoiceKey& key : solver_choice_keys())
    if (solver.contains(key.name) && !key.set(config.solver, solver.at(key.name).get<std::string>()))
      throw StorageError("the stored config has an unknown value of solver." + std::string(key.name));
  return config.solver;
}

}  // namespace mutauscan
