"""Access to a scan: a run directory or a merged file."""

import json
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from . import targets

SCHEMA_VERSION = "1"
MAIN_AXES = ("lambda_phi_sigma", "h_etau", "M_mutau", "T_R", "g_zp", "m_zp")


class ScanError(Exception):
    """What is wrong with a file, a column or a selection, in one line."""


class EmptySelection(ScanError):
    """The scan is sound, but no point is of the kind asked for."""


def open(path):
    """The scan in a run directory (its finished chunks, also while it runs) or in a merged file."""
    path = Path(path)
    if not path.exists():
        raise ScanError(f"{path}: no such file or directory")
    if not path.is_dir():
        return Scan(path, [path])
    if not (path / "manifest.json").exists():
        raise ScanError(f"{path}: not a run directory (it has no manifest.json)")
    chunks = sorted((path / "chunks").glob("*.h5"))
    if not chunks:
        raise ScanError(f"{path}: the run has no finished chunk yet")
    return Scan(path, chunks)


class Scan:
    """The rows of a scan in the order of their index, as they were when it was opened."""

    def __init__(self, path, files):
        self.path = path
        self._files = files
        with _opened(files[0]) as file:
            self._attributes = {name: _text(value) for name, value in file.attrs.items()}
            self.columns = [name for name, item in file.items() if isinstance(item, h5py.Dataset)]
            self.config = json.loads(self._attributes["config"])
            self.points = int(self._attributes["points"])

        index = []
        for name in files:
            with _opened(name) as file:
                if _text(file.attrs["config_hash"]) != self._attributes["config_hash"]:
                    raise ScanError(f"{name}: belongs to another scan than {files[0]}")
                index.append(_dataset(file, "index")[()])
        self._rows_stored = sum(map(len, index))
        # A row computed twice, because its first copy came late, is the same row.
        self._order = np.unique(np.concatenate(index), return_index=True)[1]

    def __len__(self):
        return len(self._order)

    def __contains__(self, name):
        return name in self.columns

    def __getitem__(self, name):
        """The values of a column, `telemetry/wall_s` and `telemetry/rank` included."""
        parts = []
        for path in self._files:
            with _opened(path) as file:
                parts.append(_dataset(file, name)[()])
        values = np.concatenate(parts)
        if len(values) != self._rows_stored:
            raise ScanError(f"{self.path}: column '{name}' has {len(values)} rows, not {self._rows_stored}")
        return values[self._order]

    def attributes(self, name):
        """All attributes of a column: units, symbol, long_name; enum_names where values have names."""
        with _opened(self._files[0]) as file:
            return {key: _text(value) for key, value in _dataset(file, name).attrs.items()}

    def units(self, name):
        return self.attributes(name)["units"]

    def symbol(self, name):
        return self.attributes(name)["symbol"]

    def label(self, name):
        """Symbol and unit, for the axis of a plot."""
        attributes = self.attributes(name)
        unit = attributes["units"]
        return attributes["symbol"] + (f" [{unit}]" if unit != "1" else "")

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

    def ok(self):
        """Mask of the rows with status ok; there is at least one."""
        ok = self["status"] == 0
        if not ok.any():
            raise EmptySelection(f"{self.path}: no point has status ok")
        return ok

    def best(self, n):
        """Row numbers of the n ok points that explain g-2 and come closest to the observed |Y_B|."""
        distance = targets.distance_in_decades(self[self.asymmetry])
        good = self.ok() & targets.explains_g_minus_2(self["delta_a_mu"]) & np.isfinite(distance)
        if not good.any():
            raise EmptySelection(f"{self.path}: no ok point has both an asymmetry and the right muon g-2")
        rows = np.flatnonzero(good)
        return rows[np.argsort(distance[rows], kind="stable")[:n]]

    def to_pandas(self, columns=None):
        """A DataFrame of the columns named, or of all but the telemetry."""
        return pd.DataFrame({name: self[name] for name in columns or self.columns})


@contextmanager
def _opened(path):
    """An HDF5 file of this program; every failure becomes a ScanError that names the file."""
    try:
        # Nobody writes to a finished file, and locks do not work on every cluster's file system.
        with h5py.File(path, "r", locking=False) as file:
            if not _text(file.attrs.get("program", "")).startswith("mutauscan"):
                raise ScanError(f"{path}: not a file of mutauscan")
            if (version := _text(file.attrs["schema_version"])) != SCHEMA_VERSION:
                raise ScanError(f"{path}: has layout {version}, not {SCHEMA_VERSION}")
            yield file
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise ScanError(f"{path}: cannot be read: {error}") from error


def _dataset(file, name):
    if name not in file:
        raise ScanError(f"{file.filename}: there is no column '{name}'")
    return file[name]


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)
