"""Chaos: a scan is disturbed at random, again and again, and must come out as if nothing had happened.

    python3 tests/mpi/chaos.py [--rounds 50] [--seed 1] [--directory /dev/shm]

Each round starts or resumes the scan with a random number of processes and does one of these to it at a random moment:
SIGKILL of rank 0, of a worker or of mpirun; SIGSTOP and, seconds later, SIGCONT of a process; a disk that fills up; a
chunk with bytes flipped or cut off. After each round every row that was committed must still be there (of damaged chunks:
in quarantine) and stand in one chunk only. In the end the merged file must equal that of one undisturbed process. Prints
what it did; exit code 0 if all held. The full disk needs root, to mount a small file system; else it is left out."""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import h5py
import numpy as np

from conftest import ROOT, Program, assert_same_rows, chunks

CONFIG = """
[parameters]
m_phi = 5e7
T_R = {{ min = 5e3, max = 5e5, scale = "log" }}
h_etau = {{ min = 0.3, max = 3.0, scale = "log" }}
theta23_deg = {{ normal = [48.8, 1.0] }}
[scan]
sampler = "lhs"
points = {points}
[output]
chunk_rows = {chunk_rows}
flush_seconds = 0.05
"""


def processes_of(run):
    """{rank: pid} of the living processes that work on a run; -1 for mpirun."""
    found = {}
    for process in pathlib.Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes()
        except (OSError, ValueError):
            continue
        if str(run).encode() not in command:
            continue
        rank = re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", environment)
        if rank:
            found[int(rank[1])] = int(process.name)
        elif command[0].endswith(b"mpirun"):
            found[-1] = int(process.name)
        elif command[0].endswith(b"mutauscan"):
            found[0] = int(process.name)
    return found


def committed_rows(run):
    """Indices in finished chunks; of one that stands in two, an AssertionError."""
    indices = [np.array([], dtype=np.uint64)]
    for chunk in chunks(run):
        with h5py.File(chunk) as file:
            indices.append(file["index"][:])
    rows = np.concatenate(indices)
    assert len(np.unique(rows)) == len(rows), "a row was committed twice"
    return set(rows.tolist())


def kill(pid, what):
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass


