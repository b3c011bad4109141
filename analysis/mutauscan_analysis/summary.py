"""The summary of a scan as text."""

import json
import shlex

import numpy as np

from . import targets
from .store import MAIN_AXES, EmptySelection, ScanError


def summary(scan):
    """Lines of text: progress, failures, throughput, how many points explain what, and the best ones."""
    yield f"{scan.path}"
    yield f"points      {len(scan)} of {scan.points}"
    names = scan.status_names
    for status, count in zip(*np.unique(scan["status"], return_counts=True)):
        yield f"            {count} {names[status]}"
    yield f"throughput  {throughput(scan)}"

    ok = scan.ok()
    right_g2 = ok & targets.explains_g_minus_2(scan["delta_a_mu"])
    right_asymmetry = ok & targets.has_right_asymmetry(scan[scan.asymmetry])
    yield f"of the {ok.sum()} ok points"
    for meaning, mask in (
        (f"|{scan.asymmetry}| within a factor {targets.Y_B_FACTOR:g} of {targets.Y_B:.2e}", right_asymmetry),
        (
            f"muon g-2 within 2 sigma of {targets.DELTA_A_MU:.2e} +- {targets.DELTA_A_MU_SIGMA:.1e}",
            right_g2,
        ),
        ("both", right_asymmetry & right_g2),
    ):
        yield f"{mask.sum() / ok.sum():10.2%}  {meaning} ({mask.sum()})"
    yield from best_points(scan)


def throughput(scan):
    """Of the last session of a run, or, from a merged file, that of one core."""
    status = scan.path / "status.json"
    if status.exists():
        try:
            rate = json.loads(status.read_text())["points_per_second"]
        except (ValueError, KeyError) as error:
            raise ScanError(f"{status}: is damaged: {error}") from error
        if rate > 0:  # it is 0 if the run was already complete
            return f"{rate:.4g} points per second"
    return f"{len(scan) / scan['telemetry/wall_s'].sum():.4g} points per CPU second"


def best_points(scan, count=5):
    """A table of the best points, and how to reproduce the first."""
    try:
        rows = scan.best(count)
    except EmptySelection as reason:
        yield f"best points: none; {reason}"
        return
    columns = ["index", *dict.fromkeys((*MAIN_AXES, *scan.axes)), "delta_a_mu", scan.asymmetry]
    units = {name: unit for name in columns if (unit := scan.units(name)) != "1"}
    yield "best points (" + ", ".join(f"{name} in {unit}" for name, unit in units.items()) + ")"
    table = scan.to_pandas(columns).iloc[rows]
    yield table.to_string(index=False, float_format="{:.4g}".format)
    yield "the first again:"
    yield f"  mutauscan point --from {shlex.quote(str(scan.path))} --index {table['index'].iloc[0]}"
