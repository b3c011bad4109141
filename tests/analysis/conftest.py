"""Small scans that the tests of the Python package look at."""

import json
import shutil
import sys
from pathlib import Path

import h5py
import matplotlib
import matplotlib.pyplot as plt
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "analysis"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
matplotlib.use("Agg")

from support import SCAN, VERDICTS, add_column  # noqa: E402


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
def without_verdicts(merged):
    """The merged file as a program without limits and likelihoods would have written it."""
    path = merged.parent / "without_verdicts.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        for name in list(file):
            if name.startswith(VERDICTS):
                del file[name]
    return path


@pytest.fixture(scope="session")
def observed_sign(program, make_run):
    """Merged file of the same scan with the other sign of Y_B, in which some points explain everything."""
    run = make_run(SCAN.replace("[scan]", "relative_vev_phase = 3.141592653589793\n[scan]"))
    path = run.parent / "observed_sign.h5"
    program.run("merge", run, "-o", path)
    return path


@pytest.fixture(scope="session")
def type1(without_verdicts):
    """A file of a model without Z': Y_B alone is measured."""
    path = without_verdicts.parent / "type1.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["config"])
        config["model"] = {"kind": "type1", "ordering": "NO"}
        axes = {name: config["parameters"][name] for name in ("M_mutau", "T_R")}
        config["parameters"] = axes
        file.attrs["config"] = json.dumps(config)
        for name in list(file):
            if name not in ("index", "status", "stage", "telemetry", "Y_B", *axes):
                del file[name]
        file["Y_B"][...] = -file["Y_B"][()]
        add_column(file, "eta_B", file["Y_B"][()] * 7.04, "η_B")
    return path


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")
