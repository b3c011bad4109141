"""What the package says about files, columns and selections that are not what they should be."""

import json
import os
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from support import ANALYSIS, NO_OK_POINT, ONE_AXIS_SCAN, assert_one_line_error, command_line, damage


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
    shutil.copy(merged, path)
    damage(path, "T_R")
    with pytest.raises(analysis.ScanError, match="damaged.h5"):
        analysis.open(path)["T_R"]
    for verb in ("plot", "profile", "corner"):
        assert_one_line_error(command_line(verb, path, "--sign", "any", "-o", tmp_path), path, "cannot be read")


def test_missing_column(merged, without_verdicts, tmp_path):
    path = tmp_path / "less.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        del file["delta_a_mu"]
    for verb in ("summary", "plot", "profile", "corner"):
        assert_one_line_error(command_line(verb, path, cwd=tmp_path), path, "delta_a_mu")
    assert_one_line_error(command_line("report", path, "-o", tmp_path / "report.html"), path, "delta_a_mu")
    assert not (tmp_path / "report.html").exists()
    with pytest.raises(analysis.ScanError, match="no_such_column"):
        analysis.open(merged)["no_such_column"]


def test_no_ok_points(program, make_run, tmp_path):
    run = make_run(NO_OK_POINT)
    done = command_line("plot", run, "-o", tmp_path / "figures")
    assert done.returncode == 0 and (tmp_path / "figures" / "where.png").exists(), done.stderr
    assert_one_line_error(command_line("profile", run), run, "ok")
    done = command_line("summary", run)
    assert done.returncode == 0 and "10 of 10" in done.stdout and "no point is ok" in done.stdout
    assert "100.00%  inflaton_too_light: raise m_phi" in done.stdout
    command = next(line for line in done.stdout.splitlines() if "--from" in line).split("mutauscan ")[-1].split()
    assert command[:2] == ["point", "--from"]
    assert "m_phi/2 is below" in program.run(*command).stderr
    done = command_line("report", run, "-o", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert done.returncode == 0, done.stderr
    for part in ("Why no point is valid", "inflaton_too_light", "raise m_phi", "point --from", "Config"):
        assert part in page


def test_every_failure_has_a_remedy(merged):
    scan = analysis.open(merged)
    assert set(scan.status_names.values()) - {"ok"} == set(json.loads(scan.attributes("status")["remedies"]))


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


@pytest.mark.parametrize(
    "verb, arguments, words",
    [
        ("plot", ["-x", "T_r", "-y", "g_zp"], ["T_r"]),
        ("profile", ["-x", "T_R", "--colour", "g_zp"], ["--colour"]),
        ("profile", [], ["--sign any"]),
        ("profile", ["-y", "T_R"], ["-x"]),
        ("profile", ["-x", "no_such", "--sign", "any"], ["no_such"]),
        ("corner", ["--columns", "T_R,no_such"], ["no_such"]),
        ("summary", ["--where", "T_R > 1e99"], ["no row satisfies", "T_R > 1e99"]),
        ("plot", ["--where", "no_such > 1"], ["no_such"]),
        ("export", ["-o", "x.xls"], [".csv", "x.xls"]),
        ("export", ["-o", "x.csv", "--columns", "T_R,no_such"], ["no_such"]),
        ("report", ["-o", "x.html", "--where", "T_R > 1e99"], ["no row satisfies"]),
    ],
)
def test_arguments_that_make_no_sense(merged, tmp_path, verb, arguments, words):
    assert_one_line_error(command_line(verb, merged, *arguments, cwd=tmp_path), *words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "verb, option, values",
    [
        ("plot", "--bins", ["-3", "0", "", "nan", "1.5", "³", "9999999"]),
        ("corner", "--columns", ["", ",", "T_R,", "T_R,T_R"]),
        ("summary", "--where", ["", " "]),
        ("report", "-o", [""]),
        ("export", "-o", [""]),
        ("plot", "-o", [""]),
        ("profile", "-x", [""]),
        ("profile", "-y", [""]),
        ("story", "--data", [""]),
    ],
)
def test_values_that_cannot_be_meant_name_their_option(merged, tmp_path, verb, option, values):
    for value in values:
        done = command_line(verb, *([] if verb == "story" else [merged]), option, value, cwd=tmp_path)
        assert done.returncode == 2 and option in done.stderr and done.stdout == "", (value, done.stderr)
    assert not list(tmp_path.iterdir())


def test_a_pipe_is_no_scan(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert_one_line_error(command_line("summary", tmp_path / "pipe"), "pipe")
    assert_one_line_error(command_line("plot", tmp_path / "pipe"), "pipe")


def test_file_without_attributes(without_verdicts, tmp_path):
    """Symbols are the names then, and what the run was is not said."""
    path = tmp_path / "bare.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        for column in file.values():
            if isinstance(column, h5py.Dataset):
                for name in list(column.attrs):
                    del column.attrs[name]
        for name in list(file.attrs):
            if name not in ("program", "schema_version", "config", "points"):
                del file.attrs[name]
    scan = analysis.open(path, "any")
    assert scan.label("T_R") == "T_R" and len(scan.best(1)) == 1
    done = command_line("report", path, "--sign", "any", "-o", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr


def test_unknown_status_and_columns_without_numbers(without_verdicts, tmp_path):
    path = tmp_path / "odd.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        file["status"][:3] = 99
        file["M1_TR"][...] = np.nan
    done = command_line("summary", path)
    assert done.returncode == 0 and "3 unknown status 99" in done.stdout, done.stderr
    assert_one_line_error(command_line("plot", path, "-x", "M1_TR", "-y", "T_R", cwd=tmp_path), "no finite value")


def test_a_python_without_the_packages_is_named_in_one_line(tmp_path):
    (tmp_path / "h5py.py").write_text("raise ModuleNotFoundError(\"No module named 'h5py'\", name='h5py')\n")
    paths = os.pathsep.join([str(tmp_path), str(ANALYSIS)])
    done = subprocess.run([sys.executable, "-m", "mutauscan_analysis", "summary", "RUN"], capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": paths})  # fmt: skip
    assert_one_line_error(done, "h5py is missing for", sys.executable, "/usr/bin/python3")
    done = subprocess.run([sys.executable, "-c", "import mutauscan_analysis"], capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": paths})  # fmt: skip
    assert "ImportError: error: h5py is missing for" in done.stderr
