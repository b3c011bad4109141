#pragma once

#include <string_view>
#include <vector>

#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// One fitted quantity: best fit, one-sigma errors, three-sigma range.
struct FittedValue {
  double best, minus, plus, lower_3sigma, upper_3sigma;
};

/// A global fit of neutrino oscillations for one mass ordering.
struct OscillationData {
  std::string_view name;  ///< "5.1/NO_noSK": release / ordering, with or without SK atmospheric data
  Ordering ordering;
  FittedValue sin2_theta12, sin2_theta23, sin2_theta13;
  FittedValue delta_deg;  ///< upper 3 sigma edge may exceed 360
  FittedValue dm21_eV2;
  FittedValue dm3l_eV2;  ///< m3^2 - m1^2 (NO) or m3^2 - m2^2 < 0 (IO)
};

/// NuFIT releases 5.1 (2021), 5.2 (2022), 6.0 (2024), 6.1 (2025), www.nu-fit.org;
/// Esteban et al. 2007.14792 and 2410.05380.
const std::vector<OscillationData>& oscillation_data_sets();
/// The set of this name, "6.0/NO_SK"; null if there is none.
const OscillationData* find_oscillation_data(std::string_view name);

/// The fit that limits and likelihoods compare with: the one chosen, else NuFIT 5.1 without SK atmospheric
/// data of the ordering.
const OscillationData& oscillation_fit(const ModelSettings& settings);

/// theta [deg] for sin^2(theta).
double angle_deg(double sin2);
/// sin^2(theta) for theta [deg].
double sin2_of_deg(double theta_deg);

/// The same angle in [0, 360) degrees, where the best fits of phases lie.
double within_one_turn(double angle_deg);

}  // namespace mutauscan
