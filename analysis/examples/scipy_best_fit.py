"""A best fit of three parameters with scipy.optimize.

Usage: python3 analysis/examples/scipy_best_fit.py
"""

import numpy as np
from scipy.optimize import differential_evolution

import mutauscan

model = mutauscan.Model("mutau", cp_branch="delta<pi")
NAMES = ("T_R", "M_mutau", "g_zp")
BOUNDS = np.log10([(5e3, 5e5), (4e6, 2.5e7), (3e-4, 2.7e-3)])
COLUMNS = ("g2", "Y_B")


def misfit(exponents):
    """-ln L of points that are the columns of an array: scipy hands over a whole generation at once."""
    ln_l = model.loglike(dict(zip(NAMES, 10.0**exponents)), columns=COLUMNS)
    return np.minimum(-ln_l, 1e30)  # -inf, of a point without an answer, becomes a finite number


found = differential_evolution(misfit, BOUNDS, vectorized=True, updating="deferred", maxiter=30, popsize=10, seed=1,
                               polish=False)
best = dict(zip(NAMES, 10.0**found.x))
row = model.evaluate(**best)
for name, value in best.items():
    print(f"{name} = {value:.4g} {model.parameters[name].unit}")
print(f"ln L = {-found.fun:.3f}, Y_B = {row['Y_B']:.3g}, delta_a_mu = {row['delta_a_mu']:.3g}")
