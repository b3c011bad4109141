#include "mutauscan/models/model.hpp"

#include <map>

#include "columns.hpp"
#include "mutauscan/physics/limit_curves.hpp"
#include "mutauscan/physics/measurements.hpp"
#include "settings.hpp"
#include "trace.hpp"

namespace mutauscan {
namespace {

/// The fitted quantity that a parameter is, and whether it is fitted as sin^2(theta).
struct Fitted {
  FittedValue OscillationData::*value;
  bool is_sin2;
};
const std::map<std::string_view, Fitted>& fitted_parameters() {
  static const std::map<std::string_view, Fitted> table = {
      {"theta12_deg", {&OscillationData::sin2_theta12, true}},
      {"theta23_deg", {&OscillationData::sin2_theta23, true}},
      {"theta13_deg", {&OscillationData::sin2_theta13, true}},
      {"dm21_eV2", {&OscillationData::dm21_eV2, false}},
      {"dm3l_eV2", {&OscillationData::dm3l_eV2, false}},
      {"delta_deg", {&OscillationData::delta_deg, false}}};
  return table;
}

class MutauModel : public Model {
 public:
  const ModelKind& kind() const override;
  std::unique_ptr<Model> clone() const override { return std::make_unique<MutauModel>(*this); }

  std::optional<Objection> set(const SettingKey& key, const SettingValue& value) override {
    if (row_of(mutau_settings(), key).set(settings_, value)) return std::nullopt;
    if (key.name == "nufit") return Objection{"must be a NuFIT data set", "one of " + key.choices};
    return Objection{"must be one of " + key.choices, ""};
  }
  SettingValue get(const SettingKey& key) const override {
    return row_of(mutau_settings(), key).get(settings_);
  }

  std::vector<KeyObjection> check_settings() const override {
    std::vector<KeyObjection> objections;
    const auto check = [&](const std::string& key, const OscillationData* fit) {
      if (fit && fit->ordering != settings_.model.ordering)
        objections.push_back(
            {key, {"is a fit for the other mass ordering", "change model.ordering or " + key}});
    };
    const ModelSettings& model = settings_.model;
    if (settings_.potential_given && model.thermal_potential != model.effective_thermal_potential())
      objections.push_back({"model.thermal_potential",
                            {"must be \"high_temperature\" for thermal_coefficients \"" +
                                 std::string(name_of(model.thermal_coefficients)) + "\"",
                             "leave it out, or take thermal_coefficients = \"lagrangian\""}});
    check("model.nufit", settings_.nufit);
    check("limits.nufit", settings_.limits_nufit);
    return objections;
  }

  bool is_input(std::size_t parameter) const override {
    return mutauscan::is_input(parameters()[parameter], settings_.model);
  }
  Objection why_no_input(std::size_t parameter) const override {
    if (parameters()[parameter].applies_to == AppliesTo::charge)
      return {"is not an input of initial_state \"mass\"", "model.initial_state = \"charge\" takes it"};
    return {"is not an input of texture \"" + std::string(name_of(settings_.model.texture)) + "\"",
            settings_.model.texture == Texture::none
                ? "it follows from lambda_e, lambda_mu, lambda_tau and the neutrino data"
                : "it is derived from the texture; see the columns of the result"};
  }
  double default_of(std::size_t parameter) const override {
    const Parameter& p = kind().parameters[parameter];
    if (p.name == "vev_ratio" && settings_.model.texture == Texture::mumu_tautau) return 0.0;
    const auto fitted = fitted_parameters().find(p.name);
    if (!settings_.nufit || fitted == fitted_parameters().end() || !is_input(parameter))
      return p.default_value;
    const double best = (settings_.nufit->*fitted->second.value).best;
    return fitted->second.is_sin2 ? angle_deg(best) : best;
  }
  std::optional<MeasuredValue> measured(std::size_t parameter) const override {
    const auto fitted = fitted_parameters().find(kind().parameters[parameter].name);
    if (fitted == fitted_parameters().end()) return std::nullopt;
    ModelSettings of_axes;  // model.nufit, else the default of the ordering
    of_axes.ordering = settings_.model.ordering;
    of_axes.oscillation_fit = settings_.nufit;
    const FittedValue& fit = oscillation_fit(of_axes).*fitted->second.value;
    return MeasuredValue{fit.best,         fit.minus,        fit.plus,
                         fit.lower_3sigma, fit.upper_3sigma, fitted->second.is_sin2};
  }

  std::vector<PointObjection> check(std::span<const double> point) const override {
    return check_point(point_of(point), settings_.model);
  }

  PointEnd evaluate(std::span<const double> point, const SolverSettings& solver, Workspace& workspace,
                    std::span<double> row, Trace* trace) const override {
    std::vector<BoltzmannSnapshot> steps;
    BoltzmannObserver observe;
    if (trace) observe = [&](const BoltzmannSnapshot& step) { steps.push_back(step); };
    const PointResult result =
        mutauscan::evaluate(point_of(point), settings_.model, solver, workspace.ode, observe);
    MutauColumns::table().write(result, settings_.model, row);
    if (trace && !steps.empty())
      *trace = trace_of(steps, ThermalHistory(result.point, settings_.model, *result.seesaw));
    return {result.status, result.message};
  }

  void write_unevaluated(std::span<const double> point, Status status, Stage stage,
                         std::span<double> row) const override {
    PointResult result;
    result.point = point_of(point);
    result.model = settings_.model;
    result.status = status;
    result.stage = stage;
    MutauColumns::table().write(result, settings_.model, row);
  }

  void assess(std::span<double> row) const override { MutauColumns::table().assess(row, settings_.model); }

 private:
  ModelPoint point_of(std::span<const double> values) const {
    ModelPoint point;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_input(i)) point.*parameters()[i].member = values[i];
    return point;
  }

  MutauSettings settings_;
};

ModelKind make_kind() {
  ModelKind kind{"mutau",
                 "U(1)_{Lμ−Lτ} with an inflaton",
                 {},
                 keys_of(mutau_settings()),
                 &MutauColumns::table().layout(),
                 {},
                 {},
                 {},
                 /*has_trace=*/true,
                 [] { return std::unique_ptr<Model>(std::make_unique<MutauModel>()); }};
  for (const PointParameter& p : parameters()) kind.parameters.push_back(p.parameter);
  for (const Limit& l : limits())
    kind.limits.push_back({std::string(l.name), l.requirement, std::string(l.confidence),
                           std::string(l.source), std::string(l.remark), l.year, l.is_hard});
  for (const LimitCurve* curve : limit_curves()) {
    LimitCurveText text{std::string(curve->name), {}};
    for (const auto& [x, y] : curve->knots) text.knots.emplace_back(x, y);
    kind.limit_curves.push_back(std::move(text));
  }
  for (const GMinus2Measurement& m : g_minus_2_measurements())
    kind.measurements.push_back({"model.g_minus_2", std::string(name_of(m.choice)), "delta_a_mu", m.value,
                                 m.sigma, std::string(m.source), m.year});
  return kind;
}

}  // namespace

const ModelKind& mutau_kind() {
  static const ModelKind kind = make_kind();
  return kind;
}

const ModelKind& MutauModel::kind() const { return mutau_kind(); }

}  // namespace mutauscan
