"""Step 1: how heavy can right-handed neutrinos be?"""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLUE, ORANGE, TWO_COLUMNS, VERMILION
from .page import Page, power, read
from .seesaw import majorana_matrix, seesaw_matrix

CEILING = 100.0  # GeV: |h| <= 1 times <sigma> <= 100 GeV bounds the entries that break the symmetry


def heaviest(s, lambda_e, largest):
    """Couplings at the bounds for given lambda_e [n, k]: (smallest mass, |M_ee|, |M_mutau|).

    The smallest mass grows with every coupling, so that the best ones lie where a bound stops them:
    lambda_mu and lambda_tau are as large as |M_emu|, |M_etau|, |M_mumu|, |M_tautau| <= CEILING allow.
    """
    with np.errstate(divide="ignore"):
        other = [np.minimum(largest, np.minimum(np.sqrt(CEILING / np.abs(s[:, b, b]))[:, None],
                                                         CEILING / (lambda_e * np.abs(s[:, 0, b])[:, None])))
                 for b in (1, 2)]
    coupling = np.stack([lambda_e, *other], 2)
    m = s[:, None] * coupling[..., :, None] * coupling[..., None, :]
    return (np.linalg.svd(m, compute_uv=False)[..., -1], np.abs(m[..., 0, 0]), np.abs(m[..., 1, 2]))


def best(s, largest=1.0):
    """Largest smallest mass over all Dirac couplings up to `largest`, and the largest |M_mutau|, for every matrix S."""
    grid = np.broadcast_to(largest * np.logspace(-12, 0, 61), (len(s), 61))
    coarse, _, m_mutau = heaviest(s, grid, largest)
    centre = np.take_along_axis(grid, coarse.argmax(1)[:, None], 1)
    fine, _, _ = heaviest(s, np.minimum(largest, centre * np.logspace(-0.2, 0.2, 41)), largest)
    return fine.max(1), m_mutau.max(1)


def draw(data):
    generic, near = read(data, "step1_generic"), read(data, "step1_near_zeros")
    two_zero = {name: column[:400] for name, column in read(data, "step6_masses_no").items()}
    two_zero = {name: column[np.isfinite(two_zero["sum_m_eV"])] for name, column in two_zero.items()}
    majorana_matrix(generic)  # checks the formula here against the file
    mass, m_mutau = best(seesaw_matrix(generic))
    s_near = seesaw_matrix(near)
    mass_near, _ = best(s_near)
    mass_zero, _ = best(seesaw_matrix(two_zero))
    mass_strong, _ = best(seesaw_matrix(two_zero), np.sqrt(4.0 * np.pi))
    scale = np.abs(s_near[:, 1, 2])
    zero = np.maximum(np.abs(s_near[:, 0, 1]), np.abs(s_near[:, 1, 1])) / scale

    figure, (left, right) = plt.subplots(1, 2, figsize=(TWO_COLUMNS, 3.2))
    left.plot(generic["m_lightest_eV"], mass, ".", color=BLUE, ms=1.5, alpha=0.5, rasterized=True, label="any phases")
    left.plot(two_zero["m_lightest_eV"], mass_zero, "*", color=VERMILION, ms=4, mew=0, rasterized=True,
              label=r"$S_{e\mu}=S_{\mu\mu}=0$")
    left.axhline(CEILING, color=ORANGE, ls="--", label=r"$h\langle\sigma\rangle$ = 100 GeV")
    left.set(xscale="log", yscale="log", xlabel="lightest neutrino mass [eV]",
             ylabel="heaviest possible $M_1$ [GeV]", title="generic seesaw and two-zero point")
    left.legend(loc="center left")
    right.plot(zero, mass_near, ".", color=BLUE, ms=2, alpha=0.6, rasterized=True)
    edges = np.logspace(-13, 0, 27)
    bins = np.digitize(zero, edges)
    envelope = [(np.sqrt(edges[i - 1] * edges[i]), mass_near[bins == i].max()) for i in range(1, len(edges)) if (bins == i).any()]
    right.plot(*zip(*envelope), color=VERMILION, label="largest")
    right.axhline(CEILING, color=ORANGE, ls="--")
    right.set(xscale="log", yscale="log", xlabel=r"max($|S_{e\mu}|,|S_{\mu\mu}|$) / $|S_{\mu\tau}|$",
              title="how closely the zeros must be met", xlim=(1e-14, 10))
    right.tick_params(labelleft=False)
    right.sharey(left)
    right.legend(loc="lower left")

    def needed(target):
        reached = zero[mass_near >= target]
        return power(reached.max(), 1) if len(reached) else "never"

    return [Page("step1_seesaw", figure,
         f"Step 1. With |h| ≤ 1, ⟨σ⟩ ≤ 100 GeV and Dirac couplings up to 1, the couplings chosen best: for generic phases "
         f"(normal ordering, {len(mass)} points) the lightest right-handed neutrino is below {np.quantile(mass, 0.5):.0f} GeV in "
         f"half and below {np.quantile(mass, 0.99):.0f} GeV in 99 % of the cases (M_μτ below "
         f"{np.quantile(m_mutau, 0.5):.0f} and {np.quantile(m_mutau, 0.99):.0f} GeV); the largest found is "
         f"{power(mass.max())} GeV. At the two-zero points of NuFIT 5.1 (S_eμ = S_μμ = 0) M_1 reaches "
         f"{power(mass_zero.min())} to {power(mass_zero.max())} GeV, and {power(mass_strong.max())} GeV with Dirac couplings up to "
         f"√(4π). To exceed "
         f"10³, 10⁴, 10⁵, 10⁶ GeV both entries must vanish to {needed(1e3)}, {needed(1e4)}, {needed(1e5)}, {needed(1e6)} of |S_μτ|.")]
