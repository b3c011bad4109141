#include "mutauscan/physics/assessment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "mutauscan/physics/measurements.hpp"

namespace mutauscan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double log_normal(double pull) { return 0.0 - 0.5 * pull * pull; }

double g_minus_2_pull(double delta_a_mu, GMinus2 choice) {
  const GMinus2Measurement& measured = g_minus_2_measurement(choice);
  return (delta_a_mu - measured.value) / measured.sigma;
}

double baryon_log_likelihood(double Y_B, double theory_factor) {
  if (std::isnan(Y_B)) return nan;
  if (Y_B <= 0.0) return -std::numeric_limits<double>::infinity();
  const double width = std::hypot(std::log(theory_factor), observed_baryon_asymmetry_relative_error);
  return log_normal(std::log(Y_B / observed_baryon_asymmetry) / width);
}

double phase_log_likelihood(double delta_deg, const FittedValue& fit) {
  if (std::isnan(delta_deg)) return nan;
  const double delta = within_one_turn(delta_deg);
  return std::max({log_split_normal(delta - 360.0, fit), log_split_normal(delta, fit),
                   log_split_normal(delta + 360.0, fit)});
}

/// Hard limits: outside its range a curve is no objection.
Verdict verdict_of_hard_limits(const std::vector<Verdict>& found) {
  Verdict verdict = Verdict::yes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Limit& limit = limits()[i];
    if (!limit.is_hard || (found[i] == Verdict::unknown && limit.says_nothing_outside_range)) continue;
    verdict = all_of({verdict, found[i]});
  }
  return verdict;
}

Verdict within_factor(double value, double target, double factor) {
  if (std::isnan(value)) return Verdict::unknown;
  return value >= target / factor && value <= target * factor ? Verdict::yes : Verdict::no;
}

}  // namespace

double log_split_normal(double x, const FittedValue& fit) {
  return log_normal((x - fit.best) / (x < fit.best ? fit.minus : fit.plus));
}

Assessment assess(const LimitInputs& p, const ModelSettings& settings) {
  Assessment result;
  for (const Limit& limit : limits()) {
    result.limit.push_back(limit.check(p, settings));
    result.ratio.push_back(limit.ratio ? limit.ratio(p) : nan);
  }

  result.M1_over_TR = p.M1_TR / p.T_R;

  const OscillationData& fit = oscillation_fit(settings);
  const double pull = g_minus_2_pull(p.delta_a_mu, settings.g_minus_2);
  result.log_likelihood = {log_normal(pull),
                           baryon_log_likelihood(p.Y_B, settings.Y_B_theory_factor),
                           log_split_normal(sin2_of_deg(p.theta12_deg), fit.sin2_theta12),
                           log_split_normal(sin2_of_deg(p.theta23_deg), fit.sin2_theta23),
                           log_split_normal(sin2_of_deg(p.theta13_deg), fit.sin2_theta13),
                           log_split_normal(p.dm21_eV2, fit.dm21_eV2),
                           log_split_normal(p.dm3l_eV2, fit.dm3l_eV2),
                           phase_log_likelihood(p.delta_deg, fit.delta_deg)};
  result.log_likelihood_total =
      std::accumulate(result.log_likelihood.begin(), result.log_likelihood.end(), 0.0);

  result.allowed = verdict_of_hard_limits(result.limit);
  result.explains_g2 = std::isnan(pull)        ? Verdict::unknown
                       : std::abs(pull) <= 2.0 ? Verdict::yes
                                               : Verdict::no;
  result.explains_Y_B = within_factor(p.Y_B, observed_baryon_asymmetry, settings.Y_B_theory_factor);
  result.explains_all = all_of({result.allowed, result.explains_g2, result.explains_Y_B});
  return result;
}

}  // namespace mutauscan
