"""Step 2: where the symmetry is broken."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from ..style import BLACK, BLUE, GREY, ORANGE, SKY_BLUE, TWO_COLUMNS, VERMILION, YELLOW
from .page import Page, grid, power, read

PHASES = {-1: ("Φ condenses", GREY), 0: ("symmetric", "white"), 1: ("σ1 only", YELLOW), 2: ("σ2 only", ORANGE), 3: ("σ1 and σ2", SKY_BLUE)}
TEMPERATURE = 5e4  # GeV: where the caption reads off the phase boundary


def draw(data):
    figure, panels = plt.subplots(1, 3, figsize=(TWO_COLUMNS, 3.4), sharey=True)
    boundary = {}
    for panel, name in zip(panels, ("lagrangian", "talk", "estimate")):
        table = read(data, f"step2_{name}")
        x, y, shaped = grid(table, "lambda_phi_sigma", "T_R")
        phase = shaped(table["phase_TR"])
        panel.pcolormesh(x, y, phase, cmap=ListedColormap([c for _, c in PHASES.values()]),
                         norm=BoundaryNorm(np.arange(-1.5, 4), 5), shading="nearest", rasterized=True)
        panel.plot(x, shaped(table["T_portal"])[0], color=BLUE, label=r"$T_{\rm portal}$")
        panel.axhline(table["T_gauge"][0], color=VERMILION, ls="--", label=r"$T_{\rm gauge}$")
        stable, decays = (shaped(table[c])[0] == 1 for c in ("limit_vacuum_stability", "limit_br_h_inv"))
        for excluded, hatch in ((~stable, "////"), (~decays, "....")):
            panel.fill_between(x, y[0], y[-1], where=excluded, hatch=hatch, facecolor="none", edgecolor=BLACK, lw=0, alpha=0.6)
        broken = x[phase[np.abs(np.log(y / TEMPERATURE)).argmin()] > 0]
        boundary[name] = broken.max() if len(broken) else np.nan
        panel.set_xscale("symlog", linthresh=1e-6)
        panel.set_xticks([-1e-3, 0, 1e-3])
        panel.set(yscale="log", title=f"“{name}”", xlabel=r"$\lambda_{\Phi\sigma}$", ylim=(y[0], y[-1]))
        if name == "lagrangian":
            # BR/(1 - BR) is proportional to lambda^2
            branching = table["BR_h_inv"][np.abs(table["BR_h_inv"] - 0.107).argmin()]
            at = np.abs(table["lambda_phi_sigma"][np.abs(table["BR_h_inv"] - 0.107).argmin()])
            widest = at * np.sqrt(0.107 / (1 - 0.107) * (1 - branching) / branching)
            bounds = x[stable].min(), widest, table["T_gauge"][0]
            portal = np.interp(1e-3, x, shaped(table["T_portal"])[0])
            window = table["T_restored_max"][(table["lambda_phi_sigma"] < -1e-4) & (table["limit_vacuum_stability"] == 1)]
    panels[0].set_ylabel("temperature [GeV]")
    handles, _ = panels[0].get_legend_handles_labels()
    figure.legend(handles=[Patch(fc=c, ec=BLACK, lw=0.5, label=n) for k, (n, c) in PHASES.items() if k != 2] + handles +
                  [Patch(fc="none", ec=BLACK, hatch="////", lw=0, label="unstable"),
                   Patch(fc="none", ec=BLACK, hatch="....", lw=0, label="BR(h→inv)")], ncol=7, loc="upper center")
    return [Page("step2_history", figure,
         f"Step 2. Phase of the σ sector (g = 9·10⁻⁴, m_Z′ = 0.1 GeV, λ_σ = 10⁻⁵). At T = 5·10⁴ GeV the symmetry is broken for "
         f"λ_Φσ below {power(boundary['lagrangian'])} (two loops), {power(boundary['talk'])} (as printed in the talk), "
         f"and {power(boundary['estimate'])} (estimate ⟨σ⟩ = √(|λ_Φσ|/λ_σ) T); for positive λ_Φσ it is restored above the scale of "
         f"⟨σ⟩ today. σ and Z′ are in equilibrium below T_gauge = {power(bounds[2])} GeV or T_portal = {power(portal)} GeV at "
         f"|λ_Φσ| = 10⁻³. Hatched: V unbounded from below, λ_Φσ < {power(bounds[0])} (to 8 %, the spacing of the grid), and BR(h→inv) > 0.107, |λ_Φσ| > "
         f"{power(bounds[1])}. For stable λ_Φσ < −10⁻⁴ the symmetry is restored for a while "
         f"below at most {np.nanmax(window):.0f} GeV.", top=0.93)]
