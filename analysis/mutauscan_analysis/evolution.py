"""The evolution of one point, from a file written by `mutauscan point CONFIG --trace FILE.h5`."""

from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np

from .files import ScanError, attributes, dataset, label, opened
from .labels import mathtext
from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, TWO_COLUMNS, VERMILION, legend_above, styled

N1, N2, N3 = BLUE, ORANGE, GREEN
# Panels: title, decades shown below the largest value, datasets with colour and line style. What a file lacks is left
# out.
PANELS = (
    ("energy densities", 25, (("rho_phi", BLACK, "-"), ("rho_R", VERMILION, "-"))),
    (
        "T, scalars, masses",
        15,
        (("T", VERMILION, "-"), ("sigma1", PURPLE, "-"), ("sigma2", PURPLE, "--"),
         ("M_1", N1, "-"), ("M_2", N2, "-"), ("M_3", N3, "--")),
    ),
    (
        "right-handed neutrinos",
        25,
        (("n_1", N1, "-"), ("n_2", N2, "-"), ("n_3", N3, "--"),
         ("n_eq_1", N1, ":"), ("n_eq_2", N2, ":"), ("n_eq_3", N3, ":"),
         ("n_th_1", N1, "-."), ("n_th_2", N2, "-."), ("n_th_3", N3, "-.")),
    ),
    ("decay rates", 12, (("Gamma_over_H_1", N1, "-"), ("Gamma_over_H_2", N2, "-"), ("Gamma_over_H_3", N3, "--"))),
    ("CP asymmetries", 6, (("eps_1", N1, "-"), ("eps_2", N2, "-"), ("eps_3", N3, "--"))),
    (
        "asymmetries",
        8,
        (("Y_Delta_e", BLUE, "-"), ("Y_Delta_mu", ORANGE, "-"), ("Y_Delta_tau", GREEN, "--"), ("Y_B", BLACK, "-")),
    ),
)  # fmt: skip
ABSCISSAE = ("log_scale_factor", "T")
SAME = 0.01  # lines whose values differ by less everywhere cannot be told apart: they are one, with both names


def is_trace(path):
    """Whether a file holds the evolution of a point rather than the rows of a scan."""
    path = Path(path)
    if not path.is_file():
        return False
    with opened(path) as file:
        return "index" not in file and any(name in file for name in ABSCISSAE)


@styled
def evolution(path):
    """All quantities of a trace against the logarithm of the scale factor (or T, if there is no other)."""
    with opened(path) as file:
        data = {name: (item[()], attributes(item)) for name, item in file.items() if isinstance(item, h5py.Dataset)}
        abscissa = next((name for name in ABSCISSAE if name in data), None)
        if abscissa is None:
            dataset(file, ABSCISSAE[0])
    x, x_attributes = data.pop(abscissa)
    if len(x) < 2:
        raise ScanError(f"{path}: has {len(x)} steps, and a figure needs two")
    chosen = [(*panel, [line for line in lines if line[0] in data]) for *panel, lines in PANELS]
    chosen = [panel for panel in chosen if panel[-1]]
    if not chosen:
        raise ScanError(f"{path}: has none of the quantities of an evolution")

    columns = min(2, len(chosen))
    rows = -(-len(chosen) // columns)
    figure, grid = plt.subplots(
        rows, columns, sharex=True, figsize=(TWO_COLUMNS, 0.6 + 2.0 * rows), squeeze=False, layout="constrained"
    )
    for panel in grid.flat[len(chosen) :]:
        panel.remove()
    signed = False
    for panel, (title, decades, lines) in zip(grid.flat, chosen):
        signed |= _panel(panel, x, title, decades, [(*data[name], colour, style) for name, colour, style in lines])
        panel.set_xlim(x.min(), x.max())
        if abscissa == "T":
            panel.set_xscale("log")
    for panel in grid.flat[max(0, len(chosen) - columns) : len(chosen)]:
        panel.set_xlabel(mathtext(label(x_attributes)))
        panel.tick_params(axis="x", labelbottom=True)
    if abscissa != "T" and "T" in data:
        for panel in grid[0][: len(chosen)]:
            _temperatures_above(panel, x, *data["T"])
    legend_above(figure, [], [], "Thin lines: negative values." if signed else "")
    return figure


def _panel(panel, x, title, decades, lines):
    """Moduli on a logarithmic scale; parts with a negative sign are drawn thin. Whether there are any."""
    drawn = []  # values, symbols, colour, style
    for values, labelled, colour, style in lines:
        values = np.where(np.isfinite(values) & (values != 0), values, np.nan)
        if np.all(np.isnan(values)):
            continue
        same = next((one for one in drawn if _coincide(one[0], values, decades)), None)
        if same:
            same[1].append(labelled["symbol"])
        else:
            drawn.append((values, [labelled["symbol"]], colour, style))
    largest = max((np.nanmax(np.abs(values)) for values, *_ in drawn), default=0.0)
    signed = False
    for values, symbols, colour, style in drawn:
        negative = values < 0
        signed |= negative.any()
        names = [f"|{symbol}|" if negative.any() and not symbol.startswith("|") else symbol for symbol in symbols]
        below = " (below)" if np.nanmax(np.abs(values)) < largest * 10.0**-decades else ""
        panel.plot(x, np.where(negative, np.nan, values), style, color=colour, label=", ".join(map(mathtext, names)) + below)
        if negative.any():
            panel.plot(x, np.where(negative, -values, np.nan), style, color=colour, linewidth=0.6)
    panel.set_yscale("log")
    if largest > 0:
        low, high = panel.get_ylim()
        panel.set_ylim(max(low, largest * 10.0**-decades), min(max(high, 3 * largest), 30 * largest))
    units = dict.fromkeys(labelled["units"] for _, labelled, _, _ in lines)
    unit = ", ".join(unit for unit in units if unit != "1")
    panel.set_ylabel(mathtext(title + (f" [{unit}]" if unit else "")))
    panel.legend(ncol=3 if len(drawn) > 4 else 2 if len(drawn) > 3 else 1, fontsize=7, handlelength=1.8)
    return signed


def _coincide(one, other, decades):
    """Whether two lines cannot be told apart in the decades that are shown."""
    largest = np.nanmax(np.abs([one, other]))
    sizes = np.nan_to_num(np.abs([one, other]))
    shown = sizes.max(axis=0) > largest * 10.0**-decades
    return bool(np.all(np.abs(one - other)[shown] <= SAME * sizes.max(axis=0)[shown]))


def _temperatures_above(panel, x, temperature, labelled):
    """Decades of T above a panel, where T falls through them."""
    falling = np.arange(len(x)) >= np.nanargmax(temperature)
    logarithm = np.log10(temperature[falling])
    decades = np.arange(np.ceil(logarithm.min()), np.floor(logarithm.max()) + 1)
    if not len(decades):
        return
    places = np.interp(-decades, -logarithm, x[falling])
    above = panel.secondary_xaxis("top")
    above.set_xticks(places, [f"$10^{{{int(decade)}}}$" for decade in decades])
    above.set_xlabel(mathtext(label(labelled)))
    panel.tick_params(axis="x", which="both", top=False)
