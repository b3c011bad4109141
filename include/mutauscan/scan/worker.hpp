#pragma once

#include <functional>

#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/record.hpp"
#include "mutauscan/scan/config.hpp"

namespace mutauscan {

/// Evaluates points of one scan. The same code on every rank.
class Worker {
 public:
  Worker(const RunConfig& config, int rank)
      : sampler_(config.sampler()), model_(config.model), settings_(config.solver), rank_(rank) {}

  /// Evaluates point `index` and appends its row; returns the wall time it took [s].
  double evaluate_into(RowBlock& rows, std::uint64_t index);

 private:
  Sampler sampler_;
  ModelSettings model_;
  SolverSettings settings_;
  OdeSolver solver_;
  int rank_;
};

}  // namespace mutauscan
