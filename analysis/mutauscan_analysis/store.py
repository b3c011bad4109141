"""Access to a scan: a run directory or a merged file. Rows are read in blocks, columns only when asked for."""

import json
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from . import targets
from .conditions import Condition, expression
from .files import EmptySelection, ScanError, attributes, dataset, label, opened

MAIN_AXES = ("lambda_phi_sigma", "h_etau", "M_mutau", "T_R", "g_zp", "m_zp")
BLOCK_ROWS = 1 << 20  # 8 MB a column


def open(path):
    """The scan in a run directory (its finished chunks, also while it runs) or in a merged file."""
    path = Path(path)
    if not path.exists():
        raise ScanError(f"{path}: no such file or directory")
    if path.is_file():
        return Scan(path, [path])
    if not path.is_dir():  # opening a pipe would wait for ever
        raise ScanError(f"{path}: neither a file nor a directory")
    if not (path / "manifest.json").exists():
        raise ScanError(f"{path}: not a run directory (it has no manifest.json)")
    chunks = sorted((path / "chunks").glob("*.h5"))
    if not chunks:
        raise ScanError(f"{path}: the run has no finished chunk yet")
    return Scan(path, chunks)


class Scan:
    """The rows of a scan in the order of their index, as they were when it was opened.

    A merged file has its rows in this order; those of a run directory are in the order of their arrival. Inside,
    rows are counted as stored: `_kept` marks those that belong to this object (None: all).
    """

    def __init__(self, path, files):
        self.path = path
        self.selection = ()  # what the rows were selected by
        self._files = files
        with opened(files[0]) as file:
            self.attributes_of_run = attributes(file)
            self.columns = [name for name, item in file.items() if isinstance(item, h5py.Dataset)]
            self.config = json.loads(self.attributes_of_run["config"])
            self.points = int(self.attributes_of_run["points"])
            self._rows = [len(dataset(file, "index"))]
        self._kept = self._first_copies() if path.is_dir() else None

    def _first_copies(self):
        """Marks rows of a run directory; one computed twice, because its first copy came late, counts once."""
        self._rows, kept, seen = [], [], np.zeros(self.points, dtype=bool)
        for name in self._files:
            with opened(name) as file:
                if attributes(file)["config_hash"] != self.attributes_of_run["config_hash"]:
                    raise ScanError(f"{name}: belongs to another scan than {self._files[0]}")
                index = dataset(file, "index")[()]
            if len(index) and index.max() >= self.points:
                raise ScanError(f"{name}: has index {index.max()}, but the scan has {self.points} points")
            kept.append(~seen[index])
            seen[index] = True
            self._rows.append(len(index))
        return np.concatenate(kept)

    def __len__(self):
        return sum(self._rows) if self._kept is None else int(np.count_nonzero(self._kept))

    def __contains__(self, name):
        return name in self.columns

    def blocks(self, names, rows=BLOCK_ROWS):
        """{name: values} for some rows at a time, in the order in which they are stored."""
        first = 0
        for path, stored in zip(self._files, self._rows):
            with opened(path) as file:
                columns = {name: dataset(file, name) for name in dict.fromkeys(names)}
                for name, column in columns.items():
                    if len(column) != stored:
                        raise ScanError(f"{path}: column '{name}' has {len(column)} rows, not {stored}")
                for begin in range(0, stored, rows):
                    part = slice(begin, min(begin + rows, stored))
                    if self._kept is None:
                        yield {name: column[part] for name, column in columns.items()}
                        continue
                    kept = self._kept[first + part.start : first + part.stop]
                    if kept.any():
                        yield {name: column[part][kept] for name, column in columns.items()}
            first += stored

    @cached_property
    def _order(self):
        """Puts rows as stored into the order of their index; None if they are."""
        if len(self._files) == 1:
            return None
        index = self._as_stored("index")
        return None if np.all(index[1:] > index[:-1]) else np.argsort(index, kind="stable")

    def _as_stored(self, name):
        with opened(self._files[0]) as file:
            values = np.empty(len(self), dataset(file, name).dtype)
        first = 0
        for block in self.blocks([name]):
            values[first : first + len(block[name])] = block[name]
            first += len(block[name])
        return values

    def __getitem__(self, name):
        """The values of a column, `telemetry/wall_s` and `telemetry/rank` included."""
        values = self._as_stored(name)
        return values if self._order is None else values[self._order]

    def where(self, condition):
        """The rows that satisfy a condition: text as for pandas' query, a mask over the rows, or a Condition."""
        if isinstance(condition, str):
            condition = expression(condition)
        what = condition.label if isinstance(condition, Condition) else "the mask"
        mask = self._mask(condition)
        if not mask.any():
            raise EmptySelection(f"{self.path}: no row satisfies: {what}")
        part = self._restricted(mask)
        part.selection = (*self.selection, what)
        return part

    def _mask(self, condition):
        """Over the rows of this object as stored."""
        if isinstance(condition, Condition):
            parts = [condition.test(block) for block in self.blocks(condition.columns)]
            return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)
        given = np.asarray(condition)
        if given.dtype != bool or given.shape != (len(self),):
            raise ScanError(f"{self.path}: a mask has one boolean for each of the {len(self)} rows")
        if self._order is None:
            return given
        mask = np.empty_like(given)
        mask[self._order] = given
        return mask

    def _restricted(self, mask):
        """A copy with the marked rows only."""
        kept = mask
        if self._kept is not None:
            kept = self._kept.copy()
            kept[self._kept] = mask
        return self._with(kept)

    def _with(self, kept):
        part = object.__new__(Scan)
        part.__dict__ |= {name: value for name, value in self.__dict__.items() if name != "_order"}
        part._kept = kept
        return part

    def parts(self, condition):
        """The rows that satisfy a Condition, and the others; either may be empty."""
        mask = self._mask(condition)
        return self._restricted(mask), self._restricted(~mask)

    def union(self, other):
        """Rows of either of two selections from the same scan."""
        if self._kept is None or other._kept is None:
            return self if self._kept is None else other
        return self._with(self._kept | other._kept)

    def count(self, condition):
        """Number of rows that satisfy a Condition."""
        return sum(np.count_nonzero(condition.test(block)) for block in self.blocks(condition.columns))

    def thinned(self, most):
        """Every k-th row as stored, with the smallest k that leaves at most this many."""
        step = -(-len(self) // most)
        if step <= 1:
            return self
        mask = np.zeros(len(self), dtype=bool)
        mask[::step] = True
        return self._restricted(mask)

    def attributes(self, name):
        """All attributes of a column: units, symbol, long_name; enum_names where values have names."""
        with opened(self._files[0]) as file:
            return attributes(dataset(file, name))

    def units(self, name):
        return self.attributes(name)["units"]

    def symbol(self, name):
        return self.attributes(name)["symbol"]

    def label(self, name):
        """Symbol and unit, for the axis of a plot."""
        return label(self.attributes(name))

    @property
    def status_names(self):
        """Value of the column `status` -> its name."""
        return {int(value): name for value, name in json.loads(self.attributes("status")["enum_names"]).items()}

    @property
    def axes(self):
        """Parameters that vary, the main axes first: name -> range, values or distribution; "list"."""
        varying = {
            name: axis for name, axis in self.config["parameters"].items() if isinstance(axis, (dict, str))
        }
        return {name: varying[name] for name in dict.fromkeys((*MAIN_AXES, *varying)) if name in varying}

    @property
    def asymmetry(self):
        """Name of the column with the baryon asymmetry: the solution if there is one, or the estimate."""
        return "Y_B" if "Y_B" in self else "Y_B_estimate"

    @cached_property
    def judged_by(self):
        """What tells the rows of the files apart, selected or not (targets.Judgement)."""
        return targets.judgement(self._with(None))

    def range(self, name):
        """Smallest and largest finite value of a column."""
        low, high = np.inf, -np.inf
        for block in self.blocks([name]):
            values = block[name][np.isfinite(block[name])]
            if len(values):
                low, high = min(low, values.min()), max(high, values.max())
        if low > high:
            raise EmptySelection(f"{self.path}: column '{name}' has no finite value")
        return low, high

    def best(self, n, columns=None):
        """DataFrame of the n rows closest to all measurements (targets.merit), the best first.

        columns: those to show besides `index` and `merit`; default: the axes, delta_a_mu, the asymmetry, verdicts.
        """
        merit = targets.merit(self)
        values, rows, first = np.empty(0), np.empty(0, dtype=int), 0  # of the best so far, rows as stored
        for block in self.blocks(merit.columns):
            new = merit(block)
            values = np.concatenate([values, new[np.isfinite(new)]])
            rows = np.concatenate([rows, first + np.flatnonzero(np.isfinite(new))])
            first += len(new)
            smallest = np.argsort(values, kind="stable")[:n]
            values, rows = values[smallest], rows[smallest]
        if len(rows) == 0:
            raise EmptySelection(f"{self.path}: no row with status ok has all of: {', '.join(merit.columns[1:])}")
        mask = np.zeros(first, dtype=bool)
        mask[rows] = True
        shown = (*MAIN_AXES, *self.axes, "delta_a_mu", self.asymmetry, "allowed", "explains_all")
        columns = columns or [name for name in shown if name in self]
        best = self._restricted(mask)
        table = best.to_pandas(list(dict.fromkeys(["index", *columns])))
        table["merit"] = merit({name: best[name] for name in merit.columns})
        return table.sort_values("merit", kind="stable", ignore_index=True)

    def to_pandas(self, columns=None):
        """A DataFrame of the columns named, or of all but the telemetry."""
        return pd.DataFrame({name: self[name] for name in columns or self.columns})

    def to_xarray(self, columns=None):
        """An xarray.Dataset along `index`, of the columns named or of all, with units and long_name."""
        try:
            import xarray
        except ImportError as error:
            raise ScanError("to_xarray: the Python package xarray is not installed") from error
        names = [name for name in columns or self.columns if name != "index"]
        data = {name: ("index", self[name], self.attributes(name)) for name in names}
        return xarray.Dataset(data, {"index": self["index"]}, self.attributes_of_run)
