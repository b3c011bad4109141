#include "mutauscan/physics/limits.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/physics/limit_curves.hpp"
#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {
namespace {

using Inputs = LimitInputs;

Verdict verdict_if(bool known, bool satisfied) {
  return !known ? Verdict::unknown : satisfied ? Verdict::yes : Verdict::no;
}

Verdict at_most(double value, double bound) { return verdict_if(!std::isnan(value), value <= bound); }

// ---- exclusion curves in the (g, m_Z') plane --------------------------------------------------------------

struct CurveSource {
  const LimitCurve& curve;
  std::string_view confidence, source;
  int year;
  bool is_hard;
  std::string_view remark;
};

Limit curve_limit(const CurveSource& c, std::string requirement,
                  const std::function<double(const Inputs&)>& ratio) {
  return {c.curve.name,
          std::move(requirement),
          c.confidence,
          c.source,
          c.year,
          c.is_hard,
          true,
          c.remark,
          [ratio](const Inputs& p, const ModelSettings&) { return at_most(ratio(p), 1.0); },
          ratio,
          std::string(c.curve.symbol),
          &c.curve};
}

std::string range_text(const LimitCurve& curve, const char* quantity) {
  char text[96];
  std::snprintf(text, sizeof text, ", %s from %g to %g", quantity, curve.knots.front().x,
                curve.knots.back().x);
  return text;
}

/// g below the curve at m_Z'.
Limit coupling_limit(const CurveSource& c) {
  return curve_limit(c, "g < curve(m_Z')" + range_text(c.curve, "m_Z'/GeV"),
                     [&curve = c.curve](const Inputs& p) { return p.g_zp / curve.at(p.m_zp); });
}

/// m_Z' above the curve at g.
Limit mass_limit(const CurveSource& c) {
  Limit limit = curve_limit(c, "m_Z' > curve(g)" + range_text(c.curve, "g"),
                            [&curve = c.curve](const Inputs& p) { return curve.at(p.g_zp) / p.m_zp; });
  limit.is_lower_bound_on_mass = true;
  return limit;
}

// ---- numbers ----------------------------------------------------------------------------------------------

struct ScalarLimit {
  std::string_view name;
  double Inputs::*quantity;
  double bound;
  std::string_view text;  ///< quantity and unit around the bound: "Σm < 0.24 eV"
  std::string_view confidence, source;
  int year;
  bool is_hard;
  std::string_view remark;
};

constexpr std::string_view weakest = "least favourable nuclear matrix element";
constexpr std::string_view strongest = "most favourable nuclear matrix element";

const ScalarLimit scalar_limits[] = {
    {"br_h_inv", &Inputs::BR_h_inv, 0.107, "BR(h→inv) < 0.107", "95 %", "ATLAS 2301.10731", 2023, true, ""},
    {"sum_m_planck_cmb", &Inputs::sum_m_eV, 0.24, "Σm < 0.24 eV", "95 %", "Planck CMB 1807.06209", 2018, true,
     "CMB alone"},
    {"sum_m_planck_bao", &Inputs::sum_m_eV, 0.12, "Σm < 0.12 eV", "95 %", "Planck CMB + BAO 1807.06209", 2018,
     false, "holds in ΛCDM, relaxed by extensions"},
    {"sum_m_desi_2024", &Inputs::sum_m_eV, 0.072, "Σm < 0.072 eV", "95 %", "DESI + CMB 2404.03002", 2024,
     false, "pulls below the minimum of oscillation data; holds in ΛCDM"},
    {"sum_m_desi_2025", &Inputs::sum_m_eV, 0.064, "Σm < 0.064 eV", "95 %", "DESI DR2 + CMB 2503.14738", 2025,
     false, "pulls below the minimum of oscillation data; holds in ΛCDM"},
    {"m_bb_2022", &Inputs::m_bb_eV, 0.156, "m_ββ < 156 meV", "90 %", "KamLAND-Zen 2203.02139", 2022, true,
     weakest},
    {"m_bb_2022_strong", &Inputs::m_bb_eV, 0.036, "m_ββ < 36 meV", "90 %", "KamLAND-Zen 2203.02139", 2022,
     false, strongest},
    {"m_bb_2024", &Inputs::m_bb_eV, 0.122, "m_ββ < 122 meV", "90 %", "KamLAND-Zen 2406.11438", 2024, true,
     weakest},
    {"m_bb_2024_strong", &Inputs::m_bb_eV, 0.028, "m_ββ < 28 meV", "90 %", "KamLAND-Zen 2406.11438", 2024,
     false, strongest},
};

Limit number_limit(const ScalarLimit& s) {
  const auto check = [quantity = s.quantity, bound = s.bound](const Inputs& p, const ModelSettings&) {
    return at_most(p.*quantity, bound);
  };
  return {s.name, std::string(s.text), s.confidence, s.source, s.year, s.is_hard, false, s.remark, check,
          {},     std::string(s.text)};
}

// ---- light-neutrino parameters ----------------------------------------------------------------------------

struct FittedParameter {
  std::string_view name, symbol;
  double Inputs::*value;
  FittedValue OscillationData::*fit;
  double (*in_fit_units)(double);
};

double same(double x) { return x; }

const FittedParameter fitted_parameters[] = {
    {"theta12", "sin²θ12", &Inputs::theta12_deg, &OscillationData::sin2_theta12, sin2_of_deg},
    {"theta23", "sin²θ23", &Inputs::theta23_deg, &OscillationData::sin2_theta23, sin2_of_deg},
    {"theta13", "sin²θ13", &Inputs::theta13_deg, &OscillationData::sin2_theta13, sin2_of_deg},
    {"dm21", "Δm²21", &Inputs::dm21_eV2, &OscillationData::dm21_eV2, same},
    {"dm3l", "Δm²3ℓ", &Inputs::dm3l_eV2, &OscillationData::dm3l_eV2, same},
    {"delta", "δ", &Inputs::delta_deg, &OscillationData::delta_deg, within_one_turn},
};

Limit oscillation_limit(const FittedParameter& parameter) {
  const auto check = [&parameter](const Inputs& p, const ModelSettings& settings) {
    const FittedValue& fit = oscillation_fit(settings).*parameter.fit;
    const double x = parameter.in_fit_units(p.*parameter.value);
    const auto inside = [&](double y) { return y >= fit.lower_3sigma && y <= fit.upper_3sigma; };
    const bool is_phase =
        parameter.fit == &OscillationData::delta_deg;  // whose range goes beyond 360 degrees
    return verdict_if(!std::isnan(x), inside(x) || (is_phase && (inside(x - 360.0) || inside(x + 360.0))));
  };
  return {parameter.name,
          std::string(parameter.symbol) + " within 3σ of limits.nufit",
          "3σ",
          "NuFIT 2007.14792, 2410.05380",
          0,
          true,
          false,
          "",
          check,
          {},
          std::string(parameter.symbol) + " (3σ)"};
}

// ---- conditions of the theory -----------------------------------------------------------------------------

Limit condition(std::string_view name, std::string requirement, bool is_hard, std::string_view remark,
                Verdict (*check)(const Inputs&)) {
  return {name,
          std::move(requirement),
          "",
          "",
          0,
          is_hard,
          false,
          remark,
          [check](const Inputs& p, const ModelSettings&) { return check(p); },
          {}};
}

Verdict couplings_are_perturbative(const Inputs& p) {
  const double couplings[] = {p.lambda_e, p.lambda_mu, p.lambda_tau, p.h_etau, p.h_bb, p.h_ea, p.h_aa};
  const bool known =
      std::none_of(std::begin(couplings), std::end(couplings), [](double c) { return std::isnan(c); });
  return verdict_if(known, *std::max_element(std::begin(couplings), std::end(couplings)) <=
                               std::sqrt(4.0 * std::numbers::pi));
}

Verdict texture_has_solution(const Inputs& p) {
  if (p.status == double(int(Status::no_texture_solution))) return Verdict::no;
  return verdict_if(!std::isnan(p.sum_m_eV), true);
}

Verdict inflaton_is_heavy_enough(const Inputs& p) {
  const double lightest_inflaton = 2.0 * std::max({p.f_N1 > 0.0 ? p.M1_TR : 0.0, p.f_N2 > 0.0 ? p.M2_TR : 0.0,
                                                   p.f_N3 > 0.0 ? p.M3_TR : 0.0});
  return verdict_if(!std::isnan(p.M1_TR), p.m_phi >= lightest_inflaton);
}

std::vector<Limit> make_limits() {
  std::vector<Limit> list = {
      coupling_limit(
          {ccfr_curve(), "95 %", "ν trident, CCFR 1991; Altmannshofer et al. 1406.2332", 2014, true, ""}),
      coupling_limit({babar_curve(), "90 %", "BaBar e⁺e⁻ → 4μ 1606.03501", 2016, true, ""}),
      coupling_limit(
          {borexino_curve(), "90 %", "Borexino νe scattering; Bauer et al. 1803.05466", 2018, true, ""}),
      coupling_limit({na64mu_curve(), "90 %", "NA64μ 2401.01708", 2024, true, "read off to 15 %"}),
      coupling_limit({white_dwarf_curve(), "hint", "white-dwarf cooling; Bauer et al. 1803.05466", 2018,
                      false, "hint level"}),
      mass_limit({n_eff_35_curve(), "95 % (Planck and local H0)", "N_eff < 3.5; Escudero et al. 1901.02010",
                  2019, true, "everything lighter is excluded"}),
      mass_limit({n_eff_32_curve(), "1.2σ (Planck)", "N_eff < 3.2; Escudero et al. 1901.02010", 2019, false,
                  "a larger N_eff is what relaxes the Hubble tension"}),
  };
  for (const ScalarLimit& s : scalar_limits) list.push_back(number_limit(s));
  for (const FittedParameter& p : fitted_parameters) list.push_back(oscillation_limit(p));
  list.push_back(condition("texture", "the texture has a solution for these oscillation parameters", true, "",
                           texture_has_solution));
  list.push_back(condition(
      "vacuum_stability", "V bounded from below: λ_Φσ > −√(2 λ_Φ λ_σ) (one σ: −2 √(λ_Φ λ_σ))", true,
      "tree level",
      [](const Inputs& p) { return verdict_if(p.potential_bounded >= 0.0, p.potential_bounded == 1.0); }));
  list.push_back(condition("perturbativity", "λ_α, |h_αβ| ≤ √(4π)", true, "", couplings_are_perturbative));
  list.push_back(condition("inflaton", "m_φ/2 ≥ M_I(T_R) of every N_I with f_I > 0", true, "",
                           inflaton_is_heavy_enough));
  list.push_back(
      condition("sigma_thermalised", "T_R ≤ max(T_gauge, T_portal): σ and Z' in equilibrium", false,
                "if not, their thermal masses are those of a partial occupancy", [](const Inputs& p) {
                  return verdict_if(!std::isnan(p.T_gauge), p.T_R <= std::max(p.T_gauge, p.T_portal));
                }));
  list.push_back(
      condition("nonthermal", "M_1(T_R)/T_R > 10: no thermal right-handed neutrinos", false,
                "a smaller ratio is leptogenesis of another kind, not excluded",
                [](const Inputs& p) { return verdict_if(!std::isnan(p.M1_TR), p.M1_TR > 10.0 * p.T_R); }));
  return list;
}

}  // namespace

