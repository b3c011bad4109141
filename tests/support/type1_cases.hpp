#pragma once

#include <string>
#include <vector>

#include "mutauscan/physics/model_settings.hpp"
#include "mutauscan/physics/type1_point.hpp"
#include "near.hpp"

namespace mutauscan {

/// A case of tests/reference/ulysses.json: one card of ULYSSES 2.0.2 and what it makes of it.
struct Type1Case {
  std::string name;
  Type1Point point;
  Type1Settings settings;
  ModelSettings model;
  nlohmann::json json;
};

inline std::vector<Type1Case> type1_cases() {
  std::vector<Type1Case> cases;
  const nlohmann::json reference_file = reference("ulysses.json");
  for (const auto& c : reference_file.at("cases")) {
    const auto& p = c.at("parameters");
    Type1Case one;
    one.name = c.at("card").get<std::string>() + " " + c.at("model").get<std::string>();
    one.point = {p.at("m"),   p.at("M1"),  p.at("M2"),  p.at("M3"), p.at("delta"), p.at("a21"),
                 p.at("a31"), p.at("x1"),  p.at("y1"),  p.at("x2"), p.at("y2"),    p.at("x3"),
                 p.at("y3"),  p.at("t12"), p.at("t13"), p.at("t23")};
    one.settings.equations = parse_enum<Type1Equations>(c.at("model").get<std::string>()).value();
    one.settings.radiative_corrections = c.at("loop");
    one.model.ordering = parse_enum<Ordering>(c.at("ordering").get<std::string>()).value();
    one.json = c;
    cases.push_back(one);
  }
  return cases;
}

}  // namespace mutauscan
