"""Whether two merged files hold the same numbers: every dataset outside telemetry/, bit for bit.

    compare_merged.py A.h5 B.h5      exit 0: identical; 1: the columns that differ, and by how much
"""

import sys

import h5py
import numpy as np


def columns(file):
    found = {}
    file.visititems(lambda name, item: found.update({name: item[()]})
                    if isinstance(item, h5py.Dataset) and not name.startswith("telemetry/") else None)
    return found


def main(one, two):
    with h5py.File(one, "r") as first, h5py.File(two, "r") as second:
        a, b = columns(first), columns(second)
    differences = [f"{name}: in one file only" for name in sorted(a.keys() ^ b.keys())]
    for name in sorted(a.keys() & b.keys()):
        x, y = a[name], b[name]
        if x.shape != y.shape or x.dtype != y.dtype:
            differences.append(f"{name}: {x.dtype}{x.shape} and {y.dtype}{y.shape}")
        elif x.tobytes() != y.tobytes():
            rows = np.flatnonzero([p.tobytes() != q.tobytes() for p, q in zip(x, y)])
            size = ""
            if x.dtype.kind == "f":
                with np.errstate(all="ignore"):
                    size = f", relative {np.nanmax(np.abs(x - y)[rows] / np.maximum(np.abs(x), np.abs(y))[rows]):.1e}"
            differences.append(f"{name}: {len(rows)} of {len(x)} rows{size}")
    if differences:
        print(f"{len(differences)} of {len(a.keys() | b.keys())} columns differ:", *differences, sep="\n  ")
        return 1
    rows = len(next(iter(a.values()))) if a else 0
    print(f"identical: {len(a)} columns, {rows} rows")
    return 0 if rows else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
