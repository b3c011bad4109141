"""Reading scans: columns, rows, attributes, selections."""

import json
import shutil
import time

import h5py
import numpy as np
import pandas as pd
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import findings, targets
from support import POINTS, SCAN, damage


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


def test_best_points(without_verdicts):
    scan = analysis.open(without_verdicts, "any")
    best = scan.best(3)
    chi_squared = (np.log(np.abs(scan["Y_B"]) / 8.70e-11) / np.log(3)) ** 2
    chi_squared += ((scan["delta_a_mu"] - 2.51e-9) / 0.59e-9) ** 2
    chi_squared[scan["status"] != 0] = np.inf
    rows = np.argsort(chi_squared)[:3]
    assert best["index"].tolist() == scan["index"][rows].tolist()
    np.testing.assert_allclose(best["merit"], chi_squared[rows])
    assert list(scan.best(1, ["M1_TR"])) == ["index", "M1_TR", "merit"]
    assert len(scan.best(10 * POINTS)) == np.isfinite(chi_squared).sum()


def test_likelihood_and_verdicts_of_the_file_take_precedence(observed_sign):
    scan = analysis.open(observed_sign)
    ok = scan["status"] == 0
    allowed = ok & (scan["allowed"] == 1)
    best = scan.best(1)
    assert best["merit"][0] == -2 * scan["loglike_total"][allowed].max() and best["allowed"][0] == 1
    for condition, name in ((targets.explains_all, "explains_all"), (targets.explains_g2, "explains_g2"),
                            (targets.explains_asymmetry, "explains_Y_B")):  # fmt: skip
        assert scan.count(condition(scan)) == np.sum((scan[name] == 1) & ok) > 0
    excluded = {limit.label: scan.count(limit) for limit in targets.limits(scan)}
    assert excluded["NA64μ"] == np.sum((scan["limit_na64mu"] == 0) & ok) > 0
    assert {limit.label for limit in targets.limits(scan, hard=True)} < set(excluded)


def test_the_sign_counts_unless_it_is_set_aside(merged, tmp_path):
    """What is judged by is a choice: neither the rows nor one of them change it."""
    scan = analysis.open(merged)
    assert scan.judged_by == targets.Judgement(any_sign=False, limits=True) and scan.count(targets.explains_all(scan)) == 0
    with pytest.raises(analysis.ScanError, match="--sign any"):
        scan.best(1)
    scan = analysis.open(merged, sign="any")
    assert scan.where("T_R > 1e5").judged_by == scan.judged_by == targets.Judgement(any_sign=True, limits=True)
    count = scan.count(targets.explains_all(scan))
    assert f"{count} points" in findings.hint(analysis.open(merged)) and count > 0 and not findings.hint(scan)
    path = tmp_path / "one_row.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        row = np.flatnonzero((file["explains_g2"][()] == 1) & (file["allowed"][()] == 1) & (file["Y_B"][()] < -3e-11))[0]
        file["Y_B"][row] *= -1
    changed = analysis.open(path, sign="any")
    assert changed.count(targets.explains_all(changed)) == count
    assert np.all(np.isneginf(scan["loglike_total"]) | (scan["Y_B"] > -1e-13) | (scan["status"] != 0))
    size = np.log(np.abs(scan["Y_B"]) / 8.70e-11) / np.hypot(np.log(3), 0.007)
    others = sum(scan[name] for name in scan.columns if name.startswith("loglike_")
                 and name not in ("loglike_total", "loglike_Y_B"))  # fmt: skip
    merit = np.where((scan["status"] == 0) & (scan["allowed"] == 1), size**2 - 2 * others, np.inf)
    assert scan.best(3)["index"].tolist() == np.argsort(merit)[:3].tolist()
    assert scan.best(1)["merit"][0] == pytest.approx(merit.min())
    assert "with |Y_B|" in targets.merit(scan).meaning
    assert "aside" in targets.explains_all(scan).label


def test_likelihood_of_the_size_is_that_of_the_program_where_the_sign_is_right(observed_sign):
    scan = analysis.open(observed_sign)
    given = targets.merit(scan)
    of_size = targets.merit(scan.judged("any"))
    right = (scan["status"] == 0) & (scan["Y_B"] > 0)
    values = [merit({name: scan[name] for name in merit.columns})[right] for merit in (given, of_size)]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-12)
    assert np.isfinite(values[0]).any()


