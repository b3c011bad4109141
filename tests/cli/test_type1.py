"""The second model as its users meet it: cards, configs, scans."""

import json

import h5py
import numpy as np
import pytest

from conftest import JOBS, REFERENCE, assert_same_rows

CASES = json.loads((REFERENCE / "ulysses.json").read_text())["cases"]
CARD_ORDER = ["m", "M1", "M2", "M3", "delta", "a21", "a31", "x1", "y1", "x2", "y2", "x3", "y3", "t12", "t13", "t23"]


def write_card(path, parameters):
    lines = ["# a card", ""] + [f"{key}   {parameters[key]!r}  # {key}" for key in CARD_ORDER]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['card']}-{c['model']}-{c['ordering']}-{c['loop']}")
def test_cards_give_the_converged_results(program, tmp_path, case):
    card = write_card(tmp_path / "card.dat", case["parameters"])
    loops = "one_loop" if case["loop"] else "none"
    done = program.run("point", "--card", card, "--equations", case["model"], "--json", "--set", "solver.rtol=1e-8",
                       "--set", f"model.ordering={case['ordering']}", "--set", f"model.radiative_corrections={loops}")
    # 1e-6; the loop function of the other program loses up to 1e-7 of that.
    assert json.loads(done.stdout)["eta_B"] == pytest.approx(case["eta_B_converged"], rel=1e-6)


def test_an_imported_card_is_the_same_point(program, tmp_path):
    card = write_card(tmp_path / "card.dat", CASES[0]["parameters"])
    config = tmp_path / "card.toml"
    config.write_text(program.run("import-card", card).stdout)
    program.run("check", config)
    from_card = program.run("point", "--card", card, "--json").stdout
    assert program.run("point", config, "--json").stdout == from_card


def test_errors_of_a_card_come_with_their_line(program, tmp_path):
    card = write_card(tmp_path / "card.dat", CASES[0]["parameters"])
    card.write_text(card.read_text().replace("t13 ", "t13 x").replace("a31", "a32"))
    done = program.run("point", "--card", card, expect=2)
    assert f"{card}:" in done.stderr and "a32" in done.stderr and "t13" in done.stderr


def test_keys_and_parameters_of_the_other_model_are_refused(program, tmp_path):
    config = tmp_path / "wrong.toml"
    config.write_text('[model]\nkind = "type1"\ntexture = "none"\n[parameters]\nT_R = 1e5\n')
    done = program.run("check", config, expect=2)
    assert 'not a key of kind "type1"' in done.stderr and 'not a parameter of kind "type1"' in done.stderr
    config.write_text('[model]\nequations = "1BE1F"\n[parameters]\nM1 = 7.0\n')
    done = program.run("check", config, expect=2)
    assert 'not a key of kind "mutau"' in done.stderr and 'not a parameter of kind "mutau"' in done.stderr


def test_a_scan_is_the_same_on_any_number_of_ranks_and_replays(program, tmp_path):
    config = tmp_path / "type1.toml"
    config.write_text((JOBS / "type1.toml").read_text().replace("points = 20000", "points = 300"))
    for ranks in (1, 3):
        program.run("scan", config, "--out", tmp_path / f"run{ranks}", ranks=ranks)
        program.run("merge", tmp_path / f"run{ranks}", "-o", tmp_path / f"merged{ranks}.h5")
    assert_same_rows(tmp_path / "merged1.h5", tmp_path / "merged3.h5")
    with h5py.File(tmp_path / "merged1.h5") as f:
        assert "m_zp" not in f and np.all(np.isfinite(f["eta_B"][:]))
        for name in f:
            if name != "telemetry":
                assert f[name].attrs["units"] and f[name].attrs["long_name"], name
    replayed = json.loads(program.run("point", "--from", tmp_path / "run1", "--index", 17, "--json").stdout)
    with h5py.File(tmp_path / "merged3.h5") as f:
        assert replayed["eta_B"] == f["eta_B"][17]
