#include "mutauscan/samplers/profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <limits>

#include "mutauscan/samplers/differential_evolution.hpp"
#include "mutauscan/samplers/elite_grid.hpp"
#include "mutauscan/samplers/random.hpp"

namespace mutauscan {
namespace {

constexpr std::uint64_t population = 80;            // of the best-fit search, about
constexpr int agreeing_searches = 3;                // end it
constexpr double search_tolerance = 0.1;            // in ln L: elites go on climbing
constexpr std::uint64_t longest_search = 1000;      // generations of each population
constexpr double margin = 2.0;                      // cells that far below `delta` are moved, too
constexpr std::uint64_t generations_to_judge = 10;  // of cells that have improved of late
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

/// Inside (0, 1); every quantile is finite there.
double inside(double u) { return std::clamp(u, 0x1p-54, 1.0 - 0x1p-53); }

class ProfileLikelihood : public AdaptiveSampler {
 public:
  explicit ProfileLikelihood(const AdaptiveSettings& settings)
      : settings_(settings), populations_(std::max<std::uint64_t>(1, settings.size / population)) {
    settings_.periodic.resize(settings.dimension, false);
    AdaptiveSettings search = settings_;
    search.size = size() / populations_;
    search.islands = lag() * populations_;
    search.agree = agreeing_searches;
    search.tolerance = search_tolerance;
    search_ = make_differential_evolution(search);
    for (std::size_t i = 0; i < settings_.planes.size(); ++i) {
      const auto [first, second] = settings_.planes[i];
      Plane plane{{first, second}, {{{0.0, 1.0}, {0.0, 1.0}}}};
      if (i < settings_.windows.size()) plane.window = settings_.windows[i];
      grids_.emplace_back(plane, settings_.cells);
    }
  }

  std::uint64_t size() const override { return settings_.size; }
  std::uint64_t lag() const override { return settings_.islands; }

  std::vector<double> propose(std::uint64_t generation) override {
    std::vector<double> all;
    all.reserve(size() * settings_.dimension);
    if (is_search(generation)) {
      // The search has as many generations under way; its populations know nothing of each other.
      for (std::uint64_t p = 0; p < populations_; ++p) {
        const auto u = search_->propose(generation * populations_ + p);
        all.insert(all.end(), u.begin(), u.end());
      }
      for (std::uint64_t i = all.size() / settings_.dimension; i < size(); ++i)
        append(all, drawn_from_prior(generation * size() + i));
      return all;
    }
    const EliteGrid& grid = grids_[generation % grids_.size()];
    const std::vector<std::size_t> active = grid.active(threshold());
    const std::vector<std::size_t>& parents = parents_[generation - first_with_parents_];
    for (std::uint64_t i = 0; i < size(); ++i) {
      const std::uint64_t row = generation * size() + i;
      append(all,
             parents.empty() ? drawn_from_window(grid.plane(), row) : moved(grid, active, parents[i], row));
    }
    return all;
  }

  void absorb(std::uint64_t generation, std::span<const double> u,
              std::span<const MemberOutcome> outcomes) override {
    generation_ = generation;
    for (std::size_t i = 0; i < size(); ++i) {
      if (!(outcomes[i].loglike > minus_infinity)) continue;
      best_ = std::max(best_, outcomes[i].loglike);
      for (EliteGrid& grid : grids_)
        grid.offer(u.subspan(i * settings_.dimension, settings_.dimension), outcomes[i].loglike, generation);
    }
    if (!first_move_) continue_search(generation, u, outcomes);
    if (!first_move_) return;
    if (!is_search(generation)) parents_.pop_front(), ++first_with_parents_;
    choose_parents(generation + lag());
  }

  std::optional<StopReason> verdict() const override {
    const Cells cells = counted();
    if (!first_move_ || is_search(generation_) || cells.within == 0 || cells.open > 0) return std::nullopt;
    char text[128];
    std::snprintf(text, sizeof text, "all %zu cells within %g of the best ln L were visited %d times",
                  cells.within, settings_.delta, settings_.visits);
    return StopReason{text};
  }

  Diagnostics diagnostics() const override {
    if (!first_move_) {
      Diagnostics search = search_->diagnostics();
      search.stage = "best fit";
      return search;
    }
    const Cells cells = counted();
    return {"profile",
            {{"cells within delta that may still improve", double(cells.open), 0.0,
              cells.within > 0 && cells.open == 0}},
            {{"cells_within_delta", double(cells.within)}, {"cells_improved", double(cells.improved)}}};
  }

  std::vector<Column> generation_columns() const override {
    return {
        {"plane", "1", "p", "plane whose elites were moved, by its place in the config; -1: best-fit search",
         ColumnType::int32},
        {"cells_within_delta", "1", "n", "cells within delta of the best ln L", ColumnType::int32},
        {"cells_open", "1", "n_o", "those not visited often enough since they improved", ColumnType::int32},
        {"cells_improved", "1", "n_i", "those that improved within the last 10 generations",
         ColumnType::int32}};
  }
  std::vector<double> generation_values() const override {
    const Cells cells = counted();
    return {is_search(generation_) ? -1.0 : double(generation_ % grids_.size()), double(cells.within),
            double(cells.open), double(cells.improved)};
  }

