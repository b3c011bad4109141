"""The Python package on a small scan: reading, summary, figures, and what it says about bad input."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")
ANALYSIS = Path(__file__).resolve().parents[2] / "analysis"
sys.path.insert(0, str(ANALYSIS))

import mutauscan_analysis as analysis  # noqa: E402
from mutauscan_analysis import plot, targets  # noqa: E402

POINTS = 200
SCAN = f"""
[parameters]
lambda_phi_sigma = {{ min = -1e-2, max = -1e-4, scale = "log" }}
h_etau = {{ min = 0.3, max = 3.0, scale = "log" }}
M_mutau = {{ min = 4e6, max = 2.5e7, scale = "log" }}
T_R = {{ min = 1e4, max = 2e5, scale = "log" }}
g_zp = {{ min = 5e-4, max = 1.5e-3, scale = "log" }}
m_zp = {{ min = 2e-2, max = 2e-1, scale = "log" }}
[scan]
points = {POINTS}
[output]
chunk_rows = 64
"""
GENERIC_SCAN = """
[model]
texture = "none"
[parameters]
lambda_phi_sigma = { min = -1e-2, max = 1e-2, scale = "symlog" }
lambda_tau = { min = 1e-8, max = 1e-7, scale = "log" }
delta_deg = { min = 0, max = 360 }
lambda_e = 1e-7
lambda_mu = 1e-7
[scan]
points = 50
"""
ONE_AXIS_SCAN = """
[parameters]
M_mutau = { min = 1e6, max = 1e7, scale = "log" }
[scan]
points = 20
"""
NO_OK_POINT = """
[parameters]
M_mutau = { min = 1e9, max = 1e10, scale = "log" }
[scan]
points = 10
"""


@pytest.fixture(scope="session")
def make_run(program, tmp_path_factory):
    """Scans a config given as text; returns the run directory."""

    def make(config):
        directory = tmp_path_factory.mktemp("scan")
        (directory / "scan.toml").write_text(config)
        program.run("scan", directory / "scan.toml", "--out", directory / "run", expect=None)
        return directory / "run"

    return make


@pytest.fixture(scope="session")
def run(make_run):
    return make_run(SCAN)


@pytest.fixture(scope="session")
def merged(program, run):
    path = run.parent / "merged.h5"
    program.run("merge", run, "-o", path)
    return path


def command_line(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "mutauscan_analysis", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ANALYSIS)},
    )


def assert_one_line_error(done, *words):
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert str(word) in done.stderr


# Reading


def test_run_and_merged_file_are_the_same(run, merged):
    assert len(list((run / "chunks").glob("*.h5"))) > 1
    from_run, from_file = analysis.open(run), analysis.open(merged)
    assert len(from_run) == len(from_file) == from_run.points == from_file.points == POINTS
    assert from_run.columns == from_file.columns
    for name in (*from_run.columns, "telemetry/wall_s", "telemetry/rank"):
        a, b = from_run[name], from_file[name]
        assert a.dtype == b.dtype and a.tobytes() == b.tobytes(), name
    np.testing.assert_array_equal(from_run["index"], np.arange(POINTS))


def test_every_dataset_is_labelled(merged):
    scan = analysis.open(merged)
    for name in (*scan.columns, "telemetry/wall_s", "telemetry/rank"):
        attributes = scan.attributes(name)
        assert all(attributes[key].strip() for key in ("units", "symbol", "long_name")), name
        assert scan.units(name) == attributes["units"] and scan.symbol(name) == attributes["symbol"]


def test_labels_and_names(merged):
    scan = analysis.open(merged)
    assert scan.label("T_R") == "T_R [GeV]"
    assert scan.label("lambda_phi_sigma") == "λ_Φσ"
    assert scan.status_names[0] == "ok"
    assert list(scan.axes) == ["lambda_phi_sigma", "h_etau", "M_mutau", "T_R", "g_zp", "m_zp"]


def test_run_that_is_not_finished(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    first, *_ = sorted((copy / "chunks").iterdir())
    shutil.copy(first, first.with_suffix(".h5.part"))
    first.unlink()
    scan = analysis.open(copy)
    assert 0 < len(scan) < POINTS and scan.points == POINTS
    assert np.all(np.diff(scan["index"].astype(int)) > 0)


def test_row_in_two_chunks_counts_once(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    first, *_ = sorted((copy / "chunks").iterdir())
    shutil.copy(first, first.with_name("chunk-999999-0123456789abcdef.h5"))
    scan = analysis.open(copy)
    np.testing.assert_array_equal(scan["index"], np.arange(POINTS))
    np.testing.assert_array_equal(scan["T_R"], analysis.open(run)["T_R"])


def test_to_pandas(merged):
    scan = analysis.open(merged)
    frame = scan.to_pandas()
    assert list(frame) == scan.columns and len(frame) == POINTS
    pair = scan.to_pandas(["index", "T_R"])
    pd.testing.assert_frame_equal(pair, frame[["index", "T_R"]])


def test_best_points(merged):
    scan = analysis.open(merged)
    rows = scan.best(3)
    decades = np.abs(np.log10(np.abs(scan[scan.asymmetry]) / 8.70e-11))
    eligible = (scan["status"] == 0) & (np.abs(scan["delta_a_mu"] - 2.51e-9) <= 2 * 0.59e-9)
    assert len(rows) == 3 and eligible[rows].all()
    np.testing.assert_allclose(decades[rows], np.sort(decades[eligible])[:3])


def test_solution_takes_precedence_over_the_estimate(merged, tmp_path):
    path = tmp_path / "solved.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        if "Y_B" not in file:
            file.copy("Y_B_estimate", "Y_B")
    assert analysis.open(path).asymmetry == "Y_B"


def test_targets():
    values = np.array([8.7e-11, -8.7e-11, 2.9e-10, 2.6e-10, -2.8e-11, 3e-11, 0.0, np.nan])
    expected = [True, True, False, True, False, True, False, False]
    assert targets.has_right_asymmetry(values).tolist() == expected
    values = np.array([2.51e-9, 1.34e-9, 1.32e-9, 3.68e-9, 3.70e-9, np.nan])
    assert targets.explains_g_minus_2(values).tolist() == [True, True, False, True, False, False]


# Summary


def test_summary(run, merged, program):
    scan = analysis.open(run)
    ok = scan["status"] == 0
    g2 = ok & (np.abs(scan["delta_a_mu"] - 2.51e-9) <= 1.18e-9)
    asymmetry = np.abs(scan[scan.asymmetry])
    close = ok & (asymmetry >= 2.9e-11) & (asymmetry <= 2.61e-10)
    assert (g2 & close).any()

    for path, throughput in ((run, "points per second"), (merged, "points per CPU second")):
        done = command_line("summary", path)
        assert done.returncode == 0, done.stderr
        text = done.stdout
        assert text.startswith(str(path)) and f"{POINTS} of {POINTS}" in text and throughput in text
        for value, count in zip(*np.unique(scan["status"], return_counts=True)):
            assert re.search(rf"^ +{count} {scan.status_names[value]}$", text, re.M)
        for mask, meaning in ((close, scan.asymmetry), (g2, "muon g-2"), (g2 & close, "both")):
            line = rf"^ *{mask.sum() / ok.sum():.2%} .*{meaning}.*\({mask.sum()}\)$"
            assert re.search(line, text, re.M), line
        table = text.split("best points")[1].splitlines()[2:7]
        assert [int(line.split()[0]) for line in table] == scan["index"][scan.best(5)].tolist()

        command = re.search(r"mutauscan (point --from (.*) --index (\d+))$", text, re.M)
        program.run(*command[1].split())
        assert command[2] == str(path) and int(command[3]) == scan["index"][scan.best(1)[0]]


def test_summary_without_good_points(make_run):
    run = make_run(SCAN.replace("g_zp = { min = 5e-4, max = 1.5e-3", "g_zp = { min = 5e-3, max = 5e-2"))
    done = command_line("summary", run)
    assert done.returncode == 0 and "best points: none" in done.stdout


# Figures


def drawn_points(panel):
    return [len(line.get_xdata()) for line in panel.lines]


def test_where(merged):
    scan = analysis.open(merged)
    figure = plot.where(scan)
    ok = scan["status"] == 0
    g2 = ok & targets.explains_g_minus_2(scan["delta_a_mu"])
    asymmetry = ok & targets.has_right_asymmetry(scan[scan.asymmetry])
    labels = [(panel.get_xlabel(), panel.get_ylabel()) for panel in figure.axes]
    assert len(labels) == 6
    assert labels[:3] == [
        ("$T_{R}$ [GeV]", "−$λ_{Φσ}$"),
        ("|$M_{μτ}$| [GeV]", "|$h_{eτ}$|"),
        ("$m_{Z′}$ [GeV]", "$g_{Z′}$"),
    ]
    for panel in figure.axes:
        assert drawn_points(panel) == [mask.sum() for mask in (ok, g2, asymmetry, g2 & asymmetry)]
        assert panel.get_xscale() == panel.get_yscale() == "log"
    assert np.all(figure.axes[0].lines[0].get_ydata() > 0)
    assert figure.get_figwidth() == plot.TWO_COLUMNS


def test_asymmetry(merged):
    scan = analysis.open(merged)
    figure = plot.asymmetry(scan)
    panel, colours = figure.axes
    values = scan[scan.asymmetry][scan["status"] == 0]
    drawn = {len(collection.get_offsets()) for collection in panel.collections}
    assert drawn == {np.sum(values > 0), np.sum(values < 0)}
    assert panel.get_xlabel() == "$T_{R}$ [GeV]" and colours.get_ylabel() == "|$M_{μτ}$| [GeV]"
    assert panel.get_ylabel() == plot.mathtext(f"|{scan.symbol(scan.asymmetry)}|")
    assert panel.lines[0].get_ydata()[0] == 8.70e-11
    assert figure.get_figwidth() == plot.ONE_COLUMN


def test_plot_writes_files(run, tmp_path):
    done = command_line("plot", run, "-o", tmp_path / "figures")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "figures").iterdir() if path.stat().st_size > 1000}
    assert names == {"where.pdf", "where.png", "asymmetry.pdf", "asymmetry.png"}
    assert len(done.stdout.splitlines()) == 4


def test_other_axes_than_the_main_ones(make_run, tmp_path):
    scan = analysis.open(make_run(GENERIC_SCAN))
    figure = plot.where(scan)
    labels = [(panel.get_xlabel(), panel.get_ylabel()) for panel in figure.axes]
    assert labels == [("$λ_{Φσ}$", "δ [deg]"), ("$λ_{τ}$", "$λ_{Φσ}$")]
    assert figure.axes[0].get_xscale() == "symlog" and figure.axes[0].get_yscale() == "linear"
    plot.write(scan, tmp_path)


def test_one_axis(make_run, tmp_path):
    scan = analysis.open(make_run(ONE_AXIS_SCAN))
    (panel,) = plot.where(scan).axes
    assert panel.get_xlabel() == "|$M_{μτ}$| [GeV]"
    (panel,) = plot.asymmetry(scan).axes
    assert panel.get_xlabel() == "|$M_{μτ}$| [GeV]"
    plot.write(scan, tmp_path)


@pytest.mark.parametrize(
    "label, expected",
    [
        ("λ_Φσ", "$λ_{Φσ}$"),
        ("m_{Z′} [GeV]", "$m_{Z′}$ [GeV]"),
        ("⟨σ1⟩(T_R)", "⟨σ1⟩($T_{R}$)"),
        ("Γ(LΦ)_1", "Γ(LΦ)$_{1}$"),
        ("ε_std,1", r"$ε_{\mathrm{std},1}$"),
        ("|Y_B^est|", r"|$Y_{B}^{\mathrm{est}}$|"),
        ("Δm²21 [eV^2]", r"Δm²21 [$\mathrm{eV}^{2}$]"),
        ("phase", "phase"),
        ("x_{a", "x_{a"),
        ("a$b_c", "a$b_c"),
    ],
)
def test_mathtext(label, expected):
    assert plot.mathtext(label) == expected


def test_every_label_can_be_drawn(merged):
    scan = analysis.open(merged)
    figure = matplotlib.figure.Figure()
    for name in scan.columns:
        figure.text(0.5, 0.5, plot.mathtext(scan.label(name)))
    figure.canvas.draw()


# Bad input


def test_foreign_and_damaged_files(merged, tmp_path):
    text = tmp_path / "text.h5"
    text.write_text("no HDF5")
    foreign = tmp_path / "foreign.h5"
    with h5py.File(foreign, "w") as file:
        file["index"] = np.arange(3)
    truncated = tmp_path / "truncated.h5"
    truncated.write_bytes(merged.read_bytes()[:-1000])
    for path in (text, foreign, truncated, tmp_path / "missing.h5", tmp_path):
        for verb in ("summary", "plot"):
            assert_one_line_error(command_line(verb, path), path)


def test_damaged_column(merged, tmp_path):
    path = tmp_path / "damaged.h5"
    content = bytearray(merged.read_bytes())
    with h5py.File(merged) as file:
        block = file["T_R"].id.get_chunk_info(0)
    content[block.byte_offset + block.size // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(analysis.ScanError, match="damaged.h5"):
        analysis.open(path)["T_R"]


def test_missing_column(merged, tmp_path):
    path = tmp_path / "less.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        del file["delta_a_mu"]
    for verb in ("summary", "plot"):
        assert_one_line_error(command_line(verb, path), path, "delta_a_mu")
    with pytest.raises(analysis.ScanError, match="no_such_column"):
        analysis.open(merged)["no_such_column"]


def test_no_ok_points(make_run):
    run = make_run(NO_OK_POINT)
    for verb in ("summary", "plot"):
        assert_one_line_error(command_line(verb, run), run, "ok")
    assert "10 of 10" in command_line("summary", run).stdout


def test_damaged_status(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    (copy / "status.json").write_text("{")
    assert_one_line_error(command_line("summary", copy), copy / "status.json")


def test_run_without_a_chunk(run, tmp_path):
    (tmp_path / "chunks").mkdir()
    shutil.copy(run / "manifest.json", tmp_path)
    assert_one_line_error(command_line("summary", tmp_path), tmp_path, "no finished chunk")


def test_chunk_of_another_scan(run, make_run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    other, *_ = (make_run(ONE_AXIS_SCAN) / "chunks").glob("*.h5")
    shutil.copy(other, copy / "chunks" / "chunk-999999-0123456789abcdef.h5")
    assert_one_line_error(command_line("summary", copy), "chunk-999999-0123456789abcdef.h5")
