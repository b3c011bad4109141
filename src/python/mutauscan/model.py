"""A model with its settings chosen: names and units around the compiled module."""

import dataclasses
import difflib
import json
import os
from collections.abc import Mapping

import numpy as np

from . import _core


@dataclasses.dataclass(frozen=True)
class Parameter:
    """An input of the model: `lower` < value <= `upper` (lower <= value if `includes_lower`), in `unit`."""

    name: str
    unit: str
    symbol: str
    meaning: str
    lower: float
    upper: float
    includes_lower: bool
    default: float


@dataclasses.dataclass(frozen=True)
class Column:
    """A result of the model, in `unit`; `type` is that in files: float64, int32 or uint64; `names`, of an enumeration,
    are the meanings of its numbers."""

    name: str
    unit: str
    symbol: str
    meaning: str
    type: str
    names: dict


class Row(Mapping):
    """The columns of one point: a mapping of names to numbers. `status` is "ok", or why there is no answer, which
    `message` then says in words. Columns that the point did not reach are NaN."""

    def __init__(self, columns, values, message):
        self._columns, self._values, self.message = columns, values, message

    def __getitem__(self, name):
        if name not in self._columns:
            raise KeyError(_unknown("column", name, self._columns))
        value = self._values[name]
        return value if self._columns[name].type == "float64" else int(value)

    def __iter__(self):
        return iter(self._columns)

    def __len__(self):
        return len(self._columns)

    @property
    def status(self):
        return self._columns["status"].names[self["status"]]

    def unit(self, name):
        """The unit of a column; "1" of a pure number."""
        if name not in self._columns:
            raise KeyError(_unknown("column", name, self._columns))
        return self._columns[name].unit

    def __repr__(self):
        return "\n".join(
            f"{name:20} {self[name]:<24.16g} {'' if column.unit == '1' else column.unit:6} {column.meaning}"
            for name, column in self._columns.items()
        )


