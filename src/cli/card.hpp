#pragma once

#include <optional>
#include <string>

namespace mutauscan::cli {

/// A ULYSSES card as the text of a config of kind type1. If the card is wrong it prints what, and returns
/// nothing.
std::optional<std::string> config_of_card(const std::string& path, const std::string& equations);

}  // namespace mutauscan::cli
