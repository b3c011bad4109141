"""No output replaces an input, a file of a run or what is no regular file; a full disk behind stdout is an error."""

import os

import pytest

CONFIG = """
[parameters]
T_R = { min = 4e4, max = 6e4 }
[scan]
sampler = "random"
points = 30
"""


@pytest.fixture(scope="module")
def folder(program, tmp_path_factory):
    """config.toml, RUN and merged.h5."""
    folder = tmp_path_factory.mktemp("outputs")
    (folder / "config.toml").write_text(CONFIG)
    program.run("scan", "config.toml", "--out", "RUN", cwd=folder)
    program.run("merge", "RUN", "-o", "merged.h5", cwd=folder)
    return folder


def content_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def commands(folder):
    """Those that write a file named by the user, and what they read."""
    run, merged, config = (folder / name for name in ("RUN", "merged.h5", "config.toml"))
    chunk = next((run / "chunks").iterdir())
    yield ["merge", run, "-o"], [run / "manifest.json", chunk]
    yield ["rescore", run, "-o"], [run / "manifest.json", chunk]
    yield ["rescore", merged, "-o"], [merged]
    yield ["point", config, "--trace"], [config]
    yield ["point", "--from", merged, "--index", 3, "--trace"], [merged]
    yield ["point", "--from", run, "--index", 3, "--trace"], [run / "manifest.json", chunk]


def test_an_input_is_no_output_under_any_name(program, folder, tmp_path):
    before = content_of(folder)
    for number, (command, inputs) in enumerate(commands(folder)):
        for source in inputs:
            names = [source, folder / "RUN" / ".." / source.relative_to(folder)]
            for kind, link in (("symbolic", os.symlink), ("hard", os.link)):
                names.append(tmp_path / f"{number}-{kind}-{source.name}")
                link(source, names[-1])
            for name in names:
                done = program.run(*command, name, expect=2)
                assert "is an input" in done.stderr and str(name) in done.stderr
                assert content_of(folder) == before


def test_files_of_a_run_are_no_outputs(program, folder):
    before = content_of(folder)
    run = folder / "RUN"
    for command, _ in commands(folder):
        for name in ("chunks/new.h5", "sessions/new.h5", "crashes/new", "quarantine/x/y.h5", "STOP", "status.json",
                     "status.1-of-2.json", "lock"):
            assert "belongs to the run" in program.run(*command, run / name, expect=2).stderr
    assert content_of(folder) == before
    for name in ("merged.h5", "merged.h5"):  # beside them, and again
        program.run("merge", run, "-o", run / name)
    (run / "merged.h5").unlink()


def test_only_regular_files_are_replaced(program, folder, tmp_path):
    pipe, directory, loop = tmp_path / "pipe", tmp_path / "directory", tmp_path / "loop"
    os.mkfifo(pipe)
    directory.mkdir()
    loop.symlink_to(loop)
    (tmp_path / "to-pipe").symlink_to(pipe)
    for command, _ in commands(folder):
        for target in (pipe, directory, loop, tmp_path / "to-pipe", f"{directory}/", folder / "RUN", "/dev/null"):
            assert "choose another file" in program.run(*command, target, expect=2).stderr
        assert "must not be empty" in program.run(*command, "", expect=2).stderr
    assert pipe.is_fifo() and loop.is_symlink() and os.listdir(directory) == []
    assert not os.path.isfile("/dev/null")


def test_a_symbolic_link_is_followed(program, folder, tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "real.h5", tmp_path / "link.h5"
    link.symlink_to("there/real.h5")
    for command, _ in commands(folder):
        for _ in range(2):  # absent, and there
            program.run(*command, link)
            assert link.is_symlink() and target.read_bytes().startswith(b"\x89HDF")
        target.unlink()
    assert os.listdir(tmp_path / "there") == []


def test_submit_writes_over_no_config(program, tmp_path):
    (tmp_path / "RUN").mkdir()
    config = tmp_path / "RUN" / "scan.slurm"
    config.write_text(CONFIG)
    options = ["--scheduler", "slurm", "--nodes", 1, "--tasks-per-node", 1, "--walltime", "1:00:00"]
    done = program.run("submit", config, *options, "--out", tmp_path / "RUN", expect=2)
    assert "is an input" in done.stderr and config.read_text() == CONFIG


@pytest.mark.parametrize("command", [
    "point config.toml", "point config.toml --json", "point --from RUN --index 0", "check config.toml", "describe",
    "describe --json", "describe --markdown", "status RUN", "status RUN --json", "verify RUN", "merge RUN -o new.h5",
    "rescore merged.h5 -o new.h5", "--version", "--help", "scan --help",
    "submit config.toml --scheduler slurm --nodes 1 --walltime 1:00:00 --dry-run"])
def test_what_does_not_reach_stdout_is_an_error(program, folder, command):
    with open("/dev/full", "w") as full:
        done = program.run(*command.split(), cwd=folder, expect=None, stdout=full)
    assert done.returncode == 4 and "standard output" in done.stderr