class Model:
    """A kind of model with settings as in a config.

    Settings of [model] are keyword arguments, e.g. ``Model("mutau", ordering="IO", nufit="5.1/IO_noSK",
    texture="etau_tautau")``; ``solver={"rtol": 1e-9}`` and ``limits={...}`` are those sections. Wrong ones are a
    ValueError that says what they may be.

    >>> model = Model("reference", function="gaussian", dimension=3)
    >>> f"{model.evaluate(x1=0.0, x2=0.0, x3=0.0)['loglike_reference']:.4f}"
    '-2.0835'
    """

    def __init__(self, kind="mutau", *, solver=None, limits=None, **settings):
        sections = {"model": {"kind": kind, **settings}, "solver": solver or {}, "limits": limits or {}}
        self._open(_core.Model.of_toml("".join(_section(name, keys) for name, keys in sections.items() if keys)))

    @classmethod
    def from_config(cls, path):
        """The model of a config; parameters that the config fixes have its values, axes the middle of theirs."""
        model = cls.__new__(cls)
        model._open(_core.Model.of_config(os.fspath(path)))
        return model

    @classmethod
    def from_run(cls, path):
        """The model of a run directory or merged file; :meth:`replay` computes its rows again."""
        import mutauscan_analysis as analysis

        scan = analysis.open(os.fspath(path))
        model = cls.__new__(cls)
        model._open(_core.Model.of_stored(json.dumps(scan.config)))
        model._scan = scan
        return model

    def _open(self, core):
        self._core, self._scan = core, None
        described = core.parameters()
        self._positions = {p["name"]: i for i, p in enumerate(described)}
        self._inputs = {p["name"]: p.pop("is_input") for p in described}
        self._all_columns = core.columns()
        #: The inputs with these settings, by name.
        self.parameters = {p["name"]: Parameter(**p) for p in described if self._inputs[p["name"]]}
        #: The results, by name; telemetry is left out.
        self.columns = {
            c["name"]: Column(*(c[key] for key in ("name", "unit", "symbol", "meaning", "type")), _names_of(c))
            for c in self._all_columns
            if not c["is_telemetry"]
        }

    @property
    def kind(self):
        return self._core.kind

    @property
    def settings(self):
        """All settings, by "section.key"."""
        return self._core.settings

    def evaluate(self, **values):
        """One point: parameters by name, in their units; those not given have their defaults. Returns a :class:`Row`.

        ValueError for a name that is no input, and for values outside the model's domain. A point that has no answer
        is a row with another status than "ok", not an exception.
        """
        point = self._point(values)
        objections = self._core.objections(point)
        if objections:
            raise ValueError("; ".join(objections))
        return self._row(*self._core.evaluate(point))

    def evaluate_many(self, table, threads=None, progress=None):
        """Many points: a mapping of parameter names to arrays (or numbers, for all points the same), or a DataFrame.

        Returns a dict of arrays, one for each column, in the order of the points; `index` counts them. Each row has
        the bits of a scan's row, whatever the number of `threads` (default: the CPUs this process may use). Points
        outside the domain have status "outside_domain". `progress`, a function, is told how many points are done.
        Ctrl-C ends it.
        """
        arrays = {name: np.asarray(table[name], dtype=float) for name in table}
        lengths = {name: len(a) for name, a in arrays.items() if a.ndim}
        if any(a.ndim > 1 for a in arrays.values()):
            raise ValueError("columns of the table must have one dimension")
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns have different lengths: {lengths}")
        count = next(iter(lengths.values()), 1)
        points = np.tile(np.asarray(self._core.defaults), (count, 1))
        for name, array in arrays.items():
            points[:, self._position(name)] = array
        if threads is None:
            threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        if threads < 1:
            raise ValueError(f"threads = {threads}: must be at least 1")
        values = self._core.evaluate_many(points, int(threads), progress)
        return {
            c["name"]: values[i] if c["type"] == "float64" else values[i].astype(c["type"])
            for i, c in enumerate(self._all_columns)
            if not c["is_telemetry"]
        }

    def loglike(self, table, columns=None, threads=None):
        """ln L of each point of the table: `loglike_total`, or the sum of the columns `loglike_NAME` for the names given.
        -inf where the point has no answer."""
        return self.loglike_of(self.evaluate_many(table, threads), columns)

    @staticmethod
    def loglike_of(rows, columns=None):
        """The same of rows that :meth:`evaluate_many` returned."""
        names = ["loglike_total"] if columns is None else [f"loglike_{c.removeprefix('loglike_')}" for c in columns]
        for name in names:
            if name not in rows:
                raise ValueError(_unknown("column", name, [n for n in rows if n.startswith("loglike_")]))
        total = np.sum([rows[name] for name in names], axis=0)
        return np.where((rows["status"] == 0) & ~np.isnan(total), total, -np.inf)

    def trace(self, **values):
        """The evolution of one point: a dict of arrays of the same length, and a dict of their units.

        RuntimeError if the point ends before the Boltzmann equations.
        """
        quantities = self._core.trace(self._point(values))
        return {c["name"]: array for c, array in quantities}, {c["name"]: c["unit"] for c, _ in quantities}

    def replay(self, index):
        """Row `index` of the run that the model was opened from, computed again."""
        if self._scan is None:
            raise ValueError("this model was not opened with Model.from_run")
        found = np.flatnonzero(self._scan["index"] == index)
        if len(found) != 1:
            raise ValueError(f"the run has no row with index {index}")
        point = list(self._core.defaults)
        for name, position in self._positions.items():
            if name in self._scan.columns:
                point[position] = float(self._scan[name][found[0]])
        values, message = self._core.evaluate(point)
        values[0] = float(index)
        return self._row(values, message)

    def _point(self, values):
        point = list(self._core.defaults)
        for name, value in values.items():
            point[self._position(name)] = float(value)
        return point

    def _position(self, name):
        if name not in self._positions:
            raise ValueError(_unknown("parameter", name, self.parameters))
        if not self._inputs[name]:
            raise ValueError(f"{name}: {self._core.why_no_input(self._positions[name])}")
        return self._positions[name]

    def _row(self, values, message):
        by_name = {c["name"]: v for c, v in zip(self._all_columns, values) if not c["is_telemetry"]}
        return Row(self.columns, by_name, message)

    def __repr__(self):
        return f"<mutauscan.Model {self.kind}: {len(self.parameters)} parameters, {len(self.columns)} columns>"


def _names_of(column):
    return {int(number): name for number, name in json.loads(column["enum_names"] or "{}").items()}


def _unknown(what, name, known):
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"no {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _section(name, keys):
    return f"[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return json.dumps(str(value), ensure_ascii=False)

