"""Tables of constraints as text, LaTeX and HTML."""

from . import posterior
from .files import ScanError
from .labels import escaped, html, latex, power_of_ten

HEADS = ("best point", "median", "68 %", "95 %")


def constraints(scan, columns=None, form="text"):
    """posterior.constraints as a table: form text, latex (a tabular) or html."""
    frame = posterior.constraints(scan, columns)
    if form not in ("text", "latex", "html"):
        raise ScanError(f"a table is one of text, latex, html; not {form}")
    note = f"{frame.attrs['about']}; effective number of samples {frame.attrs['effective']:.0f}"
    rows = []
    for symbol, unit, values in zip(frame.attrs["symbol"], frame.attrs["units"], frame.to_numpy()):
        best, median, *ends = (number(value, form) for value in values)
        to = "--" if form == "latex" else " to "
        rows.append((symbol, unit, best, median, f"{ends[0]}{to}{ends[1]}", f"{ends[2]}{to}{ends[3]}"))
    return {"text": _text, "latex": _latex, "html": _html}[form](rows, note)


def number(value, form):
    """Three digits."""
    return power_of_ten(value, 3, form)


def _text(rows, note):
    lines = [("", *HEADS)] + [(symbol + (f" [{unit}]" if unit != "1" else ""), *cells) for symbol, unit, *cells in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines] + [note])


def _latex(rows, note):
    body = []
    for symbol, unit, *cells in rows:
        unit = "" if unit == "1" else rf" [$\mathrm{{{latex(unit)}}}$]"
        body.append(f"${latex(symbol)}${unit} & " + " & ".join(cells) + r" \\")
    heads = " & ".join(("", *(head.replace("%", r"\%") for head in HEADS)))
    comment = "% " + note.replace("−", "-")
    return "\n".join([comment, r"\begin{tabular}{lrrrr}", r"\hline", heads + r" \\", r"\hline", *body, r"\hline",
                      r"\end{tabular}"])  # fmt: skip


def _html(rows, note):
    head = "".join(f'<th scope="col">{head}</th>' for head in ("", *HEADS))
    body = ""
    for symbol, unit, *cells in rows:
        label = html(symbol + (f" [{unit}]" if unit != "1" else ""))
        body += f'<tr><th scope="row">{label}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    return f'<div class="table"><table><caption>{escaped(note)}</caption><tr>{head}</tr>{body}</table></div>'
