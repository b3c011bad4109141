"""Step 2: the vacuum at temperature T in three forms of the potential."""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLACK, BLUE, TWO_COLUMNS, VERMILION
from .page import Page, power, read

# form of model.thermal_potential: name, colour, column of its relative error
FORMS = {
    "two_loop": ("two loops; band: order g² instead", BLACK, "sigma_theory_error"),
    "one_loop": ("one loop; band: Q from 3.5 T to 14 T", VERMILION, "sigma_scale_error"),
    "high_temperature": ("high-temperature form", BLUE, None),
}
TEMPERATURE = 5e4  # GeV: where the caption reads off the forms


def draw(data):
    figure, (above, below) = plt.subplots(2, 1, figsize=(TWO_COLUMNS, 4.4), sharex=True, height_ratios=(3, 2))
    tables = {}
    for name in FORMS:
        table = read(data, f"step2_vacuum_{name}")
        order = np.argsort(table["T_R"])
        tables[name] = {column: values[order] for column, values in table.items()}
    temperature = tables["two_loop"]["T_R"]
    best = tables["two_loop"]["sigma1_TR"]
    for name, (label, color, error) in FORMS.items():
        sigma = tables[name]["sigma1_TR"]
        broken = (sigma > 0) & (best > 0)
        for panel, curve, shown in ((above, sigma / temperature, np.full(len(sigma), True)),
                                    (below, sigma / np.where(best > 0, best, np.nan), broken)):  # fmt: skip
            panel.plot(temperature[shown], curve[shown], color=color, label=label)
            if error:
                spread = curve * tables[name][error]
                panel.fill_between(temperature, curve - spread, curve + spread, where=shown & np.isfinite(spread),
                                   color=color, alpha=0.25, lw=0)
    above.set(ylabel=r"$\langle\sigma_1\rangle/T$", xscale="log", ylim=(0, None))
    above.legend(loc="lower right")
    below.set(ylabel="over two loops", xlabel="T [GeV]", ylim=(0.8, 1.4), xlim=(temperature[0], temperature[-1]))

    at = np.abs(np.log(temperature / TEMPERATURE)).argmin()
    ratio = {name: tables[name]["sigma1_TR"][at] / tables["high_temperature"]["sigma1_TR"][at] for name in FORMS}
    edge = {name: np.nanmax(tables[name]["T_restored_max"]) for name in FORMS}
    two, one = tables["two_loop"], tables["one_loop"]
    return [Page(
        "step2_vacuum", figure,
        f"Step 2. Vacuum expectation value of σ1 over T at the benchmark, in three forms of the thermal potential. At T = "
        f"{power(temperature[at])} GeV it is {ratio['one_loop']:.3f} of the high-temperature form to one loop and "
        f"{ratio['two_loop']:.3f} to two. What one loop leaves out, {100 * one['sigma_theory_error'][at]:.1f} %, is not seen in "
        f"its dependence on the scale, ±{100 * one['sigma_scale_error'][at]:.1f} %; strict order g² is "
        f"{100 * two['sigma_theory_error'][at]:.1f} % from two loops. The symmetry is restored up to "
        f"{edge['high_temperature']:.0f} GeV in the high-temperature form, {edge['one_loop']:.0f} GeV to one loop, and "
        f"{edge['two_loop']:.0f} GeV to two.",
    )]  # fmt: skip
