#pragma once

#include <array>
#include <vector>

#include "mutauscan/physics/thermal_potential.hpp"

namespace mutauscan {

/// The minimum of the thermal potential of one point as the Universe cools, with the temperatures at which
/// its character changes.
class LoopVacuum {
 public:
  /// `thermal_below`: temperature above which sigma and Z' are diluted, kappa = thermal_below/T; `hottest`:
  /// up to which changes are looked for [GeV].
  LoopVacuum(const ScalarSector& sector, LoopOrder order, double thermal_below, double hottest);

  /// The vacuum at a temperature [GeV]; `scale_factor` multiplies the renormalisation scale.
  PotentialMinimum minimum(double temperature, double scale_factor = 1.0) const;

  /// The minimum and how it moves.
  struct WithSlope {
    PotentialMinimum minimum;
    std::array<double, 2> slope;  ///< du_i/d ln T
  };
  /// The vacuum and its derivative by temperature.
  WithSlope minimum_and_slope(double temperature) const;

  /// kappa: 1, or thermal_below/T where sigma and Z' are diluted.
  double occupancy(double temperature) const;

  /// Temperatures [GeV], to 1e-10, at which an expectation value vanishes or appears, ascending; above
  /// sphaleron freeze-out those of either, below only those at which the symmetry is restored are exact.
  const std::vector<double>& vanishing() const { return vanishing_; }

  /// Temperatures [GeV] at which the minimum is not smooth for other reasons: crossover, thermalisation,
  /// where the Higgs zero mode loses its mass.
  const std::vector<double>& other_kinks() const { return other_kinks_; }

  /// The temperature [GeV], to 1e-5, from which on there is no minimum with Phi = 0; infinite if there is one
  /// up to `hottest`.
  double condensed_above() const { return condensed_above_; }

  /// The couplings that the potential was made for.
  const ScalarSector& sector() const { return sector_; }

 private:
  struct Sample {
    double temperature;
    PotentialMinimum minimum;
  };

  PotentialMinimum sample(const PlasmaTerms<double>& plasma, const std::array<double, 2>& nearby = {}) const;
  PotentialMinimum sample(double temperature) const;
  std::vector<Sample> samples(double hottest) const;
  void find_zeros(const std::vector<Sample>& samples, std::size_t i);
  double between(double lower, double upper, std::size_t i) const;
  bool has_no_higgs_mass(double temperature) const;

  ScalarSector sector_;
  LoopOrder order_;
  double thermal_below_;
  std::vector<double> vanishing_, other_kinks_;
  double condensed_above_;
};

}  // namespace mutauscan
