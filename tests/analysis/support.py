"""Configs and helpers of the tests of the Python package."""

import os
import subprocess
import sys
from pathlib import Path

import h5py

ANALYSIS = Path(__file__).resolve().parents[2] / "analysis"
VERDICTS = ("limit_", "ratio_", "loglike_", "explains_", "allowed")  # beginnings of the columns of limits and likelihoods
POINTS = 200
SCAN = f"""
[parameters]
lambda_phi_sigma = {{ min = -1e-2, max = -1e-4, scale = "log" }}
h_etau = {{ min = 0.3, max = 3.0, scale = "log" }}
M_mutau = {{ min = 4e6, max = 2.5e7, scale = "log" }}
T_R = {{ min = 1e4, max = 2e5, scale = "log" }}
g_zp = {{ min = 5e-4, max = 1.5e-3, scale = "log" }}
m_zp = {{ min = 2e-2, max = 2e-1, scale = "log" }}
[scan]
points = {POINTS}
[output]
chunk_rows = 64
"""
GENERIC_SCAN = """
[model]
texture = "none"
[parameters]
lambda_phi_sigma = { min = -1e-2, max = 1e-2, scale = "symlog" }
lambda_tau = { min = 1e-8, max = 1e-7, scale = "log" }
delta_deg = { min = 0, max = 360 }
lambda_e = 1e-7
lambda_mu = 1e-7
[scan]
points = 50
"""
ONE_AXIS_SCAN = """
[parameters]
M_mutau = { min = 1e6, max = 1e7, scale = "log" }
[scan]
points = 20
"""
OTHER_AXES_SCAN = """
[parameters]
h_etau = { values = [0.5, 1.0, 2.0] }
theta23_deg = { normal = [48.8, 1.0] }
M_mutau = { min = 4e6, max = 2.5e7, scale = "log" }
[scan]
sampler = "random"
points = 60
"""
NO_OK_POINT = """
[parameters]
M_mutau = { min = 1e9, max = 1e10, scale = "log" }
[scan]
points = 10
"""


def command_line(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "mutauscan_analysis", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ANALYSIS), os.environ.get("PYTHONPATH", "")])},
    )


def assert_one_line_error(done, *words):
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert str(word) in done.stderr


def damage(path, name):
    """Flips bits in the middle of a column, which its checksum notices."""
    with h5py.File(path) as file:
        block = file[name].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    content[block.byte_offset + block.size // 2] ^= 0xFF
    path.write_bytes(content)


def add_column(file, name, values, symbol, units="1"):
    column = file.create_dataset(name, data=values)
    column.attrs.update({"units": units, "symbol": symbol, "long_name": f"{symbol}, of a test"})
