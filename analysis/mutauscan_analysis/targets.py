"""The measurements a point should explain: tests of rows against them, and how far off a row is.

Columns with verdicts (`explains_g2`, `explains_Y_B`, `explains_all`, `allowed`) and with log-likelihoods (`loglike_*`)
are used where a file has them, and the measurements in the attributes of `Y_B` and `delta_a_mu`; otherwise the numbers
below are. Muon g-2 counts in the model with a Z' only. Whether the sign of Y_B counts, which another CP branch or another
relative_vev_phase turns, and whether hard limits do, is the choice of who looks (Judgement), never that of the rows.
"""

import json
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .conditions import OK, Condition, flag, valid
from .files import EmptySelection

# Of files whose programs did not write them: observed baryon asymmetry n_B/s, its relative error; muon g-2, measured
# minus predicted, and its standard deviation, by the names that model.g_minus_2 takes.
Y_B = 8.70e-11
Y_B_ERROR = 0.007
G_MINUS_2 = {
    "2021/WP20": (2.51e-9, 0.59e-9),
    "2023/WP20": (2.49e-9, 0.48e-9),
    "2025/WP20": (2.61e-9, 0.45e-9),
    "2025/WP25": (0.385e-9, 0.637e-9),
}
ALLOWED = "allowed by all hard limits"
Y_B_FACTOR = 3.0  # a computed Y_B this close counts as right: the size of the theory error


@dataclass(frozen=True)
class Judgement:
    """What rows are judged by."""

    any_sign: bool = False  # |Y_B| is compared
    limits: bool = True  # points that a hard limit excludes do not count


def has_asymmetry(scan):
    """Whether a scan has a baryon asymmetry; that of analytic likelihoods (kind reference) has none."""
    return scan.asymmetry in scan


def measures(scan):
    """Whether a scan can be judged by measurements; else it has likelihoods alone."""
    return has_asymmetry(scan) or has_g_minus_2(scan)


def has_g_minus_2(scan):
    """Whether the model of a scan has something to say about muon g-2."""
    return scan.config["model"].get("kind", "mutau") == "mutau"


def g_minus_2(scan):
    """Measured minus predicted, and standard deviation, of the choice a scan was made with."""
    choice = scan.config["model"].get("g_minus_2", "2021/WP20")
    written = json.loads(scan.attributes("delta_a_mu").get("measurements", "{}"))
    if choice in written:
        return written[choice]["value"], written[choice]["error"]
    return G_MINUS_2[choice]


def observed_asymmetry(scan):
    """Observed Y_B and its relative error."""
    written = json.loads(scan.attributes(scan.asymmetry).get("measurement", "{}"))
    return written.get("value", Y_B), written.get("relative_error", Y_B_ERROR)


def theory_factor(scan):
    """A computed Y_B this close to the observed one counts as right."""
    return scan.config.get("limits", {}).get("Y_B_theory_factor", Y_B_FACTOR)


def log_distance(asymmetry, any_sign=True, observed=Y_B):
    """|ln| of the ratio of the asymmetry to the observed one; infinite for zero, NaN, and (unless any) the wrong sign."""
    size = np.abs(asymmetry) if any_sign else np.maximum(asymmetry, 0.0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(np.nan_to_num(size, nan=0.0) / observed))


def has_right_asymmetry(asymmetry, factor=Y_B_FACTOR, any_sign=True, observed=Y_B):
    """Within that factor of the observed one."""
    return log_distance(asymmetry, any_sign, observed) <= np.log(factor)


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
    return f"|{symbol}|" if scan.judged_by.any_sign else symbol


def explains_asymmetry(scan, any_sign=None):
    """Valid rows that explain the baryon asymmetry."""
    any_sign = scan.judged_by.any_sign if any_sign is None else any_sign
    name, factor, symbol = scan.asymmetry, theory_factor(scan), scan.symbol(scan.asymmetry)
    label = f"{f'|{symbol}|' if any_sign else symbol} within a factor {factor:g}"
    if "explains_Y_B" in scan and not any_sign:
        return flag(label, "explains_Y_B")
    observed = observed_asymmetry(scan)[0]
    return valid(label, (name,), lambda block: has_right_asymmetry(block[name], factor, any_sign, observed))


def is_allowed(scan):
    """Valid rows that no hard limit excludes."""
    return flag(ALLOWED, "allowed")


def has_limits(scan):
    """Whether hard limits count: they are in the file, and were not set aside."""
    return "allowed" in scan and scan.judged_by.limits


def every(label, parts):
    """Rows that satisfy all of some conditions."""
    columns = tuple(dict.fromkeys(name for part in parts for name in part.columns))
    return Condition(label, columns, lambda block: np.all([part.test(block) for part in parts], axis=0))


