"""What the interactive scatter plot of a report shows, as JSON."""

import base64
import json

import matplotlib
import numpy as np

from . import sampling, scatter, targets
from .choice import pairs, varying
from .conditions import OK
from .findings import replay
from .labels import segments
from .style import COLOUR_MAP, ORANGE, PURPLE, SKY_BLUE, VERMILION

MOST_ROWS = 20_000  # a page of about 10 MB
DYNAMIC_RANGE = 1e12  # of a logarithmic axis
FAILED_COLOUR = "#9a9a9a"
NOT_AXES = ("index", "status", "stage")  # columns that are no choice by themselves
GROUPS = (  # heading in the list of columns: beginnings of their names
    ("asymmetry", ("Y_", "eps_", "eta_B")),
    ("limits and verdicts", ("limit_", "ratio_", "allowed", "explains_")),
    ("likelihoods", ("loglike_",)),
    ("masses and couplings", ("M", "m", "h_", "lambda_", "theta", "dm", "delta", "sum_m", "g_", "sigma")),
)


def scatter_data(scan):
    """The data as JSON that may stand inside a script element, and a sentence that says which rows they are."""
    rows, sample = _sample(scan)
    labels, colours, found = _kinds(scan)
    quantiles = {f"u_{name}" for name in scan.axes} if sampling.learns(scan) else ()
    names = [name for name in dict.fromkeys([*scan.axes, scan.asymmetry, "delta_a_mu", *scan.columns])
             if name in scan and name not in quantiles]  # fmt: skip
    columns = {name: rows[name] for name in scan.columns}
    kind = np.select([c.test(columns) for c in found[::-1]], list(range(len(found), 0, -1)), 0)
    axes = dict.fromkeys(name for pair in pairs(scan) for name in pair)
    shown = [_column(scan, name, columns[name]) for name in names
             if name not in NOT_AXES and (name in axes or not _is_constant(columns[name]))]  # fmt: skip
    shown += [_column(scan, name, columns[name]) for name in ("index", "status", "stage") if name in columns]
    shown.append({"name": "kind", "group": "points", "symbol": [], "label": [], "unit_label": [], "units": "1",
                  "long_name": "", "logarithmic": False, "type": "f4", "values": _encoded(kind, "<f4")})  # fmt: skip
    given = {column["name"] for column in shown}
    x, y = pairs(scan)[min(2, len(pairs(scan)) - 1)]
    y = y if y in given and np.isfinite(columns[y]).any() else "status"
    content = {
        "columns": shown,
        "kinds": [
            {"label": segments(label), "colour": colour, "count": int(np.sum(kind == number)),
             "emphasis": number == len(found)}
            for number, (label, colour) in enumerate(zip(labels, colours))
        ],
        "curves": _curves(scan),
        "bands": _bands(scan),
        "dynamic_range": DYNAMIC_RANGE,
        "colour_map": [matplotlib.colors.to_hex(colour) for colour in matplotlib.colormaps[COLOUR_MAP].colors],
        "start": {"x": x, "y": y, "colour": "kind" if np.any(kind > 0) else "status"},
        "hover": [name for name in (*varying(scan), scan.asymmetry, "delta_a_mu") if name in given],
        "replay": replay(scan, "").rstrip(),
    }  # fmt: skip
    return json.dumps(content).replace("<", "\\u003c"), sample


def _kinds(scan):
    """Labels and colours of the kinds of points, and the conditions of all but the first: of a row, the last that holds."""
    if not targets.measures(scan):
        near = targets.near_best(scan)
        return (["no valid point", "valid", *(one.label for one in near)], [FAILED_COLOUR, "#bcbcbc", SKY_BLUE, VERMILION],
                [OK, *near])  # fmt: skip
    everything = targets.explains_all(scan)
    found, labels, colours = [OK], ["no valid point", "valid"], [FAILED_COLOUR, "#bcbcbc"]
    if targets.has_g_minus_2(scan):
        found.append(targets.explains_g2(scan))
        labels.append(f"{found[-1].label} only")
        colours.append(SKY_BLUE)
    if targets.has_asymmetry(scan):
        found.append(targets.explains_asymmetry(scan))
        labels.append(f"{found[-1].label} only")
        colours.append(ORANGE)
    if targets.has_limits(scan):
        found.append(targets.explains_measured(scan))
        labels.append("all that is measured, but a limit excludes it")
        colours.append(PURPLE)
    return [*labels, everything.label], [*colours, VERMILION], [*found, everything]


def _curves(scan):
    names = [name for name in scan.columns if name.startswith("limit_") and targets.is_hard(scan, name)]
    return [{**curve, "label": segments(targets.limit_label(scan, name))}
            for name in names if (curve := targets.curve(scan, name))]  # fmt: skip


def _bands(scan):
    if not targets.has_asymmetry(scan):
        return []
    observed, factor = targets.observed_asymmetry(scan)[0], targets.theory_factor(scan)
    bands = [{"column": scan.asymmetry, "low": observed / factor, "high": observed * factor,
              "label": f"observed asymmetry, factor {factor:g}"}]  # fmt: skip
    if targets.has_g_minus_2(scan):
        mean, sigma = targets.g_minus_2(scan)
        bands.append({"column": "delta_a_mu", "low": mean - 2 * sigma, "high": mean + 2 * sigma, "label": "muon g−2, 2σ"})
    return bands


def _sample(scan):
    """Every row, or at most MOST_ROWS: first those that explain everything, then evenly spaced ones of the others."""
    if len(scan) <= MOST_ROWS:
        return scan, f"All {len(scan):,} rows."
    good, others = scan.parts(targets.explains_all(scan))
    shown = good.thinned(MOST_ROWS // 2)
    filler = others.thinned(MOST_ROWS - len(shown))
    return shown.union(filler), (
        f"{len(shown) + len(filler):,} of {len(scan):,} rows: {len(shown):,} of the {len(good):,} that explain "
        f"everything, and {len(filler):,} evenly spaced ones of the others."
    )


def _is_constant(values):
    finite = values[np.isfinite(values)]
    return len(finite) == 0 or finite.min() == finite.max()


def _group(scan, name):
    if name in scan.axes:
        return "scanned"
    return next((group for group, beginnings in GROUPS if name.startswith(beginnings)), "others")


def _column(scan, name, values):
    attributes = scan.attributes(name)
    exact = name == "index"
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    spread = values.dtype.kind == "f" and len(size) > 0 and size.max() > 10 * size.min()
    scanned = scan.axes.get(name)
    logarithmic = scanned["scale"] == "log" if isinstance(scanned, dict) and "scale" in scanned else spread
    unit = "" if attributes["units"] == "1" else f" [{attributes['units']}]"
    column = {
        "name": name,
        "group": "points" if name in NOT_AXES else _group(scan, name),
        "symbol": segments(attributes["symbol"]),
        "label": segments(attributes["symbol"] + unit),
        "unit_label": segments(unit),
        "units": attributes["units"],
        "long_name": attributes["long_name"],
        "logarithmic": bool(logarithmic),
        "type": "f8" if exact else "f4",
        "values": _encoded(values, "<f8" if exact else "<f4"),
    }
    if name.startswith("Y_"):
        column["noise"] = scatter.NOISE
    if "enum_names" in attributes:
        column["names"] = json.loads(attributes["enum_names"])
    return column


def _encoded(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()
