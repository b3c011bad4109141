#include "columns.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <nlohmann/json.hpp>

#include "mutauscan/core/units.hpp"
#include "mutauscan/models/column_table.hpp"
#include "mutauscan/physics/measurements.hpp"

namespace mutauscan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double degrees(double radians) { return radians / units::degree; }

/// A parameter's column holds the input, or what the point derived in its place (texture none: h_etau,
/// M_mutau; two-zero textures: phases and Dirac couplings).
std::function<double(const PointResult&)> parameter_value(const PointParameter& p) {
  const std::string_view name = p.parameter.name;
  const auto input = [&p](const PointResult& r) { return r.point.*p.member; };
  if (p.applies_to == AppliesTo::all_textures) return input;

  std::function<double(const PointResult&)> derived = [](const PointResult&) { return nan; };
  const auto& nu = &PointResult::neutrinos;
  const auto& yukawa = &PointResult::seesaw;
  if (name == "h_etau") derived = from(yukawa, [](const Seesaw& s) { return std::abs(s.h_etau); });
  if (name == "M_mutau") derived = from(yukawa, [](const Seesaw& s) { return std::abs(s.M_mutau); });
  if (name == "lambda_e") derived = from(yukawa, [](const Seesaw& s) { return s.lambda(flavour::e); });
  if (name == "lambda_mu") derived = from(yukawa, [](const Seesaw& s) { return s.lambda(flavour::mu); });
  if (name == "lambda_tau") derived = from(yukawa, [](const Seesaw& s) { return s.lambda(flavour::tau); });
  if (name == "lambda_large")
    derived = from(
        yukawa, [](const Seesaw& s) { return s.lambda(s.b == flavour::tau ? flavour::mu : flavour::tau); });
  if (name == "delta_deg") derived = from(nu, [](const LightNeutrinos& n) { return degrees(n.delta); });
  if (name == "eta2_deg") derived = from(nu, [](const LightNeutrinos& n) { return degrees(n.eta2); });
  if (name == "eta3_deg") derived = from(nu, [](const LightNeutrinos& n) { return degrees(n.eta3); });
  if (name == "m_lightest_eV")
    derived = from(nu, [](const LightNeutrinos& n) { return n.mass.minCoeff() / units::eV; });
  return [&p, input, derived](const PointResult& r) { return is_input(p, r.model) ? input(r) : derived(r); };
}

/// {choice: {"value": ..., "error": ...}}, by the names that model.g_minus_2 takes.
std::string g_minus_2_measurements_json() {
  nlohmann::json choices;
  for (const GMinus2Measurement& m : g_minus_2_measurements())
    choices[std::string(name_of(m.choice))] = {{"value", m.value}, {"error", m.sigma}};
  return choices.dump();
}

/// What leptons an inflaton leaves, by model.coherence, all at T_R.
void add_cp_source_columns(ColumnTable<PointResult>& c) {
  const auto& source = &PointResult::cp_source;
  const std::pair<const char*, const char*> flavours[] = {{"e", "e"}, {"mu", "μ"}, {"tau", "τ"}};
  for (int alpha = 0; alpha < 3; ++alpha) {
    const auto [name, symbol] = flavours[alpha];
    c.real(std::string("cp_source_") + name, "1", std::string("S_") + symbol,
           std::string("leptons minus antileptons of flavour ") + name +
               " per inflaton decay, cascades included, at T_R",
           from(source, [alpha](const InflatonSource& s) { return s.total(alpha); }));
  }
  c.real("cp_source_resonant", "1", "S_res",
         "part of the sum over flavours from mixing of neutrinos that overlap",
         from(source, [](const InflatonSource& s) { return s.resonant; }));
  c.real("cp_source_direct", "1", "S_dir", "part from vertices and mixing that is not resummed",
         from(source, [](const InflatonSource& s) { return s.direct; }));
  const auto& decays = &PointResult::decays;
  c.real("splitting_over_width", "1", "ΔM/Γ",
         "mass difference over mean width of the most degenerate pair of right-handed neutrinos at T_R",
         from(decays, [](const NeutrinoDecays& d) { return splitting_over_width(d); }));
  c.integer(
      "decay_treatment", "decays", "right-handed neutrinos as they decay at T_R; -1: not reached",
      integer_from(decays,
                   [](const NeutrinoDecays& d) {
                     if (d.coherence == Coherence::none) return 0;
                     if (d.coherence == Coherence::pair) return 1;
                     return 2 + int(d.mixing->overlaps(0, 1)) + int(d.mixing->overlaps(1, 2));
                   }),
      R"({"-1":"not reached","0":"single neutrinos, regulator","1":"closed form of a pair",)"
      R"("2":"density matrix, none overlap","3":"density matrix, a pair","4":"density matrix, all three"})");
  c.integer(
      "initial_state_predictive", "ρ0 fixed",
      "0: unequal f_I of two neutrinos closer than their width, which only couplings of the inflaton make a "
      "prediction; -1: not reached",
      [](const PointResult& r) {
        return r.decays ? double(initial_state_is_predictive(*r.decays, r.model.initial_state)) : -1.0;
      });
}

}  // namespace

