#include "mutauscan/samplers/burn_in.hpp"

#include <algorithm>
#include <cmath>

namespace mutauscan {
namespace {

constexpr std::size_t fewest_steps = 200;

double mean_of(std::span<const double> x) {
  double sum = 0.0;
  for (const double xi : x) sum += xi;
  return sum / double(x.size());
}

/// The limit below which a chain lags behind: of the means of those that are finite.
double limit_of(std::vector<double> means) {
  std::erase_if(means, [](double mean) { return !std::isfinite(mean); });
  if (means.empty()) return 0.0;
  std::sort(means.begin(), means.end());
  const double first = means[(means.size() - 1) / 4], third = means[(means.size() - 1) * 3 / 4];
  return first - 2.0 * (third - first);
}

}  // namespace

bool is_step_of_check(std::uint64_t steps) {
  double step = 100.0;
  while (std::floor(step) < double(steps)) step *= 1.15;
  return std::floor(step) == double(steps);
}

BurnInCheck BurnIn::check() const {
  const std::size_t steps = loglikes_.front().size(), half = steps / 2, last_quarter = 3 * steps / 4;
  const auto part = [&](std::size_t chain, std::size_t first, std::size_t end) {
    return std::span(loglikes_[chain]).subspan(first, end - first);
  };
  std::vector<double> means;
  for (std::size_t chain = 0; chain < loglikes_.size(); ++chain)
    means.push_back(mean_of(part(chain, half, steps)));
  const double limit = limit_of(means);

  BurnInCheck found{std::vector<bool>(loglikes_.size()), {}, 0.0, false};
  for (std::size_t chain = 0; chain < loglikes_.size(); ++chain) {
    found.is_outlier[chain] = !std::isfinite(means[chain]) || means[chain] < limit;
    if (!found.is_outlier[chain]) found.healthy.push_back(chain);
  }

  // From the level of one value, so that the sums of equal values are exact.
  const double level = loglikes_.front().back();
  double third = 0.0, fourth = 0.0, squares = 0.0;
  for (std::size_t chain = 0; chain < loglikes_.size(); ++chain) {
    for (const double x : part(chain, half, last_quarter))
      third += x - level, squares += (x - level) * (x - level);
    for (const double x : part(chain, last_quarter, steps))
      fourth += x - level, squares += (x - level) * (x - level);
  }
  const double chains = double(loglikes_.size()), all = chains * double(steps - half);
  const double mean = (third + fourth) / all,
               deviation = std::sqrt(std::max(squares / all - mean * mean, 0.0));
  const double change = std::abs(third / (chains * double(last_quarter - half)) -
                                 fourth / (chains * double(steps - last_quarter)));
  found.drift = change == 0.0 ? 0.0 : change / deviation;
  found.is_over =
      steps >= fewest_steps && found.healthy.size() == loglikes_.size() && found.drift <= largest_drift;
  return found;
}

}  // namespace mutauscan
