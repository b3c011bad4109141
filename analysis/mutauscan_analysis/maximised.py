"""Profiles whose bins are searched with the model itself, beyond the rows that a scan happened to sample."""

import numpy as np

from . import targets
from .axis import Axis
from .files import ScanError

MEMBERS, ROUNDS = 16, 80  # of the search in a bin; 16 x 80 points at most, fewer where nothing improves any more
MOST_STARTS = 20_000


class Search:
    """The parameters that a scan varies, as coordinates from 0 to 1 on the scales of their axes, and its model."""

    def __init__(self, scan, threads=None):
        try:
            from mutauscan import Model
            from mutauscan.maximise import search
        except ImportError as error:
            raise ScanError("a search in bins needs the Python module mutauscan (cmake -DMUTAUSCAN_PYTHON=ON)") from error
        if scan.selection or not scan.path.exists():
            raise ScanError(f"{scan.path}: a search in bins takes one run with all its rows")
        for name, axis in scan.axes.items():
            if not (isinstance(axis, dict) and "min" in axis):
                raise ScanError(f"{scan.path}: a search in bins needs ranges of all parameters, and {name} has none")
        self._scan, self._merit, self._threads, self._search = scan, targets.merit(scan), threads, search
        self._model = Model.from_run(scan.path)
        self._axes = [Axis(scan, name) for name in scan.axes]
        self._ends = [axis.line([axis.low, axis.high]) for axis in self._axes]
        self._fixed = {name: value for name, value in scan.config["parameters"].items()
                       if isinstance(value, (int, float)) and name in self._model.parameters}  # fmt: skip
        self._places, self._costs = self._of_rows()
        self.points = 0  # that the model was asked for

    def lowest(self, grid, seed=1):
        """As Grid.lowest, at least as low: the smallest merit in each cell that the rows or the search found."""
        low, high, empty = self._boxes(grid)
        places, costs = self._search(self._cost, low, high, self._starts(low, high, seed), ROUNDS, seed, _neighbours(grid.shape))
        self._places = np.concatenate([self._places, places])  # where the search in the next grid starts
        self._costs = np.concatenate([self._costs, costs])
        found = np.where(np.isfinite(costs) & ~empty, costs, np.nan).reshape(grid.shape)
        return np.fmin(found, grid.lowest(self._scan, self._merit))

    def best(self):
        """The best point of rows and searches, as Scan.best has it."""
        place = self._places[[self._costs.argmin()]]
        return self._values(place) | {"merit": np.array([self._costs.min()])}

    def _of_rows(self):
        columns = {name: self._scan[name] for name in {*self._merit.columns, *self._scan.axes}}
        costs = self._merit(columns)
        order = np.argsort(costs, kind="stable")[:MOST_STARTS]
        order = order[np.isfinite(costs[order])]
        lines = [axis.line(axis.drawn({axis.name: columns[axis.name][order]})) for axis in self._axes]
        places = [(line - ends[0]) / (ends[1] - ends[0]) for line, ends in zip(lines, self._ends)]
        return np.clip(np.column_stack(places), 0, 1), costs[order]

    def _values(self, places):
        """Parameters at some places, within their ranges in spite of rounding."""
        values = {}
        for axis, ends, place in zip(self._axes, self._ends, places.T):
            drawn = np.clip(axis.values_at(ends[0] + place * (ends[1] - ends[0])), axis.low, axis.high)
            values[axis.name] = axis.sign * drawn
        return values

    def _cost(self, places):
        self.points += len(places)
        return self._merit(self._model.evaluate_many(self._fixed | self._values(places), self._threads))

    def _boxes(self, grid):
        """Lower and upper ends of the cells, and which of them lie outside the ranges of the scan."""
        names = [axis.name for axis in self._axes]
        cells = int(np.prod(grid.shape))
        low, high, empty = np.zeros((cells, len(names))), np.ones((cells, len(names))), np.zeros(cells, dtype=bool)
        for number, (axis, edges) in enumerate(zip(grid.axes, grid.edges)):
            if axis.name not in names:
                raise ScanError(f"{axis.name}: a search in bins goes along parameters that the scan varies")
            own, ends = (each[names.index(axis.name)] for each in (self._axes, self._ends))
            with np.errstate(invalid="ignore"):
                line = (own.line(own.sign * axis.sign * edges) - ends[0]) / (ends[1] - ends[0])
            line = np.sort(np.nan_to_num(line, nan=-1.0))
            cell = np.unravel_index(np.arange(cells), grid.shape)[number]
            empty |= (line[cell] >= 1) | (line[cell + 1] <= 0)
            low[:, names.index(axis.name)], high[:, names.index(axis.name)] = np.clip([line[cell], line[cell + 1]], 0, 1)
        return low, high, empty

    def _starts(self, low, high, seed):
        """Members of each box: the best of the places known in it, of all places moved into it, and random ones."""
        random = np.random.default_rng([seed, 1])
        starts = low[:, None, :] + random.random((len(low), MEMBERS, low.shape[1])) * (high - low)[:, None, :]
        order = np.argsort(self._costs, kind="stable")
        for members, a, b in zip(starts, low, high):
            inside = order[np.all((self._places[order] >= a) & (self._places[order] <= b), axis=1)][: MEMBERS // 2]
            members[: len(inside)] = self._places[inside]
            others = random.permutation(order[:200])[: MEMBERS // 4]
            members[MEMBERS // 2 : MEMBERS // 2 + len(others)] = np.clip(self._places[others], a, b)
        return starts


def _neighbours(shape):
    """For each cell, the numbers of those beside it; of a cell alone, its own."""
    numbers = np.arange(np.prod(shape)).reshape(shape)
    near = []
    for cell in np.ndindex(*shape):
        beside = [cell[:axis] + (cell[axis] + step,) + cell[axis + 1 :] for axis in range(len(shape)) for step in (-1, 1)]
        inside = [numbers[one] for one in beside if all(0 <= i < size for i, size in zip(one, shape))]
        near.append(inside or [numbers[cell]])
    return near
