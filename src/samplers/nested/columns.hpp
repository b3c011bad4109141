#pragma once

#include <vector>

#include "mutauscan/core/column.hpp"

namespace mutauscan {

std::vector<Column> nested_generation_columns();  ///< bound_volume, threshold, ess, lnZ
Column weight_column();

}  // namespace mutauscan
