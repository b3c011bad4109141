#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>

#include <spdlog/spdlog.h>

#include "config_report.hpp"
#include "describe_text.hpp"
#include "mutauscan/config/adaptive.hpp"
#include "mutauscan/config/config.hpp"
#include "mutauscan/config/nearest_name.hpp"
#include "verbs.hpp"

namespace mutauscan::cli {
namespace {

constexpr std::uint64_t points_of_start = 4096;
constexpr double grid_points_of_start = 5000.0;
constexpr std::uint64_t points_at_most_of_start = 100'000;  // of samplers that learn, which stop before

/// With all its digits, none more than it takes.
std::string exact_text(double x) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, x).ptr};
}

std::string toml_text(const SettingValue& value) {
  const double* number = std::get_if<double>(&value);
  return number ? exact_text(*number) : '"' + std::get<std::string>(value) + '"';
}

/// The axis that a parameter gets, as TOML: what the model proposes; the fit of a measured one; its domain,
/// if that is bounded; else a factor of three around its value.
std::string axis_text(const RunConfig& config, std::size_t parameter, std::uint64_t grid_n) {
  const Model& model = *config.model;
  const Parameter& p = model.kind().parameters[parameter];
  const std::string n = grid_n == 0 ? "" : ", n = " + std::to_string(grid_n);
  const auto range = [&](double min, double max, bool is_log) {
    return "{ min = " + number_text(min) + ", max = " + number_text(max) +
           (is_log ? ", scale = \"log\"" : "") + n + " }";
  };
  for (const StartOfScan::Range& r : model.kind().start.ranges)
    if (r.parameter == p.name) return range(r.min, r.max, r.is_log);
  if (model.measured(parameter)) return grid_n == 0 ? "{ nufit = \"normal\" }" : "{ nufit = \"3sigma\" }";
  const double value = model.default_of(parameter);
  const auto inside = [&](double x) { return std::clamp(x, p.domain.lower, p.domain.upper); };
  if (std::isfinite(p.domain.lower) && std::isfinite(p.domain.upper) && p.domain.includes_lower)
    return range(p.domain.lower, p.domain.upper, false);
  if (value == 0.0) return range(inside(-1.0), inside(1.0), false);
  const auto [low, high] = std::minmax({inside(value / 3.0), inside(3.0 * value)});
  return range(low, high, true);
}

/// "# unit; domain: meaning"
std::string remark_of(const Parameter& p) {
  const std::string domain = domain_text(p);
  return std::string("   # ") + (p.unit == "1" ? "" : p.unit + "; ") + (domain.empty() ? "" : domain + "; ") +
         p.meaning;
}

struct Start {
  const ModelKind* kind;
  std::vector<std::pair<std::string, std::string>> settings;  ///< key of [model] and its value, as TOML
  std::vector<std::string> axes;
  SamplerKind sampler;
};

std::uint64_t grid_n(const Start& start) {
  if (start.sampler != SamplerKind::grid) return 0;
  return std::uint64_t(
      std::max(2.0, std::floor(std::pow(grid_points_of_start, 1.0 / double(start.axes.size())))));
}

/// What is not at its default: [model] and [scan].
std::string head(const Start& start) {
  std::string text = "[model]\nkind = \"" + start.kind->name + "\"\n";
  for (const auto& [key, value] : start.settings) text += key + " = " + value + "\n";
  return text;
}

std::string scan_section(const Start& start) {
  std::string text = "[scan]\nsampler = \"" + std::string(name_of(start.sampler)) + "\"   # " +
                     enum_choices<SamplerKind>() + "\n";
  if (start.sampler == SamplerKind::list)
    text += "file = \"points.csv\"   # a line with the names, such as " + start.axes.front() +
            ", then a point a line\n";
  else if (find_adaptive_kind(start.sampler))
    text += "points = " + std::to_string(points_at_most_of_start) + "   # at most\n";
  else if (start.sampler != SamplerKind::grid)
    text += "points = " + std::to_string(points_of_start) + "\n";
  if (start.sampler == SamplerKind::profile && start.axes.size() > 1)
    text += "profile = [\"" + start.axes[0] + "\", \"" + start.axes[1] + "\"]\n";
  return text + "seed = 1\n";
}

std::string list_of_start(const Start& start, const RunConfig& config) {
  std::string names, values;
  for (const std::string& axis : start.axes) {
    names += (names.empty() ? "" : ",") + axis;
    values += (values.empty() ? "" : ",") +
              number_text(config.model->default_of(*start.kind->find_parameter(axis)));
  }
  return names + "\n" + values + "\n";
}

/// A key that keeps its default, as a comment.
std::string commented(const std::string& key, const std::string& value, const std::string& meaning,
                      const std::string& choices) {
  return "# " + key + " = " + value + "   # " + meaning + (choices.empty() ? "" : "; " + choices) + "\n";
}

