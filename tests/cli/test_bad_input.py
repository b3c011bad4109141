"""Every wrong config: exit 2, all problems listed, no run directory. Wrong usage: exit 2. Damage: exit 4."""

import json

import pytest

AXIS = '[parameters]\nT_R = { min = 1e4, max = 1e6, scale = "log" }\n'
SCAN = '[scan]\nsampler = "sobol"\npoints = 8\n'

WRONG = {
    "syntax": ("[model\n", ["syntax error", "config.toml:1"]),
    "unknown key": ('[model]\ntextrue = "none"\n' + AXIS + SCAN, ["config.toml:2", "model.textrue", "did you mean `texture`"]),
    "unknown section": ("[modle]\n" + AXIS + SCAN, ["modle", "did you mean `model`"]),
    "unknown parameter": ("[parameters]\nTR = 5e4\n", ["parameters.TR", "did you mean `T_R`"]),
    "wrong type": ('[parameters]\nm_phi = "heavy"\n', ["m_phi", "must be a finite number"]),
    "min >= max": ("[parameters]\nT_R = { min = 1e5, max = 1e5 }\n" + SCAN, ["needs min < max"]),
    "log through 0": ('[parameters]\nlambda_phi_sigma = { min = -1e-3, max = 1e-3, scale = "log" }\n' + SCAN,
                      ["log axis", "symlog"]),
    "negative mass": ("[parameters]\nM_mutau = -1e7\n", ["M_mutau", "> 0", "GeV"]),
    "f above 2": ("[parameters]\nf_N1 = 1.0\nf_N2 = 1.0\nf_N3 = 1.0\n", ["f_N1 + f_N2 + f_N3", "at most 2"]),
    "unknown enum": ('[model]\nregulator = "bw"\n', ["model.regulator", '"pu"', '"diff"']),
    "several": ('[model]\nregulator = "bw"\n[parameters]\nm_phi = 0.0\nT_R = "hot"\n[scan]\npoints = -4\n',
                ["config.toml:2", "config.toml:4", "config.toml:5", "config.toml:7", "problem"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_config_is_refused_with_all_its_problems(program, tmp_path, name):
    text, expected = WRONG[name]
    (tmp_path / "config.toml").write_text(text)
    check = program.run("check", "config.toml", cwd=tmp_path, expect=2)
    for part in expected:
        assert part in check.stderr
    run = program.run("scan", "config.toml", "--out", "RUN", cwd=tmp_path, expect=2)
    for part in expected:
        if part != "problem":  # the count is check's
            assert part in run.stderr
    assert not (tmp_path / "RUN").exists()
    assert program.run("point", "config.toml", cwd=tmp_path, expect=2).stdout == ""


def test_wrong_config_under_mpirun_is_reported_once(program, tmp_path):
    (tmp_path / "config.toml").write_text('[model]\nregulator = "bw"\n')
    done = program.run("scan", "config.toml", "--out", "RUN", ranks=3, cwd=tmp_path, expect=2)
    assert done.stderr.count("must be one of") == 1
    assert not (tmp_path / "RUN").exists()


def test_missing_file_and_wrong_usage(program, tmp_path):
    assert "no such file" in program.run("check", "gone.toml", cwd=tmp_path, expect=2).stderr
    program.run("check", tmp_path, expect=2)  # a directory
    program.run("scan", "gone.toml", "--out", "RUN", cwd=tmp_path, expect=2)
    assert not (tmp_path / "RUN").exists()
    for arguments in ([], ["fly"], ["check"], ["point"], ["scan", "x.toml"], ["point", "--from", "RUN"],
                      ["scan", "x.toml", "--out", "R", "--walltime", "-3"]):
        program.run(*arguments, cwd=tmp_path, expect=2)
    (tmp_path / "ok.toml").write_text(AXIS)
    assert "key=value" in program.run("point", "ok.toml", "--set", "T_R", cwd=tmp_path, expect=2).stderr
    assert "T_R" in program.run("point", "ok.toml", "--set", "TR=1e4", cwd=tmp_path, expect=2).stderr
    assert "[scan]" in program.run("scan", "ok.toml", "--out", "RUN", cwd=tmp_path, expect=2).stderr


def test_what_is_not_a_run_is_exit_4(program, tmp_path):
    (tmp_path / "file").write_text("not a run")
    for verb in ("status", "verify"):
        program.run(verb, tmp_path / "gone", expect=4)
        program.run(verb, tmp_path / "file", expect=4)
        program.run(verb, tmp_path, expect=4)
    program.run("merge", tmp_path / "gone", "-o", tmp_path / "out.h5", expect=4)
    program.run("point", "--from", tmp_path / "file", "--index", "0", expect=4)
    assert not (tmp_path / "out.h5").exists()


def test_points_outside_the_model_are_rows_with_a_status(program, tmp_path):
    import h5py

    (tmp_path / "config.toml").write_text(
        '[parameters]\ntheta23_deg = { values = [42.0, 48.8] }\nm_phi = { values = [1.9e7, 5e7] }\n'
        + '[scan]\nsampler = "grid"\n')
    program.run("scan", "config.toml", "--out", "RUN", cwd=tmp_path)
    program.run("merge", "RUN", "-o", "out.h5", cwd=tmp_path)
    with h5py.File(tmp_path / "out.h5") as f:
        names = dict(json.loads(f["status"].attrs["enum_names"]))
        statuses = [names[str(s)] for s in f["status"][:]]
    # m_phi comes before theta23 in the parameter table, which fixes the order of the grid
    assert statuses == ["no_texture_solution", "inflaton_too_light", "no_texture_solution", "ok"]


def test_a_gaussian_tail_outside_the_domain_is_a_row(program, tmp_path):
    (tmp_path / "config.toml").write_text(
        '[parameters]\nf_N1 = { normal = [0.01, 0.1] }\n[scan]\nsampler = "random"\npoints = 50\n')
    program.run("scan", "config.toml", "--out", "RUN", cwd=tmp_path)
    status = json.loads(program.run("status", "RUN", "--json", cwd=tmp_path).stdout)
    assert status["state"] == "complete"
    assert 5 < status["by_status"]["outside_domain"] < 45
