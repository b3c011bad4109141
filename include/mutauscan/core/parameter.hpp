#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "mutauscan/core/objection.hpp"

namespace mutauscan {

/// Where a parameter's value means anything: finite, and lower < x <= upper or lower <= x <= upper.
struct Domain {
  double lower;
  double upper;
  bool includes_lower;

  /// x is in the domain.
  bool contains(double x) const {
    return std::isfinite(x) && (includes_lower ? x >= lower : x > lower) && x <= upper;
  }
};

/// A parameter of a model: the single place of its name, unit, meaning, domain and default. `describe`, the
/// config reader, the columns and the reference pages all read this.
struct Parameter {
  std::string name;
  std::string unit;
  std::string symbol;
  std::string meaning;
  Domain domain;
  double default_value;
  std::string input_for;  ///< which settings of the model read it: "mutau", "two-zero textures"
};

/// "must be a number >= 0 [GeV]"
std::string constraint_of(const Parameter& parameter);

/// An objection if the value is outside the parameter's domain.
std::optional<PointObjection> check_domain(const Parameter& parameter, double value);

}  // namespace mutauscan
