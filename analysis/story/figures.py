"""What the figures of the story share: reading a file, the look, and captions."""

import argparse
import pathlib
import textwrap

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

# Okabe and Ito: told apart with any colour vision
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
GREY = "#999999"

WIDTH = 7.2  # inches: the text width of a page

plt.rcParams.update({"font.size": 9, "axes.titlesize": 9, "legend.fontsize": 7.5, "figure.dpi": 100,
                     "savefig.dpi": 200, "axes.grid": False, "lines.linewidth": 1.5,
                     "figure.constrained_layout.use": True})


def arguments(description):
    """(directory of the merged files, directory for figures)"""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", type=pathlib.Path, help="directory with the merged files, NAME.h5 for NAME.toml")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="directory for figure and caption")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    return options.data, options.output


def read(path):
    """{column: values}"""
    with h5py.File(path) as f:
        return {name: f[name][:] for name in f if isinstance(f[name], h5py.Dataset)}


def grid(table, x, y):
    """Axes of a two-dimensional grid scan, and a function that shapes a column as [y, x]."""
    xs, ys = np.unique(table[x]), np.unique(table[y])
    order = np.lexsort((table[x], table[y]))
    if len(order) != len(xs) * len(ys):
        raise SystemExit(f"not a complete grid in {x} and {y}")
    return xs, ys, lambda values: np.asarray(values)[order].reshape(len(ys), len(xs))


def power(value, digits=2):
    """5.03e-4 as 5.0·10⁻⁴"""
    if not np.isfinite(value):
        return "none"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    superscript = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ("" if float(mantissa) == 1 and digits == 1 else mantissa + "·") + "10" + superscript


def save(figure, output, name, caption, top=1.0):
    """NAME.png with the caption printed below, and NAME.txt; panels end at the fraction `top`."""
    lines = textwrap.wrap(caption, 128)
    height = 0.135 * len(lines) + 0.02
    old = figure.get_figheight()
    figure.set_figheight(old + height)
    bottom = height / (old + height)
    figure.get_layout_engine().set(rect=(0, bottom, 1, top - bottom))
    figure.text(0.01, 0.006, "\n".join(lines), fontsize=7.5, va="bottom", linespacing=1.25)
    figure.savefig(output / f"{name}.png")
    plt.close(figure)
    (output / f"{name}.txt").write_text(caption + "\n")
    print(f"{output / name}.png: {caption}")
