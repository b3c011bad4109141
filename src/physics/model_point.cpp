#include "mutauscan/physics/model_point.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/text.hpp"

namespace mutauscan {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double four_pi = 4.0 * std::numbers::pi;

std::string input_for(AppliesTo applies_to) {
  switch (applies_to) {
    case AppliesTo::two_zero:
      return "two-zero textures";
    case AppliesTo::none_only:
      return "texture none";
    case AppliesTo::charge:
      return "initial_state charge";
    case AppliesTo::all_textures:
      break;
  }
  return "mutau";
}

std::vector<PointParameter> make_parameters() {
  struct Row {
    const char *name, *unit, *symbol, *meaning;
    Domain domain;
    AppliesTo applies_to;
    double ModelPoint::*member;
  };
  constexpr Domain positive{0.0, inf, false};
  constexpr Domain coupling{-four_pi, four_pi, true};
  constexpr Domain yukawa{0.0, four_pi, false};
  constexpr Domain any{-inf, inf, false};
  constexpr Domain angle{0.0, 90.0, true};
  constexpr Domain multiplicity{0.0, 2.0, true};
  // A reheating cooler than sphaleron freeze-out makes no baryons from leptons.
  constexpr Domain reheating{constants::sphaleron_temperature, inf, false};
  using P = ModelPoint;
  using enum AppliesTo;
  const Row rows[] = {
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
      {"inflaton_coupling_ratio",
       "1",
       "c_ee/c_μτ",
       "couplings of the inflaton to N_e N_e and N_μ N_τ; f_1 + f_2 + f_3 neutrinos are made in these; "
       "not given for initial_state = \"mass\"",
       {0.0, 1e6, true},
       charge,
       &P::inflaton_coupling_ratio},
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
  };
  const ModelPoint defaults;
  std::vector<PointParameter> table;
  for (const Row& r : rows)
    table.push_back(
        {{r.name, r.unit, r.symbol, r.meaning, r.domain, defaults.*r.member, input_for(r.applies_to)},
         r.applies_to,
         r.member});
  return table;
}

}  // namespace

const std::vector<PointParameter>& parameters() {
  static const std::vector<PointParameter> table = make_parameters();
  return table;
}

bool is_input(const PointParameter& parameter, const ModelSettings& settings) {
  if (parameter.applies_to == AppliesTo::charge) return settings.initial_state == InitialState::charge;
  const bool is_none = settings.texture == Texture::none;
  return parameter.applies_to == AppliesTo::all_textures ||
         (parameter.applies_to == AppliesTo::none_only) == is_none;
}

std::vector<PointObjection> check_point(const ModelPoint& point, const ModelSettings& settings) {
  std::vector<PointObjection> objections;
  for (const PointParameter& p : parameters())
    if (is_input(p, settings))
      if (auto objection = check_domain(p.parameter, point.*p.member))
        objections.push_back(std::move(*objection));
  // Rounding of thirds must not turn 2 into more than 2.
  const double multiplicity = point.f_N1 + point.f_N2 + point.f_N3;
  if (multiplicity > 2.0 * (1.0 + 1e-14))
    objections.push_back(
        {"f_N1 + f_N2 + f_N3",
         short_text(multiplicity),
         {"must be at most 2", "an inflaton decays to two particles; those not given default to 2/3 each"}});
  const bool is_normal = settings.ordering == Ordering::normal;
  if (is_normal != (point.dm3l_eV2 > 0.0) || point.dm3l_eV2 == 0.0)
    objections.push_back(
        {"dm3l_eV2",
         short_text(point.dm3l_eV2),
         {is_normal ? "must be positive for ordering \"NO\"" : "must be negative for ordering \"IO\"",
          is_normal ? "" : "e.g. model.nufit = \"5.1/IO_noSK\" sets it"}});
  // Of the inverted ordering; neutrino_sector takes the root.
  const double m1_squared = point.m_lightest_eV * point.m_lightest_eV - point.dm3l_eV2 - point.dm21_eV2;
  if (settings.texture == Texture::none && !is_normal && !(m1_squared > 0.0))
    objections.push_back({"dm3l_eV2 + dm21_eV2",
                          short_text(point.dm3l_eV2 + point.dm21_eV2),
                          {"must be below m_lightest_eV^2", "else m_1^2 = m_3^2 - dm3l - dm21 is negative"}});
  const bool sigma1_alone = settings.texture == Texture::mumu_tautau;
  if (sigma1_alone != (point.vev_ratio == 0.0))
    objections.push_back(
        {"vev_ratio",
         short_text(point.vev_ratio),
         {sigma1_alone ? "must be 0 for texture \"mumu_tautau\": it has no sigma2" : "must be positive",
          sigma1_alone ? "leave it out" : "only texture \"mumu_tautau\" has no sigma2"}});
  return objections;
}

}  // namespace mutauscan
