"""Own columns, joined scans, weights, conversions, and what a Scan says about itself."""

import sys
import types

import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import densities, findings, maps, posterior, profiles, tables, targets
from mutauscan_analysis.conditions import OK
from support import POINTS, SCAN, command_line


@pytest.fixture(scope="module")
def scan(observed_sign):
    return analysis.open(observed_sign)


def test_expressions_are_columns(scan, run):
    ratio = scan["M1_TR"] / scan["T_R"]
    np.testing.assert_array_equal(scan["M1_TR / T_R"], ratio)
    np.testing.assert_array_equal(analysis.open(run).where("T_R > 3e4")["log10(T_R)"],
                                  np.log10(analysis.open(run).where("T_R > 3e4")["T_R"]))  # fmt: skip
    own = scan.with_column("r", "M1_TR / T_R", "M_1/T_R").with_column("half", "r / 2")
    np.testing.assert_array_equal(own["half"], ratio / 2)
    assert own.label("r") == "M_1/T_R" and own.label("half") == "M_1/T_R / 2" and "r" in own and "r" not in scan
    assert scan.symbol("M1_TR / T_R") == f"{scan.symbol('M1_TR')} / T_R"
    assert len(own.where("r > 10 and status == 'ok'")) == np.sum((ratio > 10) & (scan["status"] == 0))
    assert list(own.best(1, ["r"])) == ["index", "r", "merit"]
    for name in ("T_R", "a b", "<b>", ""):
        with pytest.raises(analysis.ScanError):
            scan.with_column(name, "T_R")
    with pytest.raises(analysis.ScanError, match="no_such"):
        scan.with_column("x", "no_such + 1")


def test_errors_name_the_scan_and_the_nearest_name(run):
    scan = analysis.open(run)
    for make in (lambda: scan["T_r"], lambda: scan.units("T_r"), lambda: scan.where("T_r > 1"), lambda: maps.fraction(
            scan, ("T_r", "g_zp"))):  # fmt: skip
        with pytest.raises(analysis.ScanError, match="did you mean 'T_R'") as error:
            make()
        assert str(run) in str(error.value) and "chunk" not in str(error.value)
    for key in (slice(10), 3, None, 1.5):
        with pytest.raises(analysis.ScanError, match="is no column"):
            scan[key]


def test_a_scan_says_what_it_is(scan):
    text = repr(scan.where("T_R > 3e4"))
    assert f"of {POINTS} points" in text and "T_R > 3e4" in text and "ok" in text
    assert "<table>" in scan._repr_html_() and list(scan) == scan.keys() == scan.columns
    frame = scan[["T_R", "status"]]
    assert frame.attrs["units"] == {"T_R": "GeV", "status": "1"}
    named = scan.to_pandas(["status"], named=True)["status"]
    assert (named == "ok").sum() == scan.count(OK)
    assert scan.count("status == 'ok'") == scan.count(OK)


def test_joined_scans(run, observed_sign, type1):
    one, other = analysis.open(run, "any"), analysis.open(observed_sign, "any").where("T_R > 3e4")
    both = analysis.concat([one, other], ["here", "there"])
    assert len(both) == len(one) + len(other) and both.points == 2 * POINTS
    np.testing.assert_array_equal(both["Y_B"], np.concatenate([one["Y_B"], other["Y_B"]]))
    assert both.where("run == 'there'")["index"].tolist() == other["index"].tolist()
    part = both.where("status == 'ok'")
    assert len(part) == one.count(OK) + other.count(OK) == len(part.where("T_R > 0"))
    assert both.best(1)["merit"][0] == min(one.best(1)["merit"][0], other.best(1)["merit"][0])
    np.testing.assert_array_equal(both["M1_TR / T_R"], both["M1_TR"] / both["T_R"])
    assert maps.fraction(both, ("m_zp", "g_zp"), bins=4).axes
    with pytest.raises(analysis.ScanError, match="rows of different scans; use concat"):
        one.where("T_R > 3e4").union(other)
    for scans, labels in (([], None), ([one, one], ["a", "a"]), ([one, analysis.open(type1, "any")], None),
                          ([one, one.judged("observed")], ["a", "b"])):  # fmt: skip
        with pytest.raises(analysis.ScanError, match="concat"):
            analysis.concat(scans, labels)


def test_weights_and_effective_samples(scan):
    used = posterior.weights(scan)
    merit = targets.merit(scan)
    values = merit({name: scan[name] for name in merit.columns})
    np.testing.assert_allclose(used, np.exp((values.min() - values) / 2))
    assert posterior.effective(np.ones(7)) == 7 and posterior.effective(np.array([1.0, 0, 0])) == 1
    table = posterior.resampled(scan, 500, 3, ["index", "T_R"])
    assert len(table) == 500 and table.equals(posterior.resampled(scan, 500, 3, ["index", "T_R"]))
    assert set(table["index"]) <= set(scan["index"][used > 0])


