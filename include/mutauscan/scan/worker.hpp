#pragma once

#include <functional>

#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/scan/config.hpp"
#include "mutauscan/scan/crash_journal.hpp"

namespace mutauscan {

/// What a scan does with each point.
using PointFunction =
    std::function<PointResult(const ModelPoint&, const ModelSettings&, const SolverSettings&, OdeSolver&)>;

/// mutauscan::evaluate.
PointResult evaluate_without_trace(const ModelPoint& point, const ModelSettings& settings,
                                   const SolverSettings& solver_settings, OdeSolver& solver);

/// Evaluates points of one scan. The same code on every rank.
class Worker {
 public:
  Worker(const RunConfig& config, int rank, PointFunction function, const std::filesystem::path& run)
      : sampler_(config.sampler()),
        model_(config.model),
        settings_(config.solver),
        function_(std::move(function)),
        journal_(run),
        rank_(rank) {}

  /// Evaluates point `index` and appends its row. An exception is a row of status `crashed`; if the process
  /// dies, the crash journal says of which point.
  void evaluate_into(RowBlock& rows, std::uint64_t index);

  /// The row of a point that is not evaluated again, because it has crashed before.
  void record_crashed(RowBlock& rows, std::uint64_t index) const;

 private:
  Sampler sampler_;
  ModelSettings model_;
  SolverSettings settings_;
  PointFunction function_;
  OdeSolver solver_;
  CrashJournal journal_;
  int rank_;
};

}  // namespace mutauscan
