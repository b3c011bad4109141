#include "mutauscan/physics/model_point.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <numbers>
#include <string>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/text.hpp"

namespace mutauscan {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double four_pi = 4.0 * std::numbers::pi;

/// Moduli, then phases, of the nine Dirac Yukawas.
void add_dirac_yukawas(std::vector<Parameter>& table) {
  static std::deque<std::string> texts;  // the table holds views of them
  const auto text = [](std::string s) -> std::string_view { return texts.emplace_back(std::move(s)); };
  const char* const flavours[] = {"e", "mu", "tau"};
  const char* const symbols[] = {"e", "μ", "τ"};
  for (bool is_phase : {false, true})
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i) {
        const std::string n = std::to_string(i + 1), l = flavours[alpha];
        const std::string coupling = " of the Dirac Yukawa coupling of L_" + l + " and N_" + n;
        const std::string symbol = symbols[alpha] + n;
        if (is_phase)
          table.push_back({text("arg_h_" + l + n),
                           "deg",
                           text("arg h_" + symbol),
                           text("phase" + coupling + "; casas_ibarra: derived"),
                           {-inf, inf, false},
                           AppliesTo::yukawas,
                           yukawa_phase[alpha][i]});
        else
          table.push_back({text("h_" + l + n),
                           "1",
                           text("|h|_" + symbol),
                           text("modulus" + coupling + "; casas_ibarra: derived"),
                           {0.0, four_pi, true},
                           AppliesTo::yukawas,
                           yukawa_modulus[alpha][i]});
      }
}

