"""Labels from symbols such as m_{Z′}, without LaTeX: for figures, for pages, and for tools that want LaTeX."""

import re

from matplotlib.mathtext import MathTextParser

# One symbol and its scripts: T_R, Y_B^est, m_{Z′}; the base may be empty, as after a bracket.
_SCRIPT = r"([_^])(?:\{([^{}_^$]+)\}|((?:[^\W_]|[′,])+))"
_SYMBOL = re.compile(rf"([^\W_]*)((?:{_SCRIPT})+)")


def mathtext(label):
    """Sets the scripts of a label, as in λ_Φσ or eV^2, by mathtext; the label itself if that fails."""
    converted = _SYMBOL.sub(_typeset, label)
    try:
        MathTextParser("path").parse(converted)
    except ValueError:
        return label
    return converted


def _typeset(symbol):
    """Words stand upright, single letters are variables."""
    base = re.sub(r"[A-Za-z]{2,}", r"\\mathrm{\g<0>}", symbol[1])
    scripts = "".join(
        mark + "{" + re.sub(r"[A-Za-z]{3,}", r"\\mathrm{\g<0>}", braced or plain) + "}"
        for mark, braced, plain in re.findall(_SCRIPT, symbol[2])
    )
    return f"${base}{scripts}$"


def html(label):
    """The same as HTML: sub- and superscripts of an escaped label."""

    def scripts(symbol):
        tags = {"_": "sub", "^": "sup"}
        return symbol[1] + "".join(
            f"<{tags[mark]}>{braced or plain}</{tags[mark]}>"
            for mark, braced, plain in re.findall(_SCRIPT, symbol[2])
        )

    return _SYMBOL.sub(scripts, escaped(label))


def escaped(text):
    """Any text as HTML, also inside an attribute."""
    replaced = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return "".join(replaced.get(letter, letter) for letter in str(text))


def power_of_ten(value, digits=3, form="math"):
    """0.5 as it is, 2e6 as 2×10⁶, with that many digits; form: math ($…$), text, html, latex."""
    if value == 0 or not abs(value) < float("inf"):
        return f"{value:g}"
    rounded = float(f"{value:.{digits - 1}e}")
    if 0.01 <= abs(rounded) < 1000:
        plain = f"{rounded:.{digits}g}"
        return f"${plain}$" if form == "latex" else plain.replace("-", "−")
    mantissa, power = f"{rounded:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = int(power)
    if form in ("math", "latex"):
        times = r"{\times}" if form == "math" else r"\times "
        factor = {"1": "", "-1": "-"}.get(mantissa, mantissa + times)
        return f"${factor}10^{{{power}}}$"
    raised = f"<sup>{power}</sup>" if form == "html" else str(power).translate(RAISED)
    factor = {"1": "", "-1": "−"}.get(mantissa, mantissa + "·")
    return f"{factor}10{raised}".replace("-", "−")


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

GREEK = {
    "Γ": "\\Gamma ", "Δ": "\\Delta ", "Λ": "\\Lambda ", "Σ": "\\Sigma ", "Φ": "\\Phi ", "α": "\\alpha ",
    "β": "\\beta ", "γ": "\\gamma ", "δ": "\\delta ", "ε": "\\epsilon ", "η": "\\eta ", "θ": "\\theta ",
    "λ": "\\lambda ", "μ": "\\mu ", "ν": "\\nu ", "ρ": "\\rho ", "σ": "\\sigma ", "τ": "\\tau ", "φ": "\\phi ",
    "⟨": "\\langle ", "⟩": "\\rangle ", "′": "'", "²": "^2", "→": "\\to ", "ℓ": "\\ell ",
}  # fmt: skip


def latex(symbol):
    """A symbol for GetDist's labels, which are LaTeX: scripts in braces, Greek letters as commands."""
    return "".join(GREEK.get(letter, letter) for letter in mathtext(symbol).replace("$", ""))


def segments(label):
    """A label as a list of [text, "", "sub" or "sup"], for pages that build it from texts."""
    parts, end = [], 0
    tags = {"_": "sub", "^": "sup"}
    for symbol in _SYMBOL.finditer(label):
        parts.append([label[end : symbol.start()] + symbol[1], ""])
        parts += [[braced or plain, tags[mark]] for mark, braced, plain in re.findall(_SCRIPT, symbol[2])]
        end = symbol.end()
    return [part for part in [*parts, [label[end:], ""]] if part[0]]
