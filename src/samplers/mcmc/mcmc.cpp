#include "mutauscan/samplers/mcmc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "mutauscan/samplers/burn_in.hpp"
#include "mutauscan/samplers/chain_moves.hpp"
#include "mutauscan/samplers/convergence.hpp"
#include "mutauscan/samplers/outcome_order.hpp"
#include "mutauscan/samplers/random.hpp"

namespace mutauscan {
namespace {

constexpr std::uint64_t steps_to_archive = 5;
constexpr std::uint64_t most_starting_rows = 50;  // times as many as are made in any case
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct State {
  std::vector<double> u;
  MemberOutcome outcome;
  std::uint64_t row;
};

struct Ensemble {
  std::vector<State> chains;
  ArchiveView archive;  ///< for the next step
};

/// Moves of one kind that were accepted, of those that were made.
struct Acceptance {
  std::uint64_t made = 0, accepted = 0;
  double rate() const { return made == 0 ? 0.0 : double(accepted) / double(made); }
};

class EnsembleChains : public AdaptiveSampler {
 public:
  explicit EnsembleChains(const AdaptiveSettings& settings)
      : settings_(settings),
        archive_(settings.dimension),
        burn_in_(settings.size * settings.islands),
        draws_(settings.size * settings.islands, settings.dimension) {
    settings_.periodic.resize(settings.dimension, false);
  }

  std::uint64_t size() const override { return settings_.size; }
  std::uint64_t lag() const override { return settings_.islands; }

  std::vector<double> propose(std::uint64_t generation) override {
    std::vector<double> all;
    all.reserve(size() * settings_.dimension);
    for (std::size_t i = 0; i < size(); ++i) {
      MemberDraws draws(settings_.seed, generation * size() + i);
      if (is_start(generation)) {
        for (std::size_t j = 0; j < settings_.dimension; ++j) all.push_back(draws.move.uniform());
        continue;
      }
      const Place place = place_of(generation);
      const Ensemble& ensemble = ensembles_[place.ensemble];
      const auto u =
          chain_move(ensemble.chains[i].u, ensemble.archive, place.step, settings_.periodic, draws.move);
      all.insert(all.end(), u.begin(), u.end());
    }
    return all;
  }

  void absorb(std::uint64_t generation, std::span<const double> u,
              std::span<const MemberOutcome> outcomes) override {
    held_.resize((generation + 1) * size(), 0);
    if (!is_start(generation))
      make_step(generation, u, outcomes);
    else if (!first_step_)
      collect(generation, u, outcomes);
  }

  std::optional<StopReason> verdict() const override {
    if (!found_ || !(found_->nested_rhat < settings_.rhat && found_->ess > settings_.ess))
      return std::nullopt;
    char text[128];
    std::snprintf(text, sizeof text, "R-hat %.4f < %g and ESS %.0f > %g", found_->nested_rhat, settings_.rhat,
                  found_->ess, settings_.ess);
    return StopReason{text};
  }

  Diagnostics diagnostics() const override {
    if (!first_step_)
      return {
          "start", {{"finite points", double(finite_starts_), double(size()), finite_starts_ >= size()}}, {}};
    std::vector<std::pair<std::string, double>> results = {{"acceptance_parallel", parallel_.rate()},
                                                           {"acceptance_snooker", snooker_.rate()}};
    if (!steps_of_burn_in_) return {"burn-in", criteria_of_burn_in(), std::move(results)};
    results.emplace_back("steps_of_burn_in", double(*steps_of_burn_in_));
    if (!found_) return {"sampling", {}, std::move(results)};
    results.insert(results.end(),
                   {{"rhat", found_->nested_rhat}, {"rhat_of_chains", found_->rhat}, {"ess", found_->ess}});
    return {"sampling",
            {{"R-hat", found_->nested_rhat, settings_.rhat, found_->nested_rhat < settings_.rhat},
             {"ESS", found_->ess, settings_.ess, found_->ess > settings_.ess}},
            std::move(results)};
  }

  std::vector<Column> generation_columns() const override {
    return {{"island", "1", "i", "the ensemble that the generation belongs to; -1: drawn from the prior",
             ColumnType::int32},
            {"acceptance", "1", "a", "fraction of its chains that moved; NaN: drawn from the prior"},
            {"rhat", "1", "R", "nested R-hat of the worst axis at the last check after burn-in"},
            {"ess", "1", "n", "effective sample size of the worst axis at the last check after burn-in"}};
  }
  std::vector<double> generation_values() const override {
    return {double(current_ensemble_), current_acceptance_, found_ ? found_->nested_rhat : nan,
            found_ ? found_->ess : nan};
  }

