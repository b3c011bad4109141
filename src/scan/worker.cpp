#include "mutauscan/scan/worker.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <spdlog/spdlog.h>

namespace mutauscan {

void evaluate_point(const Model& model, std::span<const double> point, const SolverSettings& settings,
                    Workspace& workspace, std::span<double> row) {
  model.evaluate(point, settings, workspace, row);
}

Point Worker::point(std::uint64_t index, std::span<const double> u) const {
  if (u.empty()) return sampler_.point(index);
  return std::isnan(u[0]) ? space_.nowhere() : space_.at({u.begin(), u.end()});
}

void Worker::evaluate_into(RowBlock& rows, std::uint64_t index, std::span<const double> u) {
  const auto start = std::chrono::steady_clock::now();
  const Point point = this->point(index, u);
  if (!u.empty() && std::isnan(u[0])) {
    model_->write_unevaluated(point, Status::outside_prior, Stage::parameters, row_);
    return append(rows, index, u, 0.0);
  }
  try {
    const CrashJournal::Entry entry(journal_, index);
    function_(*model_, point, settings_, workspace_, row_);
  } catch (const std::bad_alloc&) {
    throw;  // of the machine, not of the point
  } catch (const std::exception& error) {
    spdlog::error("point {} is recorded as crashed: {}", index, error.what());
    record_crashed(rows, index, u);
    return;
  }
  append(rows, index, u, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

void Worker::record_crashed(RowBlock& rows, std::uint64_t index, std::span<const double> u) {
  model_->write_unevaluated(point(index, u), Status::crashed, Stage::unknown, row_);
  append(rows, index, u, 0.0);
}

void Worker::append(RowBlock& rows, std::uint64_t index, std::span<const double> u, double wall_seconds) {
  const RowLayout& layout = rows.layout();
  row_[0] = double(index);
  row_[layout.position("wall_s")] = wall_seconds;
  row_[layout.position("rank")] = rank_;
  std::copy(u.begin(), u.end(), row_.end() - std::ptrdiff_t(u.size()));
  rows.append_packed(row_.data(), 1);
}

}  // namespace mutauscan
