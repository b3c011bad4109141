"""A scan's rows do not depend on how many processes compute it, nor on how often it is killed."""

import json
import os
import random
import signal
import time

import h5py
import pytest

import conftest
from conftest import JOBS, assert_same_rows

CONFIG = """
[parameters]
lambda_phi_sigma = {{ min = -1e-2, max = -1e-4, scale = "log" }}
h_etau = {{ min = 0.3, max = 3.0, scale = "log" }}
M_mutau = {{ min = 4e6, max = 2.5e7, scale = "log" }}
T_R = {{ min = 5e3, max = 5e5, scale = "log" }}
g_zp = {{ min = 3e-4, max = 2.7e-3, scale = "log" }}
theta23_deg = {{ normal = [48.8, 1.0] }}
m_phi = {m_phi}
[scan]
sampler = "{sampler}"
points = {points}
[output]
chunk_rows = {chunk_rows}
flush_seconds = 0.05
"""


POINTS = 150_000  # some seconds: none of the tests that stop a scan waits for its end


@pytest.fixture
def folder(tmp_path):
    def write(points=3000, chunk_rows=100, sampler="sobol", m_phi=1e6):
        """With its light inflaton a point ends before the Boltzmann equations: 1e4 a second, all else computed."""
        (tmp_path / "config.toml").write_text(
            CONFIG.format(points=points, chunk_rows=chunk_rows, sampler=sampler, m_phi=m_phi)
        )
        return tmp_path

    return write


def chunks(folder, run="RUN"):
    return conftest.chunks(folder / run)


def wait_for_chunks(folder, process, more_than):
    conftest.wait_for_chunks(folder / "RUN", process, more_than)


@pytest.mark.parametrize("sampler, points, m_phi", [("sobol", 120, 5e7), ("lhs", 3000, 1e6), ("random", 3000, 1e6)])
def test_any_number_of_ranks_gives_the_same_file(program, folder, sampler, points, m_phi):
    where = folder(points=points, chunk_rows=50 if points < 200 else 500, sampler=sampler, m_phi=m_phi)
    for ranks in (1, 2, 4):
        program.run("scan", "config.toml", "--out", f"RUN{ranks}", ranks=ranks, cwd=where)
        program.run("verify", f"RUN{ranks}", cwd=where)
        program.run("merge", f"RUN{ranks}", "-o", f"{ranks}.h5", cwd=where)
    assert_same_rows(where / "1.h5", where / "2.h5")
    assert_same_rows(where / "1.h5", where / "4.h5")
    with h5py.File(where / "4.h5") as f:  # every rank took part
        assert set(f["telemetry/rank"][:]) == {0, 1, 2, 3}


def files_of_blocks(run):
    """Finished files of two or more blocks that workers have encoded: their HDF5 chunks have 512 rows. Files of rows
    are one chunk."""
    found = []
    for path in conftest.chunks(run):
        with h5py.File(path) as f:
            if f["index"].chunks == (512,) and len(f["index"]) > 512:
                found.append(path)
    return found


