#include "mutauscan/physics/loop_vacuum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include "mutauscan/core/constants.hpp"

namespace mutauscan {
namespace {

using constants::crossover_temperature;

constexpr double coolest = 1.0, dense_below = 5e3, hottest_of_all = 1e18;  // of the samples [GeV]
constexpr double dense = 12.0, coarse = 4.0;                               // samples per e-fold
constexpr int bits_of_edges = 34;                                          // 1e-10
constexpr int bits_of_extrema = 20;
constexpr double accuracy_of_condensation =
    1e-5;  // closer to it the iteration for the minimum hardly converges

/// Temperatures at which all points are sampled, with what they have in common. Above `dense_below` masses of
/// today do not matter, and all that changes are logarithms.
const std::vector<PlasmaTerms<double>>& sampled_plasma(LoopOrder order) {
  const auto make = [](LoopOrder o) {
    std::vector<PlasmaTerms<double>> list;
    for (double t = coolest; t < hottest_of_all; t *= std::exp(1.0 / (t < dense_below ? dense : coarse)))
      list.push_back(plasma_terms<double>(o, t));
    return list;
  };
  static const std::vector<PlasmaTerms<double>> one_loop = make(LoopOrder::one_loop),
                                                two_loop = make(LoopOrder::two_loop);
  return order == LoopOrder::two_loop ? two_loop : one_loop;
}

/// By bisection, the temperature up to which, from `from` towards `to`, something holds that does not hold at
/// `to`.
template <class Holds>
double last_true(double from, double to, const Holds& holds, double accuracy = 1e-10) {
  if (!holds(from)) return from;
  while (std::abs(to - from) > accuracy * to) {
    const double middle = 0.5 * (from + to);
    (holds(middle) ? from : to) = middle;
  }
  return from;
}

/// Where lambda_i <sigma_i>_0^2 and T^2 balance, T << T_c: the lowest temperature at which a field can
/// vanish.
double lowest_edge(const ScalarSector& s, const PlasmaTerms<double>& cold) {
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::size_t(s.scalars); ++i) {
    // order = <sigma_i>_0^2/T^2 + constant
    const double today = s.vev_today[i] * s.vev_today[i];
    const double constant = order_at_origin(s, cold, 1.0)[i] - today * cold.per_t2;
    if (constant < 0.0) lowest = std::min(lowest, std::sqrt(-today / constant));
  }
  return lowest;
}

}  // namespace

LoopVacuum::LoopVacuum(const ScalarSector& sector, LoopOrder order, double thermal_below, double hottest)
    : sector_(sector),
      order_(order),
      thermal_below_(thermal_below),
      condensed_above_(std::numeric_limits<double>::infinity()) {
  const std::vector<Sample> list = samples(hottest);
  for (std::size_t i = 0; i < std::size_t(sector.scalars); ++i) find_zeros(list, i);
  std::sort(vanishing_.begin(), vanishing_.end());

  for (double kink : {crossover_temperature, thermal_below})
    if (kink < hottest) other_kinks_.push_back(kink);
  for (std::size_t k = 1; k < list.size(); ++k) {
    const double lower = list[k - 1].temperature, upper = list[k].temperature;
    const bool broken = list[k].minimum.u[0] > 0.0 || list[k].minimum.u[1] > 0.0;
    if (broken && lower >= crossover_temperature && lower < 2.0 * crossover_temperature &&
        has_no_higgs_mass(lower) && !has_no_higgs_mass(upper))
      other_kinks_.push_back(last_true(lower, upper, [this](double t) { return has_no_higgs_mass(t); }));
    if (list[k].minimum.exists) continue;
    condensed_above_ = last_true(
        std::max(lower, 2.0 * crossover_temperature), upper, [this](double t) { return minimum(t).exists; },
        accuracy_of_condensation);
    break;
  }
  std::sort(other_kinks_.begin(), other_kinks_.end());
}

double LoopVacuum::occupancy(double temperature) const {
  return temperature <= thermal_below_ ? 1.0 : thermal_below_ / temperature;
}

PotentialMinimum LoopVacuum::minimum(double temperature, double scale_factor) const {
  return mutauscan::minimum(sector_, plasma_terms<double>(order_, temperature, scale_factor),
                            occupancy(temperature));
}

LoopVacuum::WithSlope LoopVacuum::minimum_and_slope(double temperature) const {
  const auto plasma = plasma_terms<Dual>(order_, temperature);
  const double kappa = occupancy(temperature);
  const PotentialMinimum found = mutauscan::minimum(sector_, values_of(plasma), kappa);
  return {found, slope_of(found, sector_, plasma, {kappa, temperature <= thermal_below_ ? 0.0 : -kappa})};
}

