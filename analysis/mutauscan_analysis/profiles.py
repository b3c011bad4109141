"""Profile likelihoods: of one axis, of two, of all pairs, and of several runs in one figure."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from . import binned, maximised, sampling, targets
from .axis import Axis
from .binned import Grid, bins_for, checked
from .choice import varying
from .conditions import OK
from .files import ScanError
from .limit_lines import contours
from .maps import finish, prepare
from .style import (
    BLACK, BLUE, GREEN, ONE_COLUMN, ORANGE, PURPLE, SHADES, SKY_BLUE, STAR, TWO_COLUMNS, VERMILION,
    labels_inwards, legend_above, note_below, note_lines, panel_grid, styled,
)  # fmt: skip

# Rise of -2 ln L above its minimum for regions of 68.3 % and 95.4 %
ONE_PARAMETER, TWO_PARAMETERS = (1.0, 4.0), (2.30, 6.18)
CONTOUR_STYLES = ("solid", "dashed")
CONTOUR_ROWS = 50_000  # fewer do not trace contours while all other axes vary
MOST_CORNER_AXES = 8
MOST_HIGH = 0.15  # of the bins inside a 95 % region may have missed their best point
SEARCHED_BINS, SEARCHED_CELLS = 30, 20  # along an axis, where the model is asked for each
OF_RUNS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK)


@styled
def likelihood(scan, axes=None, bins=None, ax=None, maximise=False):
    """Profile likelihood ratio in the cells of two axes, with 68 and 95 % contours, or of the panels of pairs().

    The panels have contours if there are enough rows for them. ax: draws one panel there. maximise: searches each cell
    with the model (see maximised.py).
    """
    chosen, drawn, cells = prepare(scan, axes, bins or (SEARCHED_CELLS if maximise else None))
    merit, with_contours = targets.merit(scan), maximise or axes is not None or sampling.learns(scan) or scan.count(OK) >= CONTOUR_ROWS
    figure, panels = panel_grid(len(chosen), 2.1 if len(chosen) > 1 else 2.5, ax=ax)
    grids = [Grid([drawn[x], drawn[y]], cells) for x, y in chosen]
    rises, best, points = _profiles(scan, grids, maximise)
    for panel, grid, rise in zip(panels, grids, rises):
        mesh = _profile_map(panel, grid, rise, best, with_contours=with_contours)
    figure.colorbar(mesh, ax=panels, pad=0.02, aspect=30, label=ratio_label(merit))
    handles, labels = contour_legend() if with_contours else [items[:1] for items in contour_legend()]
    legend_above(figure, handles, labels, _note(scan, best, rises if with_contours else [], points), ax)
    return figure


@styled
def best_points(scan, axes, colour, bins=None, ax=None):
    """A column at the best point of each cell of two axes, with the 68 and 95 % contours of the profile likelihood."""
    (pair,), drawn, bins = prepare(scan, axes, bins)
    grid, merit = Grid([drawn[name] for name in pair], bins), targets.merit(scan)
    best, shade = scan.best(1, [axis.name for axis in grid.axes]), Axis(scan.where(OK), colour)
    found = grid.best_rows(scan, merit, [shade.name])
    figure, (panel,) = panel_grid(1, 2.5, ax=ax)
    mesh = panel.pcolormesh(*grid.edges, shade.drawn(found).T, cmap="viridis", norm=shade.norm(), rasterized=True)
    shade.label_colours(figure.colorbar(mesh, ax=panel, pad=0.02, aspect=30))
    rise = found["merit"] - best["merit"][0]
    _draw_contours(panel, grid, rise)
    finish(panel, grid, best, few=False)
    legend_above(figure, *contour_legend(), _note(scan, best, [rise]), ax)
    return figure


def best_per_bin(scan, axes, bins=None, columns=None):
    """DataFrame with the best row of every bin of one axis or cell of two, those with a likelihood; index and merit in it."""
    axes = [axes] if isinstance(axes, str) else list(axes)
    grid = Grid([Axis(scan.where(OK), name) for name in axes], checked(bins) or bins_for(scan.count(OK), len(axes)))
    columns = list(dict.fromkeys(["index", *(axis.name for axis in grid.axes), *(columns or scan.axes)]))
    found = grid.best_rows(scan, targets.merit(scan), columns)
    table = pd.DataFrame({name: values.ravel() for name, values in found.items()}).dropna(subset=["merit"])
    return table.astype({"index": int}).reset_index(drop=True)


@styled
def corner(scan, names=None, bins=None):
    """Profile likelihood of each of the axes and of each pair of them, with contours if there are enough rows."""
    names = names or varying(scan)[:MOST_CORNER_AXES]
    merit, valid = targets.merit(scan), scan.where(OK)
    axes = {name: Axis(valid, name) for name in names}
    best = scan.best(1, [axis.name for axis in axes.values()])
    bins = checked(bins) or bins_for(len(valid), 2)
    size = len(names)
    if size == 1:
        return along_axes(scan, names, bins)
    width = TWO_COLUMNS if size > 2 else ONE_COLUMN
    figure, panels = plt.subplots(size, size, figsize=(width, width), squeeze=False)
    with_contours = len(valid) >= CONTOUR_ROWS or sampling.learns(scan)
    figure.subplots_adjust(0.68 / width, 0.5 / width, 1 - 0.1 / width, 1 - 0.1 / width, wspace=0.1, hspace=0.1)
    cells = [Grid([axes[x], axes[y]], bins) for row, y in enumerate(names) for x in names[:row]]
    lines = [Grid([axes[name]], bins_for(len(valid), 1)) for name in names]
    rises = [values - best["merit"][0] for values in binned.lowest([*lines, *cells], scan, merit)]
    below = iter(zip(cells, rises[size:]))
    for row, y in enumerate(names):
        for column, x in enumerate(names):
            panel = panels[row, column]
            if column > row:
                panel.remove()
                continue
            if column == row:
                profile_curve(panel, lines[row], rises[row], best)
                axes[x].apply_to(panel, "x", few=True)
                panel.set_ylabel(ratio_label(merit))
            else:
                grid, rise = next(below)
                mesh = _profile_map(panel, grid, rise, best, few=True, with_contours=with_contours)
            panel.tick_params(labelsize=7 if size < 6 else 6)
            labels_inwards(panel, "x")
            labels_inwards(panel, "y")
            if row < size - 1:
                panel.set_xlabel("")
                panel.tick_params(axis="x", which="both", labelbottom=False)
            if column:
                panel.set_ylabel("")
                panel.tick_params(axis="y", which="both", labelleft=False)
    figure.align_labels()
    share = 0.42 if size > 3 else 0.3  # of the width of the figure
    bar = figure.add_axes([1 - 0.2 / width - share, 1 - 0.25 / width, share, 0.1 / width])
    figure.colorbar(mesh, cax=bar, orientation="horizontal", label=ratio_label(merit))
    place = (1 - 0.1 / width, 1 - 0.75 / width)
    legend = contour_legend(BLACK if with_contours else VERMILION)
    figure.legend(*legend, loc="upper right", bbox_to_anchor=place, ncol=3 if size > 3 else 1)
    note = _note(scan, best, rises[:size])
    figure.subplots_adjust(bottom=(0.5 + 0.11 * len(note_lines(figure, note))) / width)
    note_below(figure, note)
    return figure


@styled
def along_axes(scan, names=None, bins=None, ax=None, maximise=False):
    """Profile likelihood ratio along each axis. ax: draws one there. maximise: searches each bin with the model (see
    maximised.py)."""
    names, valid = names or varying(scan), scan.where(OK)
    bins = checked(bins) or (SEARCHED_BINS if maximise else bins_for(len(valid), 1))
    grids = [Grid([Axis(valid, name)], bins) for name in names]
    rises, best, points = _profiles(scan, grids, maximise)
    figure, panels = panel_grid(len(names), 1.7 if len(names) > 1 else 2.4, ax=ax)
    for number, (panel, grid, rise) in enumerate(zip(panels, grids, rises)):
        profile_curve(panel, grid, rise, best)
        grid.axes[0].apply_to(panel, "x")
        if number % 3 == 0:
            panel.set_ylabel(ratio_label(targets.merit(scan)))
        else:
            panel.tick_params(axis="y", labelleft=False)
    legend_above(figure, *contour_legend(VERMILION), _note(scan, best, rises, points), ax)
    return figure


@styled
def overlay(scans, labels, axes, bins=None, ax=None):
    """Profiles of several runs in one panel: curves along one axis, or 68 and 95 % contours over two.

    Each is relative to the best point of its own run. The axes have the range of the first run.
    """
    axes = [axes] if isinstance(axes, str) else list(axes)
    if len(scans) != len(labels) or not 1 <= len(scans) <= len(OF_RUNS):
        raise ScanError(f"overlay: takes up to {len(OF_RUNS)} runs, and a label for each")
    if len(axes) not in (1, 2):
        raise ScanError("overlay: along one axis, or over two")
    figure, (panel,) = panel_grid(1, 2.5, ax=ax)
    drawn = [Axis(scans[0].where(OK), name) for name in axes]
    handles, notes = [], []
    for scan, label, colour in zip(scans, labels, OF_RUNS):
        merit, best = targets.merit(scan), scan.best(1, [axis.name for axis in drawn])
        grid = Grid(drawn, checked(bins) or bins_for(scan.count(OK), len(drawn)))
        rise = grid.lowest(scan, merit) - best["merit"][0]
        if len(axes) == 1:
            panel.stairs(np.nan_to_num(np.exp(-rise / 2)), grid.edges[0], color=colour, linewidth=1.1)
        else:
            _draw_contours(panel, grid, rise, colour)
            panel.plot(*(axis.drawn(best) for axis in drawn), **STAR | dict(color=colour, markersize=7))
        handles.append(Line2D([], [], color=colour))
        notes.append(f"{label}: {targets.about_figure(scan, best)}")
    for axis, edges, direction in zip(drawn, grid.edges, "xy"):
        axis.apply_to(panel, direction)
        getattr(panel, f"set_{direction}lim")(edges[0], edges[-1])
    if len(axes) == 1:
        for rise, style in zip(ONE_PARAMETER, CONTOUR_STYLES):
            panel.axhline(np.exp(-rise / 2), color="0.5", linewidth=0.7, linestyle=style, zorder=0)
        panel.set_ylim(0, 1.05)
        panel.set_ylabel(ratio_label(targets.merit(scans[0])))
    lines = [Line2D([], [], color="0.4", linestyle=style) for style in CONTOUR_STYLES]
    legend_above(figure, [*handles, *lines], [*labels, "68 %", "95 %"], "; ".join(notes), ax)
    return figure


def ratio_label(merit):
    """Of the axis that shows exp(-(merit - best)/2)."""
    return "$L/L_\\mathrm{max}$" if merit.is_likelihood else r"$\exp(-\Delta\chi^2/2)$"


def _profiles(scan, grids, maximise):
    """The rise in the cells of each grid, the best point, and how many points a search asked the model for."""
    if maximise:
        search = maximised.Search(scan)
        lowest = [search.lowest(grid) for grid in grids]
        best, points = search.best(), search.points
    else:
        merit, points = targets.merit(scan), 0
        best = scan.best(1, [axis.name for grid in grids for axis in grid.axes])
        lowest = binned.lowest(grids, scan, merit)
    return [values - best["merit"][0] for values in lowest], best, points


def profile_curve(panel, grid, rise, best):
    """One-dimensional profile: the best point of every bin, with the 68 and 95 % levels."""
    axis, edges = grid.axes[0], grid.edges[0]
    ratio = np.nan_to_num(np.exp(-rise / 2))
    panel.stairs(ratio, edges, fill=True, color=SKY_BLUE, alpha=0.5, linewidth=0)
    panel.stairs(ratio, edges, color=BLACK, linewidth=0.8)
    for level, style in zip(ONE_PARAMETER, CONTOUR_STYLES):
        panel.axhline(np.exp(-level / 2), color=VERMILION, linewidth=0.7, linestyle=style)
    low, high = edges[[0, -1]]
    if low <= axis.drawn(best)[0] <= high:
        panel.plot(axis.drawn(best), [1.0], clip_on=False, zorder=5, **STAR)
    panel.set_xlim(low, high)
    panel.set_ylim(0, 1.12)


def is_ragged(rise):
    """Whether a profile is noise of the sampling: too many bins inside the 95 % region lie above the middle of their
    neighbours by more than the 68 % level, as bins do whose best point was not found; a maximum of the likelihood does not.

    rise: -2 ln L above its minimum, in bins of one axis or cells of two.
    """
    level = (ONE_PARAMETER, TWO_PARAMETERS)[rise.ndim - 1]
    filled, high, inside = np.where(np.isnan(rise), np.inf, rise), 0, 0
    for axis in range(rise.ndim):
        line = np.moveaxis(filled, axis, 0)
        middle = (line[:-2] + line[2:]) / 2
        within = middle < level[1]
        inside += within.sum()
        high += (within & (line[1:-1] > middle + level[0])).sum()
    return high > max(1, MOST_HIGH * inside)


def _note(scan, best, rises, points=0):
    note = targets.about_figure(scan, best)
    if points:
        note += f"; each bin searched with the model, {points} points in all"
    if not any(is_ragged(rise) for rise in rises):
        return note
    advice = "take a finer grid" if scan.sampler == "grid" else "take more points or fewer bins, or search them (--maximise)"
    return f"{note}. Not converged: bins lie below their neighbours by more than the 68 % level" + (
        "" if points else f"; {advice}")  # fmt: skip


def _profile_map(panel, grid, rise, best, few=False, with_contours=True):
    """Draws exp(-rise/2) of every cell, and the contours of two parameters; returns the mesh."""
    mesh = panel.pcolormesh(*grid.edges, np.exp(-rise.T / 2), cmap=SHADES, vmin=0, vmax=1, rasterized=True)
    if with_contours:
        _draw_contours(panel, grid, rise)
    finish(panel, grid, best, few)
    return mesh


def _draw_contours(panel, grid, rise, colour=BLACK):
    filled = np.where(np.isnan(rise), np.inf, rise)  # outside every region
    levels = sorted(-level for level in TWO_PARAMETERS)
    contours(panel, grid, -np.minimum(filled, 50), levels, [colour], CONTOUR_STYLES[::-1])


def contour_legend(colour=BLACK):
    """Handles and labels."""
    handles = [Line2D([], [], **STAR), *(Line2D([], [], color=colour, linestyle=style) for style in CONTOUR_STYLES)]
    return handles, ["best point", "68 %", "95 %"]