  std::vector<DerivedColumn> derived_columns() const override {
    DerivedColumn weight{{"weight", "1", "w", "share of the posterior; the weights of all rows sum to 1"},
                         std::vector<double>(held_.begin(), held_.end())};
    const double all = std::accumulate(weight.values.begin(), weight.values.end(), 0.0);
    if (all > 0.0)
      for (double& w : weight.values) w /= all;
    DerivedColumn chain{
        {"chain", "1", "k", "chain that proposed the row; -1: drawn from the prior", ColumnType::int32},
        std::vector<double>(held_.size(), -1.0)};
    for (std::uint64_t row = 0; row < held_.size(); ++row)
      if (const std::uint64_t generation = row / size(); !is_start(generation))
        chain.values[row] = double(place_of(generation).ensemble * size() + row % size());
    return {std::move(weight), std::move(chain)};
  }

 private:
  /// The numbers of a row: for its acceptance, for the chain that it may go on from, and for its proposal.
  struct MemberDraws {
    Draws move;
    double acceptance, other;
    MemberDraws(std::uint64_t seed, std::uint64_t row)
        : move(seed, Stream::mcmc, row), acceptance(move.uniform()), other(move.uniform()) {}
  };

  /// Step, from 1, of an ensemble.
  struct Place {
    std::size_t ensemble;
    std::uint64_t step;
  };

  bool is_start(std::uint64_t generation) const { return !first_step_ || generation < *first_step_; }
  Place place_of(std::uint64_t generation) const {
    const std::uint64_t since = generation - *first_step_;
    return {std::size_t(since % lag()), since / lag() + 1};
  }
  std::size_t chains() const { return size() * settings_.islands; }

  /// Draws from the prior, until there are enough.
  void collect(std::uint64_t generation, std::span<const double> u, std::span<const MemberOutcome> outcomes) {
    current_ensemble_ = -1;
    current_acceptance_ = nan;
    for (std::size_t i = 0; i < size(); ++i) {
      const auto part = u.subspan(i * settings_.dimension, settings_.dimension);
      starts_.push_back({{part.begin(), part.end()}, outcomes[i], generation * size() + i});
      if (outcomes[i].loglike > minus_infinity) ++finite_starts_;
    }
    const std::size_t least = std::max(10 * settings_.dimension, 2 * chains());
    if (starts_.size() >= least &&
        (finite_starts_ >= size() || starts_.size() >= most_starting_rows * least)) {
      start_chains();
      first_step_ = generation + lag();  // what is under way is drawn from the prior, too
    }
  }

  /// Ensemble k starts from the ranks k, k + islands ... of the draws, and the archive from the finite ones.
  void start_chains() {
    std::stable_sort(starts_.begin(), starts_.end(),
                     [](const State& a, const State& b) { return compare(a.outcome, b.outcome) > 0; });
    ensembles_.resize(settings_.islands);
    for (std::size_t rank = 0; rank < chains(); ++rank)
      ensembles_[rank % settings_.islands].chains.push_back(starts_[rank]);
    starts_.resize(std::max<std::size_t>(finite_starts_, size()));
    std::sort(starts_.begin(), starts_.end(), [](const State& a, const State& b) { return a.row < b.row; });
    for (const State& state : starts_) archive_.add(state.u);
    starts_ = {};
    for (Ensemble& ensemble : ensembles_) ensemble.archive = archive_.last_half();
  }

