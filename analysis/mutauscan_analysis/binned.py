"""Statistics of the rows in the cells of a grid, one pass over the blocks of a scan each."""

import numpy as np

from .files import ScanError

MOST_BINS = 2000


class Grid:
    """Cells of one axis, or of two."""

    def __init__(self, axes, bins):
        self.axes = axes
        self.edges = [axis.edges(bins) for axis in axes]
        self.shape = tuple(len(edges) - 1 for edges in self.edges)

    def counts(self, scan, conditions):
        """Number of rows in each cell that satisfy a condition, for each of the conditions."""
        return counts([self], scan, conditions)[0]

    def lowest(self, scan, merit):
        """Smallest merit (targets.Merit) in each cell; NaN without a row that has one: the profile likelihood."""
        return lowest([self], scan, merit)[0]

    def best_rows(self, scan, merit, columns):
        """{column: values} of the row with the smallest merit in each cell, NaN where there is none; `merit` is one."""
        lowest = np.full(np.prod(self.shape), np.inf)
        found = {name: np.full(len(lowest), np.nan) for name in columns}
        for block in scan.blocks([*self.columns, *merit.columns, *columns]):
            cells, inside = self.cells_of(block)
            values = np.where(inside, merit(block), np.inf)
            order = np.lexsort((values, cells))
            first = order[np.r_[True, np.diff(cells[order]) > 0]] if len(order) else order
            better = first[values[first] < lowest[cells[first]]]
            lowest[cells[better]] = values[better]
            for name in columns:
                found[name][cells[better]] = block[name][better]
        found["merit"] = np.where(np.isinf(lowest), np.nan, lowest)
        return {name: values.reshape(self.shape) for name, values in found.items()}

    @property
    def columns(self):
        return [axis.name for axis in self.axes]

    def cells_of(self, block):
        """Number of the cell of each row, and whether it lies in one; the last bin includes its upper edge."""
        cells, inside = 0, True
        for axis, edges, size in zip(self.axes, self.edges, self.shape):
            values = axis.drawn(block)
            # ends of a range are points of a grid scan: a rounding error must not lose them
            slack = 1e-9 * (edges[-1] - edges[0])
            inside = inside & (values >= edges[0] - slack) & (values <= edges[-1] + slack)
            cells = cells * size + np.clip(np.searchsorted(edges, values, side="right") - 1, 0, size - 1)
        return cells, inside


def counts(grids, scan, conditions):
    """Grid.counts of several grids in one pass over the rows."""
    needed = [name for condition in conditions for name in condition.columns]
    needed += [name for grid in grids for name in grid.columns]
    totals = [np.zeros((len(conditions), np.prod(grid.shape))) for grid in grids]
    for block in scan.blocks(needed):
        passed = [condition.test(block) for condition in conditions]
        for grid, total in zip(grids, totals):
            cells, inside = grid.cells_of(block)
            for one, mask in zip(total, passed):
                one += np.bincount(cells[inside & mask], minlength=len(one))
    return [total.reshape(-1, *grid.shape) for grid, total in zip(grids, totals)]


def lowest(grids, scan, merit):
    """Grid.lowest of several grids in one pass over the rows."""
    axes = [name for grid in grids for name in grid.columns]
    found = [np.full(np.prod(grid.shape), np.inf) for grid in grids]
    for block in scan.blocks([*axes, *merit.columns]):
        values = merit(block)
        kept = np.isfinite(values)  # most rows have none
        values, block = values[kept], {name: block[name][kept] for name in axes}
        for grid, smallest in zip(grids, found):
            cells, inside = grid.cells_of(block)
            np.minimum.at(smallest, cells[inside], values[inside])
    return [np.where(np.isinf(smallest), np.nan, smallest).reshape(grid.shape) for grid, smallest in zip(grids, found)]


def bins_for(rows, dimensions):
    """Bins along an axis: about twelve rows a cell if they were spread evenly; 60 at most, 20 for one axis.

    A one-dimensional profile needs many rows in a bin to find the best values of all other parameters.
    """
    most = 20 if dimensions == 1 else 60
    return int(np.clip((rows / 12) ** (1 / dimensions), 8, most))


def checked(bins):
    """A number of bins that somebody asked for; None stands for a choice by the number of rows."""
    if bins is not None and not 1 <= bins <= MOST_BINS:
        raise ScanError(f"bins: a number from 1 to {MOST_BINS}, not {bins}")
    return bins
