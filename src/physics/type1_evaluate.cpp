#include "mutauscan/physics/type1_evaluate.hpp"

#include <cmath>
#include <numbers>

namespace mutauscan {

double baryon_to_photon_ratio(double asymmetry) { return 0.013 * asymmetry; }

double baryon_yield(double eta_B) {
  constexpr double zeta_3 = 1.2020569031595942;
  return eta_B * 45.0 * zeta_3 / (43.0 / 11.0 * std::pow(std::numbers::pi, 4));
}

}  // namespace mutauscan