@pytest.mark.parametrize("compression", [0, 4])
def test_blocks_that_workers_encode_give_the_same_file(program, folder, compression):
    # Enough points for full batches on ten ranks, and files that wait until they are full.
    where = folder(points=60_000, chunk_rows=1500)
    config = where / "config.toml"
    config.write_text(config.read_text().replace("flush_seconds = 0.05", f"compression = {compression}"))
    for ranks in (1, 2, 4, 10):
        run = where / f"RUN{ranks}"
        program.run("scan", "config.toml", "--out", run, ranks=ranks, cwd=where)
        assert len(files_of_blocks(run)) >= (1 if ranks > 1 else 0) and (ranks > 1 or not files_of_blocks(run))
        program.run("verify", run)
        program.run("merge", run, "-o", where / f"{ranks}.h5")
        assert_same_rows(where / "1.h5", where / f"{ranks}.h5")
    block = files_of_blocks(where / "RUN4")[0]
    with h5py.File(block) as f:
        index, worker = int(f["index"][-1]), int(f["telemetry/rank"][-1])
        stored = {name: f[name][-1] for name in ("T_R", "M1_TR", "limit_g_minus_2") if name in f}
    assert worker > 0
    again = json.loads(program.run("point", "--from", where / "RUN4", "--index", index, "--json").stdout)
    assert stored and all(value == again[name] or value != value for name, value in stored.items())
    damaged = bytearray(block.read_bytes())
    damaged[len(damaged) // 2] ^= 0x01
    block.write_bytes(damaged)
    assert block.name in program.run("verify", where / "RUN4", expect=4).stdout
    program.run("scan", "config.toml", "--out", where / "RUN4", ranks=2, cwd=where)
    program.run("merge", where / "RUN4", "-o", where / "healed.h5")
    assert_same_rows(where / "1.h5", where / "healed.h5")


def test_more_ranks_than_points_and_ten_ranks(program, folder):
    where = folder(points=3)
    program.run("scan", "config.toml", "--out", "A", ranks=4, cwd=where)
    program.run("scan", "config.toml", "--out", "B", ranks=10, cwd=where)  # rank 0 only distributes
    for run in "AB":
        program.run("merge", run, "-o", f"{run}.h5", cwd=where)
    assert_same_rows(where / "A.h5", where / "B.h5")
    with h5py.File(where / "B.h5") as f:
        assert 0 not in f["telemetry/rank"][:]


def test_survives_being_killed_again_and_again(program, folder):
    """SIGKILL of the whole job at 20 random moments, resumed each time with another number of ranks: files of rows and
    of blocks."""
    where = folder(points=60000, chunk_rows=600)
    config = where / "config.toml"  # a slow machine must not flush before there is a block
    config.write_text(config.read_text().replace("flush_seconds = 0.05", "flush_seconds = 0.5"))
    generator = random.Random(20)
    for _ in range(20):
        process = program.start("scan", where / "config.toml", "--out", where / "RUN", ranks=generator.choice([1, 2, 4]))
        wait_for_chunks(where, process, len(chunks(where)) + generator.randrange(-1, 4))
        time.sleep(generator.uniform(0.0, 0.02))
        kill_job(where, process)
        assert json.loads(program.run("status", where / "RUN", "--json").stdout)["state"] in ("killed", "starting")
        done = program.run("verify", where / "RUN", expect=None)
        assert done.returncode == 3 and "0 damaged" in done.stdout, done.stdout
    assert files_of_blocks(where / "RUN")
    program.run("scan", where / "config.toml", "--out", where / "RUN", ranks=3)
    assert "60000 of 60000" in program.run("verify", where / "RUN").stdout
    program.run("scan", where / "config.toml", "--out", where / "WHOLE")
    for run in ("RUN", "WHOLE"):
        program.run("merge", where / run, "-o", where / f"{run}.h5")
    assert_same_rows(where / "RUN.h5", where / "WHOLE.h5")


def kill_job(where, process):
    """mpirun puts its ranks into sessions of their own: kill the launcher and whoever holds the lock."""
    assert process.poll() is None, "the scan ended before it was killed: " + process.stderr.read()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    quiet_since = time.time()
    while time.time() - quiet_since < 0.2:  # an orphan that is just starting may still take the lock
        try:
            os.kill(json.loads((where / "RUN" / "lock").read_text())["pid"], signal.SIGKILL)
            quiet_since = time.time()
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.01)


