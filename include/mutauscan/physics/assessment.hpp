#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "mutauscan/physics/limits.hpp"
#include "mutauscan/physics/oscillation_data.hpp"

namespace mutauscan {

/// ln L of a split normal distribution relative to its maximum: -(x - best)^2/(2 sigma^2) with the error of
/// that side.
double log_split_normal(double x, const FittedValue& fit);

/// The likelihoods, in the order of Assessment::log_likelihood: muon g-2, the baryon asymmetry, and each
/// oscillation parameter against the chosen global fit (in sin^2 for angles, modulo 360 for delta).
inline constexpr std::array<std::string_view, 8> likelihood_names = {"g2",      "Y_B",  "theta12", "theta23",
                                                                     "theta13", "dm21", "dm3l",    "delta"};

/// What nature says to one point.
struct Assessment {
  std::vector<Verdict> limit;  ///< in the order of limits()
  std::vector<double> ratio;   ///< NaN where a limit has none, or says nothing

  double M1_over_TR;  ///< non-thermal leptogenesis needs it large

  /// Each 0 at its maximum; NaN where the point has no such number. Y_B: log-normal, whose width is the
  /// theory factor and the error of the observation; -inf if Y_B has the wrong sign.
  std::array<double, likelihood_names.size()> log_likelihood;
  double log_likelihood_total;

  Verdict allowed;       ///< no hard limit excludes the point
  Verdict explains_g2;   ///< Delta a_mu within two sigma of the chosen measurement
  Verdict explains_Y_B;  ///< within the theory factor of the observed asymmetry, sign included
  Verdict explains_all;  ///< all three
};

/// Pure: a function of the numbers of a row and of g_minus_2, oscillation_fit and Y_B_theory_factor alone.
Assessment assess(const LimitInputs& point, const ModelSettings& settings);

}  // namespace mutauscan
