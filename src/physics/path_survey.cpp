#include "path_survey.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>

namespace mutauscan {
namespace {

constexpr double minor = 1e-7;           // part of the largest flavour below which one is minor
constexpr double survey_step = 0.6;      // e-folds
constexpr int bits_of_u = 20;            // to which crossings and thresholds are located
constexpr double widest_crossing = 0.3;  // in M_2/M_1 - 1 at the instants of the survey
constexpr double degenerate = 1e-12;     // the same, below which there is no crossing but noise

constexpr double change_per_efold = 10.0;  // of ln(source) at most, while what is made survives

constexpr double nearest = 1e-9;      // e-folds from where an expectation value vanishes
constexpr double large_change = 1.0;  // of ln M from one instant to the next

/// M_2/M_1 - 1 and M_3/M_2 - 1
Eigen::Array2d gaps(const NeutrinoRates& r) { return r.mass.tail<2>() / r.mass.head<2>() - 1.0; }

/// max_I sum_alpha |epsilon_{alpha I}|; of neutrinos that mix, per neutrino.
double largest_asymmetry(const NeutrinoRates& r, bool mixes) {
  double largest = 0.0;
  for (int i = 0; i < 3; ++i) {
    const double per_decay = r.epsilon.col(i).abs().sum();
    largest = std::max(largest, mixes ? per_decay * (r.lepton_width(i) / r.total_width(i)) : per_decay);
  }
  return largest;
}

}  // namespace

PathSurvey::PathSurvey(const BoltzmannProblem& p, double negligible, double small)
    : problem_(p), negligible_(negligible), small_(small) {
  for (double temperature : p.neutrinos.vanishing)
    if (temperature > p.reheating.final_temperature) vanishing_.push_back(p.when_temperature_is(temperature));
  std::sort(vanishing_.begin(), vanishing_.end());
  instants_.push_back(at(p.u_start));
  const int steps = std::max(2, int(std::ceil((p.u_end - p.u_start) / survey_step)));
  for (int k = 1; k <= steps; ++k) {
    const double u = std::lerp(p.u_start, p.u_end, double(k) / steps);
    const Instant next = at(u);
    for (const Instant& i : between(instants_.back(), next)) instants_.push_back(i);
    instants_.push_back(next);
  }
  weigh();
}

double PathSurvey::extend() {
  const double earliest = reheating_history::when_hubble_rate_is(earliest_start);
  while (matters(instants_.front().surviving()) && instants_.front().u > earliest) {
    const Instant first = at(std::max(earliest, instants_.front().u - survey_step));
    const std::vector<Instant> inside = between(first, instants_.front());
    instants_.insert(instants_.begin(), inside.begin(), inside.end());
    instants_.push_front(first);
    weigh();
  }
  return instants_.front().u;
}

/// The instants it takes between two of them, on both sides of where an expectation value vanishes and where
/// masses change by more than a factor.
std::vector<PathSurvey::Instant> PathSurvey::between(const Instant& from, const Instant& to) const {
  std::vector<Instant> inside;
  Instant last = from;
  const auto add = [&](double u) {
    const Instant next = at(u);
    resolve(last, next, inside);
    inside.push_back(next);
    last = next;
  };
  for (double edge : vanishing_)
    for (double u : {edge - nearest, edge + nearest})
      if (u > last.u && u < to.u) add(u);
  resolve(last, to, inside);
  return inside;
}

/// Between two instants; close to where an expectation value vanishes, in the logarithm of the distance.
double PathSurvey::middle(double from, double to) const {
  const auto next = std::lower_bound(vanishing_.begin(), vanishing_.end(), 0.5 * (from + to));
  if (next != vanishing_.begin()) {
    const double edge = *(next - 1);
    if (edge < from && from - edge < 0.5 * (to - from)) return edge + std::sqrt((from - edge) * (to - edge));
  }
  if (next != vanishing_.end()) {
    const double edge = *next;
    if (edge > to && edge - to < 0.5 * (to - from)) return edge - std::sqrt((edge - from) * (edge - to));
  }
  return 0.5 * (from + to);
}

/// Appends the instants it takes between two of them.
void PathSurvey::resolve(const Instant& from, const Instant& to, std::vector<Instant>& inside) const {
  const bool is_large = ((from.mass / to.mass).log().abs() > large_change).any();
  if (!is_large || to.u - from.u < 3.0 * nearest) return;
  const Instant half = at(middle(from.u, to.u));
  resolve(from, half, inside);
  inside.push_back(half);
  resolve(half, to, inside);
}

double PathSurvey::start() const {
  std::size_t first = 0;
  for (Asymmetries before = Asymmetries::Zero(); first + 2 < instants_.size(); ++first) {
    const Instant& i = instants_[first];
    before += i.source.colwise() * (i.most_survival * i.span);
    if (matters(before)) break;
  }
  return instants_[std::max<std::size_t>(first, 1) - 1].u;
}

double PathSurvey::end() const {
  std::size_t last = instants_.size() - 1;
  Asymmetries made = Asymmetries::Zero();
  for (double lost = 0.0; last > 0; --last) {
    made += instants_[last].surviving();
    lost += instants_[last].washout.diagonal().maxCoeff() * instants_[last].span;
    if (matters(made) || lost > negligible_) break;
  }
  return instants_[std::min(last + 1, instants_.size() - 1)].u;
}

Asymmetries PathSurvey::scale() const {
  Asymmetries most = Asymmetries::Zero();
  for (std::size_t k = 0; k < instants_.size(); ++k) {
    Asymmetries sum = instants_[k].surviving();
    for (std::size_t j = k + 1; j < instants_.size() && instants_[j].u < instants_[k].u + 0.5 * survey_step;
         ++j)
      sum += instants_[j].surviving();
    most = most.max(sum);
  }
  return raised(most);
}

std::vector<double> PathSurvey::checkpoints() const {
  std::vector<double> points;
  for (std::size_t k = 0; k + 1 < instants_.size(); ++k) {
    const Instant &a = instants_[k], &b = instants_[k + 1];
    const double width = b.u - a.u;
    if (width > 0.5 * survey_step) continue;
    const Asymmetries made = (a.source.colwise() * a.survival).max(b.source.colwise() * b.survival) * width;
    const Eigen::Array3d rate = a.washout.diagonal().cwiseMax(b.washout.diagonal()).array();
    const Asymmetries lost = a.present.colwise() * ((rate * width).min(1.0) * b.survival);
    if (!matters(10.0 * made) && !matters(0.01 * lost)) continue;
    if (points.empty() || points.back() < a.u) points.push_back(a.u);
    points.push_back(b.u);
  }
  return points;
}

double PathSurvey::narrowest() const {
  const std::vector<double> points = checkpoints();
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k + 1 < points.size(); ++k)
    if (points[k + 1] - points[k] > 3.0 * nearest) least = std::min(least, points[k + 1] - points[k]);
  return least;
}

