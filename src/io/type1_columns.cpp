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

  const auto& type1 = &PointResult::type1;
  const char* flavours[] = {"e", "mu", "tau"};
  const char* flavour_symbols[] = {"e", "μ", "τ"};
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    c.real("m" + n + "_eV", "eV", "m_" + n, "mass of light neutrino " + n,
           from(type1, [i](const Type1Result& t) { return t.neutrinos.mass(i) / units::eV; }));
  }
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    c.real("M" + n + "_GeV", "GeV", "M_" + n, "mass of heavy neutrino " + n,
           from(type1, [i](const Type1Result& t) { return t.couplings.mass(i); }));
  }
  for (int alpha = 0; alpha < 3; ++alpha)
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      c.real(std::string("h_") + flavours[alpha] + n, "1",
             std::string("|h_") + flavour_symbols[alpha] + n + "|",
             std::string("Dirac Yukawa coupling, modulus, of L_") + flavours[alpha] + " and N_" + n,
             from(type1, [=](const Type1Result& t) { return std::abs(t.couplings.yukawa(alpha, i)); }));
    }
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    c.real("K_" + n, "1", "K_" + n, "decay parameter of N_" + n,
           from(type1, [i](const Type1Result& t) { return t.decays.decay_parameter(i); }));
  }
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i + 1);
    c.real("eps_" + n, "1", "ε_" + n, "CP asymmetry of N_" + n + ", all flavours",
           from(type1, [i](const Type1Result& t) {
             return t.decays.epsilon[std::size_t(i)].diagonal().real().sum();
           }));
  }
  const auto asymmetry = [&](auto read) {
    return [read](const PointResult& r) {
      return r.type1 && r.type1->asymmetry ? read(*r.type1->asymmetry)
                                           : std::numeric_limits<double>::quiet_NaN();
    };
  };
  for (int alpha = 0; alpha < 3; ++alpha)
    c.real(std::string("N_") + flavours[alpha], "1", std::string("N_") + flavour_symbols[alpha],
           std::string("asymmetry B/3 - L_") + flavours[alpha] +
               " per 4/3 of a hot neutrino; NaN: not kept apart by these equations",
           asymmetry([alpha](const Type1Asymmetry& a) { return a.flavour(alpha); }));
  c.real("eta_B", "1", "η_B", "baryons per photon today",
         asymmetry([](const Type1Asymmetry& a) { return baryon_to_photon_ratio(a.total); }));
  c.real("Y_B", "1", "Y_B", "baryon asymmetry n_B/s",
         asymmetry([](const Type1Asymmetry& a) { return baryon_yield(baryon_to_photon_ratio(a.total)); }));
  add_status_columns(c);
  add_telemetry_columns(c);
  return c.list;
}

}  // namespace mutauscan
