#pragma once

#include <vector>

#include "mutauscan/io/record.hpp"

namespace mutauscan {

/// The columns of limits, likelihoods and verdicts: those computed from other columns of the row.
std::vector<Column> assessment_columns();

}  // namespace mutauscan
