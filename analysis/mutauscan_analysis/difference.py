"""What differs between two scans, or two judgements of one: settings, counts, verdicts, best points."""

import numpy as np

from . import targets
from .conditions import OK
from .files import EmptySelection
from .summary import by_status

MOST_NAMED = 5  # rows


def difference(a, b):
    """Lines of text."""
    yield f"A  {a.path}"
    yield f"B  {b.path}"
    settings = list(_settings(a, b))
    yield "settings that differ" if settings else "the same settings"
    yield from settings
    yield f"  {'(the rest is equal)':42} {'A':>10} {'B':>10} {'B − A':>10}"
    for label, first, second in _counts(a, b):
        if first != second or label in ("points", "valid", "everything"):
            yield f"  {label:42} {first:10d} {second:10d} {second - first:+10d}"
    yield from _verdicts(a, b)
    for name, scan in (("A", a), ("B", b)):
        yield from _best(name, scan)


def _flat(config, prefix=""):
    for key, value in config.items():
        if isinstance(value, dict) and not prefix:
            yield from _flat(value, f"{key}.")
        else:
            yield f"{prefix}{key}", value


def _settings(a, b):
    first, second = dict(_flat(a.config)), dict(_flat(b.config))
    for key in dict.fromkeys([*first, *second]):
        if first.get(key) != second.get(key):
            yield f"  {key}: {first.get(key, 'not there')} | {second.get(key, 'not there')}"


def _conditions(scan):
    """Label -> condition; labels name what may differ in size between two scans, and not the size."""
    yield "valid", OK
    if targets.has_g_minus_2(scan):
        yield "muon g-2 within 2 sigma", targets.explains_g2(scan)
    if targets.has_asymmetry(scan):
        yield "size of Y_B", targets.explains_asymmetry(scan, any_sign=True)
        yield "size and sign of Y_B", targets.explains_asymmetry(scan, any_sign=False)
    if "allowed" in scan:
        yield targets.ALLOWED, targets.is_allowed(scan)
    yield "everything", targets.explains_all(scan)
    for limit in targets.limits(scan):
        yield f"excluded by {limit.label}", limit


def _counts(a, b):
    yield "points", len(a), len(b)
    first, second = by_status(a), by_status(b)
    for name in dict.fromkeys([*first, *second]):
        if name != "ok":
            yield name, first.get(name, 0), second.get(name, 0)
    first, second = dict(_conditions(a)), dict(_conditions(b))
    for label in dict.fromkeys([*first, *second]):
        yield label, *(scan.count(those[label]) if label in those else 0 for scan, those in ((a, first), (b, second)))


def _verdicts(a, b):
    """Rows that explain everything in one scan only, if both have the same points."""
    index = a["index"]
    axes = [name for name in a.axes if name in a and name in b]
    if not np.array_equal(index, b["index"]) or any(not np.array_equal(a[name], b[name], equal_nan=True) for name in axes):
        yield "the points differ, so that rows cannot be compared one by one"
        return
    first, second = (_mask(scan, targets.explains_all(scan)) for scan in (a, b))
    for label, rows in (("lost", index[first & ~second]), ("gained", index[second & ~first])):
        named = ", ".join(map(str, rows[:MOST_NAMED])) + (", ..." if len(rows) > MOST_NAMED else "")
        yield f"of the points that explain everything B has {label} {len(rows)}" + (f": rows {named}" if len(rows) else "")


def _mask(scan, condition):
    """For rows by their index."""
    columns = {name: scan[name] for name in condition.columns}
    return np.asarray(condition.test(columns), dtype=bool)


def _best(name, scan):
    try:
        best = scan.best(1)
    except EmptySelection as reason:
        yield f"best point of {name}: none; {reason}"
        return
    values = ", ".join(f"{column} = {best[column][0]:.5g}" for column in best if column not in ("index", "merit"))
    yield f"best point of {name}: row {best['index'][0]}, {targets.merit(scan).symbol} = {best['merit'][0]:.4g}; {values}"
