"""Scans whose sampler learns from its rows: what it has found, whether that has converged, and figures of its way there."""

import h5py
import numpy as np

from .axis import Axis
from .choice import varying
from .files import ScanError, attributes, label, opened
from .labels import mathtext
from .status import run_status
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY_BLUE, VERMILION, legend_above, panel_grid, styled

LEARNING = ("de", "nested", "mcmc", "profile")
OF_POSTERIORS = ("nested", "mcmc")
MOST_POINTS = 20_000
OF_CHAINS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE)
CRITERIA = ("rhat", "ess")  # keys of [scan] that say what is wanted
NUMBERS = {  # root attributes of merged files: what they are
    "rhat": "R-hat of the worst axis",
    "ess": "effective number of samples",
    "max_loglike": "largest ln L",
    "best_fit_index": "its row",
}


def learns(scan):
    """Whether the sampler of a scan chose points by what earlier ones gave."""
    return scan.sampler in LEARNING


def results(scan):
    """What the sampler says: {"converged": True, False or None (unknown), "why", "lnZ", "lnZ_error", "ess", "rhat",
    "max_loglike", "best_fit_index"}, those that apply; from a merged file, or the status of a run directory."""
    about = scan.attributes_of_run
    if "converged" in about:
        verdict, _, why = about["converged"].partition(":")
        found = {"converged": verdict.strip().lower() in ("true", "1"), "why": about.get("converged_why", why).strip().removeprefix("converged: ")}
        return found | {name: float(about[name]) for name in ("lnZ", "lnZ_error", *NUMBERS) if name in about}
    status = run_status(scan).get("adaptive", {})
    found = {"converged": status.get("converged"), "why": status.get("why", "")}
    if not status.get("converged"):
        found["why"] = "; ".join(f"{one['name']} {one['value']:.4g}, wanted {one['goal']:.4g}"
                                 for one in status.get("criteria", []) if not one["met"] and one["value"] is not None)  # fmt: skip
    numbers = status.get("results", {}) | status
    return found | {name: float(numbers[name]) for name in ("lnZ", "lnZ_error", *NUMBERS)
                    if isinstance(numbers.get(name), (int, float))}  # fmt: skip


def has_converged(scan):
    return results(scan)["converged"] is True


def lines(scan):
    """Pairs of texts for summaries and pages."""
    found = results(scan)
    verdict = {True: "converged", False: "not converged", None: "not known whether it converged"}[found["converged"]]
    pairs = [("sampler", f"{scan.sampler}: {verdict}" + (f" ({found['why']})" if found["why"] else ""))]
    if "lnZ" in found:
        error = f" ± {found['lnZ_error']:.2g}" if "lnZ_error" in found else ""
        pairs.append(("ln of the evidence Z", f"{found['lnZ']:.6g}{error}"))
    return pairs + [(what, f"{found[name]:.6g}") for name, what in NUMBERS.items() if name in found]


def weights(scan):
    """The column `weight`, 0 where there is none; ScanError that says why a scan has no weights."""
    if scan.sampler not in OF_POSTERIORS:
        raise ScanError(f"{scan.path}: sampler {scan.sampler} looks for large likelihoods; its rows are no sample of a posterior")
    if "weight" not in scan:
        raise ScanError(f"{scan.path}: a run directory has no weights of the posterior; `mutauscan merge` computes them")
    return np.nan_to_num(scan["weight"])


def target(scan):
    """Names of the columns whose sum is the sampler's ln L."""
    chosen = scan.config["scan"].get("loglike", "auto")
    return chosen if isinstance(chosen, list) else ["loglike_total"]


def ln_likelihood(scan):
    """The sampler's ln L of each row."""
    return np.sum([scan[name] for name in target(scan)], axis=0)


