"""The second model as its users meet it: cards, configs, scans."""

import json

import h5py
import numpy as np
import pytest

from conftest import JOBS, REFERENCE, assert_same_rows, chunks

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


@pytest.mark.parametrize("equations", ["1BE1F", "2BE2F", "2BE3F", "1DME", "3DME", "full"])
def test_masses_that_are_nearly_equal_give_no_impossible_asymmetry(program, tmp_path, equations):
    # No asymmetry above one, no more baryons than photons with status 0, and no hole: with equal masses the answer, or
    # that there is none, is that of masses that differ by rounding.
    config = tmp_path / "pairs.toml"
    config.write_text(f'[model]\nkind = "type1"\nequations = "{equations}"\n[scan]\nsampler = "list"\n'
                      'file = "points.csv"\n')
    gaps = [0.0, 1e-14, 1e-10, 1e-5, 0.5]
    pairs = [(6.5, 6.5 + gap, 9.0) for gap in gaps] + [(6.0, 6.5, 6.5 + gap) for gap in gaps]
    (tmp_path / "points.csv").write_text("\n".join(["M1,M2,M3"] + [",".join(map(repr, p)) for p in pairs]) + "\n")
    program.run("scan", config, "--out", tmp_path / "run")
    program.run("merge", tmp_path / "run", "-o", tmp_path / "merged.h5")
    with h5py.File(tmp_path / "merged.h5") as f:
        status = f["status"][:]
        ok = status == 0
        for name in ("eps_1", "eps_2", "eps_3", "eta_B"):
            assert np.all(np.abs(f[name][:][ok]) <= 1.0), name
            assert np.all(np.isnan(f[name][:][~ok])), name
        for first in (0, len(gaps)):
            assert ok[first + len(gaps) - 1]
            assert status[first] == status[first + 1]
            assert status[first] == (0 if equations == "full" else 10)
    done = program.run("point", config, "--json", "--index", 0)
    if equations != "full":
        assert "CP asymmetry of N_1: a pole (M2/M1 - 1 = 0" in done.stderr


def test_cards_with_complex_angles(program, tmp_path):
    # As in Res.dat of ULYSSES: y1 = -90j adds 90 deg to z_1.
    parameters = dict(CASES[0]["parameters"])
    card = write_card(tmp_path / "card.dat", parameters)
    text = card.read_text()
    card.write_text(text.replace(f"y1   {parameters['y1']!r}", "y1   -90j"))
    turned = write_card(tmp_path / "turned.dat", {**parameters, "x1": parameters["x1"] + 90.0, "y1": 0.0})
    row = program.run("point", "--card", card, "--json").stdout
    assert row == program.run("point", "--card", turned, "--json").stdout
    card.write_text(text.replace(f"t13   {parameters['t13']!r}", "t13   -90j"))
    done = program.run("point", "--card", card, expect=2)
    assert "must be real: complex numbers are for x1, y1, x2, y2, x3, y3" in done.stderr


def test_limits_are_refused(program, tmp_path):
    config = tmp_path / "limits.toml"
    config.write_text('[model]\nkind = "type1"\n[limits]\nnufit = "5.1/NO_noSK"\nY_B_theory_factor = 2.0\n')
    done = program.run("check", config, expect=2)
    for line, key in ((4, 'limits.nufit'), (5, "limits.Y_B_theory_factor")):
        assert f"{config}:{line}: {key} = " in done.stderr
    assert done.stderr.count('is not a key of kind "type1"') == 2


def test_full_has_a_domain(program, tmp_path):
    config = tmp_path / "light.toml"
    config.write_text('[model]\nkind = "type1"\nequations = "full"\n[scan]\nsampler = "list"\nfile = "points.csv"\n')
    (tmp_path / "points.csv").write_text("M1,M2,M3\n2.0,6.5,7.0\n-5.0,-4.0,-3.0\n0.0,0.3,0.6\n2.5,3.0,3.5\n")
    program.run("scan", config, "--out", tmp_path / "run")
    program.run("merge", tmp_path / "run", "-o", tmp_path / "merged.h5")
    with h5py.File(tmp_path / "merged.h5") as f:
        assert f["status"][:].tolist() == [2, 2, 2, 0]
    done = program.run("point", config, "--index", 1, "--json")
    assert "note: status 2: M1 = -5: must be a number >= 2.12 and <= 19" in done.stderr
    config.write_text('[model]\nkind = "type1"\n[parameters]\nM1 = 1.0\n')
    done = program.run("check", config, expect=2)
    assert f"{config}:4: parameters.M1 = 1.0: must be a number >= 2.12 and <= 19" in done.stderr


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


YUKAWA_SCAN = """
[model]
kind = "type1"
parametrisation = "yukawas"
equations = "2BE3F"
radiative_corrections = "one_loop"
[parameters]
M1 = { min = 6.0, max = 6.4 }
h_e1 = { min = 1e-7, max = 1e-4, scale = "log" }
h_mu3 = { min = 0.0, max = 0.1 }
arg_h_mu1 = { min = 0.0, max = 360.0 }
arg_h_tau2 = { values = [0.0, 90.0, 170.0] }
[scan]
sampler = "sobol"
points = 300
seed = 3
[output]
chunk_rows = 100
"""


