#include "columns.hpp"

namespace mutauscan {

std::vector<Column> nested_generation_columns() {
  return {{"bound_volume", "1", "V", "Prior volume that new points are drawn from"},
          {"threshold", "1", "ln L*", "Lowest log-likelihood of the live points when that volume was chosen"},
          {"ess", "1", "ESS", "Effective number of independent rows of the posterior"},
          {"lnZ", "1", "ln Z", "Log of the evidence, as estimated from the rows up to here"}};
}

Column weight_column() {
  return {"weight", "1", "w", "posterior weight; sums to 1; 0: not part of the posterior sample"};
}

}  // namespace mutauscan
