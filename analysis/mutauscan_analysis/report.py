"""One HTML page about a scan, with everything it needs inside."""

import base64
import hashlib
import io
from datetime import datetime, timezone
from pathlib import Path
from string import Template

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from . import densities, findings, library, maps, posterior, profiles, sampling, scatter, targets
from .choice import varying
from .conditions import OK
from .files import EmptySelection, ScanError, writing
from .findings import replay
from .labels import escaped, html, power_of_ten
from .page_data import scatter_data
from .status import run_status
from .style import SKY_BLUE, STYLE, styled
from .summary import by_status, failures, throughput

PAGE = Path(__file__).parent / "report_page"
MOST_FOR_QUANTILES = 1_000_000
PROVENANCE = ("run_id", "program", "git_hash", "compiler", "libraries", "config_hash", "created")


def write(scan, path):
    """Writes the page; returns its path."""
    path = Path(path)
    with writing(path) as part:
        page = Template(_file("page.html")).substitute(_content(scan))
        part.write_text(page, encoding="utf-8")
    return path


def _content(scan):
    """Each placeholder of page.html."""
    valid = scan.count(OK)
    section, scripts = _scatter(scan)
    sources = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return {
        "policy": f"default-src 'none'; script-src {sources or repr('none')}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        "title": html(f"Scan {scan.path.resolve().name}"),
        "program": html(scan.attributes_of_run["program"]),
        "created": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "lead": _lead(scan),
        "tiles": _tiles(scan, valid),
        "result": _result(scan) if valid else _why_nothing(scan),
        "scatter": section,
        "maps": (_sampler(scan) if sampling.learns(scan) else "")
        + (f"<section><h2>Maps</h2>{_maps(scan)}</section>" if valid else ""),
        "status": _status_table(scan),
        "throughput": _throughput(scan),
        "provenance": _provenance(scan),
        "config": escaped(scan.attributes_of_run.get("config_toml", "")),
        "style": _file("page.css"),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }


def _file(name):
    return (PAGE / name).read_text(encoding="utf-8")


def _digest(script):
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _scatter(scan):
    """The section of the interactive plot with its data, and the scripts it needs: none without the library."""
    code = library.d3()
    if code is None:
        return (
            '<section id="scatter"><h2>Interactive scatter plot</h2><p>Left out: the JavaScript library d3 was not found when '
            "this page was written. <code>apt install node-d3</code>, or <code>npm install --prefix ~/.cache/mutauscan "
            "d3@5</code>, and write the report again.</p></section>"
        ), []
    data, sample = scatter_data(scan)
    section = Template(_file("scatter.html")).substitute(sample=sample)
    return f'{section}<script type="application/json" id="data">{data}</script>', [code, _file("page.js")]


def _lead(scan):
    model = scan.config["model"]
    axes = ", ".join(html(scan.symbol(name)) for name in varying(scan))
    selection = f" Only rows with <code>{escaped(' and '.join(scan.selection))}</code>." if scan.selection else ""
    judged = targets.aside(scan).removeprefix(", ")
    kind = model.get("kind", "mutau")
    name = (
        f"Non-thermal leptogenesis in the gauged U(1)<sub>Lμ−Lτ</sub> model, texture "
        f"<code>{escaped(model.get('texture', 'emu_mumu'))}</code>"
        if kind == "mutau" else f"{'Leptogenesis' if targets.measures(scan) else 'Likelihood'}, model <code>{escaped(kind)}</code>"
    )  # fmt: skip
    return f"{name}. Scanned: {axes}.{selection}" + (f" Judged with {html(judged)}." if judged else "")


def _tiles(scan, valid):
    tiles = [
        (f"{len(scan):,}", f"points of the {'at most ' * sampling.learns(scan)}{scan.points:,} of this scan"),
        (f"{valid:,}", f"valid ({valid / len(scan):.1%})"),
    ]
    if valid and targets.measures(scan):
        good = scan.count(targets.explains_all(scan))
        share = f" ({good / valid:.2%} of the valid)"
        tiles.append((f"{good:,}", f"explain everything{html(targets.aside(scan))}{share}"))
    tiles.append((*throughput(scan).split(" ", 1),))
    return "".join(f'<div class="tile"><b>{value}</b><span>{what}</span></div>' for value, what in tiles)


def _result(scan):
    if not targets.measures(scan):
        picture = _image(scatter.where(scan), "Valid points of the scan, and those with a likelihood near the largest.")
        return f"<h2>Where is the likelihood large?</h2>{picture}{_best(scan)}"
    good = scan.count(targets.explains_all(scan))
    first, *more = (html(sentence) for sentence in findings.found(scan))
    verdict = f"<b>{first}</b> {' '.join(more)}"
    return (
        f"<h2>Where does the model explain everything?</h2><p>{_question(scan)}</p><p>{verdict}</p>"
        + (_ranges(scan) if good else "")
        + _image(scatter.where(scan), "Valid points of the scan, coloured by what they explain.")
        + _cuts(scan)
        + _best(scan)
    )


