"""Export of a scan to CSV, Parquet, or weighted samples as GetDist and corner read them."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd

from . import targets
from .axis import Axis
from .choice import varying
from .conditions import OK
from .files import EmptySelection, ScanError, writing
from .style import mathtext

FORMATS = (".csv", ".parquet", ".txt")


def export(scan, path, columns=None):
    """Writes columns (default: all) to path, in the format its suffix says; returns the paths written."""
    path = Path(path)
    if path.suffix not in FORMATS:
        raise ScanError(f"{path}: the suffix chooses the format, one of {', '.join(FORMATS)}")
    for name in columns or ():
        scan.attributes(name)  # an error names it before anything is written
    if path.suffix == ".txt":
        return _chain(scan, path, columns or [*varying(scan), scan.asymmetry])
    write = _csv if path.suffix == ".csv" else _parquet
    with writing(path) as part:
        write(scan, part, columns or scan.columns)
    return [path]


def _frames(scan, columns):
    for block in scan.blocks(columns):
        yield pd.DataFrame({name: block[name] for name in columns})


def _csv(scan, path, columns):
    """One line a row, numbers with all their digits, rows as stored; the header has the columns' names."""
    with path.open("w", newline="") as file:
        for number, frame in enumerate(_frames(scan, columns)):
            frame.to_csv(file, index=False, header=number == 0)


def _parquet(scan, path, columns):
    """The attributes of every column go into the metadata of its field."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ScanError("export to .parquet: the Python package pyarrow is not installed") from error
    writer = None
    for frame in _frames(scan, columns):
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        fields = [field.with_metadata(scan.attributes(field.name)) for field in table.schema]
        table = table.cast(pyarrow.schema(fields))
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is None:
        raise EmptySelection(f"{scan.path}: no row to write")
    writer.close()


def _chain(scan, path, columns):
    """NAME.txt: weight, -ln L and parameters of every valid row; NAME.paramnames and NAME.ranges beside it.

    Points of a scan are not distributed as a posterior: the weight is L/L_max, so that weighted samples have the
    posterior whose prior is the sampler's distribution (uniform on the scale of each axis).
    """
    paths = [path, path.with_suffix(".paramnames"), path.with_suffix(".ranges")]
    merit = targets.merit(scan)
    with ExitStack() as stack:
        chain, names, ranges = [stack.enter_context(writing(each)) for each in paths]
        lowest = scan.best(1, ["index"])["merit"][0]
        with chain.open("w") as file:
            for block in scan.blocks(list(dict.fromkeys([*merit.columns, *columns]))):
                half = merit(block) / 2
                drawn = np.isfinite(half)
                rows = [np.exp(lowest / 2 - half[drawn]), half[drawn], *(block[name][drawn] for name in columns)]
                np.savetxt(file, np.column_stack(rows), fmt="%.10g")
        names.write_text("".join(f"{name} {_latex(scan.symbol(name))}\n" for name in columns), encoding="utf-8")
        valid = scan.where(OK)
        axes = [Axis(valid, name) for name in columns if name in scan.axes]
        ends = [(axis.name, *sorted((axis.sign * axis.low, axis.sign * axis.high))) for axis in axes]
        ranges.write_text("".join(f"{name} {low:.10g} {high:.10g}\n" for name, low, high in ends))
    return paths


GREEK = {
    "Γ": "\\Gamma ", "Δ": "\\Delta ", "Λ": "\\Lambda ", "Σ": "\\Sigma ", "Φ": "\\Phi ", "α": "\\alpha ",
    "β": "\\beta ", "γ": "\\gamma ", "δ": "\\delta ", "ε": "\\epsilon ", "η": "\\eta ", "θ": "\\theta ",
    "λ": "\\lambda ", "μ": "\\mu ", "ν": "\\nu ", "ρ": "\\rho ", "σ": "\\sigma ", "τ": "\\tau ", "φ": "\\phi ",
    "⟨": "\\langle ", "⟩": "\\rangle ", "′": "'", "²": "^2", "→": "\\to ", "ℓ": "\\ell ",
}  # fmt: skip


def _latex(symbol):
    """A symbol for GetDist's labels, which are LaTeX: scripts in braces, Greek letters as commands."""
    return "".join(GREEK.get(letter, letter) for letter in mathtext(symbol).replace("$", ""))