def generations(scan):
    """{name: (values, attributes)} of the table `generations` of a merged file; empty where there is none."""
    with opened(scan._files[0]) as file:
        group = file.get("generations") if scan.path.is_file() else None
        if not isinstance(group, h5py.Group):
            return {}
        return {name: (item[()], {"symbol": name, "units": "1"} | attributes(item)) for name, item in group.items()
                if isinstance(item, h5py.Dataset)}  # fmt: skip


@styled
def trace(scan, names=None):
    """ln L, with its largest value so far, and every axis, against the index of the row.

    Rows of chains are coloured by the chain; those without a weight in the posterior, and of other samplers, are grey.
    """
    names = list(names or varying(scan))
    shown = scan.thinned(MOST_POINTS)
    axes = [Axis(scan, name) for name in names]
    index, ln_l = shown["index"], ln_likelihood(shown)
    chain = shown["chain"] if "chain" in scan else np.full(len(index), -1)
    pale = (chain < 0) | (shown["weight"] == 0 if "weight" in scan else False)
    colours = np.where(pale, GREY, np.array(OF_CHAINS)[chain.astype(int) % len(OF_CHAINS)])
    figure, panels = panel_grid(1 + len(names), 1.6)
    finite = np.isfinite(ln_l)
    points = dict(s=2, linewidths=0, rasterized=True)
    panels[0].scatter(index[finite], ln_l[finite], c=colours[finite], **points)
    panels[0].set_ylabel(r"$\ln L$")
    if finite.any():
        best = np.fmax.accumulate(np.where(finite, ln_l, -np.inf))
        panels[0].plot(index[np.isfinite(best)], best[np.isfinite(best)], color=BLACK, linewidth=0.9)
        low, high = np.quantile(ln_l[finite], 0.25), ln_l[finite].max()
        panels[0].set_ylim(low - 0.05 * (high - low or 1), high + 0.1 * (high - low or 1))
    for panel, axis in zip(panels[1:], axes):
        panel.scatter(index, axis.drawn({axis.name: shown[axis.name]}), c=colours, **points)
        axis.apply_to(panel, "y")
        axis.show_all_of(panel, "y")
    for panel in panels:
        panel.set_xlabel("row")
        panel.locator_params(axis="x", nbins=4)
    note = "; ".join(f"{what}: {text}" for what, text in lines(scan))
    legend_above(figure, [], [], note)
    return figure


@styled
def convergence(scan):
    """What the table of generations has, each against the generation, and the values that end the scan; None without it."""
    table = generations(scan)
    number = table.pop("generation", (np.empty(0), {}))[0]
    table.pop("island", None)
    shown = [names for names in [("best", "mean")] if set(names) <= set(table)]
    shown += [(name,) for name in table if name not in ("best", "mean") and np.isfinite(table[name][0]).any()]
    if not len(number) or not shown:
        return None
    figure, panels = panel_grid(len(shown), 1.6 if len(shown) > 1 else 2.2)
    goals = False
    for panel, names in zip(panels, shown):
        values = np.concatenate([table[name][0][np.isfinite(table[name][0])] for name in names])
        for name, colour in zip(names, (BLACK, SKY_BLUE)):
            panel.plot(number, np.where(np.isfinite(table[name][0]), table[name][0], np.nan), ".-", color=colour, linewidth=0.7,
                       markersize=2, label=name)  # fmt: skip
        if len(names) > 1:
            panel.legend(loc="best", fontsize=7)
            panel.set_ylim(np.quantile(values, 0.1) if len(values) else None)
        elif len(values) and values.min() > 0 and values.max() > 100 * values.min():
            panel.set_yscale("log")
        if names[0] in CRITERIA and (goal := scan.config["scan"].get(names[0])):
            panel.axhline(goal, color=VERMILION, linewidth=0.8, linestyle="dashed")
            goals = True
        panel.set_ylabel(r"$\ln L$" if len(names) > 1 else mathtext(label(table[names[0]][1])))
        panel.set_xlabel("generation")
        panel.locator_params(axis="x", nbins=4)
    legend_above(figure, [], [], "Dashed: what is wanted." if goals else "")
    return figure