def _question(scan):
    """What explaining everything means, for someone who sees the figures for the first time."""
    conditions = ["has the neutrino oscillations that were put in"]
    if targets.has_g_minus_2(scan):
        mean, sigma = targets.g_minus_2(scan)
        conditions.append(
            f"shifts the muon g−2 by {mean * 1e9:g}·10<sup>−9</sup> within two standard deviations of "
            f"{sigma * 1e9:g}·10<sup>−9</sup>"
        )
    sign = "" if scan.judged_by.any_sign else " and sign"
    conditions.append(
        f"makes a baryon asymmetry of the observed size{sign}, {targets.observed_asymmetry(scan)[0] * 1e11:g}·10<sup>−11</sup> "
        f"within a factor {targets.theory_factor(scan):g}"
    )
    asked = f"A point explains everything if it {', '.join(conditions[:-1])}, and {conditions[-1]}."
    return asked + (" Points that a hard experimental limit excludes do not count." if targets.has_limits(scan) else "")


def _table(heads, rows):
    """heads and cells are HTML; the first cell of a row is its heading."""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(f'<tr><th scope="row" class="text">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
                   for first, *rest in rows)  # fmt: skip
    return f'<div class="table"><table><tr>{head}</tr>{body}</table></div>'


def _ranges(scan):
    """Where the points lie that explain everything."""
    rows = scan.where(targets.explains_all(scan)).thinned(MOST_FOR_QUANTILES)
    best, lines = maps.best_or_none(scan, varying(scan)), []
    for name in varying(scan):
        low, middle, high = np.nanquantile(rows[name], [0.05, 0.5, 0.95])
        axis = scan.axes[name]
        ends = "" if not (isinstance(axis, dict) and "min" in axis) else f"{_number(axis['min'])} to {_number(axis['max'])}"
        chosen = "" if best is None else _number(best[name][0])
        lines.append((html(scan.label(name)), chosen, _number(middle), f"{_number(low)} to {_number(high)}", ends))
    return "<h3>Where they lie</h3>" + _table(("", "best point", "median", "5 to 95 %", "scanned"), lines)


def _cuts(scan):
    """What kills points: a cut flow, without conditions that all satisfy."""
    cuts = targets.cut_flow(scan)
    valid = cuts[0].left
    shown = [cuts[0]] + [cut for cut in cuts[1:] if cut.passing < valid]
    lines = [(html(cut.label), f"{cut.left:,}", f"{cut.passing:,}", f"{cut.only:,}") for cut in shown]
    return (
        "<h3>What the conditions leave</h3><p>One condition after the other. The last column counts points that satisfy all "
        "conditions but this one.</p>" + _table(("", "left", "satisfy it", "lost to it alone"), lines)
    )


def _best(scan):
    try:
        best = scan.best(8)
    except EmptySelection as reason:
        return f"<h3>Best points</h3><p>There are none: {html(str(reason).removeprefix(f'{scan.path}: '))}.</p>"
    merit = targets.merit(scan)
    heads = [html(scan.label(name)) if name != "merit" else html(merit.symbol) for name in best]
    rows = [[str(value) if name == "index" else _number(value) for name, value in row.items()]
            for _, row in best.astype({"index": object}).iterrows()]  # fmt: skip
    return (
        f"<h3>Best points</h3><p>The rows closest to all measurements at once, by {html(f'{merit.symbol} = {merit.meaning}')}. "
        f"{_samples(scan)}</p>"
        f"{_table(heads, rows)}<p>The first again, bit for bit: <code>{escaped(replay(scan, best['index'][0]))}</code></p>"
    )


def _samples(scan):
    try:
        number = posterior.number(scan, posterior.weights(scan))
    except ScanError:  # of a sampler that looks for the best fit, or before the merge
        return ""
    return f"As weighted samples the rows amount to {number:.0f} effective ones."


def _why_nothing(scan):
    """What one wants to know of a scan without a valid point."""
    lines = [(escaped(name), f"{count:,}", escaped(remedy), f"<code>{escaped(command)}</code>")
             for name, count, remedy, command in failures(scan)]  # fmt: skip
    return (
        f"<h2>Why no point is valid</h2><p>Each of the {len(scan):,} points has a status that says why it has no answer. "
        "The command computes one of them again, and prints its message.</p>"
        + _table(("status", "points", "what to do", "one of them"), lines).replace("<td>", '<td class="text">')
        + _image(scatter.where(scan), "Where which failure lies.")
    )


def _number(value):
    return "not reached" if np.isnan(value) else power_of_ten(value, 3, "html")