MutauColumns::MutauColumns() : layout_(make()) {
  for (const auto& [name, member] : limit_input_columns())
    inputs_.emplace_back(layout_.position(name), member);
  for (const AssessedColumn& column : assessed_)
    assessed_positions_.push_back(layout_.position(column.column.name));
}

const MutauColumns& MutauColumns::table() {
  static const MutauColumns columns;
  return columns;
}

void MutauColumns::assess(std::span<double> row, const ModelSettings& settings) const {
  LimitInputs inputs;
  for (const auto& [position, member] : inputs_) inputs.*member = row[position];
  const Assessment assessment = mutauscan::assess(inputs, settings);
  for (std::size_t i = 0; i < assessed_.size(); ++i)
    row[assessed_positions_[i]] = assessed_[i].value(assessment);
}

std::vector<Column> MutauColumns::make() {
  ColumnTable<PointResult>& c = results_;
  for (const PointParameter& p : parameters())
    c.real(p.parameter.name, p.parameter.unit, p.parameter.symbol, p.parameter.meaning, parameter_value(p));

  const auto& nu = &PointResult::neutrinos;
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    c.real("m" + n + "_eV", "eV", "m_" + n, "mass of light neutrino " + n,
           from(nu, [i](const LightNeutrinos& l) { return l.mass(i) / units::eV; }));
  }
  c.real("sum_m_eV", "eV", "Σm_i", "sum of light-neutrino masses",
         from(nu, [](const LightNeutrinos& l) { return l.mass.sum() / units::eV; }));
  c.real("m_bb_eV", "eV", "m_ββ", "effective mass of neutrinoless double beta decay",
         from(nu, [](const LightNeutrinos& l) { return double_beta_mass(l) / units::eV; }));
  c.real("m_beta_eV", "eV", "m_β", "effective mass of tritium beta decay",
         from(nu, [](const LightNeutrinos& l) { return beta_decay_mass(l) / units::eV; }));

  const auto& yukawa = &PointResult::seesaw;
  c.real("M_ee", "GeV", "|M_ee|", "symmetric Majorana mass of N_e, modulus",
         from(yukawa, [](const Seesaw& s) { return std::abs(s.M_ee); }));
  c.real("h_bb", "1", "|h_bb|", "coupling of sigma2 to N_b N_b, modulus (b = tau; b = mu for etau_tautau)",
         from(yukawa, [](const Seesaw& s) { return std::abs(s.b == flavour::tau ? s.h_tautau : s.h_mumu); }));
  c.real("h_ea", "1", "|h_ea|",
         "coupling of sigma1 to N_e N_a, modulus (a: the other of mu, tau); 0 if a texture zero",
         from(yukawa, [](const Seesaw& s) { return std::abs(s.b == flavour::tau ? s.h_emu : s.h_etau); }));
  c.real("h_aa", "1", "|h_aa|", "coupling of sigma2 to N_a N_a, modulus; 0 if a texture zero",
         from(yukawa, [](const Seesaw& s) { return std::abs(s.b == flavour::tau ? s.h_mumu : s.h_tautau); }));
  c.real("sigma1_0", "GeV", "⟨σ1⟩_0", "vacuum expectation value of sigma1 today",
         from(yukawa, [](const Seesaw& s) { return s.sigma1_0; }));
  c.real("sigma2_0", "GeV", "⟨σ2⟩_0", "vacuum expectation value of sigma2 today",
         from(yukawa, [](const Seesaw& s) { return s.sigma2_0; }));

  const auto& history = &PointResult::history;
  const auto& thermalisation = &PointResult::thermalisation;
  c.real("sigma1_TR", "GeV", "⟨σ1⟩(T_R)", "vacuum expectation value of sigma1 at reheating",
         from(history, [](const HistorySummary& h) { return h.at_TR.sigma1; }));
  c.real("sigma2_TR", "GeV", "⟨σ2⟩(T_R)", "vacuum expectation value of sigma2 at reheating",
         from(history, [](const HistorySummary& h) { return h.at_TR.sigma2; }));
  c.real("T_gauge", "GeV", "T_gauge", "temperature below which the gauge coupling thermalises sigma and Z'",
         from(thermalisation, [](const Thermalisation& t) { return t.gauge; }));
  c.real("T_portal", "GeV", "T_portal", "temperature below which the portal coupling thermalises sigma",
         from(thermalisation, [](const Thermalisation& t) { return t.portal; }));
  c.integer("phase_TR", "phase(T_R)", "broken symmetry at reheating: which scalar has an expectation value",
            integer_from(history, [](const HistorySummary& h) { return h.at_TR.phase(); }),
            R"({"-1":"not reached","0":"symmetric","1":"sigma1 only","2":"sigma2 only","3":"both"})");
  c.integer("broken_throughout", "broken",
            "1: U(1) is broken at all temperatures from T_R to today; -1: unknown",
            integer_from(history, [](const HistorySummary& h) { return !h.restoration; }));
  c.real("T_restored_min", "GeV", "T_restored,min",
         "lower edge of the window in which U(1) is restored; NaN: none",
         from(history, [](const HistorySummary& h) { return h.restoration ? h.restoration->lower : nan; }));
  c.real("T_restored_max", "GeV", "T_restored,max", "upper edge of that window, at most T_R; NaN: none",
         from(history, [](const HistorySummary& h) { return h.restoration ? h.restoration->upper : nan; }));

  const auto diagnostic = [&c](const char* name, const char* unit, const char* symbol, const char* long_name,
                               double VacuumDiagnostics::*member) {
    c.real(
        name, unit, symbol, long_name,
        from(&PointResult::vacuum_diagnostics, [member](const VacuumDiagnostics& d) { return d.*member; }));
  };
  using D = VacuumDiagnostics;
  diagnostic("m_Phi_TR", "1", "m_Φ/T",
             "thermal mass of the Higgs zero mode over T at T_R; NaN: high-temperature form", &D::higgs_mass);
  diagnostic("sigma_scale_error", "1", "δ_Q⟨σ1⟩",
             "relative change of <sigma1>(T_R) at one loop with the scale Q, half of that from Q/2 to 2Q; "
             "NaN: high-temperature form, or no <sigma1>",
             &D::sigma_scale_error);
  diagnostic("sigma_theory_error", "1", "δ⟨σ1⟩",
             "of <sigma1>(T_R): |two loops/one loop - 1| (one_loop), |order g^2/two loops - 1| (two_loop); "
             "NaN: high-temperature form, or no <sigma1>",
             &D::sigma_theory_error);
  diagnostic(
      "M1_TR_scale_low", "GeV", "M_1(Q/2)",
      "mass of N_1 at T_R in the one-loop vacuum of scale Q/2; NaN: high-temperature form, or no such vacuum",
      &D::M1_scale_low);
  diagnostic(
      "M1_TR_scale_high", "GeV", "M_1(2Q)",
      "mass of N_1 at T_R in the one-loop vacuum of scale 2Q; NaN: high-temperature form, or no such vacuum",
      &D::M1_scale_high);
  diagnostic(
      "quartic_stability_TR", "1", "|λ_Φσ|/√(2λ_Φλ_σ)",
      "portal coupling over the bound of stability, running to Q = 7.06 T_R; > 1: unbounded at that scale",
      &D::quartic_stability);
  diagnostic("neutrino_loop_shift", "1", "δ_N⟨σ1⟩²",
             "relative change of <sigma1>^2(T_R) by the dimension-6 part of the neutrino loop, not in V; "
             "NaN: texture none, where both couplings to sigma1 are there",
             &D::neutrino_loop_shift);
  diagnostic("T_neutrino_loop", "GeV", "T_N",
             "temperature at which that loop would take away the minimum; NaN: none",
             &D::neutrino_loop_temperature);

  const auto per_neutrino = [&c](const std::string& name, const std::string& unit, const std::string& symbol,
                                 const std::string& long_name, const std::string& suffix, auto make) {
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      c.real(name + n + suffix, unit, symbol + n, long_name + n + " at T_R", make(i));
    }
  };
  per_neutrino("M", "GeV", "M_", "mass of right-handed neutrino ", "_TR", [](int i) {
    return from(&PointResult::heavy, [i](const HeavyNeutrinos& n) { return n.mass(i); });
  });
  per_neutrino("Gamma_LPhi_", "GeV", "Γ(LΦ)_", "width N -> L Phi, both CP states, of N_", "", [](int i) {
    return from(&PointResult::widths, [i](const DecayWidths<3>& w) { return w.lepton(i); });
  });
  per_neutrino("Gamma_Nphi_", "GeV", "Γ(Nφ)_", "width into lighter N and a scalar, of N_", "", [](int i) {
    return from(&PointResult::widths, [i](const DecayWidths<3>& w) { return w.scalar_total(i); });
  });
  using Part = CpAsymmetries<3>::PerFlavour;
  const auto asymmetry = [&](const std::string& name, const std::string& symbol, const std::string& long_name,
                             Part (*part)(const CpAsymmetries<3>&)) {
    per_neutrino(name, "1", symbol,
                 "CP asymmetry of single neutrinos, " + long_name + ", all flavours, of N_", "",
                 [part](int i) {
                   return from(&PointResult::epsilon,
                               [i, part](const CpAsymmetries<3>& e) { return part(e).col(i).sum(); });
                 });
  };
  asymmetry("eps_standard_", "ε_std,", "lepton loops",
            [](const CpAsymmetries<3>& e) { return Part(e.standard()); });
  asymmetry("eps_scalar_", "ε_σ,", "N-scalar self-energy",
            [](const CpAsymmetries<3>& e) { return e.scalar_self_energy; });
  asymmetry("eps_portal_", "ε_Φσ,", "portal vertex",
            [](const CpAsymmetries<3>& e) { return e.portal_vertex; });
  c.integer("eps_perturbative", "ε valid", "1: |ε_αI| <= 0.1 |λ'_αI|²/H_II for all flavours; -1: not reached",
            [](const PointResult& r) {
              return r.epsilon ? double(asymmetry_is_perturbative(*r.heavy, *r.epsilon)) : -1.0;
            });
  add_cp_source_columns(c);

  c.real("Gamma_phi", "GeV", "Γ_φ", "inflaton width, from rho_R = rho_phi at T_R",
         from(&PointResult::inflaton_width, std::identity{}));
  c.real("Y_B_estimate", "1", "Y_B^est", "baryon asymmetry n_B/s without wash-out, all at T_R",
         from(&PointResult::baryon_asymmetry_estimate, std::identity{}));
  const auto& boltzmann = &PointResult::boltzmann;
  c.real("Y_B", "1", "Y_B", "baryon asymmetry n_B/s, from the Boltzmann equations",
         from(boltzmann, [](const BoltzmannResult& b) { return b.Y_B; }));
  c.attribute("measurement", asymmetry_measurement());
  const char* flavours[] = {"e", "mu", "tau"};
  const char* flavour_symbols[] = {"e", "μ", "τ"};
  for (int alpha = 0; alpha < 3; ++alpha)
    c.real(std::string("Y_Delta_") + flavours[alpha], "1", std::string("Y_Δ") + flavour_symbols[alpha],
           std::string("asymmetry (B/3 - L_") + flavours[alpha] + ")/s at sphaleron freeze-out",
           from(boltzmann, [alpha](const BoltzmannResult& b) { return b.Y_delta(alpha); }));
  c.real("Y_B_N1", "1", "Y_B(N_1)", "part of Y_B from what starts, after each decay of a heavier one, as N_1",
         from(boltzmann, [](const BoltzmannResult& b) { return b.Y_B_N1; }));
  c.real("Y_B_N23", "1", "Y_B(N_2,3)", "part of Y_B from what starts as N_2 or N_3",
         from(boltzmann, [](const BoltzmannResult& b) { return b.Y_B_N23; }));
  c.integer("neutrino_treatment", "treatment",
            "right-handed neutrinos in the Boltzmann equations; -1: not reached",
            integer_from(boltzmann, [](const BoltzmannResult& b) { return b.treatment; }),
            R"({"-1":"not reached","1":"quasi-steady","2":"slow ones integrated","3":"with a delay"})");
  c.real("delta_a_mu", "1", "Δa_μ", "Z' contribution to the muon anomalous magnetic moment",
         from(&PointResult::delta_a_mu, std::identity{}));
  c.attribute("measurements", g_minus_2_measurements_json());
  c.real("BR_h_inv", "1", "BR(h→inv)", "branching ratio of the Higgs boson into sigma pairs",
         from(&PointResult::higgs_invisible, std::identity{}));
  c.integer("potential_bounded", "V bounded",
            "1: the scalar potential is bounded from below; -1: not reached",
            integer_from(&PointResult::potential_bounded, std::identity{}));

  c.status_columns();
  for (const AssessedColumn& column : assessed_) c.add(column.column, {});
  c.telemetry_columns();
  return c.columns();
}

}  // namespace mutauscan
