"""What all figures share: widths of a journal's columns, fonts, colours, panels and legends."""

import textwrap
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from .files import ScanError, writing
from .labels import mathtext

ONE_COLUMN, TWO_COLUMNS = 3.4, 7.0  # inches
STYLE = {
    "font.family": ["STIXGeneral", "DejaVu Sans"],
    "font.size": 9,
    "mathtext.fontset": "stix",
    "axes.linewidth": 0.6,
    "axes.axisbelow": False,
    "lines.linewidth": 1.1,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 1.2,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.2,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.major.pad": 5.5,  # the first labels of both axes must not meet
    "ytick.major.pad": 5,
    "xtick.top": True,
    "ytick.right": True,
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
}
# The colours of Okabe and Ito, which colour-blind readers tell apart, and a grey for what is not highlighted.
GREY, DARK_GREY, SKY_BLUE, ORANGE, VERMILION = "0.8", "0.6", "#56B4E9", "#E69F00", "#D55E00"
BLUE, GREEN, PURPLE, YELLOW, BLACK = "#0072B2", "#009E73", "#CC79A7", "#F0E442", "#000000"
OKABE_ITO = (VERMILION, BLACK, PURPLE, ORANGE, GREEN, BLUE)  # for lines on SHADES
CONTOUR_COLOURS = ("#cfe3f1", "#7fb5d9")  # of the regions that hold 95 and 68 %
COLOUR_MAP = "viridis"  # of points
SHADES = "YlGnBu"  # of maps: light where there is nothing, so that lines and ticks show

LEGEND_MARKER = dict(linestyle="", markersize=4, markeredgewidth=0.4)
STAR = dict(marker="*", markersize=9, color="white", markeredgecolor="black", markeredgewidth=0.7, linestyle="")

styled = matplotlib.rc_context(STYLE)  # decorator of every function that draws


def write(figures, directory):
    """Writes figures, {name: figure}, as PDF and PNG, and closes them; returns the paths."""
    directory = Path(directory)
    paths = []
    for name, figure in figures.items():
        for suffix in ("pdf", "png"):
            paths.append(directory / f"{name}.{suffix}")
            with matplotlib.rc_context(STYLE), writing(paths[-1]) as part:
                figure.savefig(part)
        plt.close(figure)
    return paths


def panel_grid(count, row_height, width=TWO_COLUMNS, columns=3, ax=None):
    """A figure with that many panels, at most three in a row; one panel: the width of one column, or the axes given."""
    if ax is not None:
        if count != 1:
            raise ScanError(f"ax: takes one panel, and these are {count}; name what to draw")
        return ax.figure, [ax]
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (width if columns > 1 else ONE_COLUMN, row_height * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for panel in grid.flat[count:]:
        panel.remove()
    return figure, list(grid.flat[:count])


def legend_above(figure, handles, labels, note="", ax=None):
    """A legend above the panels of a figure with constrained layout, in as few rows as its width allows, and a note below.

    In axes that belong to somebody else (ax) the legend stands inside, and there is no note.
    """
    if ax is not None:
        ax.legend(handles, labels, fontsize=7, loc="best", frameon=True, framealpha=0.8, edgecolor="none")
        return
    if not labels:
        _make_room(figure, 0.0, note)
        return
    renderer = figure.canvas.get_renderer()
    for columns in range(min(len(labels), 6), 0, -1):
        legend = figure.legend(handles, labels, loc="upper center", ncol=columns, borderaxespad=0.2)
        extent = legend.get_window_extent(renderer)
        if extent.width < 0.99 * figure.bbox.width or columns == 1:
            break
        legend.remove()
    _make_room(figure, (extent.height + 5) / figure.dpi, note)


def note_below(figure, note):
    """A line of small print below the panels, broken where it is longer than the figure is wide."""
    lines = note_lines(figure, note)
    figure.text(0.01, 0.02 / figure.get_figheight(), "\n".join(map(mathtext, lines)), fontsize=6.5, color="0.3", va="bottom")


def note_lines(figure, note):
    return textwrap.wrap(note, int(24 * figure.get_figwidth()))


def _make_room(figure, above, note):
    """Makes a figure with constrained layout higher by a legend above and a note below its panels."""
    below = 0.04 + 0.11 * len(note_lines(figure, note)) if note else 0.0
    height = figure.get_figheight() + above + below
    figure.set_figheight(height)
    if note:
        note_below(figure, note)
    figure.get_layout_engine().set(rect=(0, below / height, 1, 1 - (above + below) / height))


def labels_inwards(panel, direction):
    """Keeps the tick labels at the ends of an axis beside it, so that they do not meet those of the next panel."""
    axis = getattr(panel, f"{direction}axis")
    pixels = panel.transAxes.inverted().transform
    for place, text in zip(axis.get_ticklocs(), axis.get_ticklabels()):
        fraction = pixels(panel.transData.transform((place, place)))["xy".index(direction)]
        if direction == "x":
            text.set_horizontalalignment("left" if fraction < 0.05 else "right" if fraction > 0.95 else "center")
        else:
            text.set_verticalalignment("bottom" if fraction < 0.05 else "top" if fraction > 0.95 else "center")


def marker_size(count, largest):
    """Diameter in points that lets `count` points in a panel be told apart, within reason."""
    return np.clip(80 / np.sqrt(max(count, 1)), 0.2 * largest, largest)
