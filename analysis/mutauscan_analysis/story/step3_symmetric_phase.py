"""Step 3: in the symmetric phase there is no asymmetry and no oscillation."""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLUE, ORANGE, TWO_COLUMNS, VERMILION
from .page import Page, power, read
from .seesaw import majorana_matrix

CHARGE = np.diag([0.0, 1.0, -1.0])  # of N_e, N_mu, N_tau under L_mu - L_tau


def commutator(matrix):
    """|[Q, X]| / |X| of every matrix, Frobenius norms."""
    return np.linalg.norm(CHARGE @ matrix - matrix @ CHARGE, axis=(1, 2)) / np.linalg.norm(matrix, axis=(1, 2))


def draw(data):
    table = read(data, "step3_symmetric_phase")
    mass = majorana_matrix(table, table["sigma1_TR"], table["sigma2_TR"])
    mixing = commutator(np.conj(np.swapaxes(mass, 1, 2)) @ mass)  # M†M drives oscillations
    dirac = np.stack([table["lambda_e"], table["lambda_mu"], table["lambda_tau"]], 1)
    damping = commutator(dirac[:, :, None] ** 2 * np.eye(3))  # Γ of N → LΦ is ∝ λ†λ
    epsilon = np.abs([sum(table[f"eps_{part}_{i}"] for part in ("standard", "scalar", "portal")) for i in (1, 2, 3)])

    figure, (left, right) = plt.subplots(1, 2, figsize=(TWO_COLUMNS, 3.1))
    for sign, marker, label in ((-1, "-", "broken"), (1, "--", "symmetric")):
        rows = np.sign(table["lambda_phi_sigma"]) == sign
        order = np.flatnonzero(rows)[np.argsort(table["T_R"][rows])]
        for i, color in enumerate((BLUE, ORANGE, VERMILION)):
            left.plot(table["T_R"][order], epsilon[i][order], marker, color=color, lw=2.4 - 0.6 * i,
                      label=f"$N_{i + 1}$, {label}" if sign == -1 else "all, symmetric" if i == 0 else None)
        right.plot(table["T_R"][order], mixing[order], marker, color=BLUE, label=label)
    left.set_yscale("symlog", linthresh=1e-12)
    left.set(xscale="log", xlabel="$T_R$ [GeV]", ylabel=r"$|\epsilon_I|$", ylim=(-1e-13, None),
             title="CP asymmetries at $T_R$")
    right.set_yscale("symlog", linthresh=1e-8)
    right.set(xscale="log", xlabel="$T_R$ [GeV]", ylim=(-1e-9, None),
              title=r"$\|[Q, M^\dagger M]\|\,/\,\|M^\dagger M\|$: mixing of charges")
    left.legend(loc="center right")
    right.legend(loc="center right")

    symmetric, broken = table["lambda_phi_sigma"] > 0, table["lambda_phi_sigma"] < 0
    in_symmetric_phase = symmetric & (table["phase_TR"] == 0)
    return [Page("step3_symmetric_phase", figure,
         f"Step 3. For λ_Φσ = {power(table['lambda_phi_sigma'].max())} the symmetry is unbroken at T_R in {in_symmetric_phase.sum()} "
         f"of {symmetric.sum()} points; there max|ε_I| = {epsilon[:, in_symmetric_phase].max():g}, exactly, and for M†M, which drives "
         f"oscillations, and the widths Γ ∝ λ†λ, ‖[Q, M†M]‖/‖M†M‖ = {mixing[in_symmetric_phase].max():g} and ‖[Q, Γ]‖/‖Γ‖ = "
         f"{damping[in_symmetric_phase].max():g}: M keeps only M_ee and M_μτ, and N_e, N_μ, N_τ do not oscillate into each other. "
         f"All the Y_B there is, at most {power(np.abs(table['Y_B'][in_symmetric_phase]).max(), 1)}, is made when the symmetry breaks "
         f"below 10³ GeV. With λ_Φσ = {power(table['lambda_phi_sigma'].min())} the commutator is "
         f"{power(mixing[broken].min())} to {power(mixing[broken].max())} and |ε_2| up to {power(epsilon[1][broken].max())}.")]
