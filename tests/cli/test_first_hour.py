"""What a newcomer types, and what is then said: each wrong turn of a first hour has its answer."""

import json
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest

from conftest import JOBS, ROOT, assert_same_rows

AXIS = '[parameters]\nT_R = { min = 1e4, max = 1e6, scale = "log" }\n'
SCAN = '[scan]\nsampler = "sobol"\npoints = 256\n'
INVERTED = '[model]\nnufit = "5.1/IO_noSK"\n'


def write(folder, text, name="my.toml"):
    (folder / name).write_text(text)
    return name


def shares(text):
    """Status -> share of the trial in per cent."""
    return {name: float(share) for share, name in re.findall(r"^ +([0-9.]+) %  (\w+)", text, re.M)}


def analysis(*arguments, cwd):
    return subprocess.run([sys.executable, "-m", "mutauscan_analysis", *map(str, arguments)], cwd=cwd, capture_output=True,
                          text=True, check=True).stdout  # fmt: skip


# ---- a trial before a scan -------------------------------------------------------------------------------------


def test_the_hint_for_inverted_ordering_leads_to_valid_points(program, tmp_path):
    naive = program.run("check", write(tmp_path, '[model]\nordering = "IO"\n' + AXIS + SCAN), cwd=tmp_path, expect=2)
    assert 'model.nufit = "5.1/IO_noSK"' in naive.stderr
    done = program.run("check", write(tmp_path, INVERTED + AXIS + SCAN), cwd=tmp_path)
    assert "model.texture is not given: etau_tautau" in done.stderr and shares(done.stdout)["ok"] > 50
    row = program.run("point", "my.toml", "--json", cwd=tmp_path)
    assert json.loads(row.stdout)["status"] == 0 and "etau_tautau" in row.stderr


@pytest.mark.parametrize("nufit, texture", [("5.1/NO_noSK", "emu_mumu"), ("6.1/NO_SK", "etau_tautau"),
                                            ("6.0/IO_SK", "etau_tautau")])  # fmt: skip
def test_a_texture_that_is_not_given_is_stored_as_if_it_were(program, tmp_path, nufit, texture):
    for name, line in (("a", ""), ("b", f'texture = "{texture}"\n')):
        write(tmp_path, f'[model]\nnufit = "{nufit}"\n{line}' + AXIS + SCAN.replace("256", "8"), f"{name}.toml")
        program.run("scan", f"{name}.toml", "--out", name, cwd=tmp_path)
    manifests = [json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("a", "b")]
    assert manifests[0]["config_hash"] == manifests[1]["config_hash"]
    assert f"`{nufit}`" in (ROOT / "jobs/REFERENCE.md").read_text()


def test_a_scan_without_a_valid_point_is_a_warning_with_a_remedy(program, tmp_path):
    text = INVERTED + 'texture = "emu_mumu"\n' + AXIS + SCAN
    words = ("is valid", "no_texture_solution", 'take texture = "etau_tautau"')
    check = program.run("check", write(tmp_path, text), cwd=tmp_path)
    assert shares(check.stdout) == {"no_texture_solution": 100.0}
    scan = program.run("scan", "my.toml", "--out", "RUN", cwd=tmp_path)
    for said in (check.stderr, scan.stderr):
        assert all(word in said for word in words) and "warning" in said
    assert "none of 256 points" in scan.stderr
    assert "choose the model.texture that has a solution" in analysis("summary", "RUN", cwd=tmp_path)


def test_the_trial_foretells_the_scan(program, tmp_path):
    text = (JOBS / "benchmark.toml").read_text().replace("points = 4096", "points = 512")
    foretold = shares(program.run("check", write(tmp_path, text), cwd=tmp_path).stdout)
    said = program.run("scan", "my.toml", "--out", "RUN", cwd=tmp_path).stderr
    assert "of the first 1" in said and "inflaton_too_light" in said
    by_status = json.loads(program.run("status", "RUN", "--json", cwd=tmp_path).stdout)["by_status"]
    for name in ("ok", "inflaton_too_light"):
        assert foretold[name] == pytest.approx(100 * by_status[name] / 512, abs=10)


def test_check_says_time_and_size(program, tmp_path):
    said = program.run("check", write(tmp_path, AXIS + SCAN), cwd=tmp_path).stdout
    assert re.search(r"the scan: about [0-9.]+ s of one process.*; [0-9.]+ MB", said)
    assert "a trial of 128 points" in said
    few = program.run("check", write(tmp_path, AXIS + SCAN.replace("256", "8")), cwd=tmp_path).stdout
    assert "a trial of all 8 points" in few


# ---- init ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("--ordering", "IO"), ("--ordering", "NO", "--axes", "T_R,M_mutau"),
                                     ("--model", "type1"), ("--model", "type1", "--ordering", "IO"), ("--model", "reference"),
                                     ("--axes", "T_R,theta23_deg,vev_ratio,f_N1,lambda_sigma,m_phi"),
                                     *(("--sampler", name) for name in ("grid", "random", "lhs"))])  # fmt: skip
