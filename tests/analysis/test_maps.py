"""What maps, profiles and corner plots show, against numbers found here another way."""

import shutil
import types

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.path import Path

import mutauscan_analysis as analysis
from mutauscan_analysis import limit_lines, maps, profiles, style, targets
from mutauscan_analysis.axis import Axis
from mutauscan_analysis.binned import Grid
from mutauscan_analysis.conditions import OK
from support import command_line


def mesh_values(panel):
    """Values of the cells of the last map drawn in a panel."""
    mesh = [item for item in panel.collections if hasattr(item, "get_coordinates")][-1]
    return mesh.get_array().reshape(mesh.get_coordinates().shape[0] - 1, -1)


def reference_profile(scan, x, y, x_edges, y_edges):
    """Smallest chi^2 in every cell, by a loop over the rows."""
    lowest = np.full((len(x_edges) - 1, len(y_edges) - 1), np.inf)
    merit = targets.merit(scan)
    values = merit({name: scan[name] for name in merit.columns})
    for a, b, value in zip(scan[x], scan[y], values):
        i, j = np.sum(x_edges[1:-1] <= a), np.sum(y_edges[1:-1] <= b)
        lowest[i, j] = min(lowest[i, j], value)
    return lowest


@pytest.mark.parametrize("kind", ["merged", "without_verdicts", "observed_sign"])
def test_map_of_the_explained_fraction(kind, request):
    scan = analysis.open(request.getfixturevalue(kind), "observed" if kind == "observed_sign" else "any")
    figure = maps.fraction(scan, ("m_zp", "g_zp"), bins=5)
    panel, colours = figure.axes
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("$m_{Z′}$ [GeV]", "$g_{Z′}$ [$10^{-3}$]")
    assert panel.get_xlim() == pytest.approx((2e-2, 2e-1)) and panel.get_ylim() == pytest.approx((5e-4, 1.5e-3))
    assert figure.get_figwidth() == style.ONE_COLUMN and colours.get_ylabel() == "fraction of valid points"
    assert any("sign of" in text.get_text() for text in figure.texts) == (kind != "observed_sign")
    x_edges, y_edges = np.geomspace(2e-2, 2e-1, 6), np.geomspace(5e-4, 1.5e-3, 6)
    ok = scan["status"] == 0
    good = ok & targets.explains_g_minus_2(scan["delta_a_mu"]) & targets.has_right_asymmetry(scan["Y_B"])
    if "allowed" in scan:
        good &= scan["allowed"] == 1
    count = [np.histogram2d(scan["m_zp"][mask], scan["g_zp"][mask], (x_edges, y_edges))[0] for mask in (ok, good)]
    assert count[1].sum() > 0
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(np.ma.filled(mesh_values(panel), np.nan), (count[1] / count[0]).T)
    best = scan.best(1)
    star = panel.lines[-1]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (best["m_zp"][0], best["g_zp"][0])


def test_profile_map(without_verdicts):
    scan = analysis.open(without_verdicts, "any")
    figure = profiles.likelihood(scan, ("T_R", "M_mutau"), bins=6)
    panel, colours = figure.axes
    edges = np.geomspace(1e4, 2e5, 7), np.geomspace(4e6, 2.5e7, 7)
    lowest = reference_profile(scan, "T_R", "M_mutau", *edges)
    expected = np.exp(-(lowest - scan.best(1)["merit"][0]) / 2)
    drawn = np.ma.filled(mesh_values(panel), 0)
    np.testing.assert_allclose(drawn, expected.T, atol=1e-12)
    assert drawn.max() == 1 and colours.get_ylabel() == r"$\exp(-\Delta\chi^2/2)$"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["best point", "68 %", "95 %"]


def test_negative_axis_is_drawn_with_the_opposite_sign(merged):
    scan = analysis.open(merged, "any")
    panel = profiles.likelihood(scan, ("lambda_phi_sigma", "h_etau"), bins=5).axes[0]
    assert panel.get_xlabel() == "−$λ_{Φσ}$" and panel.get_xlim() == pytest.approx((1e-4, 1e-2))
    assert panel.lines[-1].get_xdata()[0] == -scan.best(1)["lambda_phi_sigma"][0]


