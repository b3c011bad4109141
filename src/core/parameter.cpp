#include "mutauscan/core/parameter.hpp"

#include <cmath>

#include "mutauscan/core/text.hpp"

namespace mutauscan {

std::string constraint_of(const Parameter& p) {
  const Domain& d = p.domain;
  std::string text = "must be a number";
  if (std::isfinite(d.lower)) text += (d.includes_lower ? " >= " : " > ") + short_text(d.lower);
  if (std::isfinite(d.upper)) text += (std::isfinite(d.lower) ? " and <= " : " <= ") + short_text(d.upper);
  return text + (p.unit == "1" ? "" : " [" + p.unit + "]");
}

std::optional<PointObjection> check_domain(const Parameter& parameter, double value) {
  if (parameter.domain.contains(value)) return std::nullopt;
  return PointObjection{parameter.name, short_text(value), {constraint_of(parameter)}};
}

}  // namespace mutauscan
