"""The measurements a point should explain: tests of rows against them, and how far off a row is.

Columns with verdicts (`explains_g2`, `explains_Y_B`, `explains_all`, `allowed`) and with the log-likelihood
(`loglike_total`) are used where a file has them; otherwise the numbers below are.
"""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .conditions import Condition, flag, valid

Y_B = 8.70e-11  # observed baryon asymmetry n_B/s
Y_B_FACTOR = 3.0  # a computed one this close counts as right: the size of the theory error
# Muon g-2, measured minus predicted, and its standard deviation; keys as model.g_minus_2
G_MINUS_2 = {
    "2021/WP20": (2.51e-9, 0.59e-9),
    "2023/WP20": (2.49e-9, 0.48e-9),
    "2025/WP20": (2.61e-9, 0.45e-9),
    "2025/WP25": (0.385e-9, 0.637e-9),
}


def g_minus_2(scan):
    """Measured minus predicted, and standard deviation, of the choice a scan was made with."""
    return G_MINUS_2[scan.config["model"].get("g_minus_2", "2021/WP20")]


def log_distance(asymmetry):
    """|ln| of the ratio of |asymmetry| to the observed one; infinite for zero and NaN."""
    size = np.nan_to_num(np.abs(asymmetry), nan=0.0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(size / Y_B))


def has_right_asymmetry(asymmetry):
    """|asymmetry| is within Y_B_FACTOR of the observed one, whatever its sign (the other CP branch has it)."""
    return log_distance(asymmetry) <= np.log(Y_B_FACTOR)


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


def explains_asymmetry(scan):
    """Valid rows that explain the size of the baryon asymmetry."""
    name = scan.asymmetry
    label = f"|{scan.symbol(name)}| within a factor {Y_B_FACTOR:g}"
    if "explains_Y_B" in scan:
        return flag(f"|{scan.symbol(name)}| as observed", "explains_Y_B")
    return valid(label, (name,), lambda block: has_right_asymmetry(block[name]))


def explains_all(scan):
    """Valid rows that explain everything the file can tell: limits as well where it has verdicts."""
    if "explains_all" in scan:
        return flag("everything, within all limits", "explains_all")
    g2, asymmetry = explains_g2(scan), explains_asymmetry(scan)
    columns = (*g2.columns, *asymmetry.columns)
    return Condition("both", columns, lambda block: g2.test(block) & asymmetry.test(block))


def limits(scan):
    """A condition for each limit column: the valid rows it excludes."""
    return [flag(scan.symbol(name), name, value=0) for name in scan.columns if name.startswith("limit_")]


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
    """-2 loglike_total; without that column [ln(|Y_B|/obs) / ln 3]^2 + [(delta_a_mu - obs)/sigma]^2."""
    if "loglike_total" in scan:
        return Merit(
            "−2 ln L",
            "−2 ln of the total likelihood",
            True,
            ("status", "loglike_total"),
            lambda block: -2 * block["loglike_total"],
        )
    name, (mean, sigma) = scan.asymmetry, g_minus_2(scan)

    def chi_squared(block):
        asymmetry = log_distance(block[name]) / np.log(Y_B_FACTOR)
        return asymmetry**2 + ((block["delta_a_mu"] - mean) / sigma) ** 2

    return Merit(
        "χ^2",
        f"[ln(|{scan.symbol(name)}|/observed)/ln {Y_B_FACTOR:g}]² + [({scan.symbol('delta_a_mu')} − observed)/σ]²",
        False,
        ("status", name, "delta_a_mu"),
        chi_squared,
    )
