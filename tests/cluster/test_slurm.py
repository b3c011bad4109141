"""Submitted, killed in every way a cluster knows, and complete in the end: on a real Slurm with three virtual nodes.

Every test scans the same config with the script that `mutauscan submit` writes, and compares the merged file with
that of one process, bit by bit. Skipped where Slurm cannot be installed or started (it needs root)."""

import datetime
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

from conftest import assert_same_rows, chunks

HERE = pathlib.Path(__file__).parent
POINTS = 300_000  # that end before the Boltzmann equations: some 6 s
CONFIG = f"""
[parameters]
m_phi = 1e6
T_R = {{ min = 5e3, max = 5e5, scale = "log" }}
h_etau = {{ min = 0.3, max = 3.0, scale = "log" }}
[scan]
points = {POINTS}
[output]
chunk_rows = 1000
flush_seconds = 0.1
"""


def missing_for_slurm():
    tools = [t for t in ("slurmctld", "slurmd", "sbatch", "munged", "unshare") if not shutil.which(t)]
    if tools:
        return f"Slurm is not installed ({', '.join(tools)} missing; Debian: slurmctld slurmd slurm-client munge)"
    if os.geteuid() != 0:
        return "Slurm's virtual nodes need root"
    return None


class Slurm:
    def __init__(self, directory):
        self.directory = directory
        started = self.script("up", 3, 6)
        if started.returncode:
            self.script("down")
            pytest.skip(f"Slurm does not start here: {started.stderr.strip()}")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("OMPI_MCA")}
        self.environment["SLURM_CONF"] = str(directory / "slurm.conf")
        # virtual nodes: shared memory within one, TCP through the loopback between them
        self.environment |= {"OMPI_MCA_btl": "self,vader,tcp", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
                             "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo"}

    def script(self, verb, *arguments):
        # Daemons inherit the output: a file, since a pipe would never close.
        with open(self.directory / "slurm.sh.log", "w+") as log:
            done = subprocess.run(["bash", HERE / "slurm.sh", verb, self.directory, *map(str, arguments)], stdout=log,
                                  stderr=log, timeout=120)
            log.seek(0)
            done.stderr = log.read()
        return done

    def call(self, *command):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, env=self.environment)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def field(self, job, name):
        found = re.search(rf"\b{name}=(\S+)", self.call("scontrol", "-o", "show", "job", job))
        return found[1] if found else ""

    def hasten(self):
        """Slurm keeps a requeued job back for two minutes, lest it meets what is left of itself on its nodes. Tests
        wait seven seconds, which is beyond slurm.sh's KillWait."""
        now = datetime.datetime.now()
        for line in self.call("squeue", "-h", "-r", "-t", "PENDING", "-o", "%A %S %r").splitlines():
            job, start, reason = line.split(maxsplit=2)
            if reason == "BeginTime" and datetime.datetime.fromisoformat(start) - now < datetime.timedelta(seconds=114):
                subprocess.run(["scontrol", "update", f"jobid={job}", "StartTime=now"], env=self.environment)

    def wait(self, job, state, seconds=150):
        def there():
            found = self.field(job, "JobState")
            assert found == state or found != "FAILED", f"job {job} failed, {self.field(job, 'ExitCode')}"
            return found == state

        self.wait_until(there, f"job {job} {state}", seconds)

    def wait_until(self, condition, what, seconds=90):
        deadline = time.time() + seconds
        while not condition():
            assert time.time() < deadline, f"not {what}\n{self.call('squeue', '-l')}{self.call('sinfo', '-N')}"
            self.hasten()
            time.sleep(0.2)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    if reason := missing_for_slurm():
        pytest.skip(reason)
    cluster = Slurm(tmp_path_factory.mktemp("slurm"))
    yield cluster
    cluster.script("down")


@pytest.fixture(scope="module")
def reference(program, tmp_path_factory):
    """The file of one process."""
    where = tmp_path_factory.mktemp("reference")
    (where / "config.toml").write_text(CONFIG)
    program.run("scan", "config.toml", "--out", "RUN", cwd=where)
    program.run("merge", "RUN", "-o", "whole.h5", cwd=where)
    return where / "whole.h5"