def test_init_prints_a_config_with_valid_points(program, tmp_path, options):
    text = program.run("init", *options).stdout
    done = program.run("check", write(tmp_path, text), cwd=tmp_path)
    assert shares(done.stdout)["ok"] > 2, done.stdout
    # What stands behind # is what the key is if it is not given.
    sections = re.split(r"^(?=\[)", text, flags=re.M)
    whole = "".join(section if section.startswith("[scan]") else re.sub(r"^# (\w+ = )", r"\1", section, flags=re.M)
                    for section in sections)  # fmt: skip
    assert whole.count("\n# ") < text.count("\n# ")
    assert shares(program.run("check", write(tmp_path, whole), cwd=tmp_path).stdout) == shares(done.stdout)


def test_init_of_every_sampler(program, tmp_path):
    described = json.loads(program.run("describe", "--json").stdout)["config"]
    (choices,) = [key["value"] for key in described if (key["section"], key["name"]) == ("scan", "sampler")]
    for sampler in re.findall(r'"(\w+)"', choices):
        write(tmp_path, program.run("init", "--sampler", sampler, "--axes", "T_R,M_mutau").stdout)
        if sampler == "list":
            write(tmp_path, "T_R,M_mutau\n5e4,1e7\n", "points.csv")
        assert shares(program.run("check", "my.toml", cwd=tmp_path).stdout)["ok"] > 2, sampler


def test_check_says_how_many_processes_a_sampler_that_learns_keeps_busy(program, tmp_path):
    write(tmp_path, program.run("init", "--sampler", "de", "--axes", "T_R,M_mutau").stdout)
    said = program.run("check", "my.toml", "--ranks", 16, cwd=tmp_path).stdout  # 4 islands of 80 rows
    assert "rows in flight: 320, which keep 5 process(es) busy; for 16 take islands = 13 " in said
    write(tmp_path, program.run("init", "--sampler", "nested", "--axes", "T_R,M_mutau").stdout)
    said = program.run("check", "my.toml", "--ranks", 16, cwd=tmp_path).stdout  # 3 generations of 500 rows
    assert "rows in flight: 1500, which keep 23 process(es) busy" in said and "take" not in said


@pytest.mark.parametrize("options, words", [
    (("--axes", "TR"), "did you mean `T_R`"), (("--ordering", "XO"), '"NO" | "IO"'), (("--sampler", "soboll"), "must be one of"),
    (("--model", "sm"), '"mutau"'), (("--model", "reference", "--ordering", "NO"), "has none"),
])  # fmt: skip
def test_init_refuses_what_there_is_not(program, options, words):
    done = program.run("init", *options, expect=2)
    assert words in done.stderr and done.stdout == ""


# ---- the right hint --------------------------------------------------------------------------------------------


def test_an_unknown_verb_is_named(program):
    done = program.run("scna", "my.toml", expect=2)
    assert "unknown verb scna; did you mean `scan`?" in done.stderr and "rescore" in done.stderr


@pytest.mark.parametrize("line, words", [
    ("M_mutau = [1e6, 1e7]", "a range is written { min =, max =, scale = "),
    ("foo.bar = 1", "parameters.foo = { bar = 1 }"),
])  # fmt: skip
def test_a_range_as_others_write_it(program, tmp_path, line, words):
    assert words in program.run("check", write(tmp_path, "[parameters]\n" + line + "\n"), cwd=tmp_path, expect=2).stderr


@pytest.mark.parametrize("name, words", [
    ("T_R", ["parameter", "GeV", "reheating temperature"]), ("inflaton_too_light", ["status", "m_phi/2", "what to do: raise m_phi"]),
    ("model.nufit", ["config key", "5.1/NO_noSK"]), ("ccfr", ["limit", "limit_ccfr"]), ("Y_B", ["column", "baryon"]),
])  # fmt: skip
def test_describe_one_name(program, name, words):
    said = program.run("describe", name).stdout
    assert all(word in said for word in words) and len(said) < 2000


def test_describe_an_unknown_name(program):
    assert "did you mean `T_R`?" in program.run("describe", "TR", expect=2).stderr
    statuses = json.loads(program.run("describe", "--json").stdout)["statuses"]
    assert all(status["meaning"] and status["remedy"] for status in statuses)
    page = (ROOT / "jobs/REFERENCE.md").read_text()
    assert all(f"`{status['name']}`" in page for status in statuses)


# ---- a quick try -----------------------------------------------------------------------------------------------