/// Below sphaleron freeze-out only the restoration of the symmetry is of interest: the curvature at the
/// origin decides.
PotentialMinimum LoopVacuum::sample(const PlasmaTerms<double>& plasma,
                                    const std::array<double, 2>& nearby) const {
  const double kappa = occupancy(plasma.temperature);
  if (plasma.temperature > constants::sphaleron_temperature)
    return mutauscan::minimum(sector_, plasma, kappa, nearby);
  return {true, 0.0, {0.0, 0.0}, order_at_origin(sector_, plasma, kappa), {}};
}

PotentialMinimum LoopVacuum::sample(double temperature) const {
  return sample(plasma_terms<double>(order_, temperature));
}

/// In ascending order, up to the first at which there is no minimum: what comes then is of no interest.
std::vector<LoopVacuum::Sample> LoopVacuum::samples(double hottest) const {
  const auto& grid = sampled_plasma(order_);
  std::vector<double> others = {hottest};
  if (const double lowest = lowest_edge(sector_, grid.front()); lowest < 2.0 * coolest)
    for (double t = 0.5 * lowest; t < coolest; t *= 1.2) others.push_back(t);
  for (double kink : {crossover_temperature, thermal_below_})
    if (kink > coolest && kink < hottest) others.push_back(kink);
  std::sort(others.begin(), others.end());

  std::vector<Sample> list;
  list.reserve(grid.size() + others.size());
  auto other = others.begin();
  const auto last_u = [&] { return list.empty() ? std::array<double, 2>{} : list.back().minimum.u; };
  for (auto common = grid.begin(); list.empty() || list.back().minimum.exists;) {
    if (common != grid.end() && common->temperature < *other) {
      list.push_back({common->temperature, sample(*common, last_u())});
      ++common;
    } else {
      list.push_back({*other, sample(plasma_terms<double>(order_, *other), last_u())});
      if (++other == others.end()) break;
    }
  }
  return list;
}

/// Zeros of the order parameter of sigma_{i+1}: where it changes sign between samples, and where it turns so
/// near to zero that it may have passed it in between.
void LoopVacuum::find_zeros(const std::vector<Sample>& list, std::size_t i) {
  for (std::size_t k = 1; k < list.size(); ++k) {
    const double before = list[k - 1].minimum.order[i], at = list[k].minimum.order[i];
    if ((before > 0.0) != (at > 0.0)) {
      vanishing_.push_back(between(list[k - 1].temperature, list[k].temperature, i));
      continue;
    }
    if (k + 1 == list.size()) continue;
    const double after = list[k + 1].minimum.order[i], sign = at > 0.0 ? 1.0 : -1.0;
    const bool turns = sign * at <= sign * before && sign * at <= sign * after && (after > 0.0) == (at > 0.0);
    if (!turns || std::abs(at) > std::abs(before - 2.0 * at + after)) continue;
    const auto distance = [&](double t) { return sign * sample(t).order[i]; };
    const double lower = list[k - 1].temperature, upper = list[k + 1].temperature;
    const auto [turn, least] = boost::math::tools::brent_find_minima(distance, lower, upper, bits_of_extrema);
    if (least > 0.0) continue;
    vanishing_.push_back(between(lower, turn, i));
    vanishing_.push_back(between(turn, upper, i));
  }
}

/// The zero between temperatures at which the order parameter has different signs.
double LoopVacuum::between(double lower, double upper, std::size_t i) const {
  std::uintmax_t evaluations = 100;
  const auto order = [&](double t) {
    if (t <= constants::sphaleron_temperature) return sample(t).order[i];
    return order_without(i, sector_, plasma_terms<double>(order_, t), occupancy(t));
  };
  const double at_lower = order(lower), at_upper = order(upper);
  if ((at_lower > 0.0) == (at_upper > 0.0)) {  // the other field changes, too: by the phase itself
    const bool broken = sample(lower).order[i] > 0.0;
    return last_true(lower, upper, [&](double t) { return (sample(t).order[i] > 0.0) == broken; });
  }
  const auto [a, b] = boost::math::tools::toms748_solve(
      order, lower, upper, at_lower, at_upper, boost::math::tools::eps_tolerance<double>(bits_of_edges),
      evaluations);
  return 0.5 * (a + b);
}

bool LoopVacuum::has_no_higgs_mass(double temperature) const {
  return minimum(temperature).higgs_mass <= plasma_terms<double>(order_, temperature).least_mass;
}

}  // namespace mutauscan
