#pragma once

// One entry of `describe` as text: its name on the first line, what it means on the second.

#include <string>

#include "mutauscan/config/config.hpp"

namespace mutauscan::cli {

/// Ten digits, none more than it takes.
std::string number_text(double x);

/// "> 0, ≤ 90"; empty: any number.
std::string domain_text(const Parameter& parameter);

std::string source_text(const LimitText& limit);
std::string weight_text(const LimitText& limit);

std::string text_of(const ConfigKey& key);
std::string text_of(const Parameter& parameter);
std::string text_of(const LimitText& limit);
std::string text_of(const Column& column);
std::string text_of(const StatusName& status);

}  // namespace mutauscan::cli
