#pragma once

#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/type1_equations.hpp"

namespace mutauscan {

/// Everything one point of the type-I model yields.
struct Type1Result {
  LightNeutrinos neutrinos;
  Type1Couplings couplings;
  Type1Decays decays;
  std::optional<Type1Asymmetry> asymmetry;  ///< empty if the equations could not be solved
};

/// Baryons per photon today from the asymmetry N_{B-L} (3/4 of a neutrino in equilibrium while hot):
/// eta_B = 0.013 N, as in ULYSSES.
double baryon_to_photon_ratio(double asymmetry);

/// n_B/s of a baryon-to-photon ratio: s = (43/11) pi^4/(45 zeta(3)) n_gamma today.
double baryon_yield(double eta_B);

}  // namespace mutauscan
