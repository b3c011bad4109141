#include "columns.hpp"

#include <limits>

#include "mutauscan/core/units.hpp"

namespace mutauscan {
namespace {

/// m_i^2 - m_j^2
double splitting(const LightNeutrinos& n, int i, int j) {
  return (n.mass(i) - n.mass(j)) * (n.mass(i) + n.mass(j));
}

}  // namespace

ColumnTable<Type1PointResult> type1_columns() {
  ColumnTable<Type1PointResult> c;
  for (const Type1Parameter& p : type1_parameters())
    c.real(p.parameter.name, p.parameter.unit, p.parameter.symbol, p.parameter.meaning,
           [&p](const Type1PointResult& r) {
             const bool known = is_input(p, r.settings) || r.couplings;  // else it would be derived
             return known ? r.point.*p.member : std::numeric_limits<double>::quiet_NaN();
           });

  const char* flavours[] = {"e", "mu", "tau"};
  const char* flavour_symbols[] = {"e", "μ", "τ"};
  const auto per_neutrino = [&c](const std::string& name, const std::string& suffix, const std::string& unit,
                                 const std::string& symbol, const std::string& long_name, auto make) {
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      c.real(name + n + suffix, unit, symbol + n, long_name + n, make(i));
    }
  };
  const auto& neutrinos = &Type1PointResult::neutrinos;
  per_neutrino("m", "_eV", "eV", "m_", "mass of light neutrino ", [&](int i) {
    return from(neutrinos, [i](const LightNeutrinos& n) { return n.mass(i) / units::eV; });
  });
  c.real("dm21_eV2", "eV^2", "Δm²_21", "m2² − m1²", from(neutrinos, [](const LightNeutrinos& n) {
           return splitting(n, 1, 0) / (units::eV * units::eV);
         }));
  c.real("dm3l_eV2", "eV^2", "Δm²_3ℓ", "m3² − m1² > 0 (NO) or m3² − m2² < 0 (IO)",
         from(neutrinos, [](const LightNeutrinos& n) {
           return splitting(n, 2, n.mass(2) > n.mass(1) ? 0 : 1) / (units::eV * units::eV);
         }));
  per_neutrino("M", "_GeV", "GeV", "M_", "mass of heavy neutrino ", [](int i) {
    return from(&Type1PointResult::couplings, [i](const Type1Couplings& t) { return t.mass(i); });
  });
  const auto& type1 = &Type1PointResult::asymmetry;
  per_neutrino("K_", "", "1", "K_", "decay parameter of N_", [&](int i) {
    return from(type1, [i](const Type1Result& t) { return t.decay_parameter(i); });
  });
  for (int alpha = 0; alpha < 3; ++alpha)
    per_neutrino(std::string("P_") + flavours[alpha], "", "1", std::string("P_") + flavour_symbols[alpha],
                 std::string("probability of decay to L_") + flavours[alpha] + " of N_", [=](int i) {
                   return from(type1, [=](const Type1Result& t) { return t.probability(alpha, i); });
                 });
  per_neutrino("eps_", "", "1", "ε_", "CP asymmetry, all flavours, of N_", [&](int i) {
    return from(type1, [i](const Type1Result& t) { return t.epsilon_total()(i); });
  });
  c.real("eta_B", "1", "η_B", "baryons per photon today",
         from(type1, [](const Type1Result& t) { return t.eta_B; }));
  c.real("Y_B", "1", "Y_B", "baryon asymmetry n_B/s",
         from(type1, [](const Type1Result& t) { return t.Y_B; }));
  c.attribute("measurement", asymmetry_measurement());
  for (int alpha = 0; alpha < 3; ++alpha)
    c.real(std::string("eta_B_") + flavours[alpha], "1", std::string("η_B,") + flavour_symbols[alpha],
           std::string("part of eta_B by lepton flavour ") + flavours[alpha] +
               "; NaN: not kept apart by these equations",
           from(type1, [alpha](const Type1Result& t) { return t.eta_B_flavour(alpha); }));
  c.status_columns();
  c.telemetry_columns();
  return c;
}

}  // namespace mutauscan
