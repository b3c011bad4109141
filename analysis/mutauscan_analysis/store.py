"""Access to a scan: a run directory or a merged file. Rows are read in blocks, columns only when asked for."""

import copy
import difflib
import json
import re
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np

from . import convert, derived, targets
from .conditions import Condition, expression
from .expressions import shown
from .files import EmptySelection, ScanError, attributes, dataset, label, made_by, opened

MAIN_AXES = ("lambda_phi_sigma", "h_etau", "M_mutau", "T_R", "g_zp", "m_zp")
BLOCK_ROWS = 1 << 20  # 8 MB a column
TELEMETRY = ("telemetry/wall_s", "telemetry/rank")
NAME = re.compile(r"[A-Za-z0-9_]+")


def open(path, sign="observed", limits=True):
    """The scan in a run directory (its finished chunks, also while it runs) or in a merged file.

    sign, limits: what rows are judged by, see Scan.judged.
    """
    path = Path(path)
    if not path.exists():
        raise ScanError(f"{path}: no such file or directory")
    if path.is_file():
        return Scan(path, [path]).judged(sign, limits)
    if not path.is_dir():  # opening a pipe would wait for ever
        raise ScanError(f"{path}: neither a file nor a directory")
    if not (path / "manifest.json").exists():
        raise ScanError(f"{path}: not a run directory (it has no manifest.json)")
    chunks = sorted((path / "chunks").glob("*.h5"))
    if not chunks:
        raise ScanError(f"{path}: the run has no finished chunk yet")
    return Scan(path, chunks).judged(sign, limits)


def _columns(file):
    return [name for name, item in file.items() if isinstance(item, h5py.Dataset)]


