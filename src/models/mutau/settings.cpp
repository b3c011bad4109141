#include "settings.hpp"

namespace mutauscan {
namespace {

using S = MutauSettings;

std::string names_of_fits() {
  std::string names;
  for (const OscillationData& set : oscillation_data_sets())
    names += (names.empty() ? "\"" : " | \"") + std::string(set.name) + '"';
  return names;
}

/// What follows from nufit and limits.nufit.
void follow_fits(MutauSettings& s) {
  if (s.nufit && !s.ordering_given) s.model.ordering = s.nufit->ordering;
  s.model.oscillation_fit = s.limits_nufit ? s.limits_nufit : s.nufit;
}

SettingRow<S> fit(SettingKey key, const OscillationData* MutauSettings::*member) {
  return {std::move(key),
          [member](S& s, const SettingValue& value) {
            const OscillationData* data = find_oscillation_data(std::get<std::string>(value));
            if (!data) return false;
            s.*member = data;
            follow_fits(s);
            return true;
          },
          [](const S& s) -> SettingValue { return std::string(oscillation_fit(s.model).name); }};
}

SettingRow<S> texture() {
  SettingRow<S> row = word<S, Texture>("texture",
                                       "zeros of the right-handed mass matrix; not given: etau_tautau where "
                                       "that has a solution and emu_mumu has none",
                                       [](S& s) -> Texture& { return s.model.texture; });
  row.set = [set = row.set](S& s, const SettingValue& value) {
    s.texture_given = true;
    return set(s, value);
  };
  return row;
}

SettingRow<S> ordering() {
  SettingRow<S> row =
      word<S, Ordering>("ordering", "light-neutrino mass ordering; follows nufit if that is given",
                        [](S& s) -> Ordering& { return s.model.ordering; });
  row.set = [set = row.set](S& s, const SettingValue& value) {
    s.ordering_given = true;
    return set(s, value);
  };
  return row;
}

SettingRow<S> thermal_potential() {
  SettingRow<S> row =
      word<S, ThermalPotential>("thermal_potential",
                                "vacuum of σ at temperature T: potential to two loops, to one, or thermal "
                                "masses alone; talk and estimate: "
                                "high_temperature",
                                [](S& s) -> ThermalPotential& { return s.model.thermal_potential; });
  row.key.before = std::string(name_of(ThermalPotential::high_temperature));
  row.set = [set = row.set](S& s, const SettingValue& value) {
    s.potential_given = true;
    return set(s, value);
  };
  row.get = [](const S& s) -> SettingValue {
    return std::string(name_of(s.model.effective_thermal_potential()));
  };
  return row;
}

SettingRow<S> judging(SettingRow<S> row) {
  row.key.judges = true;
  return row;
}

}  // namespace

const std::vector<SettingRow<MutauSettings>>& mutau_settings() {
  static const std::vector<SettingRow<S>> rows = {
      texture(),
      ordering(),
      word<S, CpBranch>("cp_branch", "which of the texture's two solutions δ ↔ 2π−δ",
                        [](S& s) -> CpBranch& { return s.model.cp_branch; }),
      word<S, ThermalCoefficients>("thermal_coefficients",
                                   "thermal masses of σ: one loop, as printed in the talk, or its estimate",
                                   [](S& s) -> ThermalCoefficients& { return s.model.thermal_coefficients; }),
      thermal_potential(),
      stored_since(
          word<S, Coherence>("coherence",
                             "decays of right-handed neutrinos that overlap: to all orders in mixing, "
                             "the closed form of one pair, or each by itself with a regulator",
                             [](S& s) -> Coherence& { return s.model.coherence; }),
          "none"),
      word<S, InitialState>("initial_state",
                            "what the inflaton decays into: f_N1, f_N2, f_N3 mass eigenstates, or what "
                            "couplings c_ee, c_μτ make",
                            [](S& s) -> InitialState& { return s.model.initial_state; }),
      word<S, Regulator>("regulator",
                         "width in the resonant propagator of single neutrinos' CP asymmetries (columns "
                         "eps_*; with coherence \"none\" Y_B, too)",
                         [](S& s) -> Regulator& { return s.model.regulator; }),
      word<S, TemperatureMode>("temperature", "masses and couplings follow ⟨σ⟩(T), or stay at T_R",
                               [](S& s) -> TemperatureMode& { return s.model.temperature; }),
      word<S, Spectators>("spectators", "chemical potentials of the plasma",
                          [](S& s) -> Spectators& { return s.model.spectators; }),
      word<S, Scatterings>("scatterings", "ΔL = 1 scatterings",
                           [](S& s) -> Scatterings& { return s.model.scatterings; }),
      word<S, DeltaL2>("delta_l2", "ΔL = 2 scatterings", [](S& s) -> DeltaL2& { return s.model.delta_l2; }),
      word<S, ScalarMasses>("scalar_masses", "masses of the scalars in decays and self-energies",
                            [](S& s) -> ScalarMasses& { return s.model.scalar_masses; }),
      word<S, SphaleronFactor>("sphaleron_factor", "baryons per B−L at sphaleron freeze-out",
                               [](S& s) -> SphaleronFactor& { return s.model.sphaleron_factor; }),
      judging(word<S, GMinus2>(
          "g_minus_2", "measurement and prediction of the muon anomalous moment (limits and likelihood)",
          [](S& s) -> GMinus2& { return s.model.g_minus_2; })),
      fit({"model", "nufit", "best-fit values for the oscillation parameters not given", names_of_fits(), "",
           0.0, 0.0, false, /*is_stored=*/false},
          &S::nufit),
      number<S>("model", "g_star", "relativistic degrees of freedom", 1.0, 1e4,
                [](S& s) -> double& { return s.model.g_star; }),
      fit({"limits", "nufit", "the fit that limits and likelihoods of oscillation parameters compare with",
           names_of_fits(), "model.nufit, else 5.1 noSK", 0.0, 0.0, /*judges=*/true},
          &S::limits_nufit),
      judging(number<S>("limits", "Y_B_theory_factor", "theory error of Y_B: a factor up or down, one sigma",
                        1.01, 1e3, [](S& s) -> double& { return s.model.Y_B_theory_factor; })),
  };
  return rows;
}

}  // namespace mutauscan
