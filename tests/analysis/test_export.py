"""Exported files, read back."""

import sys

import numpy as np
import pandas as pd
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import export, targets
from support import command_line


def test_csv_holds_every_digit(run, tmp_path):
    scan = analysis.open(run)
    path = tmp_path / "out" / "scan.csv"
    assert command_line("export", run, "-o", path).stdout.splitlines() == [str(path)]
    table = pd.read_csv(path, float_precision="round_trip").sort_values("index", ignore_index=True)
    pd.testing.assert_frame_equal(table, scan.to_pandas(), check_dtype=False, check_exact=True)


def test_csv_of_chosen_columns_and_rows(merged, tmp_path):
    path = tmp_path / "scan.csv"
    command_line("export", merged, "-o", path, "--columns", "index,T_R", "--where", "T_R > 1e5")
    table, scan = pd.read_csv(path), analysis.open(merged)
    assert list(table) == ["index", "T_R"]
    assert table["index"].tolist() == scan["index"][scan["T_R"] > 1e5].tolist()


def test_weighted_samples(merged, tmp_path):
    path = tmp_path / "chain.txt"
    done = command_line("export", merged, "-o", path)
    assert [line.rsplit(".")[-1] for line in done.stdout.splitlines()] == ["txt", "paramnames", "ranges"]
    scan = analysis.open(merged)
    samples = np.loadtxt(path)
    names = [line.split(" ", 1) for line in path.with_suffix(".paramnames").read_text().splitlines()]
    assert [name for name, _ in names] == [*scan.axes, "Y_B"]
    assert dict(names)["lambda_phi_sigma"] == r"\lambda _{\Phi \sigma }" and dict(names)["m_zp"] == "m_{Z'}"
    merit = targets.merit(scan)
    values = merit({name: scan[name] for name in merit.columns})
    valid = np.isfinite(values)
    np.testing.assert_allclose(samples[:, 1], values[valid] / 2, rtol=1e-9)
    np.testing.assert_allclose(samples[:, 0], np.exp((values.min() - values[valid]) / 2), rtol=1e-6, atol=1e-300)
    assert samples[:, 0].max() == 1
    np.testing.assert_allclose(samples[:, 2 + list(scan.axes).index("T_R")], scan["T_R"][valid], rtol=1e-9)
    ranges = dict((name, (float(a), float(b))) for name, a, b in map(str.split, path.with_suffix(".ranges").open()))
    assert ranges["lambda_phi_sigma"] == (-1e-2, -1e-4) and ranges["T_R"] == (1e4, 2e5)


def test_parquet_without_pyarrow(merged, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(analysis.ScanError, match="pyarrow"):
        export.export(analysis.open(merged), tmp_path / "scan.parquet")
    assert not list(tmp_path.iterdir())


def test_parquet(merged, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not packaged for this system")
    scan = analysis.open(merged)
    (path,) = export.export(scan, tmp_path / "scan.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(path), scan.to_pandas())
