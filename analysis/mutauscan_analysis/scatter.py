"""Figures with a point for each row: where the model explains what, and the asymmetry."""

import numpy as np
import matplotlib.pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.lines import Line2D

from . import targets
from .axis import Axis
from .choice import pairs, varying
from .conditions import OK, Condition, valid
from .files import EmptySelection
from .labels import mathtext, power_of_ten
from .maps import valid_or_all
from .style import (
    BLUE, COLOUR_MAP, GREEN, GREY, LEGEND_MARKER, ONE_COLUMN, ORANGE, PURPLE, SKY_BLUE, VERMILION, legend_above,
    marker_size, panel_grid, styled,
)  # fmt: skip

MOST_POINTS = 20_000  # drawn of a kind; more would hide each other
NOISE = 1e-14  # tolerances of the integration: smaller asymmetries are found to some such number only
FAILURES = (ORANGE, BLUE, PURPLE, GREEN, VERMILION, SKY_BLUE)


@styled
def where(scan, axes=None, ax=None):
    """Where in parameter space the model explains g-2, the asymmetry, and all at once, over two axes or all pairs().

    In a scan without a valid point: where which failure lies. ax: draws one panel there.
    """
    layers = _kinds(scan) if scan.count(OK) else _failures(scan)
    chosen = [tuple(axes)] if axes else pairs(scan)
    rows = valid_or_all(scan)
    drawn = {name: Axis(rows, name) for name in dict.fromkeys(name for pair in chosen for name in pair)}
    figure, panels = panel_grid(len(chosen), 2.1, ax=ax)
    handles, labels = [], []
    for condition, legend, largest, style in layers:
        columns, share = _rows(scan, condition, [axis.name for axis in drawn.values()])
        count = len(next(iter(columns.values())))
        marker = marker_size(count, largest) * (1.6 if len(rows) < 100 else 1)
        outline = 0.4 if marker > 2.5 else 0  # it would hide the colour of small points
        look = dict(markersize=marker, markeredgewidth=outline, rasterized=True, **style)
        for panel, (x, y) in zip(panels, chosen):
            panel.plot(drawn[x].drawn(columns), drawn[y].drawn(columns), "o", **look)
        handles.append(Line2D([], [], **LEGEND_MARKER, marker="o", **style))
        labels.append(mathtext(legend or condition.label) + share)
    for panel, (x, y) in zip(panels, chosen):
        for axis, direction in ((drawn[x], "x"), (drawn[y], "y")):
            axis.apply_to(panel, direction)
            axis.show_all_of(panel, direction)
    if ax is None:
        figure.align_ylabels()
    legend_above(figure, handles, labels, ax=ax)
    return figure


def _kinds(scan):
    """Layers of valid points: condition, legend, largest marker, style."""
    if not targets.measures(scan):
        styles = (dict(color=SKY_BLUE), dict(color=VERMILION, markeredgecolor="black"))
        near = [(condition, None, 3.0, style) for condition, style in zip(targets.near_best(scan), styles)]
        return [(OK, "all valid points", 2.0, dict(color=GREY)), *near]
    layers = [
        (OK, "all valid points", 2.0, dict(color=GREY)),
        (targets.explains_all(scan), None, 3.8, dict(color=VERMILION, markeredgecolor="black")),
    ]
    if targets.has_asymmetry(scan):
        layers.insert(1, (targets.explains_asymmetry(scan), None, 2.5, dict(color=ORANGE)))
    if targets.has_g_minus_2(scan):
        layers.insert(1, (targets.explains_g2(scan), None, 2.5, dict(color=SKY_BLUE)))
    if targets.has_limits(scan):
        excluded = valid("", ("allowed",), lambda block: block["allowed"] != 1)
        both = targets.every("all measured, but excluded", [targets.explains_measured(scan), excluded])
        layers.insert(-1, (both, None, 3.0, dict(color=PURPLE)))
    return layers


