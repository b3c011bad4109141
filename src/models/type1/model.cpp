#include "mutauscan/models/model.hpp"

#include "columns.hpp"
#include "mutauscan/models/setting_table.hpp"

namespace mutauscan {
namespace {

/// The settings of kind type1. `plasma`: what equations "full" share with kind mutau.
struct Settings {
  Type1Settings type1;
  ModelSettings plasma;
};

SettingRow<Settings> radiative_corrections() {
  return {
      {"model", "radiative_corrections",
       "of light-neutrino masses: in the Casas-Ibarra relation, or in the masses that explicit Yukawas give",
       "\"none\" | \"one_loop\"", "none"},
      [](Settings& s, const SettingValue& value) {
        const auto& text = std::get<std::string>(value);
        s.type1.radiative_corrections = text == "one_loop";
        return text == "one_loop" || text == "none";
      },
      [](const Settings& s) -> SettingValue {
        return std::string(s.type1.radiative_corrections ? "one_loop" : "none");
      }};
}

const std::vector<SettingRow<Settings>>& settings_table() {
  using S = Settings;
  static const std::vector<SettingRow<S>> rows = {
      word<S, Ordering>("ordering", "light-neutrino mass ordering",
                        [](S& s) -> Ordering& { return s.plasma.ordering; }),
      stored_since(
          word<S, Coherence>("coherence",
                             "equations \"full\": decays of N that overlap, to all orders in mixing, the "
                             "closed form of one pair, or each by itself with a regulator",
                             [](S& s) -> Coherence& { return s.plasma.coherence; }),
          "none"),
      word<S, Regulator>("regulator",
                         "coherence \"none\": width in the resonant propagator of the CP asymmetry",
                         [](S& s) -> Regulator& { return s.plasma.regulator; }),
      word<S, Spectators>("spectators", "chemical potentials of the plasma",
                          [](S& s) -> Spectators& { return s.plasma.spectators; }),
      word<S, Scatterings>("scatterings", "ΔL = 1 scatterings",
                           [](S& s) -> Scatterings& { return s.plasma.scatterings; }),
      word<S, DeltaL2>("delta_l2", "ΔL = 2 scatterings", [](S& s) -> DeltaL2& { return s.plasma.delta_l2; }),
      word<S, SphaleronFactor>("sphaleron_factor", "baryons per B−L at sphaleron freeze-out",
                               [](S& s) -> SphaleronFactor& { return s.plasma.sphaleron_factor; }),
      word<S, Type1Equations>("equations", "equations of thermal leptogenesis",
                              [](S& s) -> Type1Equations& { return s.type1.equations; }),
      word<S, Type1Parametrisation>(
          "parametrisation",
          "what a point is given by besides M1, M2, M3: light neutrinos and a complex rotation, or the Dirac "
          "Yukawas h",
          [](S& s) -> Type1Parametrisation& { return s.type1.parametrisation; }),
      word<S, InitialAbundance>("initial_abundance",
                                "abundance of heavy neutrinos at the start; equations \"full\": vanishing",
                                [](S& s) -> InitialAbundance& { return s.type1.initial_abundance; }),
      radiative_corrections(),
      number<S>("model", "g_star", "relativistic degrees of freedom", 1.0, 1e4,
                [](S& s) -> double& { return s.plasma.g_star; }),
  };
  return rows;
}

const ColumnTable<Type1PointResult>& column_table() {
  static const ColumnTable<Type1PointResult> table = type1_columns();
  return table;
}

const RowLayout& layout() {
  static const RowLayout layout(column_table().columns());
  return layout;
}

class Type1Model : public Model {
 public:
  const ModelKind& kind() const override;
  std::unique_ptr<Model> clone() const override { return std::make_unique<Type1Model>(*this); }

  std::optional<Objection> set(const SettingKey& key, const SettingValue& value) override {
    if (row_of(settings_table(), key).set(settings_, value)) return std::nullopt;
    return Objection{"must be one of " + key.choices, ""};
  }
  SettingValue get(const SettingKey& key) const override {
    return row_of(settings_table(), key).get(settings_);
  }

  std::vector<KeyObjection> check_settings() const override {
    if (settings_.type1.equations == Type1Equations::full &&
        settings_.type1.initial_abundance == InitialAbundance::thermal)
      return {{"model.initial_abundance", {"must be \"vanishing\" for equations \"full\"", "leave it out"}}};
    return {};
  }

  bool is_input(std::size_t parameter) const override {
    return mutauscan::is_input(type1_parameters()[parameter], settings_.type1);
  }
  Objection why_no_input(std::size_t parameter) const override {
    const auto quoted = [](auto choice) { return "\"" + std::string(name_of(choice)) + "\""; };
    return {
        "is not an input of parametrisation " + quoted(settings_.type1.parametrisation),
        "model.parametrisation = " + quoted(*type1_parameters()[parameter].parametrisation) + " takes it"};
  }

  std::vector<PointObjection> check(std::span<const double> point) const override {
    return check_point(point_of(point), settings_.type1);
  }

  PointEnd evaluate(std::span<const double> point, const SolverSettings& solver, Workspace& workspace,
                    std::span<double> row, Trace*) const override {
    const Type1PointResult result =
        evaluate_type1(point_of(point), settings_.type1, settings_.plasma, solver, workspace.ode);
    column_table().write(result, row);
    return {result.status, result.message};
  }

  void write_unevaluated(std::span<const double> point, Status status, Stage stage,
                         std::span<double> row) const override {
    Type1PointResult result;
    result.point = point_of(point);
    result.settings = settings_.type1;
    result.status = status;
    result.stage = stage;
    column_table().write(result, row);
  }

 private:
  Type1Point point_of(std::span<const double> values) const {
    Type1Point point;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_input(i)) point.*type1_parameters()[i].member = values[i];
    return point;
  }

  Settings settings_;
};

ModelKind make_kind() {
  ModelKind kind{"type1",
                 "the type-I seesaw in a hot plasma",
                 {},
                 keys_of(settings_table()),
                 &layout(),
                 {},
                 {},
                 {},
                 /*has_trace=*/false,
                 [] { return std::unique_ptr<Model>(std::make_unique<Type1Model>()); }};
  kind.start = {{{"M1", 5.5, 6.4, false},
                 {"delta", 0.0, 360.0, false},
                 {"x1", 0.0, 180.0, false},
                 {"y1", 0.0, 180.0, false},
                 {"x2", 0.0, 180.0, false},
                 {"y3", 0.0, 180.0, false},
                 {"M2", 6.1, 6.9, false},
                 {"M3", 6.6, 8.0, false}},
                6,
                {{"NO", "ordering", "NO"}, {"IO", "ordering", "IO"}}};
  for (const Type1Parameter& p : type1_parameters()) kind.parameters.push_back(p.parameter);
  return kind;
}

}  // namespace

const ModelKind& type1_kind() {
  static const ModelKind kind = make_kind();
  return kind;
}

const ModelKind& Type1Model::kind() const { return type1_kind(); }

}  // namespace mutauscan
