"""A column as the axis of a figure: its scale, range, label, ticks and bins."""

import numpy as np
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from .expressions import shown
from .files import ScanError
from .labels import mathtext, power_of_ten

SCALES = ("linear", "log", "symlog")
MOST_VALUES = 60  # of a discrete axis that still gets a bin each
REPEATS = 3  # rows for each value from which a list of points is one of values rather than of places
SAMPLE = 100_000  # rows from which the scale of a column is found
DYNAMIC_RANGE = 1e6  # below the largest value by more, a symmetric logarithmic axis is linear
ENOUGH_DECADES = 30  # ratio of the ends from which powers of ten are ticks enough


class Axis:
    """A column or an expression, to be drawn with the scale and range it was scanned with; else those of its values.

    Text NAME, or NAME:SCALE, NAME:SCALE:LOW:HIGH, such as T_R:log:1e4:1e5. Negative values on a logarithmic scale are
    drawn with the opposite sign, which the label shows.
    """

    def __init__(self, scan, text):
        self.name, asked_scale, asked_range = axis_text(text)
        symbol, unit = scan.symbol(self.name), scan.units(self.name)
        scanned = scan.axes.get(self.name)
        scanned = scanned if isinstance(scanned, dict) else {}
        self._values = self._discrete(scan, scanned)
        if "min" in scanned:
            self.low, self.high = float(scanned["min"]), float(scanned["max"])
        else:
            self.low, self.high = map(float, scan.range(self.name))
        sizes = None if scanned.get("scale") else usual_sizes(scan, self.name)
        self.scale = asked_scale or scanned.get("scale") or natural_scale(self.low, self.high, sizes)
        largest = max(abs(self.low), abs(self.high))
        smallest = max(sizes[0], largest / DYNAMIC_RANGE) if sizes else 1e-3 * largest
        self._threshold = scanned.get("threshold", smallest) or 1.0
        self.sign = -1.0 if self.scale == "log" and self.high < 0 else 1.0
        if self.sign < 0:
            self.low, self.high = -self.high, -self.low
            symbol = "−" + symbol
        if self.scale == "log" and self.low <= 0 and not asked_range:
            self.low = max(sizes[0] if sizes else 0, DYNAMIC_RANGE**-1 * self.high) or 1.0
        if asked_range:
            self.low, self.high = asked_range
            self._values = None
        if self.scale == "log" and not 0 < self.low <= self.high:
            raise ScanError(f"{shown(text)}: a logarithmic axis goes from one positive number to a larger one")
        self._options = {"linthresh": self._threshold} if self.scale == "symlog" else {}
        # numbers on a linear axis, and on a logarithmic one of less than a decade, share a power of ten
        self._short = self.scale == "log" and self.high < 9.99 * self.low
        power = int(np.floor(np.log10(max(abs(self.low), abs(self.high)) or 1.0)))
        self._power = power if (self.scale == "linear" or self._short) and not -2 <= power < 4 else 0
        factor = f"$10^{{{self._power}}}$" if self._power else ""
        unit = " ".join(part for part in (factor, mathtext(unit) if unit != "1" else "") if part)
        self.label = mathtext(symbol) + (f" [{unit}]" if unit else "")

    def _discrete(self, scan, scanned):
        """Values of an axis that has only some: those listed, or of a grid or list of points."""
        if "values" in scanned:
            return np.unique(np.asarray(scanned["values"], dtype=float))
        if self.name in scan.axes and scan.sampler in ("grid", "list"):
            values = np.unique(scan[self.name])
            values = values[np.isfinite(values)]
            repeated = len(values) <= MOST_VALUES and REPEATS * len(values) <= len(scan)
            if 0 < len(values) and (scan.sampler == "grid" or repeated):
                return values
        return None

    @property
    def is_discrete(self):
        """Whether each value has a bin."""
        return self._values is not None

    def drawn(self, block):
        """Where the rows of a block of columns lie on this axis."""
        return self.sign * block[self.name]

    def edges(self, bins):
        """Edges of bins of equal width on the scale of the axis; a bin for each value of a discrete one."""
        if self._values is not None:
            values = self._to_line(np.sort(self.sign * self._values))
            middle = (values[1:] + values[:-1]) / 2
            if len(values) == 1:
                return self._from_line(np.array([values[0] - 0.5, values[0] + 0.5]))
            first, last = values[0] - (middle[0] - values[0]), values[-1] + (values[-1] - middle[-1])
            return self._from_line(np.array([first, *middle, last]))
        low, high = self._to_line(np.array([self.low, self.high]))
        if low == high:
            width = 0.5 if self.scale != "linear" else 0.5 * abs(low) or 0.5
            low, high = low - width, high + width
        return self._from_line(np.linspace(low, high, bins + 1))

    def centres(self, edges):
        """Middles of the bins on the scale of the axis."""
        line = self._to_line(edges)
        return self._from_line((line[1:] + line[:-1]) / 2)

    def line(self, values):
        """Values where they lie on the scale of the axis, such as their logarithms."""
        return self._to_line(np.asarray(values, dtype=float))

    def values_at(self, line):
        """The inverse of line()."""
        return self._from_line(np.asarray(line, dtype=float))

    def _to_line(self, values):
        if self.scale == "log":
            with np.errstate(invalid="ignore", divide="ignore"):
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

    def show_all_of(self, panel, direction):
        """Shows the whole range, and a little more so that no point at an end is cut."""
        line = self._to_line(np.array([self.low, self.high]))
        margin = 0.03 * (line[1] - line[0]) or (0.05 if self.scale != "linear" else 0.05 * abs(line[0]) or 1.0)
        getattr(panel, f"set_{direction}lim")(*self._from_line(line + [-margin, margin]))

    def norm(self):
        """The same scale for colours."""
        kind = {"linear": Normalize, "log": LogNorm, "symlog": SymLogNorm}[self.scale]
        low, high = (self.low, self.high) if self.low < self.high else (self.low * 0.9, self.high * 1.1 or 1.0)
        return kind(vmin=low, vmax=high, **self._options)

    def _multiples(self, digits):
        """Powers of ten times some digits, within the range."""
        powers = 10.0 ** np.arange(np.floor(np.log10(self.low)), np.ceil(np.log10(self.high)) + 1)
        values = np.outer(powers, list(digits)).ravel()
        return values[(values >= self.low * (1 - 1e-9)) & (values <= self.high * (1 + 1e-9))]

    def _set_ticks(self, axis, few):
        if self.scale == "linear" or self._short:
            axis.set_major_locator(MaxNLocator(3 if few else 4))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value / 10.0**self._power)))
        elif self.scale == "log":
            if self.high < ENOUGH_DECADES * self.low:
                axis.set_major_locator(FixedLocator(self._multiples((1, 3) if few else (1, 2, 5))))
                axis.set_minor_locator(FixedLocator(self._multiples(range(1, 10))))
            else:
                axis.set_major_locator(LogLocator(numticks=4 if few else 7))
            axis.set_minor_formatter(NullFormatter())
            small = self.low >= 0.00999 and self.high <= 1001
            axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value) if small else power_of_ten_tick(value)))
        else:  # matplotlib's ticks overlap around zero
            largest = max(abs(self.low), abs(self.high))
            first = np.ceil(np.log10(self._threshold))
            last = max(first, np.floor(np.log10(1.01 * largest)))
            decades = 10.0 ** np.array([last] + ([first + 1] if last - first >= 3 and not few else []))
            axis.set_major_locator(FixedLocator([*-decades, 0, *decades]))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _: "0" if value == 0 else power_of_ten_tick(value)))


