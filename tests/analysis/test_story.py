"""The story: every script draws its figure from scans of its configs, and says what the data say."""

import json
import re
import subprocess
import sys

import h5py
import matplotlib.image
import numpy as np
import pytest

from conftest import JOBS, ROOT

SCRIPTS = sorted((ROOT / "analysis" / "story").glob("step*.py"))


@pytest.fixture(scope="module")
def data(program, tmp_path_factory):
    """Merged files of the story's configs, with fewer points where each takes the whole chain."""
    folder = tmp_path_factory.mktemp("story")
    for config in sorted((JOBS / "story").glob("*.toml")):
        text = config.read_text()
        if config.name.startswith(("step3", "step4", "step5")):
            text = re.sub(r"\bn = \d+", "n = 7", text)
        text = re.sub(r"points = \d+", "points = 2048", text)
        (folder / config.name).write_text(text)
        run = folder / "runs" / config.stem
        program.run("scan", folder / config.name, "--out", run)
        program.run("merge", run, "-o", folder / f"{config.stem}.h5")
    return folder


def draw(script, data, output):
    done = subprocess.run([sys.executable, str(script), str(data), "-o", str(output)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {path.stem: path.read_text() for path in output.glob("*.txt")}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_each_step_draws_figures_with_captions(script, data, tmp_path):
    captions = draw(script, data, tmp_path)
    assert captions
    for name, caption in captions.items():
        assert caption.startswith("Step ") and "nan" not in caption
        image = matplotlib.image.imread(tmp_path / f"{name}.png")
        assert 1400 <= image.shape[1] <= 1500 and image[..., :3].std() > 0.05  # a page's width; not blank


def test_six_steps_have_script_and_configs():
    assert [s.stem[:5] for s in SCRIPTS] == [f"step{i}" for i in range(1, 7)]
    assert {c.stem[:5] for c in (JOBS / "story").glob("*.toml")} == {f"step{i}" for i in range(1, 7)}


def test_points_of_the_readme_explain_everything(program):
    commands = re.findall(r"^mutauscan point (jobs/story/\S+) --index (\d+) +# (normal|inverted).*: Y?[_B= ]*(\+\S+)·10⁻¹¹$",
                          (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {ordering for _, _, ordering, _ in commands} == {"normal", "inverted"}
    for config, index, ordering, stated in commands:
        point = json.loads(program.run("point", ROOT / config, "--index", index, "--json").stdout)
        assert point["explains_all"] == 1
        assert (point["dm3l_eV2"] > 0) == (ordering == "normal")
        assert point["Y_B"] == pytest.approx(float(stated) * 1e-11, rel=0.01)


def test_normal_ordering_has_the_wrong_sign_until_the_phase_of_sigma2_turns(program):
    def point(*sets):
        command = ["point", JOBS / "story" / "step5_TR_lambda_no.toml", "--index", 574, "--json"]
        return json.loads(program.run(*command, *(text for s in sets for text in ("--set", s))).stdout)

    today, other_branch, turned = point(), point("model.cp_branch=delta<pi"), point("relative_vev_phase=3.141592653589793")
    assert today["delta_deg"] == pytest.approx(268.1, abs=0.1)
    assert today["Y_B"] < -8.7e-11 / 3 and today["allowed"] == 1 and today["explains_all"] == 0
    assert other_branch["Y_B"] > 0 and other_branch["limit_delta"] == 0 and other_branch["explains_all"] == 0
    assert turned["Y_B"] > 0 and turned["explains_all"] == 1


def test_symmetric_phase_has_no_asymmetry_and_no_mixing(data, tmp_path):
    caption = draw(ROOT / "analysis" / "story" / "step3_symmetric_phase.py", data, tmp_path)["step3_symmetric_phase"]
    with h5py.File(data / "step3_symmetric_phase.h5") as f:
        symmetric = (f["lambda_phi_sigma"][:] > 0) & (f["phase_TR"][:] == 0)
        assert symmetric.sum() == 7
        for part in ("standard", "scalar", "portal"):
            for i in (1, 2, 3):
                assert (f[f"eps_{part}_{i}"][:][symmetric] == 0.0).all()
                assert part == "portal" or i == 1 or (f[f"eps_{part}_{i}"][:][~symmetric] != 0.0).all()
    assert "max|ε_I| = 0, exactly" in caption and "‖[Q, M†M]‖/‖M†M‖ = 0 and ‖[Q, Γ]‖/‖Γ‖ = 0:" in caption


def test_a_caption_follows_the_data(data, tmp_path):
    """Edited numbers in the file are the ones in the caption."""
    edited = tmp_path / "data"
    edited.mkdir()
    for path in data.glob("*.h5"):
        (edited / path.name).write_bytes(path.read_bytes())
    with h5py.File(edited / "step4_asymmetries.h5", "r+") as f:
        f["eps_standard_2"][:] = 1.2e-5
    caption = draw(ROOT / "analysis" / "story" / "step4_asymmetries.py", edited, tmp_path)["step4_asymmetries"]
    assert "give 1.2·10⁻⁵ and" in caption


def test_seesaw_formula_agrees_with_the_program(data):
    """M at T_R built from the columns has the masses of the columns, over the two-zero texture's whole range of T_R."""
    sys.path.insert(0, str(ROOT / "analysis" / "story"))
    try:
        from seesaw import majorana_matrix
    finally:
        sys.path.pop(0)
    with h5py.File(data / "step4_asymmetries.h5") as f:
        table = {name: f[name][:] for name in f if isinstance(f[name], h5py.Dataset)}
    masses = np.linalg.svd(majorana_matrix(table, table["sigma1_TR"], table["sigma2_TR"]), compute_uv=False)[:, ::-1]
    for i in range(3):
        assert masses[:, i] == pytest.approx(table[f"M{i + 1}_TR"], rel=1e-9)
