#include "mutauscan/samplers/differential_evolution.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

#include "mutauscan/samplers/outcome_order.hpp"
#include "mutauscan/samplers/random.hpp"

namespace mutauscan {
namespace {

constexpr std::size_t memory_length = 20;         // H of SHADE
constexpr std::size_t generations_to_judge = 30;  // over which a search that has ended does not improve
constexpr double agreement = 0.1;                 // of ln L of searches that found the same maximum
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

using Vector = std::vector<double>;

struct Member {
  Vector u;
  MemberOutcome outcome;
};

/// Factor and crossover rate of a trial.
struct Control {
  double factor, crossover;
};

/// One population. `local` counts its generations: 0 until the first is absorbed.
struct Island {
  std::vector<Member> members;
  std::vector<Vector> archive;  ///< positions that better ones have replaced
  std::array<double, memory_length> factors, crossovers;
  std::size_t cursor = 0;
  Vector best_of_generation;  ///< ln L, of each local generation

  Island() {
    factors.fill(0.5);
    crossovers.fill(0.5);
  }
  bool is_new() const { return members.empty(); }
};

/// Inside (0, 1); every quantile is finite there.
double inside(double u) { return std::clamp(u, 0x1p-54, 1.0 - 0x1p-53); }

class DifferentialEvolution : public AdaptiveSampler {
 public:
  explicit DifferentialEvolution(const AdaptiveSettings& settings)
      : settings_(settings), islands_(settings.islands) {
    settings_.periodic.resize(settings.dimension, false);
  }

  std::uint64_t size() const override { return settings_.size; }
  std::uint64_t lag() const override { return settings_.islands; }

  std::vector<double> propose(std::uint64_t generation) override {
    const Island& island = islands_[generation % lag()];
    const std::vector<std::size_t> ranking = ranking_of(island);
    std::vector<double> all;
    all.reserve(size() * settings_.dimension);
    for (std::size_t i = 0; i < size(); ++i) {
      const Vector u =
          island.is_new() ? starting_point(generation, i) : trial(island, ranking, generation, i);
      all.insert(all.end(), u.begin(), u.end());
    }
    return all;
  }

  void absorb(std::uint64_t generation, std::span<const double> u,
              std::span<const MemberOutcome> outcomes) override {
    current_island_ = generation % lag();
    Island& island = islands_[current_island_];
    const auto position = [&](std::size_t i) {
      const auto part = u.subspan(i * settings_.dimension, settings_.dimension);
      return Vector(part.begin(), part.end());
    };
    accepted_ = 0;
    if (island.is_new())
      for (std::size_t i = 0; i < size(); ++i) island.members.push_back({position(i), outcomes[i]});
    else
      select(island, generation, position, outcomes);
    double best = minus_infinity;
    for (const Member& member : island.members) best = std::max(best, member.outcome.loglike);
    best_ = std::max(best_, best);
    island.best_of_generation.push_back(best);
    if (has_converged(island)) {
      searches_.push_back(best);
      island = Island();
    }
  }

  std::optional<StopReason> verdict() const override {
    const int agreeing = agreeing_searches();
    if (agreeing < settings_.agree) return std::nullopt;
    char text[128];
    std::snprintf(text, sizeof text, "%d searches ended within %g of the best ln L, %.10g", agreeing,
                  agreement, best_);
    return StopReason{text};
  }

  Diagnostics diagnostics() const override {
    const int agreeing = agreeing_searches();
    return {"searching",
            {{"searches that ended within 0.1 of the best", double(agreeing), double(settings_.agree),
              agreeing >= settings_.agree}},
            {}};
  }

  std::vector<Column> generation_columns() const override {
    return {{"island", "1", "i", "the population that the generation belongs to", ColumnType::int32},
            {"acceptance", "1", "a", "fraction of members that a trial replaced; 0 in the first generation"},
            {"searches", "1", "n", "searches that have ended so far, on all islands", ColumnType::int32}};
  }
  std::vector<double> generation_values() const override {
    return {double(current_island_), double(accepted_) / double(size()), double(searches_.size())};
  }

 private:
  int agreeing_searches() const {
    return int(std::count_if(searches_.begin(), searches_.end(),
                             [&](double best) { return best >= best_ - agreement; }));
  }

  Draws draws_of(std::uint64_t generation, std::size_t member) const {
    return {settings_.seed, Stream::differential_evolution, generation * size() + member};
  }

  /// The Sobol sequence for the first searches, which together cover the cube; random for later ones.
  Vector starting_point(std::uint64_t generation, std::size_t member) const {
    Vector u(settings_.dimension);
    if (generation < lag()) {
      const auto sobol = sobol_element(settings_.dimension, generation * size() + member);
      for (std::size_t axis = 0; axis < u.size(); ++axis)
        u[axis] = to_unit_interval(sobol[axis] ^ random_bits(settings_.seed, Stream::digital_shift, axis, 0));
      return u;
    }
    Draws draws = draws_of(generation, member);
    for (double& x : u) x = draws.uniform();
    return u;
  }

