#include "mutauscan/models/model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "functions.hpp"
#include "mutauscan/models/column_table.hpp"
#include "mutauscan/models/setting_table.hpp"

namespace mutauscan {
namespace {

struct Settings {
  const ReferenceFunction* function = &reference_functions().front();
  double dimension = 2.0;

  std::size_t inputs() const { return std::size_t(dimension); }
};

const std::vector<SettingRow<Settings>>& settings_table() {
  static const std::vector<SettingRow<Settings>> rows = [] {
    std::string choices;
    for (const ReferenceFunction& f : reference_functions())
      choices += (choices.empty() ? "\"" : " | \"") + f.name + '"';
    return std::vector<SettingRow<Settings>>{
        {{"model", "function", "the analytic likelihood", choices, reference_functions().front().name},
         [](Settings& s, const SettingValue& value) {
           for (const ReferenceFunction& f : reference_functions())
             if (f.name == std::get<std::string>(value)) {
               s.function = &f;
               return true;
             }
           return false;
         },
         [](const Settings& s) -> SettingValue { return s.function->name; }},
        number<Settings>("model", "dimension", "number of parameters, a whole number", 1.0, most_parameters,
                         [](Settings& s) -> double& { return s.dimension; })};
  }();
  return rows;
}

struct Result {
  std::vector<double> x;  ///< the inputs
  Status status = Status::ok;
  Stage stage = Stage::complete;
  SolverReport solver;  ///< there is nothing to solve
};

const ColumnTable<Result>& column_table() {
  static const ColumnTable<Result> table = [] {
    ColumnTable<Result> c;
    for (std::size_t i = 0; i < most_parameters; ++i) {
      const std::string n = std::to_string(i + 1);
      c.real("x" + n, "1", "x_" + n, "coordinate " + n + "; NaN: beyond the dimension", [i](const Result& r) {
        return i < r.x.size() ? r.x[i] : std::numeric_limits<double>::quiet_NaN();
      });
    }
    c.status_columns();
    for (const char* name : {"loglike_reference", "loglike_total"}) {
      Column column{name, "1", "ln L", "log-likelihood of the reference function"};
      column.is_assessed = true;
      c.add(column, {});
    }
    c.telemetry_columns();
    return c;
  }();
  return table;
}

const RowLayout& layout() {
  static const RowLayout layout(column_table().columns());
  return layout;
}

class ReferenceModel : public Model {
 public:
  const ModelKind& kind() const override;
  std::unique_ptr<Model> clone() const override { return std::make_unique<ReferenceModel>(*this); }

  std::optional<Objection> set(const SettingKey& key, const SettingValue& value) override {
    if (const double* number = std::get_if<double>(&value); number && *number != std::floor(*number))
      return Objection{"must be a whole number"};
    if (row_of(settings_table(), key).set(settings_, value)) return std::nullopt;
    return Objection{"must be one of " + key.choices};
  }
  SettingValue get(const SettingKey& key) const override {
    return row_of(settings_table(), key).get(settings_);
  }

  std::vector<KeyObjection> check_settings() const override {
    const ReferenceFunction& f = *settings_.function;
    if (settings_.dimension != std::floor(settings_.dimension))
      return {{"model.dimension", {"must be a whole number"}}};
    if (settings_.inputs() >= f.least_dimension && settings_.inputs() <= f.most_dimension) return {};
    return {{"model.dimension",
             {f.least_dimension == f.most_dimension
                  ? f.name + " has " + std::to_string(f.least_dimension) + " dimensions"
                  : f.name + " needs at least " + std::to_string(f.least_dimension) + " dimensions"}}};
  }

  bool is_input(std::size_t parameter) const override { return parameter < settings_.inputs(); }
  Objection why_no_input(std::size_t) const override {
    return {"is beyond model.dimension = " + std::to_string(settings_.inputs()), "raise model.dimension"};
  }

  std::vector<PointObjection> check(std::span<const double> point) const override {
    std::vector<PointObjection> objections;
    for (std::size_t i = 0; i < settings_.inputs(); ++i)
      if (auto objection = check_domain(kind().parameters[i], point[i])) objections.push_back(*objection);
    return objections;
  }

  PointEnd evaluate(std::span<const double> point, const SolverSettings&, Workspace&, std::span<double> row,
                    Trace*) const override {
    const auto objections = check(point);
    PointEnd end =
        objections.empty() ? PointEnd{} : PointEnd{Status::outside_domain, objections.front().text()};
    write_unevaluated(point, end.status, objections.empty() ? Stage::complete : Stage::parameters, row);
    return end;
  }

  void write_unevaluated(std::span<const double> point, Status status, Stage stage,
                         std::span<double> row) const override {
    const std::span<const double> inputs = point.first(settings_.inputs());
    column_table().write({{inputs.begin(), inputs.end()}, status, stage, {}}, row);
    assess(row);
  }

  void assess(std::span<double> row) const override {
    const double log_likelihood = row[layout().position("status")] == double(int(Status::ok))
                                      ? settings_.function->log_likelihood(row.subspan(1, settings_.inputs()))
                                      : std::numeric_limits<double>::quiet_NaN();
    row[layout().position("loglike_reference")] = row[layout().position("loglike_total")] = log_likelihood;
  }

 private:
  Settings settings_;
};

ModelKind make_kind() {
  ModelKind kind{"reference",
                 "an analytic likelihood to test samplers with",
                 {},
                 keys_of(settings_table()),
                 &layout(),
                 {},
                 {},
                 {},
                 /*has_trace=*/false,
                 [] { return std::unique_ptr<Model>(std::make_unique<ReferenceModel>()); }};
  kind.start = {{{"x1", -5.0, 5.0, false}, {"x2", -5.0, 5.0, false}}, 2, {}};
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < most_parameters; ++i) {
    const std::string n = std::to_string(i + 1);
    kind.parameters.push_back(
        {"x" + n, "1", "x_" + n, "coordinate " + n, {-inf, inf, false}, 0.5, "reference, dimension >= " + n});
  }
  return kind;
}

}  // namespace

const ModelKind& reference_kind() {
  static const ModelKind kind = make_kind();
  return kind;
}

const ModelKind& ReferenceModel::kind() const { return reference_kind(); }

}  // namespace mutauscan
