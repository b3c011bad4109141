#pragma once

#include <string_view>
#include <vector>

#include "mutauscan/physics/model_settings.hpp"

namespace mutauscan {

/// Measured minus predicted anomalous magnetic moment of the muon.
struct GMinus2Measurement {
  GMinus2 choice;
  double value, sigma;
  std::string_view source;
  int year;
};
/// All choices of model.g_minus_2.
const std::vector<GMinus2Measurement>& g_minus_2_measurements();
/// The measurement that a choice means.
const GMinus2Measurement& g_minus_2_measurement(GMinus2 choice);

/// Baryon asymmetry n_B/s and its relative error: Omega_b h^2 = 0.02237(15), Planck 1807.06209 (2018).
inline constexpr double observed_baryon_asymmetry = 8.70e-11;
inline constexpr double observed_baryon_asymmetry_relative_error = 0.007;

}  // namespace mutauscan
