"""From one point to a figure: where the asymmetry comes from, and how it depends on the reheating temperature.

Usage: python3 analysis/examples/point_to_figure.py [FIGURE.pdf]
"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import mutauscan

model = mutauscan.Model("mutau", cp_branch="delta<pi")

# One point: parameters that are not given have the defaults of model.parameters.
point = model.evaluate(T_R=5e4)
for name in ("M1_TR", "cp_source_e", "Y_B"):
    print(f"{name} = {point[name]:.4g} {point.unit(name)}: {model.columns[name].meaning}")

# Many points: a table in, arrays out.
temperatures = np.geomspace(5e3, 5e5, 60)
rows = model.evaluate_many({"T_R": temperatures})
ok = rows["status"] == 0
print(f"largest Y_B {rows['Y_B'][ok].max():.3g} at T_R = {temperatures[ok][rows['Y_B'][ok].argmax()]:.3g} GeV")

# The evolution of the point above.
evolution, units = model.trace(T_R=5e4)

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
left.semilogx(temperatures[ok], 1e10 * rows["Y_B"][ok])
left.axhline(0.872, linestyle=":", color="black")
left.set(xlabel=r"$T_R$ [GeV]", ylabel=r"$10^{10}\, Y_B$")
for flavour in ("e", "mu", "tau"):
    right.loglog(evolution["T"], np.abs(evolution[f"Y_Delta_{flavour}"]), label=flavour)
right.invert_xaxis()
right.set(xlabel=f"T [{units['T']}]", ylabel=r"$|Y_{\Delta_\alpha}|$")
right.legend()
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "point.pdf")
