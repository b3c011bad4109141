"""One HTML page about a scan, with everything it needs inside."""

import base64
import io
import json
from datetime import datetime, timezone
from pathlib import Path
from string import Template

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from . import maps, scatter, targets
from .conditions import OK
from .choice import pairs, varying
from .files import writing
from .style import COLOUR_MAP, ORANGE, SKY_BLUE, STYLE, VERMILION, html, styled
from .summary import by_status, failures, replay, run_status, throughput

PAGE = Path(__file__).parent / "report_page"
MOST_ROWS = 20_000  # in the scatter plot; a page of about 10 MB
MOST_FOR_QUANTILES = 1_000_000
FAILED_COLOUR = "#e8e8e8"
PROVENANCE = ("run_id", "program", "git_hash", "compiler", "libraries", "config_hash", "created")
NOT_AXES = ("index", "status", "stage")  # columns of which a scatter plot shows nothing


def write(scan, path):
    """Writes the page; returns its path."""
    path = Path(path)
    with writing(path) as part:
        page = Template((PAGE / "page.html").read_text(encoding="utf-8")).substitute(_content(scan))
        part.write_text(page, encoding="utf-8")
    return path


def _content(scan):
    """Each placeholder of page.html."""
    valid = scan.count(OK)
    data, sample = _data(scan)
    name = scan.path.resolve().name
    return {
        "title": html(f"Scan {name}"),
        "program": html(scan.attributes_of_run["program"]),
        "created": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "lead": _lead(scan),
        "tiles": _tiles(scan, valid),
        "result": _result(scan, valid) if valid else _why_nothing(scan),
        "sample": sample,
        "maps": f"<section><h2>Maps</h2>{_maps(scan)}</section>" if valid else "",
        "status": _status_table(scan),
        "throughput": _throughput(scan),
        "provenance": _provenance(scan),
        "config": html_text(scan.attributes_of_run["config_toml"]),
        "data": data,
        "style": _file("vendor/uplot.css") + _file("page.css"),
        "library": _file("vendor/uplot.js"),
        "script": _file("page.js"),
    }