class Scan:
    """A scan that is submitted to Slurm, and the processes that work on it."""

    def __init__(self, program, slurm, where):
        self.program, self.slurm, self.where, self.run = program, slurm, where, where / "RUN"
        (where / "config.toml").write_text(CONFIG)

    def submit(self, *options, nodes=3):
        done = self.program.run("submit", "config.toml", "--scheduler", "slurm", "--out", "RUN", "--nodes", nodes,
                                "--tasks-per-node", 1, "--walltime", "10:00", *options, cwd=self.where,
                                env=self.slurm.environment)
        return re.search(r"Submitted batch job (\d+)", done.stdout)[1]

    def script(self):
        return self.run / "scan.slurm"

    def wait_for_new_chunks(self):
        before, deadline = len(chunks(self.run)), time.time() + 90
        while len(chunks(self.run)) < before + 3:
            assert time.time() < deadline, f"no progress: {self.log()}"
            self.slurm.hasten()
            time.sleep(0.05)

    def ranks(self, run=None):
        """{rank: pid}"""
        found = {}
        for process in pathlib.Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
                environment = (process / "environ").read_bytes().split(b"\0")
            except (OSError, ValueError):
                continue
            if command[0] != self.program.path.encode() or str(run or self.run).encode() not in command:
                continue
            rank = [v for v in environment if v.startswith(b"PMIX_RANK=")]
            if rank:
                found[int(rank[0].split(b"=")[1])] = int(process.name)
        return found

    def log(self):
        return "".join(file.read_text() for file in sorted(self.run.glob("job-*.log")))

    def assert_equals(self, reference):
        verified = self.program.run("verify", self.run).stdout
        assert f"{POINTS} of {POINTS} points;" in verified, verified  # none of them twice
        assert_same_rows(self.run / "merged.h5", reference)


@pytest.fixture
def scan(program, slurm, tmp_path):
    return Scan(program, slurm, tmp_path)


@pytest.fixture(scope="module")
def hanging_job(program, slurm, tmp_path_factory):
    """A job whose processes hang until its minute is over; submitted first, since that takes a while."""
    where = tmp_path_factory.mktemp("hanging")
    hanging = Scan(program, slurm, where)
    job = hanging.submit()
    slurm.call("scontrol", "update", f"jobid={job}", "TimeLimit=1")
    hanging.wait_for_new_chunks()
    for pid in hanging.ranks().values():
        os.kill(pid, signal.SIGSTOP)
    return hanging, job


def test_usr1_stops_the_scan_and_requeues_the_job_until_it_is_complete(hanging_job, scan, slurm, reference):
    job = scan.submit()
    for requeued in (1, 2):
        scan.wait_for_new_chunks()
        slurm.call("scancel", "--batch", "--signal=USR1", job)
        slurm.wait_until(lambda: slurm.field(job, "Restarts") == str(requeued), "requeued")
    slurm.wait(job, "COMPLETED")
    assert scan.log().count("exit code 3, and there is more to do") == 2
    left = [float(s) for s in re.findall(r"time limit leaves (\d+) s", scan.log())]
    assert len(left) == 3 and all(540 < s <= 600 for s in left), scan.log()
    scan.assert_equals(reference)


def test_a_cancelled_scan_goes_on_when_it_is_submitted_again(scan, slurm, reference):
    job = scan.submit()
    scan.wait_for_new_chunks()
    slurm.call("scancel", job)
    slurm.wait(job, "CANCELLED")
    slurm.wait(scan.submit(nodes=2), "COMPLETED")
    scan.assert_equals(reference)


@pytest.mark.parametrize("rank", [0, 2])
def test_a_killed_process_requeues_the_job(scan, slurm, reference, rank):
    job = scan.submit()
    scan.wait_for_new_chunks()
    os.kill(scan.ranks()[rank], signal.SIGKILL)
    slurm.wait(job, "COMPLETED")
    assert slurm.field(job, "Restarts") == "1"
    assert "exit code 137, and there is more to do" in scan.log()
    scan.assert_equals(reference)


def test_a_killed_batch_script_is_survived(scan, slurm, reference):
    job = scan.submit()
    scan.wait_for_new_chunks()
    scripts = [p.name for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and is_script_of(p, job)]
    assert len(scripts) == 1
    os.kill(int(scripts[0]), signal.SIGKILL)
    slurm.wait(job, "FAILED")
    slurm.wait(scan.submit(), "COMPLETED")
    scan.assert_equals(reference)


