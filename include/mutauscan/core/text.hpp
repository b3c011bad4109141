#pragma once

#include <sstream>
#include <string>

namespace mutauscan {

/// A number for messages: twelve digits, none more than it takes.
inline std::string short_text(double x) {
  std::ostringstream out;
  out.precision(12);
  out << x;
  return out.str();
}

}  // namespace mutauscan
