#include "config_reader.hpp"

#include <algorithm>
#include <cmath>

#include "axis_reader.hpp"
#include "config_keys.hpp"
#include "mutauscan/physics/oscillation_data.hpp"
#include "point_list.hpp"

namespace mutauscan {
namespace {

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
    read_limits();
    read_parameters();
    read_numbers();
    read_scan();
    check_scan();
    result_.problems = std::move(problems_.list);
    return std::move(result_);
  }

 private:
  RunConfig& config() { return result_.config; }
  const toml::table* section(std::string_view name) const { return root_[name].as_table(); }

  void problem(std::string key, const toml::node& node, std::string constraint, std::string hint = "") {
    problems_.add(std::move(key), node, std::move(constraint), std::move(hint));
  }
  void problem(std::string key, std::string value, std::string constraint, std::string hint = "",
               unsigned line = 0) {
    problems_.add(std::move(key), std::move(value), std::move(constraint), std::move(hint), line);
  }

  void read_model() {
    const toml::table* table = section("model");
    if (!table) return;
    if (const auto* kind = table->get("kind"); kind && kind->is_string()) {
      if (const auto known = parse_enum<ModelKind>(*kind->value<std::string>()))
        config().model.kind = *known;
      else
        problem("model.kind", *kind, "must be one of " + enum_choices<ModelKind>());
    }
    bool ordering_given = false;
    const OscillationData* data = nullptr;
    for (const auto& [name, node] : *table) {
      const std::string key = "model." + std::string(name.str());
      if (find_number_key("model", name.str())) continue;  // read_numbers
      const auto choice = std::find_if(choice_keys().begin(), choice_keys().end(),
                                       [&, n = name.str()](const ChoiceKey& k) { return k.name == n; });
      if (choice == choice_keys().end() && name.str() != "kind" && name.str() != "nufit") {
        std::vector<std::string> known = {"kind", "nufit", "g_star"};
        for (const ChoiceKey& k : choice_keys()) known.emplace_back(k.name);
        problems_.add_unknown(key, node, known, "`mutauscan describe` lists the keys");
        continue;
      }
      const auto text = node.value<std::string>();
      if (!node.is_string() || !text) {
        problem(key, node, "must be a string", "write it in quotes");
      } else if (name.str() == "kind") {
        continue;
      } else if (choice == choice_keys().end() ? config().model.kind != ModelKind::mutau
                                               : !contains(choice->kinds, config().model.kind)) {
        problem(key, node, "is not a key of kind \"" + std::string(name_of(config().model.kind)) + "\"");
      } else if (name.str() == "nufit") {
        data = nufit_set(key, node);
      } else if (!choice->set(config().model, *text)) {
        problem(key, node, "must be one of " + choice->choices);
      }
      ordering_given |= name.str() == "ordering";
    }
    if (config().model.type1.equations == Type1Equations::full &&
        config().model.type1.initial_abundance == InitialAbundance::thermal)
      problem("model.initial_abundance", *table->get("initial_abundance"),
              "must be \"vanishing\" for equations \"full\"", "leave it out");
    if (!data) return;
    if (!ordering_given) config().model.ordering = data->ordering;
    check_ordering("model.nufit", *table->get("nufit"), *data);
    config().model.oscillation_fit = nufit_ = data;
    ModelPoint& p = config().space.fixed;
    p.theta12_deg = angle_deg(data->sin2_theta12.best);
    p.theta23_deg = angle_deg(data->sin2_theta23.best);
    p.theta13_deg = angle_deg(data->sin2_theta13.best);
    p.dm21_eV2 = data->dm21_eV2.best;
    p.dm3l_eV2 = data->dm3l_eV2.best;
    if (config().model.texture == Texture::none) p.delta_deg = data->delta_deg.best;
  }

  const OscillationData* nufit_set(const std::string& key, const toml::node& node) {
    const OscillationData* data = find_oscillation_data(node.value_or(std::string()));
    if (data) return data;
    std::string sets;
    for (const OscillationData& set : oscillation_data_sets()) sets += " " + std::string(set.name);
    problem(key, node, "must be a NuFIT data set", "one of" + sets);
    return nullptr;
  }

  void check_ordering(const std::string& key, const toml::node& node, const OscillationData& data) {
    if (config().model.ordering != data.ordering)
      problem(key, node, "is a fit for the other mass ordering", "change model.ordering or " + key);
  }

