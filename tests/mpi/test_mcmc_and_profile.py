"""Samplers mcmc and profile as scans: the same rows on any number of processes, through kills, and when extended."""

import json
import random
import signal
import time

import h5py
import numpy
import pytest

from conftest import assert_same_rows

AXES = "".join(f"x{i} = {{ min = -5, max = 5 }}\n" for i in range(1, 4))
CONFIG = f"""
[model]
kind = "reference"
function = "gaussian"
dimension = 3
[parameters]
{AXES}[output]
chunk_rows = 500
flush_seconds = 0.02
[scan]
seed = 3
"""
SAMPLERS = {
    "mcmc": 'sampler = "mcmc"\npoints = {points}\nsize = 8\nislands = 2\ness = {goal}\nrhat = 1.05\n',
    "profile": 'sampler = "profile"\npoints = {points}\nsize = 40\nprofile = ["x1", "x3"]\ncells = 8\n'
               'window = [[-4, 4], [-4, 4]]\nvisits = {goal}\n',
}
SHORT, LONG = {"mcmc": 200, "profile": 10}, {"mcmc": 500, "profile": 20}  # goals


@pytest.fixture(params=SAMPLERS)
def scan(request, program, tmp_path):
    def run(name, ranks=1, points=100_000, goal=SHORT[request.param], **options):
        config = CONFIG + SAMPLERS[request.param].format(points=points, goal=goal)
        (tmp_path / "config.toml").write_text(config)
        return program.run("scan", tmp_path / "config.toml", "--out", tmp_path / name, ranks=ranks, **options)

    def merged(name):
        program.run("merge", tmp_path / name, "-o", tmp_path / f"{name}.h5")
        return tmp_path / f"{name}.h5"

    run.merged = merged
    run.folder = tmp_path
    run.sampler = request.param
    return run


def test_ranks_and_kills_change_nothing(scan, program):
    scan("whole")
    for ranks in (2, 4, 7):
        scan(f"ranks{ranks}", ranks=ranks)
        assert_same_rows(scan.merged("whole"), scan.merged(f"ranks{ranks}"))
    draw = random.Random(18)
    for ranks in (3, 1, 4, 2, 7):
        process = program.start("scan", scan.folder / "config.toml", "--out", scan.folder / "killed", ranks=ranks)
        time.sleep(draw.uniform(0.1, 0.7))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    scan("killed", ranks=2)
    assert_same_rows(scan.merged("whole"), scan.merged("killed"))


def test_an_extended_run_equals_the_longer_one(scan, program):
    scan("long", goal=LONG[scan.sampler])
    assert "not converged" in scan("short", points=2000).stderr
    scan("short")
    status = json.loads(program.run("status", scan.folder / "short", "--json").stdout)
    assert status["adaptive"]["converged"] and all(c["met"] for c in status["adaptive"]["criteria"])
    rows = status["done"]
    scan("short", goal=LONG[scan.sampler], ranks=2)
    assert_same_rows(scan.merged("long"), scan.merged("short"))
    with h5py.File(scan.merged("long")) as file:
        assert len(file["index"]) > rows
    verified = program.run("verify", scan.folder / "short", "--proposals").stdout
    assert "all points are those that their earlier rows lead to" in verified


def test_merged_files_say_what_was_found(scan, program):
    scan("run", goal=LONG[scan.sampler])
    with h5py.File(scan.merged("run")) as file:
        attributes = {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in file.attrs.items()}
        assert attributes["sampler"] == scan.sampler and attributes["converged"] == "true"
        outside = numpy.isnan(file["u_x1"][:])
        loglike = file["loglike_total"][:]
        if scan.sampler == "profile":
            assert not outside.any()
            assert int(attributes["cells_within_delta"]) > 8
            return
        weight, chain = file["weight"][:], file["chain"][:]
        names = {name: int(value) for value, name in json.loads(file["status"].attrs["enum_names"]).items()}
        numpy.testing.assert_array_equal(outside, file["status"][:] == names["outside_prior"])
        assert outside.any() and numpy.isnan(file["x1"][:][outside]).all() and numpy.isnan(loglike[outside]).all()
        assert not weight[outside].any() and set(chain) == set(range(-1, 16))
        assert abs(weight.sum() - 1) < 1e-9
        assert float(attributes["ess"]) > 500 and float(attributes["rhat"]) < 1.05
        inside = ~outside
        for i in (1, 2, 3):  # five standard errors of 500 draws
            x = file[f"x{i}"][:][inside]
            assert abs(weight[inside] @ x) < 5 / 500**0.5
            assert abs(weight[inside] @ x**2 - 1) < 5 * (2 / 500) ** 0.5
        rejected = int(numpy.flatnonzero(outside)[0])
    shown = program.run("point", "--from", scan.folder / "run", "--index", rejected, expect=None)
    assert "rejected it before it was evaluated" in shown.stderr
