"""The rows of a scan in the objects of other packages, each imported when it is asked for."""

import importlib
import json

import numpy as np
import pandas as pd

from . import posterior
from .files import ScanError


def _package(name, method):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ScanError(f"{method}: the Python package {name} is not installed") from error


class Conversions:
    """Methods of Scan."""

    def to_pandas(self, columns=None, named=False):
        """A DataFrame of the columns named, or of all but the telemetry; attrs has their units and symbols.

        named: values of enumerations, such as status, become categories with their names.
        """
        names = list(columns or self.columns)
        frame = pd.DataFrame({name: self[name] for name in names})
        frame.attrs = {what: {name: getattr(self, what)(name) for name in names} for what in ("units", "symbol")}
        for name in names if named else ():
            if values := {value: text for text, value in self.values_by_name(name).items()}:
                frame[name] = pd.Categorical(frame[name].map(values))
        return frame

    def to_xarray(self, columns=None):
        """An xarray.Dataset of the columns named or of all, with units and long_name.

        Its dimension is `index`; those of a complete grid scan are the axes of the grid.
        """
        xarray = _package("xarray", "to_xarray")
        names = [name for name in columns or self.columns if name != "index"]
        axes = list(self.axes)
        values = [np.unique(self[name]) for name in axes] if self.sampler == "grid" else []
        if values and len(self) == np.prod([len(one) for one in values]):
            order = np.lexsort([self[name] for name in reversed(axes)])
            shape = [len(one) for one in values]
            data = {name: (axes, self[name][order].reshape(shape), self.attributes(name))
                    for name in names if name not in axes}  # fmt: skip
            places = {name: (name, one, self.attributes(name)) for name, one in zip(axes, values)}
            return xarray.Dataset(data, places, self.attributes_of_run)
        data = {name: ("index", self[name], self.attributes(name)) for name in names}
        return xarray.Dataset(data, {"index": self["index"]}, self.attributes_of_run)

    def to_getdist(self, columns=None):
        """getdist.MCSamples with the weights of posterior.weights, in the variables the prior is flat in."""
        getdist = _package("getdist", "to_getdist")
        s = posterior.samples(self, columns)
        ranges = {name: (*ends, True) if name in s.periodic else ends for name, ends in s.ranges.items()}
        return getdist.MCSamples(samples=s.values, weights=s.weights, loglikes=s.minus_log_likelihood, names=s.names,
                                 labels=s.labels, ranges=ranges, label=str(self.path))  # fmt: skip

    def to_anesthetic(self, columns=None):
        """anesthetic.MCMCSamples with the weights of posterior.weights."""
        anesthetic = _package("anesthetic", "to_anesthetic")
        s = posterior.samples(self, columns)
        labels = [f"${label}$" for label in s.labels]
        return anesthetic.MCMCSamples(s.values, columns=s.names, weights=s.weights, logL=-s.minus_log_likelihood,
                                      labels=labels)  # fmt: skip

    def to_arviz(self, columns=None, rows=4000, seed=1):
        """arviz data of rows drawn by weight (posterior.resampled), with the config as attribute."""
        arviz = _package("arviz", "to_arviz")
        table = posterior.resampled(self, rows, seed, columns)
        data = {"posterior": {name: table[name].to_numpy()[None, :] for name in table}}
        found = arviz.from_dict(**data) if hasattr(arviz, "InferenceData") else arviz.from_dict(data)
        found["posterior"].attrs["config"] = self.attributes_of_run["config"]
        return found

    def __repr__(self):
        lines = [f"Scan {self.path}: {len(self)} of {self.points} points, {len(self.columns)} columns"]
        lines += [f"  with {condition}" for condition in self.selection]
        lines += [f"  axes {', '.join(self.axes) or 'none'}"]
        values, counts = np.unique(self._as_stored("status"), return_counts=True)
        names = self.status_names
        lines.append("  " + ", ".join(f"{count} {names.get(int(v), int(v))}" for v, count in zip(values, counts)))
        return "\n".join(lines)

    def _repr_html_(self):
        from .labels import html

        axes = "".join(f"<tr><td>{html(self.label(name))}</td><td>{html(json.dumps(axis))}</td></tr>"
                       for name, axis in self.axes.items())  # fmt: skip
        return f"<pre>{html(repr(self))}</pre><table>{axes}</table>"
