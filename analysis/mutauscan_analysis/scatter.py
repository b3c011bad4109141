"""Figures with a point for each row: where the model explains what, and the asymmetry."""

import numpy as np
import matplotlib.pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.lines import Line2D

from . import targets
from .axis import Axis
from .choice import pairs, varying
from .conditions import OK, valid
from .files import EmptySelection
from .style import (
    COLOUR_MAP, GREY, LEGEND_MARKER, ONE_COLUMN, ORANGE, SKY_BLUE, VERMILION, legend_above, marker_size, mathtext,
    panel_grid, styled,
)  # fmt: skip

MOST_POINTS = 20_000  # drawn of a kind; more would hide each other


@styled
def where(scan):
    """Where in parameter space the model explains g-2, the asymmetry, and all at once."""
    layers = [  # condition, legend, largest marker, style
        (OK, "all valid points", 1.5, dict(color=GREY)),
        (targets.explains_asymmetry(scan), None, 2.2, dict(color=ORANGE)),
        (targets.explains_all(scan), None, 3.2, dict(color=VERMILION, markeredgecolor="black")),
    ]
    if targets.has_g_minus_2(scan):
        layers.insert(1, (targets.explains_g2(scan), None, 2.2, dict(color=SKY_BLUE)))
    valid = scan.where(OK)
    chosen = pairs(scan)
    axes = {name: Axis(valid, name) for name in {name for pair in chosen for name in pair}}
    figure, panels = panel_grid(len(chosen), 2.1)
    handles, labels = [], []
    for condition, legend, largest, style in layers:
        columns, share = _rows(scan, condition, axes)
        count = len(next(iter(columns.values())))
        marker = marker_size(count, largest)
        outline = 0.4 if marker > 2.5 else 0  # it would hide the colour of small points
        drawn = dict(markersize=marker, markeredgewidth=outline, rasterized=True, **style)
        for panel, (x, y) in zip(panels, chosen):
            panel.plot(axes[x].drawn(columns), axes[y].drawn(columns), "o", **drawn)
        handles.append(Line2D([], [], **LEGEND_MARKER, marker="o", **style))
        labels.append(mathtext(legend or condition.label) + share)
    for panel, (x, y) in zip(panels, chosen):
        axes[x].apply_to(panel, "x")
        axes[y].apply_to(panel, "y")
    figure.align_ylabels()
    legend_above(figure, handles, labels, 1 if len(panels) > 1 else 2)
    return figure


def _rows(scan, condition, names):
    """Columns of the rows that satisfy a condition, thinned if there are too many, and a remark that says so."""
    try:
        rows = scan.where(condition)
    except EmptySelection:
        return {name: np.empty(0) for name in names}, ""
    thinned = rows.thinned(MOST_POINTS)
    share = "" if len(thinned) == len(rows) else f" (1 in {-(-len(rows) // MOST_POINTS)})"
    return {name: thinned[name] for name in names}, share


@styled
def asymmetry(scan):
    """Size and sign of the asymmetry against T_R, or against the first parameter that varies."""
    names, name = varying(scan), scan.asymmetry
    x = "T_R" if "T_R" in names else names[0]
    others = [other for other in names if other != x]
    drawn = valid(f"{name} is not zero", (name,), lambda block: np.abs(block[name]) > 0)
    rows = scan.where(drawn).thinned(MOST_POINTS)
    values = rows[name]
    x_axis = Axis(rows, x)
    x_values = x_axis.drawn({x: rows[x]})

    figure, panel = plt.subplots(figsize=(ONE_COLUMN, 2.8), layout="constrained")
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
    line = panel.axhline(targets.Y_B, color=VERMILION, linewidth=1)
    factor = targets.theory_factor(scan)
    low, high = targets.Y_B / factor, targets.Y_B * factor
    band = panel.axhspan(low, high, color=VERMILION, alpha=0.25, linewidth=0, zorder=0)
    x_axis.apply_to(panel, "x")
    panel.set_yscale("log")
    symbol = scan.symbol(name)
    panel.set_ylabel(mathtext(f"|{symbol}|"))
    handles = [Line2D([], [], **LEGEND_MARKER, marker=marker, color="0.3") for _, marker in signs]
    labels = [mathtext(f"{symbol} {relation} 0") for relation in "><"]
    legend_above(figure, [*handles, (band, line)], [*labels, f"observed, factor {factor:g}"])
    return figure
