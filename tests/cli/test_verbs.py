"""The verbs of the program, and its files as other tools see them."""

import json
import os
import platform
import re
import subprocess

import h5py
import numpy as np
import pandas
import pytest

from conftest import JOBS, REFERENCE, ROOT, assert_same_rows

CONFIG = """
[parameters]
T_R = { min = 1e4, max = 1e6, scale = "log" }
M_mutau = { min = 5e6, max = 3e7, scale = "log" }
[scan]
sampler = "sobol"
points = 60
[output]
chunk_rows = 20
"""


@pytest.fixture(scope="module")
def run(program, tmp_path_factory):
    """A finished scan: (run directory, merged file)."""
    folder = tmp_path_factory.mktemp("verbs")
    (folder / "config.toml").write_text(CONFIG)
    program.run("scan", "config.toml", "--out", "RUN", cwd=folder)
    program.run("merge", "RUN", "-o", "merged.h5", cwd=folder)
    return folder / "RUN", folder / "merged.h5"


def test_point_reproduces_the_references(program, tmp_path):
    """Every quantity but Y_B to 1e-7, M3 - M2 to 1e-6; Y_B at the default tolerance of the solver."""
    for case in json.loads((REFERENCE / "benchmark.json").read_text()):
        text = '[model]\ncoherence = "none"\nthermal_potential = "high_temperature"\n'
        text += "".join(f"{k} = {json.dumps(v)}\n" for k, v in case["model"].items())
        text += "[parameters]\n" + "".join(f"{k} = {v!r}\n" for k, v in case["parameters"].items())
        (tmp_path / "case.toml").write_text(text)
        found = json.loads(program.run("point", "case.toml", "--json", cwd=tmp_path).stdout)
        expected = case["columns"]
        for name, value in expected.items():
            if name.startswith("Y_Delta"):
                continue  # the unit tests; minor flavours need another tolerance
            tolerance = 1e-7 if name != "Y_B" else 1e-4
            assert found[name] == pytest.approx(value, rel=tolerance, abs=0), (case["name"], name)
        assert found["M3_TR"] - found["M2_TR"] == pytest.approx(expected["M3_TR"] - expected["M2_TR"], rel=1e-6)


def test_set_equals_a_config_that_says_so(program, tmp_path):
    (tmp_path / "a.toml").write_text("")
    (tmp_path / "b.toml").write_text('[model]\nregulator = "sum"\n[parameters]\nT_R = 3e4\n')
    a = program.run("point", "a.toml", "--set", "T_R=3e4", "--set", "model.regulator=sum", "--json", cwd=tmp_path)
    b = program.run("point", "b.toml", "--json", cwd=tmp_path)
    assert a.stdout == b.stdout


def test_json_has_null_for_what_a_point_does_not_have(program, tmp_path):
    (tmp_path / "a.toml").write_text('[model]\ntexture = "emu_mumu"\n[parameters]\ntheta23_deg = 42.0\n')
    point = json.loads(program.run("point", "a.toml", "--json", cwd=tmp_path).stdout)
    assert point["Y_B_estimate"] is None and point["delta_deg"] is None
    assert point["status"] == 1 and point["theta23_deg"] == 42.0


def test_benchmark_config_has_the_benchmark_at_its_middle(program):
    former = ("--set", "model.coherence=none", "--set", "model.thermal_potential=high_temperature")
    point = json.loads(program.run("point", JOBS / "benchmark.toml", *former, "--json").stdout)
    reference = json.loads((REFERENCE / "benchmark.json").read_text())[0]
    for name, value in reference["parameters"].items():
        assert point[name] == pytest.approx(value, rel=1e-14), name
    assert point["Y_B_estimate"] == pytest.approx(reference["columns"]["Y_B_estimate"], rel=1e-7)