def test_one_parametrisation_is_taken_and_the_other_refused(program, tmp_path):
    config = tmp_path / "wrong.toml"
    config.write_text('[model]\nkind = "type1"\nparametrisation = "yukawas"\n[parameters]\nh_e1 = 1e-5\nx1 = 10.0\n')
    done = program.run("check", config, expect=2)
    assert f'{config}:6: parameters.x1 = 10.0: is not an input of parametrisation "yukawas"' in done.stderr
    assert "h_e1" not in done.stderr
    config.write_text('[model]\nkind = "type1"\n[parameters]\nx1 = 10.0\narg_h_e1 = 5.0\n')
    done = program.run("check", config, expect=2)
    assert f'{config}:5: parameters.arg_h_e1 = 5.0: is not an input of parametrisation "casas_ibarra"' in done.stderr


def test_yukawas_are_by_default_those_of_the_default_neutrinos(program, tmp_path):
    rows = {}
    for parametrisation in ("casas_ibarra", "yukawas"):
        config = tmp_path / f"{parametrisation}.toml"
        config.write_text(f'[model]\nkind = "type1"\nparametrisation = "{parametrisation}"\n')
        rows[parametrisation] = json.loads(program.run("point", config, "--json").stdout)
    neutrinos, yukawas = rows["casas_ibarra"], rows["yukawas"]
    assert list(neutrinos) == list(yukawas)
    assert yukawas["eta_B"] == pytest.approx(neutrinos["eta_B"], rel=1e-12)
    for name in ("h_e1", "arg_h_tau3", "K_1", "eps_1"):
        assert yukawas[name] == pytest.approx(neutrinos[name], rel=1e-12), name
    # Large angles of R: terms of m_nu cancel to one part in 1e6, and m_2 - m_1 is a 400th of that.
    for name in ("m", "delta", "a21", "a31", "t12", "t13", "t23", "m1_eV", "m3_eV", "dm21_eV2", "dm3l_eV2"):
        assert yukawas[name] == pytest.approx(neutrinos[name], rel=1e-7), name
    assert yukawas["x1"] is None and neutrinos["x1"] == 132.23


def test_a_scan_of_yukawas_is_the_same_on_any_number_of_ranks_resumes_and_replays(program, tmp_path):
    config = tmp_path / "yukawas.toml"
    config.write_text(YUKAWA_SCAN)
    for ranks in (1, 3):
        program.run("scan", config, "--out", tmp_path / f"run{ranks}", ranks=ranks)
        program.run("merge", tmp_path / f"run{ranks}", "-o", tmp_path / f"merged{ranks}.h5")
    assert_same_rows(tmp_path / "merged1.h5", tmp_path / "merged3.h5")

    (lost, *_) = chunks(tmp_path / "run3")
    lost.unlink()
    program.run("scan", config, "--out", tmp_path / "run3")
    program.run("merge", tmp_path / "run3", "-o", tmp_path / "resumed.h5")
    assert_same_rows(tmp_path / "merged1.h5", tmp_path / "resumed.h5")

    with h5py.File(tmp_path / "merged1.h5") as f:
        assert np.all(f["status"][:] == 0) and np.all(np.isfinite(f["eta_B"][:])) and np.all(np.isfinite(f["t13"][:]))
        assert np.all(np.isnan(f["x1"][:])) and len(np.unique(f["h_e1"][:])) == 300
        names = [name for name in f if name != "telemetry"]
        row = {name: f[name][17] for name in names}
        listed = {name: f[name][:5] for name in names}
    replayed = json.loads(program.run("point", "--from", tmp_path / "run1", "--index", 17, "--json").stdout)
    for name in names:
        assert replayed[name] is None and np.isnan(row[name]) or replayed[name] == row[name], name

    # The same points from a list
    columns = ["M1", "h_e1", "h_mu3", "arg_h_mu1", "arg_h_tau2"]
    (tmp_path / "points.csv").write_text(
        "\n".join([",".join(columns)] + [",".join(repr(float(listed[c][i])) for c in columns) for i in range(5)]))
    head = YUKAWA_SCAN[:YUKAWA_SCAN.index("[parameters]")]
    config.write_text(head + '[scan]\nsampler = "list"\nfile = "points.csv"\n')
    program.run("scan", config, "--out", tmp_path / "list")
    program.run("merge", tmp_path / "list", "-o", tmp_path / "list.h5")
    with h5py.File(tmp_path / "list.h5") as f:
        for name in names:
            assert f[name][:].tobytes() == listed[name].tobytes(), name


def test_there_is_nothing_to_rescore(program, tmp_path):
    config = tmp_path / "yukawas.toml"
    config.write_text(YUKAWA_SCAN.replace("points = 300", "points = 3"))
    program.run("scan", config, "--out", tmp_path / "run")
    done = program.run("rescore", tmp_path / "run", "--set", "limits.Y_B_theory_factor=2", "-o", tmp_path / "new.h5",
                       expect=2)
    assert 'kind "type1" has no limits' in done.stderr and not (tmp_path / "new.h5").exists()


def test_the_full_equations_start_without_neutrinos(program, tmp_path):
    config = tmp_path / "full.toml"
    config.write_text('[model]\nkind = "type1"\nequations = "full"\ninitial_abundance = "thermal"\n')
    done = program.run("check", config, expect=2)
    assert f'{config}:4: model.initial_abundance = ' in done.stderr
    assert 'must be "vanishing" for equations "full"' in done.stderr
