#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mutauscan {

/// The spelling of an enum's values in config files and stored metadata. Each enum that users can write
/// specialises this with `static constexpr std::array<std::pair<E, std::string_view>, n> names`, so that
/// reading, writing and listing the choices cannot disagree.
template <class E>
struct EnumNames;

/// The name of a value.
template <class E>
std::string_view name_of(E value) {
  for (const auto& [candidate, name] : EnumNames<E>::names)
    if (candidate == value) return name;
  return "?";
}

/// The value of this name; nothing if there is none.
template <class E>
std::optional<E> parse_enum(std::string_view text) {
  for (const auto& [value, name] : EnumNames<E>::names)
    if (name == text) return value;
  return std::nullopt;
}

/// `"a" | "b" | "c"`, for messages and tables.
template <class E>
std::string enum_choices() {
  std::string text;
  for (const auto& [value, name] : EnumNames<E>::names) {
    if (!text.empty()) text += " | ";
    text += '"' + std::string(name) + '"';
  }
  return text;
}

}  // namespace mutauscan
