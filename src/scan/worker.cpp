#include "mutauscan/scan/worker.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

#include "mutauscan/physics/evaluate.hpp"

namespace mutauscan {

PointResult evaluate_without_trace(const ModelPoint& point, const ModelSettings& settings,
                                   const SolverSettings& solver_settings, OdeSolver& solver) {
  return evaluate(point, settings, solver_settings, solver);
}

void Worker::evaluate_into(RowBlock& rows, std::uint64_t index) {
  const auto start = std::chrono::steady_clock::now();
  const ModelPoint point = sampler_.point(index);
  PointResult result;
  try {
    const CrashJournal::Entry entry(journal_, index);
    result = function_(point, model_, settings_, solver_);
  } catch (const std::bad_alloc&) {
    throw;  // of the machine, not of the point
  } catch (const std::exception& error) {
    spdlog::error("point {} is recorded as crashed: {}", index, error.what());
    record_crashed(rows, index);
    return;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rows.append(index, result, model_, {seconds, rank_});
}

void Worker::record_crashed(RowBlock& rows, std::uint64_t index) const {
  PointResult result;
  result.point = sampler_.point(index);
  result.model = model_;
  result.status = Status::crashed;
  result.stage = Stage::unknown;
  rows.append(index, result, model_, {0.0, rank_});
}

}  // namespace mutauscan
