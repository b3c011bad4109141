"""A sampler that learns gives the same rows on any number of processes, through kills, and when it is extended."""

import random
import signal
import time

import h5py
import numpy
import pytest

from conftest import assert_same_rows

AXES = "".join(f"x{i} = {{ min = -5, max = 5 }}\n" for i in range(1, 5))
CONFIG = """
[model]
kind = "reference"
function = "rosenbrock"
dimension = 4
[parameters]
{axes}[scan]
sampler = "de"
points = {points}
agree = {agree}
seed = 2
[output]
chunk_rows = 500
flush_seconds = 0.02
"""


@pytest.fixture
def scan(program, tmp_path):
    def run(name, ranks=1, points=100_000, agree=2, **options):
        (tmp_path / "config.toml").write_text(CONFIG.format(axes=AXES, points=points, agree=agree))
        return program.run("scan", tmp_path / "config.toml", "--out", tmp_path / name, ranks=ranks, **options)

    def merged(name):
        program.run("merge", tmp_path / name, "-o", tmp_path / f"{name}.h5")
        return tmp_path / f"{name}.h5"

    run.merged = merged
    run.folder = tmp_path
    return run


def test_the_number_of_ranks_changes_nothing(scan):
    scan("one")
    for ranks in (2, 4, 7):
        scan(f"ranks{ranks}", ranks=ranks)
        assert_same_rows(scan.merged("one"), scan.merged(f"ranks{ranks}"))


def test_killed_and_resumed_with_other_ranks(scan, program):
    scan("whole")
    config = scan.folder / "config.toml"
    draw = random.Random(18)
    for ranks in (3, 1, 4, 2, 7, 1, 2, 4, 3, 2):
        process = program.start("scan", config, "--out", scan.folder / "killed", ranks=ranks)
        time.sleep(draw.uniform(0.1, 0.7))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    scan("killed", ranks=2)
    assert_same_rows(scan.merged("whole"), scan.merged("killed"))


def test_a_damaged_chunk_is_computed_again_from_its_own_proposals(scan):
    scan("whole")
    scan("damaged")
    chunk = sorted((scan.folder / "damaged" / "chunks").glob("*.h5"))[2]
    content = bytearray(chunk.read_bytes())
    content[len(content) // 2] ^= 255
    chunk.write_bytes(content)
    scan("damaged", ranks=2)
    assert len(list((scan.folder / "damaged" / "quarantine").iterdir())) == 1
    assert_same_rows(scan.merged("whole"), scan.merged("damaged"))


def test_an_extended_run_equals_the_longer_one(scan):
    scan("long", agree=3)
    short = scan("short", points=3000, agree=2)
    assert "not converged" in short.stderr
    scan("short", agree=2)
    scan("short", agree=3, ranks=2)
    assert_same_rows(scan.merged("long"), scan.merged("short"))
    refused = scan("short", agree=2, expect=4)
    assert "scan.agree" in refused.stderr and "longer only" in refused.stderr


def test_rows_hold_their_quantiles_and_are_replayed_from_them(scan, program):
    scan("run")
    with h5py.File(scan.merged("run")) as file:
        for i in range(1, 5):
            assert file[f"u_x{i}"].attrs["units"] == b"1" or file[f"u_x{i}"].attrs["units"] == "1"
            u = file[f"u_x{i}"][:]
            assert numpy.all((u > 0) & (u < 1))
            numpy.testing.assert_allclose(file[f"x{i}"][:], -5 + 10 * u, rtol=0, atol=1e-14)
        assert file["loglike_total"][:].max() > -0.01
        rows = len(file["index"])
    for index in (0, rows // 2, rows - 1):
        program.run("point", "--from", scan.folder / "run", "--index", index)
