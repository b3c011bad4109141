"""Figures of a scan, at the width of one or two columns of a journal."""

import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from . import targets
from .store import EmptySelection, ScanError

ONE_COLUMN, TWO_COLUMNS = 3.4, 7.0  # inches
STYLE = {
    "font.family": ["STIXGeneral", "DejaVu Sans"],
    "font.size": 9,
    "mathtext.fontset": "stix",
    "axes.linewidth": 0.6,
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
GREY, SKY_BLUE, ORANGE, VERMILION = "0.8", "#56B4E9", "#E69F00", "#D55E00"

LEGEND_MARKER = dict(linestyle="", markersize=4, markeredgewidth=0.4)

PAIRS = (  # x and y of the panels
    ("T_R", "lambda_phi_sigma"),
    ("M_mutau", "h_etau"),
    ("m_zp", "g_zp"),
    ("T_R", "M_mutau"),
    ("lambda_phi_sigma", "h_etau"),
    ("m_zp", "T_R"),
)


def write(scan, directory):
    """Writes every figure as PDF and PNG; returns the paths."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in (("where", where), ("asymmetry", asymmetry)):
        figure = draw(scan)
        for suffix in ("pdf", "png"):
            paths.append(directory / f"{name}.{suffix}")
            with matplotlib.rc_context(STYLE):
                figure.savefig(paths[-1])
        plt.close(figure)
    return paths


@matplotlib.rc_context(STYLE)
def where(scan):
    """Where in parameter space the model explains g-2, the size of the asymmetry, and both."""
    ok = scan.ok()
    right_g2 = targets.explains_g_minus_2(scan["delta_a_mu"][ok])
    right_asymmetry = targets.has_right_asymmetry(scan[scan.asymmetry][ok])
    g2, asymmetry_size = mathtext(scan.symbol("delta_a_mu")), mathtext(f"|{scan.symbol(scan.asymmetry)}|")
    layers = (  # label, points, largest marker, style
        ("all valid points", np.full(ok.sum(), True), 1.5, dict(color=GREY)),
        (f"{g2} within 2σ", right_g2, 2.2, dict(color=SKY_BLUE)),
        (f"{asymmetry_size} within a factor {targets.Y_B_FACTOR:g}", right_asymmetry, 2.2, dict(color=ORANGE)),
        ("both", right_g2 & right_asymmetry, 3.2, dict(color=VERMILION, markeredgecolor="black")),
    )

    pairs = panels(scan)
    axes = {name: Axis(scan, name, ok) for name in {name for pair in pairs for name in pair}}
    columns = min(3, len(pairs))
    rows = -(-len(pairs) // columns)
    legend_rows, width = (1, TWO_COLUMNS) if columns > 1 else (2, ONE_COLUMN)
    size = (width, 0.3 + 2.1 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for panel in grid.flat[len(pairs) :]:
        panel.remove()
    for panel, (x, y) in zip(grid.flat, pairs):
        for label, mask, largest, style in layers:
            marker = marker_size(mask.sum(), largest)
            points = axes[x].values[mask], axes[y].values[mask]
            outline = 0.4 if marker > 2.5 else 0  # it would hide the colour of small points
            style = dict(markersize=marker, markeredgewidth=outline, rasterized=True, **style)
            panel.plot(*points, "o", label=label, **style)
        axes[x].apply_to(panel, "x")
        axes[y].apply_to(panel, "y")
    figure.align_ylabels()
    handles = [Line2D([], [], **LEGEND_MARKER, marker="o", **style) for _, _, _, style in layers]
    legend_above(figure, handles, [label for label, _, _, _ in layers], legend_rows)
    return figure


@matplotlib.rc_context(STYLE)
def asymmetry(scan):
    """Size and sign of the asymmetry against T_R, or against the first parameter that varies."""
    names = varying(scan)
    x = "T_R" if "T_R" in names else names[0]
    others = [name for name in names if name != x]
    drawn = scan.ok() & (np.abs(scan[scan.asymmetry]) > 0)
    if not drawn.any():
        raise EmptySelection(f"{scan.path}: no ok point has an asymmetry to draw")
    values = scan[scan.asymmetry][drawn]
    x_axis = Axis(scan, x, drawn)

    figure, panel = plt.subplots(figsize=(ONE_COLUMN, 2.8), layout="constrained")
    style = dict(linewidths=0, rasterized=True)
    if others:
        colour = Axis(scan, "M_mutau" if "M_mutau" in others else others[0], drawn)
        style |= dict(cmap="viridis", norm=colour.norm())
        colour.label_colours(figure.colorbar(ScalarMappable(style["norm"], style["cmap"]), ax=panel, pad=0.02))
    signs = (values > 0, "^"), (values < 0, "o")
    for mask, marker in sorted(signs, key=lambda sign: -sign[0].sum()):  # the rarer on top
        style["c"] = colour.values[mask] if others else SKY_BLUE
        area = marker_size(mask.sum(), 4) ** 2
        panel.scatter(x_axis.values[mask], np.abs(values[mask]), s=area, marker=marker, **style)
    line = panel.axhline(targets.Y_B, color=VERMILION, linewidth=1)
    low, high = targets.Y_B / targets.Y_B_FACTOR, targets.Y_B * targets.Y_B_FACTOR
    band = panel.axhspan(low, high, color=VERMILION, alpha=0.25, linewidth=0, zorder=0)
    x_axis.apply_to(panel, "x")
    panel.set_yscale("log")
    symbol = scan.symbol(scan.asymmetry)
    panel.set_ylabel(mathtext(f"|{symbol}|"))
    handles = [Line2D([], [], **LEGEND_MARKER, marker=marker, color="0.3") for _, marker in signs]
    labels = [mathtext(f"{symbol} {relation} 0") for relation in "><"]
    legend_above(figure, [*handles, (band, line)], [*labels, f"observed, factor {targets.Y_B_FACTOR:g}"])
    return figure


def legend_above(figure, handles, labels, rows=1):
    """A legend over the whole width, above the panels, of a figure with constrained layout."""
    figure.legend(handles, labels, loc="upper center", ncol=-(-len(labels) // rows))
    height = (0.1 + 0.17 * rows) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - height))


def marker_size(count, largest):
    """Diameter in points that lets `count` points in a panel be told apart, within reason."""
    return np.clip(80 / np.sqrt(max(count, 1)), 0.2 * largest, largest)


class Axis:
    """A column of some rows, to be drawn with the scale it was scanned with.

    Negative values on a logarithmic scale are drawn with the opposite sign, which the label shows.
    """

    def __init__(self, scan, name, rows):
        self.values = scan[name][rows]
        self.label = mathtext(scan.label(name))
        axis = scan.axes.get(name)
        axis = axis if isinstance(axis, dict) else {}
        self.scale = axis.get("scale") or natural_scale(self.values)
        self._options = {"linthresh": axis["threshold"]} if self.scale == "symlog" else {}
        if self.scale == "log" and np.all(self.values < 0):
            self.values = -self.values
            self.label = "−" + self.label

    def apply_to(self, panel, direction):
        """Sets scale, ticks and label of the x or y axis of a panel."""
        getattr(panel, f"set_{direction}scale")(self.scale, **self._options)
        getattr(panel, f"set_{direction}label")(self.label)
        self._set_ticks(getattr(panel, f"{direction}axis"))

    def label_colours(self, bar):
        """Sets ticks and label of a colour bar made with norm()."""
        bar.set_label(self.label)
        self._set_ticks(bar.ax.yaxis)

    def norm(self):
        """The same scale for colours."""
        kind = {"linear": Normalize, "log": LogNorm, "symlog": SymLogNorm}[self.scale]
        return kind(vmin=self.values.min(), vmax=self.values.max(), **self._options)

    def _set_ticks(self, axis):
        largest = np.abs(self.values).max()
        if self.scale == "log" and largest < 30 * np.abs(self.values).min():
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
            axis.set_minor_formatter(NullFormatter())
        if self.scale == "symlog":  # matplotlib's ticks overlap around zero
            first = np.ceil(np.log10(self._options["linthresh"]))
            last = np.floor(np.log10(1.01 * largest))
            decades = 10.0 ** np.arange(last, first - 1, -max(1, (last - first) // 2))
            axis.set_major_locator(FixedLocator([*-decades, 0, *decades]))
            axis.set_minor_locator(NullLocator())


def natural_scale(values):
    """Logarithmic for values of one sign that span more than a decade, else linear."""
    low, high = np.sort(np.abs((values.min(), values.max())))
    return "log" if values.min() * values.max() > 0 and high > 10 * low else "linear"


def tick_label(value):
    """0.5 as it is, 2e6 as 2×10⁶."""
    if 0.01 <= value < 1000:
        return f"{value:g}"
    digit, exponent = f"{value:.0e}".split("e")
    factor = "" if digit == "1" else digit + r"{\times}"
    return f"${factor}10^{{{int(exponent)}}}$"


def varying(scan):
    """Names of the parameters that vary, the main axes first; at least one."""
    if not scan.axes:
        raise ScanError(f"{scan.path}: no parameter varies in this scan")
    return list(scan.axes)


def panels(scan):
    """Pairs of columns to draw against each other: those of PAIRS that vary, then what else varies."""
    names = varying(scan)
    if len(names) == 1:
        return [(names[0], scan.asymmetry)]
    pairs = [pair for pair in PAIRS if set(pair) <= set(names)]
    rest = [name for name in names if not any(name in pair for pair in pairs)]
    while rest:
        pairs.append((rest.pop(0), rest.pop(0) if rest else names[0]))
    return pairs


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