def html_text(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _file(name):
    return (PAGE / name).read_text(encoding="utf-8")


def _lead(scan):
    model = scan.config["model"]
    axes = ", ".join(html(scan.symbol(name)) for name in varying(scan))
    selection = f" Only rows with <code>{html_text(' and '.join(scan.selection))}</code>." if scan.selection else ""
    kind = model.get("kind", "mutau")
    name = (
        f"Non-thermal leptogenesis in the gauged U(1)<sub>Lμ−Lτ</sub> model, texture "
        f"<code>{html_text(str(model.get('texture', 'emu_mumu')))}</code>"
        if kind == "mutau" else f"Leptogenesis, model <code>{html_text(kind)}</code>"
    )  # fmt: skip
    return f"{name}. Scanned: {axes}.{selection}"


def _sign_aside(scan):
    return "" if scan.judged_by.sign else " but the sign of the asymmetry"


def _tiles(scan, valid):
    tiles = [
        (f"{len(scan):,}", f"points of the {scan.points:,} of this scan"),
        (f"{valid:,}", f"valid ({valid / len(scan):.1%})"),
    ]
    if valid:
        good = scan.count(targets.explains_all(scan))
        tiles.append((f"{good:,}", f"explain everything{_sign_aside(scan)} ({good / valid:.2%} of the valid)"))
    tiles.append((*throughput(scan).split(" ", 1),))
    return "".join(f'<div class="tile"><b>{value}</b><span>{what}</span></div>' for value, what in tiles)


def _result(scan, valid):
    best, merit = scan.best(8), targets.merit(scan)
    return (
        f"<h2>Where does the model explain everything?</h2><p>{_answer(scan, valid)}</p>"
        + _image(scatter.where(scan), "Valid points of the scan, coloured by what they explain.")
        + "<h3>Best points</h3><p>The rows closest to all measurements at once, by "
        + html(f"{merit.symbol} = {merit.meaning}")
        + f".</p>{_best_table(scan, best)}<p>The first again, bit for bit: <code>"
        + html_text(replay(scan, best["index"][0]))
        + "</code></p>"
    )


def _why_nothing(scan):
    """What one wants to know of a scan without a valid point."""
    rows = "".join(
        f'<tr><td class="text">{html_text(name)}</td><td>{count:,}</td><td class="text">{html_text(remedy)}</td>'
        f'<td class="text"><code>{html_text(command)}</code></td></tr>'
        for name, count, remedy, command in failures(scan)
    )
    return (
        f"<h2>Why no point is valid</h2><p>Each of the {len(scan):,} points has a status that says why it has no answer. "
        "The command computes one of them again, and prints its message.</p>"
        f'<div class="table"><table><tr><th>status</th><th>points</th><th>what to do</th><th>one of them</th></tr>{rows}'
        "</table></div>"
    )


def _answer(scan, valid):
    """In words, for someone who sees the figures for the first time."""
    good = scan.count(targets.explains_all(scan))
    conditions = ["has the neutrino oscillations that were put in"]
    if targets.has_g_minus_2(scan):
        mean, sigma = targets.g_minus_2(scan)
        conditions.append(
            f"shifts the muon g−2 by {mean * 1e9:g}·10<sup>−9</sup> within two standard deviations of "
            f"{sigma * 1e9:g}·10<sup>−9</sup>"
        )
    size = "of the observed size and sign"
    conditions.append(
        f"makes a baryon asymmetry {size}, {targets.Y_B * 1e11:g}·10<sup>−11</sup> within a factor "
        f"{targets.theory_factor(scan):g}"
    )
    asked = f"A point explains everything if it {', '.join(conditions[:-1])}, and {conditions[-1]}."
    if not scan.judged_by.sign:
        asked += (
            " <b>No point does so with the observed sign</b>, so that only sizes are compared here: the other CP branch, or "
            "another relative phase of the scalars in the early Universe, has the other sign."
        )
    if "allowed" in scan or "explains_all" in scan:
        asked += " Points that an experimental limit excludes do not count."
    if good == 0:
        return f"{asked} <b>None of the {valid:,} valid points does{_sign_aside(scan)}.</b>"
    rows = scan.where(targets.explains_all(scan)).thinned(MOST_FOR_QUANTILES)
    parts = []
    for name in varying(scan):
        low, middle, high = np.nanquantile(rows[name], [0.05, 0.5, 0.95])
        unit = "" if scan.units(name) == "1" else " " + html(scan.units(name))
        parts.append(f"{html(scan.symbol(name))} = {_number(middle)} ({_number(low)} to {_number(high)}){unit}")
    return (
        f"{asked} <b>{good:,} of {valid:,} valid points do{_sign_aside(scan)}</b>, {good / valid:.2%}. Their medians, and the ranges "
        f"without the outer 5 % on each side: {'; '.join(parts)}."
    )


def _number(value):
    if value == 0 or 0.01 <= abs(value) < 1e3:
        return f"{value:.3g}".replace("-", "−")
    digits, power = f"{value:.2e}".split("e")
    return f"{digits}·10<sup>{int(power)}</sup>".replace("-", "−")


def _image(figure, caption):
    """A figure as PNG inside the page."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="png", dpi=200)
    width = int(figure.get_figwidth() * 140)
    plt.close(figure)
    picture = base64.b64encode(buffer.getvalue()).decode()
    text = html_text(caption)
    return (
        f'<figure><img width="{width}" alt="{text}" src="data:image/png;base64,{picture}">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def _maps(scan):
    merit = targets.merit(scan)
    along = "likelihood" if merit.is_likelihood else "exp(−Δχ²/2)"
    figures = []
    if len(varying(scan)) > 1:
        figures = [
            (maps.fraction(scan), f"Fraction of the valid points in each cell that explain everything{_sign_aside(scan)}."),
            (maps.likelihood(scan), f"Profile: {along} of the best point in each cell."),
        ]
    figures.append((maps.profiles(scan), f"Profile along each axis: {along} of the best point in each bin."))
    if len(varying(scan)) > 2:
        figures.append((maps.corner(scan), "The same for all pairs of axes."))
    return "".join(_image(figure, caption) for figure, caption in figures)


def _best_table(scan, best):
    heads = [html(scan.label(name)) if name != "merit" else html(targets.merit(scan).symbol) for name in best]
    rows = [
        "".join(f"<td>{_number(value) if name != 'index' else value}</td>" for name, value in row.items())
        for _, row in best.astype({"index": object}).iterrows()
    ]
    head = "".join(f"<th>{text}</th>" for text in heads)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="table"><table><tr>{head}</tr>{body}</table></div>'


def _status_table(scan):
    counts = by_status(scan)
    rows = "".join(
        f'<tr><td class="text">{html_text(name)}</td><td>{count:,}</td><td>{count / len(scan):.2%}</td>'
        f'<td class="text"><span class="bar" style="width:{160 * count / len(scan):.0f}px"></span></td></tr>'
        for name, count in counts.items()
    )
    return f"<table>{rows}</table>"


def _throughput(scan):
    seconds = scan.thinned(MOST_FOR_QUANTILES)["telemetry/wall_s"]
    total = sum(block["telemetry/wall_s"].sum() for block in scan.blocks(["telemetry/wall_s"]))
    median, tail = np.quantile(seconds, [0.5, 0.99])
    slowest = scan.range("telemetry/wall_s")[1]
    status = run_status(scan)
    session = f" The last session ran on {status['ranks']} processes." if "ranks" in status else ""
    return (
        f"<p>{throughput(scan)}.{session} A point took {median * 1e3:.3g} ms (median), 1 % took more than "
        f"{tail * 1e3:.3g} ms, the slowest {slowest:.3g} s; {total / 3600:.3g} CPU hours in all.</p>"
        + _image(_cost(seconds), "Wall time of a point.")
    )


@styled
def _cost(seconds):
    figure, panel = plt.subplots(figsize=(3.4, 1.7), layout="constrained")
    positive = seconds[seconds > 0] * 1e3
    low, high = (positive.min(), positive.max()) if len(positive) else (1, 10)
    panel.hist(positive, bins=np.geomspace(low, high * 1.001, 40), color=SKY_BLUE)
    panel.set_xscale("log")
    panel.set_xlabel("wall time [ms]")
    panel.set_ylabel("points")
    return figure


def _provenance(scan):
    items = {name: scan.attributes_of_run[name] for name in PROVENANCE if name in scan.attributes_of_run}
    items = {"path": str(scan.path.resolve()), **items}
    for name in ("host", "ranks", "last_write"):
        if name in (status := run_status(scan)):
            items[name] = str(status[name])
    rows = [f'<th class="text">{name}</th><td class="text">{html_text(value)}</td>' for name, value in items.items()]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _data(scan):
    """The data of the scatter plot as JSON, and a sentence that says which rows it shows."""
    rows, sample = _sample(scan)
    found = [OK, targets.explains_asymmetry(scan), targets.explains_all(scan)]  # of a row, the last that holds
    labels = ["no valid point", "valid", f"{found[1].label} only", found[2].label]
    colours = [FAILED_COLOUR, "#bcbcbc", ORANGE, VERMILION]
    if targets.has_g_minus_2(scan):
        found.insert(1, targets.explains_g2(scan))
        labels.insert(2, f"{found[1].label} only")
        colours.insert(2, SKY_BLUE)
    first = [name for name in (*varying(scan), scan.asymmetry, "delta_a_mu") if name in scan]
    names = [name for name in dict.fromkeys([*first, *scan.columns]) if name not in NOT_AXES]
    columns = {name: rows[name] for name in scan.columns}
    kind = np.select([c.test(columns) for c in found[::-1]], list(range(len(found), 0, -1)), 0)
    constant = {name for name in names if _is_constant(columns[name])}
    shown = [_column(scan, name, columns[name]) for name in names if name not in constant]
    for name in ("index", "status"):
        shown.append(_column(scan, name, columns[name]))
    shown.append({"name": "kind", "symbol": "", "label": "", "units": "1", "long_name": "", "logarithmic": False,
                  "type": "f4", "values": _encoded(kind, "<f4")})  # fmt: skip
    x, y = pairs(scan)[min(2, len(pairs(scan)) - 1)]
    some_valid = np.any(kind > 0)
    content = {
        "columns": shown,
        "kinds": [
            {"label": html(label), "colour": colour, "count": int(np.sum(kind == number)), "emphasis": number == len(found)}
            for number, (label, colour) in enumerate(zip(labels, colours))
        ],
        "colour_map": [matplotlib.colors.to_hex(colour) for colour in matplotlib.colormaps[COLOUR_MAP].colors],
        "start": {"x": x, "y": "status" if y in constant else y, "colour": "kind" if some_valid else "status"},
        "hover": [name for name in first if name not in constant],
        "replay": replay(scan, "").rstrip(),
    }
    return json.dumps(content).replace("<", "\\u003c"), sample


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


def _column(scan, name, values):
    attributes = scan.attributes(name)
    label = html(scan.label(name))
    exact = name == "index"
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    spread = values.dtype.kind == "f" and len(size) > 0 and size.max() > 10 * size.min()
    scanned = scan.axes.get(name)
    logarithmic = scanned["scale"] == "log" if isinstance(scanned, dict) and "scale" in scanned else spread
    column = {
        "name": name,
        "symbol": html(attributes["symbol"]),
        "label": label,
        "units": html(attributes["units"]),
        "long_name": html_text(attributes["long_name"]),
        "logarithmic": bool(logarithmic),
        "type": "f8" if exact else "f4",
        "values": _encoded(values, "<f8" if exact else "<f4"),
    }
    if "enum_names" in attributes:
        column["names"] = json.loads(attributes["enum_names"])
    return column


def _encoded(values, kind):
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()
