#include "mutauscan/models/model.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "mutauscan/models/column_table.hpp"
#include "mutauscan/physics/measurements.hpp"

namespace mutauscan {

std::optional<std::size_t> ModelKind::find_parameter(std::string_view wanted) const {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].name == wanted) return i;
  return std::nullopt;
}

const SettingKey* ModelKind::find_setting(std::string_view section, std::string_view wanted) const {
  for (const SettingKey& key : settings)
    if (key.section == section && key.name == wanted) return &key;
  return nullptr;
}

bool ModelKind::has_assessment() const {
  return std::any_of(layout->columns().begin(), layout->columns().end(),
                     [](const Column& column) { return column.is_assessed; });
}

std::string status_enum_names() {
  nlohmann::ordered_json names;
  for (const StatusName& s : status_names) names[std::to_string(int(s.status))] = s.name;
  return names.dump();
}

std::string status_remedies() {
  nlohmann::ordered_json remedies;
  for (const StatusName& s : status_names)
    if (s.status != Status::ok) remedies[std::string(s.name)] = s.remedy;
  return remedies.dump();
}

std::string stage_enum_names() {
  nlohmann::ordered_json names;
  for (const auto& [stage, name] : stage_names) names[std::to_string(int(stage))] = name;
  return names.dump();
}

std::string asymmetry_measurement() {
  const nlohmann::json measured = {{"value", observed_baryon_asymmetry},
                                   {"relative_error", observed_baryon_asymmetry_relative_error}};
  return measured.dump();
}

}  // namespace mutauscan