def test_without_an_allowed_row_limits_are_named_and_can_be_set_aside(observed_sign, tmp_path):
    path = tmp_path / "excluded.h5"
    shutil.copy(observed_sign, path)
    with h5py.File(path, "a") as file:
        file["allowed"][...] = 0
        file["limit_sum_m_planck_cmb"][...] = 0
    with pytest.raises(analysis.ScanError, match="0 of .* valid rows; Σm < 0.24 eV alone excludes all"):
        analysis.open(path).best(1)
    scan = analysis.open(path, limits=False)
    assert "limits aside" in targets.explains_all(scan).label
    finite = np.where(scan["status"] == 0, scan["loglike_total"], -np.inf)
    assert scan.best(1)["index"][0] == np.nanargmax(finite)


def test_the_measurement_of_the_config_is_used(without_verdicts, tmp_path):
    path = tmp_path / "other.h5"
    shutil.copy(without_verdicts, path)
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["config"])
        config["model"]["g_minus_2"] = "2025/WP25"
        file.attrs["config"] = json.dumps(config)
    scan = analysis.open(path)
    close = (scan["status"] == 0) & (np.abs(scan["delta_a_mu"] - 0.385e-9) <= 2 * 0.637e-9)
    assert scan.count(targets.explains_g2(scan)) == close.sum()


def test_rows_by_condition(run, merged):
    for path in (run, merged):
        scan = analysis.open(path)
        table = scan.to_pandas()
        heavy = scan.where("status == 0 and M1_TR > 100 * T_R")
        expected = table[(table.status == 0) & (table.M1_TR > 100 * table.T_R)]
        assert 0 < len(heavy) == len(expected) < len(scan)
        pd.testing.assert_frame_equal(heavy.to_pandas(), expected.reset_index(drop=True))
        twice = heavy.where("abs(lambda_phi_sigma) < 1e-3")
        np.testing.assert_array_equal(twice["index"], expected["index"][expected.lambda_phi_sigma > -1e-3])
        by_mask = scan.where(scan["T_R"] > 1e5)
        np.testing.assert_array_equal(by_mask["index"], table["index"][table.T_R > 1e5])
        assert len(scan) == POINTS


@pytest.mark.parametrize(
    "condition, words",
    [
        ("T_R > 1e99", ("no row satisfies", "T_R > 1e99")),
        ("T_r > 1", ("no column 'T_r'", "did you mean 'T_R'")),
        ("T_R >", ("not an expression",)),
        ("T_R", ("true or false",)),
        ("1 > 0", ("names no column",)),
        ("log7(T_R) > 0", ("log7",)),
    ],
)
def test_conditions_that_make_no_sense(merged, condition, words):
    with pytest.raises(analysis.ScanError) as error:
        analysis.open(merged).where(condition)
    for word in words:
        assert word in str(error.value)


def test_a_mask_of_another_length(merged):
    with pytest.raises(analysis.ScanError, match="one boolean for each"):
        analysis.open(merged).where(np.array([True, False]))


def test_columns_are_read_only_when_asked_for(merged, tmp_path):
    """A column that cannot be read disturbs nobody who does not ask for it."""
    path = tmp_path / "damaged.h5"
    shutil.copy(merged, path)
    damage(path, "Y_B_N1")
    scan = analysis.open(path, "any").where("status == 0")
    assert len(scan["T_R"]) and len(scan.best(1)) == 1
    with pytest.raises(analysis.ScanError, match="damaged.h5"):
        scan["Y_B_N1"]


def test_blocks_cover_all_rows_once(run):
    scan = analysis.open(run).where("T_R > 3e4")
    index = np.concatenate([block["index"] for block in scan.blocks(["index"], rows=7)])
    assert len(index) == len(scan) and set(index) == set(scan["index"])


def test_thinned(merged):
    scan = analysis.open(merged)
    np.testing.assert_array_equal(scan.thinned(60)["index"], np.arange(0, POINTS, 4))
    assert scan.thinned(POINTS) is scan


