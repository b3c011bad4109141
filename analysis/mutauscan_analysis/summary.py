"""The summary of a scan as text."""

import json

import numpy as np

from . import findings, sampling, targets
from .conditions import OK, Condition
from .files import EmptySelection
from .status import run_status

NO_FAILURES = ("ok", "outside_prior")  # a sampler's proposal beyond the prior is not evaluated


def summary(scan):
    """Lines of text: progress, failures, throughput, how many points explain what, and the best ones."""
    yield f"{scan.path}"
    yield f"points      {len(scan)} of {'at most ' * sampling.learns(scan)}{scan.points}"
    for condition in scan.selection:
        yield f"            with {condition}"
    for name, count in by_status(scan).items():
        yield f"            {count} {name}"
    yield f"throughput  {throughput(scan)}"
    if sampling.learns(scan):
        for what, text in sampling.lines(scan):
            yield f"{what:11} {text}"

    if not scan.count(OK):
        yield "no point is ok"
        for name, count, remedy, command in failures(scan):
            yield f"{count / len(scan):10.2%}  {name}{remedy and f': {remedy}'}"
            yield f"            one of them, with its message: {command}"
        return
    valid = scan.where(OK)
    yield f"of the {len(valid)} ok points"
    for meaning, count in explained(valid):
        yield f"{count / len(valid):10.2%}  {meaning} ({count})"
    hints = [(f"excluded by {limit.label}", scan.count(limit)) for limit in targets.limits(scan, hard=False)]
    if hints := sorted((item for item in hints if item[1]), key=lambda item: -item[1]):
        yield "hints, which do not count"
        for meaning, count in hints:
            yield f"{count / len(valid):10.2%}  {meaning} ({count})"
    if targets.measures(scan):
        yield from cut_flow_lines(valid)
    best = yield from best_points(scan)
    if targets.measures(scan):
        yield "what was found"
        for sentence in findings.found(scan):
            yield f"  {sentence}"
    yield "next"
    for command in findings.next_commands(scan, best):
        yield f"  {command}"


def by_status(scan):
    """Number of rows for each status that occurs: name -> count."""
    counts = {}
    for block in scan.blocks(["status"]):
        for value, count in zip(*np.unique(block["status"], return_counts=True)):
            counts[value] = counts.get(value, 0) + count
    names = scan.status_names
    return {names.get(int(value), f"unknown status {value}"): int(count) for value, count in sorted(counts.items())}


def failures(scan):
    """For each status but ok, the most frequent first: name, number of rows, what to do ("": nothing is known), and the
    command that computes one of them again."""
    values = scan.values_by_name("status")
    remedies = json.loads(scan.attributes("status").get("remedies", "{}"))  # files from before have none
    counts = sorted(by_status(scan).items(), key=lambda item: -item[1])
    for name, count in counts:
        if name in NO_FAILURES or name not in values:
            continue
        rows = Condition(name, ("status",), lambda block, value=values[name]: block["status"] == value)
        yield name, count, remedies.get(name, ""), findings.replay(scan, scan.where(rows)["index"][0])


def explained(scan):
    """Pairs of what can be explained and the number of rows that do."""
    if targets.has_asymmetry(scan):
        asymmetry = targets.explains_asymmetry(scan)
        yield f"{asymmetry.label} of {targets.observed_asymmetry(scan)[0]:.2e}", scan.count(asymmetry)
    if targets.has_g_minus_2(scan):
        mean, sigma = targets.g_minus_2(scan)
        yield f"muon g-2 within 2 sigma of {mean:.2e} +- {sigma:.1e}", scan.count(targets.explains_g2(scan))
    if "allowed" in scan:
        allowed = targets.is_allowed(scan)
        yield allowed.label, scan.count(allowed)
    for condition in [targets.explains_all(scan)] if targets.measures(scan) else targets.near_best(scan):
        yield condition.label, scan.count(condition)
    excluded = [(f"excluded by {limit.label}", scan.count(limit)) for limit in targets.limits(scan, hard=True)]
    yield from sorted((item for item in excluded if item[1]), key=lambda item: -item[1])


def cut_flow_lines(scan):
    """The cut flow as text; conditions that all points satisfy are left out."""
    yield "one after the other: left, and how many more there would be without the condition"
    for cut in targets.cut_flow(scan):
        if cut.passing < len(scan) or cut.label == OK.label:
            yield f"{cut.left:10d}  {cut.label}" + (f" (alone excludes {cut.only})" if cut.only else "")


def throughput(scan):
    """Of the last session of a run, or, from a merged file, that of one core."""
    if rate := run_status(scan).get("points_per_second"):  # it is 0 if the run was already complete
        return f"{rate:.4g} points per second"
    seconds = sum(block["telemetry/wall_s"].sum() for block in scan.blocks(["telemetry/wall_s"]))
    return f"{len(scan) / seconds:.4g} points per CPU second"


def best_points(scan, count=5):
    """A table of the best points; its value is the index of the first, or None."""
    merit = targets.merit(scan)
    try:
        table = scan.best(count)
    except EmptySelection as reason:
        yield f"best points: none; {reason}"
        return None
    units = {name: unit for name in table if name != "merit" and (unit := scan.units(name)) != "1"}
    in_units = ", ".join(f"{name} in {unit}" for name, unit in units.items())
    yield "best points" + (f" ({in_units})" if in_units else "")
    yield f"by {merit.symbol} = {merit.meaning}"
    # loglike_total times -2, or what stands in for it
    shown = table.rename(columns={"merit": merit.symbol})
    yield shown.to_string(index=False, float_format="{:.4g}".format)
    return table["index"][0]
