#pragma once

#include <optional>
#include <vector>

#include "mutauscan/samplers/adaptive_sampler.hpp"
#include "mutauscan/samplers/importance_sample.hpp"

namespace mutauscan {

/// Sampler `nested`: see nested.hpp.
///
/// Exploring: a new bound is made around the `live` rows of highest likelihood whenever that many above the
/// threshold of the last one came from it. Sampling: each generation comes from the bound that the best
/// mixture lacks most.
class EllipsoidSampler final : public AdaptiveSampler {
 public:
  explicit EllipsoidSampler(const AdaptiveSettings& settings);

  std::uint64_t size() const override { return size_; }
  std::uint64_t lag() const override { return 3; }
  std::vector<double> propose(std::uint64_t generation) override;
  void absorb(std::uint64_t generation, std::span<const double> u,
              std::span<const MemberOutcome> outcomes) override;
  std::optional<StopReason> verdict() const override;
  Diagnostics diagnostics() const override;
  std::vector<Column> generation_columns() const override;
  std::vector<double> generation_values() const override;
  std::vector<DerivedColumn> derived_columns() const override;

 private:
  void explore(std::uint64_t generation, std::span<const double> loglike);
  void renew_bound(std::uint64_t generation);
  void choose_mixture(std::uint64_t generation);

  std::size_t dimension_;
  std::vector<bool> periodic_;
  std::uint64_t seed_, size_, live_;
  double wanted_ess_, needed_finite_;

  ImportanceSample sample_;
  std::vector<std::uint32_t> plan_;  ///< the bound each generation is drawn from, lag() ahead
  std::uint64_t absorbed_ = 0;       ///< rows
  bool is_exploring_ = true;
  std::size_t current_ = 0;                          ///< the bound that exploring draws from
  double threshold_;                                 ///< its lowest live likelihood
  double from_current_ = 0.0, above_current_ = 0.0;  ///< rows from it, and of these above the threshold
  double live_share_ = 1.0;                          ///< of the evidence

  std::vector<double> mixture_;
  std::vector<double> planned_;  ///< rows from each bound, with those on their way
  std::uint64_t next_mixture_ = 0, next_estimate_ = 0;
  EvidenceEstimate estimate_;
};

}  // namespace mutauscan
