#include "config_keys.hpp"

#include <algorithm>

namespace mutauscan {
namespace {

template <class T>
NumberKey number(std::string_view section, std::string_view name, std::string meaning, double lower,
                 double upper, T& (*member)(RunConfig&)) {
  return {section,
          name,
          std::move(meaning),
          std::is_integral_v<T>,
          lower,
          upper,
          [member](RunConfig& config, double value) { member(config) = static_cast<T>(value); },
          [member](const RunConfig& config) { return double(member(const_cast<RunConfig&>(config))); }};
}

}  // namespace

const std::vector<SolverChoiceKey>& solver_choice_keys() {
  static const std::vector<SolverChoiceKey> table = {
      {"neutrinos",
       "right-handed neutrinos integrated by CVODE: those too slow to be eliminated, or, as a check, all of "
       "every "
       "point (many times slower)",
       enum_choices<NeutrinoEquations>(),
       [](SolverSettings& settings, std::string_view text) {
         const auto value = parse_enum<NeutrinoEquations>(text);
         if (value) settings.neutrinos = *value;
         return value.has_value();
       },
       [](const SolverSettings& settings) { return std::string(name_of(settings.neutrinos)); }},
  };
  return table;
}

const std::vector<NumberKey>& number_keys() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  using C = RunConfig;
  static const std::vector<NumberKey> table = {
      number<double>("solver", "rtol", "relative tolerance of the Boltzmann solver", 1e-13, 1e-2,
                     [](C& c) -> double& { return c.solver.rtol; }),
      number<double>("solver", "atol", "absolute tolerance on the asymmetries n/s", 1e-40, 1e-6,
                     [](C& c) -> double& { return c.solver.atol; }),
      number<std::uint64_t>("solver", "max_steps", "integration steps per point", 10, 1e9,
                            [](C& c) -> std::uint64_t& { return c.solver.max_steps; }),
      number<double>("solver", "point_time_limit_s", "wall time per point [s]", 1e-3, inf,
                     [](C& c) -> double& { return c.solver.point_time_limit_s; }),
      number<std::uint64_t>("output", "chunk_rows", "rows per file", 1, 1e7,
                            [](C& c) -> std::uint64_t& { return c.output.store.chunk_rows; }),
      number<int>("output", "compression", "deflate level, 0: none", 0, 9,
                  [](C& c) -> int& { return c.output.store.compression; }),
      number<double>("output", "flush_seconds", "write a file at least this often [s]", 0.01, 86400.0,
                     [](C& c) -> double& { return c.output.flush_seconds; }),
  };
  return table;
}

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> table = [] {
    const RunConfig defaults;
    const auto format = [](double x) {
      char text[32];
      std::snprintf(text, sizeof text, "%.12g", x);
      return std::string(text);
    };
    std::string meanings;
    for (const ModelKind* kind : model_kinds()) meanings += (meanings.empty() ? "" : ", or ") + kind->meaning;
    std::vector<ConfigKey> keys = {
        {"model", "kind", model_kind_choices(), model_kinds().front()->name, meanings}};
    const auto add_settings = [&](std::string_view section) {
      for (const ModelKind* kind : model_kinds())
        for (const SettingKey& k : kind->settings) {
          const auto same = [&](const ConfigKey& other) {
            return other.section == k.section && other.name == k.name;
          };
          if (k.section != section || std::any_of(keys.begin(), keys.end(), same)) continue;
          const double* number = std::get_if<double>(&k.default_value);
          keys.push_back({k.section, k.name, number ? format(k.lower) + " to " + format(k.upper) : k.choices,
                          number ? format(*number) : std::get<std::string>(k.default_value),
                          k.meaning + (kind == model_kinds().front() ? "" : " (kind " + kind->name + ")")});
        }
    };
    const auto add_numbers = [&](std::string_view section) {
      for (const NumberKey& k : number_keys())
        if (k.section == section)
          keys.push_back({std::string(k.section), std::string(k.name),
                          (k.whole ? "whole number, " : "") + format(k.lower) + " to " + format(k.upper),
                          format(k.get(defaults)), k.meaning});
    };
    add_settings("model");
    add_settings("limits");
    keys.push_back({"parameters", "NAME", "number", "", "a fixed parameter"});
    keys.push_back(
        {"parameters", "NAME",
         "{ min =, max =, scale = \"linear\" | \"log\" | \"symlog\", n =, threshold =, periodic = }", "",
         "an axis; n: grid points, 2 to 1e9; threshold: linear region of symlog (default: 1e-3 of "
         "the larger end); periodic: true if both ends are one point, for adaptive samplers"});
    keys.push_back({"parameters", "NAME", "{ values = [..] }", "", "an axis of discrete values"});
    keys.push_back(
        {"parameters", "NAME", "{ normal = [mean, sigma] }", "", "an axis with a Gaussian distribution"});
    keys.push_back(
        {"parameters", "NAME", "{ nufit = \"normal\" | \"3sigma\" }", "",
         "an oscillation parameter as the fit of model.nufit has it: Gaussian with its errors up and "
         "down (angles: in sin²θ), or uniform in its 3σ range"});
    keys.push_back({"scan", "sampler", enum_choices<SamplerKind>(), "sobol", "how points are placed"});
    keys.push_back({"scan", "points", "whole number, 1 to " + std::to_string(most_points), "",
                    "number of points; grid: product of the axes' n; list: its rows"});
    keys.push_back({"scan", "seed", "whole number, 0 to " + std::to_string(largest_seed), "1",
                    "of every random choice"});
    keys.push_back(
        {"scan", "file", "path", "", "list: CSV with a header of parameter names, relative to the config"});
    keys.push_back({"scan", "loglike", "\"auto\" or [\"g2\", ...]", "auto",
                    "adaptive samplers: the columns loglike_NAME whose sum they look at; auto: all"});
    keys.push_back({"scan", "require_allowed", "true | false", "true",
                    "adaptive samplers: a point that hard limits exclude counts as ln L = -inf"});
    keys.push_back({"scan", "profile", "[\"AXIS\", \"AXIS\"]", "",
                    "profile: the plane whose cells are maximised in; several planes: a list of such lists"});
    keys.push_back({"scan", "window", "[[low, high], [low, high]]", "the ranges of the axes",
                    "profile: the part of the plane that is cut into cells, in values of the parameters"});
    for (const AdaptiveKey& k : adaptive_keys()) {
      std::string defaults_of_kinds, names;
      for (const AdaptiveKind& kind : adaptive_kinds()) {
        if (!k.is_for(kind.kind)) continue;
        AdaptiveSettings settings;
        settings.size = kind.size;
        settings.islands = kind.islands;
        settings.ess = kind.ess;
        const std::string value = format(k.get(settings));
        names += (names.empty() ? "" : ", ") + std::string(name_of(kind.kind));
        defaults_of_kinds += (defaults_of_kinds.empty() ? "" : ", ") + value;
      }
      if (!names.empty())
        keys.push_back({"scan", std::string(k.name),
                        (k.whole ? "whole number, " : "") + format(k.lower) + " to " + format(k.upper),
                        defaults_of_kinds, names + ": " + k.meaning});
    }
    add_numbers("solver");
    for (const SolverChoiceKey& k : solver_choice_keys())
      keys.push_back({"solver", std::string(k.name), k.choices, k.get(defaults.solver), k.meaning});
    add_numbers("output");
    return keys;
  }();
  return table;
}

}  // namespace mutauscan
