"""What all figures share: widths of a journal's columns, fonts, colours, and labels set without LaTeX."""

import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.mathtext import MathTextParser

from .files import writing

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
    "xtick.top": True,
    "ytick.right": True,
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
}
# The colours of Okabe and Ito, which colour-blind readers tell apart, and a grey for what is not highlighted.
GREY, DARK_GREY, SKY_BLUE, ORANGE, VERMILION = "0.8", "0.6", "#56B4E9", "#E69F00", "#D55E00"
BLUE, GREEN, PURPLE, YELLOW, BLACK = "#0072B2", "#009E73", "#CC79A7", "#F0E442", "#000000"
OKABE_ITO = (VERMILION, BLACK, PURPLE, ORANGE, GREEN, BLUE)  # for lines on SHADES
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


def panel_grid(count, row_height, width=TWO_COLUMNS, columns=3):
    """A figure with that many panels, at most three in a row; one panel: the width of one column."""
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (width if columns > 1 else ONE_COLUMN, 0.3 + row_height * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for panel in grid.flat[count:]:
        panel.remove()
    return figure, list(grid.flat[:count])


def legend_above(figure, handles, labels, rows=1):
    """A legend over the whole width, above the panels, of a figure with constrained layout."""
    figure.legend(handles, labels, loc="upper center", ncol=-(-len(labels) // rows))
    height = (0.1 + 0.17 * rows) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - height))


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


# One symbol and its scripts: T_R, Y_B^est, m_{Z′}; the base may be empty, as after a bracket.
_SCRIPT = r"([_^])(?:\{([^{}_^$]+)\}|((?:[^\W_]|[′,])+))"
_SYMBOL = re.compile(rf"([^\W_]*)((?:{_SCRIPT})+)")


def mathtext(label):
    """Sets the scripts of a label, as in λ_Φσ or eV^2, by mathtext; the label itself if that fails."""
    converted = _SYMBOL.sub(_typeset, label)
    try:
        MathTextParser("path").parse(converted)
    except ValueError:
        return label
    return converted


def _typeset(symbol):
    """Words stand upright, single letters are variables."""
    base = re.sub(r"[A-Za-z]{2,}", r"\\mathrm{\g<0>}", symbol[1])
    scripts = "".join(
        mark + "{" + re.sub(r"[A-Za-z]{3,}", r"\\mathrm{\g<0>}", braced or plain) + "}"
        for mark, braced, plain in re.findall(_SCRIPT, symbol[2])
    )
    return f"${base}{scripts}$"


def html(label):
    """The same as HTML: sub- and superscripts of an escaped label."""
    escaped = label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def scripts(symbol):
        tags = {"_": "sub", "^": "sup"}
        return symbol[1] + "".join(
            f"<{tags[mark]}>{braced or plain}</{tags[mark]}>"
            for mark, braced, plain in re.findall(_SCRIPT, symbol[2])
        )

    return _SYMBOL.sub(scripts, escaped)


def tick_label(value):
    """0.5 as it is, 2e6 as 2×10⁶; two digits."""
    if 0.01 <= abs(value) < 1000:
        return f"{value:g}"
    digits, exponent = f"{value:.1e}".split("e")
    digits = digits.removesuffix(".0")
    factor = "" if digits == "1" else digits + r"{\times}"
    return f"${factor}10^{{{int(exponent)}}}$"