def test_talk_formulas_in_the_shipped_config(program):
    """<sigma> = sqrt(|lambda_phi_sigma|/lambda_sigma) T and the estimate of the talk, from its own columns."""
    p = json.loads(program.run("point", JOBS / "talk_estimate.toml", "--set", "T_R=5e4", "--set",
                               "lambda_phi_sigma=-1e-3", "--json").stdout)
    assert p["sigma1_TR"] == pytest.approx(np.hypot(10.0 * 5e4, p["sigma1_0"]), rel=1e-14)
    width = [p[f"Gamma_LPhi_{i}"] + p[f"Gamma_Nphi_{i}"] for i in (1, 2, 3)]
    epsilon = [p[f"eps_standard_{i}"] + p[f"eps_scalar_{i}"] + p[f"eps_portal_{i}"] for i in (1, 2, 3)]
    # N_3 -> N_2 phi is closed up to the splitting of the pair, so cascades only feed N_1 here
    to_n1 = [1.0, p["Gamma_Nphi_2"] / width[1], p["Gamma_Nphi_3"] / width[2]]
    f = [p["f_N1"] + p["f_N2"] * to_n1[1] + p["f_N3"] * to_n1[2], p["f_N2"], p["f_N3"]]
    expected = -28 / 79 * 3 * 5e4 / (4 * p["m_phi"]) * sum(
        e * n * p[f"Gamma_LPhi_{i}"] / w for i, e, n, w in zip((1, 2, 3), epsilon, f, width))
    assert p["Y_B_estimate"] == pytest.approx(expected, rel=1e-6)


def test_replay_from_run_and_from_merged_file(program, run):
    directory, merged = run
    with h5py.File(merged) as f:
        for index in (0, 27, 59):
            for source in run:
                point = json.loads(program.run("point", "--from", source, "--index", index, "--json").stdout)
                for name, value in point.items():
                    stored = f[name][index]
                    assert (value is None and not np.isfinite(stored)) or value == stored, name
    assert "no row" in program.run("point", "--from", merged, "--index", 60, expect=4).stderr


def test_replay_notices_a_row_that_it_cannot_reproduce(program, run, tmp_path):
    copy = tmp_path / "edited.h5"
    copy.write_bytes(run[1].read_bytes())
    with h5py.File(copy, "r+") as f:
        f["M1_TR"][3] *= 1.0 + 1e-15
    assert "M1_TR" in program.run("point", "--from", copy, "--index", 3, expect=1).stderr


def test_a_stored_point_with_another_value_is_no_replay(program, run, tmp_path):
    (tmp_path / "same.toml").write_text("")
    for source in run:
        stored = json.loads(program.run("point", "--from", source, "--index", 7, "--json").stdout)
        done = program.run("point", "--from", source, "--index", 7, "--set", "T_R=3e4", "--set", "model.regulator=sum",
                           "--json")
        changed = json.loads(done.stdout)
        assert "no replay" in done.stderr and "T_R=3e4" in done.stderr
        assert changed["T_R"] == 3e4 and changed["M_mutau"] == stored["M_mutau"] and changed["Y_B"] != stored["Y_B"]
        expected = program.run("point", "same.toml", "--set", f"M_mutau={stored['M_mutau']!r}", "--set", "T_R=3e4",
                               "--set", "model.regulator=sum", "--json", cwd=tmp_path).stdout
        assert changed == json.loads(expected) | {"index": 7}
        same = program.run("point", "--from", source, "--index", 7, "--set", f"T_R={stored['T_R']!r}", "--json")
        assert json.loads(same.stdout) == stored
    for setting in ("nonsense=1", "T_R=hot", "model.regulator=bw", "scan.seed=3", "output.chunk_rows=3", "T_R", "=1",
                    "model.kind=type1", "model.nufit=6.0/NO_SK", "solver.rtol=1", "modl.regulator=sum"):
        done = program.run("point", "--from", run[1], "--index", 7, "--set", setting, expect=2)
        assert setting.split("=")[0].split(".")[-1] in done.stderr and done.stdout == ""


def test_config_index_is_the_row_of_the_scan(program, run):
    directory, merged = run
    point = json.loads(program.run("point", directory.parent / "config.toml", "--index", 42, "--json").stdout)
    with h5py.File(merged) as f:
        assert point["Y_B_estimate"] == f["Y_B_estimate"][42]
        assert point["T_R"] == f["T_R"][42]


def test_every_dataset_is_labelled_and_described(program, run):
    described = json.loads(program.run("describe", "--json").stdout)
    by_path = {c["path"]: c for c in described["columns"]}
    for path in [run[1], *sorted((run[0] / "chunks").iterdir())]:
        with h5py.File(path) as f:
            found = []
            f.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
            assert sorted(found) == sorted(by_path)
            for name in found:
                for attribute, key in (("units", "unit"), ("symbol", "symbol"), ("long_name", "meaning")):
                    value = f[name].attrs[attribute]
                    assert (value.decode() if isinstance(value, bytes) else value) == by_path[name][key] != ""
                assert f[name].fletcher32 and f[name].shuffle and f[name].compression == "gzip"
            for attribute in ("schema_version", "config", "config_toml", "config_hash", "run_id", "git_hash", "compiler",
                              "libraries", "program", "created", "points"):
                assert len(f.attrs[attribute]) > 0
            assert json.loads(f.attrs["config"])["parameters"]["T_R"]["min"] == 1e4


