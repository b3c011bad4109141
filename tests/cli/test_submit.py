"""Batch scripts. The PBS one runs here under a stub environment: there is no PBS to run it under."""

import os
import shlex
import signal
import subprocess

import pytest

from conftest import JOBS, assert_same_rows, chunks, wait_for_chunks

CONFIG = """
[parameters]
m_phi = 1e6
T_R = { min = 5e3, max = 5e5, scale = "log" }
[scan]
points = 200000
[output]
chunk_rows = 2000
flush_seconds = 0.05
"""


@pytest.fixture
def where(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "bin").mkdir()
    return tmp_path


def stub(where, name, text):
    """A program of the scheduler that only notes how it was called."""
    file = where / "bin" / name
    file.write_text(f'#!/bin/sh\necho "{name} $*" >> "{where}/calls"\n{text}\n')
    file.chmod(0o755)


def with_stubs(where, **variables):
    return os.environ | {"PATH": f"{where / 'bin'}:{os.environ['PATH']}"} | {k: str(v) for k, v in variables.items()}


def dry_run(program, where, scheduler, *options):
    return program.run("submit", "config.toml", "--scheduler", scheduler, "--out", "RUN", "--nodes", 3,
                       "--tasks-per-node", 16, "--walltime", "1-2:30:00", "--dry-run", *options, cwd=where)


@pytest.mark.parametrize("scheduler, lines", [
    ("slurm", ["#SBATCH --nodes=3", "#SBATCH --ntasks-per-node=16", "#SBATCH --time=26:30:00",
               "#SBATCH --signal=B:USR1@120", "#SBATCH --requeue", "slices=4"]),
    ("pbs", ["#PBS -l select=3:ncpus=16:mpiprocs=16:ompthreads=1", "#PBS -l walltime=26:30:00",
             "walltime_seconds=95400", "slices=4"]),
])
def test_dry_run_prints_the_template_filled_in_and_does_nothing(program, where, scheduler, lines):
    done = dry_run(program, where, scheduler, "--slices", 4)
    script = done.stdout.splitlines()
    for line in lines + [f"config='{where}/config.toml'", f"run='{where}/RUN'", f"mutauscan='{program.path}'"]:
        assert line in script
    assert {"slurm": "sbatch --array=1-4", "pbs": "qsub -J 1-4"}[scheduler] in done.stderr
    assert not (where / "RUN").exists()
    (where / "script").write_text(done.stdout)
    subprocess.run(["shellcheck", "--shell=bash", where / "script"], check=True)
    # Nothing else differs from the template.
    template = (JOBS / f"scan.{scheduler}").read_text().splitlines()
    assert len(set(template) - set(script)) <= 13
    assert "Edit the lines below" not in done.stdout and "Written by `mutauscan submit" in done.stdout
    assert "inflaton_too_light" in done.stderr and "the scan: about" in done.stderr


@pytest.mark.parametrize("scheduler, expected", [
    ("slurm", '#SBATCH --account=physics --partition=long --qos=high --mail-type=END "--comment=a b"'),
    ("pbs", "#PBS -A physics -q long --mail-type=END"),
])  # fmt: skip
def test_options_of_the_scheduler_go_into_the_script(program, where, scheduler, expected):
    slurm = scheduler == "slurm"
    done = dry_run(program, where, scheduler, "--account", "physics", "--partition", "long", *(["--qos", "high"] if slurm else []),
                   "--", "--mail-type=END", *(["--comment=a b"] if slurm else []))  # fmt: skip
    assert expected in done.stdout.splitlines()
    if not slurm:
        assert "PBS has none" in submit_badly(program, where, "pbs", "--qos", "high")
    assert "come after --" in submit_badly(program, where, scheduler, "stray")
    assert "cannot name an option" in submit_badly(program, where, scheduler, "--", "--comment=a'b")


def submit_badly(program, where, scheduler, *options):
    return program.run("submit", "config.toml", "--scheduler", scheduler, "--nodes", 1, "--tasks-per-node", 1, "--walltime",
                       "1:00:00", "--dry-run", *options, cwd=where, expect=2).stderr  # fmt: skip


