#include "path_survey.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>

namespace mutauscan {
namespace {

constexpr double elimination_error = 1e-5;  // relative to the answer
constexpr double minor = 1e-7;              // part of the largest flavour below which one is minor
constexpr double earliest_start = 1e10;     // H/Gamma_phi
constexpr double survey_step = 0.6;         // e-folds
constexpr int bits_of_u = 20;               // to which crossings and thresholds are located
constexpr double widest_crossing = 0.3;     // in M_2/M_1 - 1 at the instants of the survey

double gap(const NeutrinoRates& r) { return r.mass(1) / r.mass(0) - 1.0; }

}  // namespace

PathSurvey::PathSurvey(const BoltzmannProblem& p, double negligible, double small)
    : problem_(p), negligible_(negligible), small_(small) {
  const int steps = std::max(2, int(std::ceil((p.u_end - p.u_start) / survey_step)));
  for (int k = 0; k <= steps; ++k) instants_.push_back(at(std::lerp(p.u_start, p.u_end, double(k) / steps)));
  weigh();
}

double PathSurvey::extend() {
  const double earliest = reheating_history::when_hubble_rate_is(earliest_start);
  while (matters(instants_.front().surviving()) && instants_.front().u > earliest) {
    instants_.push_front(at(std::max(earliest, instants_.front().u - survey_step)));
    weigh();
  }
  return instants_.front().u;
}

double PathSurvey::start() const {
  std::size_t first = 0;
  for (Asymmetries before = Asymmetries::Zero(); first + 2 < instants_.size(); ++first) {
    before += instants_[first].source.colwise() * instants_[first].most_survival;
    if (matters(before)) break;
  }
  return instants_[std::max<std::size_t>(first, 1) - 1].u;
}

double PathSurvey::end() const {
  std::size_t last = instants_.size() - 1;
  Asymmetries made = Asymmetries::Zero();
  for (double lost = 0.0; last > 0; --last) {
    made += instants_[last].surviving();
    lost += instants_[last].washout.diagonal().maxCoeff();
    if (matters(made) || lost > negligible_) break;
  }
  return instants_[std::min(last + 1, instants_.size() - 1)].u;
}

Asymmetries PathSurvey::scale() const {
  Asymmetries most = Asymmetries::Zero();
  for (const Instant& i : instants_) most = most.max(i.surviving());
  return raised(most);
}

std::vector<double> PathSurvey::level_crossings() const {
  std::vector<double> temperatures;
  for (std::size_t k = 1; k + 1 < instants_.size(); ++k) {
    if (instants_[k].gap > std::min({instants_[k - 1].gap, instants_[k + 1].gap, widest_crossing})) continue;
    const auto gap_at = [&](double u) {
      return gap(problem_.neutrinos.rates(problem_.temperature_at(reheating_history::at(u))));
    };
    const double u =
        boost::math::tools::brent_find_minima(gap_at, instants_[k - 1].u, instants_[k + 1].u, bits_of_u)
            .first;
    temperatures.push_back(problem_.temperature_at(reheating_history::at(u)));
  }
  return temperatures;
}

std::vector<double> PathSurvey::thresholds() const {
  std::vector<double> temperatures;
  for (std::size_t k = 0; k + 1 < instants_.size(); ++k)
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
  return temperatures;
}

SlowNeutrinos PathSurvey::slow() const {
  Eigen::Array3d error = Eigen::Array3d::Zero();
  for (const Instant& i : instants_)
    error += i.lag * i.surviving().sum() + i.thermal_lag * (i.thermal_source.colwise() * i.survival).sum();
  SlowNeutrinos slow{};
  for (int i = 0; i < 3; ++i)
    slow[std::size_t(i)] = error(i) > elimination_error * std::max(total_.sum(), small_);
  return slow;
}

PathSurvey::Instant PathSurvey::at(double u) const {
  const QuasiSteadyRates q = quasi_steady_rates(problem_, u);
  const auto state = reheating_history::at(u);
  const double h = problem_.hubble_at(state);
  Instant i{u, q.source.abs(), q.thermal_source.abs(), {}, {}, {}, gap(q.neutrinos), q.neutrinos.threshold};
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

/// What arrives at each instant, and how much of it survives, flavour by flavour.
void PathSurvey::weigh() {
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
