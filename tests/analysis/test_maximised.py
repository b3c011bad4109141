"""Profiles whose bins are searched with the model: those of a Gaussian are known, sampling noise is gone."""

import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import maximised, profiles, targets
from mutauscan_analysis.axis import Axis
from mutauscan_analysis.binned import Grid
from support import assert_one_line_error, command_line

Model = pytest.importorskip("mutauscan", reason="built without MUTAUSCAN_PYTHON").Model

GAUSSIAN = """
[model]
kind = "reference"
function = "gaussian"
dimension = 3
[parameters]
x1 = { min = -4, max = 5 }
x2 = { min = -5, max = 5 }
x3 = { min = -5, max = 5 }
[scan]
points = 300
"""
RHO = 0.7  # its covariances are RHO^|i-j|


@pytest.fixture(scope="module")
def gaussian(make_run):
    return analysis.open(make_run(GAUSSIAN))


def nearest(edges):
    """The place in each bin that is nearest to zero."""
    return np.clip(0, edges[:-1], edges[1:])


def test_profile_of_a_gaussian(gaussian):
    """-2 ln L rises by x_1^2, its variance being 1: 0.02 allows for a search that ends at 0.01 in ln L."""
    grid = Grid([Axis(gaussian, "x1")], 18)
    search = maximised.Search(gaussian)
    rise = search.lowest(grid) - search.best()["merit"][0]
    np.testing.assert_allclose(rise, nearest(grid.edges[0]) ** 2, atol=0.02)
    sampled = grid.lowest(gaussian, targets.merit(gaussian)) - gaussian.best(1)["merit"][0]
    assert profiles.is_ragged(sampled) and not profiles.is_ragged(rise)
    assert abs(search.best()["x1"][0]) < 0.05


def test_profile_over_two_axes(gaussian):
    """At most that of the cell's middle, at least the smallest in the cell: (x_1^2 - 2 rho x_1 x_2 + x_2^2)/(1 - rho^2)."""
    grid = Grid([Axis(gaussian, "x1"), Axis(gaussian, "x2")], 9)
    search = maximised.Search(gaussian)
    rise = search.lowest(grid) - search.best()["merit"][0]
    for cell in np.ndindex(grid.shape):
        x, y = np.meshgrid(*(np.linspace(edges[i], edges[i + 1], 41) for edges, i in zip(grid.edges, cell)))
        expected = np.min((x**2 - 2 * RHO * x * y + y**2) / (1 - RHO**2))
        assert rise[cell] == pytest.approx(expected, abs=0.05, rel=0.01), cell


def test_same_seed_same_profile(gaussian):
    grid = Grid([Axis(gaussian, "x2")], 6)
    one, other = (maximised.Search(gaussian, threads).lowest(grid) for threads in (1, 2))
    assert one.tobytes() == other.tobytes()
    assert np.all(one <= grid.lowest(gaussian, targets.merit(gaussian)))


def test_bins_beyond_the_scan_stay_empty(gaussian):
    grid = Grid([Axis(gaussian, "x1:linear:4:7")], 3)
    assert np.isnan(maximised.Search(gaussian).lowest(grid)).tolist() == [False, True, True]


def test_negative_logarithmic_axes_and_judgements(run, monkeypatch):
    """-lambda_phi_sigma is drawn; |Y_B| counts, and allowed points alone."""
    scan = analysis.open(run, "any")
    monkeypatch.setattr(maximised, "ROUNDS", 12)
    search = maximised.Search(scan, 2)
    grid = Grid([Axis(scan, "lambda_phi_sigma")], 2)
    found = search.lowest(grid)
    assert np.all(found <= grid.lowest(scan, targets.merit(scan)))
    best = search.best()
    assert -1e-2 <= best["lambda_phi_sigma"][0] <= -1e-4 and best["merit"][0] <= scan.best(1)["merit"][0]
    again = Model.from_run(run).evaluate(**search._fixed, **{name: best[name][0] for name in scan.axes})
    merit = targets.merit(scan)
    assert again.allowed == 1 and merit({name: np.array([again[name]]) for name in merit.columns}) == best["merit"]


@pytest.mark.parametrize("bins", [8, 20, 60])
def test_what_counts_as_noise(bins):
    """Bins that missed their best point lie above their neighbours; maxima, steep sides and two maxima do not."""
    x = np.linspace(-4, 4, bins)
    smooth = [x**2, 30 * x**2, np.minimum((x - 2) ** 2, (x + 2) ** 2), np.where(np.abs(x) < 2, 0.0, np.nan)]
    for rise in smooth:
        assert not profiles.is_ragged(rise)
        assert not profiles.is_ragged(rise[:, None] + 0 * rise[None, :])
    missed = np.random.default_rng(1).exponential(3.0, bins)
    assert profiles.is_ragged(x**2 / 20 + missed)
    assert profiles.is_ragged(x[:, None] ** 2 / 20 + np.random.default_rng(1).exponential(6.0, (bins, bins)))


def test_command(gaussian, tmp_path):
    done = command_line("profile", gaussian.path, "-x", "x1", "--maximise", "--bins", 6, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert_one_line_error(command_line("profile", gaussian.path, "--maximise", "--where", "x1 > 0"), "one run with all its rows")
    assert_one_line_error(command_line("profile", gaussian.path, "--maximise", "-x", "x1 + x2"), "along parameters")
    figure = profiles.along_axes(gaussian, ["x1"], 6, maximise=True)
    assert "each bin searched with the model" in figure.texts[-1].get_text().replace("\n", " ")
