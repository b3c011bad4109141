#pragma once

#include <optional>
#include <string>

#include "mutauscan/core/outcome.hpp"
#include "mutauscan/numerics/ode_solver.hpp"
#include "mutauscan/physics/boltzmann.hpp"
#include "mutauscan/physics/type1_seesaw.hpp"

namespace mutauscan {

/// What thermal leptogenesis in the type-I seesaw makes of one point.
struct Type1Result {
  double eta_B;                    ///< baryons per photon today
  double Y_B;                      ///< baryons per entropy
  Eigen::Array3d eta_B_flavour;    ///< parts of eta_B by lepton flavour (0.013 N_alpha); NaN if not resolved
  Eigen::Array3d decay_parameter;  ///< K_i
  Eigen::Array33d probability;     ///< P_{i alpha} at (alpha, i)
  /// eps^i_{alpha alpha} at (alpha, i), > 0 for an excess of B - L; of `full` by its coherence
  Eigen::Array33d epsilon;

  /// Sum over the flavours of the asymmetry of each N_i.
  Eigen::Array3d epsilon_total() const { return epsilon.colwise().sum().transpose(); }
};

/// Y_B/eta_B = n_gamma/s today = 45 zeta(3)/(pi^4 43/11)
inline constexpr double photons_per_entropy = 0.14205688242543760;

/// Decays of the heavy neutrinos, with the CP asymmetries that the equations use: those of type1_decays, for
/// `full` those of neutrino_decays.hpp for the coherence of `model`, flavour by flavour. Failure:
/// nonperturbative (a Yukawa coupling above sqrt(4 pi), or that overflows); unphysical_asymmetry (an
/// asymmetry of any N_i above 1, in all or in one flavour, though it is a difference of probabilities: masses
/// closer than the propagator allows, equal ones without a width in it, or large couplings).
Outcome<Type1Decays> physical_decays(const Type1Couplings& couplings, const Type1Settings& settings,
                                     const ModelSettings& model);

/// The baryon asymmetry of given couplings and their physical_decays. Equations in the normalisation of
/// ULYSSES (type1_equations.hpp): eta_B = 0.013 sum N_alpha; `full`: those of boltzmann.hpp for all three N,
/// with the spectators, scatterings, Delta L = 2, coherence, g_star and sphaleron factor of `model`, after
/// reheating by an inflaton that makes no N, to T_R = 30 M_3. Failure: not_finite; those of the solver.
Outcome<Type1Result> solve_type1(const Type1Couplings& couplings, const Type1Decays& decays,
                                 const Type1Settings& settings, const ModelSettings& model,
                                 const SolverSettings& solver_settings, OdeSolver& solver,
                                 SolverReport& report);

/// Both, for given couplings and for those of a point with model.ordering.
Outcome<Type1Result> solve_type1(const Type1Couplings& couplings, const Type1Settings& settings,
                                 const ModelSettings& model, const SolverSettings& solver_settings,
                                 OdeSolver& solver, SolverReport& report);
/// The same for a point: its Yukawas first.
Outcome<Type1Result> solve_type1(const Type1Point& point, const Type1Settings& settings,
                                 const ModelSettings& model, const SolverSettings& solver_settings,
                                 OdeSolver& solver, SolverReport& report);

/// Everything one point of this model yields. What a failed stage would have produced is empty.
struct Type1PointResult {
  Type1Point point;  ///< with derived parameters, once couplings are there
  Type1Settings settings;
  Status status = Status::ok;
  Stage stage = Stage::complete;  ///< the stage that failed, or complete
  std::string message;            ///< of a failure

  std::optional<LightNeutrinos> neutrinos;
  std::optional<Type1Couplings> couplings;
  std::optional<Type1Result> asymmetry;
  SolverReport solver;
};

/// The whole chain for one point: neutrino data -> couplings, or couplings -> neutrino data; then decays, CP
/// asymmetries and equations. Never throws for a physics reason.
Type1PointResult evaluate_type1(const Type1Point& point, const Type1Settings& settings,
                                const ModelSettings& model, const SolverSettings& solver_settings,
                                OdeSolver& solver);

}  // namespace mutauscan
