"""The measurements a point should explain: tests of rows against them, and how far off a row is.

Columns with verdicts (`explains_g2`, `explains_Y_B`, `explains_all`, `allowed`) and with log-likelihoods (`loglike_*`)
are used where a file has them; otherwise the numbers below are. Muon g-2 counts in the model with a Z' only. Two more
things count only if they tell rows apart (Judgement), and every label says when they do not: the sign of Y_B, which
another CP branch or another relative_vev_phase turns, and hard limits in the search for the best point.
"""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .conditions import Condition, flag, valid

Y_B = 8.70e-11  # observed baryon asymmetry n_B/s
Y_B_ERROR = 0.007  # its relative error
Y_B_FACTOR = 3.0  # a computed one this close counts as right: the size of the theory error
# Muon g-2, measured minus predicted, and its standard deviation; keys as model.g_minus_2
G_MINUS_2 = {
    "2021/WP20": (2.51e-9, 0.59e-9),
    "2023/WP20": (2.49e-9, 0.48e-9),
    "2025/WP20": (2.61e-9, 0.45e-9),
    "2025/WP25": (0.385e-9, 0.637e-9),
}


@dataclass(frozen=True)
class Judgement:
    """What the rows of a file are judged by."""

    sign: bool  # of Y_B: some row explains everything with the observed one
    limits: bool  # for the best point: some row with an asymmetry is allowed by all hard limits


def judgement(scan):
    """One pass over a scan."""
    name, sign, limits = scan.asymmetry, False, False
    everything = _everything(scan, any_sign=False)
    verdict = ["allowed"] if "allowed" in scan else []
    for block in scan.blocks([name, *everything.columns, *verdict]):
        sign |= bool(everything.test(block).any())
        if verdict:
            limits |= bool(np.any((block["status"] == 0) & (block["allowed"] == 1) & (np.abs(block[name]) > 0)))
    return Judgement(sign, limits)


def has_g_minus_2(scan):
    """Whether the model of a scan has something to say about muon g-2."""
    return scan.config["model"].get("kind", "mutau") == "mutau"


def g_minus_2(scan):
    """Measured minus predicted, and standard deviation, of the choice a scan was made with."""
    return G_MINUS_2[scan.config["model"].get("g_minus_2", "2021/WP20")]


def theory_factor(scan):
    """A computed Y_B this close to the observed one counts as right."""
    return scan.config.get("limits", {}).get("Y_B_theory_factor", Y_B_FACTOR)


def log_distance(asymmetry, any_sign=True):
    """|ln| of the ratio of the asymmetry to the observed one; infinite for zero, NaN, and (unless any) the wrong sign."""
    size = np.abs(asymmetry) if any_sign else np.maximum(asymmetry, 0.0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(np.nan_to_num(size, nan=0.0) / Y_B))


def has_right_asymmetry(asymmetry, factor=Y_B_FACTOR, any_sign=True):
    """Within that factor of the observed one."""
    return log_distance(asymmetry, any_sign) <= np.log(factor)


def explains_g_minus_2(delta_a_mu, measured=G_MINUS_2["2021/WP20"]):
    """Within two standard deviations; false for NaN."""
    return np.abs(delta_a_mu - measured[0]) <= 2 * measured[1]


def explains_g2(scan):
    """Valid rows that explain the muon g-2."""
    label = f"{scan.symbol('delta_a_mu')} within 2σ"
    if "explains_g2" in scan:
        return flag(label, "explains_g2")
    measured = g_minus_2(scan)
    return valid(label, ("delta_a_mu",), lambda block: explains_g_minus_2(block["delta_a_mu"], measured))


def asymmetry_symbol(scan):
    """Y_B, or |Y_B| where only its size counts."""
    symbol = scan.symbol(scan.asymmetry)
    return symbol if scan.judged_by.sign else f"|{symbol}|"


def explains_asymmetry(scan):
    """Valid rows that explain the baryon asymmetry."""
    return _asymmetry(scan, any_sign=not scan.judged_by.sign)


def explains_all(scan):
    """Valid rows that explain everything the file can tell: limits as well where it has verdicts."""
    return _everything(scan, any_sign=not scan.judged_by.sign)