def test_profiles_along_axes(merged):
    scan = analysis.open(merged, "any")
    figure = profiles.along_axes(scan, bins=8)
    labels = [panel.get_xlabel() for panel in figure.axes]
    assert labels[3:] == ["$T_{R}$ [GeV]", "$g_{Z′}$ [$10^{-3}$]", "$m_{Z′}$ [GeV]"]
    valid = scan.where(OK)
    for panel, name in zip(figure.axes, scan.axes):
        edges = Axis(valid, name).edges(8)
        heights = next(patch for patch in panel.patches if hasattr(patch, "get_data")).get_data()
        np.testing.assert_allclose(heights.edges, edges)
        merit = targets.merit(scan)
        values = merit({column: scan[column] for column in merit.columns})
        cell = np.clip(np.digitize(np.abs(scan[name]), edges) - 1, 0, 7)
        lowest = np.array([values[cell == number].min(initial=np.inf) for number in range(8)])
        np.testing.assert_allclose(heights.values, np.exp(-(lowest - values.min()) / 2), atol=1e-12)
        assert heights.values.max() == 1


def test_corner(without_verdicts):
    scan = analysis.open(without_verdicts, "any")
    figure = profiles.corner(scan, ["T_R", "g_zp", "m_zp"], bins=6)
    panels = figure.axes[:6]
    assert len(figure.axes) == 7  # and the colour bar
    assert [panel.get_xlabel() for panel in panels[-3:]] == ["$T_{R}$ [GeV]", "$g_{Z′}$ [$10^{-3}$]", "$m_{Z′}$ [GeV]"]
    assert [panel.get_ylabel() for panel in panels] == [
        r"$\exp(-\Delta\chi^2/2)$", "$g_{Z′}$ [$10^{-3}$]", "", "$m_{Z′}$ [GeV]", "", "",
    ]  # fmt: skip
    bottom_left = reference_profile(scan, "T_R", "m_zp", np.geomspace(1e4, 2e5, 7), np.geomspace(2e-2, 2e-1, 7))
    expected = np.exp(-(bottom_left - scan.best(1)["merit"][0]) / 2)
    np.testing.assert_allclose(np.ma.filled(mesh_values(panels[3]), 0), expected.T, atol=1e-12)
    assert figure.get_figwidth() == style.TWO_COLUMNS


def test_limits_and_likelihood_of_the_file(observed_sign):
    scan = analysis.open(observed_sign)
    figure = maps.fraction(scan, ("m_zp", "g_zp"), bins=6)
    drawn = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"excluded: CCFR", "excluded: NA64μ"} <= set(drawn)
    assert not any("vacuum" in label for label in drawn)  # which other axes decide about
    assert not any("Σm" in label or "m_ββ" in label for label in drawn)
    assert any(item.get_path_effects() for item in figure.axes[0].lines)
    figure = profiles.likelihood(scan, ("m_zp", "g_zp"), bins=6)
    assert figure.axes[1].get_ylabel() == "$L/L_\\mathrm{max}$"
    best = scan.best(1)
    drawn = figure.axes[0].lines[-1]
    assert (drawn.get_xdata()[0], drawn.get_ydata()[0]) == (best["m_zp"][0], best["g_zp"][0])


def test_ticks_of_a_limit_lie_on_the_side_it_excludes():
    """A limit g < 0.02 m over a grid of points: the line through the middles of cells, and its ticks."""
    class Line:
        name, scale = "x", "linear"

        def centres(self, edges):
            return (edges[1:] + edges[:-1]) / 2

    grid = types.SimpleNamespace(axes=[Line(), Line()], edges=[np.linspace(0, 1, 11)] * 2, shape=(10, 10))
    middle = np.linspace(0.05, 0.95, 10)
    excluded = (middle[None, :] > middle[:, None] + 1e-9).astype(float)  # y > x
    figure, panel = plt.subplots()
    assert limit_lines.draw_border(panel, grid, excluded, "black", "solid")
    panel.set(xlim=(0, 1), ylim=(0, 1))
    panel.set_axis_off()
    figure.canvas.draw()
    ink = np.asarray(figure.canvas.buffer_rgba())[..., 0] < 128
    rows, columns = np.nonzero(ink)
    x, y = panel.transData.inverted().transform(np.column_stack([columns, ink.shape[0] - rows])).T
    assert np.sum(y > x + 0.07) > 3 * np.sum(y < x - 0.03)