 private:
  /// Of all planes, cells within `delta` of the best ln L.
  struct Cells {
    std::size_t within = 0, open = 0, improved = 0;
  };
  Cells counted() const {
    Cells cells;
    for (const EliteGrid& grid : grids_)
      for (const EliteCell& cell : grid.grid()) {
        if (!(cell.loglike > best_ - settings_.delta)) continue;
        ++cells.within;
        cells.open += cell.idle_visits < settings_.visits;
        cells.improved += cell.improved + generations_to_judge > generation_;
      }
    return cells;
  }

  bool is_search(std::uint64_t generation) const { return !first_move_ || generation < *first_move_; }
  double threshold() const { return best_ - settings_.delta - margin; }

  static void append(std::vector<double>& all, const std::vector<double>& u) {
    all.insert(all.end(), u.begin(), u.end());
  }

  void continue_search(std::uint64_t generation, std::span<const double> u,
                       std::span<const MemberOutcome> outcomes) {
    const std::size_t rows = size() / populations_;
    for (std::uint64_t p = 0; p < populations_; ++p)
      search_->absorb(generation * populations_ + p,
                      u.subspan(p * rows * settings_.dimension, rows * settings_.dimension),
                      outcomes.subspan(p * rows, rows));
    const bool is_long = best_ > minus_infinity && generation + 1 >= longest_search * lag();
    if (!search_->verdict() && !is_long) return;
    first_move_ = first_with_parents_ = generation + lag();  // what is under way belongs to the search
  }

  /// The cells whose elites make a generation, as it may know them: now.
  void choose_parents(std::uint64_t generation) {
    EliteGrid& grid = grids_[generation % grids_.size()];
    std::vector<std::uint64_t> tie_break(grid.grid().size());
    // Numbers of a generation, beyond any that a row with the same counter draws.
    for (std::size_t cell = 0; cell < tie_break.size(); ++cell)
      tie_break[cell] =
          random_bits(settings_.seed, Stream::profile, (std::uint64_t{1} << 32) + cell, generation);
    parents_.push_back(grid.visit(grid.active(threshold()), size(), tie_break));
  }

  std::vector<double> drawn_from_prior(std::uint64_t row) const {
    Draws draws(settings_.seed, Stream::profile, row);
    std::vector<double> u(settings_.dimension);
    for (double& x : u) x = draws.uniform();
    return u;
  }

  std::vector<double> drawn_from_window(const Plane& plane, std::uint64_t row) const {
    std::vector<double> u = drawn_from_prior(row);
    for (std::size_t k = 0; k < 2; ++k) {
      const auto [lower, upper] = plane.window[k];
      u[plane.axes[k]] = inside(lower + (upper - lower) * u[plane.axes[k]]);
    }
    return u;
  }

  /// The elite of a cell, moved by a difference of two others.
  std::vector<double> moved(const EliteGrid& grid, const std::vector<std::size_t>& active, std::size_t parent,
                            std::uint64_t row) const {
    Draws draws(settings_.seed, Stream::profile, row);
    const std::vector<double>& x = grid.grid()[parent].u;
    const bool is_near = draws.uniform() < 0.7;
    const std::vector<double>&a = partner(grid, active, parent, is_near, draws),
          &b = partner(grid, active, parent, is_near, draws);
    const bool climbs_within_cell = draws.uniform() < 0.5;
    const double factor = draws.uniform() < 0.1 ? 1.0 : 0.1 + 0.9 * draws.uniform();
    const double kept = draws.uniform() < 0.5 ? 1.0 : 0.3;
    const std::size_t sure = draws.below(x.size());
    std::vector<double> u(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
      double difference = 0.0;
      if (draws.uniform() < kept || j == sure) {
        difference = a[j] - b[j];
        if (settings_.periodic[j]) difference -= std::round(difference);
        if (climbs_within_cell && (j == grid.plane().axes[0] || j == grid.plane().axes[1]))
          difference *= 0.05;
      }
      const double v = x[j] + factor * difference + 1e-5 * draws.normal();
      if (settings_.periodic[j])
        u[j] = inside(v - std::floor(v));
      else
        u[j] = inside(v <= 0.0 ? 0.5 * x[j] : v >= 1.0 ? 0.5 * (1.0 + x[j]) : v);
    }
    return u;
  }

  /// An elite at most three cells away, the parent itself where there is none; or of any active cell.
  static const std::vector<double>& partner(const EliteGrid& grid, const std::vector<std::size_t>& active,
                                            std::size_t parent, bool is_near, Draws& draws) {
    if (!is_near) return grid.grid()[active[draws.below(active.size())]].u;
    const int columns = int(draws.below(7)) - 3, rows = int(draws.below(7)) - 3;
    const auto cell = grid.neighbour(parent, columns, rows);
    return grid.grid()[cell && !grid.grid()[*cell].is_empty() ? *cell : parent].u;
  }

  AdaptiveSettings settings_;
  std::uint64_t populations_;  ///< of a generation of the search
  std::unique_ptr<AdaptiveSampler> search_;
  std::vector<EliteGrid> grids_;  ///< of each plane
  double best_ = minus_infinity;
  std::uint64_t generation_ = 0;                  ///< absorbed last
  std::optional<std::uint64_t> first_move_;       ///< the first generation that moves elites
  std::deque<std::vector<std::size_t>> parents_;  ///< of generations from first_with_parents_
  std::uint64_t first_with_parents_ = 0;
};

}  // namespace

std::unique_ptr<AdaptiveSampler> make_profile(const AdaptiveSettings& settings) {
  return std::make_unique<ProfileLikelihood>(settings);
}

}  // namespace mutauscan
