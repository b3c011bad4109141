#include "mutauscan/physics/boltzmann.hpp"

#include <cmath>
#include <numbers>

#include <Eigen/LU>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/plasma.hpp"

namespace mutauscan {
namespace {

using constants::reduced_planck_mass;
using std::numbers::pi;

/// Neutrinos that decay this much faster than the Universe expands need no equation of their own.
constexpr double fast_decay = 1e4;

double radiation_energy(double temperature, double g_star) {
  return pi * pi / 30.0 * g_star * std::pow(temperature, 4);
}
double radiation_temperature(double energy, double g_star) {
  return std::pow(30.0 * energy / (pi * pi * g_star), 0.25);
}
double entropy_density(double temperature, double g_star) {
  return 2.0 * pi * pi / 45.0 * g_star * std::pow(temperature, 3);
}
double hubble_rate(double energy) { return std::sqrt(energy / 3.0) / reduced_planck_mass; }

/// rho_phi at the start, a = 1.
double initial_inflaton_energy(const Reheating& r) {
  const double h = r.initial_hubble_rate();
  return 3.0 * reduced_planck_mass * reduced_planck_mass * h * h / (1.0 + 0.4 * r.inflaton_width / h);
}

/// Partial widths N_J -> N_I phi by index pair.
double width(const NeutrinoRates& r, int from, int to) { return r.scalar_width(from == 1 ? 0 : 1 + to); }
double total_width(const NeutrinoRates& r, int i) {
  double sum = r.lepton_width(i);
  for (int k = 0; k < i; ++k) sum += width(r, i, k);
  return sum;
}

/// The two sets of asymmetries: sourced by N_1; by N_2 and N_3.
constexpr int sets = 2;
constexpr int set_of(int neutrino) { return neutrino == 0 ? 0 : 1; }

/// State: rho_phi a^3 and rho_R a^4 in units of the initial rho_phi; for each slow N its n a^3, rho a^3/m_phi
/// and n^th a^3, and n_Delta a^3 set by set, in units of rho_phi/m_phi. Fast N are in balance with what makes
/// them.
class Equations : public OdeProblem {
 public:
  Equations(const Reheating& reheating, const NeutrinoRateFunction& rates, const std::array<bool, 3>& slow)
      : reheating_(reheating),
        rates_(rates),
        energy_unit_(initial_inflaton_energy(reheating)),
        number_unit_(energy_unit_ / reheating.inflaton_mass) {
    const NeutrinoRates r = rates_(reheating.initial_temperature());
    for (int i = 0; i < 3; ++i) {
      if (slow[std::size_t(i)]) slot_[i] = 2 + 3 * slow_count_++;
      negligible_[i] = 1e-12 * std::min(1.0, reheating_.inflaton_width / total_width(r, i));
    }
  }

  int first_asymmetry() const { return 2 + 3 * slow_count_; }
  int dimension() const override { return first_asymmetry() + 3 * sets; }
  double number_unit() const { return number_unit_; }
  bool is_slow(int i) const { return slot_[i] > 0; }
  double number(int i, const double* y) const { return is_slow(i) ? y[slot_[i]] : 0.0; }
  double thermal_number(int i, const double* y) const { return is_slow(i) ? y[slot_[i] + 2] : 0.0; }

  void aim_for(double temperature, bool electron_yukawa_in_equilibrium) {
    target_ = temperature;
    response_ = &chemical_response(reheating_.spectators, electron_yukawa_in_equilibrium);
  }
  double event(double u, const double* y) const override { return temperature_of(u, y) / target_ - 1.0; }

  double temperature_of(double u, const double* y) const {
    return radiation_temperature(y[1] * energy_unit_ * std::exp(-4.0 * u), reheating_.g_star);
  }
  double hubble_rate_of(double u, const double* y) const {
    double energy = y[0] + y[1] * std::exp(-u);
    for (int i = 0; i < 3; ++i)
      if (is_slow(i)) energy += y[slot_[i] + 1];
    return hubble_rate(energy * std::exp(-3.0 * u) * energy_unit_);
  }

