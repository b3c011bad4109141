#include "mutauscan/samplers/elite_grid.hpp"

#include <algorithm>
#include <tuple>

namespace mutauscan {

std::optional<std::size_t> EliteGrid::cell_of(std::span<const double> u) const {
  std::size_t cell = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    const auto [lower, upper] = plane_.window[k];
    const double x = u[plane_.axes[k]];
    if (!(x >= lower && x <= upper)) return std::nullopt;
    const int i = std::min(int((x - lower) / (upper - lower) * cells_), cells_ - 1);
    cell = cell * std::size_t(cells_) + std::size_t(i);
  }
  return cell;
}

std::optional<std::size_t> EliteGrid::neighbour(std::size_t cell, int columns, int rows) const {
  const int column = int(cell) / cells_ + columns, row = int(cell) % cells_ + rows;
  if (column < 0 || column >= cells_ || row < 0 || row >= cells_) return std::nullopt;
  return std::size_t(column * cells_ + row);
}

void EliteGrid::offer(std::span<const double> u, double loglike, std::uint64_t generation) {
  const auto where = cell_of(u);
  if (!where) return;
  EliteCell& cell = grid_[*where];
  if (!(loglike > cell.loglike)) return;
  cell.u.assign(u.begin(), u.end());
  cell.loglike = loglike;
  cell.improved = generation;
  cell.visits = 0;
  if (loglike > cell.level + notable_gain) {
    cell.level = loglike;
    cell.idle_visits = 0;
  }
}

std::vector<std::size_t> EliteGrid::active(double threshold) const {
  constexpr std::size_t fewest = 4;
  std::vector<std::size_t> above;
  for (std::size_t cell = 0; cell < grid_.size(); ++cell)
    if (grid_[cell].loglike > threshold) above.push_back(cell);
  if (above.size() >= fewest) return above;
  std::vector<std::size_t> all;
  for (std::size_t cell = 0; cell < grid_.size(); ++cell)
    if (!grid_[cell].is_empty()) all.push_back(cell);
  std::stable_sort(all.begin(), all.end(),
                   [&](std::size_t a, std::size_t b) { return grid_[a].loglike > grid_[b].loglike; });
  all.resize(std::min(all.size(), fewest));
  return all;
}

std::vector<std::size_t> EliteGrid::visit(const std::vector<std::size_t>& active, std::size_t number,
                                          const std::vector<std::uint64_t>& tie_break) {
  std::vector<std::size_t> chosen;
  if (active.empty()) return chosen;
  std::vector<std::size_t> order = active;
  while (chosen.size() < number) {
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(grid_[a].visits, tie_break[a], a) < std::tuple(grid_[b].visits, tie_break[b], b);
    });
    const std::size_t part = std::min(order.size(), number - chosen.size());
    for (std::size_t i = 0; i < part; ++i) {
      ++grid_[order[i]].visits;
      ++grid_[order[i]].idle_visits;
      chosen.push_back(order[i]);
    }
  }
  return chosen;
}

}  // namespace mutauscan
