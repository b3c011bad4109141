#include "config_reader.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

#include "axis_reader.hpp"
#include "config_keys.hpp"
#include "mutauscan/config/domain_census.hpp"
#include "mutauscan/core/text.hpp"
#include "plane_reader.hpp"
#include "point_list.hpp"

namespace mutauscan {
namespace {

/// For a node that should be a word.
std::string quotes_hint(const toml::node& node) {
  return node.is_string() ? "" : "write one of them, in quotes";
}

/// Reads a parsed file into a RunConfig, collecting every problem on the way.
class Reader {
 public:
  Reader(const toml::table& root, const FileReader& read_list, bool overridden)
      : root_(root), read_list_(read_list), overridden_(overridden) {}

  ConfigResult read() {
    for (const auto& [key, node] : root_) {
      const std::vector<std::string> sections = {"model", "parameters", "scan", "limits", "solver", "output"};
      if (std::find(sections.begin(), sections.end(), key.str()) == sections.end())
        problems_.add_unknown(std::string(key.str()), node, sections,
                              "sections are [model] [parameters] [scan] [limits] [solver] [output]");
      else if (!node.is_table())
        problem(std::string(key.str()), node, "must be a section",
                "write it as [" + std::string(key.str()) + "]");
    }
    read_model();
    read_parameters();
    read_numbers();
    read_scan();
    check_scan();
    settle();
    check_points();
    result_.problems = std::move(problems_.list);
    return std::move(result_);
  }

 private:
  RunConfig& config() { return result_.config; }
  const std::string& name_of_axis(const Axis& axis) const {
    return model_->kind().parameters[axis.parameter].name;
  }
  const toml::table* section(std::string_view name) const { return root_[name].as_table(); }

  void problem(std::string key, const toml::node& node, std::string constraint, std::string hint = "") {
    problems_.add(std::move(key), node, std::move(constraint), std::move(hint));
  }
  void problem(std::string key, std::string value, std::string constraint, std::string hint = "",
               unsigned line = 0) {
    problems_.add(std::move(key), std::move(value), std::move(constraint), std::move(hint), line);
  }

  /// Names of all keys of a section, whatever the kind of model.
  static std::vector<std::string> setting_names(std::string_view section) {
    std::vector<std::string> names;
    for (const ModelKind* kind : model_kinds())
      for (const SettingKey& key : kind->settings)
        if (key.section == section) names.push_back(key.name);
    return names;
  }

  void read_model() {
    const ModelKind* kind = model_kinds().front();
    if (const toml::node* node = section("model") ? section("model")->get("kind") : nullptr) {
      if (const ModelKind* known = find_model_kind(node->value_or(std::string())))
        kind = known;
      else
        problem("model.kind", *node, "must be one of " + model_kind_choices(), quotes_hint(*node));
    }
    model_ = kind->make();
    for (const char* name : {"model", "limits"})
      if (const toml::table* table = section(name)) read_settings(name, *table);
    for (const KeyObjection& wrong : model_->check_settings())
      if (const toml::node* node = root_.at_path(wrong.key).node())
        problem(wrong.key, *node, wrong.objection.constraint, wrong.objection.hint);
    config().model = model_;
  }

  void read_settings(const std::string& section_name, const toml::table& table) {
    const ModelKind& kind = model_->kind();
    std::vector<std::string> known = setting_names(section_name);
    const std::vector<std::string> others = known;
    if (section_name == "model") known.insert(known.begin(), "kind");
    for (const auto& [name, node] : table) {
      const std::string key = section_name + "." + std::string(name.str());
      if (key == "model.kind") continue;
      if (const SettingKey* setting = kind.find_setting(section_name, name.str()))
        read_setting(*setting, node, *model_, problems_);
      else if (std::find(others.begin(), others.end(), name.str()) != others.end())
        problem(key, node, "is not a key of kind \"" + kind.name + "\"");
      else
        problems_.add_unknown(key, node, known, "`mutauscan describe` lists the keys");
    }
  }

