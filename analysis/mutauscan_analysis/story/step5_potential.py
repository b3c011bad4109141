"""Step 5: the baryon asymmetry against the reheating temperature in three forms of the thermal potential."""

import matplotlib.pyplot as plt
import numpy as np

from ..style import BLACK, BLUE, SKY_BLUE, TWO_COLUMNS, VERMILION
from ..targets import Y_B, Y_B_FACTOR
from .page import Page, power, read
from .step5_reheating import peak

FORMS = {  # scan: name, colour
    "step5_reheating_running": ("two loops", BLACK),
    "step5_potential_one_loop": ("one loop", VERMILION),
    "step5_potential_high_temperature": ("high-temperature form", BLUE),
}


def draw(data):
    figure, (above, below) = plt.subplots(2, 1, figsize=(TWO_COLUMNS, 4.4), sharex=True, height_ratios=(3, 2))
    curves = {}
    for name in FORMS:
        table = read(data, name)
        order = np.argsort(table["T_R"])
        curves[name] = table["T_R"][order], table["Y_B"][order]
    temperature, reference = curves["step5_potential_high_temperature"]
    above.axhspan(Y_B / Y_B_FACTOR, Y_B * Y_B_FACTOR, color=SKY_BLUE, alpha=0.4, lw=0)
    above.axhline(Y_B, color=SKY_BLUE, label=f"observed, factor {Y_B_FACTOR:g}")
    for name, (label, color) in FORMS.items():
        above.plot(temperature, np.abs(curves[name][1]), color=color, label=label)
        ratio = curves[name][1] / reference
        below.plot(temperature, np.where(ratio > 0, ratio, np.nan), color=color)  # not across changes of sign
    above.set(xscale="log", yscale="log", ylabel="$|Y_B|$", ylim=(1e-14, 1e-9))
    above.legend(loc="lower left")
    below.set(xlabel="$T_R$ [GeV]", ylabel="over high-temperature form", yscale="log", ylim=(0.3, 30),
              xlim=(temperature.min(), temperature.max()))  # fmt: skip

    peaks = {name: peak(*curve) for name, curve in curves.items()}
    ratio = curves["step5_reheating_running"][1] / reference
    said = " ".join(
        f"{power(peaks[name][1])} at {power(peaks[name][0])} GeV ({label}){',' if name != list(FORMS)[-1] else '.'}"
        for name, (label, _) in FORMS.items()
    )
    at = [
        f"{np.interp(np.log(t), np.log(temperature), ratio):.2f} at {power(t)}" for t in (5e3, 5e4, 1.5e5)
    ]
    return [Page(
        "step5_potential", figure,
        f"Step 5. Baryon asymmetry at the benchmark against the reheating temperature, with the vacuum of three forms of the "
        f"thermal potential. It peaks with Y_B = {said} Two loops over high-temperature form: {', '.join(at)} GeV; where N_1 "
        f"washes out what is made, a smaller ⟨σ⟩ means weaker wash-out.",
    )]  # fmt: skip
