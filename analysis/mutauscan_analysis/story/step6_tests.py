"""Step 6: what experiments will test."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch

from ..style import BLUE, DARK_GREY, GREEN, ORANGE, PURPLE, SKY_BLUE, TWO_COLUMNS, VERMILION
from .page import Page, power, read


def draw(data):
    figure, (left, right) = plt.subplots(1, 2, figsize=(TWO_COLUMNS, 3.5))
    texts = []
    for short, name, color in (("no", "normal", BLUE), ("io", "inverted", VERMILION)):
        table = read(data, f"step6_masses_{short}")
        solved = table["limit_texture"] == 1
        inside = solved & (table["limit_delta"] == 1)
        left.plot(table["sum_m_eV"][inside], 1e3 * table["m_bb_eV"][inside], ".", ms=1, color=color, alpha=0.4, rasterized=True)
        ranges = [np.quantile(table[c][inside], (0.16, 0.5, 0.84)) for c in ("sum_m_eV", "m_bb_eV", "delta_deg")]
        below = (table["sum_m_eV"][inside] < 0.24).mean()
        texts.append(f"{name}: Σm = {ranges[0][1]:.2f} eV ({ranges[0][0]:.2f} to {ranges[0][2]:.2f}), m_ββ = {1e3 * ranges[1][1]:.0f} meV "
                     f"({1e3 * ranges[1][0]:.0f} to {1e3 * ranges[1][2]:.0f}), δ = {ranges[2][1]:.0f}° ({ranges[2][0]:.0f} to "
                     f"{ranges[2][2]:.0f}), {100 * solved.mean():.0f} % of the sample have a solution, {100 * inside.mean():.0f} % with δ "
                     f"inside 3σ, of which {100 * below:.0f} % have Σm < 0.24 eV")
    for bound, label in ((0.24, "Planck CMB"), (0.12, "+ BAO"), (0.072, "DESI 2024")):
        left.axvline(bound, color=DARK_GREY, lw=1, ls="--")
        left.text(bound, 12, label, rotation=90, ha="right", va="bottom", fontsize=7)
    left.axhspan(28, 122, color=SKY_BLUE, alpha=0.25, lw=0)
    left.text(0.97, 30, "KamLAND-Zen 2024:\nlimit by matrix element", fontsize=7, ha="right", va="bottom")
    left.legend(handles=[Patch(fc=BLUE, label="normal, $S_{e\\mu}=S_{\\mu\\mu}=0$"),
                         Patch(fc=VERMILION, label="inverted, $S_{e\\tau}=S_{\\tau\\tau}=0$")], loc="upper left")
    left.set(xscale="log", yscale="log", xlabel=r"$\sum m_i$ [eV]", ylabel=r"$m_{\beta\beta}$ [meV]", xlim=(0.05, 1), ylim=(10, 300))
    left.set_xticks([0.06, 0.1, 0.2, 0.5, 1], ["0.06", "0.1", "0.2", "0.5", "1"])
    left.minorticks_off()

    # The coupling that gives the measured g-2, against the reach of each experiment: Delta a_mu is proportional to g^2.
    table = read(data, "step5_g_mzp")
    mass = np.unique(table["m_zp"])
    first = np.array([np.flatnonzero(table["m_zp"] == m)[0] for m in mass])
    g = table["g_zp"][first] * np.sqrt(2.51e-9 / table["delta_a_mu"][first])
    for name, color, label in (("na64mu", BLUE, "NA64μ"), ("ccfr", DARK_GREY, "CCFR"), ("babar", GREEN, "BaBar"), ("borexino", ORANGE, "Borexino")):
        ratio = table[f"ratio_{name}"][first] * g / table["g_zp"][first]
        right.plot(1e3 * mass, ratio, color=color, label=label)
        if name == "na64mu":
            window = mass[(ratio < 1) & (mass > 0.01)]
            reach = ratio[(mass > 0.011) & (mass < 0.05)].min()
    nearest = [np.flatnonzero(table["m_zp"] == m)[np.abs(np.log(table["g_zp"][table["m_zp"] == m] / k)).argmin()] for m, k in zip(mass, g)]
    light = mass[table["limit_n_eff_35"][nearest] == 0]
    right.axvspan(1, 1e3 * light.max(), color=PURPLE, alpha=0.25, lw=0, label="$N_{eff}$ < 3.5")
    right.axhline(1, color="black", lw=0.8)
    right.set(xscale="log", yscale="log", xlabel="$m_{Z'}$ [MeV]", ylabel=r"$g$ for $\Delta a_\mu$ / limit on $g$", xlim=(1, 1e3), ylim=(0.05, 20),
              title=r"$\Delta a_\mu = 2.51\cdot10^{-9}$: excluded above 1")
    right.legend(loc="lower right")
    return [Page("step6_tests", figure,
         f"Step 6. Left: masses of the two-zero points for oscillation parameters distributed as in NuFIT 5.1 (median and 68 %). "
         f"{'; '.join(texts)}. Right: the Z′ that gives the central value of g−2 is left open from {1e3 * light.max():.0f} to "
         f"{1e3 * window.max():.0f} MeV between N_eff and NA64μ; a limit {1 / reach:.1f} times as strong in g from NA64μ closes the window.")]
