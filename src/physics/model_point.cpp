#include "mutauscan/physics/model_point.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "mutauscan/core/constants.hpp"

namespace mutauscan {

const std::vector<Parameter>& parameters() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double four_pi = 4.0 * std::numbers::pi;
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
  static const std::vector<Parameter> table = {
      {"lambda_phi_sigma", "1", "λ_Φσ",
       "portal coupling of |Φ|²|σ_i|²; negative breaks U(1) at high temperature", coupling, all,
       &P::lambda_phi_sigma},
      {"h_etau", "1", "|h_eτ|",
       "modulus of the Yukawa coupling h_eb of σ1 N_e N_b (b = τ; b = μ for etau_tautau); texture none: "
       "derived",
       yukawa, two_zero, &P::h_etau},
      {"M_mutau", "GeV", "|M_μτ|", "symmetric Majorana mass of N_μ N_τ, modulus; texture none: derived",
       positive, two_zero, &P::M_mutau},
      {"T_R", "GeV", "T_R", "reheating temperature, defined by ρ_R = ρ_φ", reheating, all, &P::T_R},
      {"g_zp", "1", "g_Z′", "gauge coupling of U(1)_{Lμ−Lτ}", yukawa, all, &P::g_zp},
      {"m_zp", "GeV", "m_Z′", "mass of the Z′ today", positive, all, &P::m_zp},
      {"lambda_sigma", "1", "λ_σ", "quartic coupling of |σ_i|⁴", yukawa, all, &P::lambda_sigma},
      {"lambda_large", "1", "λ_a", "the large Dirac Yukawa coupling (a = μ; a = τ for etau_tautau)", yukawa,
       two_zero, &P::lambda_large},
      {"vev_ratio",
       "1",
       "r_v",
       "⟨σ2⟩/⟨σ1⟩ today; 0 for mumu_tautau, positive otherwise",
       {0.0, inf, true},
       all,
       &P::vev_ratio},
      {"relative_vev_phase", "rad", "α", "phase of ⟨σ2⟩ relative to today in the early Universe", any, all,
       &P::relative_vev_phase},
      {"m_phi", "GeV", "m_φ", "inflaton mass", positive, all, &P::m_phi},
      {"f_N1", "1", "f_1", "N_1 per inflaton decay (sum of the three at most 2)", multiplicity, all,
       &P::f_N1},
      {"f_N2", "1", "f_2", "N_2 per inflaton decay", multiplicity, all, &P::f_N2},
      {"f_N3", "1", "f_3", "N_3 per inflaton decay", multiplicity, all, &P::f_N3},
      {"theta12_deg", "deg", "θ_12", "solar mixing angle", angle, all, &P::theta12_deg},
      {"theta23_deg", "deg", "θ_23", "atmospheric mixing angle", angle, all, &P::theta23_deg},
      {"theta13_deg", "deg", "θ_13", "reactor mixing angle", angle, all, &P::theta13_deg},
      {"dm21_eV2", "eV^2", "Δm²_21", "m2² − m1²", positive, all, &P::dm21_eV2},
      {"dm3l_eV2", "eV^2", "Δm²_3ℓ", "m3² − m1² > 0 (NO) or m3² − m2² < 0 (IO)", any, all, &P::dm3l_eV2},
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
  return table;
}

const Parameter* find_parameter(std::string_view name) {
  for (const Parameter& p : parameters())
    if (p.name == name) return &p;
  return nullptr;
}

bool is_input(const Parameter& parameter, Texture texture) {
  if (parameter.applies_to == AppliesTo::all) return true;
  return (parameter.applies_to == AppliesTo::none_only) == (texture == Texture::none);
}

Outcome<ModelPoint> check_domain(const ModelPoint& point, const ModelSettings& settings) {
  const auto fail = [](std::string message) { return Failure{Status::outside_domain, std::move(message)}; };
  for (const Parameter& p : parameters())
    if (is_input(p, settings.texture) && !p.domain.contains(point.*p.member))
      return fail(std::string(p.name) + " = " + std::to_string(point.*p.member) + " is outside its domain");
  // Rounding of thirds must not turn 2 into more than 2.
  if (point.f_N1 + point.f_N2 + point.f_N3 > 2.0 * (1.0 + 1e-14))
    return fail("f_N1 + f_N2 + f_N3 exceeds 2 right-handed neutrinos per inflaton");
  if ((settings.ordering == Ordering::normal) != (point.dm3l_eV2 > 0.0) || point.dm3l_eV2 == 0.0)
    return fail("the sign of dm3l_eV2 contradicts the mass ordering");
  if ((settings.texture == Texture::mumu_tautau) != (point.vev_ratio == 0.0))
    return fail("vev_ratio must be 0 for mumu_tautau and positive for the other textures");
  return point;
}

}  // namespace mutauscan
