"""A column as the axis of a figure: its scale, range, label, ticks and bins."""

import numpy as np
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from .style import mathtext, tick_label


class Axis:
    """A column, to be drawn with the scale and range it was scanned with; else those of its values.

    Negative values on a logarithmic scale are drawn with the opposite sign, which the label shows.
    """

    def __init__(self, scan, name):
        self.name = name
        self.label = mathtext(scan.label(name))
        scanned = scan.axes.get(name)
        scanned = scanned if isinstance(scanned, dict) else {}
        self._values = np.unique(scanned["values"]) if "values" in scanned else None
        if "min" in scanned:
            self.low, self.high = float(scanned["min"]), float(scanned["max"])
        else:
            self.low, self.high = map(float, scan.range(name))
        self.scale = scanned.get("scale") or natural_scale(self.low, self.high)
        self._threshold = scanned.get("threshold", 1e-3 * max(abs(self.low), abs(self.high)))
        self._options = {"linthresh": self._threshold} if self.scale == "symlog" else {}
        self.sign = 1.0
        if self.scale == "log" and self.high < 0:
            self.sign, self.low, self.high = -1.0, -self.high, -self.low
            self.label = "−" + self.label

    def drawn(self, block):
        """Where the rows of a block of columns lie on this axis."""
        return self.sign * block[self.name]

    def edges(self, bins):
        """Edges of bins of equal width on the scale of the axis; a bin for each value of a discrete one."""
        if self._values is not None:
            values = self._to_line(np.sort(self.sign * self._values))
            middle = (values[1:] + values[:-1]) / 2
            half = (values[1] - values[0]) / 2 if len(values) > 1 else 0.5
            return self._from_line(np.array([values[0] - half, *middle, values[-1] + half]))
        low, high = self._to_line(np.array([self.low, self.high]))
        if low == high:
            low, high = low - 0.5, high + 0.5
        return self._from_line(np.linspace(low, high, bins + 1))

    def centres(self, edges):
        """Middles of the bins on the scale of the axis."""
        line = self._to_line(edges)
        return self._from_line((line[1:] + line[:-1]) / 2)

    def _to_line(self, values):
        if self.scale == "log":
            return np.log(values)
        return np.arcsinh(values / self._threshold) if self.scale == "symlog" else np.asarray(values, dtype=float)

    def _from_line(self, line):
        if self.scale == "log":
            return np.exp(line)
        return self._threshold * np.sinh(line) if self.scale == "symlog" else line

    def apply_to(self, panel, direction, few=False):
        """Sets scale, ticks and label of the x or y axis of a panel; few ticks for a small one."""
        getattr(panel, f"set_{direction}scale")(self.scale, **self._options)
        getattr(panel, f"set_{direction}label")(self.label)
        self._set_ticks(getattr(panel, f"{direction}axis"), few)

    def label_colours(self, bar):
        """Sets ticks and label of a colour bar made with norm()."""
        bar.set_label(self.label)
        self._set_ticks(bar.ax.yaxis, False)

    def norm(self):
        """The same scale for colours."""
        kind = {"linear": Normalize, "log": LogNorm, "symlog": SymLogNorm}[self.scale]
        return kind(vmin=self.low, vmax=self.high, **self._options)

    def _set_ticks(self, axis, few):
        largest = max(abs(self.low), abs(self.high))
        decade = self.scale == "log" and largest < 30 * min(abs(self.low), abs(self.high))
        if decade:
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_minor_formatter(NullFormatter())
        elif self.scale == "log" and few:
            axis.set_major_locator(LogLocator(numticks=4))
        elif self.scale == "linear" and few:
            axis.set_major_locator(MaxNLocator(3))
        if self.scale == "log" and (decade or few):
            axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
        if self.scale == "symlog":  # matplotlib's ticks overlap around zero
            first = np.ceil(np.log10(self._threshold))
            last = np.floor(np.log10(1.01 * largest))
            decades = 10.0 ** np.arange(last, first - 1, -max(1, (last - first) // 2))
            axis.set_major_locator(FixedLocator([*-decades, 0, *decades]))
            axis.set_minor_locator(NullLocator())


def natural_scale(low, high):
    """Logarithmic for a range of one sign that spans more than a decade, else linear."""
    small, large = sorted((abs(low), abs(high)))
    return "log" if low * high > 0 and large > 10 * small else "linear"