def is_script_of(process, job):
    try:
        return f"job{int(job):05d}/slurm_script" in (process / "cmdline").read_text()
    except OSError:
        return False


def kill_node(node, slurmd_alone):
    """SIGKILL of the slurmd of a node, or of all that runs on it."""
    daemons, others = [], []
    for process in pathlib.Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.readlink(process / "ns" / "uts") == node:
                is_daemon = (process / "cmdline").read_text().startswith("slurmd\0")
                (daemons if is_daemon else others).append(int(process.name))
        except OSError:
            continue
    for pid in daemons if slurmd_alone else daemons + others:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


@pytest.mark.parametrize("slurmd_alone", [False, True])
def test_a_lost_node_requeues_the_job_on_others(scan, slurm, reference, slurmd_alone):
    """The first node of two is lost, with the batch script and rank 0. With only its slurmd gone its processes go
    on, and the scheduler starts a second incarnation next to them: the first has to notice."""
    job = scan.submit(nodes=2)
    scan.wait_for_new_chunks()
    name = slurm.field(job, "BatchHost")
    old = scan.ranks()
    node = os.readlink(f"/proc/{old[0]}/ns/uts")
    kill_node(node, slurmd_alone)
    if slurmd_alone:
        os.kill(old[0], signal.SIGSTOP)  # cut off, not dead
    try:
        slurm.wait_until(lambda: slurm.field(job, "Restarts") == "1" and
                         slurm.field(job, "JobState") in ("RUNNING", "COMPLETED"), "started again")
        assert slurm.field(job, "BatchHost") != name
        if slurmd_alone:
            scan.wait_for_new_chunks()
            os.kill(old[0], signal.SIGCONT)
        slurm.wait(job, "COMPLETED")
        if slurmd_alone:
            slurm.wait_until(lambda: is_gone(old[0]), "the old process stopped without its lock")
        scan.assert_equals(reference)
    finally:
        kill_node(node, slurmd_alone=False)  # it is switched off and on
        slurm.wait_until(lambda: is_gone(old[0]), "the processes of the node are gone")
        slurm.script("node", name[1:])
        up = ("sinfo", "-h", "-N", "-t", "idle,mixed,allocated", "-o", "%N")
        slurm.wait_until(lambda: len(slurm.call(*up).split()) == 3, "three nodes up", 150)


def is_gone(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_four_slices_of_an_array_give_the_file_of_one_process(scan, slurm, reference):
    job = scan.submit("--slices", 4, nodes=1)
    scan.wait_for_new_chunks()
    slurm.call("scancel", "--batch", "--signal=USR1", f"{job}_2")
    os.kill(next(iter(scan.ranks().values())), signal.SIGKILL)
    slurm.wait_until(lambda: not slurm.call("squeue", "-h", "-j", job).strip(), "the array is done", 150)
    scan.assert_equals(reference)
    assert len(list(scan.run.glob("status.*-of-4.json"))) == 4


def test_mpirun_within_the_job_does_as_well(scan, slurm, reference):
    script = scan.program.run("submit", "config.toml", "--scheduler", "slurm", "--out", "RUN", "--nodes", 3,
                              "--tasks-per-node", 1, "--walltime", "10:00", "--dry-run", cwd=scan.where).stdout
    with_mpirun = re.sub(r"^launch=.*$", "launch=(mpirun)", script, flags=re.M)
    assert with_mpirun != script
    scan.run.mkdir()
    (scan.where / "job.slurm").write_text(with_mpirun)
    job = re.search(r"\d+", slurm.call("sbatch", scan.where / "job.slurm"))[0]
    scan.wait_for_new_chunks()
    slurm.call("scancel", "--batch", "--signal=USR1", job)
    slurm.wait(job, "COMPLETED")
    assert slurm.field(job, "Restarts") == "1"
    scan.assert_equals(reference)


def test_a_job_that_hangs_until_its_time_limit_goes_on_when_it_is_submitted_again(hanging_job, slurm, reference):
    hanging, job = hanging_job
    slurm.wait(job, "TIMEOUT")
    slurm.wait(hanging.submit(), "COMPLETED")
    hanging.assert_equals(reference)