  /// What { nufit = ... } takes: model.nufit, else the default of the ordering.
  const OscillationData& fit_of_axes() {
    ModelSettings settings;
    settings.ordering = config().model.ordering;
    settings.oscillation_fit = nufit_;
    return oscillation_fit(settings);
  }

  /// The fit to compare with; numbers of the section are read by read_numbers.
  void read_limits() {
    const toml::table* table = section("limits");
    const toml::node* node = table ? table->get("nufit") : nullptr;
    if (!node) return;
    const OscillationData* data = nufit_set("limits.nufit", *node);
    if (!data) return;
    check_ordering("limits.nufit", *node, *data);
    config().model.oscillation_fit = data;
  }

  void read_parameters() {
    if (config().model.texture == Texture::mumu_tautau) config().space.fixed.vev_ratio = 0.0;
    const toml::table* table = section("parameters");
    static const toml::table empty;
    std::vector<std::string> known;
    for (const Parameter& p : parameters()) known.emplace_back(p.name);
    for (const auto& [name, node] : table ? *table : empty)
      if (!find_parameter(name.str()))
        problems_.add_unknown("parameters." + std::string(name.str()), node, known,
                              "`mutauscan describe` lists the parameters");

    // In the order of the parameter table, so that the order in the file does not change the sample.
    for (const Parameter& p : parameters()) {
      const toml::node* node = table ? table->get(p.name) : nullptr;
      if (!node) continue;
      const std::string key = "parameters." + std::string(p.name);
      if (!is_input(p, config().model)) {
        const auto [constraint, hint] = why_no_input(p, config().model);
        problem(key, *node, constraint, hint);
      } else if (const toml::table* axis = node->as_table()) {
        if (const auto read = read_axis(key, p, *axis, fit_of_axes(), problems_))
          config().space.axes.push_back(*read);
      } else if (const auto value = problems_.number(key, *node)) {
        config().space.fixed.*p.member = *value;
        if (!p.domain.contains(*value)) problem(key, *node, constraint_of(p));
      }
    }
    check_parameters(table ? *table : empty);
  }

  /// Smallest and largest value a parameter can take (a Gaussian: its mean).
  std::pair<double, double> extent(const char* name) {
    const Parameter* p = find_parameter(name);
    for (const Axis& axis : config().space.axes)
      if (axis.parameter == p) {
        if (std::holds_alternative<NormalAxis>(axis.shape) || std::holds_alternative<NufitAxis>(axis.shape))
          return {axis.at(0.5), axis.at(0.5)};
        if (const auto* values = std::get_if<ValuesAxis>(&axis.shape)) {
          const auto [lo, hi] = std::minmax_element(values->values.begin(), values->values.end());
          return {*lo, *hi};
        }
        return {axis.at(0.0), axis.at(1.0)};
      }
    return {config().space.fixed.*p->member, config().space.fixed.*p->member};
  }

  void check_parameters(const toml::table& given) {
    if (config().model.kind == ModelKind::type1) return;
    const auto line = [&](const char* name) { return given.contains(name) ? line_of(*given.get(name)) : 0U; };
    const double least = extent("f_N1").first + extent("f_N2").first + extent("f_N3").first;
    if (least > 2.0 * (1.0 + 1e-14)) {
      unsigned at = 0;
      for (const char* f : {"f_N1", "f_N2", "f_N3"}) at = std::max(at, line(f));
      problem("parameters.f_N1 + f_N2 + f_N3", short_text(least), "must be at most 2",
              "an inflaton decays to two particles; those not given default to 2/3 each", at);
    }
    const bool normal = config().model.ordering == Ordering::normal;
    const auto [dm_min, dm_max] = extent("dm3l_eV2");
    if (normal ? dm_min <= 0.0 : dm_max >= 0.0)
      problem("parameters.dm3l_eV2", short_text(normal ? dm_min : dm_max),
              normal ? "must be positive for ordering \"NO\"" : "must be negative for ordering \"IO\"",
              normal ? "" : "e.g. model.nufit = \"5.1/IO_noSK\" sets it", line("dm3l_eV2"));
    const bool sigma1_alone = config().model.texture == Texture::mumu_tautau;
    const auto [ratio_min, ratio_max] = extent("vev_ratio");
    if (sigma1_alone ? ratio_max > 0.0 : ratio_min <= 0.0)
      problem("parameters.vev_ratio", short_text(sigma1_alone ? ratio_max : ratio_min),
              sigma1_alone ? "must be 0 for texture \"mumu_tautau\": it has no sigma2" : "must be positive",
              sigma1_alone ? "leave it out" : "", line("vev_ratio"));
  }

