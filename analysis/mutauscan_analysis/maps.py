"""Maps over two axes: fraction of points that explain everything, and profile likelihood; its corner plots."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.patheffects import withTickedStroke
from matplotlib.transforms import IdentityTransform
from scipy.ndimage import distance_transform_edt

from . import targets
from .axis import Axis
from .binned import Grid, bins_for
from .choice import pairs, varying
from .conditions import ANY, OK
from .style import (
    BLACK, OKABE_ITO, ONE_COLUMN, SHADES, SKY_BLUE, STAR, TWO_COLUMNS, VERMILION, legend_above, mathtext, panel_grid,
    labels_inwards, styled,
)  # fmt: skip

# Rise of -2 ln L above its minimum for regions of 68.3 % and 95.4 %
ONE_PARAMETER, TWO_PARAMETERS = (1.0, 4.0), (2.30, 6.18)
CONTOUR_STYLES = ("solid", "dashed")
LINES = ("solid", "dashed", "dotted")
FAILED = "0.85"
FEW_POINTS = 5
CONTOUR_ROWS = 50_000  # fewer do not trace contours while all other axes vary
MOST_CORNER_AXES = 8
UNDECIDED = 0.1  # mean distance from 0 or 1


@styled
def fraction(scan, axes=None, bins=None):
    """Fraction of valid points that explain everything, in the cells of two axes or of the panels of pairs().

    A cell without a valid point is grey, one without any point white. Lines bound the cells in which a limit
    excludes more than half of the points, with ticks on that side, if the two axes decide about it; the star is the best point.
    """
    chosen, drawn, bins = _prepare(scan, axes, bins)
    limits = targets.limits(scan, hard_only=True)
    best = scan.best(1, list(drawn))
    grids = [Grid([drawn[x], drawn[y]], bins) for x, y in chosen]
    counts = [grid.counts(scan, [ANY, OK, targets.explains_all(scan), *limits]) for grid in grids]
    shares = [count[1:] / np.where(count[1] > 0, count[1], np.nan) for count in counts]
    # The share of a few points says little, and must not set the scale.
    highest = max(np.max(share[1], where=count[1] >= FEW_POINTS, initial=0) for share, count in zip(shares, counts))

    figure, panels = panel_grid(len(chosen), 2.1 if len(chosen) > 1 else 2.5)
    handles, lines = {"best point": Line2D([], [], **STAR)}, {}
    for panel, grid, count, share in zip(panels, grids, counts, shares):
        if _shade_failed(panel, grid, (count[0] > 0) & (count[1] == 0)):
            handles["no valid point"] = Patch(facecolor=FAILED, edgecolor="0.5", linewidth=0.4)
        mesh = panel.pcolormesh(*grid.edges, share[1].T, cmap=SHADES, vmin=0, vmax=highest or 1, rasterized=True)
        for limit, excluded in zip(limits, share[2:]):
            if not _is_decided(excluded):
                continue
            name, number = f"excluded by {mathtext(limit.label)}", len(lines)
            style = (OKABE_ITO[number % len(OKABE_ITO)], LINES[number // len(OKABE_ITO) % len(LINES)])
            colour, line = lines.get(name, style)
            if _contours(panel, grid, _filled(excluded), [0.5], [colour], [line], ticks=True):
                lines[name] = colour, line
                handles[name] = Line2D([], [], color=colour, linestyle=line)
        _finish(panel, grid, best, few=False)
    beyond = max(np.nanmax(share[1]) for share in shares) > (highest or 1)
    bar = figure.colorbar(mesh, ax=panels, pad=0.02, aspect=30, extend="max" if beyond else "neither")
    sign_aside = "" if scan.judged_by.sign else " but the sign"
    bar.set_label(f"fraction of points that explain all{sign_aside}")
    legend_above(figure, list(handles.values()), list(handles), -(-len(handles) // (2 if len(panels) == 1 else 5)))
    return figure


@styled
def likelihood(scan, axes=None, bins=None):
    """Profile likelihood ratio in the cells of two axes, with 68 and 95 % contours, or of the panels of pairs().

    The panels have contours if there are enough rows for them.
    """
    chosen, drawn, bins = _prepare(scan, axes, bins)
    merit, best = targets.merit(scan), scan.best(1, list(drawn))
    contours = axes is not None or scan.count(OK) >= CONTOUR_ROWS
    figure, panels = panel_grid(len(chosen), 2.1 if len(chosen) > 1 else 2.5)
    for panel, (x, y) in zip(panels, chosen):
        grid = Grid([drawn[x], drawn[y]], bins)
        mesh = _profile_map(panel, grid, scan, merit, best, contours=contours)
    figure.colorbar(mesh, ax=panels, pad=0.02, aspect=30, label=ratio_label(merit))
    legend = contour_legend()
    legend_above(figure, *(legend if contours else (items[:1] for items in legend)))
    return figure


@styled
def corner(scan, names=None, bins=None):
    """Profile likelihood of each of the axes and of each pair of them, with contours if there are enough rows."""
    names = names or varying(scan)[:MOST_CORNER_AXES]
    merit, best = targets.merit(scan), scan.best(1, names)
    valid = scan.where(OK)
    axes = {name: Axis(valid, name) for name in names}
    bins = bins or bins_for(len(valid), 2)
    size = len(names)
    width = TWO_COLUMNS if size > 2 else ONE_COLUMN
    figure, panels = plt.subplots(size, size, figsize=(width, width), squeeze=False)
    contours = len(valid) >= CONTOUR_ROWS
    figure.subplots_adjust(0.68 / width, 0.5 / width, 1 - 0.1 / width, 1 - 0.1 / width, wspace=0.1, hspace=0.1)
    for row, y in enumerate(names):
        for column, x in enumerate(names):
            panel = panels[row, column]
            if column > row:
                panel.remove()
                continue
            if column == row:
                profile_curve(panel, axes[x], scan, merit, best, bins_for(len(valid), 1))
                axes[x].apply_to(panel, "x", few=True)
                panel.set_ylabel(ratio_label(merit))
            else:
                grid = Grid([axes[x], axes[y]], bins)
                mesh = _profile_map(panel, grid, scan, merit, best, few=True, contours=contours)
            panel.tick_params(labelsize=7)
            labels_inwards(panel, "x")
            labels_inwards(panel, "y")
            if row < size - 1:
                panel.set_xlabel("")
                panel.tick_params(axis="x", which="both", labelbottom=False)
            if column:
                panel.set_ylabel("")
                panel.tick_params(axis="y", which="both", labelleft=False)
    figure.align_labels()
    if size > 1:
        share = 0.42 if size > 3 else 0.3  # of the width of the figure
        bar = figure.add_axes([1 - 0.2 / width - share, 1 - 0.25 / width, share, 0.1 / width])
        figure.colorbar(mesh, cax=bar, orientation="horizontal", label=ratio_label(merit))
    legend = contour_legend(BLACK if contours else VERMILION)
    place = (1 - 0.1 / width, 1 - 0.75 / width)
    figure.legend(*legend, loc="upper right", bbox_to_anchor=place, ncol=3 if size > 3 else 1)
    return figure


@styled
def profiles(scan, names=None, bins=None):
    """Profile likelihood ratio along each axis."""
    names = names or varying(scan)
    merit, best = targets.merit(scan), scan.best(1, names)
    valid = scan.where(OK)
    bins = bins or bins_for(len(valid), 1)
    figure, panels = panel_grid(len(names), 1.7 if len(names) > 1 else 2.4)
    for number, (panel, name) in enumerate(zip(panels, names)):
        axis = Axis(valid, name)
        profile_curve(panel, axis, scan, merit, best, bins)
        axis.apply_to(panel, "x")
        if number % 3 == 0:
            panel.set_ylabel(ratio_label(merit))
        else:
            panel.tick_params(axis="y", labelleft=False)
    return figure


def ratio_label(merit):
    """Of the axis that shows exp(-(merit - best)/2)."""
    return "$L/L_\\mathrm{max}$" if merit.is_likelihood else r"$\exp(-\Delta\chi^2/2)$"


def profile_curve(panel, axis, scan, merit, best, bins):
    """One-dimensional profile: the best point of every bin, with the 68 and 95 % levels."""
    grid = Grid([axis], bins)
    ratio = np.exp(-(grid.lowest(scan, merit) - best["merit"][0]) / 2)
    panel.stairs(np.nan_to_num(ratio), grid.edges[0], fill=True, color=SKY_BLUE, alpha=0.5, linewidth=0)
    panel.stairs(np.nan_to_num(ratio), grid.edges[0], color=BLACK, linewidth=0.8)
    for rise, style in zip(ONE_PARAMETER, CONTOUR_STYLES):
        panel.axhline(np.exp(-rise / 2), color=VERMILION, linewidth=0.7, linestyle=style)
    panel.plot(axis.drawn(best), [1.0], clip_on=False, zorder=5, **STAR)
    panel.set_xlim(grid.edges[0][0], grid.edges[0][-1])
    panel.set_ylim(0, 1.12)


def _prepare(scan, axes, bins):
    """Pairs of names, the axes of all of them, and the number of bins."""
    chosen = [tuple(axes)] if axes else pairs(scan)
    valid = scan.where(OK)
    drawn = {name: Axis(valid, name) for name in dict.fromkeys(name for pair in chosen for name in pair)}
    return chosen, drawn, bins or bins_for(len(valid), 2)


def _profile_map(panel, grid, scan, merit, best, few=False, contours=True):
    """Draws exp(-rise/2) of every cell, and the contours of two parameters."""
    rise = grid.lowest(scan, merit) - best["merit"][0]
    mesh = panel.pcolormesh(*grid.edges, np.exp(-rise.T / 2), cmap=SHADES, vmin=0, vmax=1, rasterized=True)
    filled = np.where(np.isnan(rise), np.inf, rise)
    if contours:
        levels = sorted(-level for level in TWO_PARAMETERS)
        _contours(panel, grid, -np.minimum(filled, 50), levels, [BLACK], CONTOUR_STYLES[::-1])
    _finish(panel, grid, best, few)
    return mesh


def _contours(panel, grid, values, levels, colours, styles, ticks=False):
    """Contours of the values of cells, through their middles and on to the border; whether there are any.

    Ticks point to larger values.
    """
    if min(grid.shape) < 2 or not any(values.min() < level < values.max() for level in levels):
        return False
    padded = np.pad(values, 1, mode="edge")
    lines = [np.r_[edges[0], axis.centres(edges), edges[-1]] for axis, edges in zip(grid.axes, grid.edges)]
    drawn = panel.contour(*lines, padded.T, levels=levels, colors=colours, linestyles=styles, linewidths=0.9)
    if ticks:
        stroke = TicksOnOneSide(spacing=6, angle=135, length=0.6)
        plt.setp(getattr(drawn, "collections", drawn), path_effects=[stroke])  # a list until matplotlib 3.8
    return True


class TicksOnOneSide(withTickedStroke):
    """matplotlib's own fails on a line without length, such as a contour that only touches a corner."""

    def draw_path(self, renderer, gc, tpath, affine, rgbFace):
        for line in affine.transform_path(tpath).to_polygons(closed_only=False):
            if len(line) > 1 and np.ptp(line, axis=0).max() > 0:
                super().draw_path(renderer, gc, Path(line), IdentityTransform(), rgbFace)