def test_pandas_reads_the_merged_file_in_one_line(run):
    with h5py.File(run[1]) as f:
        table = pandas.DataFrame({name: f[name][:] for name in f if isinstance(f[name], h5py.Dataset)})
    assert len(table) == 60 and (table["index"] == np.arange(60)).all()
    ok = table[table.status == 0]
    assert 0 < len(ok) <= 60 and np.isfinite(ok.Y_B).all()


def test_h5dump_reads_every_file(run):
    for path in [run[1], *(run[0] / "chunks").iterdir()]:
        done = subprocess.run(["h5dump", "-d", "/Y_B_estimate", str(path)], capture_output=True, text=True)
        assert done.returncode == 0 and "long_name" in done.stdout


def test_rescore_equals_a_fresh_scan_with_the_other_setting(program, run, tmp_path):
    settings = {"model.g_minus_2": "2025/WP25", "limits.nufit": "6.0/NO_SK", "limits.Y_B_theory_factor": "10"}
    sets = [text for key, value in settings.items() for text in ("--set", f"{key}={value}")]
    (tmp_path / "fresh.toml").write_text(
        '[model]\ng_minus_2 = "2025/WP25"\n[limits]\nnufit = "6.0/NO_SK"\nY_B_theory_factor = 10\n' + CONFIG)
    program.run("scan", "fresh.toml", "--out", "FRESH", cwd=tmp_path)
    program.run("merge", "FRESH", "-o", "fresh.h5", cwd=tmp_path)
    for source in run:
        program.run("rescore", source, *sets, "-o", tmp_path / "rescored.h5")
        assert_same_rows(tmp_path / "fresh.h5", tmp_path / "rescored.h5")
        with h5py.File(tmp_path / "fresh.h5") as a, h5py.File(tmp_path / "rescored.h5") as b, h5py.File(run[1]) as old:
            assert a.attrs["config"] == b.attrs["config"] and a.attrs["config_hash"] == b.attrs["config_hash"]
            assert old.attrs["config_hash"] != b.attrs["config_hash"]
            changed = {name for name in old if name != "telemetry" and old[name][:].tobytes() != b[name][:].tobytes()}
            assert {"loglike_g2", "loglike_theta12"} <= changed
            assert all(name.startswith(("loglike_", "limit_", "explains_")) or name == "allowed" for name in changed)
    program.run("point", "--from", tmp_path / "rescored.h5", "--index", 7)  # replays under the new setting
    assert sorted(path.name for path in tmp_path.glob("*.h5*")) == ["fresh.h5", "rescored.h5"]


