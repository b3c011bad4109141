#pragma once

#include <string>
#include <vector>

#include "mutauscan/config/sampler.hpp"

namespace mutauscan {

struct PointListResult {
  PointList list;
  std::vector<std::string> problems;  ///< "line 3: ..."; at most ten
};

/// Reads CSV: a header of parameter names, then one number per column and line; # starts a comment line.
PointListResult parse_point_list(const std::string& csv, const Model& model);

}  // namespace mutauscan
