#include "config_keys.hpp"

#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {
namespace {

template <class E>
ChoiceKey choice(std::string_view name, std::string meaning, E ModelSettings::*member,
                 KindSet kinds = KindSet::mutau) {
  return {name,
          std::move(meaning),
          enum_choices<E>(),
          kinds,
          [member](ModelSettings& settings, std::string_view text) {
            const auto value = parse_enum<E>(text);
            if (value) settings.*member = *value;
            return value.has_value();
          },
          [member](const ModelSettings& settings) { return std::string(name_of(settings.*member)); }};
}

/// A key of kind type1.
template <class E>
ChoiceKey choice(std::string_view name, std::string meaning, E Type1Settings::*member) {
  return {name,
          std::move(meaning),
          enum_choices<E>(),
          KindSet::type1,
          [member](ModelSettings& settings, std::string_view text) {
            const auto value = parse_enum<E>(text);
            if (value) settings.type1.*member = *value;
            return value.has_value();
          },
          [member](const ModelSettings& settings) { return std::string(name_of(settings.type1.*member)); }};
}

ChoiceKey radiative_corrections() {
  return {
      "radiative_corrections",
      "of light-neutrino masses: in the Casas-Ibarra relation, or in the masses that explicit Yukawas give",
      "\"none\" | \"one_loop\"",
      KindSet::type1,
      [](ModelSettings& settings, std::string_view text) {
        settings.type1.radiative_corrections = text == "one_loop";
        return text == "one_loop" || text == "none";
      },
      [](const ModelSettings& settings) {
        return std::string(settings.type1.radiative_corrections ? "one_loop" : "none");
      }};
}

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

const std::vector<ChoiceKey>& choice_keys() {
  using M = ModelSettings;
  static const std::vector<ChoiceKey> table = {
      choice("texture", "zeros of the right-handed mass matrix", &M::texture),
      choice("ordering", "light-neutrino mass ordering; follows nufit if that is given", &M::ordering,
             KindSet::both),
      choice("cp_branch", "which of the texture's two solutions δ ↔ 2π−δ", &M::cp_branch),
      choice("thermal_coefficients", "thermal masses of σ: one loop, as printed in the talk, or its estimate",
             &M::thermal_coefficients),
      choice("regulator", "width in the resonant propagator of the CP asymmetry", &M::regulator,
             KindSet::both),
      choice("temperature", "masses and couplings follow ⟨σ⟩(T), or stay at T_R", &M::temperature),
      choice("spectators", "chemical potentials of the plasma", &M::spectators, KindSet::both),
      choice("scatterings", "ΔL = 1 scatterings", &M::scatterings, KindSet::both),
      choice("delta_l2", "ΔL = 2 scatterings", &M::delta_l2, KindSet::both),
      choice("scalar_masses", "masses of the scalars in decays and self-energies", &M::scalar_masses),
      choice("sphaleron_factor", "baryons per B−L at sphaleron freeze-out", &M::sphaleron_factor,
             KindSet::both),
      choice("g_minus_2", "measurement and prediction of the muon anomalous moment (limits and likelihood)",
             &M::g_minus_2),
      choice("equations", "equations of thermal leptogenesis", &Type1Settings::equations),
      choice(
          "parametrisation",
          "what a point is given by besides M1, M2, M3: light neutrinos and a complex rotation, or the Dirac "
          "Yukawas h",
          &Type1Settings::parametrisation),
      choice("initial_abundance", "abundance of heavy neutrinos at the start; equations \"full\": vanishing",
             &Type1Settings::initial_abundance),
      radiative_corrections(),
  };
  return table;
}

const std::vector<NumberKey>& number_keys() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  using C = RunConfig;
  static const std::vector<NumberKey> table = {
      number<double>("model", "g_star", "relativistic degrees of freedom", 1.0, 1e4,
                     [](C& c) -> double& { return c.model.g_star; }),
      number<double>("limits", "Y_B_theory_factor", "theory error of Y_B: a factor up or down, one sigma",
                     1.01, 1e3, [](C& c) -> double& { return c.model.Y_B_theory_factor; }),
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
    std::vector<ConfigKey> keys = {{"model", "kind", enum_choices<ModelKind>(), "mutau",
                                    "U(1)_{Lμ−Lτ} with an inflaton, or the type-I seesaw in a hot plasma"}};
    for (const ChoiceKey& k : choice_keys())
      keys.push_back({"model", std::string(k.name), k.choices, k.get(defaults.model),
                      k.meaning + (k.kinds == KindSet::type1 ? " (kind type1)" : "")});
    std::string sets;
    for (const OscillationData& set : oscillation_data_sets())
      sets += (sets.empty() ? "\"" : " | \"") + std::string(set.name) + '"';
    keys.push_back({"model", "nufit", sets, "", "best-fit values for the oscillation parameters not given"});
    const auto add_numbers = [&](std::string_view section) {
      for (const NumberKey& k : number_keys())
        if (k.section == section)
          keys.push_back({std::string(k.section), std::string(k.name),
                          (k.whole ? "whole number, " : "") + format(k.lower) + " to " + format(k.upper),
                          format(k.get(defaults)), k.meaning});
    };
    add_numbers("model");
    keys.push_back({"limits", "nufit", sets, "model.nufit, else 5.1 noSK",
                    "the fit that limits and likelihoods of oscillation parameters compare with"});
    add_numbers("limits");
    keys.push_back({"parameters", "NAME", "number", "", "a fixed parameter"});
    keys.push_back(
        {"parameters", "NAME",
         "{ min =, max =, scale = \"linear\" | \"log\" | \"symlog\", n =, threshold = }", "",
         "an axis; n: grid points; threshold: linear region of symlog (default: 1e-3 of the larger end)"});
    keys.push_back({"parameters", "NAME", "{ values = [..] }", "", "an axis of discrete values"});
    keys.push_back(
        {"parameters", "NAME", "{ normal = [mean, sigma] }", "", "an axis with a Gaussian distribution"});
    keys.push_back(
        {"parameters", "NAME", "{ nufit = \"normal\" | \"3sigma\" }", "",
         "an oscillation parameter as the fit of model.nufit has it: Gaussian with its errors up and "
         "down (angles: in sin²θ), or uniform in its 3σ range"});
    keys.push_back({"scan", "sampler", enum_choices<SamplerKind>(), "sobol", "how points are placed"});
    keys.push_back({"scan", "points", "whole number from 1", "",
                    "number of points; grid: product of the axes' n; list: its rows"});
    keys.push_back({"scan", "seed", "whole number from 0", "1", "of every random choice"});
    keys.push_back(
        {"scan", "file", "path", "", "list: CSV with a header of parameter names, relative to the config"});
    add_numbers("solver");
    add_numbers("output");
    return keys;
  }();
  return table;
}

}  // namespace mutauscan
