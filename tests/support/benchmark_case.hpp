#pragma once

#include <map>
#include <string>

#include "evaluate_point.hpp"
#include "near.hpp"

namespace mutauscan {

/// A point of benchmark.json, whose neutrinos decay each by itself, with other [model] keys if wanted.
struct Case {
  ModelPoint point;
  ModelSettings model;
};

/// Sets the member of the settings that a key of benchmark.json names.
inline void set_by_name(ModelSettings& s, const std::string& key, const nlohmann::json& value) {
  const auto choose = [&](auto& member) {
    const auto parsed = parse_enum<std::remove_reference_t<decltype(member)>>(value.get<std::string>());
    if (!parsed) throw std::runtime_error("no such choice of " + key);
    member = *parsed;
  };
  if (key == "kind") return;
  if (key == "texture") return choose(s.texture);
  if (key == "ordering") return choose(s.ordering);
  if (key == "cp_branch") return choose(s.cp_branch);
  if (key == "thermal_coefficients") return choose(s.thermal_coefficients);
  if (key == "coherence") return choose(s.coherence);
  if (key == "thermal_potential") return choose(s.thermal_potential);
  if (key == "regulator") return choose(s.regulator);
  if (key == "temperature") return choose(s.temperature);
  if (key == "spectators") return choose(s.spectators);
  if (key == "scatterings") return choose(s.scatterings);
  if (key == "delta_l2") return choose(s.delta_l2);
  if (key == "scalar_masses") return choose(s.scalar_masses);
  if (key == "sphaleron_factor") return choose(s.sphaleron_factor);
  if (key == "g_minus_2") return choose(s.g_minus_2);
  if (key == "g_star") {
    s.g_star = value;
    return;
  }
  throw std::runtime_error("no such key: " + key);
}

inline Case case_of(const nlohmann::json& c, const std::map<std::string, std::string>& more = {}) {
  Case result;
  result.model.coherence = Coherence::none;
  result.model.thermal_potential = ThermalPotential::high_temperature;  // that of the reference
  for (const auto& [key, value] : c.at("model").items()) set_by_name(result.model, key, value);
  for (const auto& [key, value] : more) set_by_name(result.model, key, value);
  for (const auto& [name, value] : c.at("parameters").items())
    for (const PointParameter& p : parameters())
      if (p.parameter.name == name) result.point.*p.member = value;
  return result;
}

}  // namespace mutauscan
