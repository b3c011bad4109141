"""Every wrong config: exit 2, all problems listed, no run directory. Wrong usage: exit 2. Damage: exit 4."""

import json

import pytest

AXIS = '[parameters]\nT_R = { min = 1e4, max = 1e6, scale = "log" }\n'
PLANE = (AXIS + 'lambda_phi_sigma = { min = -1e-2, max = -1e-4, scale = "log" }\n'
         '[scan]\nsampler = "profile"\npoints = 8000\nprofile = ["T_R", "lambda_phi_sigma"]\n')
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
    "key of another sampler": (AXIS + '[scan]\nsampler = "sobol"\npoints = 8\nislands = 4\n',
                               ["scan.islands", "is not a key of sampler"]),
    "small population": (AXIS + '[scan]\nsampler = "de"\npoints = 800\nsize = 3\n', ["scan.size", "whole number from 4"]),
    "too few live points": (AXIS + '[scan]\nsampler = "nested"\npoints = 8000\nlive = 20\n', ["live must be at least 24 with 1 axes"]),
    "islands of nested": (AXIS + '[scan]\nsampler = "nested"\npoints = 8000\nislands = 2\n', ["scan.islands", "is not a key of sampler"]),
    "chains of one ensemble": (AXIS + '[scan]\nsampler = "mcmc"\npoints = 8000\nislands = 1\n', ["islands must be at least 2"]),
    "few chains": (AXIS + '[scan]\nsampler = "mcmc"\npoints = 8000\nsize = 5\n', ["scan.size", "needs at least 6"]),
    "no plane": (AXIS + '[scan]\nsampler = "profile"\npoints = 8000\n', ["scan.profile", "is needed by sampler"]),
    "plane of a parameter that is fixed": (AXIS + '[scan]\nsampler = "profile"\npoints = 8000\nprofile = ["T_R", "m_phi"]\n',
                                           ["scan.profile", "is not a scanned parameter"]),
    "plane of one axis": (AXIS + '[scan]\nsampler = "profile"\npoints = 8000\nprofile = ["T_R", "T_R"]\n',
                          ["scan.profile", "two different axes"]),
    "planes of something else": (AXIS + '[scan]\nsampler = "profile"\npoints = 8000\nprofile = "T_R"\n',
                                 ["scan.profile", "must name two axes"]),
    "window outside": (PLANE + 'window = [[1e9, 1e10], [-1e-3, -2e-4]]\n', ["scan.window", "lies outside the range of T_R"]),
    "window the wrong way round": (PLANE + 'window = [[1e5, 1e4], [-1e-3, -2e-4]]\n', ["scan.window", "low < high"]),
    "window of two planes": (PLANE.replace('["T_R", "lambda_phi_sigma"]', '[["T_R", "lambda_phi_sigma"], ["lambda_phi_sigma", "T_R"]]')
                             + 'window = [[1e4, 1e5], [-1e-3, -2e-4]]\n', ["scan.window", "is for one plane"]),
    "plane of another sampler": (AXIS + '[scan]\nsampler = "de"\npoints = 800\nprofile = ["T_R", "T_R"]\n',
                                 ["scan.profile", "only"]),
    "less than a generation": (AXIS + '[scan]\nsampler = "de"\npoints = 79\n', ["scan.points", "size = 80"]),
    "unknown likelihood": (AXIS + '[scan]\nsampler = "de"\npoints = 800\nloglike = ["thta12"]\n',
                           ["scan.loglike.thta12", "did you mean `theta12`"]),
    "likelihood of no kind": (AXIS + '[scan]\nsampler = "de"\npoints = 800\nloglike = 3\n', ["scan.loglike", '"auto"']),
    "likelihood without de": (AXIS + SCAN + 'require_allowed = false\n', ["scan.require_allowed", "adaptive samplers only"]),
    "periodic": ('[parameters]\nT_R = { min = 1e4, max = 1e6, periodic = 1 }\n' + SCAN,
                 ["parameters.T_R.periodic", "true or false"]),
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


