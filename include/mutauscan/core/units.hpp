#pragma once

// Natural units with GeV = 1. Multiply on input, divide on output; nothing else converts.

#include <numbers>

namespace mutauscan::units {

inline constexpr double GeV = 1.0;
inline constexpr double MeV = 1e-3 * GeV;
inline constexpr double eV = 1e-9 * GeV;
inline constexpr double degree = std::numbers::pi / 180.0;

}  // namespace mutauscan::units
