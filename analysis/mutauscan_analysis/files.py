"""HDF5 files of this program, opened so that nobody who writes next to them is disturbed; and files that are written."""

import os
import re
from contextlib import contextmanager
from pathlib import Path

import h5py

SCHEMA_VERSION = "1"
# What the program keeps in a run directory. Results may be put beside it, as merged.h5 is.
OWNED_BY_RUN = re.compile(r"chunks|sessions|crashes|quarantine|STOP|manifest\.json|status.*\.json|lock.*")
_files_read = set()  # absolute paths of all that `opened` has opened


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
            _files_read.add(os.path.abspath(path))
            if not text(file.attrs.get("program", "")).startswith("mutauscan"):
                raise ScanError(f"{path}: not a file of mutauscan")
            if (version := text(file.attrs["schema_version"])) != SCHEMA_VERSION:
                raise ScanError(f"{path}: has layout {version}, not {SCHEMA_VERSION}")
            yield file
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise ScanError(f"{path}: cannot be read: {error}") from error


@contextmanager
def writing(path):
    """Where to write a new file: a path beside `path` (with its suffix), which takes its place if all goes well.

    A symbolic link is followed to the file it names. ScanError if that is an input, under whatever name, belongs to a
    run directory, or is neither a regular file nor absent: the old file stays as it is then, as after any failure.
    Enter it before work that takes long.
    """
    target = Path(os.path.realpath(path))
    if reason := _reason_not_to_write(target):
        raise ScanError(f"{path}: {reason}; choose another output")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _reason_not_to_write(target):
    if target.is_dir():
        return "is a directory"
    if os.path.lexists(target) and not target.is_file():
        return "is not a regular file"
    if target.exists() and any(os.path.samefile(target, read) for read in _files_read if os.path.exists(read)):
        return "is an input"
    for folder in target.parents:
        if (folder / "manifest.json").exists() and OWNED_BY_RUN.fullmatch(target.relative_to(folder).parts[0]):
            return f"belongs to the run {folder}"
    return None


def dataset(file, name):
    """The dataset of this name; ScanError if there is none."""
    if name not in file or not isinstance(file[name], h5py.Dataset):
        raise ScanError(f"{file.filename}: there is no column '{name}'")
    return file[name]


def made_by(file):
    """The program that computed the rows of a file, as messages name it."""
    of = attributes(file)
    return of.get("made_by") or f"{of['program']} ({of.get('git_hash', 'unknown')})"


def attributes(item):
    """Attributes of a file or a dataset as text."""
    return {name: text(value) for name, value in item.attrs.items()}


def label(labelled):
    """Symbol and unit from the attributes of a dataset, for the axis of a plot."""
    unit = labelled["units"]
    return labelled["symbol"] + (f" [{unit}]" if unit != "1" else "")


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)
