"""The story: every step draws its figures from scans of its configs, and says what the data say."""

import json
import re
import shutil

import h5py
import matplotlib.image
import numpy as np
import pytest

import mutauscan_analysis as analysis
from conftest import JOBS, ROOT
from mutauscan_analysis import story
from mutauscan_analysis.story import step5_reheating
from mutauscan_analysis.story.page import read
from mutauscan_analysis.story.seesaw import majorana_matrix
from support import assert_one_line_error, command_line


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


def draw(step, data, output):
    """Captions of the figures of a step, by their names."""
    lines = list(story.draw(data, output, [step]))
    captions = {path.stem: path.read_text().strip() for path in output.glob("*.txt")}
    assert sorted(lines) == sorted(f"{output / name}.png: {caption}" for name, caption in captions.items())
    return captions


@pytest.mark.parametrize("step", story.STEPS)
def test_each_step_draws_figures_with_captions(step, data, tmp_path):
    captions = draw(step, data, tmp_path)
    assert captions
    for name, caption in captions.items():
        assert caption.startswith("Step ") and "nan" not in caption
        image = matplotlib.image.imread(tmp_path / f"{name}.png")
        assert image.shape[1] == 2100 and image[..., :3].std() > 0.05  # a page's width at 300 dpi; not blank
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_command(data, tmp_path):
    done = command_line("story", "step3", "step4", "--data", data, "-o", tmp_path / "figures")
    assert done.returncode == 0, done.stderr
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == [
        str(tmp_path / "figures" / f"{name}.png") for name in ("step3_symmetric_phase", "step4_asymmetries")
    ]
    assert_one_line_error(command_line("story", "step9", "--data", data), "step9", "step5_reheating")
    assert_one_line_error(command_line("story", "step4", "--data", tmp_path), tmp_path, "step4_asymmetries.h5")


def test_run_directories_do_as_well_as_merged_files(data, tmp_path):
    shutil.copytree(data / "runs" / "step4_asymmetries", tmp_path / "step4_asymmetries")
    merged, run = read(data, "step4_asymmetries"), read(tmp_path, "step4_asymmetries")
    assert merged.keys() == run.keys()
    for name in merged:
        np.testing.assert_array_equal(merged[name], run[name])


def test_six_steps_have_module_and_configs():
    steps = {f"step{i}" for i in range(1, 7)}
    assert {name[:5] for name in story.STEPS} == steps
    assert {path.stem for path in (ROOT / "analysis/mutauscan_analysis/story").glob("step*.py")} == set(story.STEPS)
    assert {c.stem[:5] for c in (JOBS / "story").glob("*.toml")} == steps


def test_peak_of_the_asymmetry_is_that_of_the_data(data, tmp_path):
    caption = draw("step5_reheating", data, tmp_path)["step5_reheating"]
    scan = analysis.open(data / "step5_reheating_running.h5")
    at = np.nanargmax(np.abs(scan["Y_B"]))
    assert step5_reheating.peak(scan["T_R"], scan["Y_B"]) == (scan["T_R"][at], scan["Y_B"][at])
    assert scan["T_R"][at] == pytest.approx(5e4, rel=0.01) and scan["Y_B"][at] < 0  # the middle of this scan's 7 points
    assert "largest at T_R = 5.0·10⁴ GeV, where Y_B = −2.5·10⁻¹⁰" in caption
    assert scan.attributes_of_run["config"] != analysis.open(data / "step5_reheating_fixed.h5").attributes_of_run["config"]


def test_points_of_the_story_page_explain_everything(program):
    commands = re.findall(r"^mutauscan point (jobs/story/\S+) --index (\d+) +# (normal|inverted).*: Y?[_B= ]*(\+\S+)·10⁻¹¹$",
                          (JOBS / "story" / "README.md").read_text(), re.MULTILINE)
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
    caption = draw("step3_symmetric_phase", data, tmp_path)["step3_symmetric_phase"]
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
    caption = draw("step4_asymmetries", edited, tmp_path)["step4_asymmetries"]
    assert "give 1.2·10⁻⁵ and" in caption


def test_seesaw_formula_agrees_with_the_program(data):
    """M at T_R built from the columns has the masses of the columns, over the two-zero texture's whole range of T_R."""
    table = read(data, "step4_asymmetries")
    masses = np.linalg.svd(majorana_matrix(table, table["sigma1_TR"], table["sigma2_TR"]), compute_uv=False)[:, ::-1]
    for i in range(3):
        assert masses[:, i] == pytest.approx(table[f"M{i + 1}_TR"], rel=1e-9)