double PathSurvey::largest_cp_asymmetry() const {
  const double from = start(), to = end();
  double largest = 0.0;
  for (const Instant& i : instants_)
    if (i.u >= from && i.u <= to) largest = std::max(largest, i.epsilon);
  if (problem_.neutrinos.has_poles)
    for (int pair : {0, 1})
      for (double temperature : level_crossings(pair))
        largest = std::max(
            largest, largest_asymmetry(problem_.neutrinos.rates(temperature), problem_.neutrinos.mixes));
  return largest;
}

std::vector<double> PathSurvey::level_crossings(int pair) const {
  std::vector<double> temperatures;
  for (std::size_t k = 1; k + 1 < instants_.size(); ++k) {
    const double before = instants_[k - 1].gap(pair), after = instants_[k + 1].gap(pair);
    if (!(instants_[k].gap(pair) < std::min({before, after, widest_crossing})) ||
        std::max(before, after) < degenerate)
      continue;
    const auto gap_at = [&](double u) {
      return gaps(problem_.neutrinos.rates(problem_.temperature_at(reheating_history::at(u))))(pair);
    };
    const double u =
        boost::math::tools::brent_find_minima(gap_at, instants_[k - 1].u, instants_[k + 1].u, bits_of_u)
            .first;
    temperatures.push_back(problem_.temperature_at(reheating_history::at(u)));
  }
  return temperatures;
}