def _image(figure, caption):
    """A figure as PNG inside the page."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="png", dpi=200)
    width = int(figure.get_figwidth() * 140)
    plt.close(figure)
    picture = base64.b64encode(buffer.getvalue()).decode()
    text = escaped(caption)
    wide = ' class="wide"' if width > 700 else ""
    return (
        f'<figure><div{wide}><img width="{width}" alt="{text}" src="data:image/png;base64,{picture}"></div>'
        f"<figcaption>{html(caption)}</figcaption></figure>"
    )


def _sampler(scan):
    """What the sampler says of itself, its way there, and the posterior it found."""
    facts = _table(("", ""), [(html(what), html(text)) for what, text in sampling.lines(scan)]).replace("<td>", '<td class="text">')
    figures = [(sampling.trace(scan), "Rows in the order in which they were proposed.")]
    if (progress := sampling.convergence(scan)) is not None:
        figures.append((progress, "What the sampler found, generation by generation."))
    remark = ""
    try:
        figures.append((densities.posteriors(scan), "Posterior along each axis."))
    except ScanError as reason:
        remark = f"<p>No posterior: {html(str(reason).removeprefix(f'{scan.path}: '))}.</p>"
    return f"<section><h2>The sampler</h2>{facts}{remark}{''.join(_image(*figure) for figure in figures)}</section>"


def _maps(scan):
    merit = targets.merit(scan)
    along = "likelihood" if merit.is_likelihood else "exp(−Δχ²/2)"
    figures = []
    if len(varying(scan)) > 1 and targets.measures(scan):
        figures.append((maps.fraction(scan), f"Points in each cell that explain everything{targets.aside(scan)}."))
    if maps.best_or_none(scan, ["index"]) is None:
        return "".join(_image(*figure) for figure in figures) or "<p>No row has a likelihood.</p>"
    if len(varying(scan)) > 1:
        figures.append((profiles.likelihood(scan), f"Profile: {along} of the best point in each cell."))
    figures.append((profiles.along_axes(scan), f"Profile along each axis: {along} of the best point in each bin."))
    if len(varying(scan)) > 2:
        figures.append((profiles.corner(scan), "The same for all pairs of axes."))
    return "".join(_image(figure, caption) for figure, caption in figures)


def _status_table(scan):
    rows = [(escaped(name), f"{count:,}", f"{count / len(scan):.2%}",
             f'<span class="bar" style="width:{120 * count / len(scan):.0f}px"></span>')
            for name, count in by_status(scan).items()]  # fmt: skip
    return _table(("status", "points", "share", ""), rows)


def _throughput(scan):
    seconds = scan.thinned(MOST_FOR_QUANTILES)["telemetry/wall_s"]
    total = sum(block["telemetry/wall_s"].sum() for block in scan.blocks(["telemetry/wall_s"]))
    median, tail = np.quantile(seconds, [0.5, 0.99])
    slowest = scan.range("telemetry/wall_s")[1]
    status = run_status(scan)
    session = f" The last session ran on {escaped(status['ranks'])} process{'es' * (status['ranks'] != 1)}." if "ranks" in status else ""
    return (
        f"<p>{escaped(throughput(scan))}.{session} A point took {median * 1e3:.3g} ms (median), 1 % took more than "
        f"{tail * 1e3:.3g} ms, the slowest {slowest:.3g} s; {total / 3600:.3g} CPU hours in all.</p>"
        + (_image(_cost(seconds), "Wall time of a point.") if len(np.unique(seconds)) > 2 else "")
    )


@styled
def _cost(seconds):
    figure, panel = plt.subplots(figsize=(3.4, 1.7), layout="constrained")
    positive = seconds[seconds > 0] * 1e3
    low, high = (positive.min(), positive.max()) if len(positive) else (1, 10)
    high = max(high, 10 * low)  # a decade at least, or its ticks would overlap
    panel.hist(positive, bins=np.geomspace(low, high * 1.001, 40), color=SKY_BLUE)
    panel.set_xscale("log")
    panel.set_xlabel("wall time [ms]")
    panel.set_ylabel("points")
    return figure


def _provenance(scan):
    """Where the rows come from: file, program, sampler, and the choices of the model."""
    about, config = scan.attributes_of_run, scan.config
    items = {"path": scan.path.resolve()} | {name: about[name] for name in PROVENANCE if name in about}
    items |= {name: value for name, value in config.get("scan", {}).items() if name in ("sampler", "seed", "points")}
    items |= {f"model.{name}": value for name, value in config["model"].items()}
    items |= {f"limits.{name}": value for name, value in config.get("limits", {}).items()}
    status = run_status(scan)
    items |= {name: status[name] for name in ("host", "ranks", "last_write") if name in status}
    return _table(("", ""), [(escaped(name), escaped(value)) for name, value in items.items()]).replace("<td>", '<td class="text">')