std::vector<Parameter> make_parameters() {
  constexpr Domain positive{0.0, inf, false};
  constexpr Domain coupling{-four_pi, four_pi, true};
  constexpr Domain yukawa{0.0, four_pi, false};
  constexpr Domain any{-inf, inf, false};
  constexpr Domain angle{0.0, 90.0, true};
  constexpr Domain logarithm{-200.0, 19.0, true};
  constexpr Domain multiplicity{0.0, 2.0, true};
  // A reheating cooler than sphaleron freeze-out makes no baryons from leptons.
  constexpr Domain reheating{constants::sphaleron_temperature, inf, false};
  using P = ModelPoint;
  using enum AppliesTo;
  std::vector<Parameter> table = {
      {"lambda_phi_sigma", "1", "λ_Φσ",
       "portal coupling of |Φ|²|σ_i|²; negative breaks U(1) at high temperature", coupling, all_textures,
       &P::lambda_phi_sigma},
      {"h_etau", "1", "|h_eτ|",
       "modulus of the Yukawa coupling h_eb of σ1 N_e N_b (b = τ; b = μ for etau_tautau); texture none: "
       "derived",
       yukawa, two_zero, &P::h_etau},
      {"M_mutau", "GeV", "|M_μτ|", "symmetric Majorana mass of N_μ N_τ, modulus; texture none: derived",
       positive, two_zero, &P::M_mutau},
      {"T_R", "GeV", "T_R", "reheating temperature, defined by ρ_R = ρ_φ", reheating, all_textures, &P::T_R},
      {"g_zp", "1", "g_Z′", "gauge coupling of U(1)_{Lμ−Lτ}", yukawa, all_textures, &P::g_zp},
      {"m_zp", "GeV", "m_Z′", "mass of the Z′ today", positive, all_textures, &P::m_zp},
      {"lambda_sigma", "1", "λ_σ", "quartic coupling of |σ_i|⁴", yukawa, all_textures, &P::lambda_sigma},
      {"lambda_large", "1", "λ_a", "the large Dirac Yukawa coupling (a = μ; a = τ for etau_tautau)", yukawa,
       two_zero, &P::lambda_large},
      {"vev_ratio",
       "1",
       "r_v",
       "⟨σ2⟩/⟨σ1⟩ today; 0 for mumu_tautau, positive otherwise",
       {0.0, inf, true},
       all_textures,
       &P::vev_ratio},
      {"relative_vev_phase", "rad", "α", "phase of ⟨σ2⟩ relative to today in the early Universe", any,
       all_textures, &P::relative_vev_phase},
      {"m_phi", "GeV", "m_φ", "inflaton mass", positive, all_textures, &P::m_phi},
      {"f_N1", "1", "f_1", "N_1 per inflaton decay (sum of the three at most 2)", multiplicity, all_textures,
       &P::f_N1},
      {"f_N2", "1", "f_2", "N_2 per inflaton decay", multiplicity, all_textures, &P::f_N2},
      {"f_N3", "1", "f_3", "N_3 per inflaton decay", multiplicity, all_textures, &P::f_N3},
      {"theta12_deg", "deg", "θ_12", "solar mixing angle", angle, all_textures, &P::theta12_deg},
      {"theta23_deg", "deg", "θ_23", "atmospheric mixing angle", angle, all_textures, &P::theta23_deg},
      {"theta13_deg", "deg", "θ_13", "reactor mixing angle", angle, all_textures, &P::theta13_deg},
      {"dm21_eV2", "eV^2", "Δm²_21", "m2² − m1²", positive, all_textures, &P::dm21_eV2},
      {"dm3l_eV2", "eV^2", "Δm²_3ℓ", "m3² − m1² > 0 (NO) or m3² − m2² < 0 (IO)", any, all_textures,
       &P::dm3l_eV2},
      {"delta_deg", "deg", "δ", "Dirac phase; two-zero textures: derived", any, none_only, &P::delta_deg},
      {"eta2_deg", "deg", "η_2",
       "Majorana phase of U = V diag(1, e^{iη2}, e^{iη3}); two-zero textures: derived", any, none_only,
       &P::eta2_deg},
      {"eta3_deg", "deg", "η_3", "Majorana phase; two-zero textures: derived", any, none_only, &P::eta3_deg},
      {"m_lightest_eV", "eV", "m_lightest", "lightest neutrino mass; two-zero textures: derived", positive,
       none_only, &P::m_lightest_eV},
      {"lambda_e", "1", "λ_e", "Dirac Yukawa coupling; two-zero textures: derived", yukawa, none_only,
       &P::lambda_e},
      {"lambda_mu", "1", "λ_μ", "Dirac Yukawa coupling; two-zero textures: derived", yukawa, none_only,
       &P::lambda_mu},
      {"lambda_tau", "1", "λ_τ", "Dirac Yukawa coupling; two-zero textures: derived", yukawa, none_only,
       &P::lambda_tau},
      {"m", "1", "log m", "log10 of the lightest neutrino mass in eV; -100: massless; yukawas: derived",
       logarithm, casas_ibarra, &P::m},
      {"M1", "1", "log M_1", "log10 of the mass of N_1 in GeV", logarithm, type1, &P::M1},
      {"M2", "1", "log M_2", "log10 of the mass of N_2 in GeV", logarithm, type1, &P::M2},
      {"M3", "1", "log M_3", "log10 of the mass of N_3 in GeV", logarithm, type1, &P::M3},
      {"delta", "deg", "δ", "Dirac phase; yukawas: derived", any, casas_ibarra, &P::delta},
      {"a21", "deg", "α_21", "Majorana phase of U = V diag(1, e^{iα21/2}, e^{iα31/2}); yukawas: derived", any,
       casas_ibarra, &P::a21},
      {"a31", "deg", "α_31", "Majorana phase; yukawas: derived", any, casas_ibarra, &P::a31},
      {"x1", "deg", "x_1", "real part of the Casas-Ibarra angle of R_23; yukawas: not given", any,
       casas_ibarra, &P::x1},
      {"y1", "deg", "y_1", "imaginary part of the Casas-Ibarra angle of R_23; yukawas: not given", any,
       casas_ibarra, &P::y1},
      {"x2", "deg", "x_2", "real part of the Casas-Ibarra angle of R_13; yukawas: not given", any,
       casas_ibarra, &P::x2},
      {"y2", "deg", "y_2", "imaginary part of the Casas-Ibarra angle of R_13; yukawas: not given", any,
       casas_ibarra, &P::y2},
      {"x3", "deg", "x_3", "real part of the Casas-Ibarra angle of R_12; yukawas: not given", any,
       casas_ibarra, &P::x3},
      {"y3", "deg", "y_3", "imaginary part of the Casas-Ibarra angle of R_12; yukawas: not given", any,
       casas_ibarra, &P::y3},
      {"t12", "deg", "θ_12", "solar mixing angle; yukawas: derived", angle, casas_ibarra, &P::t12},
      {"t13", "deg", "θ_13", "reactor mixing angle; yukawas: derived", angle, casas_ibarra, &P::t13},
      {"t23", "deg", "θ_23", "atmospheric mixing angle; yukawas: derived", angle, casas_ibarra, &P::t23},
  };
  add_dirac_yukawas(table);
  return table;
}

}  // namespace

