"""No output replaces an input, a file of a run or what is no regular file; what a failure leaves is what was there."""

import os
import shutil
import subprocess
import sys

import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis.files import ScanError, writing
from support import ANALYSIS, assert_one_line_error, command_line

INPUT_NAMES = {"report": "page.html", "export": "rows.csv", "plot": "where.png", "profile": "profiles.pdf",
               "corner": "corner.png"}  # fmt: skip


def names_of(path, folder):
    """The same file as itself, as a symbolic link, and as a hard link, of the same name in other folders."""
    yield path
    for name, link in (("symbolic", os.symlink), ("hard", os.link)):
        (folder / name).mkdir()
        link(path, folder / name / path.name)
        yield folder / name / path.name


@pytest.mark.parametrize("verb", INPUT_NAMES)
def test_input_is_no_output(merged, tmp_path, verb):
    source = tmp_path / INPUT_NAMES[verb]
    shutil.copy(merged, source)
    content = source.read_bytes()
    for name in names_of(source, tmp_path):
        output = name if verb in ("report", "export") else name.parent
        assert_one_line_error(command_line(verb, source, "--sign", "any", "-o", output), "is an input", name)
        assert source.read_bytes() == content and name.read_bytes() == content


@pytest.mark.parametrize("suffix", [".paramnames", ".ranges", ".yaml"])
def test_files_beside_the_weighted_samples_are_no_inputs(merged, tmp_path, suffix):
    source = tmp_path / f"chain{suffix}"
    shutil.copy(merged, source)
    assert_one_line_error(command_line("export", source, "--sign", "any", "-o", tmp_path / "chain.txt"), "is an input", source)
    assert source.read_bytes() == merged.read_bytes()
    assert os.listdir(tmp_path) == [source.name]


def test_files_of_a_run_are_no_outputs(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    (chunk, *_) = sorted((copy / "chunks").iterdir())
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    for output in (chunk, copy / "chunks" / "new.html", copy / "manifest.json", copy / "status.json", copy / "STOP"):
        assert_one_line_error(command_line("report", copy, "-o", output), output)
    assert_one_line_error(command_line("report", copy, "-o", copy), "is a directory")
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    assert command_line("report", copy, "-o", copy / "report.html").returncode == 0
    assert command_line("plot", copy, "-o", copy / "figures").returncode == 0


def test_only_regular_files_are_replaced(run, tmp_path):
    pipe, directory = tmp_path / "pipe.html", tmp_path / "directory.html"
    os.mkfifo(pipe)
    directory.mkdir()
    loop = tmp_path / "loop.html"
    loop.symlink_to(loop)
    for path in (pipe, directory, loop, "/dev/null"):
        assert_one_line_error(command_line("report", run, "-o", path), path)
    assert pipe.is_fifo() and directory.is_dir() and loop.is_symlink()


def test_a_symbolic_link_is_followed(tmp_path):
    target, link = tmp_path / "there" / "page.html", tmp_path / "page.html"
    link.symlink_to(target)
    for text in ("new", "newer"):
        with writing(link) as part:
            part.write_text(text)
        assert link.is_symlink() and target.read_text() == text
    assert os.listdir(target.parent) == ["page.html"]


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(OSError), writing(path) as part:
        part.write_text("torn")
        raise OSError("disk full")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["page.html"]


def test_the_story_does_not_write_over_its_scans(merged, tmp_path):
    shutil.copy(merged, tmp_path / "scan.h5")
    analysis.open(tmp_path / "scan.h5")
    (tmp_path / "step1.txt").symlink_to("scan.h5")
    with pytest.raises(ScanError, match="is an input"), writing(tmp_path / "step1.txt"):
        pass


def test_what_does_not_reach_stdout_is_an_error(merged):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "mutauscan_analysis", "summary", merged], stdout=full, text=True,
                              stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ANALYSIS)})  # fmt: skip
    assert_one_line_error(done, "No space left")
