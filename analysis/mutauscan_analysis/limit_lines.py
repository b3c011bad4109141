"""Lines of hard limits on a panel: the curve itself where a limit is one in the two axes, else the border of its cells."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withTickedStroke
from matplotlib.transforms import IdentityTransform
from scipy.ndimage import binary_dilation, label

from . import targets
from .labels import mathtext
from .style import OKABE_ITO

LINES = ("solid", "dashed", "dotted")
ENOUGH_CELLS = 100  # with valid points; fewer do not trace a border
UNDECIDED = (0.1, 0.9)  # a cell of which a limit excludes a share between these
STRAY = 0.02  # of the cells may be undecided away from the border
TICKS = dict(spacing=6, length=0.6)


class TicksOnOneSide(withTickedStroke):
    """matplotlib's own fails on a line without length, such as a contour that only touches a corner."""

    def draw_path(self, renderer, gc, tpath, affine, rgbFace):
        for line in affine.transform_path(tpath).to_polygons(closed_only=False):
            if len(line) > 1 and np.ptp(line, axis=0).max() > 0:
                super().draw_path(renderer, gc, Path(line), IdentityTransform(), rgbFace)


class LimitLines:
    """Draws the limits of a scan on panels, each in the same colour on all of them, and collects their legend."""

    def __init__(self, scan):
        self._names = [name for name in scan.columns if name.startswith("limit_") and targets.is_hard(scan, name)]
        self._labels = {name: targets.limit_label(scan, name) for name in self._names}
        self._curves = {name: targets.curve(scan, name) for name in self._names}
        self.conditions = targets.limits(scan, hard=True)  # in the order of the shares that draw() takes
        self.handles = {}  # label -> handle

    def draw(self, panel, grid, shares):
        """shares: of the valid points of each cell, that each of the conditions excludes; NaN without one."""
        names = [axis.name for axis in grid.axes]
        for name, excluded in zip(self._names, shares):
            curve = self._curves[name]
            if curve and set(curve["axes"]) == set(names):
                self._with_style(name, lambda colour, line: draw_curve(panel, grid, curve, colour, line))
            elif shows_border(excluded):
                self._with_style(name, lambda colour, line: draw_border(panel, grid, excluded, colour, line))

    def _with_style(self, name, draw):
        text = f"excluded: {mathtext(self._labels[name])}"
        number = len(self.handles)
        style = (OKABE_ITO[number % len(OKABE_ITO)], LINES[number // len(OKABE_ITO) % len(LINES)])
        if text in self.handles:
            style = self.handles[text].get_color(), self.handles[text].get_linestyle()
        if draw(*style):
            self.handles[text] = Line2D([], [], color=style[0], linestyle=style[1])


def draw_curve(panel, grid, curve, colour, line):
    """The part of a published curve that lies in the panel, ticks on the excluded side; whether there is one.

    Between its knots it is straight in the logarithms of both.
    """
    knots = np.log(np.array([curve["x"], curve["y"]], dtype=float))
    fine = np.unique(np.r_[np.linspace(knots[0, 0], knots[0, -1], 400), knots[0]])
    x, y = np.exp(fine), np.exp(np.interp(fine, *knots))
    upright = [axis.name for axis in grid.axes] != curve["axes"]  # x of the curve is the vertical axis
    points = [axis.sign * values for axis, values in zip(grid.axes, (y, x) if upright else (x, y))]
    inside = np.all([(p >= edges[0]) & (p <= edges[-1]) for p, edges in zip(points, grid.edges)], axis=0)
    if not inside.any():
        return False
    # the excluded side is to the left of a line that runs to the right and excludes what is above
    left = (curve["excluded"] == "above") != upright
    panel.plot(*points, color=colour, linestyle=line, linewidth=0.9, scalex=False, scaley=False,
               path_effects=[TicksOnOneSide(angle=135 if left else -135, **TICKS)])  # fmt: skip
    return True


def shows_border(shares):
    """Whether cells show the border of a limit: enough are valid, each side is in one piece, and cells that a limit
    excludes in part lie along it alone."""
    known = ~np.isnan(shares)
    if known.sum() < ENOUGH_CELLS or min(shares.shape) < 2:
        return False
    excluded = known & (shares > 0.5)
    if not excluded.any() or excluded[known].all():
        return False
    if label(excluded, np.ones((3, 3)))[1] > 1 or label(known & ~excluded, np.ones((3, 3)))[1] > 1:
        return False  # islands are noise
    along = binary_dilation(excluded, np.ones((3, 3))) & binary_dilation(known & ~excluded, np.ones((3, 3)))
    undecided = (shares > UNDECIDED[0]) & (shares < UNDECIDED[1])
    return (undecided & ~along).sum() <= STRAY * known.sum() and (along & known).sum() < known.sum() / 2


def draw_border(panel, grid, shares, colour, line):
    """Where the share passes one half, between cells that have valid points; whether there is such a place."""
    drawn = contours(panel, grid, shares, [0.5], [colour], [line])
    if drawn is None:
        return False
    # a list of collections until matplotlib 3.8
    plt.setp(getattr(drawn, "collections", drawn), path_effects=[TicksOnOneSide(angle=135, **TICKS)])
    return True


def contours(panel, grid, values, levels, colours, styles):
    """Contours of the values of cells, through their middles and on to the border; None if there are none.

    Cells without a value (NaN), and what lies between them and others, have none. Larger values are on the left.
    """
    with np.errstate(invalid="ignore"):
        if min(grid.shape) < 2 or not any(np.nanmin(values) < level < np.nanmax(values) for level in levels):
            return None
    padded = np.ma.masked_invalid(np.pad(values, 1, mode="edge"))
    lines = [np.r_[edges[0], axis.centres(edges), edges[-1]] for axis, edges in zip(grid.axes, grid.edges)]
    return panel.contour(*lines, padded.T, levels=levels, colors=colours, linestyles=styles, linewidths=0.9)
