#include <cmath>

#include "column_builder.hpp"
#include "mutauscan/core/units.hpp"

namespace mutauscan {

std::vector<Column> type1_columns() {
  ColumnBuilder c;
  c.list.push_back(index_column());
  for (const Parameter& p : parameters())
    if (p.applies_to == AppliesTo::type1)
      c.real(std::string(p.name), std::string(p.unit), std::string(p.symbol), std::string(p.meaning),
             [&p](const PointResult& r) { return r.point.*p.member; });

  const char* flavours[] = {"e", "mu", "tau"};
  const char* flavour_symbols[] = {"e", "μ", "τ"};
  const auto per_neutrino = [&c](const std::string& name, const std::string& suffix, const std::string& unit,
                                 const std::string& symbol, const std::string& long_name, auto make) {
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      c.real(name + n + suffix, unit, symbol + n, long_name + n, make(i));
    }
  };
  per_neutrino("m", "_eV", "eV", "m_", "mass of light neutrino ", [](int i) {
    return from(&PointResult::neutrinos, [i](const LightNeutrinos& n) { return n.mass(i) / units::eV; });
  });
  per_neutrino("M", "_GeV", "GeV", "M_", "mass of heavy neutrino ", [](int i) {
    return from(&PointResult::type1_couplings, [i](const Type1Couplings& t) { return t.mass(i); });
  });
  for (int alpha = 0; alpha < 3; ++alpha)
    per_neutrino(std::string("h_") + flavours[alpha], "", "1", std::string("|h|_") + flavour_symbols[alpha],
                 std::string("modulus of the Dirac Yukawa coupling of L_") + flavours[alpha] + " and N_",
                 [alpha](int i) {
                   return from(&PointResult::type1_couplings,
                               [=](const Type1Couplings& t) { return std::abs(t.yukawa(alpha, i)); });
                 });
  const auto& type1 = &PointResult::type1;
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
  c.real("Y_B", "1", "Y_B", "baryon asymmetry n_B/s", from(type1, [](const Type1Result& t) { return t.Y_B; }));
  for (int alpha = 0; alpha < 3; ++alpha)
    c.real(std::string("eta_B_") + flavours[alpha], "1", std::string("η_B,") + flavour_symbols[alpha],
           std::string("part of eta_B by lepton flavour ") + flavours[alpha] +
               "; NaN: not kept apart by these equations",
           from(type1, [alpha](const Type1Result& t) { return t.eta_B_flavour(alpha); }));
  add_status_columns(c);
  add_telemetry_columns(c);
  return c.list;
}

}  // namespace mutauscan