def test_what_scan_would_refuse_is_refused_before_the_queue(program, where):
    submit = ("submit", "config.toml", "--scheduler", "slurm", "--nodes", 1, "--tasks-per-node", 1, "--walltime", "1:00:00",
              "--out", "RUN")  # fmt: skip
    stub(where, "sbatch", "")
    (where / "config.toml").write_text(CONFIG.replace("200000", "20"))
    program.run("scan", "config.toml", "--out", "RUN", cwd=where)
    done = program.run(*submit, cwd=where, env=with_stubs(where))
    assert "is complete, and nothing is submitted" in done.stderr and not (where / "calls").exists()
    (where / "config.toml").write_text(CONFIG.replace("1e6", "2e6"))
    refused = program.run(*submit, cwd=where, env=with_stubs(where), expect=4).stderr
    assert "made with another config" in refused and "m_phi" in refused
    (where / "config.toml").write_text("[parameters]\nT_R = 5e4\n")
    assert "nothing says how many points" in program.run(*submit, cwd=where, expect=2).stderr
    (where / "config.toml").write_text(CONFIG)
    done = program.run(*[*submit[:-1], "OTHER"], cwd=where, env=with_stubs(where))
    assert f"the job's log: {where}/OTHER/job-JOBID.log" in done.stderr and (where / "calls").exists()


def test_paths_with_spaces_and_quotes_survive(program, tmp_path):
    where = tmp_path / "it's a $HOME"
    where.mkdir()
    (where / "config.toml").write_text(CONFIG)
    script = dry_run(program, where, "slurm").stdout
    line = next(line for line in script.splitlines() if line.startswith("config="))
    shown = subprocess.run(["bash", "-c", f'{line}; printf %s "$config"'], capture_output=True, text=True).stdout
    assert shown == f"{where}/config.toml"


def words_of_directive(script, option):
    """As Slurm reads them: blanks separate, quotes join, a backslash takes the next letter as it is."""
    line = next(line for line in script.splitlines() if line.startswith("#SBATCH") and option in line)
    return shlex.split(line)[1:]


@pytest.mark.parametrize("name", ["my scan", "100%", "%j", "a'b", 'a"b', "$HOME", "a#b", "a;b", "é", "-x", "a  b"])
def test_slurm_reads_the_name_of_the_log_as_it_is(program, tmp_path, name):
    where = tmp_path / name
    where.mkdir()
    (where / "config.toml").write_text(CONFIG)
    script = dry_run(program, where, "slurm").stdout
    assert words_of_directive(script, "--output") == [f"--output={str(where).replace('%', '%%')}/RUN/job-%j.log"]
    for variable, path in (("config", where / "config.toml"), ("run", where / "RUN")):
        line = next(line for line in script.splitlines() if line.startswith(f"{variable}="))
        shown = subprocess.run(["bash", "-c", f'{line}; printf %s "${variable}"'], capture_output=True, text=True).stdout
        assert shown == str(path)
    (where / "script").write_text(script)
    subprocess.run(["bash", "-n", where / "script"], check=True)


def test_paths_that_a_scheduler_cannot_name_are_refused(program, tmp_path):
    for name, schedulers in (("a\nb", ("slurm", "pbs")), ("a\\b", ("slurm", "pbs")), ("a b", ("pbs",)), ("a:b", ("pbs",)),
                             ("a'b", ("pbs",)), ('a"b', ("pbs",)), ("a,b", ("pbs",))):
        where = tmp_path / name
        where.mkdir()
        (where / "config.toml").write_text(CONFIG)
        for scheduler in schedulers:
            done = program.run("submit", "config.toml", "--scheduler", scheduler, "--nodes", 1, "--tasks-per-node", 1,
                               "--walltime", "1:00:00", "--out", "RUN", cwd=where, expect=2)
            assert "RUN" in done.stderr and done.stdout == "" and not (where / "RUN").exists()
    plain = tmp_path / "plain"
    plain.mkdir()
    done = program.run("submit", tmp_path / "a b" / "config.toml", "--scheduler", "pbs", "--nodes", 1, "--walltime",
                       "1:00:00", "--out", "RUN", "--dry-run", cwd=plain)
    assert f"#PBS -o {plain}/RUN" in done.stdout.splitlines()  # the config may be anywhere


def test_a_config_whose_name_begins_with_a_minus(program, tmp_path):
    (tmp_path / "-c.toml").write_text(CONFIG)
    program.run("check", "--", "-c.toml", cwd=tmp_path)
    done = program.run("submit", "./-c.toml", "--scheduler", "slurm", "--nodes", 1, "--walltime", "1:00:00", "--dry-run",
                       cwd=tmp_path)
    assert f"run='{tmp_path}/-c-run'" in done.stdout.splitlines()