def test_scan_with_another_value_is_the_scan_of_a_config_that_says_so(program, tmp_path):
    write(tmp_path, AXIS + SCAN, "a.toml")
    write(tmp_path, AXIS + "M_mutau = 8e6\n" + SCAN.replace("256", "20"), "b.toml")
    program.run("scan", "a.toml", "--out", "A", "--set", "M_mutau=8e6", "--points", 20, ranks=2, cwd=tmp_path)
    program.run("scan", "b.toml", "--out", "B", cwd=tmp_path)
    for name in ("A", "B"):
        program.run("merge", name, "-o", f"{name}.h5", cwd=tmp_path)
    assert_same_rows(tmp_path / "A.h5", tmp_path / "B.h5")
    with h5py.File(tmp_path / "A.h5") as a, h5py.File(tmp_path / "B.h5") as b:
        assert a.attrs["config_hash"] == b.attrs["config_hash"]
    program.run("point", "--from", "A", "--index", 7, cwd=tmp_path)
    assert "needs at least one scanned parameter" in program.run("scan", "a.toml", "--out", "C", "--set", "T_R=1e5", cwd=tmp_path,
                                                                 expect=2).stderr  # fmt: skip
    assert "--points" in program.run("scan", "a.toml", "--out", "C", "--points", "many", cwd=tmp_path, expect=2).stderr
    assert not (tmp_path / "C").exists()


def test_the_program_reads_what_it_exports(program, tmp_path):
    write(tmp_path, INVERTED + AXIS + 'M_mutau = { min = 8e6, max = 2e7 }\n' + SCAN.replace("256", "40"))
    program.run("scan", "my.toml", "--out", "RUN", cwd=tmp_path)
    for name, options in (("inputs", ["--inputs"]), ("all", [])):
        analysis("export", "RUN", "--no-limits", "--sign", "any", "--best", 5, *options, "-o", f"{name}.csv", cwd=tmp_path)
        write(tmp_path, f'{INVERTED}texture = "etau_tautau"\n[scan]\nsampler = "list"\nfile = "{name}.csv"\n', f"{name}.toml")
        said = program.run("check", f"{name}.toml", cwd=tmp_path)
        assert "skipped, since they are results and no inputs: " in said.stderr and shares(said.stdout) == {"ok": 100.0}
        program.run("scan", f"{name}.toml", "--out", name, cwd=tmp_path)
        program.run("merge", name, "-o", f"{name}.h5", cwd=tmp_path)
    with h5py.File(tmp_path / "all.h5") as again, open(tmp_path / "all.csv") as table:
        header, *rows = (line.strip().split(",") for line in table)
        for column in ("Y_B", "delta_a_mu", "T_R"):
            np.testing.assert_array_equal(again[column][:], [float(row[header.index(column)]) for row in rows])
    assert_same_rows(tmp_path / "inputs.h5", tmp_path / "all.h5")
    write(tmp_path, "Y_B,index\n1,2\n", "outputs.csv")
    write(tmp_path, '[scan]\nsampler = "list"\nfile = "outputs.csv"\n')
    assert "no column is an input parameter" in program.run("check", "my.toml", cwd=tmp_path, expect=2).stderr


def test_rescore_knows_what_is_meant_and_compare_says_what_changed(program, tmp_path):
    write(tmp_path, INVERTED + AXIS + SCAN.replace("256", "60"))
    program.run("scan", "my.toml", "--out", "RUN", cwd=tmp_path)
    done = program.run("rescore", "RUN", "--set", "g_minus_2=2025/WP25", "-o", "other.h5", cwd=tmp_path, expect=2)
    assert "did you mean `model.g_minus_2`?" in done.stderr
    for _ in range(2):
        done = program.run("rescore", "RUN", "--set", "model.g_minus_2=2025/WP25", "-o", "other.h5", cwd=tmp_path)
    assert "other.h5 is replaced" in done.stderr
    said = analysis("compare", "RUN", "other.h5", cwd=tmp_path)
    assert "model.g_minus_2: 2021/WP20 | 2025/WP25" in said
    with h5py.File(tmp_path / "other.h5") as other:
        right = int(np.sum(other["explains_g2"][:] == 1))
    assert right == 0 and re.search(r"muon g-2 within 2 sigma +[1-9]\d* +0 +-", said)
    summary = analysis("summary", "other.h5", cwd=tmp_path)
    assert "(model.g_minus_2 = \"2025/WP25\"): scan other g_zp and m_zp" in summary and "--sign any" not in summary


def test_a_part_of_a_scan_says_so(program, tmp_path):
    write(tmp_path, AXIS + SCAN)
    program.run("scan", "my.toml", "--out", "RUN", "--slice", "1/2", cwd=tmp_path)
    part = program.run("merge", "RUN", "-o", "part.h5", cwd=tmp_path, expect=3)
    assert "128 of 256 points" in part.stdout and "--partial" in part.stdout
    program.run("merge", "RUN", "-o", "part.h5", "--partial", cwd=tmp_path)


def test_completion_in_bash(program, tmp_path):
    write(tmp_path, program.run("completion", "bash").stdout, "completion")

    def complete(*words):
        quoted = " ".join(f"'{word}'" for word in words)
        script = f". ./completion; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _mutauscan; echo \"${{COMPREPLY[@]}}\""
        return subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()

    assert complete("mutauscan", "sc") == ["scan"]
    assert complete("mutauscan", "scan", "--wall") == ["--walltime"] and complete("mutauscan", "scan", "comp") == ["completion"]
    assert "bashcompinit" in program.run("completion", "zsh").stdout
