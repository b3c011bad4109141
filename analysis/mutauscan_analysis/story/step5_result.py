"""Step 5: the baryon asymmetry, muon g-2 and every limit."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import SymLogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..labels import power_of_ten
from ..style import BLACK, BLUE, DARK_GREY, GREEN, ORANGE, PURPLE, SKY_BLUE, TWO_COLUMNS, VERMILION, YELLOW
from ..targets import Y_B
from .page import Page, grid, power, read

ORDERINGS = {"no": "normal", "io": "inverted"}
LABELS = {"T_R": "$T_R$ [GeV]", "lambda_phi_sigma": r"$-\lambda_{\Phi\sigma}$", "M_mutau": r"$M_{\mu\tau}$ [GeV]",
          "h_etau": r"$h$ of $\sigma_1 N_e N_b$"}


def plane(data, name, x, y):
    """Y_B from N_1, from N_2 and N_3, in one plane of parameters for both orderings."""
    figure, panels = plt.subplots(2, 2, figsize=(TWO_COLUMNS, 5.0), sharex=True, sharey=True)
    norm = SymLogNorm(1e-13, vmin=-1e-7, vmax=1e-7)
    facts = {}
    for row, (short, ordering) in zip(panels, ORDERINGS.items()):
        table = read(data, f"step5_{name}_{short}")
        xs, ys, shaped = grid(table, x, y)
        ys = np.abs(ys)
        total = shaped(table["Y_B"])
        for panel, part, title in zip(row, ("Y_B_N1", "Y_B_N23"), ("from $N_1$", "from $N_2, N_3$")):
            image = panel.pcolormesh(xs, ys, shaped(table[part]), cmap="PuOr_r", norm=norm, shading="nearest",
                                     rasterized=True)
            if np.nanmin(np.abs(total)) < Y_B < np.nanmax(np.abs(total)):
                panel.contour(xs, ys, np.abs(total), levels=[Y_B], colors=BLACK, linewidths=1.2)
            if (table["explains_all"] == 1).any():
                panel.contourf(xs, ys, shaped(table["explains_all"] == 1).astype(float), levels=[0.5, 1.5], colors="none",
                               hatches=["////"])
            panel.set(xscale="log", yscale="log", title=f"{ordering} ordering, {title}")
            panel.set_facecolor(DARK_GREY)
        row[0].set_ylabel(LABELS[y])
        solved = np.isfinite(table["Y_B"])
        facts[short] = dict(
            points=solved.sum(), negative=(table["Y_B"][solved] < 0).sum(), least=np.nanmin(table["Y_B"]),
            most=np.nanmax(table["Y_B"]), explained=(table["explains_all"] == 1).sum(), delta=table["delta_deg"][0],
            dominated=(np.abs(table["Y_B_N23"]) > np.abs(table["Y_B_N1"]))[solved].mean(),
            large=(np.abs(table["Y_B"][solved]) > Y_B / 3).sum())
    for panel in panels[1]:
        panel.set_xlabel(LABELS[x])
        if x == "M_mutau":
            panel.set_xticks([2e6, 5e6, 1e7, 2e7], ["2·10⁶", "5·10⁶", "10⁷", "2·10⁷"])
    figure.colorbar(image, ax=panels, label="$Y_B$", pad=0.02, ticks=[-1e-7, -1e-9, -1e-11, 0, 1e-11, 1e-9, 1e-7])
    figure.legend(handles=[Line2D([], [], color=BLACK, label="|total $Y_B$| = observed"),
                           Patch(fc="none", ec=BLACK, hatch="////", lw=0, label="explains all"),
                           Patch(fc=DARK_GREY, label="an $N$ heavier than $m_\\phi/2$")], ncol=3, loc="upper left")
    no, io = facts["no"], facts["io"]
    return Page(f"step5_{name}", figure,
                       f"Step 5. Baryon asymmetry at g = {power(table['g_zp'][0])}, m_Z′ = {table['m_zp'][0]:g} GeV. Normal ordering "
                       f"(δ = {no['delta']:.0f}°): |Y_B| reaches {power(max(-no['least'], no['most']))}, and is above a third of the "
                       f"observed 8.7·10⁻¹¹ in {no['large']} of {no['points']} points, but negative in {no['negative']}; explains_all in "
                       f"{no['explained']}. Inverted ordering (δ = {io['delta']:.0f}°): negative in {io['negative']}, largest "
                       f"{power(io['most'])}; explains_all (hatched; within a factor 3 of the observed) in {io['explained']} of {io['points']}. "
                       f"N_2 and N_3 dominate over N_1 in {100 * no['dominated']:.0f} % (normal) and {100 * io['dominated']:.0f} % (inverted) "
                       f"of the plane.", top=0.95)


def sign(data):
    """Y_B in normal ordering against the phase of <sigma2> relative to today."""
    table = read(data, "step5_vev_phase")
    figure, panel = plt.subplots(figsize=(TWO_COLUMNS, 2.9))
    for temperature, color, line in zip(np.unique(table["T_R"]), (BLUE, VERMILION), ("-", "--")):
        rows = table["T_R"] == temperature
        panel.plot(table["relative_vev_phase"][rows], table["Y_B"][rows] / 1e-11, line, color=color,
                   label=f"$T_R$ = {power_of_ten(temperature, 2)} GeV")
    panel.axhspan(Y_B / 3e-11, Y_B * 3e11, color=SKY_BLUE, alpha=0.4, label="observed, factor 3")
    panel.axhline(0, color=BLACK, lw=0.6)
    panel.set_yscale("symlog", linthresh=1)
    panel.set(xlabel="phase of ⟨σ2⟩ relative to today [rad]", ylabel=r"$Y_B\;/\;10^{-11}$", xlim=(0, 2 * np.pi))
    panel.legend(loc="upper right")
    today = table["Y_B"][table["relative_vev_phase"] == 0]
    good = table["relative_vev_phase"][table["explains_all"] == 1]
    return Page("step5_vev_phase", figure,
         f"Step 5. Normal ordering, δ = {table['delta_deg'][0]:.0f}°: with the phases of today Y_B is "
         f"{' and '.join(power(y) for y in today)} at T_R = {' and '.join(power(t) for t in np.unique(table['T_R']))} GeV, of the wrong "
         f"sign. The phase of ⟨σ2⟩/⟨σ1⟩ is free in the early Universe (the potential here does not depend on it); Y_B is positive in "
         f"{(table['Y_B'] > 0).sum()} of {len(table['Y_B'])} points, and {len(good)} explain everything, with phases from "
         f"{good.min():.2f} to {good.max():.2f} rad." if len(good) else "Step 5. No phase explains everything.")


def z_prime(data):
    """Muon g-2 and the limits on the Z'."""
    table = read(data, "step5_g_mzp")
    x, y, shaped = grid(table, "m_zp", "g_zp")
    figure, panel = plt.subplots(figsize=(TWO_COLUMNS, 4.4))
    excluded = (("ccfr", DARK_GREY, "CCFR"), ("babar", GREEN, "BaBar"), ("borexino", ORANGE, "Borexino"), ("n_eff_35", PURPLE, "$N_{eff}$ < 3.5"),
                ("na64mu", BLUE, "NA64μ"))
    for name, color, label in excluded:
        panel.contourf(x, y, np.nan_to_num(shaped(table[f"ratio_{name}"])), levels=[1, np.inf], colors=[color], alpha=0.35)
        panel.contour(x, y, np.nan_to_num(shaped(table[f"ratio_{name}"])), levels=[1], colors=[color], linewidths=1)
    for name, line in (("white_dwarf", ":"), ("n_eff_32", "--")):
        panel.contour(x, y, np.nan_to_num(shaped(table[f"ratio_{name}"])), levels=[1], colors=[BLACK], linestyles=[line], linewidths=1)
    # two sigma: the log-likelihood is above -2
    panel.contourf(x, y, shaped(table["loglike_g2"]), levels=[-2.0, 1.0], colors=[YELLOW], alpha=0.9, zorder=0.5)
    everything = shaped(table["explains_all"] == 1).astype(float)
    if everything.any():
        panel.contourf(x, y, everything, levels=[0.5, 1.5], colors=[VERMILION])
    panel.set(xscale="log", yscale="log", xlabel="$m_{Z'}$ [GeV]", ylabel="$g$", xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    panel.legend(handles=[Patch(fc=YELLOW, label="muon g−2, 2σ"), Patch(fc=VERMILION, label="explains all")] +
                 [Patch(fc=c, alpha=0.5, label=n) for _, c, n in excluded] +
                 [Line2D([], [], color=BLACK, ls=":", label="white dwarfs (hint)"),
                  Line2D([], [], color=BLACK, ls="--", label="$N_{eff}$ < 3.2 (flag)")], loc="lower right", ncol=2)
    allowed = (table["explains_g2"] == 1) & np.all([table[f"limit_{n}"] != 0 for n, _, _ in excluded], axis=0)
    good = table["explains_all"] == 1
    texts = [f"m_Z′ = {1e3 * table['m_zp'][rows].min():.0f} to {1e3 * table['m_zp'][rows].max():.0f} MeV, g = "
             f"{power(table['g_zp'][rows].min())} to {power(table['g_zp'][rows].max())}" if rows.any() else "nowhere"
             for rows in (allowed, good)]
    return Page("step5_z_prime", figure,
         f"Step 5. Muon g−2 (2σ band of the 2021 average) and what is excluded. The Z′ limits leave of the band {texts[0]}. The baryon "
         f"asymmetry is explained, too (inverted ordering, δ = {np.nanmedian(table['delta_deg']):.0f}°, T_R = {power(table['T_R'][0])} GeV, "
         f"λ_Φσ = {power(table['lambda_phi_sigma'][0])}, h = {table['h_etau'][0]:g}, M_μτ = {power(table['M_mutau'][0])} GeV): {texts[1]} "
         f"({good.sum()} points of the grid).")


def draw(data):
    planes = [plane(data, "TR_lambda", "T_R", "lambda_phi_sigma"), plane(data, "M_h", "M_mutau", "h_etau")]
    return [*planes, sign(data), z_prime(data)]
