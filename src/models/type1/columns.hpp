#pragma once

#include "mutauscan/models/column_table.hpp"
#include "mutauscan/physics/type1.hpp"

namespace mutauscan {

ColumnTable<Type1PointResult> type1_columns();

}  // namespace mutauscan