WRONG_VALUES = ["[1, 2]", "[]", "[[1]]", "{ a = 1 }", "{}", "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z",
                "nan", "-inf", '"word"', '""', "{ values = 3 }", "{ values = [true] }", "{ normal = [1] }",
                "{ min = [1], max = 2 }", "{ min = nan, max = 200 }", "{ min = 200, max = 300, scale = 3 }"]


@pytest.mark.parametrize("value", WRONG_VALUES)
def test_a_value_of_the_wrong_type_is_named_wherever_it_stands(program, tmp_path, value):
    keys = json.loads(program.run("describe", "--json").stdout)["config"]
    lines, expected = [], []
    for section in ("model", "limits", "solver", "output", "scan"):
        lines.append(f"[{section}]")
        for key in keys:
            if key["section"] == section and key["name"] != "file":
                lines.append(f"{key['name']} = {value}")
                expected.append((len(lines), f"{section}.{key['name']}"))
    lines.append("[parameters]")
    for name in ("T_R", "m_phi", "theta23_deg"):
        lines.append(f"{name} = {value}")
        expected.append((len(lines), f"parameters.{name}"))
    (tmp_path / "config.toml").write_text("\n".join(lines))
    problems = program.run("check", "config.toml", cwd=tmp_path, expect=2).stderr
    for line, key in expected:
        found = [text for text in problems.splitlines() if text.startswith(f"config.toml:{line}: {key}")]
        assert len(found) == 1 and found[0].count(": ") >= 2, (key, found)


def test_a_long_value_is_shortened(program, tmp_path):
    (tmp_path / "config.toml").write_text("[parameters]\nT_R = { values = [" + "-1e5, " * 3000 + "] }\n")
    assert len(program.run("check", "config.toml", cwd=tmp_path, expect=2).stderr) < 300


@pytest.mark.parametrize("arguments, option", [
    (["point", "c.toml", "--index"], "--index"),
    (["point", "--from", "RUN", "--index"], "--index"),
    (["scan", "c.toml", "--out", "RUN", "--walltime"], "--walltime"),
    (["scan", "c.toml", "--out", "RUN", "--slice"], "--slice"),
    (["scan", "c.toml", "--out", "RUN", "--collectors"], "--collectors"),
    (["submit", "c.toml", "--scheduler", "slurm", "--walltime", "1:00:00", "--dry-run", "--nodes"], "--nodes"),
    (["submit", "c.toml", "--scheduler", "slurm", "--nodes", "1", "--dry-run", "--walltime"], "--walltime"),
    (["submit", "c.toml", "--scheduler", "pbs", "--nodes", "1", "--walltime", "1:00:00", "--dry-run", "--slices"], "--slices"),
    (["submit", "c.toml", "--scheduler", "pbs", "--nodes", "1", "--walltime", "1:00:00", "--dry-run", "--tasks-per-node"],
     "--tasks-per-node"),
])
def test_numbers_that_cannot_be_meant_name_their_option(program, tmp_path, arguments, option):
    (tmp_path / "c.toml").write_text(AXIS + SCAN)
    program.run("scan", "c.toml", "--out", "RUN", cwd=tmp_path)
    for value in ("-1", "nan", "", "abc", "1e400", "0/0", "1/99999999999", "99999999999999999999999"):
        done = program.run(*arguments, value, cwd=tmp_path, expect=2)
        assert option in done.stderr and done.stdout == "", value


@pytest.mark.parametrize("arguments", [["check", ""], ["scan", "c.toml", "--out", ""], ["scan", "", "--out", "RUN"],
                                       ["status", ""], ["verify", ""], ["merge", "", "-o", "x"], ["merge", "RUN", "-o", ""],
                                       ["rescore", "RUN", "-o", ""], ["point", ""], ["point", "--card", ""],
                                       ["import-card", ""], ["point", "--from", "", "--index", "0"]])
def test_an_empty_path_is_a_usage_error(program, tmp_path, arguments):
    (tmp_path / "c.toml").write_text(AXIS + SCAN)
    assert "must not be empty" in program.run(*arguments, cwd=tmp_path, expect=2).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["c.toml"]