def test_a_running_scan_is_read_without_disturbing_it(program, tmp_path):
    """Opened again and again while it is written; the run is then complete and sound."""
    points = 10_000  # some seconds
    config = SCAN.replace(f"points = {POINTS}", f"points = {points}").replace("chunk_rows = 64", "chunk_rows = 500")
    (tmp_path / "scan.toml").write_text(config + "flush_seconds = 0.2\n")
    scanning = program.start("scan", tmp_path / "scan.toml", "--out", tmp_path / "run", ranks=2)
    lengths = []
    while scanning.poll() is None:
        try:
            scan = analysis.open(tmp_path / "run")
            assert len(scan["T_R"]) == len(scan["index"]) == len(scan)
            lengths.append(len(scan))
        except analysis.ScanError as error:
            assert "no finished chunk" in str(error) or "no such file" in str(error) or "not a run dir" in str(error)
        time.sleep(0.02)
    assert scanning.returncode == 0, scanning.communicate()
    assert any(0 < length < points for length in lengths) and lengths == sorted(lengths)
    program.run("verify", tmp_path / "run")
    assert len(analysis.open(tmp_path / "run")) == points


def test_to_xarray(merged):
    pytest.importorskip("xarray", reason="the Debian package python3-xarray is not installed")
    scan = analysis.open(merged)
    data = scan.to_xarray(["T_R", "Y_B"])
    assert data["T_R"].attrs["units"] == "GeV" and data["T_R"].dims == ("index",)
    np.testing.assert_array_equal(data["Y_B"], scan["Y_B"])
    assert data.sel(index=7)["T_R"] == scan["T_R"][7]
    assert len(scan.to_xarray().data_vars) == len(scan.columns) - 1


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
    assert not targets.has_right_asymmetry(values, any_sign=False)[1]
    assert targets.has_right_asymmetry(values, factor=4.0)[2]
    values = np.array([2.51e-9, 1.34e-9, 1.32e-9, 3.68e-9, 3.70e-9, np.nan])
    assert targets.explains_g_minus_2(values).tolist() == [True, True, False, True, False, False]




def test_measurements_come_from_the_file(merged, tmp_path):
    """The program's numbers, which those for older files agree with."""
    scan = analysis.open(merged)
    measured = json.loads(scan.attributes("delta_a_mu")["measurements"])
    assert {name: (one["value"], one["error"]) for name, one in measured.items()} == targets.G_MINUS_2
    assert targets.observed_asymmetry(scan) == (targets.Y_B, targets.Y_B_ERROR)
    for name in (name for name in scan.columns if name.startswith("limit_")):
        assert targets.is_hard(scan, name) == ("not in the verdict" not in scan.attributes(name)["long_name"])
    path = tmp_path / "other.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        file["Y_B"].attrs["measurement"] = json.dumps({"value": 1e-10, "relative_error": 0.1})
        measured["2021/WP20"] = {"value": 1e-9, "error": 1e-10}
        file["delta_a_mu"].attrs["measurements"] = json.dumps(measured)
        for name in list(file):
            if name.startswith("explains_"):
                del file[name]
    other = analysis.open(path, sign="any")
    ok = scan["status"] == 0
    assert other.count(targets.explains_g2(other)) == np.sum(ok & (np.abs(scan["delta_a_mu"] - 1e-9) <= 2e-10))
    close = np.abs(np.log(np.abs(scan["Y_B"]) / 1e-10)) <= np.log(3)
    assert other.count(targets.explains_asymmetry(other)) == np.sum(ok & close)


def test_files_of_older_programs(merged, tmp_path):
    """Without the attributes that say what is measured, which limits are hard and where their curves are."""
    path = tmp_path / "old.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        for name, column in file.items():
            for attribute in ("measurement", "measurements", "is_hard", "curve"):
                column.attrs.pop(attribute, None)
            if name.startswith("limit_"):
                column.attrs["symbol"] = name.removeprefix("limit_")
    old, new = analysis.open(path, "any"), analysis.open(merged, "any")
    assert old.best(3).equals(new.best(3))
    assert [cut.left for cut in targets.cut_flow(old)] == [cut.left for cut in targets.cut_flow(new)]
    assert "n eff 35" in [limit.label for limit in targets.limits(old)]


def test_names_of_columns_are_plain(merged, tmp_path):
    path = tmp_path / "strange.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        file["<img src=x onerror=alert(1)>"] = file["Y_B"][()]
    with pytest.raises(analysis.ScanError, match="not a name of a column"):
        analysis.open(path)


def test_rows_in_order_in_small_blocks(run):
    scan = analysis.open(run)
    index = np.concatenate([block["index"] for block in scan.blocks_in_order(["index", "T_R"], rows=17)])
    np.testing.assert_array_equal(index, np.arange(POINTS))
