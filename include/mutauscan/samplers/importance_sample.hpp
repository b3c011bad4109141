#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mutauscan/samplers/ellipsoids.hpp"

namespace mutauscan {

/// Evidence from weighted rows.
struct EvidenceEstimate {
  double log_z;  ///< -inf without a finite likelihood
  double error;  ///< of ln Z, one standard deviation
  double ess;    ///< effective number of independent rows, (sum w)^2 / sum w^2
};

/// Rows drawn uniformly from several bounds, the first of which is the unit cube. With n_t rows from bound t
/// of volume V_t, N q(u) = sum_t n_t [u in B_t]/V_t is the number density of all rows, and a row weighs
/// w = L/(N q), wherever it came from; Z = sum w. Rows of likelihood zero are counted, not stored.
class ImportanceSample {
 public:
  explicit ImportanceSample(std::size_t dimension);

  /// Tests all rows against the bound; the number of the new bound.
  std::size_t add_bound(EllipsoidUnion bound);
  /// Rows `first_index`, ... drawn from bound t.
  void add_rows(std::size_t t, std::uint64_t first_index, std::span<const double> u,
                std::span<const double> loglike);

  std::size_t rows() const { return loglike_.size(); }  ///< stored
  double drawn() const { return drawn_; }               ///< with those of likelihood zero
  std::size_t bounds() const { return bounds_.size(); }
  double drawn_from(std::size_t t) const { return bounds_[t].drawn; }
  double volume(std::size_t t) const { return bounds_[t].volume; }
  const EllipsoidUnion& bound(std::size_t t) const { return unions_[t - 1]; }  ///< t >= 1

  double loglike(std::size_t row) const { return loglike_[row]; }
  std::uint64_t index(std::size_t row) const { return index_[row]; }
  const double* u(std::size_t row) const { return u_.data() + row * dimension_; }
  double best() const { return best_; }
  double worst() const { return worst_; }  ///< the lowest ln L that is finite

  /// N q of a row.
  double number_density(std::size_t row) const;
  /// w of all stored rows, divided by the highest likelihood.
  std::vector<double> weights() const;
  EvidenceEstimate estimate() const;

  /// The mixture of bounds nearest to the posterior in relative entropy: shares alpha_t of the rows that
  /// should come from each. 20 steps of expectation maximisation; rows of more than 10^-12 of Z.
  /// Ref.: Cappe, Douc, Guillin, Marin, Robert 0710.4242.
  std::vector<double> best_mixture() const;

 private:
  struct Bound {
    double volume, volume_error;
    double drawn = 0.0;    ///< n_t
    double counted = 0.0;  ///< of these, how many are in density_
  };

  bool holds(std::size_t t, std::size_t row) const { return members_[t / 64][row] >> (t % 64) & 1; }
  void count_pending();

  std::size_t dimension_;
  std::vector<Bound> bounds_;
  std::vector<EllipsoidUnion> unions_;
  double drawn_ = 0.0, best_, worst_;
  std::vector<double> u_, loglike_, density_;
  std::vector<std::uint64_t> index_;
  std::vector<std::uint32_t> origin_;                ///< the bound a row was drawn from
  std::vector<std::vector<std::uint64_t>> members_;  ///< 64 bounds to a word, word by word: which hold a row
};

}  // namespace mutauscan
