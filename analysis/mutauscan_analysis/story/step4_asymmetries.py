"""Step 4: which diagrams make the CP asymmetries."""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLACK, BLUE, ORANGE, TWO_COLUMNS, VERMILION
from .page import Page, power, read

PARTS = (("standard", BLUE, "standard: L Φ loops"), ("scalar", VERMILION, "model: N σ self-energy"),
         ("portal", ORANGE, "model: portal vertex"))


def draw(data):
    table = read(data, "step4_asymmetries")
    temperature = table["T_R"]
    epsilon = {i: {part: table[f"eps_{part}_{i}"] for part, _, _ in PARTS} for i in (1, 2, 3)}

    figure, panels = plt.subplots(1, 3, figsize=(TWO_COLUMNS, 3.2), sharey=True)
    for panel, (i, parts) in zip(panels, epsilon.items()):
        for part, color, label in PARTS:
            value = parts[part]
            panel.plot(temperature, np.where(value > 0, value, np.nan), color=color, label=label)
            panel.plot(temperature, np.where(value < 0, -value, np.nan), color=color, ls=":")
        panel.plot(temperature, np.abs(sum(parts.values())), color=BLACK, lw=0.7, ls="--", label="|sum|")
        panel.set(xscale="log", yscale="log", xlabel="$T_R$ [GeV]", title=f"$N_{i}$")
    largest = max(np.abs(v).max() for parts in epsilon.values() for v in parts.values())
    panels[0].set(ylabel=r"$\epsilon$ (dotted: $-\epsilon$)", ylim=(1e-14, 5 * largest))
    figure.legend(*panels[1].get_legend_handles_labels(), ncol=4, loc="upper center")

    def model(i, at):
        return epsilon[i]["scalar"][at] + epsilon[i]["portal"][at]

    def numbers(i, at):
        return f"{power(epsilon[i]['standard'][at])} and {power(model(i, at))}"

    at = np.abs(np.log(temperature / 5e4)).argmin()
    return [Page("step4_asymmetries", figure,
         f"Step 4. CP asymmetries at T_R (λ_Φσ = {power(table['lambda_phi_sigma'][0])}, M_μτ = {power(table['M_mutau'][0])} GeV, "
         f"normal ordering, δ = {table['delta_deg'][0]:.0f}°). At T_R = {power(temperature[at])} GeV standard and model diagrams give "
         f"{numbers(2, at)} for N_2, {numbers(3, at)} for N_3, while N_1, with no lighter state to go through, has "
         f"{power(epsilon[1]['standard'][at])} and {model(1, at):g}. From {power(temperature[0])} to {power(temperature[-1])} GeV the "
         f"model's part of N_2 is {min(abs(model(2, t) / epsilon[2]['standard'][t]) for t in range(len(temperature))):.1f} to "
         f"{max(abs(model(2, t) / epsilon[2]['standard'][t]) for t in range(len(temperature))):.1f} times the standard one: it must be "
         f"considered.", top=0.92)]