  static const NumberKey* find_number_key(std::string_view section, std::string_view name) {
    for (const NumberKey& key : number_keys())
      if (key.section == section && key.name == name) return &key;
    return nullptr;
  }

  void read_numbers() {
    for (const char* name : {"model", "limits", "solver", "output"}) {
      const toml::table* table = section(name);
      if (!table) continue;
      std::vector<std::string> known;
      for (const NumberKey& k : number_keys())
        if (k.section == name) known.emplace_back(k.name);
      if (std::string_view(name) == "limits") known.emplace_back("nufit");
      for (const auto& [inner, node] : *table) {
        const std::string key = std::string(name) + "." + std::string(inner.str());
        if (key == "limits.nufit") continue;  // read_limits
        const NumberKey* entry = find_number_key(name, inner.str());
        if (!entry) {
          if (std::string_view(name) != "model")
            problems_.add_unknown(key, node, known, "`mutauscan describe` lists the keys");
          continue;
        }
        const auto value = problems_.number(key, node);
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
          problem(key, node, "must be one of " + enum_choices<SamplerKind>());
      } else if (name.str() == "points") {
        if (const auto n = problems_.whole_number(key, node, 1, 1e15)) config().scan.points = *n;
      } else if (name.str() == "seed") {
        if (const auto n = problems_.whole_number(key, node, 0, 9007199254740992.0)) config().scan.seed = *n;
      } else if (name.str() == "file") {
        if (node.is_string())
          config().scan.list_file = *node.value<std::string>();
        else
          problem(key, node, "must be a path in quotes");
      } else {
        problems_.add_unknown(key, node, {"sampler", "points", "seed", "file"},
                              "[scan] takes sampler, points, seed, file");
      }
    }
  }

  void check_scan() {
    const toml::table* table = section("scan");
    if (!table) return;
    ScanSettings& scan = config().scan;
    const unsigned line = line_of(*table);
    const bool points_given = table->contains("points");
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
        problem("parameters." + std::string(axis.parameter->name), "axis", "needs `n` for sampler \"grid\"",
                "n = 11, or { values = [..] }", line_of(*section("parameters")->get(axis.parameter->name)));
      product *= double(std::max<std::uint64_t>(axis.grid_size(), 1));
    }
    if (product > 1e15)
      return problem("scan", short_text(product) + " points", "a grid may have at most 1e15 points", "",
                     line);
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
      problem("parameters." + std::string(config().space.axes.front().parameter->name), "axis",
              "cannot be an axis with sampler \"list\"", "put its values into " + scan.list_file,
              line_of(*section("parameters")->get(config().space.axes.front().parameter->name)));
    std::string text;
    try {
      text = read_list_(scan.list_file);
    } catch (const std::exception& error) {
      return problem("scan.file", scan.list_file, error.what(), "the path is relative to the config file",
                     line);
    }
    const PointListResult parsed = parse_point_list(text, config().model);
    for (const std::string& message : parsed.problems)
      problem("scan.file", scan.list_file, message, "", line);
    for (const Parameter* p : parsed.list.parameters)
      if (section("parameters") && section("parameters")->contains(p->name))
        problem("parameters." + std::string(p->name), "given twice", "is also a column of " + scan.list_file,
                "keep one", line_of(*section("parameters")->get(p->name)));
    if (scan.points != 0 && scan.points != parsed.list.rows())
      problem("scan.points", std::to_string(scan.points),
              "does not equal the rows of the list, " + std::to_string(parsed.list.rows()), "leave it out",
              line);
    scan.points = parsed.list.rows();
    scan.list = parsed.list;
    scan.list_hash = xxh3_hex(text.data(), text.size());
  }

  const toml::table& root_;
  const FileReader& read_list_;
  bool overridden_;
  const OscillationData* nufit_ = nullptr;  ///< model.nufit, if given
  ProblemList problems_;
  ConfigResult result_;
};

}  // namespace

ConfigResult read_config(const toml::table& root, const FileReader& read_list, bool overridden) {
  return Reader(root, read_list, overridden).read();
}

}  // namespace mutauscan