def explains_measured(scan):
    """Valid rows that explain all that is measured, whether limits allow them or not."""
    parts = [explains_g2(scan)] if has_g_minus_2(scan) else []
    parts += [explains_asymmetry(scan)] if has_asymmetry(scan) else []
    parts = parts or [OK]
    return every("all that is measured", parts)


def explains_all(scan):
    """Valid rows that explain everything the file can tell: limits as well where it has verdicts."""
    label = "everything" + (", within all limits" if has_limits(scan) else "") + aside(scan)
    if "explains_all" in scan and scan.judged_by == Judgement():
        return flag(label, "explains_all")
    return every(label, [explains_measured(scan), *([is_allowed(scan)] if has_limits(scan) else [])])


def aside(scan):
    """What does not count, for labels: "", or ", the sign of Y_B aside"."""
    words = f", the sign of {scan.symbol(scan.asymmetry)} aside" if scan.judged_by.any_sign and has_asymmetry(scan) else ""
    return words + (", limits aside" if "allowed" in scan and not scan.judged_by.limits else "")


def limits(scan, hard=None):
    """A condition for each limit column: the valid rows it excludes. hard: those that count in `allowed`, or not."""
    names = [name for name in scan.columns if name.startswith("limit_")]
    return [flag(limit_label(scan, name), name, value=0) for name in names if hard in (None, is_hard(scan, name))]


def is_hard(scan, name):
    """Whether a limit column counts in `allowed`."""
    about = scan.attributes(name)
    return about["is_hard"] == "1" if "is_hard" in about else "not in the verdict" not in about["long_name"]


def limit_label(scan, name):
    """The symbol of a limit; in files that have only its name as one, that in words."""
    symbol = scan.symbol(name)
    return symbol.replace("_", " ") if symbol in (name, name.removeprefix("limit_")) else symbol


def curve(scan, name):
    """{"axes", "excluded", "x", "y"} of a limit that is a curve in two columns; None if it is not one."""
    written = scan.attributes(name).get("curve")
    return json.loads(written) if written else None


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


def merit(scan, without=()):
    """-2 loglike_total; without that column [ln(Y_B/obs) / ln 3]^2 + [(delta_a_mu - obs)/sigma]^2.

    Rows with the wrong sign of Y_B, or that a hard limit excludes, have none; scan.judged_by may set either aside. Then
    |Y_B| takes the place of Y_B. without: names of likelihoods (columns loglike_NAME) that are left out of the sum.
    """
    if not has_asymmetry(scan):
        return Merit("−2 ln L", "−2 ln of the total likelihood", True, ("status", "loglike_total"),
                     lambda block: -2 * block["loglike_total"])  # fmt: skip
    name, factor, any_sign = scan.asymmetry, theory_factor(scan), scan.judged_by.any_sign
    observed, error = observed_asymmetry(scan)
    counted = has_limits(scan)
    remark = " of allowed points" if counted else aside(scan) if "allowed" in scan else ""
    remark += f", with |{scan.symbol(name)}|" if any_sign else ""
    remark += f", without {', '.join(without)}" if without else ""
    likelihood = "loglike_total" in scan
    if likelihood and not any_sign and not without:
        symbol, meaning, columns = "−2 ln L", "−2 ln of the total likelihood", ("loglike_total",)

        def distance(block):
            return -2 * block["loglike_total"]

    elif likelihood:
        left_out = {"loglike_total", "loglike_Y_B", *(f"loglike_{one}" for one in without)}
        others = [column for column in scan.columns if column.startswith("loglike_") and column not in left_out]
        width = np.hypot(np.log(factor), error)
        symbol, meaning, columns = "−2 ln L", "−2 ln of the total likelihood", (name, *others)

        def distance(block):
            asymmetry = (log_distance(block[name], any_sign, observed) / width) ** 2
            return asymmetry - 2 * sum(block[column] for column in others)

    else:
        symbol, meaning, columns = "χ^2", f"[ln({asymmetry_symbol(scan)}/observed)/ln {factor:g}]²", (name,)
        has_g2 = has_g_minus_2(scan)
        if has_g2:
            mean, sigma = g_minus_2(scan)
            meaning += f" + [({scan.symbol('delta_a_mu')} − observed)/σ]²"
            columns += ("delta_a_mu",)

        def distance(block):
            asymmetry = (log_distance(block[name], any_sign, observed) / np.log(factor)) ** 2
            return asymmetry + ((block["delta_a_mu"] - mean) / sigma) ** 2 if has_g2 else asymmetry

    if not counted:
        return Merit(symbol, meaning + remark, likelihood, ("status", *columns), distance)
    return Merit(symbol, meaning + remark, likelihood, ("status", *columns, "allowed"),
                 lambda block: np.where(block["allowed"] == 1, distance(block), np.inf))  # fmt: skip


