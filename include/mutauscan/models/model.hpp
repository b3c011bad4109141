#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mutauscan/core/column.hpp"
#include "mutauscan/core/objection.hpp"
#include "mutauscan/core/outcome.hpp"
#include "mutauscan/core/parameter.hpp"
#include "mutauscan/numerics/ode_solver.hpp"
#include "mutauscan/physics/boltzmann.hpp"

namespace mutauscan {

/// A setting of a model: a word of a list, or a number.
using SettingValue = std::variant<std::string, double>;

/// A key of [model] or [limits] in a config.
struct SettingKey {
  std::string section;  ///< "model" or "limits"
  std::string name;
  std::string meaning;
  std::string choices;  ///< the words it may be, as they stand in `describe`; of a number: its range
  SettingValue default_value;
  double lower = 0.0, upper = 0.0;  ///< of a number
  bool judges = false;              ///< limits and likelihoods alone depend on it: rescore may change it
  bool is_stored = true;            ///< false: a shorthand, which sets other keys and parameters
  /// What files from before there was the key were made with, where that is not its default.
  std::optional<SettingValue> before = std::nullopt;
};

/// The distribution of a measured parameter: a split normal one, of sin^2(theta) for an angle.
struct MeasuredValue {
  double best, minus, plus, lower_3sigma, upper_3sigma;
  bool is_sin2;  ///< of an angle in degrees
};

/// Memory that evaluations of one thread use again.
struct Workspace {
  OdeSolver ode;
};

/// One quantity along the evolution of a point.
struct TraceColumn {
  Column column;
  std::vector<double> values;
};
using Trace = std::vector<TraceColumn>;

/// How the evaluation of a point ended.
struct PointEnd {
  Status status = Status::ok;
  std::string message = {};  ///< of a failure
};

/// What `describe` says of a limit. Its verdict is the column limit_<name>.
struct LimitText {
  std::string name, requirement, confidence, source, remark;
  int year;  ///< 0: no publication
  bool is_hard;
};

/// An exclusion curve as knots (x, y), between which it is interpolated in logarithms.
struct LimitCurveText {
  std::string name;
  std::vector<std::pair<double, double>> knots;
};

/// A measurement that a setting chooses, of the quantity in `column`.
struct MeasurementText {
  std::string setting, choice, column;
  double value, sigma;
  std::string source;
  int year;
};

/// What `init` begins a config with.
struct StartOfScan {
  struct Range {
    std::string parameter;
    double min, max;
    bool is_log;
  };
  struct Setting {
    std::string ordering, key, value;  ///< [model] key = "value" for this mass ordering
  };
  std::vector<Range> ranges;      ///< that make sense
  std::size_t axes = 0;           ///< how many of them vary unless others are asked for: the first
  std::vector<Setting> settings;  ///< beside kind
};

/// A table of `describe` and the reference page that only this kind of model has.
struct ReferenceTable {
  std::string title, remark;
  std::vector<std::vector<std::string>> rows;  ///< the first: what the columns are
};

class Model;

/// A kind of model: its tables, which everything else reads. `model.kind` names it.
struct ModelKind {
  std::string name;
  std::string meaning;
  std::vector<Parameter> parameters;
  std::vector<SettingKey> settings;
  const RowLayout* layout;  ///< index first; telemetry (wall_s first, rank last) at the end
  std::vector<LimitText> limits;
  std::vector<LimitCurveText> limit_curves;
  std::vector<MeasurementText> measurements;
  bool has_trace;
  std::unique_ptr<Model> (*make)();  ///< with default settings
  std::vector<ReferenceTable> tables = {};
  StartOfScan start = {};

  /// Position of the parameter of this name; nothing if there is none.
  std::optional<std::size_t> find_parameter(std::string_view name) const;
  /// The setting of this section and name; null if there is none.
  const SettingKey* find_setting(std::string_view section, std::string_view name) const;
  bool has_assessment() const;  ///< some columns are assessed
};

/// A model with its settings chosen. A point is its parameters' values in the order of kind().parameters;
/// those that are no input with these settings are not read.
class Model {
 public:
  virtual ~Model() = default;
  /// The tables of its kind.
  virtual const ModelKind& kind() const = 0;
  /// A copy with the same settings.
  virtual std::unique_ptr<Model> clone() const = 0;

  /// Chooses a setting; an objection if the value is not one of its choices.
  virtual std::optional<Objection> set(const SettingKey& key, const SettingValue& value) = 0;
  /// The value of a setting, default or chosen.
  virtual SettingValue get(const SettingKey& key) const = 0;

  /// Settles what a config leaves open, once its values are read; `centre` is its point in the middle. Says
  /// what it chose, or nothing. The inputs stay the same.
  virtual std::string settle(std::span<const double>) { return {}; }

  /// Objections to settings that do not go together; to be asked when all are set.
  virtual std::vector<KeyObjection> check_settings() const { return {}; }

  /// True if points read the parameter.
  virtual bool is_input(std::size_t parameter) const = 0;
  /// Why not, for one that is no input.
  virtual Objection why_no_input(std::size_t parameter) const = 0;
  /// Its value if a config does not give it.
  virtual double default_of(std::size_t parameter) const {
    return kind().parameters[parameter].default_value;
  }
  /// Its measured value, for the axis { nufit = ... }; nothing if there is none.
  virtual std::optional<MeasuredValue> measured(std::size_t) const { return std::nullopt; }

  /// The rules of a point, for a config and for a sampled point alike: an objection for each that is broken.
  /// evaluate() then ends with status outside_domain.
  virtual std::vector<PointObjection> check(std::span<const double> point) const = 0;

  /// Computes a point and writes its row: all columns but index, wall_s and rank. Never throws for a physics
  /// reason. `trace`, if given, receives the evolution.
  virtual PointEnd evaluate(std::span<const double> point, const SolverSettings& solver, Workspace& workspace,
                            std::span<double> row, Trace* trace = nullptr) const = 0;

  /// What to do about points such as this one, which ended with `status`.
  virtual std::string remedy(Status status, std::span<const double>) const {
    return std::string(about(status).remedy);
  }

  /// The row of a point that was not evaluated: its inputs, and `status`.
  virtual void write_unevaluated(std::span<const double> point, Status status, Stage stage,
                                 std::span<double> row) const = 0;

  /// Computes the assessed columns of a row from its others.
  virtual void assess(std::span<double>) const {}
};

/// All kinds of model: the only list of them.
const std::vector<const ModelKind*>& model_kinds();

/// Null if there is none of this name.
const ModelKind* find_model_kind(std::string_view name);

/// "mutau" | "type1" ...
std::string model_kind_choices();

}  // namespace mutauscan
