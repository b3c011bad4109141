"""Profile likelihoods: of one axis, of two, of all pairs, and of several runs in one figure."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from . import targets
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
OF_RUNS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK)


@styled
def likelihood(scan, axes=None, bins=None, ax=None):
    """Profile likelihood ratio in the cells of two axes, with 68 and 95 % contours, or of the panels of pairs().

    The panels have contours if there are enough rows for them. ax: draws one panel there.
    """
    chosen, drawn, bins = prepare(scan, axes, bins)
    merit, best = targets.merit(scan), scan.best(1, [axis.name for axis in drawn.values()])
    with_contours = axes is not None or scan.count(OK) >= CONTOUR_ROWS
    figure, panels = panel_grid(len(chosen), 2.1 if len(chosen) > 1 else 2.5, ax=ax)
    rises = []
    for panel, (x, y) in zip(panels, chosen):
        grid = Grid([drawn[x], drawn[y]], bins)
        mesh, rise = _profile_map(panel, grid, scan, merit, best, with_contours=with_contours)
        rises.append(rise)
    figure.colorbar(mesh, ax=panels, pad=0.02, aspect=30, label=ratio_label(merit))
    handles, labels = contour_legend() if with_contours else [items[:1] for items in contour_legend()]
    legend_above(figure, handles, labels, _note(scan, best, rises if with_contours else []), ax)
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
    width = TWO_COLUMNS if size > 2 else ONE_COLUMN
    figure, panels = plt.subplots(size, size, figsize=(width, width), squeeze=False)
    with_contours = len(valid) >= CONTOUR_ROWS
    figure.subplots_adjust(0.68 / width, 0.5 / width, 1 - 0.1 / width, 1 - 0.1 / width, wspace=0.1, hspace=0.1)
    rises, mesh = [], None
    for row, y in enumerate(names):
        for column, x in enumerate(names):
            panel = panels[row, column]
            if column > row:
                panel.remove()
                continue
            if column == row:
                rises.append(profile_curve(panel, axes[x], scan, merit, best, bins_for(len(valid), 1)))
                axes[x].apply_to(panel, "x", few=True)
                panel.set_ylabel(ratio_label(merit))
            else:
                grid = Grid([axes[x], axes[y]], bins)
                mesh, _ = _profile_map(panel, grid, scan, merit, best, few=True, with_contours=with_contours)
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
    if mesh is not None:
        share = 0.42 if size > 3 else 0.3  # of the width of the figure
        bar = figure.add_axes([1 - 0.2 / width - share, 1 - 0.25 / width, share, 0.1 / width])
        figure.colorbar(mesh, cax=bar, orientation="horizontal", label=ratio_label(merit))
    if size > 1:
        place = (1 - 0.1 / width, 1 - 0.75 / width)
        legend = contour_legend(BLACK if with_contours else VERMILION)
        figure.legend(*legend, loc="upper right", bbox_to_anchor=place, ncol=3 if size > 3 else 1)
    note = _note(scan, best, rises)
    figure.subplots_adjust(bottom=(0.5 + 0.11 * len(note_lines(figure, note))) / width)
    note_below(figure, note)
    return figure


@styled
def along_axes(scan, names=None, bins=None, ax=None):
    """Profile likelihood ratio along each axis. ax: draws one there."""
    names = names or varying(scan)
    merit, valid = targets.merit(scan), scan.where(OK)
    axes = [Axis(valid, name) for name in names]
    best = scan.best(1, [axis.name for axis in axes])
    bins = checked(bins) or bins_for(len(valid), 1)
    figure, panels = panel_grid(len(names), 1.7 if len(names) > 1 else 2.4, ax=ax)
    rises = []
    for number, (panel, axis) in enumerate(zip(panels, axes)):
        rises.append(profile_curve(panel, axis, scan, merit, best, bins))
        axis.apply_to(panel, "x")
        if number % 3 == 0:
            panel.set_ylabel(ratio_label(merit))
        else:
            panel.tick_params(axis="y", labelleft=False)
    legend_above(figure, *contour_legend(VERMILION), _note(scan, best, rises), ax)
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


def profile_curve(panel, axis, scan, merit, best, bins):
    """One-dimensional profile: the best point of every bin, with the 68 and 95 % levels; returns the rise in each bin."""
    grid = Grid([axis], bins)
    rise = grid.lowest(scan, merit) - best["merit"][0]
    ratio = np.nan_to_num(np.exp(-rise / 2))
    panel.stairs(ratio, grid.edges[0], fill=True, color=SKY_BLUE, alpha=0.5, linewidth=0)
    panel.stairs(ratio, grid.edges[0], color=BLACK, linewidth=0.8)
    for level, style in zip(ONE_PARAMETER, CONTOUR_STYLES):
        panel.axhline(np.exp(-level / 2), color=VERMILION, linewidth=0.7, linestyle=style)
    low, high = grid.edges[0][[0, -1]]
    if low <= axis.drawn(best)[0] <= high:
        panel.plot(axis.drawn(best), [1.0], clip_on=False, zorder=5, **STAR)
    panel.set_xlim(low, high)
    panel.set_ylim(0, 1.12)
    return rise


def is_ragged(rise):
    """Whether a profile is noise of the sampling: steps between neighbours inside the 95 % region pass the 68 % level.

    rise: -2 ln L above its minimum, in bins of one axis or cells of two.
    """
    level = (ONE_PARAMETER, TWO_PARAMETERS)[rise.ndim - 1]
    filled = np.where(np.isnan(rise), np.inf, rise)
    steps, inside = [], []
    for axis in range(rise.ndim):
        ahead, behind = (np.moveaxis(filled, axis, 0)[part] for part in (slice(1, None), slice(None, -1)))
        near = np.minimum(ahead, behind) < level[1]
        with np.errstate(invalid="ignore"):
            steps.append((np.abs(ahead - behind) > level[0])[near])
        inside.append(near[near])
    count = sum(map(len, inside))
    return count > 2 and sum(step.sum() for step in steps) > 0.4 * count


def _note(scan, best, rises):
    ragged = any(is_ragged(rise) for rise in rises)
    return targets.about_figure(scan, best) + (
        ". Not converged: neighbouring bins differ by more than the 68 % level; take more points or fewer bins"
        if ragged else "")  # fmt: skip


def _profile_map(panel, grid, scan, merit, best, few=False, with_contours=True):
    """Draws exp(-rise/2) of every cell, and the contours of two parameters; returns the mesh and the rise."""
    rise = grid.lowest(scan, merit) - best["merit"][0]
    mesh = panel.pcolormesh(*grid.edges, np.exp(-rise.T / 2), cmap=SHADES, vmin=0, vmax=1, rasterized=True)
    if with_contours:
        _draw_contours(panel, grid, rise)
    finish(panel, grid, best, few)
    return mesh, rise


def _draw_contours(panel, grid, rise, colour=BLACK):
    filled = np.where(np.isnan(rise), np.inf, rise)  # outside every region
    levels = sorted(-level for level in TWO_PARAMETERS)
    contours(panel, grid, -np.minimum(filled, 50), levels, [colour], CONTOUR_STYLES[::-1])


def contour_legend(colour=BLACK):
    """Handles and labels."""
    handles = [Line2D([], [], **STAR), *(Line2D([], [], color=colour, linestyle=style) for style in CONTOUR_STYLES)]
    return handles, ["best point", "68 %", "95 %"]
