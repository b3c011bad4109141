#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mutauscan/config/sampler.hpp"
#include "mutauscan/core/column.hpp"
#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// A sampler that chooses points by what earlier ones gave: one row of a table for each.
struct AdaptiveKind {
  SamplerKind kind;
  int version;                                 ///< of its proposals: a run of another one is refused
  std::uint64_t size, smallest_size, islands;  ///< defaults
  std::uint64_t size_per_axis;                 ///< beyond 16 axes, if that is more
  double ess;                                  ///< default
  bool counts_priors_once;  ///< leaves out the likelihoods of axes that are distributed by them
  std::unique_ptr<AdaptiveSampler> (*make)(const AdaptiveSettings&);
};
/// All adaptive samplers: the only list of them.
const std::vector<AdaptiveKind>& adaptive_kinds();

/// Null for a sampler whose points are known beforehand.
const AdaptiveKind* find_adaptive_kind(SamplerKind kind);

/// A key of [scan] that is a number for some adaptive samplers.
struct AdaptiveKey {
  std::string_view name, samplers;  ///< "mcmc nested"; empty: all
  std::string meaning;
  bool whole;
  double lower, upper;
  bool ends_only;  ///< decides when a run ends, and no proposal: it can be changed to extend a run
  std::function<void(AdaptiveSettings&, double)> set;
  std::function<double(const AdaptiveSettings&)> get;

  bool is_for(SamplerKind kind) const;
};
/// All such keys: configs, `describe` and the reference pages read them here.
const std::vector<AdaptiveKey>& adaptive_keys();

/// Which columns of a row a sampler maximises or samples the sum of.
struct Targets {
  std::vector<std::string> columns;
  bool require_allowed = true;  ///< a row with allowed = 0 counts as ln L = -inf
};

/// What a row with this layout says to the sampler. -inf: status not ok, a target NaN, or not allowed.
class OutcomeReader {
 public:
  OutcomeReader(const Targets& targets, const RowLayout& layout);

  /// Columns that are read, by name: status, stage, allowed (if it counts), then the targets.
  const std::vector<std::string>& columns() const { return names_; }
  /// Of their values, in that order.
  MemberOutcome outcome(std::span<const double> values) const;
  /// Of a whole row.
  MemberOutcome outcome_of_row(std::span<const double> row) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> positions_;
  bool has_allowed_;
};

/// The sampler of a canonical config, as stored in manifests and files, and what it looks at; `sampler` is
/// null if the points of that config are known beforehand.
struct AdaptivePlan {
  std::string name;  ///< of the sampler
  int version = 0;
  AdaptiveSettings settings;
  Targets targets;
  std::unique_ptr<AdaptiveSampler> sampler;
};
/// StorageError if the config is of another version of its sampler.
AdaptivePlan adaptive_plan_of(const std::string& config_json);

}  // namespace mutauscan
