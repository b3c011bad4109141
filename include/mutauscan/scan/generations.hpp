#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mutauscan/config/adaptive.hpp"
#include "mutauscan/io/index_set.hpp"
#include "mutauscan/io/manifest.hpp"
#include "mutauscan/io/merge.hpp"
#include "mutauscan/io/run_inventory.hpp"

namespace mutauscan {

/// The rows of an adaptive scan, generation by generation: proposes those that may be computed, gives
/// complete ones to the sampler in their order, and ends the scan. The generations are 0 ... g + lag - 1,
/// where g is the first after which the sampler says stop, or as many as fit into the points of the config.
class Generations {
 public:
  /// `stored`: rows that stand in files; generations of which all rows do are not proposed.
  Generations(const std::string& config_json, IndexSet stored);

  /// Rows that may be computed now, since the last call.
  IndexSet take_opened();
  /// The proposal of a row that may be computed; NaN: outside the prior.
  std::span<const double> u_of(std::uint64_t index) const;

  /// A row that was computed as proposed, or stands in a file with its `u`.
  void add(std::uint64_t index, const MemberOutcome& outcome, std::span<const double> u = {});

  std::size_t dimension() const { return plan_.settings.dimension; }
  std::uint64_t rows() const { return last_ * size_; }  ///< of all generations, as far as is known
  std::uint64_t absorbed() const { return next_; }      ///< generations given to the sampler
  std::uint64_t lag() const { return plan_.sampler->lag(); }
  bool is_complete() const { return next_ == last_; }
  const std::optional<StopReason>& stop_reason() const { return stop_; }
  std::string how_it_stands() const;  ///< "converged: ...", or that it is not
  /// The first row with ln L = +inf, which is a defect of the model.
  const std::optional<std::uint64_t>& infinite_row() const { return infinite_; }

  const Targets& targets() const { return plan_.targets; }
  const AdaptiveSampler& sampler() const { return *plan_.sampler; }
  /// A row of the best ln L; nothing if none is finite.
  std::optional<std::uint64_t> best_index() const { return best_index_; }
  double best_loglike() const { return best_; }
  std::span<const double> best_u() const { return best_u_; }
  std::uint64_t finite() const { return finite_; }
  std::uint64_t differing() const;  ///< stored rows whose u is not what is proposed

  /// Proposes all generations, stored ones too, to compare: counts in differing().
  void compare_proposals() { compares_ = true; }
  /// To be called once before rows are added.
  void start() { open_generations(); }

  /// Of each absorbed generation: generation, best, mean of the finite ln L, and what the sampler says.
  const std::vector<std::vector<double>>& table() const { return table_; }
  std::vector<Column> table_columns() const;

  /// For the merged file: weights and what the sampler says of itself.
  MergedResults merged_results() const;

 private:
  struct Generation {
    std::vector<double> proposed, u;
    std::vector<MemberOutcome> outcomes;
    std::vector<bool> is_there;
    std::uint64_t rows = 0;
  };

  Generation& generation_of(std::uint64_t index);
  std::uint64_t differing(const Generation& generation) const;
  void open_generations();
  void absorb_complete();

  AdaptivePlan plan_;
  std::uint64_t size_, last_, next_ = 0, opened_ = 0;
  IndexSet stored_, newly_opened_;
  std::map<std::uint64_t, Generation> waiting_;  ///< not absorbed
  std::optional<StopReason> stop_;
  std::optional<std::uint64_t> infinite_, best_index_;
  double best_ = -std::numeric_limits<double>::infinity();
  std::vector<double> best_u_;
  std::uint64_t finite_ = 0, differing_ = 0;
  bool compares_ = false;
  std::vector<std::vector<double>> table_;
};

/// Gives the stored rows of a run to `generations`, file by file.
void restore(Generations& generations, const std::vector<std::filesystem::path>& chunks,
             const RowLayout& layout);

/// The stored rows of an adaptive run, absorbed again; nothing if its points are known beforehand.
/// `compares`: and proposed again.
std::optional<Generations> replay(const RunIdentity& identity, const RunInventory& inventory,
                                  bool compares = false);

}  // namespace mutauscan