  void read_parameters() {
    const ModelKind& kind = model_->kind();
    for (std::size_t i = 0; i < kind.parameters.size(); ++i)
      config().space.fixed.push_back(model_->default_of(i));
    const toml::table* table = section("parameters");
    if (!table) return;
    std::vector<std::string> known;
    for (const ModelKind* any : model_kinds())
      for (const Parameter& p : any->parameters) known.push_back(p.name);
    for (const auto& [name, node] : *table) {
      const std::string key = "parameters." + std::string(name.str());
      if (kind.find_parameter(name.str())) continue;
      if (std::find(known.begin(), known.end(), name.str()) != known.end())
        problem(key, node, "is not a parameter of kind \"" + kind.name + "\"");
      else
        problems_.add_unknown(key, node, known, "`mutauscan describe` lists the parameters");
    }
    // In the order of the model's list, so that the order in the file does not change the sample.
    for (std::size_t i = 0; i < kind.parameters.size(); ++i)
      if (const toml::node* node = table->get(kind.parameters[i].name)) read_parameter(i, *node);
  }

  void read_parameter(std::size_t i, const toml::node& node) {
    const Parameter& p = model_->kind().parameters[i];
    const std::string key = "parameters." + p.name;
    if (!model_->is_input(i)) {
      const auto [constraint, hint] = model_->why_no_input(i);
      problem(key, node, constraint, hint);
    } else if (const toml::table* axis = node.as_table()) {
      if (const auto read = read_axis(key, *model_, i, *axis, problems_))
        config().space.axes.push_back(*read);
    } else if (const auto value = problems_.number(key, node)) {
      config().space.fixed[i] = *value;
      if (const auto wrong = check_domain(p, *value)) problem(key, node, wrong->objection.constraint);
    }
  }

  void settle() {
    if (!problems_.list.empty()) return;
    if (std::string note = model_->settle(config().middle()); !note.empty())
      result_.notes.push_back(std::move(note));
  }

  /// What is wrong with every point is wrong with the config.
  void check_points() {
    const bool is_list = config().scan.sampler == SamplerKind::list;
    const bool is_valid = problems_.list.empty();
    if (is_list && !is_valid) return;
    for (const PointObjection& wrong : is_valid ? objections_to_all(config()) : objections_to_box(config())) {
      const std::string key = "parameters." + wrong.parameter;
      if (std::any_of(problems_.list.begin(), problems_.list.end(),
                      [&](const auto& p) { return p.key == key; }))
        continue;
      if (is_list)
        problem("scan.file", config().scan.list_file,
                "none of its " + std::to_string(config().scan.points) +
                    " points can be computed; the first has " + wrong.text(),
                "", line_of(*section("scan")));
      else
        problem(key, wrong.value, wrong.objection.constraint, wrong.objection.hint,
                last_line_of(wrong.parameter));
    }
  }

  /// The last line on which a parameter of a relation such as "f_N1 + f_N2 + f_N3" is given; 0: none is.
  unsigned last_line_of(const std::string& relation) const {
    unsigned line = 0;
    for (const Parameter& p : model_->kind().parameters)
      if (const toml::node* node = section("parameters") ? section("parameters")->get(p.name) : nullptr)
        if (relation == p.name || relation.find(p.name + " ") != std::string::npos ||
            relation.ends_with(" " + p.name))
          line = std::max(line, line_of(*node));
    return line;
  }

  static const NumberKey* find_number_key(std::string_view section, std::string_view name) {
    for (const NumberKey& key : number_keys())
      if (key.section == section && key.name == name) return &key;
    return nullptr;
  }

  /// False if it is not a key of this kind.
  bool read_solver_choice(const std::string& key, std::string_view name, const toml::node& node) {
    for (const SolverChoiceKey& choice : solver_choice_keys()) {
      if (choice.name != name) continue;
      const auto text = node.value<std::string>();
      if (!node.is_string() || !text)
        problem(key, node, "must be a string", "write it in quotes");
      else if (!choice.set(config().solver, *text))
        problem(key, node, "must be one of " + choice.choices);
      return true;
    }
    return false;
  }