@pytest.mark.parametrize("ranks", [1, 2])
@pytest.mark.parametrize("how", ["SIGUSR1", "SIGTERM", "STOP"])
def test_stops_cleanly_and_resumes(program, folder, ranks, how):
    where = folder(points=POINTS, chunk_rows=500)
    process = program.start("scan", where / "config.toml", "--out", where / "RUN", ranks=ranks)
    wait_for_chunks(where, process, 3)
    if how == "STOP":
        (where / "RUN" / "STOP").touch()
    else:
        process.send_signal(getattr(signal, how))
    stdout, stderr = process.communicate(timeout=30)
    if not (how == "SIGTERM" and ranks > 1):  # mpirun itself dies of SIGTERM: trust the run directory, not its code
        assert process.returncode == 3, stderr
    status = json.loads(program.run("status", where / "RUN", "--json").stdout)
    if how == "SIGTERM" and ranks > 1 and status["state"] == "killed":
        pytest.skip("mpirun killed its processes a second after SIGTERM, before this busy machine let them write")
    assert status["state"] == "stopped" and 0 < status["done"] < POINTS, stderr
    verified = program.run("verify", where / "RUN", expect=3).stdout
    assert f"{status['done']} of {POINTS}" in verified  # nothing that was counted is missing
    assert not (where / "RUN" / "lock").exists()
    resumed = program.run("scan", where / "config.toml", "--out", where / "RUN", ranks=3 - ranks)
    assert (where / "RUN" / "STOP").exists() == (how == "STOP")  # it is the user's
    assert f"{status['done']} of {POINTS} points are done" in resumed.stderr
    program.run("verify", where / "RUN")


def test_walltime_ends_a_scan_in_time(program, folder):
    where = folder(points=10_000_000, chunk_rows=2000)
    start = time.time()
    program.run("scan", "config.toml", "--out", "RUN", "--walltime", "3", cwd=where, expect=3)
    assert time.time() - start < 10  # it did not run to the end, which takes minutes
    status = json.loads(program.run("status", "RUN", "--json", cwd=where).stdout)
    assert 0 < status["done"] < 10_000_000


def test_a_second_scan_into_the_same_directory_is_refused(program, folder):
    where = folder(points=30000)
    process = program.start("scan", where / "config.toml", "--out", where / "RUN")
    wait_for_chunks(where, process, 1)
    second = program.run("scan", where / "config.toml", "--out", where / "RUN", expect=4)
    assert f"pid {process.pid}" in second.stderr
    assert json.loads(program.run("status", where / "RUN", "--json").stdout)["state"] == "running"
    process.terminate()
    process.communicate(timeout=30)


def test_a_changed_config_is_refused_with_the_difference(program, folder):
    where = folder(points=200)
    program.run("scan", "config.toml", "--out", "RUN", cwd=where)
    original = (where / "config.toml").read_text()
    (where / "config.toml").write_text('[model]\nregulator = "sum"\n' + original.replace("max = 3.0", "max = 3.1"))
    for ranks in (1, 2):
        refused = program.run("scan", "config.toml", "--out", "RUN", ranks=ranks, cwd=where, expect=4).stderr
        assert 'model.regulator: run has "pu", config has "sum"' in refused
        assert "parameters.h_etau.max: run has 3.0, config has 3.1" in refused
    (where / "config.toml").write_text(original.replace("chunk_rows = 100", "chunk_rows = 50"))
    program.run("scan", "config.toml", "--out", "RUN", cwd=where)  # [output] may change
    (where / "config.toml").write_text('[model]\nregulator = "sum"\n' + original)
    program.run("scan", "config.toml", "--out", "RUN", "--fresh", cwd=where)
    kept = list(where.glob("RUN.replaced-*"))
    assert len(kept) == 1
    program.run("verify", kept[0])