def test_bad_submissions_are_usage_errors(program, where):
    def submit(*options):
        return program.run("submit", "config.toml", "--dry-run", *options, cwd=where, expect=2)

    good = ["--scheduler", "slurm", "--nodes", "1"]
    for walltime in ("", "soon", "1:2:3:4", "-5", "10", "1-", "::", "1:00:", "99999999999"):
        assert "--walltime" in submit(*good, f"--walltime={walltime}").stderr
    submit("--scheduler", "lsf", "--nodes", "1", "--walltime", "1:00:00")
    submit("--scheduler", "pbs", "--nodes", "0", "--walltime", "1:00:00")
    (where / "config.toml").write_text("[scan]\npoints = -1\n")
    assert "scan.points" in submit(*good, "--walltime", "1:00:00").stderr


def test_a_scheduler_that_refuses_or_is_not_there_is_reported(program, where):
    options = ("submit", "config.toml", "--out", "RUN", "--nodes", 1, "--tasks-per-node", 1, "--walltime", "1:00:00")
    stub(where, "sbatch", "exit 1")
    done = program.run(*options, "--scheduler", "slurm", cwd=where, env=with_stubs(where), expect=1)
    assert "was not submitted" in done.stderr and (where / "RUN" / "scan.slurm").exists()
    done = program.run(*options, "--scheduler", "pbs", cwd=where, env=os.environ | {"PATH": "/nowhere"}, expect=1)
    assert "cannot run qsub" in done.stderr


def submit_to_stub(program, where, *options):
    stub(where, "qsub", "echo 1.stub")
    program.run("submit", "config.toml", "--scheduler", "pbs", "--out", "RUN", "--nodes", 1, "--tasks-per-node", 2,
                "--walltime", "1:00:00", *options, cwd=where, env=with_stubs(where))
    (where / "nodes").write_text("localhost\nlocalhost\n")
    return where / "RUN" / "scan.pbs"


def start_pbs_job(where, script, **variables):
    return subprocess.Popen(["bash", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=with_stubs(where, PBS_NODEFILE=where / "nodes", PBS_JOBID="1.stub",
                                           PBS_O_WORKDIR=where, **variables))


def test_a_pbs_job_is_warned_submits_its_successor_and_completes(program, where):
    script = submit_to_stub(program, where)
    job = start_pbs_job(where, script)
    wait_for_chunks(where / "RUN", job, 2)
    job.send_signal(signal.SIGUSR1)  # qsig -s USR1
    output, errors = job.communicate(timeout=60)
    assert job.returncode == 3, output + errors
    calls = (where / "calls").read_text().splitlines()
    assert calls[-1] == f"qsub -v successor=yes,slice_number=1 {script}"
    assert "PBS_JOBID=1.stub" in next((where / "RUN" / "sessions").iterdir()).read_text()
    job = start_pbs_job(where, script, successor="yes")
    output, errors = job.communicate(timeout=120)
    assert job.returncode == 0, output + errors
    assert "200000 of 200000 points;" in program.run("verify", where / "RUN").stdout
    program.run("scan", "config.toml", "--out", "WHOLE", cwd=where)
    program.run("merge", "WHOLE", "-o", "whole.h5", cwd=where)
    assert_same_rows(where / "RUN" / "merged.h5", where / "whole.h5")


def test_a_pbs_job_that_is_deleted_or_stopped_has_no_successor(program, where):
    script = submit_to_stub(program, where)
    calls = (where / "calls").read_text()
    job = start_pbs_job(where, script)
    wait_for_chunks(where / "RUN", job, 2)
    job.send_signal(signal.SIGTERM)  # qdel
    job.communicate(timeout=60)
    job = start_pbs_job(where, script)
    wait_for_chunks(where / "RUN", job, len(chunks(where / "RUN")))
    (where / "RUN" / "STOP").touch()
    job.communicate(timeout=60)
    assert job.returncode == 3
    job = start_pbs_job(where, script, successor="yes")
    output, errors = job.communicate(timeout=60)
    assert job.returncode == 3 and "STOP exists" in output
    assert (where / "calls").read_text() == calls


def test_the_last_slice_of_a_pbs_array_merges(program, where):
    script = submit_to_stub(program, where, "--slices", 2)
    assert "qsub -J 1-2" in (where / "calls").read_text()
    for number in (2, 1):
        assert not (where / "RUN" / "merged.h5").exists()
        job = start_pbs_job(where, script, PBS_ARRAY_INDEX=number)
        output, errors = job.communicate(timeout=120)
        assert job.returncode == 0, output + errors
    assert (where / "RUN" / "merged.h5").exists()
    program.run("verify", where / "RUN")