std::string settings_left(const Start& start, const RunConfig& config, const std::string& section) {
  std::string text;
  for (const SettingKey& key : start.kind->settings) {
    const bool is_set = std::any_of(start.settings.begin(), start.settings.end(), [&](const auto& setting) {
      return section == "model" && setting.first == key.name;
    });
    if (key.section != section || is_set) continue;
    const bool is_number = std::holds_alternative<double>(key.default_value);
    text += commented(key.name, toml_text(config.model->get(key)), key.meaning,
                      is_number ? number_text(key.lower) + " to " + number_text(key.upper) : key.choices);
  }
  return text;
}

/// Whether a key of [scan] means something to a sampler.
bool is_for(const std::string& name, SamplerKind sampler) {
  if (name == "window") return sampler == SamplerKind::profile;
  if (name == "loglike" || name == "require_allowed") return find_adaptive_kind(sampler) != nullptr;
  for (const AdaptiveKey& key : adaptive_keys())
    if (key.name == name) return key.is_for(sampler);
  return true;
}

std::string keys_left(const std::string& section, SamplerKind sampler) {
  std::string text;
  for (const ConfigKey& key : config_keys())
    if (key.section == section && !key.default_value.empty() && key.name != "sampler" && key.name != "seed" &&
        is_for(key.name, sampler))
      text += commented(key.name,
                        key.choices.starts_with('"') ? '"' + key.default_value + '"' : key.default_value,
                        key.meaning, key.choices);
  return text;
}

std::string whole_text(const Start& start, const RunConfig& config) {
  const std::vector<Parameter>& parameters = start.kind->parameters;
  const auto is_axis = [&](const Parameter& p) {
    return std::find(start.axes.begin(), start.axes.end(), p.name) != start.axes.end();
  };
  std::string text = "# A scan of kind \"" + start.kind->name + "\": " + start.kind->meaning +
                     ".\n# Lines that begin with # show what a key is if it is not given. Try, run:\n"
                     "#   mutauscan check my.toml\n#   mpirun -n 2 mutauscan scan my.toml --out RUN\n\n" +
                     head(start) + settings_left(start, config, "model") + "\n[parameters]\n";
  if (start.sampler != SamplerKind::list)
    for (std::size_t i = 0; i < parameters.size(); ++i)
      if (is_axis(parameters[i]))
        text += parameters[i].name + " = " + axis_text(config, i, grid_n(start)) + remark_of(parameters[i]) +
                "\n";
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (!is_axis(parameters[i]) && config.model->is_input(i))
      text += "# " + parameters[i].name + " = " + exact_text(config.space.fixed[i]) +
              remark_of(parameters[i]) + "\n";
  text += "\n" + scan_section(start) + keys_left("scan", start.sampler);
  if (const std::string limits = settings_left(start, config, "limits"); !limits.empty())
    text += "\n[limits]\n" + limits;
  return text + "\n[solver]\n" + keys_left("solver", start.sampler) + "\n[output]\n" +
         keys_left("output", start.sampler);
}

/// Nothing if something that was asked for does not exist, which has then been said.
std::optional<Start> start_of(const InitOptions& options) {
  const ModelKind* kind = find_model_kind(options.model);
  if (!kind) {
    spdlog::error("--model {}: must be one of {}", options.model, model_kind_choices());
    return std::nullopt;
  }
  const auto sampler = parse_enum<SamplerKind>(options.sampler);
  if (!sampler) {
    spdlog::error("--sampler {}: must be one of {}", options.sampler, enum_choices<SamplerKind>());
    return std::nullopt;
  }
  Start start{kind, {}, options.axes, *sampler};
  if (!options.ordering.empty()) {
    const SettingKey* ordering = kind->find_setting("model", "ordering");
    if (!ordering || kind->make()->set(*ordering, options.ordering)) {
      spdlog::error(
          "--ordering {}: {}", options.ordering,
          ordering ? "must be one of " + ordering->choices : "kind \"" + kind->name + "\" has none");
      return std::nullopt;
    }
  }
  const std::string ordering = options.ordering.empty() ? "NO" : options.ordering;
  for (const StartOfScan::Setting& setting : kind->start.settings)
    if (setting.ordering == ordering) start.settings.emplace_back(setting.key, '"' + setting.value + '"');
  if (start.axes.empty())
    for (std::size_t i = 0; i < kind->start.axes; ++i) start.axes.push_back(kind->start.ranges[i].parameter);
  std::vector<std::string> names;
  for (const Parameter& p : kind->parameters) names.push_back(p.name);
  for (const std::string& axis : start.axes)
    if (!kind->find_parameter(axis)) {
      const std::string near = nearest_name(axis, names);
      spdlog::error("--axes {}: is no parameter of kind \"{}\"{}", axis, kind->name,
                    near.empty() ? "; `mutauscan describe` lists them" : "; did you mean `" + near + "`?");
      return std::nullopt;
    }
  return start;
}

}  // namespace

int init(const InitOptions& options) {
  const auto start = start_of(options);
  if (!start) return bad_usage;
  const ConfigResult settings = parse_config(head(*start), {});
  if (print_problems(settings, "init")) return bad_usage;
  const std::string text = whole_text(*start, settings.config);
  const ConfigResult whole =
      parse_config(text, [&](const std::string&) { return list_of_start(*start, settings.config); });
  if (print_problems(whole, "init")) return bad_usage;
  std::cout << text;
  return success;
}

}  // namespace mutauscan::cli