def axis_text(text):
    """Name, scale and range of NAME[:SCALE[:LOW:HIGH]]; None for what is not given."""
    name, *rest = text.split(":")
    if len(rest) not in (0, 1, 3) or (rest and rest[0] not in SCALES):
        raise ScanError(f"{shown(text)}: an axis is NAME, NAME:SCALE or NAME:SCALE:LOW:HIGH, SCALE one of {', '.join(SCALES)}")
    if len(rest) < 3:
        return name, rest[0] if rest else None, None
    try:
        low, high = float(rest[1]), float(rest[2])
    except ValueError:
        low = high = np.nan
    if not low < high or not np.isfinite([low, high]).all():
        raise ScanError(f"{shown(text)}: LOW and HIGH are two numbers, the lower first")
    return name, rest[0], (low, high)


def plain(value):
    """A tick's number with the digits it has."""
    return f"{round(value, 10):.6g}".replace("-", "−")


def power_of_ten_tick(value):
    """10^n, or the digits it has times that."""
    return power_of_ten(value, 3) if not 0.01 <= abs(value) < 1000 or value == 0 else _always_power(value)


def _always_power(value):
    power = int(np.floor(np.log10(abs(value)) + 1e-9))
    mantissa = plain(value / 10.0**power)
    factor = {"1": "", "−1": "-"}.get(mantissa, mantissa + r"{\times}")
    return f"${factor}10^{{{power}}}$"


def usual_sizes(scan, name):
    """Moduli between which nearly all values of a column lie that are not zero; None without one."""
    values = np.abs(scan.thinned(SAMPLE)[name])
    values = values[np.isfinite(values) & (values > 0)]
    return tuple(map(float, np.quantile(values, [0.05, 0.95]))) if len(values) else None


def natural_scale(low, high, sizes=None):
    """Linear for less than a decade; else logarithmic, or symmetric about zero for a range of both signs."""
    small, large = sorted((abs(low), abs(high)))
    if low * high > 0:
        return "log" if large > 10 * small else "linear"
    return "symlog" if sizes and sizes[1] > 30 * sizes[0] else "linear"
