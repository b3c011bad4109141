#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "mutauscan/models/model.hpp"
#include "mutauscan/samplers/adaptive_sampler.hpp"

namespace mutauscan {

/// ln L of kind "reference" in the unit cube: u_i is spread over [lower, upper].
class ReferenceLikelihood {
 public:
  ReferenceLikelihood(const std::string& function, std::size_t dimension, double lower, double upper)
      : model_(find_model_kind("reference")->make()), dimension_(dimension), lower_(lower), upper_(upper) {
    const ModelKind& kind = *find_model_kind("reference");
    model_->set(*kind.find_setting("model", "function"), function);
    model_->set(*kind.find_setting("model", "dimension"), double(dimension));
    row_.resize(kind.layout->width());
    point_.resize(kind.parameters.size());
    column_ = kind.layout->position("loglike_reference");
  }

  double operator()(std::span<const double> u) {
    for (std::size_t i = 0; i < dimension_; ++i) point_[i] = lower_ + (upper_ - lower_) * u[i];
    model_->evaluate(point_, {}, workspace_, row_);
    return std::isnan(row_[column_]) ? -std::numeric_limits<double>::infinity() : row_[column_];
  }

 private:
  std::unique_ptr<Model> model_;
  std::size_t dimension_, column_;
  double lower_, upper_;
  std::vector<double> point_, row_;
  Workspace workspace_;
};

/// All that one run gave.
struct DrivenRun {
  std::vector<double> u;  ///< row by row
  std::vector<double> loglike;
  bool converged = false;
  std::uint64_t generations = 0;
};

/// Runs a sampler as a scan does, in one process, for at most `points` rows: lag() generations are always
/// proposed ahead, so that one which looks at later rows than it may would be seen.
inline DrivenRun drive(AdaptiveSampler& sampler, std::size_t dimension, std::uint64_t points,
                       const std::function<double(std::span<const double>)>& log_likelihood) {
  DrivenRun run;
  std::deque<std::vector<double>> ahead;
  std::uint64_t proposed = 0, last = points / sampler.size();
  const auto fill = [&] {
    for (; proposed < last && ahead.size() < sampler.lag(); ++proposed)
      ahead.push_back(sampler.propose(proposed));
  };
  fill();
  for (std::uint64_t generation = 0; generation < last; ++generation) {
    const std::vector<double> u = std::move(ahead.front());
    ahead.pop_front();
    std::vector<MemberOutcome> outcomes;
    for (std::uint64_t member = 0; member < sampler.size(); ++member) {
      const std::span<const double> x(u.data() + member * dimension, dimension);
      const double lnl = std::isnan(x[0]) ? -std::numeric_limits<double>::infinity() : log_likelihood(x);
      const bool finite = std::isfinite(lnl);
      outcomes.push_back({lnl, 0, finite ? 1 : 0, finite ? lnl : 0.0});
      run.loglike.push_back(lnl);
    }
    run.u.insert(run.u.end(), u.begin(), u.end());
    sampler.absorb(generation, u, outcomes);
    if (!run.converged && sampler.verdict()) {
      run.converged = true;
      last = std::min(last, generation + sampler.lag());
    }
    fill();
  }
  run.generations = last;
  return run;
}

}  // namespace mutauscan
