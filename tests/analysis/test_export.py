"""Exported files, read back."""

import sys

import numpy as np
import pandas as pd
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import export, targets
from support import GENERIC_SCAN, assert_one_line_error, command_line


def test_csv_holds_every_digit(run, tmp_path):
    scan = analysis.open(run)
    path = tmp_path / "out" / "scan.csv"
    assert command_line("export", run, "-o", path).stdout.splitlines() == [str(path)]
    table = pd.read_csv(path, float_precision="round_trip")  # in the order of the index
    pd.testing.assert_frame_equal(table, scan.to_pandas(), check_dtype=False, check_exact=True)


def test_csv_of_chosen_columns_and_rows(merged, tmp_path):
    path = tmp_path / "scan.csv"
    command_line("export", merged, "-o", path, "--columns", "index,T_R", "--where", "T_R > 1e5")
    table, scan = pd.read_csv(path), analysis.open(merged)
    assert list(table) == ["index", "T_R"]
    assert table["index"].tolist() == scan["index"][scan["T_R"] > 1e5].tolist()


def test_weighted_samples(merged, tmp_path):
    path = tmp_path / "chain.txt"
    done = command_line("export", merged, "--sign", "any", "-o", path)
    assert [line.rsplit(".")[-1] for line in done.stdout.splitlines()] == ["txt", "paramnames", "ranges", "yaml"]
    scan = analysis.open(merged, "any")
    samples = np.loadtxt(path)
    names = [line.split(" ", 1) for line in path.with_suffix(".paramnames").read_text().splitlines()]
    logarithms = [f"log10_{name}" for name in scan.axes]
    logarithms[0] = "log10_minus_lambda_phi_sigma"
    assert [name for name, _ in names] == [*logarithms, "Y_B*"] and dict(names)["log10_m_zp"] == r"\log_{10}m_{Z'}"
    merit = targets.merit(scan)
    values = merit({name: scan[name] for name in merit.columns})
    valid = np.isfinite(values) & (np.exp((values.min() - values) / 2) > 0)
    np.testing.assert_allclose(samples[:, 1], values[valid] / 2, rtol=1e-9)
    np.testing.assert_allclose(samples[:, 0], np.exp((values.min() - values[valid]) / 2), rtol=1e-6, atol=1e-300)
    assert samples[:, 0].max() == 1
    np.testing.assert_allclose(10 ** samples[:, 2 + list(scan.axes).index("T_R")], scan["T_R"][valid], rtol=1e-8)
    ranges = dict((name, (float(a), float(b))) for name, a, b in map(str.split, path.with_suffix(".ranges").open()))
    assert ranges["log10_minus_lambda_phi_sigma"] == (-4, -2) and ranges["log10_T_R"] == (4, 5.301029996)


def test_angles_over_a_full_turn_are_periodic(make_run, tmp_path):
    """As GetDist reads it from the fourth word of a line of .ranges."""
    run = make_run(GENERIC_SCAN)
    export.export(analysis.open(run, "any"), tmp_path / "chain.txt")
    lines = [line.split() for line in (tmp_path / "chain.ranges").read_text().splitlines()]
    assert ["delta_deg", "0", "360", "periodic"] in lines
    assert [line[0] for line in lines if len(line) == 4] == ["delta_deg"]


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


def test_the_best_rows_and_the_inputs_alone(merged, tmp_path):
    path, scan = tmp_path / "best.csv", analysis.open(merged, "any")
    done = command_line("export", merged, "--sign", "any", "--best", "7", "--inputs", "-o", path)
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(path, float_precision="round_trip")
    assert table["index"].tolist() == scan.best(7)["index"].tolist() and table["merit"].is_monotonic_increasing
    assert set(scan.axes) < set(table) and not {"Y_B", "M1_TR", "status"} & set(table)
    for arguments in (["--best", "0"], ["--inputs", "--columns", "T_R"]):
        assert_one_line_error(command_line("export", merged, *arguments, "-o", path))


def test_tables_of_constraints(merged, tmp_path):
    for suffix, word in ((".tex", r"\begin{tabular}"), (".html", "<table>")):
        path = tmp_path / f"table{suffix}"
        assert command_line("export", merged, "--sign", "any", "--columns", "T_R,Y_B", "-o", path).returncode == 0
        assert word in path.read_text()