  void read_numbers() {
    for (const char* name : {"solver", "output"}) {
      const toml::table* table = section(name);
      if (!table) continue;
      std::vector<std::string> known;
      for (const NumberKey& k : number_keys())
        if (k.section == name) known.emplace_back(k.name);
      if (std::string_view(name) == "solver")
        for (const SolverChoiceKey& k : solver_choice_keys()) known.emplace_back(k.name);
      for (const auto& [inner, node] : *table) {
        const std::string key = std::string(name) + "." + std::string(inner.str());
        if (std::string_view(name) == "solver" && read_solver_choice(key, inner.str(), node)) continue;
        const NumberKey* entry = find_number_key(name, inner.str());
        if (!entry) {
          problems_.add_unknown(key, node, known, "`mutauscan describe` lists the keys");
          continue;
        }
        const auto value = problems_.number(key, node, entry->upper);
        if (!value) continue;
        if (*value < entry->lower || *value > entry->upper || (entry->whole && *value != std::floor(*value)))
          problem(key, node,
                  (entry->whole ? "must be a whole number from " : "must be from ") +
                      short_text(entry->lower) + " to " + short_text(entry->upper));
        else
          entry->set(config(), *value);
      }
    }
  }

  void read_scan() {
    const toml::table* table = section("scan");
    if (!table) return;
    for (const auto& [name, node] : *table) {
      const std::string key = "scan." + std::string(name.str());
      if (name.str() == "sampler") {
        const auto kind = parse_enum<SamplerKind>(node.value_or(std::string()));
        if (kind)
          config().scan.sampler = *kind;
        else
          problem(key, node, "must be one of " + enum_choices<SamplerKind>(), quotes_hint(node));
      } else if (name.str() == "points") {
        if (const auto n = problems_.whole_number(key, node, 1, most_points)) config().scan.points = *n;
      } else if (name.str() == "seed") {
        if (const auto n = problems_.whole_number(key, node, 0, largest_seed)) config().scan.seed = *n;
      } else if (name.str() == "file") {
        if (node.is_string())
          config().scan.list_file = *node.value<std::string>();
        else
          problem(key, node, "must be a path in quotes");
      } else {
        read_adaptive_key(key, node, name.str());
      }
    }
  }

  /// Keys of adaptive samplers; what they mean for the one that is chosen, check_adaptive() says.
  void read_adaptive_key(const std::string& key, const toml::node& node, std::string_view name) {
    std::vector<std::string> known = {"sampler", "points", "seed", "file"};
    for (const char* own : {"loglike", "require_allowed", "profile", "window"}) {
      if (name == own) return;
      known.emplace_back(own);
    }
    for (const AdaptiveKey& adaptive : adaptive_keys()) {
      if (adaptive.name == name) return;
      known.emplace_back(adaptive.name);
    }
    problems_.add_unknown(key, node, known, "`mutauscan describe` lists the keys");
  }

  void check_adaptive(const toml::table& table) {
    ScanSettings& scan = config().scan;
    const AdaptiveKind* kind = find_adaptive_kind(scan.sampler);
    const std::string sampler = '"' + std::string(name_of(scan.sampler)) + '"';
    if (kind) {
      const std::size_t axes = config().space.axes.size();
      scan.adaptive.size = axes > 16 ? std::max(kind->size, kind->size_per_axis * axes) : kind->size;
      scan.adaptive.islands = kind->islands;
      scan.adaptive.ess = kind->ess;
    }
    for (const AdaptiveKey& key : adaptive_keys()) {
      const toml::node* node = table.get(key.name);
      if (!node) continue;
      const std::string name = "scan." + std::string(key.name);
      if (!key.is_for(scan.sampler)) {
        problem(name, *node, "is not a key of sampler " + sampler,
                "it is for " + (key.samplers.empty() ? "adaptive samplers" : std::string(key.samplers)));
        continue;
      }
      const auto value = problems_.number(name, *node);
      if (!value) continue;
      if (*value < key.lower || *value > key.upper || (key.whole && *value != std::floor(*value)))
        problem(name, *node,
                (key.whole ? "must be a whole number from " : "must be from ") + short_text(key.lower) +
                    " to " + short_text(key.upper));
      else
        key.set(scan.adaptive, *value);
    }
    if (kind && scan.adaptive.size < kind->smallest_size)
      problem("scan.size", std::to_string(scan.adaptive.size),
              "sampler " + sampler + " needs at least " + std::to_string(kind->smallest_size),
              "leave it out: the default is " + std::to_string(kind->size), line_of(*table.get("size")));
    if (kind && scan.points > 0 && scan.points < scan.adaptive.size)
      problem("scan.points", std::to_string(scan.points),
              "is less than one generation, size = " + std::to_string(scan.adaptive.size), "",
              line_of(*table.get("points")));
    read_planes(table, config().space, *model_, scan, problems_);
    if (kind && problems_.list.empty() && !config().space.axes.empty()) {
      AdaptiveSettings settings = scan.adaptive;
      settings.dimension = config().space.axes.size();
      settings.periodic.resize(settings.dimension);
      try {
        kind->make(settings);
      } catch (const std::invalid_argument& error) {
        problem("scan", sampler, error.what(), "", line_of(table));
      }
    }
    read_targets(table, kind);
  }

