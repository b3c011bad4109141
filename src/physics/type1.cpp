#include "mutauscan/physics/type1.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/core/text.hpp"
#include "mutauscan/physics/asymmetry_estimate.hpp"
#include "mutauscan/physics/stages.hpp"
#include "mutauscan/physics/type1_equations.hpp"

namespace mutauscan {
namespace {

constexpr double eta_per_asymmetry = 0.013;   // of ULYSSES: sphalerons and dilution by photons
constexpr double reheating_temperature = 30;  // in M_3; N_3 then has time to be made from the plasma
constexpr double decoupled = 1e-20;           // a Yukawa as good as none, but one can divide by its square

/// Positions of the masses in ascending order.
std::array<int, 3> ascending(const Eigen::Vector3d& mass) {
  std::array<int, 3> order{0, 1, 2};
  std::sort(order.begin(), order.end(), [&](int i, int j) { return mass(i) < mass(j); });
  return order;
}

/// The heavy neutrinos as the project's own equations take them: masses ascending, lambda = h*, no scalars.
DecayCouplings<3, 0> decay_couplings(const Type1Couplings& couplings) {
  const std::array<int, 3> order = ascending(couplings.mass);
  DecayCouplings<3, 0> n;
  for (int i = 0; i < 3; ++i) {
    n.mass(i) = couplings.mass(order[std::size_t(i)]);
    n.dirac_yukawa.col(i) = couplings.yukawa.col(order[std::size_t(i)]).conjugate();
    if (n.dirac_yukawa.col(i).norm() < decoupled) n.dirac_yukawa.col(i).setConstant(decoupled);
  }
  n.higgs_mass_squared = 0.0;  // of the portal vertex, which is absent
  return n;
}

/// True if two N of equal masses mix (H_ij is more than rounding) and no width regulates their propagator.
bool has_pole(const Type1Couplings& k, Regulator regulator) {
  constexpr double rounding = 1e-14;
  const Matrix3c product = k.yukawa.adjoint() * k.yukawa;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < i; ++j) {
      const double h_ii = product(i, i).real(), h_jj = product(j, j).real();
      const bool mix = std::abs(product(i, j)) > rounding * std::sqrt(h_ii * h_jj);
      // Of equal masses, widths are as H_ii and H_jj.
      const bool regulated = regulator == Regulator::difference ? std::abs(h_ii - h_jj) > rounding * h_ii
                                                                : regulator != Regulator::none;
      if (k.mass(i) == k.mass(j) && mix && !regulated) return true;
    }
  return false;
}

/// eps^i of `full`, diagonal in flavour, with the sign of type1_decays; 0 of an N_i without couplings.
std::array<Matrix3c, 3> regulated_asymmetries(const Type1Couplings& couplings, const ModelSettings& model) {
  const DecayCouplings<3, 0> n = decay_couplings(couplings);
  const Eigen::Array33d total = neutrino_decays(n, Matrix3c::Zero(), model).epsilon;
  const std::array<int, 3> order = ascending(couplings.mass);
  std::array<Matrix3c, 3> epsilon;
  for (int i = 0; i < 3; ++i) {
    const auto at = std::size_t(order[std::size_t(i)]);
    epsilon[at].setZero();
    if (!couplings.yukawa.col(Eigen::Index(at)).isZero(0.0))
      epsilon[at].diagonal().real() = -total.col(i).matrix();
  }
  return epsilon;
}

/// The largest CP asymmetry of one N, in a flavour or in all; infinite where it is not a number.
double largest_asymmetry(const Matrix3c& epsilon) {
  const Eigen::Array3d flavours = epsilon.diagonal().real();
  const double largest = std::max(flavours.abs().maxCoeff(), std::abs(flavours.sum()));
  return flavours.isFinite().all() ? largest : std::numeric_limits<double>::infinity();
}

/// n_Delta/s of the three flavours by the full equations.
Outcome<BoltzmannResult> solve_full(const Type1Couplings& couplings, const ModelSettings& model,
                                    const SolverSettings& settings, OdeSolver& solver, SolverReport& report) {
  const DecayCouplings<3, 0> neutrinos = decay_couplings(couplings);
  const double t_r = reheating_temperature * neutrinos.mass(2);
  const Reheating reheating{inflaton_width(t_r, model.g_star),
                            t_r,  // mass: a unit of number only, as it makes no neutrinos
                            model.g_star,
                            constants::sphaleron_temperature,
                            model.spectators,
                            sphaleron_conversion(model.sphaleron_factor)};
  const NeutrinoRateFunction rates = [&](double temperature) {
    return neutrino_rates(neutrinos, Matrix3c::Zero(), model, temperature);
  };
  NeutrinoHistory history{rates, {}};
  history.mixes = model.coherence == Coherence::density_matrix;
  return solve_boltzmann(reheating, history, settings, solver, report);
}

}  // namespace