std::vector<double> PathSurvey::thresholds(const PathSection& section) const {
  std::vector<double> temperatures;
  for (std::size_t k = 0; k + 1 < instants_.size(); ++k) {
    if (instants_[k + 1].u <= section.from || instants_[k].u >= section.to) continue;
    for (int j = 0; j < instants_[k].threshold.size(); ++j) {
      const double before = instants_[k].threshold(j), after = instants_[k + 1].threshold(j);
      if (!(before * after < 0.0)) continue;
      const auto threshold_at = [&](double u) {
        return problem_.neutrinos.rates(problem_.temperature_at(reheating_history::at(u))).threshold(j);
      };
      std::uintmax_t evaluations = 50;
      const auto [lower, upper] = boost::math::tools::toms748_solve(
          threshold_at, instants_[k].u, instants_[k + 1].u, before, after,
          boost::math::tools::eps_tolerance<double>(bits_of_u), evaluations);
      temperatures.push_back(problem_.temperature_at(reheating_history::at(0.5 * (lower + upper))));
    }
  }
  return temperatures;
}

PathSurvey::Lagging PathSurvey::lagging() const {
  // The lag of N from the inflaton shifts what they make, and, while they are there, what thermal ones make.
  Eigen::Array3d first = Eigen::Array3d::Zero(), second = first;
  for (const Instant& i : instants_) {
    const double all = i.surviving().sum(),
                 thermal = std::min(all, (i.thermal_source.colwise() * (i.survival * i.span)).sum());
    const auto error = [&](const Eigen::Array3d& lag) -> Eigen::Array3d {
      return lag * (all - thermal) +
             (lag * i.inflaton_share + lag.min(1.0) * i.left + i.thermal_lag) * thermal;
    };
    const Eigen::Array3d gamma = (2.0 * i.mass / problem_.reheating.inflaton_mass).min(1.0);
    first += error(i.lag);
    second += error(i.lag * (change_per_efold * i.lag + gamma * gamma));
  }
  // negligible_ of small_ is a tenth of what is asked for absolutely, whatever the relative tolerance is.
  const double allowed = std::max(elimination_error * total_.sum(), 100.0 * negligible_ * small_);
  Lagging lagging{};
  for (std::size_t i = 0; i < 3; ++i)
    if (first(Eigen::Index(i)) > allowed)
      (second(Eigen::Index(i)) > allowed ? lagging.slow : lagging.delayed)[i] = true;
  return lagging;
}

PathSurvey::Instant PathSurvey::at(double u) const {
  const QuasiSteadyRates q = quasi_steady_rates(problem_, u);
  const auto state = reheating_history::at(u);
  const double h = problem_.hubble_at(state),
               inflatons = state.inflaton * problem_.energy_unit * std::exp(-3.0 * u);
  Instant i{
      u,
      q.source.abs(),
      q.thermal_source.abs(),
      {},
      {},
      {},
      inflatons / (inflatons + radiation_energy(problem_.temperature_at(state), problem_.reheating.g_star)),
      q.neutrinos.mass,
      gaps(q.neutrinos),
      largest_asymmetry(q.neutrinos, problem_.neutrinos.mixes),
      q.neutrinos.threshold};
  // Without exchange between flavours: it keeps what there is.
  constexpr double no_exchange[3] = {};
  i.washout = WashOut{q.washout.data(), no_exchange, q.scattering.data()}
                  .matrix(problem_.response_at(problem_.temperature_at(state)))
                  .cwiseAbs();
  for (int n = 0; n < 3; ++n) {
    const double rate = q.neutrinos.total_width(n) / h;
    // Time dilation of neutrinos just made: M/(m_phi/2)
    i.lag(n) = 1.0 / (rate * std::min(1.0, 2.0 * q.neutrinos.mass(n) / problem_.reheating.inflaton_mass));
    i.thermal_lag(n) = 1.0 / (rate * q.neutrinos.dilation(n));
  }
  return i;
}

