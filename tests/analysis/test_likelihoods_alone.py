"""Scans of likelihoods without measurements (kind reference), lists of a few points, and scans without a valid point."""

import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import report, scatter
from mutauscan_analysis.axis import Axis
from support import NO_OK_POINT, command_line

REFERENCE = """
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


@pytest.fixture(scope="module")
def reference(make_run):
    return make_run(REFERENCE)


def test_where_the_likelihood_is_large(reference):
    """Points within the 95 and 68 % regions of the best, instead of points that explain what nobody measured."""
    scan = analysis.open(reference)
    rise = -2 * (scan["loglike_total"] - scan["loglike_total"].max())
    lines = scatter.where(scan).axes[0].lines
    assert [len(line.get_xdata()) for line in lines] == [300, np.sum(rise <= 6.18), np.sum(rise <= 2.30)]
    text = command_line("summary", reference).stdout
    assert f"within 6.18 of the best ({np.sum(rise <= 6.18)})" in text and "explain" not in text and "everything" not in text


def test_page_and_figures(reference, tmp_path):
    scan = analysis.open(reference)
    text = report.write(scan, tmp_path / "page.html").read_text()
    assert "Where is the likelihood large?" in text and "explain everything" not in text
    assert command_line("plot", reference, "-o", tmp_path).returncode == 0
    assert {path.name for path in tmp_path.glob("*.png")} == {"where.png", "maps.png"}


def test_no_maps_of_failures(make_run, tmp_path):
    run = make_run(NO_OK_POINT.replace("[scan]", "T_R = { min = 1e4, max = 1e5 }\n[scan]"))
    assert command_line("plot", run, "-o", tmp_path).returncode == 0
    assert {path.name for path in tmp_path.glob("*.png")} == {"where.png"}


def test_places_of_a_list_are_points_and_repeated_values_are_bins(program, tmp_path):
    """Five points are drawn as points; three values that many points share have a bin each."""
    rows = {"places": [(5e4, 0.1), (6e4, 0.05), (3e4, 0.2), (1e5, 0.03), (8e4, 0.5)],
            "values": [(t, m) for t in (3e4, 5e4, 9e4) for m in (0.05, 0.1, 0.2, 0.3)]}  # fmt: skip
    for name, points in rows.items():
        (tmp_path / f"{name}.csv").write_text("T_R,m_zp\n" + "".join(f"{t},{m}\n" for t, m in points))
        (tmp_path / f"{name}.toml").write_text(f'[scan]\nsampler = "list"\nfile = "{name}.csv"\n')
        program.run("scan", tmp_path / f"{name}.toml", "--out", tmp_path / name)
        axis = Axis(analysis.open(tmp_path / name), "T_R")
        assert axis.is_discrete == (name == "values") and len(axis.edges(8)) == (4 if name == "values" else 9)


def test_the_whole_box_is_shown(make_run):
    """Also of one point."""
    scan = analysis.open(make_run('[parameters]\nT_R = { min = 1e4, max = 2e5, scale = "log" }\n[scan]\npoints = 1\n'), "any")
    for figure in (scatter.where(scan), scatter.asymmetry(scan)):
        low, high = figure.axes[0].get_xlim()
        assert 0.8e4 < low < 1e4 and 2e5 < high < 2.5e5
