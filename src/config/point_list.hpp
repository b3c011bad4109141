#pragma once

#include <string>
#include <vector>

#include "mutauscan/config/sampler.hpp"

namespace mutauscan {

struct PointListResult {
  PointList list;
  std::vector<std::string> problems;  ///< "line 3: ..."; at most ten
  std::vector<std::string> skipped;   ///< columns of the file that are results of the model
};

/// Reads CSV (RFC 4180, UTF-8): a header of parameter names, then one number per column and line; # starts a
/// comment line. Columns of results, as `export` writes them, are skipped. Quotes, a byte-order mark and
/// empty fields at the end, as spreadsheets write them, are fine.
PointListResult parse_point_list(const std::string& csv, const Model& model);

}  // namespace mutauscan
