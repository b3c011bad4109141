#include <array>

#include <nlohmann/json.hpp>

#include "columns.hpp"

namespace mutauscan {
namespace {

AssessedColumn column(std::string name, std::string symbol, std::string long_name, ColumnType type,
                      std::function<double(const Assessment&)> value) {
  Column c{std::move(name), "1", std::move(symbol), std::move(long_name), type};
  c.is_assessed = true;
  if (type == ColumnType::int32) c.enum_names = R"({"-1":"says nothing, or not reached","0":"no","1":"yes"})";
  return {std::move(c), std::move(value)};
}

AssessedColumn verdict(std::string name, std::string symbol, std::string long_name,
                       Verdict Assessment::*member) {
  return column(std::move(name), std::move(symbol), std::move(long_name), ColumnType::int32,
                [member](const Assessment& a) { return double(int(a.*member)); });
}

/// {"x": [...], "y": [...], "axes": [...]}: the knots of an exclusion curve, straight lines between their
/// logarithms, and the columns that x and y are.
std::string curve_json(const Limit& limit) {
  nlohmann::json x = nlohmann::json::array(), y = x;
  for (const LimitCurve::Knot& knot : limit.curve->knots) {
    x.push_back(knot.x);
    y.push_back(knot.y);
  }
  const char *g = "g_zp", *mass = "m_zp";
  const auto axes = limit.is_lower_bound_on_mass ? nlohmann::json{g, mass} : nlohmann::json{mass, g};
  return nlohmann::json{
      {"axes", axes}, {"excluded", limit.is_lower_bound_on_mass ? "below" : "above"}, {"x", x}, {"y", y}}
      .dump();
}

std::string symbol_of(const Limit& limit) {
  return limit.symbol.empty() ? std::string(limit.name) : limit.symbol;
}

AssessedColumn limit_column(std::size_t i) {
  const Limit& limit = limits()[i];
  const std::string name(limit.name);
  AssessedColumn c = column("limit_" + name, symbol_of(limit),
                            limit.requirement + (limit.is_hard ? "" : " (not in the verdict)"),
                            ColumnType::int32, [i](const Assessment& a) { return double(int(a.limit[i])); });
  c.column.more_attributes = {{"is_hard", limit.is_hard ? "1" : "0"}};
  if (limit.curve) c.column.more_attributes.emplace_back("curve", curve_json(limit));
  return c;
}

AssessedColumn ratio_column(std::size_t i) {
  const std::string name(limits()[i].name);
  return column("ratio_" + name, "r(" + symbol_of(limits()[i]) + ")",
                "coupling or mass over its limit " + name + ", excluded above 1; NaN: says nothing",
                ColumnType::float64, [i](const Assessment& a) { return a.ratio[i]; });
}

AssessedColumn likelihood_column(std::size_t i) {
  const std::string name(likelihood_names[i]);
  constexpr std::array<const char*, likelihood_names.size()> symbols = {"Δa_μ", "Y_B",   "θ_12",  "θ_23",
                                                                        "θ_13", "Δm²21", "Δm²3ℓ", "δ"};
  return column("loglike_" + name, std::string("ln L(") + symbols[i] + ")",
                "log-likelihood of " + name + ", 0 at its maximum", ColumnType::float64,
                [i](const Assessment& a) { return a.log_likelihood[i]; });
}

}  // namespace

std::vector<AssessedColumn> assessment_columns() {
  std::vector<AssessedColumn> list;
  for (std::size_t i = 0; i < limits().size(); ++i) list.push_back(limit_column(i));
  for (std::size_t i = 0; i < limits().size(); ++i)
    if (limits()[i].ratio) list.push_back(ratio_column(i));
  list.push_back(column("M1_over_TR", "M_1/T_R",
                        "lightest right-handed neutrino mass over temperature at reheating",
                        ColumnType::float64, [](const Assessment& a) { return a.M1_over_TR; }));
  for (std::size_t i = 0; i < likelihood_names.size(); ++i) list.push_back(likelihood_column(i));
  list.push_back(column("loglike_total", "ln L", "sum of all log-likelihoods", ColumnType::float64,
                        [](const Assessment& a) { return a.log_likelihood_total; }));
  list.push_back(verdict("allowed", "allowed",
                         "1: no hard limit excludes the point, 0: one does, -1: unknown",
                         &Assessment::allowed));
  list.push_back(verdict("explains_g2", "g-2 ok",
                         "1: delta_a_mu is within two sigma of the chosen measurement",
                         &Assessment::explains_g2));
  list.push_back(verdict("explains_Y_B", "Y_B ok",
                         "1: Y_B is within the theory factor of the observed asymmetry, with its sign",
                         &Assessment::explains_Y_B));
  list.push_back(verdict("explains_all", "all ok", "1: allowed, and explains g-2 and the baryon asymmetry",
                         &Assessment::explains_all));
  return list;
}

}  // namespace mutauscan