def test_a_flipped_byte_is_found_and_healed(program, folder):
    where = folder(points=1000)
    program.run("scan", "config.toml", "--out", "RUN", cwd=where)
    program.run("merge", "RUN", "-o", "before.h5", cwd=where)
    victim = sorted(chunks(where))[2]
    content = bytearray(victim.read_bytes())
    content[len(content) // 3] ^= 0x01
    victim.write_bytes(content)
    found = program.run("verify", "RUN", cwd=where, expect=4).stdout
    assert victim.name in found
    assert victim.name in program.run("merge", "RUN", "-o", "bad.h5", cwd=where, expect=4).stderr
    assert not (where / "bad.h5").exists()
    healed = program.run("scan", "config.toml", "--out", "RUN", ranks=2, cwd=where)
    assert victim.name in healed.stderr and (where / "RUN" / "quarantine" / victim.name).exists()
    program.run("verify", "RUN", cwd=where)
    program.run("merge", "RUN", "-o", "after.h5", cwd=where)
    assert_same_rows(where / "before.h5", where / "after.h5")


def test_point_lists_reach_every_rank(program, tmp_path):
    (tmp_path / "points.csv").write_text("T_R,M_mutau\n" + "".join(f"{1e4 + i},{1e7 + i}\n" for i in range(500)))
    (tmp_path / "config.toml").write_text('[parameters]\nm_phi = 1e6\n[scan]\nsampler = "list"\nfile = "points.csv"\n')
    program.run("scan", "config.toml", "--out", "RUN", ranks=3, cwd=tmp_path)
    program.run("merge", "RUN", "-o", "out.h5", cwd=tmp_path)
    with h5py.File(tmp_path / "out.h5") as f:
        assert list(f["T_R"][:]) == [1e4 + i for i in range(500)]
    point = json.loads(program.run("point", "--from", "RUN", "--index", 7, "--json", cwd=tmp_path).stdout)
    assert point["M_mutau"] == 1e7 + 7
    (tmp_path / "points.csv").write_text("T_R,M_mutau\n1e4,1e7\n")
    assert "raised, not lowered" in program.run("scan", "config.toml", "--out", "RUN", cwd=tmp_path, expect=4).stderr
    (tmp_path / "points.csv").write_text("T_R,M_mutau\n" + "".join(f"{2e4 + i},{1e7 + i}\n" for i in range(500)))
    assert "file_hash" in program.run("scan", "config.toml", "--out", "RUN", cwd=tmp_path, expect=4).stderr


def test_a_directory_that_cannot_be_written_is_exit_4(program, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for ranks in (1, 2):
        done = program.run("scan", JOBS / "benchmark.toml", "--out", tmp_path / "file" / "RUN", ranks=ranks, expect=4)
        assert str(tmp_path / "file") in done.stderr


def test_any_number_of_collectors_gives_the_same_file(program, folder):
    where = folder(points=3000, chunk_rows=200, sampler="lhs")
    program.run("scan", "config.toml", "--out", "WHOLE", cwd=where)
    program.run("merge", "WHOLE", "-o", "whole.h5", cwd=where)
    program.run("scan", "config.toml", "--out", "NODE", "--collectors", "node", ranks=3, cwd=where)
    assert not list((where / "NODE").glob("status.*-of-*"))  # all processes are on this machine
    program.run("scan", "config.toml", "--out", "RUN", "--collectors", 3, ranks=6, cwd=where)
    for slice in (1, 2, 3):
        status = json.loads((where / "RUN" / f"status.{slice}-of-3.json").read_text())
        assert status["state"] == "complete" and status["ranks"] == 2 and status["total"] == 1000
    for run in ("NODE", "RUN"):
        program.run("merge", run, "-o", f"{run}.h5", cwd=where)
        assert_same_rows(where / "whole.h5", where / f"{run}.h5")


def test_collectors_stop_together_and_another_number_resumes(program, folder):
    where = folder(points=400_000, chunk_rows=500, sampler="lhs")
    process = program.start("scan", where / "config.toml", "--out", where / "RUN", "--collectors", 2, ranks=4)
    wait_for_chunks(where, process, 3)
    (where / "RUN" / "STOP").touch()
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 3, stderr
    states = [json.loads((where / "RUN" / f"status.{i}-of-2.json").read_text()) for i in (1, 2)]
    assert all(s["state"] == "stopped" and 0 < s["done"] < s["total"] for s in states)
    program.run("scan", "config.toml", "--out", "RUN", "--collectors", 3, ranks=3, cwd=where)
    program.run("scan", "config.toml", "--out", "WHOLE", ranks=2, cwd=where)
    for run in ("RUN", "WHOLE"):
        program.run("merge", run, "-o", f"{run}.h5", cwd=where)
    assert_same_rows(where / "RUN.h5", where / "WHOLE.h5")


@pytest.mark.parametrize("collectors", ["0", "3", "2x", "nodes"])
def test_collectors_that_processes_cannot_form_are_refused(program, folder, collectors):
    done = program.run("scan", "config.toml", "--out", "RUN", "--collectors", collectors, ranks=2, cwd=folder(), expect=2)
    assert "--collectors" in done.stderr and "from 1 to that of processes, 2" in done.stderr