  /// Absolute tolerances; `asymmetry` for n_Delta.
  Eigen::VectorXd tolerances(double asymmetry) const {
    Eigen::VectorXd atol = Eigen::VectorXd::Constant(dimension(), asymmetry);
    atol(0) = atol(1) = 1e-20;
    for (int i = 0; i < 3; ++i)
      if (is_slow(i)) atol.segment<3>(slot_[i]).setConstant(1e-2 * negligible_[i]);
    return atol;
  }

  /// Linear in thermal abundances and asymmetries, mildly nonlinear in the rest.
  double perturbation(int j, const double* y) const override {
    if (j >= first_asymmetry()) return std::max(std::abs(y[j]), 1e-20);
    if (j >= 2 && (j - 2) % 3 == 2) return std::max(std::abs(y[j]), 1e-20);
    return 1e-5 * std::max(std::abs(y[j]), 1e-20);
  }

  Eigen::VectorXd initial_state() const;
  void derivative(double u, const double* y, double* dydu) const override;

 private:
  struct Sources;
  void inflaton_to_neutrinos(const NeutrinoRates& r, double u, const double* y, double h, double* dydu,
                             Sources& s) const;
  void thermal_neutrinos(const NeutrinoRates& r, double u, const double* y, double t, double h, double* dydu,
                         Sources& s) const;

