"""The evolution of one point, from a file written by `mutauscan point CONFIG --trace FILE.h5`."""

from pathlib import Path

import h5py
import matplotlib.pyplot as plt
import numpy as np

from .files import ScanError, attributes, dataset, label, opened
from .labels import mathtext
from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, TWO_COLUMNS, VERMILION, styled

N1, N2, N3 = BLUE, ORANGE, GREEN
# Panels: title, decades shown below the largest value, datasets with colour and line style. What a file lacks is left
# out.
PANELS = (
    ("energy densities", 25, (("rho_phi", BLACK, "-"), ("rho_R", VERMILION, "-"))),
    (
        "temperature, scalars and masses",
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
    for panel, (title, decades, lines) in zip(grid.flat, chosen):
        _panel(panel, x, title, decades, [(*data[name], colour, style) for name, colour, style in lines])
        panel.set_xlim(x.min(), x.max())
        if abscissa == "T":
            panel.set_xscale("log")
    for panel in grid.flat[max(0, len(chosen) - columns) : len(chosen)]:
        panel.set_xlabel(mathtext(label(x_attributes)))
        panel.tick_params(axis="x", labelbottom=True)
    if abscissa != "T" and "T" in data:
        for panel in grid[0][: len(chosen)]:
            _temperatures_above(panel, x, *data["T"])
    return figure


def _panel(panel, x, title, decades, lines):
    """Moduli on a logarithmic scale; parts with a negative sign are drawn thin."""
    largest = 0.0
    for values, labelled, colour, style in lines:
        size = np.where(np.isfinite(values) & (values != 0), np.abs(values), np.nan)
        if np.all(np.isnan(size)):
            continue
        largest = max(largest, np.nanmax(size))
        signed = np.any(values < 0)
        symbol = labelled["symbol"]
        name = mathtext(f"|{symbol}|" if signed and not symbol.startswith("|") else symbol)
        panel.plot(x, np.where(values > 0, size, np.nan) if signed else size, style, color=colour,
                   label=name)  # fmt: skip
        if signed:
            panel.plot(x, np.where(values < 0, size, np.nan), style, color=colour, linewidth=0.6)
    panel.set_yscale("log")
    if largest > 0:
        low, high = panel.get_ylim()
        panel.set_ylim(max(low, largest * 10.0**-decades), min(max(high, 3 * largest), 30 * largest))
    units = dict.fromkeys(labelled["units"] for _, labelled, _, _ in lines)
    unit = ", ".join(unit for unit in units if unit != "1")
    panel.set_ylabel(mathtext(title + (f" [{unit}]" if unit else "")))
    panel.legend(ncol=3 if len(lines) > 4 else 2 if len(lines) > 3 else 1, fontsize=7, handlelength=1.8)


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