HOPELESS = {
    "relation": '[model]\nkind = "type1"\n[parameters]\nM1 = { min = 7, max = 9 }\nM2 = 6\nM3 = 10\n' + SCAN,
    "list": '[scan]\nsampler = "list"\nfile = "points.csv"\n',
    "fixed": '[model]\nkind = "type1"\n[parameters]\nM1 = 9.0\n',
}


@pytest.mark.parametrize("name", HOPELESS)
def test_a_scan_without_a_computable_point_is_refused(program, tmp_path, name):
    (tmp_path / "c.toml").write_text(HOPELESS[name])
    (tmp_path / "points.csv").write_text("T_R,M_mutau\n-5e4,1e7\n10,1e7\n")
    done = program.run("check", "c.toml", cwd=tmp_path, expect=2)
    words = {"relation": "parameters.M2 = 6: must not be below M1 = 7", "list": "none of its 2 points can be computed",
             "fixed": "parameters.M2 = 6.5: must not be below M1 = 9"}[name]
    assert words in done.stderr and done.stdout == ""
    assert program.run("scan", "c.toml", "--out", "RUN", cwd=tmp_path, expect=2, ranks=2).stderr.count(words) == 1
    assert not (tmp_path / "RUN").exists()


def test_check_says_how_many_points_cannot_be_computed(program, tmp_path):
    (tmp_path / "c.toml").write_text(HOPELESS["list"])
    (tmp_path / "points.csv").write_text("T_R,M_mutau\n5e4,1e7\n-5e4,1e7\n10,1e7\n5e4,1e7\n")
    done = program.run("check", "c.toml", cwd=tmp_path)
    assert "2 of 4 points (50 %)" in done.stderr and "row 2 of points.csv" in done.stderr and "T_R" in done.stderr
    (tmp_path / "c.toml").write_text(
        '[parameters]\nf_N1 = { normal = [0.05, 0.1] }\n[scan]\nsampler = "random"\npoints = 100000000\n')
    assert "of a sample of 20000 points (3" in program.run("check", "c.toml", cwd=tmp_path).stderr
    (tmp_path / "c.toml").write_text(AXIS + SCAN)
    assert program.run("check", "c.toml", cwd=tmp_path).stderr == ""


def test_text_that_is_not_utf8_is_named_with_file_and_line(program, tmp_path):
    (tmp_path / "c.toml").write_bytes(b"# fine: \xc3\xa9\n# caf\xe9\n" + (AXIS + SCAN).encode())
    for verb in (["check"], ["point"], ["scan", "--out", "RUN"]):
        assert "c.toml:2: is not UTF-8" in program.run(verb[0], "c.toml", *verb[1:], cwd=tmp_path, expect=2).stderr
    (tmp_path / "c.toml").write_text(HOPELESS["list"])
    (tmp_path / "points.csv").write_bytes(b"T_R\n5e4\n# caf\xe9\n")
    for verb in (["check"], ["point"], ["scan", "--out", "RUN"]):
        done = program.run(verb[0], "c.toml", *verb[1:], cwd=tmp_path, expect=2)
        assert "c.toml:1: scan.file = points.csv: line 3: is not UTF-8" in done.stderr
    (tmp_path / "points.csv").write_bytes("T_R\n5e4\n# café\n6e4\n".encode())
    program.run("check", "c.toml", cwd=tmp_path)
    program.run("scan", "c.toml", "--out", "RUN", ranks=2, cwd=tmp_path)


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


@pytest.mark.parametrize("option", ["--slice", "--collectors"])
def test_adaptive_samplers_are_not_divided(program, tmp_path, option):
    (tmp_path / "config.toml").write_text(AXIS + '[scan]\nsampler = "de"\npoints = 800\n')
    done = program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN", option,
                       "1/2" if option == "--slice" else "1", expect=2)
    assert "one rank 0 must see every likelihood" in done.stderr and "islands" in done.stderr
    assert not (tmp_path / "RUN").exists()
