"""Scans whose sampler learns: weights of the posterior, what the sampler says of itself, figures of its way there."""

import json
import shutil

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import densities, export, posterior, profiles, report, sampling, targets
from support import add_column, assert_one_line_error, command_line
from test_layout import assert_readable

REFERENCE = """
[model]
kind = "reference"
function = "gaussian"
dimension = 2
[parameters]
x1 = {{ min = -5, max = 5 }}
x2 = {{ min = -5, max = 5 }}
[scan]
sampler = "{sampler}"
points = {points}
"""
POINTS, MOVED = 1200, 0.6  # rows, and share of the others whose weight is zero


@pytest.fixture(scope="module")
def chain(program, make_run):
    """A file as merging a scan with sampler mcmc writes it: normal samples, some proposals that were not taken."""
    path = make_run(REFERENCE.format(sampler="random", points=POINTS)).parent / "chain.h5"
    program.run("merge", path.parent / "run", "-o", path)
    random = np.random.default_rng(4)
    x = random.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], POINTS)
    rejected = random.random(POINTS) < MOVED
    x[rejected] = random.uniform(-5, 5, (rejected.sum(), 2))
    weight = np.where(rejected, 0.0, random.integers(1, 4, POINTS))
    ln_l = -0.5 * (x[:, 0] ** 2 - 1.4 * x[:, 0] * x[:, 1] + x[:, 1] ** 2) / 0.51
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["config"])
        config["scan"] = {"sampler": "mcmc", "sampler_version": 1, "loglike": ["loglike_reference"], "points": POINTS,
                          "rhat": 1.01, "ess": 2000, "seed": 1}  # fmt: skip
        file.attrs.update({"config": json.dumps(config), "sampler": "mcmc", "converged": "false: ESS 310 of 2000",
                           "rhat": "1.02", "ess": "310", "max_loglike": str(ln_l.max())})  # fmt: skip
        file["x1"][...], file["x2"][...] = x.T
        file["loglike_reference"][...] = file["loglike_total"][...] = ln_l
        add_column(file, "weight", weight / weight.sum(), "w")
        add_column(file, "chain", np.arange(POINTS, dtype=np.int32) % 8 - 1, "k")
        add_column(file, "u_x1", (x[:, 0] + 5) / 10, "u")
        add_column(file, "u_x2", (x[:, 1] + 5) / 10, "u")
        group = file.create_group("generations")
        steps = np.arange(30)
        add_column(group, "generation", steps, "g")
        add_column(group, "best", -np.exp(-steps / 5.0), "best")
        add_column(group, "mean", -1 - np.exp(-steps / 5.0), "mean")
        add_column(group, "rhat", np.where(steps < 5, np.nan, 1 + np.exp(-steps / 5.0)), "R")
        add_column(group, "ess", np.where(steps < 5, np.nan, 10.0 * steps), "n")
    return path


def test_weights_are_those_of_the_sampler(chain):
    """Not L/L_max, which would count the density of the samples twice."""
    scan = analysis.open(chain)
    used = posterior.weights(scan)
    with h5py.File(chain) as file:
        np.testing.assert_allclose(used / used.sum(), file["weight"][()], rtol=1e-14)
    table = posterior.constraints(scan, ["x1", "x2"])
    n = (used > 0).sum()
    assert np.all(np.abs(table["median"]) < 4 * 1.25 / np.sqrt(n)) and np.all(np.abs(table["high68"] - 1) < 6 / np.sqrt(n))
    assert table.attrs["effective"] == 310  # rows of chains are correlated: what the sampler found
    assert posterior.number(scan.where("x1 > 0"), posterior.weights(scan.where("x1 > 0"))) > 100


def test_profiles_use_all_rows(chain):
    """Proposals that were not taken have likelihoods as good as any."""
    scan = analysis.open(chain)
    merit = targets.merit(scan)
    used = merit({name: scan[name] for name in merit.columns})
    assert np.isfinite(used).all() and scan.best(1)["merit"][0] == used.min()
    assert "not converged" in densities.about(scan, posterior.weights(scan))


