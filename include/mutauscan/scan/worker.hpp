#pragma once

#include <functional>

#include "mutauscan/config/config.hpp"
#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/scan/crash_journal.hpp"

namespace mutauscan {

/// What a scan does with each point: fills its row, all columns but index, wall_s and rank.
using PointFunction = std::function<void(const Model&, std::span<const double> point, const SolverSettings&,
                                         Workspace&, std::span<double> row)>;

/// Model::evaluate.
void evaluate_point(const Model& model, std::span<const double> point, const SolverSettings& settings,
                    Workspace& workspace, std::span<double> row);

/// Evaluates points of one scan. The same code on every rank.
class Worker {
 public:
  /// `function` evaluates a point; `rank` goes into the rows; `run` is where crashes are noted.
  Worker(const RunConfig& config, int rank, PointFunction function, const std::filesystem::path& run)
      : layout_(row_layout_of(config.identity().config_json)),
        space_(config.space),
        sampler_(config.sampler()),
        model_(config.model),
        settings_(config.solver),
        row_(layout_->width()),
        function_(std::move(function)),
        journal_(run),
        rank_(rank) {}

  /// Evaluates point `index` and appends its row. An exception is a row of status `crashed`; if the process
  /// dies, the crash journal says of which point.
  /// `u`: its quantiles, of an adaptive scan; NaN, outside the prior, is not evaluated.
  void evaluate_into(RowBlock& rows, std::uint64_t index, std::span<const double> u = {});

  /// The row of a point that is not evaluated again, because it has crashed before.
  void record_crashed(RowBlock& rows, std::uint64_t index, std::span<const double> u = {});

  const RowLayout& layout() const { return *layout_; }

 private:
  Point point(std::uint64_t index, std::span<const double> u) const;
  /// Appends row_ with its index, quantiles and telemetry.
  void append(RowBlock& rows, std::uint64_t index, std::span<const double> u, double wall_seconds);

  std::shared_ptr<const RowLayout> layout_;
  ParameterSpace space_;
  Sampler sampler_;
  std::shared_ptr<const Model> model_;
  SolverSettings settings_;
  std::vector<double> row_;
  PointFunction function_;
  Workspace workspace_;
  CrashJournal journal_;
  int rank_;
};

}  // namespace mutauscan