  /// Members from best to worst, ties by their number.
  static std::vector<std::size_t> ranking_of(const Island& island) {
    std::vector<std::size_t> ranking(island.members.size());
    std::iota(ranking.begin(), ranking.end(), std::size_t{0});
    std::stable_sort(ranking.begin(), ranking.end(), [&](std::size_t a, std::size_t b) {
      return compare(island.members[a].outcome, island.members[b].outcome) > 0;
    });
    return ranking;
  }

  /// The first numbers that are drawn for a member: absorb() draws them again.
  static Control draw_control(const Island& island, Draws& draws) {
    const std::size_t r = draws.below(memory_length);
    const double crossover = std::clamp(island.crossovers[r] + 0.1 * draws.normal(), 0.0, 1.0);
    double factor = 0.0;
    while (factor <= 0.0) factor = island.factors[r] + 0.1 * draws.cauchy();
    return {std::min(factor, 1.0), crossover};
  }

  /// Mutation current-to-pbest/1 with archive, binomial crossover.
  Vector trial(const Island& island, const std::vector<std::size_t>& ranking, std::uint64_t generation,
               std::size_t i) const {
    Draws draws = draws_of(generation, i);
    const Control control = draw_control(island, draws);
    const double least = 2.0 / double(size());
    const double share = least + (0.2 - least) * draws.uniform();
    const auto best_ones = std::max<std::size_t>(2, std::size_t(std::lround(share * double(size()))));
    const Vector& x = island.members[i].u;
    const Vector& best = island.members[ranking[draws.below(best_ones)]].u;
    std::size_t first = i, second = i;
    while (first == i) first = draws.below(size());
    while (second == i || second == first) second = draws.below(size() + island.archive.size());
    const Vector& a = island.members[first].u;
    const Vector& b = second < size() ? island.members[second].u : island.archive[second - size()];

    Vector u = x;
    const std::size_t sure = draws.below(u.size());
    for (std::size_t j = 0; j < u.size(); ++j) {
      const bool is_crossed = draws.uniform() < control.crossover;
      if (!is_crossed && j != sure) continue;
      const double v = x[j] + control.factor * (best[j] - x[j]) + control.factor * (a[j] - b[j]);
      if (settings_.periodic[j])
        u[j] = inside(v - std::floor(v));
      else
        u[j] = inside(v <= 0.0 ? 0.5 * x[j] : v >= 1.0 ? 0.5 * (1.0 + x[j]) : v);
    }
    return u;
  }

  /// Replaces members by trials that are as good, and learns from those that are better.
  template <class Position>
  void select(Island& island, std::uint64_t generation, const Position& position,
              std::span<const MemberOutcome> outcomes) {
    constexpr double largest_gain = 1000.0;
    double weight_factor = 0.0, weight_factor2 = 0.0, weight_crossover = 0.0, weight_crossover2 = 0.0;
    std::vector<Control> controls;  // of the memories before this generation
    for (std::size_t i = 0; i < size(); ++i) {
      Draws draws = draws_of(generation, i);
      controls.push_back(draw_control(island, draws));
    }
    for (std::size_t i = 0; i < size(); ++i) {
      Member& member = island.members[i];
      if (compare(outcomes[i], member.outcome) < 0) continue;
      ++accepted_;
      if (outcomes[i].loglike > member.outcome.loglike) {
        const double gain = std::min(outcomes[i].loglike - member.outcome.loglike, largest_gain);
        const auto [factor, crossover] = controls[i];
        weight_factor += gain * factor;
        weight_factor2 += gain * factor * factor;
        weight_crossover += gain * crossover;
        weight_crossover2 += gain * crossover * crossover;
        island.archive.push_back(member.u);
      }
      member = {position(i), outcomes[i]};
    }
    // Draws of a generation, beyond any that a member with the same counter can use.
    std::uint64_t next = std::uint64_t{1} << 32;
    while (island.archive.size() > size()) {
      const double r =
          to_unit_interval(random_bits(settings_.seed, Stream::differential_evolution, next++, generation));
      island.archive.erase(island.archive.begin() + std::ptrdiff_t(r * double(island.archive.size())));
    }
    if (weight_factor == 0.0) return;  // no member improved: F > 0
    island.factors[island.cursor] = weight_factor2 / weight_factor;
    island.crossovers[island.cursor] = weight_crossover > 0.0 ? weight_crossover2 / weight_crossover : 0.0;
    island.cursor = (island.cursor + 1) % memory_length;
  }

  bool has_converged(const Island& island) const {
    const Vector& best = island.best_of_generation;
    if (best.size() <= generations_to_judge || best.back() == minus_infinity) return false;
    if (!(best.back() - best[best.size() - 1 - generations_to_judge] < settings_.tolerance)) return false;
    Vector loglikes;
    for (const Member& member : island.members) loglikes.push_back(member.outcome.loglike);
    std::sort(loglikes.begin(), loglikes.end());
    return loglikes.back() - loglikes[loglikes.size() / 10] < 1.0;
  }

  AdaptiveSettings settings_;
  std::vector<Island> islands_;
  Vector searches_;  ///< the best ln L of those that have ended
  double best_ = minus_infinity;
  std::size_t current_island_ = 0, accepted_ = 0;
};

}  // namespace

std::unique_ptr<AdaptiveSampler> make_differential_evolution(const AdaptiveSettings& settings) {
  return std::make_unique<DifferentialEvolution>(settings);
}

}  // namespace mutauscan
