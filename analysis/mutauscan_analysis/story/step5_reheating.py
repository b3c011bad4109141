"""Step 5: the baryon asymmetry against the reheating temperature, solved and estimated."""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLACK, BLUE, ORANGE, SKY_BLUE, TWO_COLUMNS, VERMILION
from ..targets import Y_B, Y_B_FACTOR
from .page import Page, power, read


def peak(temperature, asymmetry):
    """Where |asymmetry| is largest, and the asymmetry there; NaN (failed points) aside."""
    at = np.nanargmax(np.abs(asymmetry))
    return temperature[at], asymmetry[at]


def draw(data):
    running, fixed = read(data, "step5_reheating_running"), read(data, "step5_reheating_fixed")
    curves = {
        "M, Γ and ε follow T": (running, "Y_B", BLACK),
        "as they are at $T_R$": (fixed, "Y_B", BLUE),
        "estimate, no wash-out": (running, "Y_B_estimate", VERMILION),
    }
    figure, panel = plt.subplots(figsize=(TWO_COLUMNS, 3.3))
    panel.axhspan(Y_B / Y_B_FACTOR, Y_B * Y_B_FACTOR, color=SKY_BLUE, alpha=0.4, lw=0)
    panel.axhline(Y_B, color=SKY_BLUE, label=f"observed, factor {Y_B_FACTOR:g}")
    for label, (table, column, color) in curves.items():
        order = np.argsort(table["T_R"])
        temperature, value = table["T_R"][order], table[column][order]
        panel.plot(temperature, np.where(value < 0, -value, np.nan), color=color, label=f"{label}, negative")
        if (value > 0).any():
            panel.plot(temperature, np.where(value > 0, value, np.nan), ":", color=color, label=f"{label}, positive")
    place, height = peak(running["T_R"], running["Y_B"])
    panel.plot(place, abs(height), "*", ms=11, color=ORANGE, mec=BLACK, mew=0.6, label=f"largest: {power(place)} GeV")
    panel.set(xscale="log", yscale="log", xlabel="$T_R$ [GeV]", ylabel="$|Y_B|$", ylim=(1e-14, 1e-6),
              xlim=(running["T_R"].min(), running["T_R"].max()))  # fmt: skip
    panel.legend(loc="lower left", ncol=2, fontsize=7)

    fixed_place, fixed_height = peak(fixed["T_R"], fixed["Y_B"])
    solved = np.isfinite(running["Y_B"])
    enough = running["T_R"][solved & (np.abs(running["Y_B"]) > Y_B / Y_B_FACTOR)]
    hottest = np.argmax(np.where(solved, running["T_R"], 0))
    ratio = np.abs(running["Y_B_estimate"] / running["Y_B"])
    over = running["T_R"][solved & (ratio > 10)]
    too_large = f"more than tenfold too large above {power(over.min())} GeV" if len(over) else "within a factor 10"
    at = np.abs(np.log(running["T_R"] / place)).argmin()
    signs = (running["Y_B"][solved] < 0).sum(), solved.sum()
    return [Page(
        "step5_reheating", figure,
        f"Step 5. Baryon asymmetry at the benchmark (normal ordering, δ = {np.nanmedian(running['delta_deg']):.0f}°, λ_Φσ = "
        f"{power(running['lambda_phi_sigma'][0])}, M_μτ = {power(running['M_mutau'][0])} GeV, h = {running['h_etau'][0]:g}) "
        f"against the reheating temperature. |Y_B| is largest at T_R = {power(place)} GeV, where Y_B = {power(height)}"
        + (f", and above a third of the observed 8.7·10⁻¹¹ from {power(enough.min())} to {power(enough.max())} GeV" if len(enough) else "")
        + f"; it is negative in {signs[0]} of {signs[1]} points. Beyond, inverse decays of N_1 wash out what is made: the "
        f"estimate is {power(running['Y_B_estimate'][at])} at the peak, {too_large}, and {power(ratio[hottest])} times "
        f"|Y_B| at {power(running['T_R'][hottest])} GeV. With masses, widths and ε as they are at T_R the peak is "
        f"{power(fixed_height)} at {power(fixed_place)} GeV.",
    )]  # fmt: skip
