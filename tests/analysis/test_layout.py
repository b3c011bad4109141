"""Texts of figures neither meet nor are cut, whatever the figure."""

import itertools

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

import mutauscan_analysis as analysis
from mutauscan_analysis import densities, maps, profiles, scatter
from support import GENERIC_SCAN, ONE_AXIS_SCAN

SLACK = 2.0  # pixels at 100 per inch: white around letters


def texts(figure):
    """Every text that is drawn, with its box."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    outside = set()  # labels of ticks beyond the ends of their axis, which are not drawn
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_transform().transform(axis.get_view_interval()))
            slack = 1e-6 * (high - low)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low - slack <= axis.get_transform().transform([tick.get_loc()])[0] <= high + slack:
                    outside |= {id(tick.label1), id(tick.label2)}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in outside:
            yield text, text.get_window_extent(renderer)


def assert_readable(figure):
    found = list(texts(figure))
    page = figure.bbox
    for text, box in found:
        assert box.x0 > -SLACK and box.y0 > -SLACK and box.x1 < page.x1 + SLACK and box.y1 < page.y1 + SLACK, \
            f"cut: {text.get_text()!r}"  # fmt: skip
    for (a, box), (b, other) in itertools.combinations(found, 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        up = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across < SLACK or up < SLACK, f"{a.get_text()!r} meets {b.get_text()!r}"
    plt.close(figure)


FIGURES = {
    "where": scatter.where,
    "asymmetry": scatter.asymmetry,
    "asymmetry against a ratio": lambda scan: scatter.asymmetry(scan, "M1_TR / T_R"),
    "maps": maps.fraction,
    "map": lambda scan: maps.fraction(scan, ("m_zp", "g_zp")),
    "map of cells": lambda scan: maps.fraction(scan, ("m_zp", "g_zp"), bins=6),
    "likelihoods": profiles.likelihood,
    "likelihood": lambda scan: profiles.likelihood(scan, ("m_zp", "Y_B")),
    "profiles": profiles.along_axes,
    "profile": lambda scan: profiles.along_axes(scan, ["T_R"]),
    "signed": lambda scan: profiles.along_axes(scan, ["eps_scalar_2", "delta_a_mu", "M_mutau"]),
    "short": lambda scan: profiles.along_axes(scan, ["T_R:log:4e4:6e4", "T_R:log:5.2e4:5.3e4", "m_zp:linear:0.1:0.101"]),
    "corner": profiles.corner,
    "corner of two": lambda scan: profiles.corner(scan, ["g_zp", "Y_B"]),
    "best points": lambda scan: profiles.best_points(scan, ("m_zp", "g_zp"), "T_R"),
    "overlay": lambda scan: profiles.overlay([scan, scan.where("T_R > 3e4")], ["all", "hot"], "T_R"),
    "posteriors": densities.posteriors,
    "posterior": lambda scan: densities.pair(scan, ("m_zp", "g_zp")),
}


@pytest.mark.parametrize("name", FIGURES)
def test_texts_of_figures(merged, name):
    assert_readable(FIGURES[name](analysis.open(merged, "any")))


@pytest.mark.parametrize("config", [GENERIC_SCAN, ONE_AXIS_SCAN])
def test_texts_of_figures_of_other_axes(make_run, config):
    scan = analysis.open(make_run(config), "any")
    for draw in (scatter.where, scatter.asymmetry, maps.fraction, profiles.along_axes, profiles.corner, densities.posteriors):
        assert_readable(draw(scan))
