"""A sampler that learns gives the same rows on any number of processes, through kills, and when it is extended."""

import json
import os
import random
import signal
import time

import h5py
import numpy
import pytest

from conftest import Program, assert_same_rows

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


def test_a_converged_run_is_complete(scan, program):
    scan("run")
    status = json.loads(program.run("status", scan.folder / "run", "--json").stdout)
    assert status["state"] == "complete" and status["done"] == status["total"] < 100_000
    assert status["adaptive"]["converged"] and all(c["met"] for c in status["adaptive"]["criteria"])
    verified = program.run("verify", scan.folder / "run", "--proposals").stdout
    assert "all points are those that their earlier rows lead to" in verified and "converged: " in verified
    merged = program.run("merge", scan.folder / "run", "-o", scan.folder / "run.h5").stdout
    assert "not complete" not in merged
    refused = program.run("point", scan.folder / "config.toml", "--index", 3, expect=2)
    assert "depend on earlier rows" in refused.stderr


def test_proposals_of_other_rows_are_noticed(scan, program):
    scan("run")
    chunk = max((scan.folder / "run" / "chunks").glob("*.h5"))
    with h5py.File(chunk, "r+") as file:
        file["u_x1"][0] = 0.5
    # Files vouch for their bytes by their name: only a deliberate change gets so far.
    import ctypes.util

    xxhash = ctypes.CDLL(ctypes.util.find_library("xxhash"))
    xxhash.XXH3_64bits.restype = ctypes.c_uint64
    content = chunk.read_bytes()
    digest = xxhash.XXH3_64bits(content, ctypes.c_size_t(len(content)))
    chunk.rename(chunk.with_name("-".join(chunk.stem.split("-")[:-1] + [f"{digest:016x}.h5"])))
    program.run("verify", scan.folder / "run")
    changed = program.run("verify", scan.folder / "run", "--proposals", expect=4)
    assert "not those that their earlier rows lead to" in changed.stdout


FAULTY = """
[parameters]
T_R = {{ values = [{values}] }}
[scan]
sampler = "de"
points = 4000
size = 40
agree = 2
[output]
flush_seconds = 0.02
"""


def faulty_config(where):
    (where / "faulty.toml").write_text(FAULTY.format(values=", ".join(str(1000 + i) for i in range(200))))
    return where / "faulty.toml"


@pytest.mark.parametrize("ranks", [1, 3])
def test_an_infinite_likelihood_ends_the_scan_and_names_the_row(program, tmp_path, ranks):
    faulty = Program(os.environ["FAULTY_SCAN"])
    config = faulty_config(tmp_path)
    for _ in range(2):  # and again when the row is read from a file
        done = faulty.run(config, tmp_path / "RUN", "infinite", 20, ranks=ranks, expect=5)
        assert "of row " in done.stderr and "is infinite" in done.stderr


def test_points_that_crash_are_rows_that_nothing_is_learnt_from(program, tmp_path):
    faulty = Program(os.environ["FAULTY_SCAN"])
    config = faulty_config(tmp_path)
    for _ in range(40):
        done = faulty.run(config, tmp_path / "RUN", "SIGSEGV", 190, expect=None)
        if done.returncode == 0:
            break
    assert done.returncode == 0 and "not converged" in done.stderr
    program.run("merge", tmp_path / "RUN", "-o", tmp_path / "all.h5")
    with h5py.File(tmp_path / "all.h5") as file:
        assert len(file["index"]) == 4000
        names = {name: int(value) for value, name in json.loads(file["status"].attrs["enum_names"]).items()}
        assert numpy.sum(file["status"][:] == names["crashed"]) >= 1


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


NESTED = """
[model]
kind = "reference"
function = "himmelblau"
dimension = 2
[parameters]
x1 = {{ min = -5, max = 5 }}
x2 = {{ min = -5, max = 5 }}
[scan]
sampler = "nested"
points = 60_000
ess = {ess}
seed = 3
[output]
chunk_rows = 2000
flush_seconds = 0.02
"""
EXACT_LNZ = -5.5038  # tests/reference/samplers.json


def merged_nested(program, folder, name):
    program.run("merge", folder / name, "-o", folder / f"{name}.h5")
    return folder / f"{name}.h5"


def test_nested_is_the_same_on_any_ranks_through_kills_and_when_extended(program, tmp_path):
    config = tmp_path / "nested.toml"
    config.write_text(NESTED.format(ess=6000))
    program.run("scan", config, "--out", tmp_path / "one")
    one = merged_nested(program, tmp_path, "one")
    program.run("scan", config, "--out", tmp_path / "four", ranks=4)
    assert_same_rows(one, merged_nested(program, tmp_path, "four"))

    config.write_text(NESTED.format(ess=1500))
    draw = random.Random(7)
    for ranks in (2, 3, 1):
        process = program.start("scan", config, "--out", tmp_path / "killed", ranks=ranks)
        time.sleep(draw.uniform(0.2, 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    program.run("scan", config, "--out", tmp_path / "killed", ranks=2)
    config.write_text(NESTED.format(ess=6000))
    program.run("scan", config, "--out", tmp_path / "killed", ranks=2)
    assert_same_rows(one, merged_nested(program, tmp_path, "killed"))
    program.run("verify", tmp_path / "killed", "--proposals")


def test_a_merged_nested_run_has_weights_and_the_evidence(program, tmp_path):
    config = tmp_path / "nested.toml"
    config.write_text(NESTED.format(ess=5000))
    program.run("scan", config, "--out", tmp_path / "run")
    path = merged_nested(program, tmp_path, "run")
    with h5py.File(path) as file:
        text = {name: value.decode() if isinstance(value, bytes) else value for name, value in file.attrs.items()}
        assert text["sampler"] == "nested" and text["converged"] == "true"
        assert text["loglike_columns"] == "loglike_reference"
        lnz, error, ess = (float(text[name]) for name in ("lnZ", "lnZ_error", "ess"))
        assert abs(lnz - EXACT_LNZ) < 5 * error and error < 0.03
        weight, loglike = file["weight"][:], file["loglike_total"][:]
        assert weight.sum() == pytest.approx(1, abs=1e-9) and weight.min() >= 0
        assert ess == pytest.approx(1 / numpy.sum(weight**2), rel=1e-9) and ess >= 5000
        best = int(text["best_fit_index"])
        assert loglike[best] == loglike.max() == float(text["max_loglike"])
        generations = file["generations"]
        assert len(generations["generation"]) == len(weight) // 500
        assert generations["best"][:].max() == loglike.max()
    program.run("point", "--from", path, "--index", best)
