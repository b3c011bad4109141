"""A file of ten million rows: summary and a map in less than 2 GB of memory."""

import os
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from support import ANALYSIS, POINTS

ROWS = 10_000_000
COPIES = ROWS // POINTS
COLUMNS = ("lambda_phi_sigma", "h_etau", "M_mutau", "T_R", "g_zp", "m_zp", "delta_a_mu", "Y_B", "status")
MEMORY_LIMIT = 2 << 30


@pytest.fixture(scope="module")
def large(merged, tmp_path_factory):
    """The rows of the small scan 50 000 times; columns that a summary and a map need."""
    path = tmp_path_factory.mktemp("large") / "large.h5"
    with h5py.File(merged) as source, h5py.File(path, "w") as file:
        file.attrs.update(source.attrs)
        file.attrs["points"] = str(ROWS)
        file.create_group("telemetry")
        for name in ("index", *COLUMNS, "telemetry/wall_s"):
            values = np.tile(source[name][()], COPIES) if name != "index" else np.arange(ROWS, dtype="uint64")
            options = dict(chunks=(10_000,), compression="gzip", compression_opts=1, shuffle=True)
            column = file.create_dataset(name, data=values, **(options if name == "Y_B" else dict(chunks=(100_000,))))
            column.attrs.update(source[name].attrs)
    yield path
    path.unlink()


def run_measured(*arguments):
    """Output, greatest resident memory in bytes, and seconds of a command of the package."""
    start = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "mutauscan_analysis", *map(str, arguments)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ANALYSIS)},
    )  # fmt: skip
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, output
    return output, usage.ru_maxrss * 1024, time.monotonic() - start


def test_summary_and_map_fit_in_memory(large, merged, tmp_path):
    scan = analysis.open(merged)
    valid = int(np.sum(scan["status"] == 0)) * COPIES
    output, memory, seconds = run_measured("summary", large)
    print(f"summary of {ROWS} rows: {seconds:.1f} s, {memory / 1e6:.0f} MB")
    assert f"of the {valid} ok points" in output and memory < MEMORY_LIMIT
    output, memory, seconds = run_measured("plot", large, "-x", "m_zp", "-y", "g_zp", "-o", tmp_path)
    print(f"map of {ROWS} rows: {seconds:.1f} s, {memory / 1e6:.0f} MB")
    assert (tmp_path / "map-m_zp-g_zp.pdf").exists() and memory < MEMORY_LIMIT