def _asymmetry(scan, any_sign):
    name, factor = scan.asymmetry, theory_factor(scan)
    symbol = scan.symbol(name)
    label = f"{f'|{symbol}|' if any_sign else symbol} within a factor {factor:g}"
    if "explains_Y_B" in scan and not any_sign:
        return flag(label, "explains_Y_B")
    return valid(label, (name,), lambda block: has_right_asymmetry(block[name], factor, any_sign))


def _everything(scan, any_sign):
    if "explains_all" in scan and not any_sign:
        return flag("everything, within all limits", "explains_all")
    parts = [explains_g2(scan)] if has_g_minus_2(scan) else []
    if "allowed" in scan:
        parts.append(flag("allowed", "allowed"))
    parts.append(_asymmetry(scan, any_sign))
    label = "everything" + (", within all limits" if "allowed" in scan else "")
    label += f", the sign of {scan.symbol(scan.asymmetry)} aside" if any_sign else ""
    columns = tuple(name for part in parts for name in part.columns)
    return Condition(label, columns, lambda block: np.all([part.test(block) for part in parts], axis=0))


def limits(scan, hard_only=False):
    """A condition for each limit column: the valid rows it excludes; all, or those that count in `allowed`."""
    names = [name for name in scan.columns if name.startswith("limit_")]
    if hard_only:
        names = [name for name in names if "not in the verdict" not in scan.attributes(name)["long_name"]]
    return [flag(scan.symbol(name).replace("_", " "), name, value=0) for name in names]


@dataclass(frozen=True)
class Merit:
    """How far a row is from all measurements: -2 ln L, or the chi^2 that stands in for it."""

    symbol: str
    meaning: str
    is_likelihood: bool
    columns: tuple
    test: Callable  # {column: values} -> array; infinite where the row has no answer

    def __call__(self, block):
        values = np.asarray(self.test(block), dtype=float)
        return np.where((block["status"] == 0) & np.isfinite(values), values, np.inf)


def merit(scan):
    """-2 loglike_total; without that column [ln(Y_B/obs) / ln 3]^2 + [(delta_a_mu - obs)/sigma]^2.

    Rows with the wrong sign of Y_B, or that a hard limit excludes, have none; see Judgement for when that counts. Where
    the sign does not, |Y_B| takes the place of Y_B.
    """
    name, factor, any_sign = scan.asymmetry, theory_factor(scan), not scan.judged_by.sign
    remark = " of allowed points" if scan.judged_by.limits else ""
    remark += f", with |{scan.symbol(name)}|: none explains all with the observed sign" if any_sign else ""
    likelihood = "loglike_total" in scan
    if likelihood and not any_sign:
        symbol, meaning, columns = "−2 ln L", "−2 ln of the total likelihood", ("loglike_total",)

        def distance(block):
            return -2 * block["loglike_total"]

    elif likelihood:
        others = [c for c in scan.columns if c.startswith("loglike_") and c not in ("loglike_total", "loglike_Y_B")]
        width = np.hypot(np.log(factor), Y_B_ERROR)
        symbol, meaning, columns = "−2 ln L", "−2 ln of the total likelihood", (name, *others)

        def distance(block):
            return (log_distance(block[name]) / width) ** 2 - 2 * sum(block[column] for column in others)

    else:
        symbol, meaning, columns = "χ^2", f"[ln({asymmetry_symbol(scan)}/observed)/ln {factor:g}]²", (name,)
        has_g2 = has_g_minus_2(scan)
        if has_g2:
            mean, sigma = g_minus_2(scan)
            meaning += f" + [({scan.symbol('delta_a_mu')} − observed)/σ]²"
            columns += ("delta_a_mu",)

        def distance(block):
            asymmetry = (log_distance(block[name], any_sign) / np.log(factor)) ** 2
            return asymmetry + ((block["delta_a_mu"] - mean) / sigma) ** 2 if has_g2 else asymmetry

    if not scan.judged_by.limits:
        return Merit(symbol, meaning + remark, likelihood, ("status", *columns), distance)
    return Merit(symbol, meaning + remark, likelihood, ("status", *columns, "allowed"),
                 lambda block: np.where(block["allowed"] == 1, distance(block), np.inf))  # fmt: skip
