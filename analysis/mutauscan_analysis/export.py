"""Export of a scan to CSV, Parquet, weighted samples as GetDist and corner read them, and tables."""

import json
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd

from . import posterior, sampling, tables, targets
from .files import EmptySelection, ScanError, writing

FORMATS = (".csv", ".parquet", ".txt", ".tex", ".html")


def export(scan, path, columns=None, best=None, inputs=False):
    """Writes columns (default: all) to path, in the format its suffix says; returns the paths written.

    best: only so many rows, the closest to all measurements, the best first; inputs: only the parameters of the model.
    .csv, .parquet: rows in the order of their index. .txt: weighted samples. .tex, .html: table of constraints.
    """
    path = Path(path)
    if path.suffix not in FORMATS:
        raise ScanError(f"{path}: the suffix chooses the format, one of {', '.join(FORMATS)}")
    if best is not None and (best < 1 or path.suffix not in (".csv", ".parquet")):
        raise ScanError("--best: a number of rows from 1, for .csv and .parquet")
    for name in columns or ():
        scan.attributes(name)  # an error names it before anything is written
    if path.suffix == ".txt":
        return _chain(scan, path, columns or posterior.shown(scan))
    if path.suffix in (".tex", ".html"):
        with writing(path) as part:
            text = tables.constraints(scan, columns, "latex" if path.suffix == ".tex" else "html")
            part.write_text(text + "\n", encoding="utf-8")
        return [path]
    if inputs:
        columns = ["index", *(name for name in scan.config["parameters"] if name in scan)]
    write = _csv if path.suffix == ".csv" else _parquet
    with writing(path) as part:
        write(scan, part, columns or scan.columns, best)
    return [path]


def _frames(scan, columns, best):
    if best is not None:
        yield scan.best(best, [name for name in columns if name != "index"])
        return
    for block in scan.blocks_in_order(columns):
        yield pd.DataFrame({name: block[name] for name in columns})


def _csv(scan, path, columns, best):
    """One line a row, numbers with all their digits; the header has the columns' names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        for number, frame in enumerate(_frames(scan, columns, best)):
            frame.to_csv(file, index=False, header=number == 0)


def _parquet(scan, path, columns, best):
    """The attributes of every column go into the metadata of its field."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ScanError("export to .parquet: the Python package pyarrow is not installed") from error
    writer = None
    for frame in _frames(scan, columns, best):
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        fields = [field.with_metadata(scan.attributes(field.name)) if field.name != "merit" else field
                  for field in table.schema]  # fmt: skip
        table = table.cast(pyarrow.schema(fields))
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is None:
        raise EmptySelection(f"{scan.path}: no row to write")
    writer.close()


def _chain(scan, path, columns):
    """NAME.txt: weight, -ln L and columns of every row with a likelihood; .paramnames, .ranges and .yaml beside it.

    A parameter scanned on a logarithmic scale is written as its logarithm, in which its prior is flat (posterior.py).
    The .yaml says what the weights are, and how many samples they amount to.
    """
    suffixes = (".txt", ".paramnames", ".ranges", ".yaml")
    with ExitStack() as stack:
        chain, names, ranges, about = [stack.enter_context(writing(path.with_suffix(suffix))) for suffix in suffixes]
        samples = posterior.samples(scan, columns)
        np.savetxt(chain, np.column_stack([samples.weights, samples.minus_log_likelihood, samples.values]), fmt="%.10g")
        marks = ["*" if derived else "" for derived in samples.derived]
        lines = [f"{name}{mark} {label}\n" for name, mark, label in zip(samples.names, marks, samples.labels)]
        names.write_text("".join(lines), encoding="utf-8")
        ranges.write_text("".join(f"{name} {low:.10g} {high:.10g}{' periodic' * (name in samples.periodic)}\n"
                                  for name, (low, high) in samples.ranges.items()))  # fmt: skip
        learnt = sampling.learns(scan)
        meaning = {
            "scan": str(scan.path),
            "likelihood": " + ".join(sampling.target(scan)) if learnt else targets.merit(scan, samples.left_out).meaning,
            "left out, as the prior is this already": samples.left_out,
            "weight": "of the posterior, largest 1" if learnt else
                      "L/L_max; the prior is the sampler's distribution, flat in the variables written",
            "samples": len(samples.weights),
            "effective samples": round(posterior.number(scan, samples.weights), 1),
            "selection": list(scan.selection),
        } | (dict(sampling.lines(scan)) if learnt else {})
        about.write_text("".join(f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}\n"
                                 for key, value in meaning.items()), encoding="utf-8")  # fmt: skip
    return [path.with_suffix(suffix) for suffix in suffixes]