def _failures(scan):
    layers = []
    for (name, value), colour in zip(scan.values_by_name("status").items(), FAILURES * 9):
        condition = Condition(name.replace("_", " "), ("status",), lambda block, value=value: block["status"] == value)
        if scan.count(condition):
            layers.append((condition, None, 2.5, dict(color=colour)))
    return layers


def _rows(scan, condition, names):
    """Columns of the rows that satisfy a condition, thinned if there are too many, and a remark that says so."""
    try:
        rows = scan.where(condition)
    except EmptySelection:
        return {name: np.empty(0) for name in names}, " (none)"
    thinned = rows.thinned(MOST_POINTS)
    share = "" if len(thinned) == len(rows) else f" (1 in {-(-len(rows) // MOST_POINTS)})"
    return {name: thinned[name] for name in names}, share


def has_asymmetry(scan):
    """Valid rows with an asymmetry of either sign."""
    name = scan.asymmetry
    return valid(f"{name} is not zero", (name,), lambda block: np.abs(block[name]) > 0)


@styled
def asymmetry(scan, x=None, ax=None):
    """Size and sign of the asymmetry against a column: T_R, or else the first parameter that varies.

    The axis ends where the numbers are noise of the integration; how many lie below is said.
    """
    names, name = list(scan.axes), scan.asymmetry
    x = x or ("T_R" if "T_R" in names else varying(scan)[0])
    observed, factor = targets.observed_asymmetry(scan)[0], targets.theory_factor(scan)
    floor = max(NOISE, observed / 1e5)
    all_rows = scan.where(has_asymmetry(scan))
    below = all_rows.count(valid("", (name,), lambda block: np.abs(block[name]) < floor))
    rows = all_rows.thinned(MOST_POINTS)
    values, x_axis = rows[name], Axis(rows, x)
    x_values = x_axis.drawn({x_axis.name: rows[x_axis.name]})
    others = [other for other in names if other != x_axis.name]

    if ax is None:
        figure, panel = plt.subplots(figsize=(ONE_COLUMN, 2.9), layout="constrained")
    else:
        figure, panel = ax.figure, ax
    style = dict(linewidths=0, rasterized=True)
    if others:
        colour = Axis(rows, "M_mutau" if "M_mutau" in others else others[0])
        colours = colour.drawn({colour.name: rows[colour.name]})
        style |= dict(cmap=COLOUR_MAP, norm=colour.norm())
        colour.label_colours(figure.colorbar(ScalarMappable(style["norm"], style["cmap"]), ax=panel, pad=0.02))
    area = 1.5 * marker_size(len(values), 4) ** 2
    signs = (values > 0, "^"), (values < 0, "o")
    for mask, marker in sorted(signs, key=lambda sign: -sign[0].sum()):  # the rarer on top
        style["c"] = colours[mask] if others else SKY_BLUE
        panel.scatter(x_values[mask], np.abs(values[mask]), s=area, marker=marker, **style)
    line = panel.axhline(observed, color=VERMILION, linewidth=1)
    band = panel.axhspan(observed / factor, observed * factor, color=VERMILION, alpha=0.25, linewidth=0, zorder=0)
    x_axis.apply_to(panel, "x")
    x_axis.show_all_of(panel, "x")
    panel.set_yscale("log")
    highest = max(np.abs(values).max(), observed * factor)
    panel.set_ylim(max(floor, min(np.abs(values).min(), observed / factor)) / 1.5, highest * 1.5)
    symbol = scan.symbol(name)
    panel.set_ylabel(mathtext(f"|{symbol}|"))
    handles = [Line2D([], [], **LEGEND_MARKER, marker=marker, color="0.3") for _, marker in signs]
    labels = [mathtext(f"{symbol} {relation} 0") for relation in "><"]
    lie = f"{below} of {len(all_rows)} points lie below {power_of_ten(floor, 2)}"
    note = f"{lie}, where numbers are noise" if below else ""
    legend_above(figure, [*handles, (band, line)], [*labels, f"observed, factor {factor:g}"], note, ax)
    return figure