  void make_step(std::uint64_t generation, std::span<const double> u,
                 std::span<const MemberOutcome> outcomes) {
    const Place place = place_of(generation);
    Ensemble& ensemble = ensembles_[place.ensemble];
    std::size_t moved = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      const std::uint64_t row = generation * size() + i;
      const std::size_t chain = place.ensemble * size() + i;
      const MemberDraws draws(settings_.seed, row);
      State& state = ensemble.chains[i];
      const auto y = u.subspan(i * settings_.dimension, settings_.dimension);
      const MoveKind move = kind_of_move(state.u, y, ensemble.archive, draws.move);
      const bool accepted = !std::isnan(y[0]) && accepts(state.outcome, outcomes[i], move.log_factor, draws);
      if (accepted) state = {{y.begin(), y.end()}, outcomes[i], row};
      moved += accepted;
      Acceptance& rate = move.is_snooker ? snooker_ : parallel_;
      ++rate.made, rate.accepted += accepted;
      if (steps_of_burn_in_) {
        ++held_[state.row];
      } else {
        if (!check_.is_outlier.empty() && check_.is_outlier[chain]) go_on_elsewhere(chain, draws);
        burn_in_.add(chain, state.outcome.loglike);
      }
    }
    current_ensemble_ = int(place.ensemble);
    current_acceptance_ = double(moved) / double(size());
    // A step may know of states that all ensembles had reached a step earlier.
    if (place.step % steps_to_archive == 1) ensemble.archive = archive_.last_half();
    if (place.ensemble + 1 == settings_.islands) finish_step(place.step);
  }

  static bool accepts(const MemberOutcome& from, const MemberOutcome& to, double log_factor,
                      const MemberDraws& draws) {
    if (from.loglike == minus_infinity) return compare(to, from) >= 0;
    return std::log(draws.acceptance) < to.loglike - from.loglike + log_factor;
  }

  void go_on_elsewhere(std::size_t chain, const MemberDraws& draws) {
    check_.is_outlier[chain] = false;
    if (check_.healthy.empty()) return;
    const std::size_t other = check_.healthy[std::size_t(draws.other * double(check_.healthy.size()))];
    ensembles_[chain / size()].chains[chain % size()] = ensembles_[other / size()].chains[other % size()];
  }

  /// When all ensembles have made it.
  void finish_step(std::uint64_t step) {
    std::vector<double> points;
    points.reserve(chains() * settings_.dimension);
    for (const Ensemble& ensemble : ensembles_)
      for (const State& state : ensemble.chains) points.insert(points.end(), state.u.begin(), state.u.end());
    if (step % steps_to_archive == 0) archive_.add(points);
    if (!steps_of_burn_in_) {
      if (!is_step_of_check(step)) return;
      check_ = burn_in_.check();
      if (check_.is_over) {
        steps_of_burn_in_ = step;
        burn_in_ = BurnIn(0);
      }
      return;
    }
    draws_.add(points);
    if (is_step_of_check(step - *steps_of_burn_in_)) found_ = convergence();
  }

  /// Of the worst axis.
  Convergence convergence() const {
    Convergence worst{1.0, 1.0, std::numeric_limits<double>::infinity()};
    for (std::size_t axis = 0; axis < settings_.dimension; ++axis) {
      const Convergence found = convergence_of(draws_.axis(axis), settings_.islands);
      worst.nested_rhat = std::max(worst.nested_rhat, found.nested_rhat);
      worst.rhat = std::max(worst.rhat, found.rhat);
      worst.ess = std::min(worst.ess, found.ess);
    }
    return worst;
  }

  std::vector<Criterion> criteria_of_burn_in() const {
    if (check_.is_outlier.empty()) return {};
    const double outliers = double(chains() - check_.healthy.size());
    return {
        {"chains that lag behind", outliers, 0.0, outliers == 0.0},
        {"drift of ln L in standard deviations", check_.drift, largest_drift, check_.drift <= largest_drift}};
  }

  AdaptiveSettings settings_;
  std::vector<State> starts_;
  std::size_t finite_starts_ = 0;
  std::optional<std::uint64_t> first_step_;  ///< the first generation that is a step
  std::vector<Ensemble> ensembles_;
  Archive archive_;
  BurnIn burn_in_;
  BurnInCheck check_{};  ///< the last one
  std::optional<std::uint64_t> steps_of_burn_in_;
  ThinnedDraws draws_;
  std::optional<Convergence> found_;  ///< at the last check
  std::vector<std::uint32_t> held_;   ///< by row: how often a chain stood there after burn-in
  Acceptance parallel_, snooker_;
  int current_ensemble_ = -1;
  double current_acceptance_ = nan;
};

}  // namespace

std::unique_ptr<AdaptiveSampler> make_mcmc(const AdaptiveSettings& settings) {
  if (settings.islands < fewest_ensembles)
    throw std::invalid_argument(
        "islands must be at least 2: that ensembles agree says that they have converged");
  return std::make_unique<EnsembleChains>(settings);
}

}  // namespace mutauscan
