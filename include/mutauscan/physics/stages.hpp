#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "mutauscan/core/outcome.hpp"

namespace mutauscan {

/// Why a point ends early; nothing if it does not.
using EarlyEnd = std::optional<Failure>;

/// Runs the stages of a point, a function that leaves in result.stage how far it got, and notes how it ended
/// in result.status, .stage and .message. What root finders, quadratures, SUNDIALS or the standard library
/// throw where numbers defeat them ends here as numerical_failure. Other logic_errors are defects of the
/// program, and bad_alloc is the machine's.
template <class Result, class Stages>
void run_stages(Result& result, const Stages& stages) {
  const auto guarded = [&]() -> EarlyEnd {
    const auto numerical_failure = [](const std::exception& error) {
      return Failure{Status::numerical_failure, std::string("a numerical method failed: ") + error.what()};
    };
    try {
      return stages(result);
    } catch (const std::runtime_error& error) {
      return numerical_failure(error);
    } catch (const std::domain_error& error) {
      return numerical_failure(error);
    }
  };
  if (const EarlyEnd end = guarded()) {
    result.status = end->status;
    result.message = end->message;
  } else {
    result.stage = Stage::complete;
  }
}

}  // namespace mutauscan
