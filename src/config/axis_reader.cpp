#include "axis_reader.hpp"

#include <algorithm>
#include <cmath>

#include "config_keys.hpp"
#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {
namespace {

std::optional<AxisShape> read_range(const std::string& key, const Parameter& p, const toml::table& table,
                                    ProblemList& problems) {
  RangeAxis axis{0.0, 0.0};
  for (const auto& [end, target] : {std::pair{"min", &axis.min}, std::pair{"max", &axis.max}}) {
    if (!table.contains(end)) return problems.add(key, table, "lacks `" + std::string(end) + "`");
    const auto value = problems.number(key + "." + end, *table.get(end));
    if (!value) return std::nullopt;
    if (!p.domain.contains(*value)) return problems.add(key + "." + end, *table.get(end), constraint_of(p));
    *target = *value;
  }
  if (const toml::node* scale = table.get("scale")) {
    const auto parsed = parse_enum<Scale>(scale->value_or(std::string()));
    if (!parsed) return problems.add(key + ".scale", *scale, "must be one of " + enum_choices<Scale>());
    axis.scale = *parsed;
  }
  if (axis.min >= axis.max)
    return problems.add(key, table, "needs min < max",
                        "a single value is written " + std::string(p.name) + " = number");
  if (axis.scale == Scale::log && axis.min * axis.max <= 0.0)
    return problems.add(key, table, "a log axis cannot reach or cross 0", "scale = \"symlog\" can");
  axis.threshold = 1e-3 * std::max(std::abs(axis.min), std::abs(axis.max));
  if (const toml::node* threshold = table.get("threshold")) {
    const auto value = problems.number(key + ".threshold", *threshold);
    if (!value) return std::nullopt;
    if (axis.scale != Scale::symlog || *value <= 0.0)
      return problems.add(key + ".threshold", *threshold,
                          "must be positive, and is for scale = \"symlog\" only");
    axis.threshold = *value;
  }
  if (const toml::node* n = table.get("n")) {
    const auto value = problems.whole_number(key + ".n", *n, 2, most_grid_points);
    if (!value) return std::nullopt;
    axis.n = *value;
  }
  if (const toml::node* periodic = table.get("periodic")) {
    if (!periodic->is_boolean()) return problems.add(key + ".periodic", *periodic, "must be true or false");
    axis.periodic = *periodic->value<bool>();
  }
  return axis;
}

std::optional<AxisShape> read_nufit(const std::string& key, const std::optional<MeasuredValue>& fit,
                                    const toml::node& node, ProblemList& problems) {
  if (!fit)
    return problems.add(key + ".nufit", node, "is for parameters that NuFIT fits: angles, Δm², delta_deg");
  const auto value = [&](double x) { return fit->is_sin2 ? angle_deg(x) : x; };
  const std::string shape = node.value_or(std::string());
  if (shape == "normal") return NufitAxis{*fit};
  if (shape == "3sigma") return RangeAxis{value(fit->lower_3sigma), value(fit->upper_3sigma)};
  return problems.add(key + ".nufit", node, "must be \"normal\" or \"3sigma\"");
}

std::optional<AxisShape> read_values(const std::string& key, const Parameter& p, const toml::table& table,
                                     ProblemList& problems) {
  const bool is_normal = table.contains("normal");
  const std::string inner = key + (is_normal ? ".normal" : ".values");
  const toml::node& node = *table.get(is_normal ? "normal" : "values");
  const toml::array* array = node.as_array();
  if (!array || array->empty() || (is_normal && array->size() != 2))
    return problems.add(inner, node, is_normal ? "must be [mean, sigma]" : "must be a list of numbers");
  std::vector<double> values;
  for (const toml::node& element : *array) {
    const auto value = problems.number(inner, element);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  if (is_normal && values[1] <= 0.0) return problems.add(inner, node, "needs sigma > 0");
  for (std::size_t i = 0; i < (is_normal ? 1 : values.size()); ++i)
    if (!p.domain.contains(values[i])) return problems.add(inner, node, constraint_of(p));
  if (is_normal) return NormalAxis{values[0], values[1]};
  return ValuesAxis{std::move(values)};
}

}  // namespace

std::optional<Axis> read_axis(const std::string& key, const Model& model, std::size_t parameter,
                              const toml::table& table, ProblemList& problems) {
  const Parameter& p = model.kind().parameters[parameter];
  const bool is_range = table.contains("min") || table.contains("max");
  if (is_range + table.contains("values") + table.contains("normal") + table.contains("nufit") != 1) {
    return problems.add(
        key, table,
        "must be an axis: { min =, max = } or { values = [..] } or { normal = [mean, sigma] } or "
        "{ nufit = \"normal\" | \"3sigma\" }");
  }
  const std::vector<std::string> known =
      is_range ? std::vector<std::string>{"min", "max", "scale", "n", "threshold", "periodic"}
               : std::vector<std::string>{"values", "normal", "nufit"};
  const std::size_t before = problems.list.size();
  for (const auto& [name, node] : table)
    if (std::find(known.begin(), known.end(), name.str()) == known.end())
      problems.add_unknown(key + "." + std::string(name.str()), node, known,
                           "this axis takes " + known.front() + " ...");
  if (problems.list.size() > before) return std::nullopt;
  const auto shape = is_range ? read_range(key, p, table, problems)
                     : table.contains("nufit")
                         ? read_nufit(key, model.measured(parameter), *table.get("nufit"), problems)
                         : read_values(key, p, table, problems);
  if (!shape) return std::nullopt;
  return Axis{parameter, *shape};
}

}  // namespace mutauscan