def test_density_of_known_samples():
    """A Gaussian, and a flat distribution between reflecting ends, from evenly spaced quantiles."""
    from scipy.stats import norm

    shares = (np.arange(4000) + 0.5) / 4000
    places = np.linspace(-2, 2, 9)
    density = posterior.density(norm.ppf(shares), np.ones(4000), -9, 9, places)
    np.testing.assert_allclose(density, norm.pdf(places), rtol=0.06)
    flat = posterior.density(shares, np.ones(4000), 0, 1, np.array([0, 0.01, 0.5, 0.99, 1]))
    np.testing.assert_allclose(flat, 1, rtol=0.02)
    turned = posterior.density(np.array([0.01, 0.03]), np.ones(2), 0, 1, np.array([0.98, 0.06, 0.5]), periodic=True)
    assert turned[0] == pytest.approx(turned[1]) and turned[1] > turned[2]  # as far from 0.02 on the circle
    doubled = posterior.density(np.array([0.2, 0.8]), np.array([3.0, 1.0]), 0, 1, np.linspace(0, 1, 2001))
    assert np.trapz(doubled, dx=1 / 2000) == pytest.approx(1, rel=1e-3)
    assert posterior.quantiles(np.array([3.0, 1, 2]), np.array([1.0, 1, 2]), [0.5])[0] == pytest.approx(2.0)


def test_priors_that_are_the_fit_do_not_count_twice(make_run):
    run = make_run(SCAN.replace("[scan]", 'theta12_deg = { nufit = "normal" }\n[scan]\nsampler = "random"', 1))
    scan = analysis.open(run, sign="any")
    assert posterior.priors_from_fits(scan) == ["theta12"]
    samples = posterior.samples(scan)
    assert samples.left_out == ["theta12"]
    merit, without = targets.merit(scan), targets.merit(scan, ["theta12"])
    columns = {name: scan[name] for name in {*merit.columns, *without.columns, "loglike_theta12"}}
    a, b = merit(columns), without(columns)
    finite = np.isfinite(a)
    with np.errstate(invalid="ignore"):
        difference = a - b
    np.testing.assert_allclose(difference[finite], -2 * columns["loglike_theta12"][finite], atol=1e-9)


def test_tables(scan):
    text, latex, html = (tables.constraints(scan, ["T_R", "m_zp"], form) for form in ("text", "latex", "html"))
    assert "T_R [GeV]" in text and "effective number of samples" in text
    assert r"\begin{tabular}" in latex and "$T_{R}$ [$\\mathrm{GeV}$]" in latex and latex.count(r"\\") == 3
    assert html.count('<th scope="row">') == 2 and "T<sub>R</sub> [GeV]" in html
    frame = posterior.constraints(scan, ["T_R"])
    low95, low68, median, high68, high95 = frame.loc["T_R", ["low95", "low68", "median", "high68", "high95"]]
    assert 1e4 <= low95 <= low68 <= median <= high68 <= high95 <= 2e5


