#include "describe_text.hpp"

#include <cmath>
#include <cstdio>

namespace mutauscan::cli {

std::string number_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", x);
  return text;
}

std::string domain_text(const Parameter& p) {
  const Domain& d = p.domain;
  const std::string lower =
      std::isinf(d.lower) ? "" : (d.includes_lower ? "≥ " : "> ") + number_text(d.lower);
  const std::string upper = std::isinf(d.upper) ? "" : "≤ " + number_text(d.upper);
  return lower + (lower.empty() || upper.empty() ? "" : ", ") + upper;
}

std::string source_text(const LimitText& limit) {
  return limit.source + (limit.year == 0 ? "" : " (" + std::to_string(limit.year) + ")");
}

std::string weight_text(const LimitText& limit) {
  return (limit.is_hard ? "yes" : "no") + (limit.remark.empty() ? "" : ": " + limit.remark);
}

std::string text_of(const ConfigKey& k) {
  return "  [" + k.section + "] " + k.name + " = " + k.choices +
         (k.default_value.empty() ? "" : ", default " + k.default_value) + "\n      " + k.meaning + "\n";
}

std::string text_of(const Parameter& p) {
  return "  " + p.name + " [" + p.unit + "], " + number_text(p.default_value) + ", " + domain_text(p) + "; " +
         p.input_for + "\n      " + p.meaning + "\n";
}

std::string text_of(const LimitText& l) {
  return "  limit_" + l.name + ": " + l.requirement + "\n      " + l.confidence + "; " + source_text(l) +
         "; " + weight_text(l) + "\n";
}

std::string text_of(const Column& c) {
  return "  " + c.path() + " [" + c.unit + "] " + c.symbol + "\n      " + c.long_name + "\n";
}

std::string text_of(const StatusName& s) {
  return "  " + std::to_string(int(s.status)) + " " + std::string(s.name) + ": " + std::string(s.meaning) +
         "\n      what to do: " + std::string(s.remedy) + "\n";
}

}  // namespace mutauscan::cli
