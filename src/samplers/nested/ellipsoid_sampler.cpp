#include "ellipsoid_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "columns.hpp"

namespace mutauscan {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double small_live_share = 0.001;  ///< 0.01 misses peaks that hold most of Z in little volume
constexpr double flat = 0.3;                ///< in ln L

}  // namespace

EllipsoidSampler::EllipsoidSampler(const AdaptiveSettings& settings)
    : dimension_(settings.dimension),
      periodic_(settings.periodic),
      seed_(settings.seed),
      size_(settings.size ? settings.size : 500),
      live_(settings.live),
      wanted_ess_(settings.ess > 0.0 ? settings.ess : 5000.0),
      needed_finite_(std::max(50.0, 5.0 * double(dimension_))),
      sample_(dimension_),
      plan_(lag(), 0),
      threshold_(-infinity),
      planned_(1, double(lag() * size_)),
      estimate_{-infinity, infinity, 0.0} {}

std::vector<double> EllipsoidSampler::propose(std::uint64_t generation) {
  const std::size_t t = plan_[generation];
  std::vector<double> u(size_ * dimension_);
  for (std::uint64_t member = 0; member < size_; ++member) {
    Draws draws(seed_, Stream::nested, generation * size_ + member);
    double* point = u.data() + member * dimension_;
    if (t == 0)
      std::generate_n(point, dimension_, [&] { return draws.uniform(); });
    else
      sample_.bound(t).draw(draws, point);
  }
  return u;
}

void EllipsoidSampler::absorb(std::uint64_t generation, std::span<const double> u,
                              std::span<const MemberOutcome> outcomes) {
  std::vector<double> loglike;
  for (const MemberOutcome& outcome : outcomes) loglike.push_back(outcome.loglike);
  sample_.add_rows(plan_[generation], generation * size_, u, loglike);
  absorbed_ += size_;
  if (is_exploring_) explore(generation, loglike);
  if (!is_exploring_ && generation >= next_mixture_) choose_mixture(generation);

  std::size_t next = current_;
  if (!is_exploring_) {
    const double total = std::accumulate(planned_.begin(), planned_.end(), 0.0);
    double most = -infinity;
    for (std::size_t t = 0; t < mixture_.size(); ++t)
      if (mixture_[t] * total - planned_[t] > most) most = mixture_[t] * total - planned_[t], next = t;
  }
  plan_.push_back(std::uint32_t(next));
  planned_[next] += double(size_);

  if (generation >= next_estimate_) {
    estimate_ = sample_.estimate();
    next_estimate_ = generation + 1 + generation / 64;  // so that all estimates together cost O(rows)
  }
}

void EllipsoidSampler::explore(std::uint64_t generation, std::span<const double> loglike) {
  if (plan_[generation] == current_) {
    from_current_ += double(size_);
    // The top of a plateau counts: nothing is above it.
    for (double l : loglike)
      if (l > threshold_ || (std::isfinite(l) && l == sample_.best())) above_current_ += 1.0;
  }
  if (double(sample_.rows()) < needed_finite_) return;
  if (above_current_ < double(live_) && from_current_ < 10.0 * double(live_)) return;
  renew_bound(generation);
}

void EllipsoidSampler::renew_bound(std::uint64_t generation) {
  from_current_ = above_current_ = 0.0;
  std::vector<std::size_t> live(sample_.rows());
  std::iota(live.begin(), live.end(), std::size_t(0));
  if (live.size() > live_) {
    std::nth_element(live.begin(), live.begin() + std::ptrdiff_t(live_), live.end(),
                     [this](std::size_t a, std::size_t b) {
                       const double la = sample_.loglike(a), lb = sample_.loglike(b);
                       return la != lb ? la > lb : a < b;
                     });
    live.resize(live_);
    std::sort(live.begin(), live.end());
  }
  std::vector<double> points, masses;
  double lowest = infinity, evidence = 0.0;
  for (std::size_t row : live) {
    points.insert(points.end(), sample_.u(row), sample_.u(row) + dimension_);
    masses.push_back(1.0 / sample_.number_density(row));
    lowest = std::min(lowest, sample_.loglike(row));
    evidence += std::exp(sample_.loglike(row) - sample_.best()) * masses.back();
  }
  estimate_ = sample_.estimate();
  live_share_ = evidence * std::exp(sample_.best() - estimate_.log_z);

  const bool is_constant = sample_.worst() == sample_.best() && double(sample_.rows()) == sample_.drawn();
  const bool is_flat = live.size() == live_ && sample_.best() - lowest < flat;
  if (live_share_ < small_live_share || is_constant) {
    is_exploring_ = false;
    return;
  }
  EllipsoidUnion bound(points, masses, periodic_, Draws(seed_, Stream::nested, ~generation));
  if (bound.has_volume() && bound.volume() < 2.0 * sample_.volume(current_)) {
    current_ = sample_.add_bound(std::move(bound));
    planned_.push_back(0.0);
    threshold_ = lowest;
  }
  is_exploring_ = !is_flat;
}

void EllipsoidSampler::choose_mixture(std::uint64_t generation) {
  mixture_ = sample_.best_mixture();
  next_mixture_ = generation + std::max<std::uint64_t>(4, generation / 32);
}

std::optional<StopReason> EllipsoidSampler::verdict() const {
  if (is_exploring_ || estimate_.ess < wanted_ess_) return std::nullopt;
  return StopReason{"explored, and ESS " + std::to_string(std::int64_t(estimate_.ess)) +
                    " >= " + std::to_string(std::int64_t(wanted_ess_))};
}

Diagnostics EllipsoidSampler::diagnostics() const {
  Diagnostics d{is_exploring_ ? "exploring" : "sampling", {}, {}};
  const EvidenceEstimate e = sample_.estimate();
  if (double(sample_.rows()) < needed_finite_)
    d.criteria.push_back({"rows with a finite likelihood", double(sample_.rows()), needed_finite_, false});
  if (is_exploring_)
    d.criteria.push_back({"share of Z in the live points", live_share_, small_live_share, false});
  d.criteria.push_back({"ESS", e.ess, wanted_ess_, e.ess >= wanted_ess_});
  if (sample_.rows() > 0) d.results = {{"lnZ", e.log_z}, {"lnZ_error", e.error}, {"ess", e.ess}};
  return d;
}

std::vector<Column> EllipsoidSampler::generation_columns() const { return nested_generation_columns(); }

std::vector<double> EllipsoidSampler::generation_values() const {
  return {sample_.volume(current_), threshold_, estimate_.ess, estimate_.log_z};
}

std::vector<DerivedColumn> EllipsoidSampler::derived_columns() const {
  std::vector<double> weight(absorbed_, 0.0);
  const std::vector<double> w = sample_.weights();
  const double sum = std::accumulate(w.begin(), w.end(), 0.0);
  for (std::size_t row = 0; row < w.size(); ++row) weight[sample_.index(row)] = w[row] / sum;
  return {{weight_column(), std::move(weight)}};
}

}  // namespace mutauscan