def test_rescore_reads_the_stored_numbers_and_adds_what_is_missing(program, run, tmp_path):
    """No solver: an edited Y_B is judged as it stands, in a file that never had these datasets."""
    edited = tmp_path / "edited.h5"
    edited.write_bytes(run[1].read_bytes())
    with h5py.File(edited, "r+") as f:
        f["Y_B"][:] = 8.7e-11
        f["Y_B"][5] = -8.7e-11
        for name in list(f):
            if name.startswith(("loglike_", "limit_", "ratio_", "explains_")) or name in ("allowed", "M1_over_TR"):
                del f[name]
    program.run("rescore", edited, "-o", tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as f:
        assert f["explains_Y_B"][5] == 0 and np.isneginf(f["loglike_Y_B"][5])
        rest = np.arange(60) != 5
        assert (f["explains_Y_B"][rest] == 1).all() and (f["loglike_Y_B"][rest] == 0.0).all()
        assert len(f["limit_ccfr"]) == 60


def test_rescore_refuses_what_changes_the_physics(program, run, tmp_path):
    for key in ("T_R=5e4", "model.regulator=sum", "model.nufit=6.0/NO_SK", "solver.rtol=1e-3"):
        done = program.run("rescore", run[1], "--set", key, "-o", tmp_path / "out.h5", expect=2)
        assert key.split("=")[0] in done.stderr
    assert "limits.nufi" in program.run("rescore", run[1], "--set", "limits.nufi=6.0/NO_SK", "-o", tmp_path / "out.h5",
                                        expect=2).stderr
    program.run("rescore", run[1], "-o", run[1], expect=2)
    assert not (tmp_path / "out.h5").exists()


def test_status_verify_and_version(program, run):
    status = json.loads(program.run("status", run[0], "--json").stdout)
    assert status["state"] == "complete" and status["done"] == status["total"] == 60
    assert "60 of 60" in program.run("status", run[0]).stdout
    assert "3 chunks sound, 0 damaged" in program.run("verify", run[0]).stdout


def test_version_names_what_numbers_depend_on(program):
    version = program.run("--version").stdout
    for part in ("mutauscan", "SUNDIALS", "HDF5", "Boost", "Eigen", "MPI: ", "schema"):
        assert part in version
    assert re.search(r"(GNU|Clang) \d+\.", version)
    assert f"processor: {platform.machine()}" in version
    if platform.libc_ver()[0] == "glibc":
        assert "glibc " + platform.libc_ver()[1] in version


@pytest.mark.skipif(platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc", reason="tunables of glibc")
def test_masked_processor_features_are_not_named(program):
    def features(**variables):
        return re.search("processor: (.*)", program.run("--version", env=os.environ | variables).stdout)[1]

    if "fma" not in features():
        pytest.skip("this processor has no fma")
    assert "fma" not in features(GLIBC_TUNABLES="glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2").split()


@pytest.mark.parametrize("variables", [
    {"PMI_RANK": "0", "PMI_SIZE": "2"},  # MPICH's and Intel's mpirun, for a program of Open MPI
    {"OMPI_COMM_WORLD_SIZE": "2"},  # Open MPI's, for a program of MPICH
])
def test_another_mpis_launcher_is_named(program, tmp_path, variables):
    library = re.search("MPI: (.*)", program.run("--version").stdout)[1]
    if ("OMPI_COMM_WORLD_SIZE" in variables) == ("Open MPI" in library):
        pytest.skip("that launcher is this MPI's own")
    done = program.run("scan", JOBS / "benchmark.toml", "--out", tmp_path / "run", expect=2, env=os.environ | variables)
    assert "another MPI's" in done.stderr and library in done.stderr
    assert not (tmp_path / "run").exists()


def test_shipped_configs_pass_check(program):
    configs = sorted(JOBS.rglob("*.toml"))
    assert len(configs) >= 4
    for config in configs:
        done = program.run("check", config)
        # Scans that are about masses alone end before the asymmetry.
        masses_alone = "story" in str(config) or config.name == "generic_seesaw.toml"
        assert ": ok, " in done.stdout and (" %  ok" in done.stdout or masses_alone), config


def test_reference_pages_come_from_describe(program):
    pages = (ROOT / "jobs/REFERENCE.md").read_text() + (ROOT / "analysis/COLUMNS.md").read_text()
    for part in program.run("describe", "--markdown").stdout.split("## ")[1:]:
        assert part.strip() in pages, "run tests/update_reference.sh"


def test_trace_holds_the_evolution_with_labels(program, tmp_path):
    path = tmp_path / "trace.h5"
    result = program.run("point", JOBS / "benchmark.toml", "--json", "--trace", path)
    row = json.loads(result.stdout)
    with h5py.File(path) as f:
        assert json.loads(f.attrs["config"])["model"]["kind"] == "mutau"
        for name in f:
            assert f[name].attrs["units"] and f[name].attrs["long_name"] and f[name].attrs["symbol"], name
        temperature = f["T"][:]
        assert np.all(np.diff(temperature) < 0) and temperature[-1] == pytest.approx(131.7, rel=1e-6)
        # It ends where the columns say, and radiation overtakes the inflaton at T_R (3.3e-5 above, see src/physics/README.md).
        assert f["Y_B"][-1] == pytest.approx(row["Y_B"], rel=1e-12)
        balance = np.log(f["rho_R"][:] / np.maximum(f["rho_phi"][:], 1e-300))
        crossing = np.interp(0.0, balance, np.log(temperature))
        assert np.exp(crossing) == pytest.approx(row["T_R"], rel=2e-3)  # linear between steps
        # Quasi-steady neutrinos: far fewer than inflatons, and thermal ones in equilibrium.
        assert np.all(f["Gamma_over_H_2"][:] > 1e4)
        assert np.allclose(f["n_th_2"][:], f["n_eq_2"][:])


def test_trace_of_a_point_that_does_not_get_there_is_an_error(program, tmp_path):
    path = tmp_path / "trace.h5"
    result = program.run("point", JOBS / "benchmark.toml", "--set", "m_phi=1e6", "--trace", path, expect=1)
    assert "before the Boltzmann equations" in result.stderr
    assert not path.exists()
