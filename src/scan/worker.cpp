#include "mutauscan/scan/worker.hpp"

#include <chrono>

#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

double Worker::evaluate_into(RowBlock& rows, std::uint64_t index) {
  const auto start = std::chrono::steady_clock::now();
  const PointResult result = evaluate(sampler_.point(index), model_, settings_, solver_);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rows.append(index, result, model_, {seconds, rank_});
  return seconds;
}

}  // namespace mutauscan
