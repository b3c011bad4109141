"""Rows as weighted samples: the posterior whose prior is the sampler's distribution.

The points of a scan are spread over its box, not as a posterior is: the weight of a row is L/L_max. Such samples have the
posterior for a prior that is flat on the scale on which an axis was scanned, or the distribution of the axis. Likelihoods
of parameters that were drawn from the fit they are judged by ("nufit") are left out, or they would count twice.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import sampling, targets
from .files import EmptySelection, ScanError
from .labels import latex

FEW_SAMPLES = 100  # effective ones; fewer say little


def shown(scan):
    """The parameters that vary, and the asymmetry where there is one."""
    return [*scan.axes, *([scan.asymmetry] if targets.has_asymmetry(scan) else [])]


def priors_from_fits(scan):
    """Names of the likelihoods that are already the distribution of an axis."""
    names = [name.removesuffix("_deg").removesuffix("_eV2") for name, axis in scan.axes.items()
             if isinstance(axis, dict) and axis.get("nufit") == "normal"]  # fmt: skip
    return [name for name in names if f"loglike_{name}" in scan]


def effective(weights):
    """Kish's effective number of samples, (sum w)^2 / sum w^2."""
    return float(np.sum(weights) ** 2 / np.sum(weights**2))


def number(scan, used):
    """Effective number of samples: of chains what the sampler found, as their rows are correlated; else Kish's."""
    if scan.sampler == "mcmc" and not scan.selection and "ess" in (found := sampling.results(scan)):
        return found["ess"]
    return effective(used)


def weights(scan):
    """L/L_max of every row in the order of the rows, 0 for those without a likelihood; of a sampler of posteriors, its
    weights, the largest 1."""
    if sampling.learns(scan):
        used = sampling.weights(scan)
        if not used.any():
            raise EmptySelection(f"{scan.path}: no row has a weight in the posterior")
        return used / used.max()
    merit = targets.merit(scan, priors_from_fits(scan))
    values = merit({name: scan[name] for name in merit.columns})
    if not np.isfinite(values).any():
        raise EmptySelection(f"{scan.path}: {targets.why_none(scan)}")
    return np.exp(-(values - values.min()) / 2)


def variable(scan, name):
    """Name, LaTeX label and function of the variable in which the prior of a column is flat: a logarithm or the column."""
    axis, label = scan.axes.get(name), latex(scan.symbol(name))
    if not (isinstance(axis, dict) and axis.get("scale") == "log"):
        return name, label, np.asarray
    if axis["max"] < 0:
        return f"log10_minus_{name}", rf"\log_{{10}}(-{label})", lambda values: np.log10(-values)
    return f"log10_{name}", rf"\log_{{10}}{label}", np.log10


def is_periodic(scan, name):
    """Whether a column is an angle that is scanned over its full turn, whose ends are the same place."""
    axis, turn = scan.axes.get(name), {"deg": 360.0, "rad": 2 * np.pi}.get(scan.units(name))
    if not (isinstance(axis, dict) and "min" in axis):
        return False
    return bool(axis.get("periodic") or (turn is not None and np.isclose(axis["max"] - axis["min"], turn)))


@dataclass(frozen=True)
class Samples:
    """Rows with a likelihood, as tools for chains take them."""

    names: list
    labels: list  # LaTeX without $
    derived: list  # whether a name is not a parameter of the scan
    ranges: dict  # name -> (low, high) of parameters with ends
    periodic: list  # names of angles that vary over their full turn
    values: np.ndarray  # [row, name]
    weights: np.ndarray
    minus_log_likelihood: np.ndarray
    left_out: list  # likelihoods that are priors


def samples(scan, columns=None):
    """Samples of the columns (default: the parameters that vary, and Y_B)."""
    columns = columns or shown(scan)
    used = weights(scan)
    drawn = used > 0
    chosen = [variable(scan, name) for name in columns]
    values = np.column_stack([function(scan[name][drawn]) for name, (_, _, function) in zip(columns, chosen)])
    ranges = {}
    for name, (written, _, function) in zip(columns, chosen):
        axis = scan.axes.get(name)
        if isinstance(axis, dict) and "min" in axis:
            ranges[written] = tuple(sorted(map(float, function(np.array([axis["min"], axis["max"]], float)))))
    if sampling.learns(scan):
        left_out, half = [], -sampling.ln_likelihood(scan)[drawn]
    else:
        left_out = priors_from_fits(scan)
        merit = targets.merit(scan, left_out)
        half = merit({name: scan[name] for name in merit.columns})[drawn] / 2
    return Samples([one[0] for one in chosen], [one[1] for one in chosen], [name not in scan.axes for name in columns],
                   ranges, [written for name, (written, _, _) in zip(columns, chosen) if is_periodic(scan, name)],
                   values, used[drawn], half, left_out)  # fmt: skip


def resampled(scan, rows, seed, columns=None):
    """DataFrame of rows drawn with replacement by their weights: equally weighted samples. Same seed, same rows."""
    table = scan.to_pandas(columns or shown(scan))
    used = weights(scan)
    chosen = np.random.default_rng(seed).choice(len(table), rows, p=used / used.sum())
    return table.iloc[chosen].reset_index(drop=True)


def density(line, used, low, high, places, periodic=False):
    """Weighted kernel density estimate of samples between two ends at some places; it is reflected at the ends, or goes on
    at the other end if they are the same place.

    Gaussian kernels, their width by Silverman's rule for the effective number of samples.
    """
    mean = np.average(line, weights=used)
    spread = np.sqrt(np.average((line - mean) ** 2, weights=used))
    if not spread > 0:
        raise ScanError("a density needs samples that differ")
    width = min(spread, (high - low) / 4) * (0.75 * effective(used)) ** -0.2
    total = np.zeros(len(places))
    turn = high - low
    for image in (line, line - turn, line + turn) if periodic else (line, 2 * low - line, 2 * high - line):
        for begin in range(0, len(line), 2000):
            part = slice(begin, begin + 2000)
            total += np.exp(-0.5 * ((places[:, None] - image[part]) / width) ** 2) @ used[part]
    return total / (used.sum() * width * np.sqrt(2 * np.pi))


def quantiles(values, used, shares):
    """Weighted quantiles: where the sum of weights from below passes a share of all."""
    order = np.argsort(values)
    below = (np.cumsum(used[order]) - used[order] / 2) / used.sum()
    return np.interp(shares, below, values[order])


def constraints(scan, columns=None):
    """DataFrame with the best point, and medians and 68 and 95 % intervals of the posterior; rows are columns of the scan.

    Its attrs have the effective number of samples and what the likelihood is.
    """
    columns = list(columns or shown(scan))
    used = weights(scan)
    best = scan.best(1, columns)
    table = []
    for name in columns:
        values = scan[name]
        kept = (used > 0) & np.isfinite(values)
        if not kept.any():
            raise EmptySelection(f"{scan.path}: column '{name}' has no finite value where there is a likelihood")
        ends = quantiles(values[kept], used[kept], [0.5, 0.1587, 0.8413, 0.0228, 0.9772])
        table.append([best[name][0], *ends])
    frame = pd.DataFrame(table, columns, ["best", "median", "low68", "high68", "low95", "high95"])
    frame.attrs = {"effective": number(scan, used), "about": targets.about_figure(scan, best),
                   "units": [scan.units(name) for name in columns],
                   "symbol": [scan.symbol(name) for name in columns]}  # fmt: skip
    return frame