const std::vector<std::pair<std::string_view, double LimitInputs::*>>& limit_input_columns() {
  static const std::vector<std::pair<std::string_view, double LimitInputs::*>> table = {
      {"g_zp", &LimitInputs::g_zp},
      {"m_zp", &LimitInputs::m_zp},
      {"T_R", &LimitInputs::T_R},
      {"m_phi", &LimitInputs::m_phi},
      {"f_N1", &LimitInputs::f_N1},
      {"f_N2", &LimitInputs::f_N2},
      {"f_N3", &LimitInputs::f_N3},
      {"theta12_deg", &LimitInputs::theta12_deg},
      {"theta23_deg", &LimitInputs::theta23_deg},
      {"theta13_deg", &LimitInputs::theta13_deg},
      {"dm21_eV2", &LimitInputs::dm21_eV2},
      {"dm3l_eV2", &LimitInputs::dm3l_eV2},
      {"delta_deg", &LimitInputs::delta_deg},
      {"sum_m_eV", &LimitInputs::sum_m_eV},
      {"m_bb_eV", &LimitInputs::m_bb_eV},
      {"lambda_e", &LimitInputs::lambda_e},
      {"lambda_mu", &LimitInputs::lambda_mu},
      {"lambda_tau", &LimitInputs::lambda_tau},
      {"h_etau", &LimitInputs::h_etau},
      {"h_bb", &LimitInputs::h_bb},
      {"h_ea", &LimitInputs::h_ea},
      {"h_aa", &LimitInputs::h_aa},
      {"T_gauge", &LimitInputs::T_gauge},
      {"T_portal", &LimitInputs::T_portal},
      {"M1_TR", &LimitInputs::M1_TR},
      {"M2_TR", &LimitInputs::M2_TR},
      {"M3_TR", &LimitInputs::M3_TR},
      {"delta_a_mu", &LimitInputs::delta_a_mu},
      {"BR_h_inv", &LimitInputs::BR_h_inv},
      {"potential_bounded", &LimitInputs::potential_bounded},
      {"Y_B", &LimitInputs::Y_B},
      {"status", &LimitInputs::status},
  };
  return table;
}

Verdict all_of(std::initializer_list<Verdict> verdicts) {
  const auto has = [&](Verdict v) {
    return std::find(verdicts.begin(), verdicts.end(), v) != verdicts.end();
  };
  return has(Verdict::no) ? Verdict::no : has(Verdict::unknown) ? Verdict::unknown : Verdict::yes;
}

const std::vector<Limit>& limits() {
  static const std::vector<Limit> table = make_limits();
  return table;
}

}  // namespace mutauscan
