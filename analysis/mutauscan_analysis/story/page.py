"""What the steps of the story share: their data, and a figure with its caption."""

import textwrap
from dataclasses import dataclass

import matplotlib.figure
import numpy as np

from .. import store, style
from ..files import ScanError, writing


@dataclass(frozen=True)
class Page:
    """A figure, and the caption that states its conclusion with numbers of the data."""

    name: str
    figure: matplotlib.figure.Figure
    caption: str
    top: float = 1.0  # panels end at this fraction of the height; a legend stands above

    def write(self, directory):
        """NAME.pdf and NAME.png with the caption printed below, and NAME.txt; returns the paths."""
        lines = textwrap.wrap(self.caption, 150)
        height = 0.135 * len(lines) + 0.02
        drawn = self.figure.get_figheight()
        self.figure.set_figheight(drawn + height)
        bottom = height / (drawn + height)
        self.figure.get_layout_engine().set(rect=(0, bottom, 1, self.top - bottom))
        self.figure.text(0.01, 0.006, "\n".join(lines), fontsize=7.5, va="bottom", linespacing=1.25)
        paths = style.write({self.name: self.figure}, directory)
        paths.append(directory / f"{self.name}.txt")
        with writing(paths[-1]) as part:
            part.write_text(self.caption + "\n", encoding="utf-8")
        return paths


def read(directory, name):
    """{column: values} of the scan with the config NAME.toml: NAME.h5 merged, or the run directory of it."""
    for path in (directory / f"{name}.h5", directory / "runs" / name, directory / name):
        if path.exists():
            scan = store.open(path)
            return {column: scan[column] for column in scan.columns}
    raise ScanError(f"{directory}: has neither {name}.h5 nor the run {name}, which jobs/story/run.sh makes")


def grid(table, x, y):
    """Axes of a two-dimensional grid scan, and a function that shapes a column as [y, x]."""
    xs, ys = np.unique(table[x]), np.unique(table[y])
    order = np.lexsort((table[x], table[y]))
    if len(order) != len(xs) * len(ys):
        raise ScanError(f"not a complete grid in {x} and {y}")
    return xs, ys, lambda values: np.asarray(values)[order].reshape(len(ys), len(xs))


def power(value, digits=2):
    """5.03e-4 as 5.0·10⁻⁴"""
    if not np.isfinite(value):
        return "none"
    mantissa, exponent = f"{value:.{digits - 1}e}".replace("e", " ").split()
    superscript = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ("" if float(mantissa) == 1 and digits == 1 else mantissa.replace("-", "−") + "·") + "10" + superscript