def near_best(scan):
    """Conditions: rows in the 95 and in the 68 % region of two parameters by their likelihood; none without a best row."""
    used = merit(scan)
    best = min((used(block).min(initial=np.inf) for block in scan.blocks(used.columns)), default=np.inf)
    return [Condition(f"−2 ln L within {rise:g} of the best", used.columns, lambda block, rise=rise: used(block) <= best + rise)
            for rise in (6.18, 2.30) if np.isfinite(best)]  # fmt: skip


def about_figure(scan, best=None):
    """One line for below a figure with a profile: what its likelihood is, and how good its best point."""
    used = merit(scan)
    if not has_asymmetry(scan):
        return "L of valid points" + ("" if best is None else f"; best {used.symbol} = {best['merit'][0]:.3g}")
    what = "L" if used.is_likelihood else "χ²"
    sign = f"sign of {scan.symbol(scan.asymmetry)} aside" if scan.judged_by.any_sign else "observed sign of " \
        f"{scan.symbol(scan.asymmetry)}"  # fmt: skip
    which = "of allowed points" if has_limits(scan) else "limits aside" if "allowed" in scan else "no limits in file"
    number = "" if best is None else f"; best {used.symbol} = {best['merit'][0]:.3g}"
    return f"{what}{', ' if which.startswith('no ') else ' '}{which}; {sign}{number}"


# ---- what is left of the rows, condition by condition ---------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """A condition in a sequence of them."""

    label: str
    passing: int  # valid rows that satisfy this one
    left: int  # valid rows that satisfy this one and all before
    only: int  # rows that satisfy all conditions but this one


def cut_flow(scan):
    """Cuts from valid rows to those that explain everything: g-2, size of Y_B, its sign, every hard limit."""
    conditions = [OK] + ([explains_g2(scan)] if has_g_minus_2(scan) else [])
    conditions += [explains_asymmetry(scan, any_sign=True)] if has_asymmetry(scan) else []
    if not scan.judged_by.any_sign and has_asymmetry(scan):
        name = scan.asymmetry
        conditions.append(valid(f"observed sign of {scan.symbol(name)}", (name,), lambda block: block[name] > 0))
    if has_limits(scan):
        hard = [name for name in scan.columns if name.startswith("limit_") and is_hard(scan, name)]
        conditions += [valid(f"not excluded by {limit_label(scan, name)}", (name,),
                             lambda block, name=name: block[name] != 0) for name in hard]  # fmt: skip
        conditions.append(is_allowed(scan))
    columns = [name for condition in conditions for name in condition.columns]
    passing, left, only = (np.zeros(len(conditions), dtype=int) for _ in range(3))
    for block in scan.blocks(columns):
        passed = np.array([condition.test(block) for condition in conditions])
        passing += passed.sum(axis=1)
        left += np.logical_and.accumulate(passed).sum(axis=1)
        missed = ~passed
        reasons = np.array([condition.label != ALLOWED for condition in conditions])  # that is missed with every limit
        others = missed[reasons].sum(axis=0)
        only[reasons] += (missed[reasons] & (others == 1)).sum(axis=1)
        only[~reasons] += (missed[~reasons] & (others == 0)).sum(axis=1)
    return [Cut(condition.label, *map(int, counts)) for condition, *counts in zip(conditions, passing, left, only)]


def why_none(scan):
    """Why no row has a likelihood: the condition that none satisfies, and what would help."""
    n_valid = scan.count(OK)
    if n_valid == 0:
        return f"no row satisfies: {OK.label}"
    counted = has_limits(scan)
    if counted and (allowed := scan.count(is_allowed(scan))) == 0:
        alone = [limit.label for limit in limits(scan, hard=True) if scan.count(limit) == n_valid]
        reason = f"; {' and '.join(alone)} alone exclude{'s' * (len(alone) == 1)} all" if alone else ""
        return f"allowed by all hard limits: {allowed} of {n_valid} valid rows{reason} (--no-limits sets them aside)"
    if not has_asymmetry(scan):
        return "no row has a likelihood"
    name = scan.asymmetry
    right = scan.count(valid("sign", (name,), lambda block: block[name] > 0))
    if right == 0 and not scan.judged_by.any_sign:
        return f"{scan.symbol(name)} has the observed sign in 0 of {n_valid} valid rows (--sign any sets it aside)"
    if counted and not scan.judged_by.any_sign:
        return "no allowed row has the observed sign of " \
               f"{scan.symbol(name)} (--sign any or --no-limits set one aside)"  # fmt: skip
    return f"no row with status ok has all of: {', '.join(merit(scan).columns[1:])}"
