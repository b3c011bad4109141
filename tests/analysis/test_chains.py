"""Chains in the files of other programs, from real scans of a Gaussian whose moments are known."""

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import chains
from support import assert_one_line_error, command_line

CONFIG = """
[model]
kind = "reference"
function = "gaussian"
dimension = 2
[parameters]
x1 = { min = -5.0, max = 5.0 }
x2 = { min = -5.0, max = 5.0 }
[scan]
sampler = "SAMPLER"
points = 40000
ess = 500
"""


@pytest.fixture(scope="module")
def scans(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chains")
    for sampler in ("nested", "mcmc"):
        (folder / "config.toml").write_text(CONFIG.replace("SAMPLER", sampler))
        program.run("scan", "config.toml", "--out", sampler, cwd=folder)
        program.run("merge", sampler, "-o", f"{sampler}.h5", cwd=folder)
    return folder


def assert_moments(rows):
    weights, values = rows[:, 0], rows[:, 2:4]
    mean = np.average(values, axis=0, weights=weights)
    covariance = np.cov(values.T, aweights=weights)
    assert np.all(np.abs(mean) < 0.2) and np.allclose(covariance, [[1, 0.7], [0.7, 1]], atol=0.2)


def test_getdist_has_a_file_for_each_chain_and_whole_steps(scans, tmp_path):
    *texts, names, ranges = chains.write(analysis.open(scans / "mcmc.h5"), tmp_path / "c", "getdist")
    assert len(texts) == 64 and texts[0].name == "c_1.txt"  # 4 ensembles of 16 chains
    rows = np.vstack([np.loadtxt(text, ndmin=2) for text in texts])
    assert np.all(rows[:, 0] >= 1) and np.array_equal(rows[:, 0], np.round(rows[:, 0]))
    steps = [np.loadtxt(text, ndmin=2)[:, 0].sum() for text in texts]
    assert max(steps) - min(steps) <= 1  # of ensembles whose last generation was in flight
    assert_moments(rows)
    with h5py.File(scans / "mcmc.h5") as file:
        assert np.isclose(rows[:, 1].min(), -file["loglike_total"][:][file["weight"][:] > 0].max())
    assert names.read_text().split()[0] == "x1" and ranges.read_text() == "x1 -5 5\nx2 -5 5\n"


def test_cobaya_names_its_columns_and_gives_a_covariance(scans, tmp_path):
    text, covariance = chains.write(analysis.open(scans / "nested.h5"), tmp_path / "c", "cobaya")
    assert text.name == "c.1.txt" and text.read_text().splitlines()[0] == "# weight minuslogpost x1 x2"
    assert_moments(np.loadtxt(text))
    assert covariance.read_text().splitlines()[0] == "# x1 x2"
    assert np.allclose(np.loadtxt(covariance), [[1, 0.7], [0.7, 1]], atol=0.2)


def test_pippi_gets_every_row(scans, tmp_path):
    (path,) = chains.write(analysis.open(scans / "mcmc.h5"), tmp_path / "c", "pippi")
    with h5py.File(path) as file, h5py.File(scans / "mcmc.h5") as merged:
        group = file["mutauscan"]
        assert len(group["LogLike"]) == len(merged["index"]) and np.any(group["Posterior"][:] == 0)
        valid = group["LogLike_isvalid"][:] == 1
        assert np.array_equal(valid, np.isfinite(merged["loglike_total"][:])) and not valid.all()
        assert np.array_equal(group["x1"][:][valid], merged["x1"][:][valid])


def test_wrong_wishes_are_one_line(scans, tmp_path):
    for options, words in [(("--format", "pippi", "--best", "3"), "--format"), (("--format", "rootfile"), "invalid choice")]:
        done = command_line("export", scans / "mcmc.h5", "-o", tmp_path / "c", *options)
        assert done.returncode != 0 and words in done.stderr
    assert_one_line_error(command_line("export", scans / "mcmc", "--format", "getdist", "-o", tmp_path / "c"), "no weights")