class Scan(convert.Conversions):
    """The rows of a scan in the order of their index, as they were when it was opened.

    Wherever the name of a column is asked for, an expression of columns may stand, such as "M1_TR / T_R".

    A merged file has its rows in this order; those of a run directory are in the order of their arrival. Inside,
    rows are counted as stored: `_kept` marks those that belong to this object (None: all).
    """

    def __init__(self, path, files):
        self.path = path
        self.selection = ()  # what the rows were selected by
        self.judged_by = targets.Judgement()
        self._own = {}  # columns that were added: name -> derived.Column
        self._files = files
        with opened(files[0]) as file:
            self.attributes_of_run = attributes(file)
            self.columns = _columns(file)
            self._rows = [len(dataset(file, "index"))]
        if strange := [name for name in self.columns if not NAME.fullmatch(name)]:
            raise ScanError(f"{path}: not a name of a column: {shown(repr(strange[0]))}")
        self._lacking = {}  # column that some chunk has and another lacks -> the other, and who made it
        hashes = self._use_manifest() if path.is_dir() else None
        self.config = json.loads(self.attributes_of_run["config"])
        self.points = int(self.attributes_of_run["points"])
        self._kept = self._first_copies(hashes) if path.is_dir() else None

    def _use_manifest(self):
        """Config and points of a run are those of its manifest: older chunks of a run that was extended have fewer
        points. Returns the hashes of all configs that chunks of the run may have."""
        path = self.path / "manifest.json"
        try:
            manifest = json.loads(path.read_text())
            self.attributes_of_run |= {
                "config": json.dumps(manifest["config"]),
                "config_toml": manifest["config_toml"],
                "config_hash": manifest["config_hash"],
                "points": str(manifest["points"]),
            }
            return {manifest["config_hash"], *(step["config_hash"] for step in manifest.get("extended", []))}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ScanError(f"{path}: is damaged: {error}") from error

    def _first_copies(self, hashes):
        """Marks rows of a run directory; one computed twice, because its first copy came late, counts once."""
        self._rows, indices = [], []
        for name in self._files:
            with opened(name) as file:
                if attributes(file)["config_hash"] not in hashes:
                    raise ScanError(f"{name}: belongs to another scan than {self.path}")
                index = dataset(file, "index")[()]
                columns, maker = _columns(file), made_by(file)
            if len(index) and index.max() >= self.points:
                raise ScanError(f"{name}: has index {index.max()}, but the scan has {self.points} points")
            self._lacking |= {column: f"{name}, made by {maker}," for column in self.columns if column not in columns}
            self._lacking |= {column: f"{self._files[0]}" for column in columns if column not in self.columns}
            indices.append(index)
            self._rows.append(len(index))
        self.columns = [column for column in self.columns if column not in self._lacking]
        kept = np.zeros(sum(self._rows), dtype=bool)
        kept[np.unique(np.concatenate(indices), return_index=True)[1]] = True
        return kept

    def judged(self, sign="observed", limits=True):
        """The same rows, judged by the observed sign of Y_B or "any", and with hard limits or without.

        What explains everything, the best points, likelihoods and all figures follow this choice, which is never
        changed by the rows themselves.
        """
        if sign not in ("observed", "any"):
            raise ScanError(f"sign: one of observed, any; not {shown(repr(sign))}")
        part = copy.copy(self)
        part.judged_by = targets.Judgement(sign == "any", bool(limits))
        return part

    # ---- rows ---------------------------------------------------------------------------------------------

    def __len__(self):
        return sum(self._rows) if self._kept is None else int(np.count_nonzero(self._kept))

    def blocks(self, names, rows=BLOCK_ROWS):
        """{name: values} for some rows at a time, in the order in which they are stored."""
        names = list(dict.fromkeys(names))
        own = {name: self._derived(name) for name in names if not self._is_stored(name)}
        stored = [name for name in names if name not in own]
        stored += [column for one in own.values() for column in one.needs]
        for block in self._stored_blocks(list(dict.fromkeys(stored)), rows):
            yield {name: own[name](block) if name in own else block[name] for name in names}

    def _stored_blocks(self, names, rows):
        first = 0
        for path, stored in zip(self._files, self._rows):
            with opened(path) as file:
                columns = {name: dataset(file, name) for name in names}
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

    def blocks_in_order(self, names, rows=BLOCK_ROWS):
        """As blocks(), in the order of the index, which takes some more time for a run directory."""
        if self._order is None:
            yield from self.blocks(names, rows)
            return
        for begin in range(0, len(self), rows):
            mask = np.zeros(len(self), dtype=bool)
            mask[self._order[begin : begin + rows]] = True
            part = self._restricted(mask)
            read = list(part.blocks([*names, "index"], rows))
            order = part._order if part._order is not None else slice(None)
            yield {name: np.concatenate([block[name] for block in read])[order] for name in names}

    @cached_property
    def _order(self):
        """Puts rows as stored into the order of their index; None if they are."""
        if len(self._files) == 1:
            return None
        index = self._as_stored("index")
        return None if np.all(index[1:] > index[:-1]) else np.argsort(index, kind="stable")

    def _as_stored(self, name):
        parts = [block[name] for block in self.blocks([name])]
        return np.concatenate(parts) if parts else np.empty(0)

    def __getitem__(self, name):
        """The values of a column or expression, `telemetry/wall_s` and `telemetry/rank` included."""
        if isinstance(name, (list, tuple)):
            return self.to_pandas(name)
        if not isinstance(name, str):
            raise ScanError(f"{self.path}: [{name!r}] is no column; for rows there are where(), best(), to_pandas()")
        values = self._as_stored(name)
        return values if self._order is None else values[self._order]

    def where(self, condition):
        """The rows that satisfy a condition: text (see expressions.py), a mask over the rows, or a Condition."""
        if isinstance(condition, str):
            condition = expression(condition, self.values_by_name)
        what = condition.label if isinstance(condition, Condition) else "the mask"
        mask = self._mask(condition)
        if not mask.any():
            raise EmptySelection(f"{self.path}: no row satisfies: {shown(what)}")
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
        part = copy.copy(self)
        part.__dict__.pop("_order", None)
        part._kept = kept
        return part

    def parts(self, condition):
        """The rows that satisfy a Condition, and the others; either may be empty."""
        mask = self._mask(condition)
        return self._restricted(mask), self._restricted(~mask)

    def union(self, other):
        """Rows of either of two selections from the same scan."""
        if self._files != other._files or self._rows != other._rows:
            raise ScanError(f"{self.path} and {other.path}: rows of different scans; use concat")
        if self._kept is None or other._kept is None:
            return self if self._kept is None else other
        return self._with(self._kept | other._kept)

    def count(self, condition):
        """Number of rows that satisfy a Condition, or one written as text."""
        if isinstance(condition, str):
            condition = expression(condition, self.values_by_name)
        return int(sum(np.count_nonzero(condition.test(block)) for block in self.blocks(condition.columns)))

    def thinned(self, most):
        """Every k-th row as stored, with the smallest k that leaves at most this many."""
        step = -(-len(self) // most)
        if step <= 1:
            return self
        mask = np.zeros(len(self), dtype=bool)
        mask[::step] = True
        return self._restricted(mask)

    # ---- columns ------------------------------------------------------------------------------------------

    def __contains__(self, name):
        return name in self.columns

    def __iter__(self):
        return iter(self.columns)

    def keys(self):
        """Names of the columns."""
        return list(self.columns)

    def with_column(self, name, text, symbol=None, units="1", long_name=None):
        """The same rows with a column more, computed from others: with_column("r", "M1_TR / T_R", "M_1/T_R")."""
        if not NAME.fullmatch(name):
            raise ScanError(f"not a name of a column: {shown(repr(name))}; letters, digits and _ may be in it")
        if self._is_stored(name):
            raise ScanError(f"{self.path}: has a column '{name}' already")
        part = copy.copy(self)
        part._own = {**self._own, name: derived.column(self, text, symbol, units, long_name)}
        part.columns = list(dict.fromkeys([*self.columns, name]))
        return part

    def _is_stored(self, name):
        return name in TELEMETRY or (name in self.columns and name not in self._own)

    def _derived(self, name):
        """The derived column of this name, or that an expression means; ScanError for an unknown name."""
        if name in self._lacking:
            raise ScanError(
                f"{self._lacking[name]} lacks the column '{name}', which other chunks of the run have; "
                "`mutauscan merge` computes limits and likelihoods that older chunks lack"
            )
        if name in self._own:
            return self._own[name]
        if NAME.fullmatch(name) and not name.isdigit():
            close = difflib.get_close_matches(name, self.columns, 1)
            raise ScanError(f"{self.path}: there is no column '{shown(name)}'"
                            + (f"; did you mean '{close[0]}'?" if close else ""))  # fmt: skip
        return derived.column(self, name)

    def attributes(self, name):
        """All attributes of a column: units, symbol, long_name; enum_names where values have names."""
        if not self._is_stored(name):
            return self._derived(name).attributes
        with opened(self._files[0]) as file:
            found = attributes(dataset(file, name))
        return {"units": "1", "symbol": name, "long_name": name} | found

    def units(self, name):
        return self.attributes(name)["units"]

    def symbol(self, name):
        return self.attributes(name)["symbol"]

    def label(self, name):
        """Symbol and unit, for the axis of a plot."""
        return label(self.attributes(name))

    def values_by_name(self, name):
        """Name -> value of a column whose values have names; else nothing."""
        return {text: int(value) for value, text in json.loads(self.attributes(name).get("enum_names", "{}")).items()}

    @property
    def status_names(self):
        """Value of the column `status` -> its name."""
        return {value: name for name, value in self.values_by_name("status").items()}

    @property
    def axes(self):
        """Parameters that vary, the main axes first: name -> range, values or distribution; "list"."""
        varying = {
            name: axis for name, axis in self.config["parameters"].items() if isinstance(axis, (dict, str))
        }
        return {name: varying[name] for name in dict.fromkeys((*MAIN_AXES, *varying)) if name in varying}

    @property
    def sampler(self):
        """How the points were chosen."""
        return self.config.get("scan", {}).get("sampler", "sobol")

    @property
    def asymmetry(self):
        """Name of the column with the baryon asymmetry: the solution if there is one, or the estimate."""
        return "Y_B" if "Y_B" in self else "Y_B_estimate"

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
            raise EmptySelection(f"{self.path}: {targets.why_none(self)}")
        mask = np.zeros(first, dtype=bool)
        mask[rows] = True
        shown = (*MAIN_AXES, *self.axes, "delta_a_mu", self.asymmetry, "allowed", "explains_all")
        columns = columns or [name for name in shown if name in self]
        best = self._restricted(mask)
        table = best.to_pandas(list(dict.fromkeys(["index", *columns])))
        table["merit"] = merit({name: best[name] for name in merit.columns})
        return table.sort_values("merit", kind="stable", ignore_index=True)