class Chaos:
    def __init__(self, program, where, seed):
        self.program, self.where, self.random = program, where, random.Random(seed)
        self.run = where / "disk" / "RUN"
        self.counts = collections.Counter()

    def start(self):
        ranks = self.random.choice([1, 2, 3, 4, 6])
        self.counts[f"{ranks} processes"] += 1
        process = self.program.start("scan", self.where / "config.toml", "--out", self.run, ranks=ranks)
        wanted = len(chunks(self.run)) + self.random.randrange(0, 4)
        deadline = time.time() + 60
        while len(chunks(self.run)) < wanted and process.poll() is None:
            assert time.time() < deadline, "no progress"
            time.sleep(0.002)
        time.sleep(self.random.uniform(0.0, 0.05))
        return process

    def end(self, process):
        """Whatever is left of the scan is killed, as a scheduler does; then nothing of it may be left."""
        deadline = time.time() + 30
        while process.poll() is None and time.time() < deadline:
            time.sleep(0.01)
        for _ in range(100):
            left = processes_of(self.run)
            if process.poll() is not None and not left:
                break
            for pid in left.values():
                kill(pid, signal.SIGKILL)
            if process.poll() is None:
                process.kill()
            time.sleep(0.05)
        return process.communicate()

    def kill_one(self, which):
        process = self.start()
        ranks = processes_of(self.run)
        chosen = {"rank 0": [r for r in ranks if r == 0], "a worker": [r for r in ranks if r > 0],
                  "mpirun": [r for r in ranks if r == -1]}[which] or list(ranks)
        if chosen:
            kill(ranks[self.random.choice(chosen)], signal.SIGKILL)
        self.end_of_killed(process)

    def end_of_killed(self, process):
        # mpirun takes its time to notice; after a kill of mpirun alone its ranks may go on for a while.
        time.sleep(self.random.uniform(0.0, 0.5))
        for pid in processes_of(self.run).values():
            kill(pid, signal.SIGKILL)
        self.end(process)

    def wait_for_lock(self, process):
        """A signal that comes earlier is lost: mpirun drops it."""
        deadline = time.time() + 60
        while process.poll() is None and time.time() < deadline:
            try:
                if json.loads((self.run / "lock").read_text())["pid"] == processes_of(self.run).get(0):
                    return
            except (FileNotFoundError, json.JSONDecodeError):
                pass
            time.sleep(0.01)

    def suspend_one(self):
        process = self.start()
        self.wait_for_lock(process)
        ranks = {r: p for r, p in processes_of(self.run).items() if r >= 0}
        if ranks:
            pid = self.random.choice(list(ranks.values()))
            kill(pid, signal.SIGSTOP)
            time.sleep(self.random.uniform(1.0, 3.0))
            kill(pid, signal.SIGCONT)
            time.sleep(0.3)
        if process.poll() is None:
            process.send_signal(signal.SIGUSR1)
        _, stderr = self.end(process)
        assert process.returncode in (0, 3), stderr

    def fill_disk(self):
        process = self.start()
        ballast = self.where / "disk" / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        _, stderr = self.end(process)
        assert process.returncode in (0, 4), f"exit {process.returncode}: {stderr}"  # 0: it was done before
        if process.returncode == 4:
            assert "No space left on device" in stderr and str(self.run) in stderr, stderr
        ballast.unlink()

    def damage_chunk(self):
        """Between two sessions; returns the rows that the next scan has to compute again."""
        victims = chunks(self.run)
        if not victims:
            return set()
        victim = self.random.choice(victims)
        with h5py.File(victim) as file:
            rows = set(file["index"][:].tolist())
        content = bytearray(victim.read_bytes())
        if self.random.random() < 0.5:
            content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
        else:
            del content[self.random.randrange(len(content)):]
        victim.write_bytes(content)
        found = self.program.run("verify", self.run, expect=4).stdout
        assert victim.name in found, found
        process = self.start()
        self.wait_for_lock(process)
        if process.poll() is None:
            process.send_signal(signal.SIGUSR1)
        _, stderr = self.end(process)
        assert (self.run / "quarantine" / victim.name).exists() or process.returncode not in (0, 3), stderr
        if victim.exists():  # it was ended before it had looked
            self.program.run("scan", self.where / "config.toml", "--out", self.run, "--walltime", 0.001, expect=None)
        return rows

    def round(self, faults):
        before = committed_rows(self.run) if self.run.exists() else set()
        fault = self.random.choice(faults)
        lost = set()
        if fault == "SIGSTOP":
            self.suspend_one()
        elif fault == "full disk":
            self.fill_disk()
        elif fault == "damaged chunk":
            lost = self.damage_chunk()
        else:
            self.kill_one(fault)
        self.counts[fault] += 1
        after = committed_rows(self.run) if self.run.exists() else set()
        assert before - lost <= after, f"after {fault}: {len(before - lost - after)} committed rows were lost"
        if (self.run / "manifest.json").exists():
            verified = self.program.run("verify", self.run, expect=None)
            assert verified.returncode in (0, 3) and "0 damaged" in verified.stdout, verified.stdout
        return len(after)


def chaos(program, where, rounds, points, seed, chunk_rows=200):
    """Returns what was done, as text; an AssertionError if anything was lost, doubled or changed."""
    (where / "config.toml").write_text(CONFIG.format(points=points, chunk_rows=chunk_rows))
    disk = where / "disk"
    disk.mkdir()
    size = f"size={100_000 + 3 * points}k"  # a row takes some 2 kB in files of a few hundred
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], capture_output=True)
    faults = ["rank 0", "a worker", "mpirun", "SIGSTOP", "damaged chunk"] + ["full disk"] * (mounted.returncode == 0)
    try:
        test = Chaos(program, where, seed)
        complete_after = None
        for number in range(1, rounds + 1):
            rows = test.round(faults)
            if rows == points and complete_after is None:
                complete_after = number
        program.run("scan", where / "config.toml", "--out", test.run, ranks=3)
        assert f"{points} of {points} points;" in program.run("verify", test.run).stdout
        program.run("merge", test.run, "-o", where / "chaos.h5")
        quarantined = len(list((test.run / "quarantine").glob("*"))) if (test.run / "quarantine").exists() else 0
        sessions = len(list((test.run / "sessions").glob("*.json")))
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", disk], check=True)
    program.run("scan", where / "config.toml", "--out", where / "WHOLE")
    program.run("merge", where / "WHOLE", "-o", where / "whole.h5")
    assert_same_rows(where / "chaos.h5", where / "whole.h5")
    counts = ", ".join(f"{name}: {n}" for name, n in sorted(test.counts.items()))
    complete = f"; complete after round {complete_after}" if complete_after else ""
    return (f"{rounds} rounds, {sessions} sessions, {points} rows, equal to one process bit by bit; {counts}; "
            f"{quarantined} chunks in quarantine{complete}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--points", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", help="where to work (a temporary directory)")
    options = parser.parse_args()
    built = os.environ.get("MUTAUSCAN_PROGRAM", ROOT / "build" / "release" / "mutauscan")
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        print(chaos(Program(built), pathlib.Path(directory), options.rounds, options.points, options.seed,
                    chunk_rows=500))