def test_figures(chain):
    scan = analysis.open(chain)
    for draw in (sampling.trace, sampling.convergence, densities.posteriors, profiles.likelihood):
        assert_readable(draw(scan))
    figure = sampling.trace(scan)
    assert [panel.get_ylabel() for panel in figure.axes] == [r"$\ln L$", "$x_{1}$", "$x_{2}$"]
    running = figure.axes[0].lines[0].get_ydata()
    np.testing.assert_array_equal(running, np.maximum.accumulate(scan["loglike_total"]))
    figure = sampling.convergence(scan)
    assert [panel.get_ylabel() for panel in figure.axes] == [r"$\ln L$", "n", "R"]
    assert [panel.lines[-1].get_ydata()[0] for panel in figure.axes[1:]] == [2000, 1.01]


def test_what_the_sampler_says(chain, tmp_path):
    text = command_line("summary", chain).stdout
    assert "sampler     mcmc: not converged (ESS 310 of 2000)" in text and "R-hat of the worst axis 1.02" in text
    page = report.write(analysis.open(chain), tmp_path / "page.html").read_text()
    assert "The sampler" in page and "not converged" in page and "Posterior along each axis" in page
    data = page.split('id="data">')[1] if 'id="data">' in page else ""
    assert '"u_x1"' not in data
    done = command_line("plot", chain, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"trace.png", "convergence.png"} <= {path.name for path in tmp_path.iterdir()}


def test_chain_for_other_tools(chain, tmp_path):
    scan = analysis.open(chain)
    export.export(scan, tmp_path / "chain.txt")
    rows = np.loadtxt(tmp_path / "chain.txt")
    kept = scan["weight"] > 0
    assert len(rows) == kept.sum()
    np.testing.assert_allclose(rows[:, 1], -scan["loglike_reference"][kept], rtol=1e-8)
    np.testing.assert_allclose(rows[:, 2], scan["x1"][kept], rtol=1e-8)
    about = (tmp_path / "chain.yaml").read_text()
    assert '"likelihood": "loglike_reference"' in about and '"effective samples": 310' in about and "not converged" in about


def test_joined_runs_have_no_verdict_of_one(chain, tmp_path):
    shutil.copy(chain, tmp_path / "other.h5")
    both = analysis.concat([analysis.open(chain), analysis.open(tmp_path / "other.h5")], ["a", "b"])
    assert sampling.results(both)["converged"] is None and posterior.number(both, posterior.weights(both)) > 310


def test_search_for_the_best_fit(make_run, program, tmp_path):
    """A real run: it converges, its rows trace the profile -2 ln L = x_1^2, and they are no posterior."""
    run = make_run(REFERENCE.format(sampler="de", points=30_000) + "seed = 3\n")
    scan = analysis.open(run)
    found = sampling.results(scan)
    assert found["converged"] and found["max_loglike"] == scan["loglike_total"].max()
    assert scan["index"][np.argmax(scan["loglike_total"])] == found["best_fit_index"]
    text = command_line("summary", run).stdout
    assert "sampler     de: converged" in text and "at most 30000" in text
    rise = -2 * (scan["loglike_total"] - scan["loglike_total"].max())
    for low in np.arange(-2.0, 2.0, 0.5):
        inside = (scan["x1"] >= low) & (scan["x1"] < low + 0.5)
        assert rise[inside].min() == pytest.approx(min(low**2, (low + 0.5) ** 2) if low * (low + 0.5) > 0 else 0, abs=0.5)
    assert_one_line_error(command_line("posterior", run, "-o", tmp_path), "no sample of a posterior")
    assert "no sample of a posterior" in report.write(scan, tmp_path / "page.html").read_text()


def test_weights_come_with_the_merge(chain, tmp_path):
    shutil.copy(chain, tmp_path / "run.h5")
    with h5py.File(tmp_path / "run.h5", "a") as file:
        del file["weight"]
    assert_one_line_error(command_line("posterior", tmp_path / "run.h5", "-o", tmp_path), "`mutauscan merge` computes them")
