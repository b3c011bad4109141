"""The models from Python: the same bits as a scan, whatever the threads; messages of wrong input."""

import doctest
import os
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

mutauscan = pytest.importorskip("mutauscan", reason="built without MUTAUSCAN_PYTHON")

CONFIG = """
[parameters]
T_R = { min = 5e3, max = 5e5, scale = "log" }
lambda_phi_sigma = { min = -1e-2, max = -1e-4, scale = "log" }
h_etau = 0.9
[scan]
sampler = "random"
points = 60
"""


@pytest.fixture(scope="module")
def scanned(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    (folder / "config.toml").write_text(CONFIG)
    program.run("scan", "config.toml", "--out", "RUN", cwd=folder)
    program.run("merge", "RUN", "-o", "rows.h5", cwd=folder)
    return folder


@pytest.mark.parametrize("threads", [1, 3])
def test_many_points_have_the_bits_of_a_scan(scanned, threads):
    model = mutauscan.Model.from_config(scanned / "config.toml")
    with h5py.File(scanned / "rows.h5") as file:
        rows = model.evaluate_many({name: file[name][:] for name in ("T_R", "lambda_phi_sigma")}, threads=threads)
        stored = {name: file[name] for name in file if isinstance(file[name], h5py.Dataset)}
        assert list(sorted(rows)) == sorted(stored)
        for name, values in stored.items():
            assert rows[name].dtype == values.dtype and rows[name].tobytes() == values[:].tobytes(), name
        assert len(set(rows["status"])) > 1


def test_a_run_replays_its_rows(scanned):
    for path in ("RUN", "rows.h5"):
        model = mutauscan.Model.from_run(scanned / path)
        row = model.replay(17)
        with h5py.File(scanned / "rows.h5") as file:
            assert np.array_equal([row[name] for name in row], [file[name][17] for name in row], equal_nan=True)
        with pytest.raises(ValueError, match="no row with index 60"):
            model.replay(60)


def test_one_point_says_its_units_and_its_status():
    model = mutauscan.Model("mutau")
    row = model.evaluate(T_R=5e4)
    assert (row.status, row.message, row.unit("M1_TR"), row.unit("Y_B")) == ("ok", "", "GeV", "1")
    assert -3e-10 < row["Y_B"] < -2e-10 and isinstance(row["status"], int) and "rank" not in row
    failed = model.evaluate(lambda_phi_sigma=-6e-3)
    assert failed.status == "phi_condensed" and failed.message and np.isnan(failed["Y_B"])
    assert model.parameters["T_R"].unit == "GeV" and model.parameters["T_R"].lower > 100
    assert model.columns["M1_TR"].meaning and "lambda_e" not in model.parameters
    many = model.evaluate_many({"T_R": [5e4, -1.0]})
    assert many["Y_B"][0] == row["Y_B"] and model.columns["status"].names[many["status"][1]] == "outside_domain"


def test_settings_are_those_of_a_config():
    model = mutauscan.Model("mutau", ordering="IO", texture="etau_tautau", nufit="5.1/IO_noSK", solver={"rtol": 1e-7},
                            limits={"Y_B_theory_factor": 2.0})
    assert model.settings["model.ordering"] == "IO" and model.settings["limits.Y_B_theory_factor"] == 2.0
    assert model.parameters["dm3l_eV2"].default < 0
    assert model.evaluate().status == "ok"
    card = mutauscan.Model("type1")
    assert card.evaluate().status == "ok" and "eta_B" in card.columns


@pytest.mark.parametrize("wrong, message", [
    (lambda m: m.evaluate(T_r=1e5), "no parameter 'T_r'; did you mean 'T_R'"),
    (lambda m: m.evaluate(T_R=-5), r"T_R = -5: must be a number > 131.7 \[GeV\]"),
    (lambda m: m.evaluate(lambda_e=1e-3), "lambda_e: is not an input of texture"),
    (lambda m: m.evaluate_many({"T_R": [1e4, 2e4], "h_etau": [1.0]}), "different lengths"),
    (lambda m: m.evaluate_many({"T_R": [1e4]}, threads=0), "threads = 0"),
    (lambda m: m.loglike({"T_R": [1e4]}, columns=["gminus2"]), "no column 'loglike_gminus2'"),
    (lambda m: mutauscan.Model("mutau", ordering="XO"), 'model.ordering = \'XO\': must be one of "NO"'),
    (lambda m: mutauscan.Model("mutao"), "model.kind = 'mutao'"),
    (lambda m: mutauscan.Model("reference").trace(), "has no trace"),
    (lambda m: m.replay(1), "not opened with Model.from_run"),
])
def test_what_is_wrong_is_said(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong(mutauscan.Model("mutau"))


def test_likelihoods_are_those_of_the_columns():
    model = mutauscan.Model("mutau")
    table = {"T_R": [2e4, 5e4], "lambda_phi_sigma": [-1e-3, -6e-3]}
    rows = model.evaluate_many(table)
    likelihoods = [name for name in rows if name.startswith("loglike_") and name != "loglike_total"]
    total = model.loglike(table, columns=likelihoods[:2])
    assert total[0] == rows[likelihoods[0]][0] + rows[likelihoods[1]][0] and total[1] == -np.inf
    assert model.loglike(table)[0] == rows["loglike_total"][0]


def test_a_trace_ends_in_the_asymmetry_of_the_point():
    quantities, units = mutauscan.Model("mutau").trace(T_R=5e4)
    lengths = {len(values) for values in quantities.values()}
    assert len(lengths) == 1 and lengths.pop() > 20 and units["T"] == "GeV"
    with pytest.raises(RuntimeError, match="ends before the Boltzmann equations"):
        mutauscan.Model("mutau").trace(lambda_phi_sigma=-6e-3)


def test_progress_is_told():
    told = []
    mutauscan.Model("reference").evaluate_many({"x1": np.linspace(-1, 1, 50)}, progress=told.append)
    assert told[-1] == 50 and told == sorted(told)


def test_ctrl_c_ends_it():
    script = ("import mutauscan, numpy as np\nprint('started', flush=True)\n"
              "mutauscan.Model('mutau').evaluate_many({'T_R': np.geomspace(5e3, 5e5, 10**7)})")
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ))
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=60)[1]


def test_the_examples_of_the_documentation_run():
    for module in (mutauscan, mutauscan.model):
        failed, tried = doctest.testmod(module)
        assert tried > 0 and failed == 0
