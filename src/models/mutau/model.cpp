#include "mutauscan/models/model.hpp"

#include <array>
#include <cstdio>
#include <map>

#include "columns.hpp"
#include "mutauscan/physics/limit_curves.hpp"
#include "mutauscan/physics/measurements.hpp"
#include "mutauscan/physics/neutrino_sector.hpp"
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

constexpr std::array two_zero_textures = {Texture::emu_mumu, Texture::etau_tautau, Texture::mumu_tautau};

bool has_solution(Texture texture, const ModelPoint& point, ModelSettings settings) {
  settings.texture = texture;
  return bool(light_neutrinos(point, settings));
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

  /// A texture that is not given: of the two with sigma_1 and sigma_2, which have the same inputs, the one
  /// that has a solution. The first if both have, or none has.
  std::string settle(std::span<const double> centre) override {
    ModelSettings& model = settings_.model;
    const ModelPoint point = point_of(centre);
    if (settings_.texture_given || !check_point(point, model).empty() ||
        has_solution(Texture::emu_mumu, point, model) || !has_solution(Texture::etau_tautau, point, model))
      return "";
    model.texture = Texture::etau_tautau;
    return "model.texture is not given: etau_tautau, which has a solution for these oscillation parameters "
           "(emu_mumu has none)";
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

  std::string remedy(Status status, std::span<const double> point) const override {
    if (status != Status::no_texture_solution) return Model::remedy(status, point);
    std::string others;
    for (const Texture texture : two_zero_textures)
      if (has_solution(texture, point_of(point), settings_.model))
        others += (others.empty() ? "" : " or ") + ('"' + std::string(name_of(texture)) + '"');
    return others.empty() ? "no texture has a solution for these oscillation parameters: another "
                            "theta23_deg, or texture \"none\""
                          : "for these oscillation parameters take texture = " + others;
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

/// Whether the textures have a solution at the best fits.
ReferenceTable texture_table() {
  ReferenceTable table{
      "Which texture has a solution?",
      "A two-zero texture solves for δ, the Majorana phases and the lightest mass, and has a "
      "solution for a part of the oscillation data only. At the best fits:",
      {{"model.nufit", "θ23"}}};
  for (const Texture texture : two_zero_textures)
    table.rows.front().push_back("`" + std::string(name_of(texture)) + "`");
  for (const OscillationData& fit : oscillation_data_sets()) {
    ModelSettings settings;
    settings.ordering = fit.ordering;
    ModelPoint point;
    point.theta12_deg = angle_deg(fit.sin2_theta12.best);
    point.theta23_deg = angle_deg(fit.sin2_theta23.best);
    point.theta13_deg = angle_deg(fit.sin2_theta13.best);
    point.dm21_eV2 = fit.dm21_eV2.best;
    point.dm3l_eV2 = fit.dm3l_eV2.best;
    char angle[16];
    std::snprintf(angle, sizeof angle, "%.1f°", point.theta23_deg);
    table.rows.push_back({"`" + std::string(fit.name) + "`", angle});
    for (const Texture texture : two_zero_textures)
      table.rows.back().push_back(has_solution(texture, point, settings) ? "yes" : "no");
  }
  return table;
}

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
  kind.tables = {texture_table()};
  kind.start = {{{"lambda_phi_sigma", -1e-2, -1e-4, true},
                 {"h_etau", 0.3, 3.0, true},
                 {"M_mutau", 4e6, 2.5e7, true},
                 {"T_R", 5e3, 5e5, true},
                 {"g_zp", 3e-4, 2.7e-3, true},
                 {"m_zp", 1e-2, 1.0, true},
                 {"vev_ratio", 0.1, 1.0, true},
                 {"f_N1", 0.0, 0.66, false},
                 {"f_N2", 0.0, 0.66, false},
                 {"f_N3", 0.0, 0.66, false}},
                6,
                {{"NO", "nufit", "5.1/NO_noSK"}, {"IO", "nufit", "5.1/IO_noSK"}}};
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