def _is_decided(shares):
    """Whether the shares are near 0 or 1 in most cells: else other parameters decide, and a line would be noise."""
    return np.nanmean(np.minimum(shares, 1 - shares)) < UNDECIDED


def _filled(values):
    """Cells without a value take that of the nearest one with a value, or no line could pass between points."""
    nearest = distance_transform_edt(np.isnan(values), return_distances=False, return_indices=True)
    return values[tuple(nearest)]


def _shade_failed(panel, grid, failed):
    """Grey where there are points, but none is valid; whether there is such a cell."""
    panel.pcolormesh(*grid.edges, np.where(failed, 0.0, np.nan).T, cmap=ListedColormap([FAILED]), rasterized=True)
    return failed.any()


def _finish(panel, grid, best, few):
    for axis, edges, direction in zip(grid.axes, grid.edges, "xy"):
        axis.apply_to(panel, direction, few)
        getattr(panel, f"set_{direction}lim")(edges[0], edges[-1])
    panel.plot(*(axis.drawn(best) for axis in grid.axes), **STAR)


def contour_legend(colour=BLACK):
    """Handles and labels."""
    handles = [Line2D([], [], **STAR), *(Line2D([], [], color=colour, linestyle=style) for style in CONTOUR_STYLES)]
    return handles, ["best point", "68 %", "95 %"]
