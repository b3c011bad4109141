"""HDF5 files of this program, opened so that nobody who writes next to them is disturbed."""

from contextlib import contextmanager

import h5py

SCHEMA_VERSION = "1"


class ScanError(Exception):
    """What is wrong with a file, a column or a selection, in one line."""


class EmptySelection(ScanError):
    """The file is sound, but no row is of the kind asked for."""


@contextmanager
def opened(path):
    """An HDF5 file of this program, read only; every failure becomes a ScanError that names the file."""
    try:
        # Nobody writes to a finished file, and locks do not work on every cluster's file system.
        with h5py.File(path, "r", locking=False) as file:
            if not text(file.attrs.get("program", "")).startswith("mutauscan"):
                raise ScanError(f"{path}: not a file of mutauscan")
            if (version := text(file.attrs["schema_version"])) != SCHEMA_VERSION:
                raise ScanError(f"{path}: has layout {version}, not {SCHEMA_VERSION}")
            yield file
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise ScanError(f"{path}: cannot be read: {error}") from error


def dataset(file, name):
    """The dataset of this name; ScanError if there is none."""
    if name not in file or not isinstance(file[name], h5py.Dataset):
        raise ScanError(f"{file.filename}: there is no column '{name}'")
    return file[name]


def attributes(item):
    """Attributes of a file or a dataset as text."""
    return {name: text(value) for name, value in item.attrs.items()}


def label(labelled):
    """Symbol and unit from the attributes of a dataset, for the axis of a plot."""
    unit = labelled["units"]
    return labelled["symbol"] + (f" [{unit}]" if unit != "1" else "")


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)
