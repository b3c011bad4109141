#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mutauscan/core/enum_names.hpp"
#include "mutauscan/models/model.hpp"

namespace mutauscan {

/// A key and how it stands in a model's own struct of settings.
template <class Settings>
struct SettingRow {
  SettingKey key;
  std::function<bool(Settings&, const SettingValue&)> set;  ///< false: not one of the choices
  std::function<SettingValue(const Settings&)> get;
};

/// A key of [model] whose value is the name of an enum. `member` finds the enum in the settings.
template <class Settings, class E>
SettingRow<Settings> word(std::string name, std::string meaning, E& (*member)(Settings&)) {
  Settings defaults;
  return {{"model", std::move(name), std::move(meaning), enum_choices<E>(),
           std::string(name_of(member(defaults)))},
          [member](Settings& settings, const SettingValue& value) {
            const auto parsed = parse_enum<E>(std::get<std::string>(value));
            if (parsed) member(settings) = *parsed;
            return parsed.has_value();
          },
          [member](const Settings& settings) -> SettingValue {
            return std::string(name_of(member(const_cast<Settings&>(settings))));
          }};
}

/// A key whose value is a number in [lower, upper].
template <class Settings>
SettingRow<Settings> number(std::string section, std::string name, std::string meaning, double lower,
                            double upper, double& (*member)(Settings&)) {
  Settings defaults;
  return {
      {std::move(section), std::move(name), std::move(meaning), "", member(defaults), lower, upper},
      [member](Settings& settings, const SettingValue& value) {
        member(settings) = std::get<double>(value);
        return true;
      },
      [member](const Settings& settings) -> SettingValue { return member(const_cast<Settings&>(settings)); }};
}

/// A key that came later: `before` is what earlier files were made with.
template <class Settings>
SettingRow<Settings> stored_since(SettingRow<Settings> row, const std::string& before) {
  row.key.before = before;
  return row;
}

/// The keys of a table of settings.
template <class Settings>
std::vector<SettingKey> keys_of(const std::vector<SettingRow<Settings>>& rows) {
  std::vector<SettingKey> keys;
  for (const SettingRow<Settings>& row : rows) keys.push_back(row.key);
  return keys;
}

/// The row of a key; the key is one of them.
template <class Settings>
const SettingRow<Settings>& row_of(const std::vector<SettingRow<Settings>>& rows, const SettingKey& key) {
  for (const SettingRow<Settings>& row : rows)
    if (row.key.section == key.section && row.key.name == key.name) return row;
  throw std::out_of_range("no setting " + key.section + "." + key.name);
}

}  // namespace mutauscan