const std::vector<Parameter>& parameters() {
  static const std::vector<Parameter> table = make_parameters();
  return table;
}

const Parameter* find_parameter(std::string_view name) {
  for (const Parameter& p : parameters())
    if (p.name == name) return &p;
  return nullptr;
}

std::string constraint_of(const Parameter& p) {
  const Domain& d = p.domain;
  std::string text = "must be a number";
  if (std::isfinite(d.lower)) text += (d.includes_lower ? " >= " : " > ") + short_text(d.lower);
  if (std::isfinite(d.upper)) text += (std::isfinite(d.lower) ? " and <= " : " <= ") + short_text(d.upper);
  return text + (p.unit == "1" ? "" : " [" + std::string(p.unit) + "]");
}

bool is_input(const Parameter& parameter, const ModelSettings& settings) {
  if (kind_of(parameter.applies_to) != settings.kind) return false;
  switch (parameter.applies_to) {
    case AppliesTo::all_textures:
    case AppliesTo::type1:
      return true;
    case AppliesTo::two_zero:
      return settings.texture != Texture::none;
    case AppliesTo::none_only:
      return settings.texture == Texture::none;
    case AppliesTo::casas_ibarra:
      return settings.type1.parametrisation == Type1Parametrisation::casas_ibarra;
    case AppliesTo::yukawas:
      return settings.type1.parametrisation == Type1Parametrisation::yukawas;
  }
  return false;
}

namespace {

/// "m_zp = 0: must be a number > 0 [GeV]", as problems of a config are told.
Failure outside(const std::string& key, double value, const std::string& constraint,
                const std::string& hint = "") {
  return {Status::outside_domain,
          key + " = " + short_text(value) + ": " + constraint + (hint.empty() ? "" : " (" + hint + ")")};
}

Outcome<ModelPoint> check_type1(const ModelPoint& p, const Type1Settings& settings) {
  if (p.M1 > p.M2) return outside("M2", p.M2, "must not be below M1 = " + short_text(p.M1));
  if (p.M2 > p.M3) return outside("M3", p.M3, "must not be below M2 = " + short_text(p.M2));
  if (settings.equations == Type1Equations::full && settings.initial_abundance == InitialAbundance::thermal)
    return Failure{Status::outside_domain,
                   "model.initial_abundance = thermal: must be vanishing for equations full"};
  return p;
}

Outcome<ModelPoint> check_mutau(const ModelPoint& p, const ModelSettings& settings) {
  // Rounding of thirds must not turn 2 into more than 2.
  const double neutrinos = p.f_N1 + p.f_N2 + p.f_N3;
  if (neutrinos > 2.0 * (1.0 + 1e-14))
    return outside("f_N1 + f_N2 + f_N3", neutrinos, "must be at most 2",
                   "an inflaton decays to two particles");
  const bool normal = settings.ordering == Ordering::normal;
  if (normal ? !(p.dm3l_eV2 > 0.0) : !(p.dm3l_eV2 < 0.0))
    return outside("dm3l_eV2", p.dm3l_eV2,
                   normal ? "must be positive for ordering NO" : "must be negative for ordering IO");
  const bool sigma1_alone = settings.texture == Texture::mumu_tautau;
  if (sigma1_alone != (p.vev_ratio == 0.0))
    return outside("vev_ratio", p.vev_ratio,
                   sigma1_alone ? "must be 0 for texture mumu_tautau" : "must be positive",
                   sigma1_alone ? "it has no sigma2" : "only texture mumu_tautau has no sigma2");
  return p;
}

}  // namespace

Outcome<ModelPoint> check_domain(const ModelPoint& point, const ModelSettings& settings) {
  for (const Parameter& p : parameters())
    if (is_input(p, settings) && !p.domain.contains(point.*p.member))
      return outside(std::string(p.name), point.*p.member, constraint_of(p));
  return settings.kind == ModelKind::type1 ? check_type1(point, settings.type1)
                                           : check_mutau(point, settings);
}

}  // namespace mutauscan