  const Reheating& reheating_;
  const NeutrinoRateFunction& rates_;
  double energy_unit_, number_unit_;
  int slow_count_ = 0;
  int slot_[3] = {0, 0, 0};  ///< where a slow N stands in the state; 0: fast
  double negligible_[3];     ///< abundances of N from the inflaton that are as good as none
  double target_ = 0.0;
  const ChemicalResponse* response_ = nullptr;
};

/// What the neutrinos do to the asymmetries, per comoving volume in units of rho_phi/m_phi.
struct Equations::Sources {
  Eigen::Array3d decays = Eigen::Array3d::Zero();     ///< N_I -> L Phi, net of inverse decays, per time
  Eigen::Array3d abundance = Eigen::Array3d::Ones();  ///< n_I^th/n_I^eq
};

Eigen::VectorXd Equations::initial_state() const {
  Eigen::VectorXd y = Eigen::VectorXd::Zero(dimension());
  y(0) = 1.0;
  y(1) = 0.4 * reheating_.inflaton_width / reheating_.initial_hubble_rate();
  return y;
}

void Equations::derivative(double u, const double* y, double* dydu) const {
  if (!(y[1] > 0.0)) throw RecoverableFailure("negative radiation energy");
  const double t = temperature_of(u, y), h = hubble_rate_of(u, y);
  if (!std::isfinite(h)) throw RecoverableFailure("no Hubble rate");
  const NeutrinoRates r = rates_(t);
  Sources s;
  inflaton_to_neutrinos(r, u, y, h, dydu, s);
  thermal_neutrinos(r, u, y, t, h, dydu, s);

  // Wash-out acts on the chemical potentials, which are linear in the asymmetries of each set.
  const Eigen::Array3d suppression = (-r.mass / t).exp();
  const Eigen::Vector3d washout =
      (r.washout.matrix() + r.resonant_washout.matrix() * s.abundance.matrix().asDiagonal()) *
      suppression.matrix();
  Eigen::Matrix3d scattering;
  scattering << r.delta_l2(0), r.delta_l2(1), r.delta_l2(2), r.delta_l2(1), r.delta_l2(3), r.delta_l2(4),
      r.delta_l2(2), r.delta_l2(4), r.delta_l2(5);
  for (int set = 0; set < sets; ++set) {
    const int at = first_asymmetry() + 3 * set;
    const Eigen::Map<const Eigen::Vector3d> n(y + at);
    // 2 mu/T per unit of n: 12/T^3 times the response
    const Eigen::Vector3d lepton = 12.0 / (t * t * t) * (response_->lepton * n);
    const double higgs = 12.0 / (t * t * t) * (response_->higgs * n)(0);
    for (int alpha = 0; alpha < 3; ++alpha) {
      double rate = washout(alpha) * (lepton(alpha) + higgs);
      for (int beta = 0; beta < 3; ++beta)
        rate += scattering(alpha, beta) * (lepton(alpha) + lepton(beta) + 2.0 * higgs);
      for (int i = 0; i < 3; ++i)
        if (set_of(i) == set) rate -= r.epsilon(alpha, i) * s.decays(i);
      dydu[at + alpha] = rate / h;
    }
  }
}

/// From the heaviest N down: what the inflaton and cascades bring, in number and in energy (units of m_phi),
/// decays at once (fast N) or is kept (slow N). Radiation gets the energy that is not kept.
void Equations::inflaton_to_neutrinos(const NeutrinoRates& r, double u, const double* y, double h,
                                      double* dydu, Sources& s) const {
  const double production = reheating_.inflaton_width * y[0];
  Eigen::Array3d number = production * reheating_.multiplicity, energy = 0.5 * number;  // made per time
  double into_radiation = production;
  for (int i = 2; i >= 0; --i) {
    const double m = r.mass(i) / reheating_.inflaton_mass, total = total_width(r, i);
    double decays = number(i), mass_decays = energy(i);  // Gamma gamma n and Gamma M n
    if (is_slow(i)) {
      const double n = y[slot_[i]], rho = y[slot_[i] + 1], none = negligible_[i];
      // Mean inverse Lorentz factor M n/rho; where next to nothing is left, that of neutrinos just made, 2
      // M/m_phi.
      const auto positive = [](double x, double least) { return 0.5 * (x + std::hypot(x, 2.0 * least)); };
      const double gamma = std::min(1.0, m * positive(n, 2.0 * none) / positive(rho, none));
      decays = total * gamma * n;
      mass_decays = total * m * n;
      const double work = h * rho * (1.0 - gamma * gamma);  // 3 H p
      dydu[slot_[i]] = (number(i) - decays) / h;
      dydu[slot_[i] + 1] = (energy(i) - mass_decays - work) / h;
      into_radiation -= energy(i) - mass_decays;
    }
    s.decays(i) = decays * r.lepton_width(i) / total;
    for (int k = 0; k < i; ++k) {
      const double branching = width(r, i, k) / total, q = r.mass(k) / r.mass(i);
      number(k) += branching * decays;
      energy(k) += branching * mass_decays * 0.5 * (1.0 + q * q);
    }
  }
  dydu[0] = -production / h;
  dydu[1] = into_radiation * std::exp(u) / h;
}

/// Thermal N, by their deviations from equilibrium delta_I = n_I - n_I^eq:
///   dn_I/dt = -(Gamma_I k_I + scatterings) delta_I - sum_K F_IK + sum_J F_JI,
///   F_IK = Gamma_{I->K} k_I (delta_I - (n_I^eq/n_K^eq) delta_K)  for N_I <-> N_K phi.
/// Slow ones are integrated. Fast ones follow n_eq with a small lag, so that delta solves the linear system
/// with dn_I/dt = dn_I^eq/dt; beyond e^{-80} there are none.
void Equations::thermal_neutrinos(const NeutrinoRates& r, double u, const double* y, double t, double h,
                                  double* dydu, Sources& s) const {
  constexpr double none_beyond = 80.0, finite_up_to = 600.0;  // in M/T
  const Eigen::Array3d z = r.mass / t;
  if (z(0) > none_beyond && slow_count_ == 0) return;
  const double volume = std::exp(3.0 * u) / number_unit_;
  const Eigen::Array3d equilibrium = r.equilibrium * (-z).exp() * volume;

  Eigen::Matrix3d loss = Eigen::Matrix3d::Zero();  // dn/dt = -loss delta
  for (int i = 0; i < 3; ++i) {
    loss(i, i) += r.lepton_width(i) * r.dilation(i) + r.scattering(i) / r.equilibrium(i);
    for (int k = 0; k < i; ++k) {
      const double gamma = width(r, i, k) * r.dilation(i);
      const double ratio = r.equilibrium(i) / r.equilibrium(k) * std::exp(z(k) - z(i));
      loss(i, i) += gamma;
      loss(i, k) -= gamma * ratio;
      loss(k, k) += gamma * ratio;
      loss(k, i) -= gamma;
    }
  }
  const double dlnt = 0.25 * dydu[1] / y[1] - 1.0;  // d ln T/d ln a
  Eigen::Matrix3d system = loss;
  Eigen::Vector3d right;
  for (int i = 0; i < 3; ++i) {
    if (!is_slow(i) && z(i) < none_beyond) {
      right(i) = -equilibrium(i) * h * (3.0 + dlnt * (3.0 + z(i) * r.dilation(i) * (1.0 - r.mass_slope(i))));
      continue;
    }
    system.row(i) = Eigen::RowVector3d::Unit(i);
    right(i) = is_slow(i) ? y[slot_[i] + 2] - equilibrium(i) : 0.0;
  }
  const Eigen::Vector3d deviation = system.partialPivLu().solve(right);
  for (int i = 0; i < 3; ++i) {
    s.decays(i) += r.lepton_width(i) * r.dilation(i) * deviation(i);
    if (z(i) < finite_up_to) s.abundance(i) = 1.0 + deviation(i) / equilibrium(i);
    if (is_slow(i)) dydu[slot_[i] + 2] = -(loss.row(i) * deviation)(0) / h;
  }
}

/// The neutrinos that do not decay fast compared with the expansion somewhere on the way.
std::array<bool, 3> slow_neutrinos(const Reheating& reheating, const NeutrinoRateFunction& rates) {
  std::array<bool, 3> slow{};
  const double hot = reheating.initial_temperature(), cold = reheating.final_temperature;
  constexpr int samples = 24;
  for (int k = 0; k <= samples; ++k) {
    const double t = hot * std::pow(cold / hot, double(k) / samples);
    const NeutrinoRates r = rates(t);
    const double rho = radiation_energy(t, reheating.g_star);
    // The attractor before reheating, radiation after; their sum is safe in between.
    const double matter =
        rho / (0.4 * reheating.inflaton_width * 3.0 * reduced_planck_mass * reduced_planck_mass);
    const double h = hubble_rate(rho) + std::min(matter, reheating.initial_hubble_rate());
    for (int i = 0; i < 3; ++i) {
      const double slowest = std::min({1.0, 2.0 * r.mass(i) / reheating.inflaton_mass, r.dilation(i)});
      if (total_width(r, i) * slowest < fast_decay * h) slow[std::size_t(i)] = true;
    }
  }
  return slow;
}

Failure failure_of(const OdeSolution& solution, double temperature) {
  char text[160];
  const Status status = solution.end == OdeEnd::step_limit   ? Status::solver_step_limit
                        : solution.end == OdeEnd::time_limit ? Status::solver_time_limit
                                                             : Status::solver_failed;
  std::snprintf(text, sizeof text,
                "Boltzmann solver stopped at T = %.6g GeV after %ld steps, %ld calls (flag %d)", temperature,
                solution.statistics.steps, solution.statistics.derivative_calls, solution.solver_flag);
  return {status, text};
}

}  // namespace

double Reheating::initial_temperature() const {
  const double energy = 0.4 * inflaton_width / initial_hubble_rate() * initial_inflaton_energy(*this);
  return radiation_temperature(energy, g_star);
}

Outcome<BoltzmannResult> solve_boltzmann(const Reheating& reheating, const NeutrinoRateFunction& rates,
                                         const SolverSettings& settings, OdeSolver& solver,
                                         const BoltzmannObserver& observe,
                                         std::optional<NeutrinoTreatment> treatment) {
  std::array<bool, 3> slow = slow_neutrinos(reheating, rates);
  if (treatment) slow.fill(*treatment == NeutrinoTreatment::integrated);
  Equations equations(reheating, rates, slow);
  const int first = equations.first_asymmetry();

  OdeOptions options;
  options.rtol = settings.rtol;
  options.max_steps = long(settings.max_steps);
  options.time_limit_s = settings.point_time_limit_s;
  // n_Delta/s in the units of the state: s a^3 is about (4/3) rho_phi a^3/T_R at the end
  const double reheating_temperature =
      std::sqrt(reheating.inflaton_width * reduced_planck_mass /
                (constants::reheating_width_factor * std::sqrt(pi * pi * reheating.g_star / 90.0)));
  options.atol =
      equations.tolerances(settings.atol * 4.0 * reheating.inflaton_mass / (3.0 * reheating_temperature));

  std::function<void(double, const double*)> on_step;
  if (observe)
    on_step = [&](double u, const double* y) {
      const double t = equations.temperature_of(u, y), volume = std::exp(3.0 * u);
      const double energy = equations.number_unit() * reheating.inflaton_mass / volume;
      BoltzmannSnapshot snapshot{u,
                                 t,
                                 equations.hubble_rate_of(u, y),
                                 y[0] * energy,
                                 y[1] * energy * std::exp(-u),
                                 Eigen::Array3d::Zero(),
                                 Eigen::Array3d::Zero(),
                                 Eigen::Vector3d::Zero()};
      const double number = equations.number_unit() / volume;
      for (int i = 0; i < 3; ++i) {
        snapshot.neutrino_number(i) = equations.number(i, y) * number;
        snapshot.thermal_neutrino_number(i) = equations.thermal_number(i, y) * number;
      }
      for (int alpha = 0; alpha < 3; ++alpha)
        snapshot.Y_delta(alpha) =
            (y[first + alpha] + y[first + 3 + alpha]) * number / entropy_density(t, reheating.g_star);
      observe(snapshot);
    };

  OdeSolution solution;
  solution.y = equations.initial_state();
  OdeStatistics statistics;
  constexpr double far = 200.0;  // e-folds: the event comes first
  std::vector<double> targets;
  if (reheating.spectators == Spectators::full &&
      reheating.initial_temperature() > electron_yukawa_temperature)
    targets.push_back(electron_yukawa_temperature);  // the right-hand side jumps there
  targets.push_back(reheating.final_temperature);
  for (double target : targets) {
    equations.aim_for(target, target < electron_yukawa_temperature);
    solution = solver.integrate(equations, solution.t, solution.y, far, options, on_step);
    statistics += solution.statistics;
    solution.statistics = statistics;
    if (solution.end != OdeEnd::event)
      return failure_of(solution, equations.temperature_of(solution.t, solution.y.data()));
  }

  const double t = reheating.final_temperature;
  const double per_entropy =
      equations.number_unit() * std::exp(-3.0 * solution.t) / entropy_density(t, reheating.g_star);
  const Eigen::Vector3d from_n1 = solution.y.segment<3>(first) * per_entropy;
  const Eigen::Vector3d from_n23 = solution.y.segment<3>(first + 3) * per_entropy;
  const double c = reheating.sphaleron_conversion;
  BoltzmannResult result{from_n1 + from_n23,
                         c * (from_n1 + from_n23).sum(),
                         c * from_n1.sum(),
                         c * from_n23.sum(),
                         first > 2 ? NeutrinoTreatment::integrated : NeutrinoTreatment::quasi_steady,
                         statistics};
  if (!result.Y_delta.allFinite()) return Failure{Status::not_finite, "an asymmetry is not a finite number"};
  return result;
}

}  // namespace mutauscan
