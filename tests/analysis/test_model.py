"""The models from Python: the same bits as a scan, whatever the threads; messages of wrong input."""

import doctest
import multiprocessing
import os
import pickle
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


def same(a, b):
    """Whether two rows have the same bits."""
    return list(a) == list(b) and np.array_equal(list(a.values()), list(b.values()), equal_nan=True)


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
    (lambda m: m.evaluate_many({"T_R": [1e4, 2e4], "h_etau": [1.0] * 3}), r"do not fit together: T_R \(2,\), h_etau \(3,\)"),
    (lambda m: m.evaluate_many({"T_R": [1e4]}, threads=0), "threads = 0"),
    (lambda m: m.loglike({"T_R": [1e4]}, columns=["gminus2"]), "no column 'loglike_gminus2'"),
    (lambda m: m.loglike({"T_R": [1e4]}, sign="positive"), "sign = 'positive': must be 'observed' or 'any'"),
    (lambda m: m.maximise({"T_R": (1e5, 1e4)}), r"T_R: \(low, high\) or \(low, high, 'log'\)"),
    (lambda m: m.maximise({"T_r": (1e4, 1e5)}), "did you mean 'T_R'"),
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


def test_either_sign_of_the_asymmetry_may_count():
    """Where Y_B has the observed sign both choices agree; else ln L is that of the size."""
    table = {"T_R": np.geomspace(2e4, 2e5, 7)}
    for branch in ("delta<pi", "delta>pi"):
        model = mutauscan.Model("mutau", cp_branch=branch)
        rows = model.evaluate_many(table)
        observed, either = model.loglike(table), model.loglike(table, sign="any")
        right = (rows["status"] == 0) & (rows["Y_B"] > 0)
        np.testing.assert_allclose(either[right], observed[right], rtol=1e-12)
        wrong = (rows["status"] == 0) & (rows["Y_B"] < 0)
        assert np.all(np.isneginf(observed[wrong])) and np.all(np.isfinite(either[wrong]))
        assert right.any() == (branch == "delta<pi") and wrong.any() == (branch == "delta>pi")
        size = model.loglike(table, columns=["Y_B"], sign="any")[rows["status"] == 0]
        factor = np.hypot(np.log(3), 0.007)
        expected = -0.5 * (np.log(np.abs(rows["Y_B"]) / 8.70e-11) / factor) ** 2
        np.testing.assert_allclose(size, expected[rows["status"] == 0], rtol=1e-6)


def test_tables_are_broadcast():
    model = mutauscan.Model("mutau")
    hot, light = np.array([3e4, 5e4, 9e4]), np.array([0.05, 0.1])
    rows = model.evaluate_many({"T_R": hot[:, None], "m_zp": light})
    assert rows["Y_B"].shape == (3, 2) and rows["index"][2, 1] == 5
    assert rows["Y_B"][1, 0] == model.evaluate(T_R=5e4, m_zp=0.05).Y_B
    assert model.loglike({"T_R": hot[:, None], "m_zp": light}, sign="any").shape == (3, 2)
    assert model.evaluate_many({"T_R": 5e4})["Y_B"].shape == (1,)


def test_columns_are_attributes_of_a_row():
    row = mutauscan.Model("mutau").evaluate(T_R=5e4)
    assert row.Y_B == row["Y_B"] and row.status == "ok" and dict(row)["Y_B"] == row.Y_B
    with pytest.raises(AttributeError, match="no column 'Y_b'; did you mean 'Y_B'"):
        row.Y_b
    assert same(pickle.loads(pickle.dumps(row)), row)


def test_limits_and_their_curves():
    limits = mutauscan.Model("mutau").limits
    ccfr, n_eff = limits["ccfr"], limits["n_eff_35"]
    assert ccfr.is_hard and ccfr.symbol == "CCFR" and ccfr.curve["axes"] == ["m_zp", "g_zp"]
    assert np.all(np.diff(ccfr.curve["x"]) > 0) and len(ccfr.curve["x"]) == len(ccfr.curve["y"])
    assert n_eff.curve["excluded"] == "below" and limits["vacuum_stability"].curve is None
    model = mutauscan.Model("mutau")
    for factor, verdict in ((0.99, 1), (1.01, 0)):  # just below the curve and just above
        row = model.evaluate(m_zp=ccfr.curve["x"][3], g_zp=factor * ccfr.curve["y"][3])
        assert row.limit_ccfr == verdict


def y_b(model, temperature):
    return model.evaluate(T_R=temperature).Y_B


def test_a_model_can_be_pickled(scanned):
    """As processes of multiprocessing get it: settings, fixed parameters and the run come along."""
    model = mutauscan.Model.from_config(scanned / "config.toml")
    other = pickle.loads(pickle.dumps(model))
    assert other.settings == model.settings and other.parameters == model.parameters
    assert model.parameters["h_etau"].default == 0.9
    assert same(other.evaluate(T_R=5e4), model.evaluate(T_R=5e4))
    run = pickle.loads(pickle.dumps(mutauscan.Model.from_run(scanned / "RUN")))
    assert same(run.replay(17), mutauscan.Model.from_run(scanned / "RUN").replay(17))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.starmap(y_b, [(model, 5e4), (model, 6e4)]) == [y_b(model, 5e4), y_b(model, 6e4)]


def test_the_largest_likelihood_is_found():
    """Of a Gaussian with known maximum, ln L = -ln sqrt((2 pi)^3 det); and of the asymmetry where it is exact."""
    reference = mutauscan.Model("reference", function="gaussian", dimension=3)
    box = {name: (-5, 5) for name in ("x1", "x2", "x3")}
    row, ln_l = reference.maximise(box, threads=1)
    assert ln_l == row.loglike_total == pytest.approx(reference.evaluate(x1=0, x2=0, x3=0).loglike_total, abs=0.01)
    again, _ = reference.maximise(box, threads=2)
    assert same(again, row)
    model = mutauscan.Model("mutau")
    row, ln_l = model.maximise({"T_R": (1e4, 1e5, "log"), "g_zp": (3e-4, 2e-3, "log")}, {"m_zp": 0.05}, ["Y_B", "g2"], "any",
                               rounds=40, members=12)
    assert row.allowed == 1 and row.m_zp == 0.05 and -0.3 < ln_l <= 0
    with pytest.raises(RuntimeError, match="sign='any' may find one"):
        model.maximise({"T_R": (4e4, 5e4)}, rounds=3, members=4)


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
