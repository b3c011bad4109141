#pragma once

#include <span>
#include <string>
#include <vector>

namespace mutauscan {

constexpr std::size_t most_parameters = 32;  ///< x1 ... x32

/// An analytic likelihood, for which evidence, moments or maximum are known in closed form or by
/// quadrature: what samplers are tested with.
struct ReferenceFunction {
  std::string name;
  std::size_t least_dimension;
  std::size_t most_dimension;
  double (*log_likelihood)(std::span<const double> x);  ///< ln L; -inf outside the support
};

const std::vector<ReferenceFunction>& reference_functions();

}  // namespace mutauscan