@pytest.mark.parametrize("points", [[(0, 0), (0, 0)], [(0.5, 0.5)], [(0, 0), (1e-9, 0)], [(0, 0), (1, 1), (1, 1)]])
def test_ticks_along_lines_of_any_length(points):
    figure, panel = plt.subplots()
    panel.add_collection(PathCollection([Path(points)], facecolors="none", edgecolors="black",
                                        path_effects=[limit_lines.TicksOnOneSide(spacing=6)]))  # fmt: skip
    figure.canvas.draw()


def test_cells_of_failed_points_and_cells_without_points(without_verdicts, tmp_path):
    path = tmp_path / "failed.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        file["status"][...] = np.where(file["T_R"][()] > 9e4, 3, file["status"][()])
    figure = maps.fraction(analysis.open(path), ("T_R", "g_zp"), bins=4)
    assert "no valid point" in [text.get_text() for text in figure.legends[0].get_texts()]
    values = np.ma.filled(mesh_values(figure.axes[0]), np.nan)
    assert np.isnan(values[:, -1]).all() and np.isfinite(values[:, 0]).any()


def test_grid_scan_keeps_the_points_at_its_ends(make_run):
    run = make_run("""
[parameters]
T_R = { min = 1e4, max = 2e5, scale = "log", n = 5 }
g_zp = { min = 5e-4, max = 1.5e-3, scale = "log", n = 4 }
[scan]
sampler = "grid"
""")
    scan = analysis.open(run)
    valid = scan.where(OK)
    grid = Grid([Axis(valid, "T_R"), Axis(valid, "g_zp")], 6)
    assert grid.counts(scan, [OK]).sum() == len(valid)


def test_commands_write_figures(run, tmp_path):
    for arguments, names in (
        (["plot", "-x", "m_zp", "-y", "g_zp"], ["map-m_zp-g_zp"]),
        (["profile", "--sign", "any"], ["profiles"]),
        (["profile", "-x", "T_R", "--bins", "10", "--sign", "any"], ["profiles"]),
        (["profile", "-x", "m_zp", "-y", "Y_B:symlog", "--where", "T_R > 3e4", "--sign", "any"], ["profile-m_zp-Y_B"]),
        (["plot", "-x", "M1_TR / T_R"], ["asymmetry-M1_TR_T_R"]),
        (["corner", "--columns", "g_zp, m_zp", "--sign", "any"], ["corner"]),
    ):
        verb, *rest = arguments
        done = command_line(verb, run, *rest, "-o", tmp_path)
        assert done.returncode == 0, done.stderr
        expected = [str(tmp_path / f"{name}.{suffix}") for name in names for suffix in ("pdf", "png")]
        assert done.stdout.splitlines() == expected
        assert (tmp_path / f"{names[0]}.pdf").read_bytes().startswith(b"%PDF")
        assert (tmp_path / f"{names[0]}.png").stat().st_size > 5000


def test_curves_of_limits_are_drawn_as_published(observed_sign):
    """On the panel (m_zp, g_zp) and turned over; ticks on the side where the rows say the limit excludes."""
    scan = analysis.open(observed_sign)
    curve = targets.curve(scan, "limit_ccfr")
    assert curve["axes"] == ["m_zp", "g_zp"] and curve["excluded"] == "above"
    at = np.exp(np.interp(np.log(scan["m_zp"]), np.log(curve["x"]), np.log(curve["y"])))
    ok = scan["status"] == 0
    np.testing.assert_array_equal((scan["g_zp"] > at)[ok], (scan["limit_ccfr"] == 0)[ok])
    for name, axes in (("limit_ccfr", ("m_zp", "g_zp")), ("limit_n_eff_35", ("m_zp", "g_zp")), ("limit_ccfr", ("g_zp", "m_zp"))):
        curve = targets.curve(scan, name)
        grid = Grid([Axis(scan.where(OK), f"{one}:log:1e-4:1") for one in axes], 10)
        figure, panel = plt.subplots()
        panel.set(xscale="log", yscale="log", xlim=(1e-4, 1), ylim=(1e-4, 1))
        assert limit_lines.draw_curve(panel, grid, curve, "black", "solid")
        x, y = panel.lines[0].get_data()
        if curve["axes"] != list(axes):
            x, y = y, x
        np.testing.assert_allclose(np.interp(np.log(curve["x"]), np.log(x), np.log(y)), np.log(curve["y"]), rtol=1e-3)
        panel.set_axis_off()
        figure.canvas.draw()
        ink = np.asarray(figure.canvas.buffer_rgba())[..., 0] < 128
        rows, columns = np.nonzero(ink)
        places = panel.transData.inverted().transform(np.column_stack([columns, ink.shape[0] - rows]))
        px, py = places.T if curve["axes"] == list(axes) else places.T[::-1]
        inside = (px > curve["x"][0] * 1.2) & (px < curve["x"][-1] / 1.2)
        line = np.exp(np.interp(np.log(px[inside]), np.log(curve["x"]), np.log(curve["y"])))
        above, below = np.sum(py[inside] > 1.03 * line), np.sum(py[inside] < line / 1.03)
        assert (above > 3 * below) if curve["excluded"] == "above" else (below > 3 * above), (name, axes, above, below)


