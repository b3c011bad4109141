"""Fraction of points that explain everything, in the cells of two axes."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import binned, sampling, targets
from .axis import Axis
from .binned import Grid, bins_for, checked
from .choice import pairs
from .conditions import ANY, OK
from .files import EmptySelection
from .limit_lines import LimitLines
from .style import LEGEND_MARKER, SHADES, STAR, VERMILION, legend_above, panel_grid, styled

FAILED = "0.85"
FEW_POINTS = 5
FEW_SUCCESSES = 100  # fewer are drawn as points: the share of a few of a few says little


@styled
def fraction(scan, axes=None, bins=None, condition=None, ax=None):
    """Fraction of valid points that satisfy a condition (default: explain everything), in the cells of two axes or of
    the panels of pairs().

    Where fewer than FEW_SUCCESSES do, they are drawn as points unless bins are asked for. A cell without a valid point is
    grey, one without any point white. Lines are hard limits, with ticks on the side they exclude: published curves where
    they are curves in the two axes, else borders of cells, if the two axes decide about them. The star is the best
    point. ax: draws one panel there.
    """
    goal = condition or targets.explains_all(scan)
    chosen, drawn, cells = prepare(scan, axes, bins)
    lines, best = LimitLines(scan), best_or_none(scan, [axis.name for axis in drawn.values()])
    grids = [Grid([drawn[x], drawn[y]], cells) for x, y in chosen]
    counts = binned.counts(grids, scan, [ANY, OK, goal, *lines.conditions])
    shares = [count[1:] / np.where(count[1] > 0, count[1], np.nan) for count in counts]
    successes = scan.count(goal)
    as_points = bins is None and successes < FEW_SUCCESSES and not all(axis.is_discrete for axis in drawn.values())
    # The share of a few points says little, and must not set the scale.
    enough = [count[1] >= (1 if as_points or grid_is_discrete(grid) else FEW_POINTS) for count, grid in zip(counts, grids)]
    highest = max(np.max(share[1], where=mask, initial=0) for share, mask in zip(shares, enough)) or 1

    figure, panels = panel_grid(len(chosen), 2.1 if len(chosen) > 1 else 2.5, ax=ax)
    handles = {}
    if best is not None:
        handles["best point"] = Line2D([], [], **STAR)
    for panel, grid, count, share in zip(panels, grids, counts, shares):
        if shade_failed(panel, grid, (count[0] > 0) & (count[1] == 0)):
            handles["no valid point"] = Patch(facecolor=FAILED, edgecolor="0.5", linewidth=0.4)
        shown = np.where(np.isnan(share[1]), np.nan, 0.0) if as_points else share[1]
        mesh = panel.pcolormesh(*grid.edges, shown.T, cmap=SHADES, vmin=0, vmax=highest, rasterized=True)
        if as_points and successes:
            rows = scan.where(goal)
            places = [axis.drawn({axis.name: rows[axis.name]}) for axis in grid.axes]
            panel.plot(*places, "o", color=VERMILION, markersize=3, markeredgewidth=0.3, markeredgecolor="black")
        lines.draw(panel, grid, share[2:])
        finish(panel, grid, best, few=False)
    if as_points:
        handles[f"{'satisfied' if condition else 'explains everything'}: {successes}"] = Line2D([], [], **LEGEND_MARKER, marker="o", color=VERMILION)
    else:
        beyond = max(np.nanmax(share[1], initial=0) for share in shares) > highest
        bar = figure.colorbar(mesh, ax=panels, pad=0.02, aspect=30, extend="max" if beyond else "neither")
        bar.set_label("fraction of valid points" if condition or len(panels) == 1 else "fraction that explain everything")
    handles |= lines.handles
    note = ("Points" if as_points else "Shade") + f": {goal.label}, of {scan.count(OK)} valid points."
    note += f" Sampler {scan.sampler} chose them: shares are not those of a volume." if sampling.learns(scan) else ""
    legend_above(figure, list(handles.values()), list(handles), note + dead_end(scan), ax)
    return figure


def dead_end(scan):
    """A sentence for below a figure if no point explains everything: which condition has no row."""
    cuts = targets.cut_flow(scan)
    first = next((cut for cut in cuts if cut.left == 0), None)
    return f" None explains everything: after {first.label} none is left." if first else ""


def grid_is_discrete(grid):
    return all(axis.is_discrete for axis in grid.axes)


def prepare(scan, axes, bins):
    """Pairs of names, the axes of all of them by these names, and the number of bins."""
    chosen = [tuple(axes)] if axes else pairs(scan)
    rows = valid_or_all(scan)
    drawn = {name: Axis(rows, name) for name in dict.fromkeys(name for pair in chosen for name in pair)}
    return chosen, drawn, checked(bins) or bins_for(len(rows), 2)


def valid_or_all(scan):
    """Valid rows, whose values set ranges; all of them where none is."""
    try:
        return scan.where(OK)
    except EmptySelection:
        return scan


def best_or_none(scan, columns):
    """The best point, or None if no row has a likelihood."""
    try:
        return scan.best(1, columns)
    except EmptySelection:
        return None


def shade_failed(panel, grid, failed):
    """Grey where there are points, but none is valid; whether there is such a cell."""
    panel.pcolormesh(*grid.edges, np.where(failed, 0.0, np.nan).T, cmap=ListedColormap([FAILED]), rasterized=True)
    return failed.any()


def finish(panel, grid, best, few):
    """Scales, ticks, ranges, and the star of the best point."""
    for axis, edges, direction in zip(grid.axes, grid.edges, "xy"):
        axis.apply_to(panel, direction, few)
        getattr(panel, f"set_{direction}lim")(edges[0], edges[-1])
    if best is not None:
        panel.plot(*(axis.drawn(best) for axis in grid.axes), **STAR)
