#include "mutauscan/physics/thermal_potential.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <type_traits>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/physics/running_couplings.hpp"

namespace mutauscan {
namespace {

using constants::crossover_temperature;
using constants::higgs_vev;
using std::numbers::pi;

constexpr double loop = 1.0 / (16.0 * pi * pi);
constexpr double mu_phi_squared = 0.5 * constants::msbar_higgs_mass * constants::msbar_higgs_mass;  // at Q_0
constexpr std::array charge_squared = {1.0, 4.0};
constexpr double never = -std::numeric_limits<double>::infinity();  // order of a field that is not there

/// Q/T = 4 pi e^{-gamma}: there the logarithms of bosonic hard modes vanish.
const double bosonic_scale = 4.0 * pi * std::exp(-std::numbers::egamma);

// Two loops, Q = 4 pi e^{-gamma} T: polynomials in ln(T/10 TeV)/10 from T_c to 1e9 GeV, fitted to 1e-6 of W
// to the expressions of dimensional reduction with the couplings of running_couplings (hep-ph/9508379,
// 1610.06230, 2103.07467): Z = 1 - 12 ln2 y_t^2/(16 pi^2); `hard`: 1/6 and the two-loop sunsets of hard
// modes, with the temporal gauge fields; `mass`: two-loop mass of the doublet; `quartic`, `sunset`: lambda_3
// and g_3 in the three-dimensional two-loop diagrams.
constexpr double two_loop_highest = 1e9;
constexpr std::array two_loop_hard = {0.17513602,     -0.0021766286, 0.001050083,
                                      -0.00064242356, 0.00035420293, -9.7698831e-05};
constexpr std::array two_loop_z = {0.97112805,    0.017896356,  -0.011028015,  0.0073730448,
                                   -0.0050209643, 0.0026462372, -0.00066738375};
constexpr std::array two_loop_mass = {0.24420107, -0.16449439,  0.10567647,  -0.071948368,
                                      0.05449712, -0.040144987, 0.020952954, -0.0049931462};
constexpr std::array two_loop_quartic = {0.0021723371,  -0.003895784,  0.0023236237, -0.001348202,
                                         0.00090825803, -0.0004929793, 0.00012687886};
constexpr std::array two_loop_sunset = {0.007873379, -0.00094189432, 0.00016571003, -1.7149939e-05};

template <class Scalar>
Scalar polynomial(std::span<const double> coefficients, Scalar x) {
  Scalar sum = 0.0;
  for (std::size_t i = coefficients.size(); i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

double value_of(double x) { return x; }
double value_of(Dual x) { return x.value; }

/// A value with its derivative, or without.
template <class Scalar>
Scalar with_slope(double value, double slope) {
  if constexpr (std::is_same_v<Scalar, Dual>)
    return {value, slope};
  else
    return value;
}

/// The Standard Model at Q = bosonic_scale max(T, T_c), with derivatives with respect to ln T.
template <class Scalar>
struct Couplings {
  Scalar weak;  ///< 3 g_2^2 + g_Y^2
  Scalar gauge_y, gauge_2, top, quartic, ratio, integral;
};

template <class Scalar>
Couplings<Scalar> couplings_at(double scale, double dlogscale) {
  const RunningCouplings c = running_couplings(scale);
  RunningCouplings s{};
  if constexpr (std::is_same_v<Scalar, Dual>) s = slopes(c);
  const auto with = [dlogscale](double value, double slope) {
    return with_slope<Scalar>(value, slope * dlogscale);
  };
  const Scalar gauge_y = with(c.gauge_y, s.gauge_y), gauge_2 = with(c.gauge_2, s.gauge_2);
  return {3.0 * gauge_2 * gauge_2 + gauge_y * gauge_y,
          gauge_y,
          gauge_2,
          with(c.top, s.top),
          with(c.higgs_quartic, s.higgs_quartic),
          with(c.portal_ratio, s.portal_ratio),
          with(c.portal_integral, s.portal_integral)};
}

/// The gap equations of one point at one temperature, in units of T.
template <class Scalar>
struct GapEquations {
  Scalar portal;                  ///< lambda_phi_sigma at Q
  std::array<Scalar, 2> quartic;  ///< lambda_i at Q
  Scalar mixed;                   ///< lambda_12 at Q, generated
  std::array<Scalar, 2> mass;     ///< mu_i^2 less sigma's own hard modes
  Scalar higgs_mass2;             ///< m^2 at u = 0
  Scalar higgs_parameter;         ///< mu_Phi^2
  Scalar occupancy;
  double gauge2, log_bosons;
  const PlasmaTerms<Scalar>& plasma;

  GapEquations(const ScalarSector& s, const PlasmaTerms<Scalar>& p, Scalar kappa)
      : occupancy(kappa), gauge2(s.gauge_coupling * s.gauge_coupling), log_bosons(p.log_bosons), plasma(p) {
    const double lambda = s.lambda_sigma, square = s.lambda_phi_sigma * s.lambda_phi_sigma;
    const double higgs_today = mu_phi_squared + s.lambda_phi_sigma * (s.vev_today[0] * s.vev_today[0] +
                                                                      s.vev_today[1] * s.vev_today[1]);
    portal = s.lambda_phi_sigma * p.portal_ratio;
    mixed = 4.0 * square * p.portal_integral + 48.0 * gauge2 * gauge2 * p.log_scale;
    higgs_parameter = higgs_today * p.portal_ratio * p.per_t2;
    higgs_mass2 = p.mass + kappa * portal / 6.0 - p.z * higgs_parameter;
    for (std::size_t i = 0; i < 2; ++i) {
      const double q2 = charge_squared[i], gauge = q2 * gauge2;
      quartic[i] = lambda + 2.0 * square * p.portal_integral +
                   p.log_scale * (20.0 * lambda * lambda - 12.0 * gauge * lambda + 6.0 * gauge * gauge);
      const double today =
          2.0 * lambda * s.vev_today[i] * s.vev_today[i] + s.lambda_phi_sigma * higgs_vev * higgs_vev;
      const Scalar square_mass =
          (today * (1.0 + p.log_scale * (8.0 * lambda - 6.0 * gauge)) +
           4.0 * s.lambda_phi_sigma * higgs_today * p.portal_integral - portal * p.higgs_vev2) *
          p.per_t2;
      mass[i] = square_mass * (1.0 - kappa * quartic[i] * (4.0 * loop * log_bosons)) -
                kappa * (quartic[i] / 3.0 + 0.25 * gauge);
    }
  }

  /// m_T^2
  Scalar transverse2(const std::array<Scalar, 2>& u) const { return 2.0 * gauge2 * (u[0] + 4.0 * u[1]); }

  /// o_i for both fields: what sigma's own zero modes, and logarithms of its hard ones, take off.
  std::array<Scalar, 2> own_modes(const std::array<Scalar, 2>& u) const {
    using std::sqrt;
    const Scalar m2 = transverse2(u);
    const Scalar vectors = 2.0 * sqrt(m2) + sqrt(m2 + 8.0 / 3.0 * gauge2 * occupancy);
    std::array<Scalar, 2> o;
    for (std::size_t i = 0; i < 2; ++i)
      o[i] = occupancy / (8.0 * pi) *
             (12.0 * quartic[i] * sqrt(quartic[i] * u[i]) + 2.0 * gauge2 * charge_squared[i] * vectors);
    if (log_bosons != 0.0)
      for (std::size_t i = 0; i < 2; ++i)
        o[i] = o[i] + occupancy * (0.5 * loop * log_bosons) *
                          (40.0 * quartic[i] * quartic[i] * u[i] + 6.0 * gauge2 * charge_squared[i] * m2);
    return o;
  }

  /// W without the term -Z m/2pi.
  Scalar higgs_condensate(Scalar m, Scalar sum_u) const {
    using std::log;
    Scalar w = plasma.constant;
    if (value_of(plasma.logarithm) != 0.0) w = w - plasma.logarithm * log(m) + plasma.inverse / m;
    if (log_bosons != 0.0) w = w - (portal * sum_u - higgs_parameter) * (2.0 * loop * log_bosons);
    return w;
  }

  Scalar clamped(Scalar m) const { return value_of(m) > plasma.least_mass ? m : Scalar(plasma.least_mass); }

  bool is_below_crossover() const { return plasma.temperature <= crossover_temperature; }
  bool is_near_crossover() const { return plasma.temperature <= 2.0 * crossover_temperature; }
};

/// m and u of one iteration, and whether the quadratic equation for m has a solution.
struct Step {
  bool solved;
  double m;
  std::array<double, 2> u, order;
};

/// Solves for m and u with what varies slowly held fixed: lambda_i u_i = [beta_i - lambda (W_0 - Z m/2pi)]/2,
/// or u_i = 0 where that is negative. The fields that can be broken are those with the largest beta_i.
Step step(const GapEquations<double>& e, const std::array<double, 2>& beta, double w0, int scalars) {
  const double z = e.plasma.z, coupling = z * e.portal;
  std::array<bool, 2> broken = {true, scalars > 1};
  Step s{};
  for (;;) {
    double b = 0.0, d = e.higgs_mass2;
    for (std::size_t i = 0; i < 2; ++i) {
      if (!broken[i]) continue;
      b += coupling * coupling / (8.0 * pi * e.quartic[i]);
      d += coupling * (beta[i] - e.portal * w0) / (2.0 * e.quartic[i]);
    }
    const double discriminant = b * b + d;
    s.solved = discriminant >= 0.0;
    s.m = s.solved ? b + std::sqrt(discriminant) : b;
    if (e.is_below_crossover() || (e.is_near_crossover() && !s.solved)) s.m = 0.0;
    const double w = w0 - z * e.clamped(s.m) / (2.0 * pi);
    for (std::size_t i = 0; i < 2; ++i) s.order[i] = (beta[i] - e.portal * w) / (2.0 * e.quartic[i]);
    const std::size_t least = !broken[1] || (broken[0] && beta[0] < beta[1]) ? 0 : 1;
    if (!broken[least] || s.order[least] > 0.0) break;
    broken[least] = false;
  }
  for (std::size_t i = 0; i < 2; ++i) s.u[i] = broken[i] ? s.order[i] : 0.0;
  return s;
}

std::array<double, 2> beta_of(const GapEquations<double>& e, const std::array<double, 2>& u) {
  const auto own = e.own_modes(u);
  return {e.mass[0] - e.mixed * u[1] + own[0], e.mass[1] - e.mixed * u[0] + own[1]};
}

}  // namespace

template <class Scalar>
PlasmaTerms<Scalar> plasma_terms(LoopOrder order, double temperature, double scale_factor) {
  using std::log;
  using std::sqrt;
  PlasmaTerms<Scalar> p{};
  const bool hot = temperature > crossover_temperature;
  const double reached = std::max(temperature, crossover_temperature),
               ratio2 = temperature * temperature / (crossover_temperature * crossover_temperature);
  const double scale = scale_factor * bosonic_scale * reached, dlogscale = hot ? 1.0 : 0.0;
  const Scalar weight = hot ? Scalar(1.0) : with_slope<Scalar>(ratio2 * ratio2, 4.0 * ratio2 * ratio2);
  const double per_t2 = 1.0 / (temperature * temperature);
  const double vev2 = higgs_vev * higgs_vev;
  const Couplings<Scalar> g = couplings_at<Scalar>(scale, dlogscale);
  p.temperature = temperature;
  p.per_t2 = with_slope<Scalar>(per_t2, -2.0 * per_t2);
  p.higgs_vev2 = hot ? Scalar(0.0) : with_slope<Scalar>(vev2 * (1.0 - ratio2), -2.0 * vev2 * ratio2);
  p.portal_ratio = 1.0 + weight * (g.ratio - 1.0);
  p.portal_integral = weight * g.integral;
  p.log_scale = loop * weight * with_slope<Scalar>(std::log(scale / constants::top_scale), dlogscale);
  p.log_bosons = 2.0 * value_of(weight) * std::log(scale_factor);
  if (order == LoopOrder::two_loop) {
    const bool clamped = temperature > two_loop_highest;
    const Scalar x = with_slope<Scalar>(0.1 * std::log(std::min(reached, two_loop_highest) / 1e4),
                                        clamped ? 0.0 : 0.1 * dlogscale);
    p.z = polynomial<Scalar>(two_loop_z, x);
    p.mass = polynomial<Scalar>(two_loop_mass, x);
    p.logarithm = p.z * polynomial<Scalar>(two_loop_sunset, x);
    p.constant = polynomial<Scalar>(two_loop_hard, x) + p.z * polynomial<Scalar>(two_loop_quartic, x) +
                 p.logarithm * (0.25 - std::numbers::ln2);
    p.inverse = 0.0;
    p.least_mass = 0.05;
    return p;
  }
  p.z = 1.0;
  p.mass = g.weak / 16.0 + 0.5 * g.quartic + 0.25 * g.top * g.top;
  p.constant = 1.0 / 6.0;
  p.logarithm = p.inverse = 0.0;
  if (order == LoopOrder::strict_g2) {
    const Scalar c = 0.25 * g.weak;
    const RunningCouplings beta = slopes(running_couplings(scale));  // the logarithm of R, to this order
    p.constant = p.constant - p.log_bosons / 12.0 * beta.portal_ratio / g.ratio;
    const Scalar debye =
        std::sqrt(11.0 / 6.0) * (3.0 * g.gauge_2 * g.gauge_2 * g.gauge_2 + g.gauge_y * g.gauge_y * g.gauge_y);
    p.constant =
        p.constant + loop * (6.0 * g.quartic + std::numbers::ln2 * g.top * g.top) + 0.5 * loop * 3.12060 * c;
    p.logarithm = 4.0 * loop * c;
    p.inverse = 0.25 * loop * debye;
    p.least_mass = 0.1;
  }
  return p;
}
template PlasmaTerms<double> plasma_terms(LoopOrder, double, double);
template PlasmaTerms<Dual> plasma_terms(LoopOrder, double, double);

PotentialMinimum minimum(const ScalarSector& sector, const PlasmaTerms<double>& plasma, double occupancy) {
  constexpr int most_iterations = 200;  // near an edge each gains little, of next to nothing
  constexpr double accuracy = 1e-12;
  const GapEquations<double> e(sector, plasma, occupancy);
  Step last{true, 0.5, {0.0, 0.0}, {0.0, 0.0}};
  for (int n = 0; n < most_iterations; ++n) {
    const double w0 = e.higgs_condensate(e.clamped(last.m), last.u[0] + last.u[1]);
    const Step next = step(e, beta_of(e, last.u), w0, sector.scalars);
    const bool converged = std::abs(next.u[0] - last.u[0]) <= accuracy * next.u[0] &&
                           std::abs(next.u[1] - last.u[1]) <= accuracy * next.u[1] &&
                           std::abs(next.m - last.m) <= accuracy;
    last = next;
    if (converged) break;
  }
  if (sector.scalars < 2) last.order[1] = never;
  return {last.solved || e.is_near_crossover(), last.m, last.u, last.order};
}

std::array<double, 2> order_at_origin(const ScalarSector& sector, const PlasmaTerms<double>& plasma,
                                      double occupancy) {
  const GapEquations<double> e(sector, plasma, occupancy);
  const double m = e.is_below_crossover() ? 0.0 : std::sqrt(std::max(0.0, e.higgs_mass2));
  const double w = e.higgs_condensate(e.clamped(m), 0.0) - plasma.z * e.clamped(m) / (2.0 * pi);
  std::array<double, 2> order = beta_of(e, {0.0, 0.0});
  for (std::size_t i = 0; i < 2; ++i)
    order[i] = int(i) < sector.scalars ? (order[i] - e.portal * w) / (2.0 * e.quartic[i]) : never;
  return order;
}

std::array<double, 2> slope_of(const PotentialMinimum& minimum, const ScalarSector& sector,
                               const PlasmaTerms<Dual>& plasma, Dual occupancy) {
  const GapEquations<Dual> e(sector, plasma, occupancy);
  const std::array<Dual, 2> u = {minimum.u[0], minimum.u[1]};
  const double m = minimum.higgs_mass;
  const bool follows = m > plasma.least_mass;  // the Higgs mass follows u and T
  const Dual higgs =
      follows ? sqrt(e.higgs_mass2 + plasma.z * e.portal * (u[0] + u[1])) : Dual(plasma.least_mass);
  const Dual w = e.higgs_condensate(higgs, u[0] + u[1]) - plasma.z * higgs / (2.0 * pi);
  const auto own = e.own_modes(u);

  // dS_i/dlnT at fixed u, and dS_i/du_j
  const double kappa = occupancy.value, g4 = e.gauge2 * e.gauge2;
  const double transverse = std::sqrt(e.transverse2(u).value),
               longitudinal = std::sqrt(e.transverse2(u).value + 8.0 / 3.0 * kappa * e.gauge2);
  const double portal = e.portal.value, z = plasma.z.value;
  const double higgs_response =
      follows ? -z * portal * portal *
                    (z / (4.0 * pi * m) + (plasma.logarithm.value + plasma.inverse.value / m) / (2.0 * m * m))
              : 0.0;
  double change[2], response[2][2];
  for (std::size_t i = 0; i < 2; ++i) {
    change[i] = (e.mixed * u[1 - i] + 2.0 * e.quartic[i] * u[i] - e.mass[i] + e.portal * w - own[i]).slope;
    const double q = e.quartic[i].value;
    for (std::size_t j = 0; j < 2; ++j) {
      response[i][j] = higgs_response + (i == j ? 2.0 * q : e.mixed.value);
      if (transverse > 0.0)
        response[i][j] -= kappa * g4 * charge_squared[i] * charge_squared[j] *
                          (2.0 / transverse + 1.0 / longitudinal) / (4.0 * pi);
    }
    if (minimum.u[i] > 0.0)
      response[i][i] -= 3.0 * kappa * q * std::sqrt(q) / (4.0 * pi * std::sqrt(minimum.u[i]));
  }
  const bool first = minimum.u[0] > 0.0, second = minimum.u[1] > 0.0;
  if (first && second) {
    const double det = response[0][0] * response[1][1] - response[0][1] * response[1][0];
    return {(response[0][1] * change[1] - response[1][1] * change[0]) / det,
            (response[1][0] * change[0] - response[0][0] * change[1]) / det};
  }
  return {first ? -change[0] / response[0][0] : 0.0, second ? -change[1] / response[1][1] : 0.0};
}

double running_quartic(const ScalarSector& sector, double temperature) {
  const auto plasma = plasma_terms<double>(LoopOrder::one_loop, temperature);
  return GapEquations<double>(sector, plasma, 1.0).quartic[0];
}

double quartic_stability(const ScalarSector& sector, double temperature) {
  const auto plasma = plasma_terms<double>(LoopOrder::one_loop, temperature);
  const GapEquations<double> e(sector, plasma, 1.0);
  const double higgs_quartic =
      running_couplings(bosonic_scale * std::max(temperature, crossover_temperature)).higgs_quartic;
  if (!(higgs_quartic > 0.0)) return std::numeric_limits<double>::infinity();
  double sum = 0.0;
  for (int i = 0; i < sector.scalars; ++i) sum += 1.0 / e.quartic[std::size_t(i)];
  return std::abs(e.portal) * std::sqrt(sum / (4.0 * higgs_quartic));
}

}  // namespace mutauscan
