"""Several scans as one."""

import copy
import json
from pathlib import Path

import numpy as np

from .files import ScanError
from .store import BLOCK_ROWS, Scan

RESULTS = ("converged", "why", "lnZ", "lnZ_error", "ess", "rhat", "max_loglike", "best_fit_index")
RUN = "run"  # the column that tells the scans apart


def concat(scans, labels=None):
    """The rows of several scans one after the other, with a column `run` whose values have the labels as names.

    It has the columns that all have; ScanError if they are of different kinds of model, or judged by different
    measurements of g-2. An axis goes over the ranges of all. labels: default, the names of their files.
    """
    scans = list(scans)
    labels = list(labels or (names(scan.path for scan in scans) if scans else ()))
    if not scans or len(labels) != len(scans) or len(set(labels)) != len(labels):
        raise ScanError("concat: takes scans, and as many labels, all different")
    return Joined(scans, labels)


def names(paths):
    """Of runs for a legend: the last parts of their paths in which they differ."""
    paths = [Path(path).resolve().with_suffix("") for path in paths]
    for depth in range(1, max(len(path.parts) for path in paths) + 1):
        found = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(found)) == len(found):
            break
    return found


class Joined(Scan):
    """See concat. Inside, rows are counted in the order of the parts, each as stored."""

    def __init__(self, scans, labels):
        for what in ("kind", "g_minus_2"):
            if len({scan.config["model"].get(what) for scan in scans}) > 1:
                raise ScanError(f"concat: the scans differ in model.{what}, and so in what their points should explain")
        if len({scan.judged_by for scan in scans}) > 1:
            raise ScanError("concat: the scans are judged differently (sign, limits)")
        first = scans[0]
        self._lacking = {}  # every part was opened, and has its columns
        self.path = Path(" + ".join(str(scan.path) for scan in scans))
        self.selection, self.judged_by = (), first.judged_by
        self._own, self._lacking = {}, {}
        self._parts, self._labels = scans, labels
        self._files = [file for scan in scans for file in scan._files]
        self._rows = [len(scan) for scan in scans]
        self._kept = None
        # what a sampler says of one run it does not say of all
        self.attributes_of_run = {name: text for name, text in first.attributes_of_run.items() if name not in RESULTS}
        self.columns = [name for name in first.columns if all(name in scan for scan in scans)] + [RUN]
        self.points = sum(scan.points for scan in scans)
        self.config = copy.deepcopy(first.config)
        self.config["parameters"] = _axes([scan.config["parameters"] for scan in scans])
        self.config.setdefault("scan", {})["sampler"] = (
            first.sampler if len({scan.sampler for scan in scans}) == 1 else "several"
        )

    def _stored_blocks(self, names, rows=BLOCK_ROWS):
        others, first = [name for name in names if name != RUN], 0
        for number, part in enumerate(self._parts):
            for block in part.blocks(others or ["index"], rows):
                size = len(next(iter(block.values())))
                if RUN in names:
                    block[RUN] = np.full(size, number, dtype=np.int32)
                kept = slice(None) if self._kept is None else self._kept[first : first + size]
                first += size
                if self._kept is None or kept.any():
                    yield {name: block[name][kept] for name in names}

    @property
    def _order(self):
        """By part, and in a part by index."""
        run, index = self._as_stored(RUN), self._as_stored("index")
        order = np.lexsort((index, run))
        return None if np.all(order[1:] > order[:-1]) else order

    def attributes(self, name):
        if name == RUN:
            names = json.dumps({str(number): label for number, label in enumerate(self._labels)})
            return {"units": "1", "symbol": "run", "long_name": "which of the scans", "enum_names": names}
        return self._parts[0].attributes(name) if self._is_stored(name) else super().attributes(name)


def _axes(several):
    """Parameters of several scans: what varies in any of them, over the range of all."""
    together = {}
    for name in dict.fromkeys(name for parameters in several for name in parameters):
        given = [parameters[name] for parameters in several if name in parameters]
        if all(one == given[0] for one in given):
            together[name] = given[0]
        elif all(isinstance(one, dict) and "min" in one and one.get("scale") == given[0].get("scale") for one in given):
            ends = {"min": min(one["min"] for one in given), "max": max(one["max"] for one in given)}
            together[name] = {key: value for key, value in given[0].items() if key != "n"} | ends
        else:
            together[name] = "list"  # of the values that are there
    return together
