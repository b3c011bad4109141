#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace mutauscan {

/// A plane of two axes, and the part of it that is cut into cells, in u.
struct Plane {
  std::array<std::size_t, 2> axes;
  std::array<std::pair<double, double>, 2> window;
};

/// A cell of the plane: its best point, and how hard a better one was looked for.
struct EliteCell {
  std::vector<double> u;  ///< empty: no finite row yet
  double loglike = -std::numeric_limits<double>::infinity();
  std::uint64_t improved = 0;  ///< the generation in which it improved last
  int visits = 0;              ///< since it improved
  int idle_visits = 0;         ///< since it improved by more than `notable_gain` altogether
  double level = loglike;      ///< ln L when idle_visits began

  bool is_empty() const { return u.empty(); }
};

/// The best points in the cells of a plane.
class EliteGrid {
 public:
  static constexpr double notable_gain = 0.05;

  EliteGrid(const Plane& plane, int cells)
      : plane_(plane), cells_(cells), grid_(std::size_t(cells * cells)) {}

  const Plane& plane() const { return plane_; }
  const std::vector<EliteCell>& grid() const { return grid_; }
  /// The cell of a point; nothing outside the window.
  std::optional<std::size_t> cell_of(std::span<const double> u) const;
  /// The cell that many columns and rows further; nothing beyond the edge.
  std::optional<std::size_t> neighbour(std::size_t cell, int columns, int rows) const;

  /// A row, in the order of their indices: of two that are equally good the first is kept.
  void offer(std::span<const double> u, double loglike, std::uint64_t generation);

  /// Cells whose elite lies above `threshold`; the best four if these are fewer, or all there are.
  std::vector<std::size_t> active(double threshold) const;
  /// `number` cells of `active`, the least visited first, of equal ones that with the smaller number in
  /// `tie_break` (one for each cell of the grid); over again if they are fewer. Each is visited.
  std::vector<std::size_t> visit(const std::vector<std::size_t>& active, std::size_t number,
                                 const std::vector<std::uint64_t>& tie_break);

 private:
  Plane plane_;
  int cells_;
  std::vector<EliteCell> grid_;
};

}  // namespace mutauscan
