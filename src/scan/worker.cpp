#include "mutauscan/scan/worker.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include <spdlog/spdlog.h>

namespace mutauscan {

void evaluate_point(const Model& model, std::span<const double> point, const SolverSettings& settings,
                    Workspace& workspace, std::span<double> row) {
  model.evaluate(point, settings, workspace, row);
}

void Worker::evaluate_into(RowBlock& rows, std::uint64_t index) {
  const auto start = std::chrono::steady_clock::now();
  const Point point = sampler_.point(index);
  try {
    const CrashJournal::Entry entry(journal_, index);
    function_(*model_, point, settings_, workspace_, row_);
  } catch (const std::bad_alloc&) {
    throw;  // of the machine, not of the point
  } catch (const std::exception& error) {
    spdlog::error("point {} is recorded as crashed: {}", index, error.what());
    record_crashed(rows, index);
    return;
  }
  append(rows, index, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

void Worker::record_crashed(RowBlock& rows, std::uint64_t index) {
  model_->write_unevaluated(sampler_.point(index), Status::crashed, Stage::unknown, row_);
  append(rows, index, 0.0);
}

void Worker::append(RowBlock& rows, std::uint64_t index, double wall_seconds) {
  const RowLayout& layout = rows.layout();
  row_[0] = double(index);
  row_[layout.position("wall_s")] = wall_seconds;
  row_[layout.position("rank")] = rank_;
  rows.append_packed(row_.data(), 1);
}

}  // namespace mutauscan