/// Wash-out of each flavour from an instant to the next, taken as an exponential in u; and what it is at
/// least, should it fall at once.
PathSurvey::Between PathSurvey::washout_between(const Instant& earlier, const Instant& later) {
  const double step = later.u - earlier.u;
  const Eigen::Array3d a = earlier.washout.diagonal().array() + 1e-300,
                       b = later.washout.diagonal().array() + 1e-300;
  const Eigen::Array3d high = a.max(b), low = a.min(b), log_ratio = (high / low).log();
  return {(log_ratio > 1e-6).select((high - low) / log_ratio, high) * step, low * step};
}

/// Energy left of neutrinos made at reheating: their decays speed up as they are redshifted.
void PathSurvey::follow_decays() {
  const auto rate = [&](const Instant& i) -> Eigen::Array3d {
    const Eigen::Array3d dilation = 2.0 * i.mass / problem_.reheating.inflaton_mass;
    return (dilation * std::exp(i.u)).min(1.0) / (i.lag * dilation.min(1.0));
  };
  Eigen::Array3d decays = Eigen::Array3d::Zero();
  for (std::size_t k = 1; k < instants_.size(); ++k) {
    const Instant& earlier = instants_[k - 1];
    Instant& i = instants_[k];
    if (i.u > 0.0) decays += 0.5 * (rate(earlier) + rate(i)) * (i.u - std::max(earlier.u, 0.0));
    i.left = (-decays).exp();
  }
}

/// What arrives at each instant, and how much of it survives, flavour by flavour.
void PathSurvey::weigh() {
  for (std::size_t k = 0; k < instants_.size(); ++k) {
    const bool is_first = k == 0, is_last = k + 1 == instants_.size();
    const double before = is_first ? 0.0 : instants_[k].u - instants_[k - 1].u,
                 after = is_last ? 0.0 : instants_[k + 1].u - instants_[k].u;
    instants_[k].span = (is_first || is_last ? before + after : 0.5 * (before + after)) / survey_step;
  }
  follow_decays();
  Asymmetries present = Asymmetries::Zero();
  for (std::size_t k = 0; k < instants_.size(); ++k) {
    Instant& i = instants_[k];
    double step = survey_step;
    if (k > 0) {
      present = present.colwise() * (-washout_between(instants_[k - 1], i).mean).exp();
      step = i.u - instants_[k - 1].u;
    }
    Eigen::Matrix3d exchange = i.washout;
    exchange.diagonal().setZero();
    i.source = i.production + (exchange * present.matrix()).array();
    present += i.source.colwise() * (step / (1.0 + step * i.washout.diagonal().array()));
    i.present = present;
  }
  for (std::size_t k = instants_.size() - 1; k-- > 0;) {
    const Instant& next = instants_[k + 1];
    const Between washout = washout_between(instants_[k], next);
    instants_[k].survival = next.survival * (-washout.mean).exp();
    instants_[k].most_survival = next.most_survival * (-washout.least).exp();
  }
  total_.setZero();
  for (const Instant& i : instants_) total_ += i.surviving();
}

/// Sizes relative to which accuracy is asked for: none is less than a part of the largest, and than `small`.
template <class Sizes>
Sizes PathSurvey::raised(const Sizes& sizes) const {
  return sizes.max(std::max(minor * sizes.maxCoeff(), small_));
}

/// True if an amount is not negligible beside the asymmetry of its flavour.
bool PathSurvey::matters(const Asymmetries& amount) const {
  const Eigen::Array3d flavours = total_.rowwise().sum();
  return (amount.rowwise().sum() > negligible_ * raised(flavours)).any();
}

}  // namespace mutauscan