def test_borders_are_drawn_only_where_cells_show_them():
    cells = np.add.outer(np.arange(15), np.arange(15))
    sharp = (cells > 14).astype(float)
    assert limit_lines.shows_border(sharp)
    rng = np.random.default_rng(1)
    assert not limit_lines.shows_border(rng.random((15, 15)).round())  # other axes decide
    islands = sharp.copy()
    islands[2, 2] = 1.0
    assert not limit_lines.shows_border(islands)
    assert not limit_lines.shows_border(np.where(rng.random((15, 15)) < 0.6, np.nan, sharp))  # few cells are valid
    assert not limit_lines.shows_border(np.zeros((15, 15))) and not limit_lines.shows_border(np.ones((15, 15)))


def test_lines_keep_out_of_cells_without_valid_points():
    """The border ends where valid cells do."""
    class Line:
        def centres(self, edges):
            return (edges[1:] + edges[:-1]) / 2

    grid = types.SimpleNamespace(axes=[Line(), Line()], edges=[np.linspace(0, 1, 16)] * 2, shape=(15, 15))
    shares = (np.add.outer(np.zeros(15), np.arange(15)) > 7).astype(float)
    shares[10:, :] = np.nan
    figure, panel = plt.subplots()
    drawn = limit_lines.contours(panel, grid, shares, [0.5], ["black"], ["solid"])
    (line,) = [path.vertices for path in drawn.collections[0].get_paths()]
    assert line[:, 0].max() < 10 / 15 and line[:, 0].min() == 0


def test_ragged_profiles_are_said_to_be(without_verdicts):
    smooth = np.linspace(-3, 3, 20) ** 2
    assert not profiles.is_ragged(smooth)
    assert profiles.is_ragged(np.where(np.arange(20) % 2, smooth, smooth + 3))
    scan = analysis.open(without_verdicts, "any")
    text = " ".join(text.get_text() for text in profiles.along_axes(scan, bins=20).texts)
    assert "Not converged" in text and "best" in text


def test_few_successes_are_points(observed_sign):
    scan = analysis.open(observed_sign)
    figure = maps.fraction(scan, ("m_zp", "g_zp"))
    count = scan.count(targets.explains_all(scan))
    assert count > 0 and any(len(line.get_xdata()) == count for line in figure.axes[0].lines)
    assert f"explains everything: {count}" in [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize("text, words", [
    ("T_R:log:1e4", "an axis is"), ("T_R:square", "an axis is"), ("T_R:log:2:1", "the lower first"), ("T_R:log:a:b", "LOW"),
    ("T_R:log:-1:1", "positive"), ("no_such", "no column"),
])  # fmt: skip
def test_axes_that_make_no_sense(merged, text, words):
    with pytest.raises(analysis.ScanError, match=words):
        Axis(analysis.open(merged), text)
    with pytest.raises(analysis.ScanError, match="bins"):
        maps.fraction(analysis.open(merged), ("T_R", "g_zp"), bins=-3)


def test_signed_columns_are_symmetric_logarithmic(merged):
    axis = Axis(analysis.open(merged), "eps_scalar_2")
    assert axis.scale == "symlog" and 0 < axis.norm().linthresh < 0.1 * max(abs(axis.low), abs(axis.high))
    assert Axis(analysis.open(merged), "T_R:linear:0:1e5").label == "$T_{R}$ [$10^{5}$ GeV]"
