#include "mutauscan/physics/thermal_potential.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <type_traits>

#include "mutauscan/core/constants.hpp"
#include "mutauscan/numerics/piecewise_chebyshev.hpp"
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
const double log_scale_at_one_gev = std::log(bosonic_scale / constants::top_scale);

/// Below it W, an expansion in g^2/m, means nothing.
double least_mass(LoopOrder order) {
  return order == LoopOrder::one_loop ? 0.0 : order == LoopOrder::two_loop ? 0.05 : 0.1;
}

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
Step step(const GapEquations<double>& e, const std::array<double, 2>& beta, double w0,
          std::array<bool, 2> broken) {
  const double z = e.plasma.z, coupling = z * e.portal;
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

/// The left sides of the gap equations, for the Higgs mass m; and, of Duals, their derivatives at fixed u.
template <class Scalar>
std::array<Scalar, 2> left_sides(const GapEquations<Scalar>& e, const std::array<Scalar, 2>& u, Scalar m) {
  const Scalar w = e.higgs_condensate(m, u[0] + u[1]) - e.plasma.z * m / (2.0 * pi);
  const auto own = e.own_modes(u);
  std::array<Scalar, 2> s;
  for (std::size_t i = 0; i < 2; ++i)
    s[i] = e.mixed * u[1 - i] + 2.0 * e.quartic[i] * u[i] - e.mass[i] + e.portal * w - own[i];
  return s;
}

/// Solves sum_j (dS_i/du_j) x_j = right_i over the fields with u_i > 0; the other x_i are 0. `follows`: the
/// Higgs mass m follows u.
template <class Scalar>
std::array<double, 2> solve_response(const GapEquations<Scalar>& e, const std::array<double, 2>& u, double m,
                                     bool follows, const std::array<double, 2>& right) {
  const double kappa = value_of(e.occupancy), portal = value_of(e.portal), z = value_of(e.plasma.z);
  const double mixed = value_of(e.mixed);
  const double transverse2 = 2.0 * e.gauge2 * (u[0] + 4.0 * u[1]);
  const double vectors = transverse2 > 0.0 ? 2.0 / std::sqrt(transverse2) +
                                                 1.0 / std::sqrt(transverse2 + 8.0 / 3.0 * kappa * e.gauge2)
                                           : 0.0;
  const double gauge = kappa * e.gauge2 * e.gauge2 * vectors / (4.0 * pi);
  const double higgs =
      follows
          ? -z * portal * portal / m *
                (z / (4.0 * pi) + (value_of(e.plasma.logarithm) + value_of(e.plasma.inverse) / m) / (2.0 * m))
          : 0.0;
  const auto diagonal = [&](std::size_t i) {
    const double q = value_of(e.quartic[i]);
    return higgs + 2.0 * q - gauge * charge_squared[i] * charge_squared[i] -
           3.0 * kappa * q * std::sqrt(q / u[i]) / (4.0 * pi);
  };
  const bool first = u[0] > 0.0, second = u[1] > 0.0;
  if (!first || !second) return {first ? right[0] / diagonal(0) : 0.0, second ? right[1] / diagonal(1) : 0.0};
  const double a = diagonal(0), b = diagonal(1),
               c = higgs + mixed - gauge * charge_squared[0] * charge_squared[1];
  const double determinant = a * b - c * c;
  return {(b * right[0] - c * right[1]) / determinant, (a * right[1] - c * right[0]) / determinant};
}

constexpr double accuracy = 1e-12;  // of u, relative

/// Newton's method from a point near the minimum. Nothing where it leads elsewhere: to another phase, or
/// where the Higgs zero mode is massless.
std::optional<PotentialMinimum> refined(const GapEquations<double>& e, std::array<double, 2> u,
                                        const std::array<bool, 2>& may_break) {
  constexpr int most_steps = 8;
  const std::array<bool, 2> broken = {u[0] > 0.0, u[1] > 0.0};
  for (int n = 0; n < most_steps; ++n) {
    const double m2 = e.higgs_mass2 + e.plasma.z * e.portal * (u[0] + u[1]);
    if (e.is_near_crossover() || !(m2 > e.plasma.least_mass * e.plasma.least_mass)) return std::nullopt;
    const double m = std::sqrt(m2);
    const auto s = left_sides<double>(e, u, m);
    const auto change = solve_response(e, u, m, true, s);
    double largest = 0.0;
    PotentialMinimum found{true, m, u, u, e.quartic};
    for (std::size_t i = 0; i < 2; ++i) {
      if (!broken[i]) {
        found.order[i] = -s[i] / (2.0 * e.quartic[i]);
        if (found.order[i] > 0.0 && may_break[i]) return std::nullopt;
        continue;
      }
      largest = std::max(largest, std::abs(change[i] / u[i]));
      u[i] -= change[i];
      if (!(u[i] > 0.0)) return std::nullopt;
    }
    // What is left after this step is about the square of the step.
    if (largest < 1e-7) {
      found.u = u;
      for (std::size_t i = 0; i < 2; ++i)
        if (broken[i]) found.order[i] = u[i];
      found.higgs_mass = std::sqrt(e.higgs_mass2 + e.plasma.z * e.portal * (u[0] + u[1]));
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace

namespace {

template <class Scalar>
PlasmaTerms<Scalar> computed_terms(LoopOrder order, double temperature, double scale_factor) {
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
  p.least_mass = least_mass(order);
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
  }
  return p;
}

constexpr double table_end = 1e18;  // T [GeV]

/// What takes time, above T_c and for Q = 4 pi e^{-gamma} T, from a table in ln T: error 1e-10.
template <class Scalar>
constexpr std::array tabulated = {&PlasmaTerms<Scalar>::portal_ratio, &PlasmaTerms<Scalar>::portal_integral,
                                  &PlasmaTerms<Scalar>::constant,     &PlasmaTerms<Scalar>::z,
                                  &PlasmaTerms<Scalar>::logarithm,    &PlasmaTerms<Scalar>::mass};
template <class Scalar>
constexpr std::size_t table_width = tabulated<Scalar>.size() * sizeof(Scalar) / sizeof(double);

template <class Scalar>
const PiecewiseChebyshev& table_of_terms(LoopOrder order) {
  const auto make = [](LoopOrder o) {
    return PiecewiseChebyshev(
        int(table_width<Scalar>),
        {std::log(crossover_temperature), std::log(two_loop_highest), std::log(table_end)},
        [o](double log_t, double* values) {
          // Just above T_c, where derivatives are those from above
          const double t = std::max(std::exp(log_t), crossover_temperature * (1.0 + 1e-15));
          const PlasmaTerms<Scalar> terms = computed_terms<Scalar>(o, t, 1.0);
          for (std::size_t i = 0; i < tabulated<Scalar>.size(); ++i) {
            const Scalar term = terms.*tabulated<Scalar>[i];
            if constexpr (std::is_same_v<Scalar, Dual>) {
              values[2 * i] = term.value;
              values[2 * i + 1] = term.slope;
            } else {
              values[i] = term;
            }
          }
        },
        [](double, double, const double*, double* allowed) {
          std::fill_n(allowed, table_width<Scalar>, 1e-10);
        });
  };
  static const PiecewiseChebyshev one_loop = make(LoopOrder::one_loop), two_loop = make(LoopOrder::two_loop);
  return order == LoopOrder::two_loop ? two_loop : one_loop;
}

}  // namespace

template <class Scalar>
PlasmaTerms<Scalar> plasma_terms(LoopOrder order, double temperature, double scale_factor) {
  if (temperature <= crossover_temperature || temperature > table_end || scale_factor != 1.0 ||
      order == LoopOrder::strict_g2)
    return computed_terms<Scalar>(order, temperature, scale_factor);
  const double log_t = std::log(temperature), per_t2 = 1.0 / (temperature * temperature);
  double values[table_width<Scalar>];
  table_of_terms<Scalar>(order).evaluate(log_t, values);
  PlasmaTerms<Scalar> p{};
  p.temperature = temperature;
  p.per_t2 = with_slope<Scalar>(per_t2, -2.0 * per_t2);
  p.log_scale = with_slope<Scalar>(loop * (log_t + log_scale_at_one_gev), loop);
  for (std::size_t i = 0; i < tabulated<Scalar>.size(); ++i) {
    if constexpr (std::is_same_v<Scalar, Dual>)
      p.*tabulated<Scalar>[i] = {values[2 * i], values[2 * i + 1]};
    else
      p.*tabulated<Scalar>[i] = values[i];
  }
  p.least_mass = least_mass(order);
  return p;
}
template PlasmaTerms<double> plasma_terms(LoopOrder, double, double);
template PlasmaTerms<Dual> plasma_terms(LoopOrder, double, double);

PlasmaTerms<double> values_of(const PlasmaTerms<Dual>& p) {
  return {p.temperature,        p.per_t2.value,          p.higgs_vev2.value,
          p.portal_ratio.value, p.portal_integral.value, p.log_scale.value,
          p.log_bosons,         p.constant.value,        p.z.value,
          p.logarithm.value,    p.inverse.value,         p.mass.value,
          p.least_mass};
}

namespace {

PotentialMinimum solve(const GapEquations<double>& e, std::array<bool, 2> may_break) {
  constexpr int most_iterations = 200;  // near an edge each gains little, of next to nothing
  constexpr double near_enough_for_newton = 0.05;
  // From the symmetric phase: it is the vacuum for as long as it is stable.
  Step last{true, std::sqrt(std::max(e.higgs_mass2, 0.0)), {0.0, 0.0}, {0.0, 0.0}};
  for (int n = 0, next_try = 0; n < most_iterations; ++n) {
    const double w0 = e.higgs_condensate(e.clamped(last.m), last.u[0] + last.u[1]);
    const Step next = step(e, beta_of(e, last.u), w0, may_break);
    const auto within = [&](double part) {
      return std::abs(next.u[0] - last.u[0]) <= part * next.u[0] &&
             std::abs(next.u[1] - last.u[1]) <= part * next.u[1];
    };
    const bool converged = within(accuracy) && std::abs(next.m - last.m) <= accuracy;
    const bool is_near =
        within(near_enough_for_newton) && next.solved && (next.u[0] > 0.0 || next.u[1] > 0.0);
    last = next;
    if (converged) break;
    if (is_near && n >= next_try) {
      if (const auto found = refined(e, last.u, may_break)) return *found;
      next_try = 2 * n + 1;  // it fails near the edge of condensation, where many iterations follow
    }
  }
  return {last.solved || e.is_near_crossover(), last.m, last.u, last.order, e.quartic};
}

}  // namespace

PotentialMinimum minimum(const ScalarSector& sector, const PlasmaTerms<double>& plasma, double occupancy,
                         const std::array<double, 2>& nearby) {
  const GapEquations<double> e(sector, plasma, occupancy);
  const std::array<bool, 2> may_break = {true, sector.scalars > 1};
  std::optional<PotentialMinimum> from_nearby;
  if (nearby[0] > 0.0 || nearby[1] > 0.0) from_nearby = refined(e, nearby, may_break);
  PotentialMinimum found = from_nearby ? *from_nearby : solve(e, may_break);
  if (sector.scalars < 2) found.order[1] = never;
  return found;
}

double order_without(std::size_t i, const ScalarSector& sector, const PlasmaTerms<double>& plasma,
                     double occupancy) {
  std::array<bool, 2> may_break = {true, sector.scalars > 1};
  may_break[i] = false;
  return solve(GapEquations<double>(sector, plasma, occupancy), may_break).order[i];
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
  const auto s = left_sides<Dual>(e, u, higgs);
  return solve_response(e, minimum.u, m, follows, {-s[0].slope, -s[1].slope});
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