def test_tools_for_chains_get_the_samples(scan, monkeypatch):
    """Their constructors are called as documented; with the packages themselves where they are installed."""
    calls = {}
    fake = types.SimpleNamespace(MCSamples=lambda **keywords: calls.update(keywords))
    monkeypatch.setitem(sys.modules, "getdist", fake)
    scan.to_getdist(["T_R", "Y_B"])
    assert calls["names"] == ["log10_T_R", "Y_B"] and calls["labels"] == [r"\log_{10}T_{R}", "Y_{B}"]
    np.testing.assert_allclose(calls["ranges"]["log10_T_R"], (4, np.log10(2e5)))
    assert calls["samples"].shape == (len(calls["weights"]), 2) and np.all(calls["weights"] > 0)
    np.testing.assert_allclose(np.exp(calls["loglikes"].min() - calls["loglikes"]), calls["weights"])
    for method, package in (("to_getdist", "getdist"), ("to_anesthetic", "anesthetic"), ("to_arviz", "arviz")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(analysis.ScanError, match=f"package {package} is not installed"):
            getattr(scan, method)()


def test_grid_scan_becomes_a_grid(make_run):
    pytest.importorskip("xarray", reason="the Debian package python3-xarray is not installed")
    run = make_run("""
[parameters]
T_R = { min = 1e4, max = 2e5, scale = "log", n = 5 }
g_zp = { min = 5e-4, max = 1.5e-3, scale = "log", n = 4 }
[scan]
sampler = "grid"
""")
    scan = analysis.open(run)
    data = scan.to_xarray(["delta_a_mu", "T_R"])
    assert data["delta_a_mu"].dims == ("T_R", "g_zp") and data["delta_a_mu"].shape == (5, 4)
    one = data.isel(T_R=2, g_zp=3)
    (row,) = np.flatnonzero((scan["T_R"] == float(one["T_R"])) & (scan["g_zp"] == float(one["g_zp"])))
    assert float(one["delta_a_mu"]) == scan["delta_a_mu"][row]
    figure = maps.fraction(scan, ("T_R", "g_zp"))
    mesh = [item for item in figure.axes[0].collections if hasattr(item, "get_coordinates")][-1]
    assert mesh.get_coordinates().shape == (5, 6, 2)  # a cell for each point


def test_figures_in_axes_of_somebody_else(scan):
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 4)
    assert maps.fraction(scan, ("m_zp", "g_zp"), ax=panels[0]) is figure
    profiles.along_axes(scan, ["T_R"], ax=panels[1])
    profiles.overlay([scan, scan.where("T_R > 3e4")], ["all", "hot"], "T_R", ax=panels[2])
    densities.posteriors(scan, ["T_R"], ax=panels[3])
    assert all(panel.get_legend() for panel in panels) and not figure.legends
    with pytest.raises(analysis.ScanError, match="one panel"):
        maps.fraction(scan, ax=panels[0])
    plt.close(figure)


def test_best_row_of_every_bin(scan):
    table = profiles.best_per_bin(scan, "T_R", bins=6)
    merit = targets.merit(scan)
    values = merit({name: scan[name] for name in merit.columns})
    edges = np.geomspace(1e4, 2e5, 7)
    cell = np.clip(np.digitize(scan["T_R"], edges) - 1, 0, 5)
    expected = [np.flatnonzero(cell == number)[np.argmin(values[cell == number])] for number in range(6)
                if np.isfinite(values[cell == number]).any()]  # fmt: skip
    assert table["index"].tolist() == scan["index"][expected].tolist()
    np.testing.assert_array_equal(table["m_zp"], scan["m_zp"][expected])


def test_cut_flow(scan):
    cuts = targets.cut_flow(scan)
    ok = scan["status"] == 0
    assert cuts[0].left == ok.sum() and cuts[-1].left == scan.count(targets.explains_all(scan)) > 0
    assert all(a.left >= b.left for a, b in zip(cuts, cuts[1:]))
    (na64,) = [cut for cut in cuts if "NA64μ" in cut.label]
    assert na64.passing == np.sum(ok & (scan["limit_na64mu"] != 0))
    hard = [name for name in scan.columns if name.startswith("limit_") and targets.is_hard(scan, name)]
    others = np.all([scan[name] != 0 for name in hard if name != "limit_na64mu"], axis=0)
    explained = ok & (scan["explains_g2"] == 1) & (scan["explains_Y_B"] == 1)
    assert na64.only == np.sum(explained & others & (scan["limit_na64mu"] == 0))


def test_chains_say_what_they_are(merged, tmp_path):
    done = command_line("export", merged, "--sign", "any", "-o", tmp_path / "chain.txt")
    assert done.returncode == 0, done.stderr
    about = (tmp_path / "chain.yaml").read_text()
    assert "with |Y_B|" in about and "effective samples" in about
    names = dict(line.split(" ", 1) for line in (tmp_path / "chain.paramnames").read_text().splitlines())
    assert "Y_B*" in names and "log10_T_R" in names and names["log10_minus_lambda_phi_sigma"] == r"\log_{10}(-λ)" \
        .replace("λ", r"\lambda _{\Phi \sigma }")  # fmt: skip


def test_a_model_without_an_asymmetry(make_run, tmp_path):
    """Analytic likelihoods: best points, profiles and chains; nothing else is measured."""
    run = make_run('[model]\nkind = "reference"\n[parameters]\nx1 = { min = -1, max = 1 }\nx2 = { min = -1, max = 1 }\n'
                   "[scan]\npoints = 50\n")  # fmt: skip
    scan = analysis.open(run)
    assert scan.best(1)["merit"][0] == -2 * scan["loglike_total"].max() and not findings.hint(scan)
    assert posterior.samples(scan).names == ["x1", "x2"]
    for verb, output in (("summary", None), ("profile", tmp_path), ("plot", tmp_path), ("report", tmp_path / "r.html")):
        done = command_line(verb, run, *(["-o", output] if output else []))
        assert done.returncode == 0, done.stderr
