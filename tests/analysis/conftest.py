"""Small scans that the tests of the Python package look at."""

import shutil
import sys
from pathlib import Path

import h5py
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "analysis"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
matplotlib.use("Agg")

from support import POINTS, SCAN, add_column  # noqa: E402


@pytest.fixture(scope="session")
def make_run(program, tmp_path_factory):
    """Scans a config given as text; returns the run directory."""

    def make(config):
        directory = tmp_path_factory.mktemp("scan")
        (directory / "scan.toml").write_text(config)
        program.run("scan", directory / "scan.toml", "--out", directory / "run", expect=None)
        return directory / "run"

    return make


@pytest.fixture(scope="session")
def run(make_run):
    return make_run(SCAN)


@pytest.fixture(scope="session")
def merged(program, run):
    path = run.parent / "merged.h5"
    program.run("merge", run, "-o", path)
    return path


@pytest.fixture(scope="session")
def with_verdicts(merged):
    """The merged file with columns of verdicts, a limit and a likelihood, largest at index 17."""
    path = merged.parent / "verdicts.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        ok = file["status"][()] == 0
        index = np.arange(POINTS)
        file["status"][17] = 0

        def verdict(yes):
            return np.where(ok, yes, -1).astype("int32")

        slope = file["g_zp"][()] / file["m_zp"][()]
        add_column(file, "limit_trident", verdict(slope < 0.02), "ν trident")
        add_column(file, "explains_g2", verdict(index % 2 == 0), "Δa_μ?")
        add_column(file, "explains_Y_B", verdict(index % 3 == 0), "Y_B?")
        add_column(file, "explains_all", verdict(index % 6 == 0), "all?")
        add_column(file, "loglike_total", np.where(ok | (index == 17), 5.0 - np.abs(index - 17.0) / 20, np.nan), "ln L")
    return path


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")
