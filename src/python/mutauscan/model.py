"""A model with its settings chosen: names and units around the compiled module."""

import json
import os

import numpy as np

from . import _core
from .maximise import maximise
from .rows import Column, Parameter, Row, limit_of, names_of, unknown


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
        scan = _opened(os.fspath(path))
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
            c["name"]: Column(*(c[key] for key in ("name", "unit", "symbol", "meaning", "type")), names_of(c))
            for c in self._all_columns
            if not c["is_telemetry"]
        }
        #: The limits, by name.
        self.limits = {limit.name: limit for c in self._all_columns if (limit := limit_of(c))}
        observed = next((c["attributes"] for c in self._all_columns if c["name"] == "Y_B"), {}).get("measurement")
        self._observed_asymmetry = json.loads(observed) if observed else None

    def __getstate__(self):
        return {"core": self._core, "scan": None if self._scan is None else str(self._scan.path)}

    def __setstate__(self, state):
        self._open(state["core"])
        if state["scan"] is not None:
            self._scan = _opened(state["scan"])

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

        Arrays of different shapes are broadcast as numpy does it: T_R[:, None] and m_zp[None, :] make a grid. Returns a
        dict of arrays of that shape, one for each column; `index` counts the points. Each row has the bits of a scan's
        row, whatever the number of `threads` (default: the CPUs this process may use). Points outside the domain have
        status "outside_domain". `progress`, a function, is told how many points are done. Ctrl-C ends it.
        """
        arrays = {name: np.asarray(table[name], dtype=float) for name in table}
        try:
            shape = np.broadcast_shapes((1,), *(a.shape for a in arrays.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {a.shape}" for name, a in arrays.items())
            raise ValueError(f"columns of the table have shapes that do not fit together: {shapes}") from None
        points = np.tile(np.asarray(self._core.defaults), (int(np.prod(shape)), 1))
        for name, array in arrays.items():
            points[:, self._position(name)] = np.broadcast_to(array, shape).ravel()
        if threads is None:
            threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        if threads < 1:
            raise ValueError(f"threads = {threads}: must be at least 1")
        values = self._core.evaluate_many(points, int(threads), progress)
        values = values.reshape(len(values), *shape)
        return {
            c["name"]: values[i] if c["type"] == "float64" else values[i].astype(c["type"])
            for i, c in enumerate(self._all_columns)
            if not c["is_telemetry"]
        }

    def loglike(self, table, columns=None, threads=None, sign="observed"):
        """ln L of each point of the table: `loglike_total`, or the sum of the columns `loglike_NAME` for the names given.
        -inf where the point has no answer.

        sign="any" compares |Y_B| with the observed asymmetry. With "observed", as in scans, the wrong sign has ln L = -inf;
        on the CP branch that is the default of normal ordering nearly all points have it.
        """
        return self.loglike_of(self.evaluate_many(table, threads), columns, sign)

    def loglike_of(self, rows, columns=None, sign="observed"):
        """The same of rows that :meth:`evaluate_many` returned."""
        if sign not in ("observed", "any"):
            raise ValueError(f"sign = {sign!r}: must be 'observed' or 'any'")
        known = [name for name in rows if name.startswith("loglike_")]
        names = ["loglike_total"] if columns is None else [f"loglike_{c.removeprefix('loglike_')}" for c in columns]
        for name in names:
            if name not in known:
                raise ValueError(unknown("column", name, known))
        if sign == "any" and "loglike_Y_B" in known:
            if "loglike_total" in names:
                names = [name for name in known if name != "loglike_total"]
            rows = {**rows, "loglike_Y_B": self._loglike_of_size(rows)} if "loglike_Y_B" in names else rows
        total = np.sum([rows[name] for name in names], axis=0)
        return np.where((rows["status"] == 0) & ~np.isnan(total), total, -np.inf)

    def _loglike_of_size(self, rows):
        """ln L of |Y_B|: Gaussian in its logarithm, with the theory factor and the measurement's error."""
        observed = self._observed_asymmetry
        width = np.hypot(np.log(self.settings["limits.Y_B_theory_factor"]), observed["relative_error"])
        with np.errstate(divide="ignore", invalid="ignore"):
            return -0.5 * (np.log(np.abs(rows["Y_B"]) / observed["value"]) / width) ** 2

    def maximise(self, over, fixed=None, columns=None, sign="observed", rounds=200, members=40, seed=1, threads=None):
        """The :class:`Row` with the largest ln L (see :meth:`loglike`) in a box, and that ln L.

        over: {name: (low, high)}, or (low, high, "log") for a parameter to be searched in its logarithm. fixed: other
        parameters. Differential evolution with `members` points for at most `rounds` rounds (see maximise.search): the
        best it found, which is the best there is for likelihoods without many narrow peaks. Points that hard limits
        exclude do not count. The same seed finds the same row. RuntimeError if no point tried has a likelihood.

        >>> model = Model("reference", function="gaussian", dimension=2)
        >>> row, ln_l = model.maximise({"x1": (-5, 5), "x2": (-5, 5)})
        >>> abs(row.x1) < 0.1, ln_l == row.loglike_total
        (True, True)
        """
        place, ln_l = maximise(self, over, fixed or {}, lambda rows: self.loglike_of(rows, columns, sign), rounds, members, seed,
                               threads)
        if not np.isfinite(ln_l):
            hint = "; sign='any' may find one" if sign == "observed" else ""
            raise RuntimeError(f"no point that was tried has a likelihood{hint}")
        return self._row(*self._core.evaluate(self._point(place))), ln_l

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
            raise ValueError(unknown("parameter", name, self.parameters))
        if not self._inputs[name]:
            raise ValueError(f"{name}: {self._core.why_no_input(self._positions[name])}")
        return self._positions[name]

    def _row(self, values, message):
        by_name = {c["name"]: v for c, v in zip(self._all_columns, values) if not c["is_telemetry"]}
        return Row(self.columns, by_name, message)

    def __repr__(self):
        return f"<mutauscan.Model {self.kind}: {len(self.parameters)} parameters, {len(self.columns)} columns>"


def _opened(path):
    import mutauscan_analysis as analysis

    return analysis.open(path)


def _section(name, keys):
    return f"[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return json.dumps(str(value), ensure_ascii=False)

