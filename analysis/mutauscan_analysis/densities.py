"""Figures of the posterior: densities of weighted rows, of one column or a pair."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy.stats import gaussian_kde

from . import posterior, sampling, targets
from .axis import Axis
from .choice import varying
from .conditions import OK
from .files import ScanError
from .style import BLUE, CONTOUR_COLOURS, legend_above, panel_grid, styled

PLACES = 200
SHARES = (0.683, 0.954)
MOST_SAMPLES = 20_000  # of a density in two dimensions


@styled
def posteriors(scan, names=None, ax=None):
    """Kernel density of the posterior along each axis, on its scale, with the central 68 and 95 %, and the median.

    ax: draws one there.
    """
    names = names or varying(scan)
    figure, panels = panel_grid(len(names), 1.7 if len(names) > 1 else 2.4, ax=ax)
    used = posterior.weights(scan)
    for number, (panel, name) in enumerate(zip(panels, names)):
        axis = Axis(scan.where(OK), name)
        values, weights = _samples(scan, axis, used)
        low, high = axis.line([axis.low, axis.high])
        places = np.linspace(low, high, PLACES)
        density = posterior.density(values, weights, low, high, places, posterior.is_periodic(scan, axis.name))
        at = axis.values_at(places)
        panel.plot(at, density, color=BLUE)
        for share, alpha in zip(SHARES, (0.45, 0.2)):
            ends = posterior.quantiles(values, weights, [(1 - share) / 2, (1 + share) / 2])
            panel.fill_between(at, density, where=(places >= ends[0]) & (places <= ends[1]), color=BLUE, alpha=alpha, linewidth=0)
        (middle,) = axis.values_at(posterior.quantiles(values, weights, [0.5]))
        panel.axvline(middle, color="black", linewidth=0.7, linestyle="dotted")
        axis.apply_to(panel, "x")
        panel.set_xlim(axis.values_at(low), axis.values_at(high))
        panel.set_ylim(0)
        panel.set_yticks([])
        if number % 3 == 0:
            panel.set_ylabel("density")
    bands = [_patch(0.65), _patch(0.2)]
    handles = [*bands, Line2D([], [], color="black", linewidth=0.7, linestyle="dotted")]
    legend_above(figure, handles, ["68 %", "95 %", "median"], about(scan, used), ax)
    return figure


@styled
def pair(scan, axes, ax=None):
    """Kernel density of the posterior over two columns, with the regions of highest density that hold 68 and 95 %."""
    used = posterior.weights(scan)
    drawn = [Axis(scan.where(OK), name) for name in axes]
    lines = np.array([axis.line(axis.drawn({axis.name: scan[axis.name]})) for axis in drawn])
    kept = np.isfinite(lines).all(axis=0) & (used > 1e-6)
    kept &= used >= (np.sort(used[kept])[-MOST_SAMPLES] if kept.sum() > MOST_SAMPLES else 0)
    if kept.sum() < 3:
        raise ScanError(f"{scan.path}: a density needs at least three rows with a likelihood")
    ends = [axis.line([axis.low, axis.high]) for axis in drawn]
    grid = [np.linspace(*one, 80) for one in ends]
    places = np.array(np.meshgrid(*grid, indexing="ij"))
    try:
        density = gaussian_kde(lines[:, kept], weights=used[kept])(places.reshape(2, -1)).reshape(places.shape[1:])
    except np.linalg.LinAlgError as error:
        raise ScanError(f"{scan.path}: {axes[0]}, {axes[1]}: no density, the rows lie on a line") from error
    order = np.sort(density.ravel())[::-1]
    shares = np.cumsum(order) / order.sum()
    levels = [order[np.searchsorted(shares, share)] for share in SHARES]
    figure, (panel,) = panel_grid(1, 2.5, ax=ax)
    at = [axis.values_at(one) for axis, one in zip(drawn, grid)]
    panel.contourf(*at, density.T, levels=[*levels[::-1], density.max() * 1.001], colors=CONTOUR_COLOURS)
    panel.contour(*at, density.T, levels=levels[::-1], colors=[BLUE], linewidths=0.8)
    for axis, direction, one in zip(drawn, "xy", at):
        axis.apply_to(panel, direction)
        getattr(panel, f"set_{direction}lim")(one[0], one[-1])
    legend_above(figure, [_patch(0.65), _patch(0.2)], ["68 %", "95 %"], about(scan, used), ax)
    return figure


def _samples(scan, axis, used):
    """Values on the scale of an axis, and weights, of the rows that have both."""
    values = axis.line(axis.drawn({axis.name: scan[axis.name]}))
    kept = np.isfinite(values) & (used > 0)
    if kept.sum() < 2:
        raise ScanError(f"{scan.path}: column '{axis.name}' has no two values where there is a likelihood")
    return values[kept], used[kept]


def about(scan, used):
    """A line for below a figure."""
    number = posterior.number(scan, used)
    few = " (few: no more than a hint)" if number < posterior.FEW_SAMPLES else ""
    if sampling.learns(scan):
        verdict = "" if sampling.has_converged(scan) else ", not converged"
        return f"posterior of sampler {scan.sampler}{verdict}; effective number of samples {number:.0f}{few}"
    return f"prior: as scanned; {targets.about_figure(scan)}; effective number of samples {number:.0f}{few}"


def _patch(alpha):
    return Patch(color=BLUE, alpha=alpha, linewidth=0)
