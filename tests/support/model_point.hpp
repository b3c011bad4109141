#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// A model with settings chosen by key: {"model.texture", "none"}.
inline std::shared_ptr<const Model> make_model(std::string_view kind_name,
                                               const std::map<std::string, SettingValue>& settings = {}) {
  const ModelKind* kind = find_model_kind(kind_name);
  std::shared_ptr<Model> model = kind->make();
  for (const auto& [name, value] : settings) {
    const auto dot = name.find('.');
    const SettingKey* key = kind->find_setting(name.substr(0, dot), name.substr(dot + 1));
    EXPECT_TRUE(key && !model->set(*key, value)) << name;
  }
  EXPECT_TRUE(model->check_settings().empty());
  return model;
}

/// A point of it: defaults, but for the values given by name.
inline std::vector<double> point_of(const Model& model, const std::map<std::string, double>& values = {}) {
  std::vector<double> point;
  for (std::size_t i = 0; i < model.kind().parameters.size(); ++i) point.push_back(model.default_of(i));
  for (const auto& [name, value] : values) point[model.kind().find_parameter(name).value()] = value;
  return point;
}

/// The row of a point, by column.
class Row {
 public:
  Row(const Model& model, const std::vector<double>& point)
      : layout_(model.kind().layout), values_(layout_->width(), 0.0) {
    Workspace workspace;
    end = model.evaluate(point, {}, workspace, values_);
  }
  double operator[](std::string_view name) const { return values_[layout_->position(name)]; }
  std::vector<double>& values() { return values_; }

  PointEnd end;

 private:
  const RowLayout* layout_;
  std::vector<double> values_;
};

/// A case of benchmark.json, whose neutrinos decay each by itself: a model of kind mutau, and a point of it.
struct BenchmarkCase {
  std::shared_ptr<const Model> model;
  std::vector<double> point;
};
inline BenchmarkCase benchmark_case(const nlohmann::json& c) {
  std::map<std::string, SettingValue> settings = {
      {"model.coherence", "none"},
      {"model.thermal_potential", "high_temperature"}};  // those of the reference
  for (const auto& [key, value] : c.at("model").items())
    if (key != "kind")
      settings["model." + key] =
          value.is_string() ? SettingValue(value.get<std::string>()) : value.get<double>();
  BenchmarkCase result{make_model("mutau", settings), {}};
  result.point = point_of(*result.model, c.at("parameters").get<std::map<std::string, double>>());
  return result;
}

}  // namespace mutauscan
