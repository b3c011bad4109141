#include "plane_reader.hpp"

#include <algorithm>

namespace mutauscan {
namespace {

constexpr const char* example = R"(e.g. profile = ["T_R", "lambda_phi_sigma"])";

const std::string& name_of_axis(const Axis& axis, const Model& model) {
  return model.kind().parameters[axis.parameter].name;
}

using AxisPair = std::pair<std::size_t, std::size_t>;

std::optional<AxisPair> read_plane(const toml::array& list, const ParameterSpace& space, const Model& model,
                                   ProblemList& problems) {
  std::vector<std::string> known;
  for (const Axis& axis : space.axes) known.push_back(name_of_axis(axis, model));
  std::vector<std::size_t> axes;
  for (const toml::node& node : list) {
    const std::string name = node.value_or(std::string());
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
      return problems.add("scan.profile", node, "is not a scanned parameter",
                          "both axes of a plane have a range in [parameters]");
    axes.push_back(std::size_t(found - known.begin()));
  }
  if (axes.size() != 2 || axes[0] == axes[1])
    return problems.add("scan.profile", list, "a plane has two different axes", example);
  return AxisPair{axes[0], axes[1]};
}

/// The smallest u at which the axis has reached the value (is_lower), or the largest at which it has not yet
/// passed it.
double quantile_of(const Axis& axis, double value, bool is_lower) {
  double below = 0.0, above = 1.0;
  while (true) {
    const double u = 0.5 * (below + above);
    if (u <= below || u >= above) return is_lower ? above : below;
    const double x = axis.at(u);
    (is_lower ? x < value : x <= value) ? below = u : above = u;
  }
}

using Window = std::array<std::pair<double, double>, 2>;

std::optional<Window> read_window(const toml::node& node, const AxisPair& plane, const ParameterSpace& space,
                                  const Model& model, ProblemList& problems) {
  const auto wrong = [&] {
    return problems.add("scan.window", node,
                        "must be [[low, high], [low, high]], low < high, for the two axes",
                        "e.g. window = [[1e4, 1e6], [0.0, 0.1]]");
  };
  const toml::array* sides = node.as_array();
  if (!sides || sides->size() != 2) return wrong();
  Window window;
  for (std::size_t k = 0; k < 2; ++k) {
    const toml::array* side = sides->get(k)->as_array();
    if (!side || side->size() != 2) return wrong();
    const auto low = side->get(0)->value<double>(), high = side->get(1)->value<double>();
    if (!low || !high || !(*low < *high)) return wrong();
    const Axis& axis = space.axes[k == 0 ? plane.first : plane.second];
    window[k] = {quantile_of(axis, *low, true), quantile_of(axis, *high, false)};
    if (!(window[k].first < window[k].second))
      return problems.add("scan.window", *side, "lies outside the range of " + name_of_axis(axis, model));
  }
  return window;
}

}  // namespace

void read_planes(const toml::table& table, const ParameterSpace& space, const Model& model,
                 ScanSettings& scan, ProblemList& problems) {
  const toml::node *profile = table.get("profile"), *window = table.get("window");
  if (scan.sampler != SamplerKind::profile) {
    if (profile) problems.add("scan.profile", *profile, "is for sampler = \"profile\" only");
    if (window) problems.add("scan.window", *window, "is for sampler = \"profile\" only");
    return;
  }
  const toml::array* list = profile ? profile->as_array() : nullptr;
  if (!profile) {
    problems.add("scan.profile", "missing", "is needed by sampler \"profile\"", example, line_of(table));
  } else if (!list || list->empty()) {
    problems.add("scan.profile", *profile, "must name two axes, or be a list of such pairs", example);
  } else if (list->get(0)->is_array()) {
    for (const toml::node& node : *list) {
      if (!node.is_array())
        problems.add("scan.profile", node, "must name two axes, or be a list of such pairs", example);
      else if (const auto plane = read_plane(*node.as_array(), space, model, problems))
        scan.adaptive.planes.push_back(*plane);
    }
  } else if (const auto plane = read_plane(*list, space, model, problems)) {
    scan.adaptive.planes.push_back(*plane);
  }
  if (!window || scan.adaptive.planes.empty()) return;
  if (scan.adaptive.planes.size() > 1)
    problems.add("scan.window", *window, "is for one plane", "narrow the ranges of the axes instead");
  else if (const auto read = read_window(*window, scan.adaptive.planes.front(), space, model, problems))
    scan.adaptive.windows = {*read};
}

}  // namespace mutauscan