Outcome<Type1Decays> physical_decays(const Type1Couplings& couplings, const Type1Settings& settings,
                                     const ModelSettings& model) {
  if (!couplings.yukawa.allFinite())
    return Failure{
        Status::nonperturbative,
        "a Yukawa coupling overflows: a complex angle is too large, or a loop larger than the tree"};
  if (couplings.yukawa.cwiseAbs().maxCoeff() > std::sqrt(4.0 * std::numbers::pi))
    return Failure{Status::nonperturbative, "a Yukawa coupling exceeds sqrt(4 pi)"};
  const bool full = settings.equations == Type1Equations::full;
  Type1Decays decays = type1_decays(couplings);
  if (full) decays.epsilon = regulated_asymmetries(couplings, model);
  const bool resummed = full && model.coherence != Coherence::none;
  const bool pole = !resummed && has_pole(couplings, full ? model.regulator : Regulator::none);
  for (int i = 0; i < 3; ++i) {
    const double largest = largest_asymmetry(decays.epsilon[std::size_t(i)]);
    if (largest <= 1.0 && !pole) continue;
    const Eigen::Vector3d& m = couplings.mass;
    return Failure{Status::unphysical_asymmetry,
                   "CP asymmetry of N_" + std::to_string(i + 1) + ": " +
                       (pole ? "a pole" : short_text(largest) + ", above 1") + " (M2/M1 - 1 = " +
                       short_text(m(1) / m(0) - 1.0) + ", M3/M2 - 1 = " + short_text(m(2) / m(1) - 1.0) +
                       (resummed ? ""
                        : full   ? ", regulator " + std::string(name_of(model.regulator))
                                 : ", no regulator in these equations") +
                       ")"};
  }
  return decays;
}

Outcome<Type1Result> solve_type1(const Type1Couplings& couplings, const Type1Decays& decays,
                                 const Type1Settings& settings, const ModelSettings& model,
                                 const SolverSettings& solver_settings, OdeSolver& solver,
                                 SolverReport& report) {
  report = {};
  Type1Result r;
  r.decay_parameter = decays.decay_parameter;
  r.probability = decays.projection.cwiseAbs2().array();
  for (int i = 0; i < 3; ++i) r.epsilon.col(i) = decays.epsilon[std::size_t(i)].diagonal().real().array();

  if (settings.equations == Type1Equations::full) {
    const auto solution = solve_full(couplings, model, solver_settings, solver, report);
    if (!solution) return solution.failure();
    r.Y_B = solution->Y_B;
    r.eta_B = r.Y_B / photons_per_entropy;
    r.eta_B_flavour =
        sphaleron_conversion(model.sphaleron_factor) / photons_per_entropy * solution->Y_delta.array();
    return r;
  }
  const auto asymmetry = solve_type1_equations(couplings, decays, settings, solver_settings,
                                               flavour_damping(couplings.mass(0)), report);
  if (!asymmetry) return asymmetry.failure();
  r.eta_B = eta_per_asymmetry * asymmetry->total;
  r.Y_B = photons_per_entropy * r.eta_B;
  r.eta_B_flavour = eta_per_asymmetry * asymmetry->flavour;
  return r;
}

Outcome<Type1Result> solve_type1(const Type1Couplings& couplings, const Type1Settings& settings,
                                 const ModelSettings& model, const SolverSettings& solver_settings,
                                 OdeSolver& solver, SolverReport& report) {
  const auto decays = physical_decays(couplings, settings, model);
  if (!decays) return decays.failure();
  return solve_type1(couplings, *decays, settings, model, solver_settings, solver, report);
}

Outcome<Type1Result> solve_type1(const Type1Point& point, const Type1Settings& settings,
                                 const ModelSettings& model, const SolverSettings& solver_settings,
                                 OdeSolver& solver, SolverReport& report) {
  return solve_type1(type1_couplings(point, settings, model.ordering), settings, model, solver_settings,
                     solver, report);
}

namespace {

EarlyEnd stages_of_point(Type1PointResult& result, const ModelSettings& model,
                         const SolverSettings& solver_settings, OdeSolver& solver) {
  const Type1Settings& settings = result.settings;
  result.stage = Stage::parameters;
  if (const auto objections = check_point(result.point, settings); !objections.empty())
    return Failure{Status::outside_domain, objections.front().text()};
  if (settings.equations == Type1Equations::full && settings.initial_abundance == InitialAbundance::thermal)
    return Failure{Status::outside_domain,
                   "model.initial_abundance = thermal: must be \"vanishing\" for equations \"full\""};
  result.stage = Stage::seesaw;
  const Type1Couplings couplings = type1_couplings(result.point, settings, model.ordering);
  result.couplings = couplings;
  result.stage = Stage::neutrino_sector;
  result.neutrinos = settings.parametrisation == Type1Parametrisation::casas_ibarra
                         ? type1_light_neutrinos(result.point, model.ordering)
                         : light_neutrinos_of(couplings, model.ordering, settings.radiative_corrections);
  result.point =
      with_derived_parameters(result.point, settings.parametrisation, couplings, *result.neutrinos);
  result.stage = Stage::cp_asymmetry;
  const auto decays = physical_decays(couplings, settings, model);
  if (!decays) return decays.failure();
  result.stage = Stage::boltzmann;
  const auto solution =
      solve_type1(couplings, *decays, settings, model, solver_settings, solver, result.solver);
  if (!solution) return solution.failure();
  result.asymmetry = *solution;
  return {};
}

}  // namespace

Type1PointResult evaluate_type1(const Type1Point& point, const Type1Settings& settings,
                                const ModelSettings& model, const SolverSettings& solver_settings,
                                OdeSolver& solver) {
  Type1PointResult result;
  result.point = point;
  result.settings = settings;
  run_stages(result, [&](Type1PointResult& r) { return stages_of_point(r, model, solver_settings, solver); });
  return result;
}

}  // namespace mutauscan