  void read_targets(const toml::table& table, const AdaptiveKind* kind) {
    Targets& targets = config().scan.targets;
    for (const char* name : {"loglike", "require_allowed"})
      if (!kind && table.contains(name))
        problem("scan." + std::string(name), *table.get(name), "is for adaptive samplers only");
    if (!kind) return;
    if (const toml::node* node = table.get("require_allowed")) {
      if (node->is_boolean())
        targets.require_allowed = *node->value<bool>();
      else
        problem("scan.require_allowed", *node, "must be true or false");
    }
    std::vector<std::string> known;  // without "loglike_"
    constexpr std::string_view prefix = "loglike_";
    for (const Column& column : model_->kind().layout->columns())
      if (column.name.starts_with(prefix) && column.name != "loglike_total")
        known.push_back(column.name.substr(prefix.size()));
    const toml::node* node = table.get("loglike");
    if (!node || node->value_or(std::string()) == "auto") {
      for (const std::string& name : known)
        if (!(kind->counts_priors_once && has_prior_of_measurement(name)))
          targets.columns.push_back(std::string(prefix) + name);
    } else if (const toml::array* list = node->as_array()) {
      for (const toml::node& element : *list) {
        const std::string name = element.value_or(std::string());
        if (std::find(known.begin(), known.end(), name) != known.end())
          targets.columns.push_back(std::string(prefix) + name);
        else
          problems_.add_unknown("scan.loglike." + name, element, known, "they are columns loglike_NAME");
      }
    } else {
      problem("scan.loglike", *node, "must be \"auto\" or a list such as [\"g2\", \"Y_B\"]");
    }
    if (targets.columns.empty() && !(node && node->is_array() && !node->as_array()->empty()))
      problem("scan.loglike", "nothing", "there is no log-likelihood to choose points by",
              "kind \"" + model_->kind().name + "\" needs one of its columns loglike_*", line_of(table));
  }

  /// The axis of a measured parameter is distributed by the measurement: theta12 for theta12_deg.
  bool has_prior_of_measurement(const std::string& name) {
    return std::any_of(config().space.axes.begin(), config().space.axes.end(), [&](const Axis& axis) {
      const std::string& parameter = name_of_axis(axis);
      return std::holds_alternative<NufitAxis>(axis.shape) &&
             (parameter == name || parameter.starts_with(name + "_"));
    });
  }

  void check_scan() {
    const toml::table* table = section("scan");
    if (!table) return;
    ScanSettings& scan = config().scan;
    const unsigned line = line_of(*table);
    const bool points_given = table->contains("points");
    check_adaptive(*table);
    if (scan.sampler == SamplerKind::list) return read_point_list(line);
    if (table->contains("file")) problem("scan.file", *table->get("file"), "is for sampler = \"list\" only");
    // `point --set` may fix the last axis: that is no scan any more, and no problem.
    if (config().space.axes.empty() && problems_.list.empty() && !overridden_)
      problem("scan", "no axis", "needs at least one scanned parameter",
              "e.g. [parameters] T_R = { min = 1e4, max = 1e6, scale = \"log\" }", line);
    if (scan.sampler == SamplerKind::grid) return check_grid(points_given, line);
    if (!points_given)
      problem("scan.points", "missing", "is needed by sampler \"" + std::string(name_of(scan.sampler)) + "\"",
              "e.g. points = 4096", line);
  }

