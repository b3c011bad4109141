#include "trace.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "mutauscan/physics/neutrino_balance.hpp"

namespace mutauscan {
namespace {

struct Traced {
  Column column;
  std::function<double(const BoltzmannSnapshot&)> value;
};

std::vector<Traced> trace_columns(const ThermalHistory& history) {
  using S = const BoltzmannSnapshot&;
  std::vector<Traced> list = {
      {{"log_scale_factor", "1", "ln a", "logarithm of the scale factor, 0 where rho_R = rho_phi"},
       [](S s) { return s.log_scale_factor; }},
      {{"T", "GeV", "T", "temperature of the plasma"}, [](S s) { return s.temperature; }},
      {{"H", "GeV", "H", "Hubble rate"}, [](S s) { return s.hubble_rate; }},
      {{"rho_phi", "GeV^4", "ρ_φ", "energy density of the inflaton"}, [](S s) { return s.inflaton_energy; }},
      {{"rho_R", "GeV^4", "ρ_R", "energy density of radiation"}, [](S s) { return s.radiation_energy; }},
      {{"sigma1", "GeV", "⟨σ1⟩", "vacuum expectation value of sigma1"},
       [&history](S s) { return history.vacuum(s.temperature).sigma1; }},
      {{"sigma2", "GeV", "⟨σ2⟩", "vacuum expectation value of sigma2"},
       [&history](S s) { return history.vacuum(s.temperature).sigma2; }}};
  const auto per_neutrino = [&list](const std::string& name, const std::string& unit,
                                    const std::string& symbol, const std::string& long_name, auto read) {
    for (int i = 0; i < 3; ++i) {
      const std::string n = std::to_string(i + 1);
      std::string of_one = symbol;
      of_one.insert(std::min(symbol.find('/'), symbol.size()), n);
      list.push_back({{name + n, unit, of_one, long_name + " " + n}, [=](S s) { return read(s, i); }});
    }
  };
  per_neutrino("M_", "GeV", "M_", "mass of right-handed neutrino",
               [](S s, int i) { return s.rates.mass(i); });
  per_neutrino("Gamma_over_H_", "1", "Γ_/H", "total width over the Hubble rate of right-handed neutrino",
               [](S s, int i) { return s.rates.total_width(i) / s.hubble_rate; });
  per_neutrino("eps_", "1", "ε_", "CP asymmetry of populations, all flavours, of right-handed neutrino",
               [](S s, int i) { return s.rates.epsilon.col(i).sum(); });
  per_neutrino("n_", "GeV^3", "n_", "number density, from the inflaton, of right-handed neutrino",
               [](S s, int i) { return s.neutrino_number(i); });
  per_neutrino("rho_N_", "GeV^4", "ρ_N", "energy density, from the inflaton, of right-handed neutrino",
               [](S s, int i) { return s.neutrino_energy(i); });
  per_neutrino("n_th_", "GeV^3", "n_th,", "number density, thermal, of right-handed neutrino",
               [](S s, int i) { return s.thermal_neutrino_number(i); });
  per_neutrino(
      "n_eq_", "GeV^3", "n_eq,", "number density in equilibrium of right-handed neutrino",
      [](S s, int i) { return s.rates.equilibrium(i) * std::exp(-s.rates.mass(i) / s.temperature); });
  const char* flavours[] = {"e", "mu", "tau"};
  const char* symbols[] = {"Y_Δe", "Y_Δμ", "Y_Δτ"};
  const char* sources[] = {"S_e", "S_μ", "S_τ"};
  for (int alpha = 0; alpha < 3; ++alpha)
    list.push_back(
        {{std::string("cp_source_") + flavours[alpha], "1", sources[alpha],
          std::string("leptons minus antileptons of flavour ") + flavours[alpha] +
              " per inflaton decay, cascades included"},
         [alpha](S s) {
           return -balance_neutrinos(s.rates, {}, s.temperature).inflaton.asymmetry.row(alpha).sum();
         }});
  for (int alpha = 0; alpha < 3; ++alpha)
    list.push_back({{std::string("Y_Delta_") + flavours[alpha], "1", symbols[alpha],
                     std::string("asymmetry (B/3 - L_") + flavours[alpha] + ")/s"},
                    [alpha](S s) { return s.Y_delta(alpha); }});
  list.push_back({{"Y_B", "1", "Y_B", "baryon asymmetry n_B/s, were sphalerons to freeze out now"},
                  [](S s) { return s.Y_B; }});
  return list;
}

}  // namespace

Trace trace_of(const std::vector<BoltzmannSnapshot>& steps, const ThermalHistory& history) {
  Trace trace;
  for (const Traced& traced : trace_columns(history)) {
    trace.push_back({traced.column, {}});
    for (const BoltzmannSnapshot& step : steps) trace.back().values.push_back(traced.value(step));
  }
  return trace;
}

}  // namespace mutauscan
