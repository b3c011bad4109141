#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mutauscan/core/column.hpp"

namespace mutauscan {

/// What decides the proposals of an adaptive sampler, and when it may stop. Quantities in brackets belong to
/// the samplers named; 0: the sampler's own default.
struct AdaptiveSettings {
  std::size_t dimension = 0;   ///< axes; a point is its quantiles u, each in (0, 1)
  std::vector<bool> periodic;  ///< of each axis: u is taken modulo 1
  std::uint64_t seed = 1;
  std::uint64_t points = 0;  ///< rows at most; no proposal depends on it
  std::uint64_t size = 0;    ///< rows of a generation
  std::uint64_t islands = 0;
  double tolerance = 0.01;                                  ///< [de] of the best ln L
  int agree = 3;                                            ///< [de]
  std::vector<std::pair<std::size_t, std::size_t>> planes;  ///< [profile] pairs of axes
  int cells = 40;                                           ///< [profile] along each axis
  double delta = 4.0;                                       ///< [profile] in ln L
  int visits = 300;                                         ///< [profile]
  std::vector<std::array<std::pair<double, double>, 2>>
      windows;                ///< [profile] of each plane, in u; empty: all
  double ess = 0.0;           ///< [mcmc, nested]
  double rhat = 1.01;         ///< [mcmc]
  std::uint64_t live = 1000;  ///< [nested]
};

/// What an evaluated row says to its sampler.
struct MemberOutcome {
  double loglike;  ///< sum of the target columns in their order; -inf: failed, excluded or outside the prior
  int stage;       ///< how far the evaluation came; larger is later
  int finite_targets;  ///< number of target columns that are finite
  double finite_sum;   ///< sum of these
};

/// Why a sampler is done.
struct StopReason {
  std::string text;  ///< "R-hat 1.008 < 1.01 and ESS 2130 > 2000"
};

/// One stopping criterion: what it is now, and what is wanted.
struct Criterion {
  std::string name;
  double value, goal;
  bool is_met;
};

/// Where the sampler stands, for the progress line, `status` and the attributes of merged files.
struct Diagnostics {
  std::string stage;  ///< "start", "burn-in", "exploring", "sampling"
  std::vector<Criterion> criteria;
  /// Root attributes of a merged file: lnZ, lnZ_error, ess, rhat ... those that apply.
  std::vector<std::pair<std::string, double>> results;
};

/// A column that is a function of all rows: weight, chain, loglike_birth.
struct DerivedColumn {
  Column column;
  std::vector<double> values;  ///< by index, for the rows absorbed
};

/// Chooses the points of a scan by what earlier ones gave. The rows come in generations of size() members;
/// index = generation x size() + member. The proposals of generation g are a function of (settings, seed,
/// rows of generations <= g - lag()), so that any number of processes and any interruption give the same
/// rows, and a sampler is rebuilt by absorbing the stored ones.
class AdaptiveSampler {
 public:
  virtual ~AdaptiveSampler() = default;

  /// How many points the generation has.
  virtual std::uint64_t size() const = 0;
  /// How many generations back the rows may be that a proposal looks at; 1: the one before.
  virtual std::uint64_t lag() const = 0;

  /// The u of a generation, size() x dimension, row by row; NaN for a member outside the prior, which is not
  /// evaluated. Asked for when the generations <= generation - lag() are absorbed and no later one is;
  /// any number of times.
  virtual std::vector<double> propose(std::uint64_t generation) = 0;

  /// The u, as proposed, and outcomes of a complete generation; called once for each, in order. A sampler
  /// must not rely on propose() having been called for it.
  virtual void absorb(std::uint64_t generation, std::span<const double> u,
                      std::span<const MemberOutcome> outcomes) = 0;

  /// A reason to stop, judged after the last absorbed generation. The run then has lag() - 1 further
  /// generations.
  virtual std::optional<StopReason> verdict() const = 0;

  /// Where the sampler stands.
  virtual Diagnostics diagnostics() const = 0;

  /// Columns of the table `generations`, after generation, best and mean, and their values for the last one
  /// absorbed.
  virtual std::vector<Column> generation_columns() const { return {}; }
  /// The values of generation_columns() for the generation absorbed last.
  virtual std::vector<double> generation_values() const { return {}; }

  /// What a merged file gets besides its columns.
  virtual std::vector<DerivedColumn> derived_columns() const { return {}; }
};

}  // namespace mutauscan