  void check_grid(bool points_given, unsigned line) {
    double product = 1.0;
    for (const Axis& axis : config().space.axes) {
      if (axis.grid_size() == 0)
        problem("parameters." + name_of_axis(axis), "axis", "needs `n` for sampler \"grid\"",
                "n = 11, or { values = [..] }", line_of(*section("parameters")->get(name_of_axis(axis))));
      product *= double(std::max<std::uint64_t>(axis.grid_size(), 1));
    }
    if (product > double(most_points))
      return problem("scan", short_text(product) + " points",
                     "a grid may have at most " + std::to_string(most_points) + " points", "", line);
    ScanSettings& scan = config().scan;
    if (points_given && scan.points != std::uint64_t(product))
      problem("scan.points", std::to_string(scan.points),
              "does not equal the product of the axes' n, " + short_text(product), "leave it out", line);
    scan.points = std::uint64_t(product);
  }

  void read_point_list(unsigned line) {
    ScanSettings& scan = config().scan;
    if (scan.list_file.empty())
      return problem("scan.file", "missing", "is needed by sampler \"list\"", "file = \"points.csv\"", line);
    if (!config().space.axes.empty())
      problem("parameters." + name_of_axis(config().space.axes.front()), "axis",
              "cannot be an axis with sampler \"list\"", "put its values into " + scan.list_file,
              line_of(*section("parameters")->get(name_of_axis(config().space.axes.front()))));
    std::string text;
    try {
      text = read_list_(scan.list_file);
    } catch (const std::exception& error) {
      return problem("scan.file", scan.list_file, error.what(), "the path is relative to the config file",
                     line);
    }
    const PointListResult parsed = parse_point_list(text, *model_);
    for (const std::string& message : parsed.problems)
      problem("scan.file", scan.list_file, message, "", line);
    if (!parsed.skipped.empty()) {
      std::string names;
      for (const std::string& name : parsed.skipped) names += (names.empty() ? "" : ", ") + name;
      result_.notes.push_back(scan.list_file + ": skipped, since they are results and no inputs: " + names);
    }
    for (const std::size_t i : parsed.list.parameters) {
      const std::string& name = model_->kind().parameters[i].name;
      if (section("parameters") && section("parameters")->contains(name))
        problem("parameters." + name, "given twice", "is also a column of " + scan.list_file, "keep one",
                line_of(*section("parameters")->get(name)));
    }
    if (scan.points != 0 && scan.points != parsed.list.rows())
      problem("scan.points", std::to_string(scan.points),
              "does not equal the rows of the list, " + std::to_string(parsed.list.rows()), "leave it out",
              line);
    scan.points = parsed.list.rows();
    scan.list = parsed.list;
    scan.list_hash = xxh3_hex(text.data(), text.size());
    scan.list_text = std::make_shared<const std::string>(std::move(text));
  }

  const toml::table& root_;
  const FileReader& read_list_;
  bool overridden_;
  std::shared_ptr<Model> model_;
  ProblemList problems_;
  ConfigResult result_;
};

}  // namespace

void read_setting(const SettingKey& key, const toml::node& node, Model& model, ProblemList& problems) {
  const std::string name = key.section + "." + key.name;
  std::optional<Objection> objection;
  if (std::holds_alternative<double>(key.default_value)) {
    const auto value = problems.number(name, node);
    if (!value) return;
    if (*value < key.lower || *value > key.upper)
      objection = {"must be from " + short_text(key.lower) + " to " + short_text(key.upper)};
    else
      objection = model.set(key, *value);
  } else if (!node.is_string()) {
    objection = {"must be one of " + key.choices, quotes_hint(node)};
  } else {
    objection = model.set(key, *node.value<std::string>());
  }
  if (objection) problems.add(name, node, objection->constraint, objection->hint);
}

ConfigResult read_config(const toml::table& root, const FileReader& read_list, bool overridden) {
  return Reader(root, read_list, overridden).read();
}

}  // namespace mutauscan
