#include "mutauscan/physics/type1_point.hpp"

#include <limits>
#include <numbers>
#include <string>

#include "mutauscan/core/text.hpp"

namespace mutauscan {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double four_pi = 4.0 * std::numbers::pi;

Type1Parameter row(std::string name, std::string unit, std::string symbol, std::string meaning, Domain domain,
                   std::optional<Type1Parametrisation> parametrisation, double Type1Point::*member) {
  const std::string input_for =
      parametrisation ? "type1, " + std::string(name_of(*parametrisation)) : std::string("type1");
  return {{std::move(name), std::move(unit), std::move(symbol), std::move(meaning), domain,
           Type1Point{}.*member, input_for},
          parametrisation,
          member};
}

/// Moduli, then phases, of the nine Dirac Yukawas.
void add_dirac_yukawas(std::vector<Type1Parameter>& table) {
  const char* const flavours[] = {"e", "mu", "tau"};
  const char* const symbols[] = {"e", "μ", "τ"};
  for (bool is_phase : {false, true})
    for (int alpha = 0; alpha < 3; ++alpha)
      for (int i = 0; i < 3; ++i) {
        const std::string n = std::to_string(i + 1), l = flavours[alpha];
        const std::string coupling = " of the Dirac Yukawa coupling of L_" + l + " and N_" + n;
        const std::string symbol = symbols[alpha] + n;
        if (is_phase)
          table.push_back(row("arg_h_" + l + n, "deg", "arg h_" + symbol,
                              "phase" + coupling + "; casas_ibarra: derived", {-inf, inf, false},
                              Type1Parametrisation::yukawas, yukawa_phase[alpha][i]));
        else
          table.push_back(row("h_" + l + n, "1", "|h|_" + symbol,
                              "modulus" + coupling + "; casas_ibarra: derived", {0.0, four_pi, true},
                              Type1Parametrisation::yukawas, yukawa_modulus[alpha][i]));
      }
}

std::vector<Type1Parameter> make_parameters() {
  constexpr Domain any{-inf, inf, false};
  constexpr Domain angle{0.0, 90.0, true};
  constexpr Domain logarithm{-200.0, 19.0, true};
  // From 131.8 GeV: lighter neutrinos decay after sphaleron freeze-out, when leptons make no baryons.
  constexpr Domain heavy{2.12, 19.0, true};
  constexpr auto casas = Type1Parametrisation::casas_ibarra;
  constexpr std::nullopt_t both = std::nullopt;
  using P = Type1Point;
  std::vector<Type1Parameter> table = {
      row("m", "1", "log m", "log10 of the lightest neutrino mass in eV; -100: massless; yukawas: derived",
          logarithm, casas, &P::m),
      row("M1", "1", "log M_1", "log10 of the mass of N_1 in GeV", heavy, both, &P::M1),
      row("M2", "1", "log M_2", "log10 of the mass of N_2 in GeV", heavy, both, &P::M2),
      row("M3", "1", "log M_3", "log10 of the mass of N_3 in GeV", heavy, both, &P::M3),
      row("delta", "deg", "δ", "Dirac phase; yukawas: derived", any, casas, &P::delta),
      row("a21", "deg", "α_21", "Majorana phase of U = V diag(1, e^{iα21/2}, e^{iα31/2}); yukawas: derived",
          any, casas, &P::a21),
      row("a31", "deg", "α_31", "Majorana phase; yukawas: derived", any, casas, &P::a31),
      row("x1", "deg", "x_1", "real part of the Casas-Ibarra angle of R_23; yukawas: not given", any, casas,
          &P::x1),
      row("y1", "deg", "y_1", "imaginary part of the Casas-Ibarra angle of R_23; yukawas: not given", any,
          casas, &P::y1),
      row("x2", "deg", "x_2", "real part of the Casas-Ibarra angle of R_13; yukawas: not given", any, casas,
          &P::x2),
      row("y2", "deg", "y_2", "imaginary part of the Casas-Ibarra angle of R_13; yukawas: not given", any,
          casas, &P::y2),
      row("x3", "deg", "x_3", "real part of the Casas-Ibarra angle of R_12; yukawas: not given", any, casas,
          &P::x3),
      row("y3", "deg", "y_3", "imaginary part of the Casas-Ibarra angle of R_12; yukawas: not given", any,
          casas, &P::y3),
      row("t12", "deg", "θ_12", "solar mixing angle; yukawas: derived", angle, casas, &P::t12),
      row("t13", "deg", "θ_13", "reactor mixing angle; yukawas: derived", angle, casas, &P::t13),
      row("t23", "deg", "θ_23", "atmospheric mixing angle; yukawas: derived", angle, casas, &P::t23),
  };
  add_dirac_yukawas(table);
  return table;
}

}  // namespace

const std::vector<Type1Parameter>& type1_parameters() {
  static const std::vector<Type1Parameter> table = make_parameters();
  return table;
}

bool is_input(const Type1Parameter& parameter, const Type1Settings& settings) {
  return !parameter.parametrisation || *parameter.parametrisation == settings.parametrisation;
}

std::vector<PointObjection> check_point(const Type1Point& point, const Type1Settings& settings) {
  std::vector<PointObjection> objections;
  for (const Type1Parameter& p : type1_parameters())
    if (is_input(p, settings))
      if (auto objection = check_domain(p.parameter, point.*p.member))
        objections.push_back(std::move(*objection));
  const auto below = [&](const char* name, double value, const char* other, double least) {
    objections.push_back(
        {name, short_text(value), {std::string("must not be below ") + other + " = " + short_text(least)}});
  };
  if (point.M1 > point.M2) below("M2", point.M2, "M1", point.M1);
  if (point.M2 > point.M3) below("M3", point.M3, "M2", point.M2);
  return objections;
}

}  // namespace mutauscan
