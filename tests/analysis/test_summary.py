"""The summary against numbers counted here."""

import re

import numpy as np

import mutauscan_analysis as analysis
from support import POINTS, SCAN, command_line


def test_summary(run, merged, program):
    scan = analysis.open(run)
    ok = scan["status"] == 0
    g2 = ok & (np.abs(scan["delta_a_mu"] - 2.51e-9) <= 1.18e-9)
    asymmetry = np.abs(scan[scan.asymmetry])
    close = ok & (asymmetry >= 2.9e-11) & (asymmetry <= 2.61e-10)
    allowed = ok & (scan["allowed"] == 1)
    assert (g2 & close & allowed).any()

    for path, throughput in ((run, "points per second"), (merged, "points per CPU second")):
        done = command_line("summary", path, "--sign", "any")
        assert done.returncode == 0, done.stderr
        text = done.stdout
        assert text.startswith(str(path)) and f"{POINTS} of {POINTS}" in text and throughput in text
        for value, count in zip(*np.unique(scan["status"], return_counts=True)):
            assert re.search(rf"^ +{count} {scan.status_names[value]}$", text, re.M)
        for mask, meaning in ((close, scan.asymmetry), (g2, "muon g-2"), (allowed, "allowed"),
                              (g2 & close & allowed, "the sign of Y_B aside")):
            line = rf"^ *{mask.sum() / ok.sum():.2%} .*{meaning}.*\({mask.sum()}\)$"
            assert re.search(line, text, re.M), line
        table = text.split("best points")[1].splitlines()[3:8]
        assert [int(line.split()[0]) for line in table] == scan.judged("any").best(5)["index"].tolist()

        command = re.search(r"mutauscan (point --from (.*) --index (\d+))$", text, re.M)
        program.run(*command[1].split())
        assert command[2] == str(path) and int(command[3]) == scan.judged("any").best(1)["index"][0]


def test_summary_of_files_with_and_without_verdicts(observed_sign, without_verdicts, type1):
    scan = analysis.open(observed_sign)
    done = command_line("summary", observed_sign)
    excluded = np.sum((scan["limit_na64mu"] == 0) & (scan["status"] == 0))
    assert done.returncode == 0 and f"excluded by NA64μ ({excluded})" in done.stdout
    assert "−2 ln L" in done.stdout and "%  Y_B within a factor 3" in done.stdout and "(0)" not in done.stdout
    for path, words in ((without_verdicts, ("χ^2", "|Y_B|", "muon g-2")), (type1, ("χ^2 = [ln(Y_B/observed)/ln 3]²\n",))):
        done = command_line("summary", path, "--sign", "observed" if path == type1 else "any")
        assert done.returncode == 0, done.stderr
        assert all(word in done.stdout for word in words)
        assert "excluded" not in done.stdout and "allowed" not in done.stdout
    assert "g-2" not in done.stdout


def test_summary_of_selected_rows(run):
    scan = analysis.open(run)
    done = command_line("summary", run, "--where", "T_R > 1e5")
    assert done.returncode == 0 and f"{np.sum(scan['T_R'] > 1e5)} of {POINTS}" in done.stdout
    assert "with T_R > 1e5\n" in done.stdout


def test_summary_without_good_points(make_run):
    run = make_run(SCAN.replace("g_zp = { min = 5e-4, max = 1.5e-3", "g_zp = { min = 5e-3, max = 5e-2"))
    done = command_line("summary", run)
    assert done.returncode == 0 and "within all limits (0)" in done.stdout
    assert "best points: none; " in done.stdout and "set" in done.stdout
