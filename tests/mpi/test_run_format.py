"""Runs that other programs began, stops by file, and scans that are extended."""

import ctypes
import ctypes.util
import json
import shutil
import signal
import time

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from conftest import assert_same_rows, chunks, wait_for_chunks

FAST = '[parameters]\nm_phi = 1e6\nT_R = {{ min = 5e3, max = 5e5, scale = "log" }}\n' \
       '[scan]\nsampler = "{sampler}"\npoints = {points}\nseed = 7\n[output]\nchunk_rows = {rows}\nflush_seconds = 0.05\n'


def write_config(where, points=600, sampler="sobol", rows=150):
    (where / "config.toml").write_text(FAST.format(points=points, sampler=sampler, rows=rows))
    return where / "config.toml"


def xxh3(data):
    library = ctypes.CDLL(ctypes.util.find_library("xxhash"))
    library.XXH3_64bits.restype = ctypes.c_uint64
    return f"{library.XXH3_64bits(ctypes.c_char_p(data), ctypes.c_size_t(len(data))):016x}"


def signatures(file):
    names = [n for n in file if n != "telemetry"] + [f"telemetry/{n}" for n in file["telemetry"]]
    return {n: f"{n}:{file[n].dtype.name}:{file[n].attrs['units'].decode()}" for n in names}


def as_by_older_program(path, without, program="0.0.9", keeps_layout=True):
    """The chunk as a program would have written it that did not know some columns."""
    with h5py.File(path, "r+") as file:
        for name in without:
            del file[name]
        lines = "".join(f"{line}\n" for line in sorted(signatures(file).values()))
        del file.attrs["layout_hash"], file.attrs["made_by"]
        if keeps_layout:
            for name, value in (("layout_hash", xxh3(lines.encode())), ("made_by", f"mutauscan {program} (0ld)")):
                file.attrs.create(name, np.bytes_(value))
        else:  # from before columns and programs were noted
            for name, value in (("program", f"mutauscan {program}"), ("git_hash", "0ld")):
                file.attrs.create(name, np.bytes_(value))
    return renamed(path)


def renamed(path):
    """To what its name has to be for its content."""
    target = path.with_name(path.stem[:-16] + xxh3(path.read_bytes()) + ".h5")
    path.rename(target)
    return target


def edit_manifest(run, change):
    manifest = json.loads((run / "manifest.json").read_text())
    change(manifest)
    (run / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def run(program, tmp_path):
    """A complete run of four chunks, and what it merges to."""
    program.run("scan", write_config(tmp_path), "--out", tmp_path / "RUN")
    program.run("merge", tmp_path / "RUN", "-o", tmp_path / "before.h5")
    return tmp_path / "RUN"


def limits_of(run):
    with h5py.File(chunks(run)[0]) as file:
        return [next(n for n in file if n.startswith("limit_")), "loglike_total", "allowed"]


@pytest.mark.parametrize("of_chunks", [1, 4])
def test_a_limit_that_is_added_later_harms_no_run(program, run, of_chunks):
    where, lost = run.parent, limits_of(run)
    victims = [as_by_older_program(path, lost) for path in sorted(chunks(run))[:of_chunks]]
    edit_manifest(run, lambda m: m.update(assessed_columns=[c for c in m["assessed_columns"] if c.split(":")[0] not in lost]))
    noted = program.run("verify", run).stdout
    assert "0 damaged; 600 of 600" in noted and f"{of_chunks} chunks lack limits or likelihoods" in noted
    program.run("scan", where / "config.toml", "--out", run, ranks=2)  # complete: nothing is computed again
    assert set(victims) <= set(chunks(run))
    merged = program.run("merge", run, "-o", where / "after.h5").stderr
    assert all(name in merged for name in lost)
    assert_same_rows(where / "before.h5", where / "after.h5")
    program.run("rescore", run, "-o", where / "rescored.h5")
    assert_same_rows(where / "before.h5", where / "rescored.h5")
    with h5py.File(victims[0]) as file:
        index = int(file["index"][3])
    program.run("point", "--from", run, "--index", index)  # equal in all that is stored
    scan = analysis.open(run)
    assert len(scan) == 600 and "T_R" in scan and lost[0] not in scan
    if of_chunks == 1:
        with pytest.raises(analysis.ScanError, match="mutauscan merge"):
            scan[lost[0]]


def test_a_chunk_that_has_lost_a_column_is_found_and_healed(program, run):
    where, victim = run.parent, sorted(chunks(run))[1]
    with h5py.File(victim, "r+") as file:
        del file["h_bb"]
    victim = renamed(victim)
    found = program.run("verify", run, expect=4).stdout
    assert victim.name in found and "lacks the column h_bb:float64:1" in found and "made by mutauscan" in found
    refused = program.run("merge", run, "-o", where / "after.h5", expect=4).stderr
    assert victim.name in refused and "h_bb" in refused and "made by mutauscan" in refused
    program.run("scan", where / "config.toml", "--out", run)
    assert (run / "quarantine" / victim.name).exists()
    program.run("merge", run, "-o", where / "after.h5")
    assert_same_rows(where / "before.h5", where / "after.h5")


@pytest.mark.parametrize("change", ["rows", "type"])
def test_a_column_of_wrong_extent_or_type_is_damage(program, run, change):
    victim = sorted(chunks(run))[0]
    with h5py.File(victim, "r+") as file:
        values, attributes = file["h_bb"][:], dict(file["h_bb"].attrs)
        del file["h_bb"]
        file["h_bb"] = values[:-1] if change == "rows" else values.astype("f4")
        for name, value in attributes.items():
            file["h_bb"].attrs.create(name, np.bytes_(value))
    victim = renamed(victim)
    found = program.run("verify", run, expect=4).stdout
    assert victim.name in found and "h_bb" in found


@pytest.mark.parametrize("noted", [True, False])
def test_a_run_of_a_program_with_other_columns_is_refused_and_stays_readable(program, run, noted):
    where, lost = run.parent, ["h_bb"]
    for path in chunks(run):
        as_by_older_program(path, lost, keeps_layout=noted)

    def older(manifest):
        manifest["created_by"] |= {"version": "0.0.9", "git_hash": "0ld"}
        if noted:
            manifest["columns"] = [c for c in manifest["columns"] if c.split(":")[0] not in lost]
        else:
            for key in ("columns", "assessed_columns", "layout_hash"):
                del manifest[key]

    edit_manifest(run, older)
    program.run("verify", run)
    assert json.loads(program.run("status", run, "--json").stdout)["done"] == 600
    for options in ((), ("--accept-program",)):
        refused = program.run("scan", where / "config.toml", "--out", run, *options, expect=4).stderr
        if noted or options:
            assert "h_bb:float64:1" in refused
        assert "mutauscan 0.0.9 (0ld)" in refused and "hint" in refused and "--fresh" in refused
    merged = program.run("merge", run, "-o", where / "after.h5").stderr
    assert "not in the file" in merged and "h_bb" in merged
    with h5py.File(where / "before.h5") as before, h5py.File(where / "after.h5") as after:
        assert set(before) - set(after) == {"h_bb"}
        assert before["Y_B"][:].tobytes() == after["Y_B"][:].tobytes()
        assert after.attrs["made_by"] == b"mutauscan 0.0.9 (0ld)"
    program.run("rescore", where / "after.h5", "--set", "model.g_minus_2=2021/WP20", "-o", where / "again.h5")
    program.run("point", "--from", where / "after.h5", "--index", 5)


def test_chunks_that_differ_in_what_was_solved_cannot_be_merged(program, run):
    victim = as_by_older_program(sorted(chunks(run))[2], ["h_bb"], keeps_layout=False)
    edit_manifest(run, lambda m: [m.pop(key) for key in ("columns", "assessed_columns", "layout_hash")])
    refused = program.run("merge", run, "-o", run.parent / "after.h5", expect=4).stderr
    assert victim.name in refused and "h_bb" in refused and "mutauscan 0.0.9 (0ld)" in refused


FORMER_NAMES = {"solver_steps": "cvode_steps", "solver_calls": "cvode_rhs", "solver_flag": "cvode_flag"}


def under_former_names(path):
    """The chunk as a program wrote it whose columns had the names of before."""
    with h5py.File(path, "r+") as file:
        for now, before in FORMER_NAMES.items():
            file.move(f"telemetry/{now}", f"telemetry/{before}")
    return as_by_older_program(path, [])


def test_a_run_with_columns_under_former_names_is_resumed_merged_and_rescored(program, run):
    where = run.parent

    def older(manifest):
        for now, before in FORMER_NAMES.items():
            manifest["columns"] = [c.replace(f"telemetry/{now}:", f"telemetry/{before}:") for c in manifest["columns"]]
        manifest["created_by"] |= {"version": "0.0.9", "git_hash": "0ld"}

    edit_manifest(run, older)
    first, *others = sorted(chunks(run))
    old = [under_former_names(path) for path in others]
    with h5py.File(old[0]) as file:
        assert set(FORMER_NAMES.values()) < set(file["telemetry"])
        index, steps = int(file["index"][3]), file["telemetry/cvode_steps"][3]
    first.unlink()
    assert "0 damaged; 450 of 600" in program.run("verify", run, expect=3).stdout
    for session in (run / "sessions").iterdir():
        session.unlink()
    program.run("scan", where / "config.toml", "--out", run, "--accept-program")
    assert set(old) < set(chunks(run)) and not (run / "quarantine").exists()
    program.run("point", "--from", run, "--index", index)
    program.run("merge", run, "-o", where / "after.h5")
    program.run("rescore", run, "-o", where / "rescored.h5")
    for result in ("after.h5", "rescored.h5"):
        assert_same_rows(where / "before.h5", where / result)
        with h5py.File(where / "before.h5") as before, h5py.File(where / result) as after:
            assert after["telemetry/solver_steps"][index] == steps
            assert set(after["telemetry"]) == set(before["telemetry"])
            for name in FORMER_NAMES:
                assert (before[f"telemetry/{name}"][:] == after[f"telemetry/{name}"][:]).all(), name
    scan = analysis.open(run)
    assert len(scan) == 600 and scan["telemetry/wall_s"].sum() > 0


def test_a_merged_file_with_columns_under_former_names_is_rescored_and_replayed(program, run):
    where = run.parent
    old = where / "old-0123456789abcdef.h5"
    shutil.copy(where / "before.h5", old)
    old = under_former_names(old)
    program.run("rescore", old, "-o", where / "rescored.h5")
    assert_same_rows(where / "before.h5", where / "rescored.h5")
    with h5py.File(where / "rescored.h5") as file:
        assert set(FORMER_NAMES) < set(file["telemetry"])
    program.run("point", "--from", old, "--index", 5)
    assert len(analysis.open(old)) == 600


def test_another_program_has_to_be_accepted_once(program, run):
    where = run.parent
    for session in (run / "sessions").iterdir():
        session.unlink()
    edit_manifest(run, lambda m: m["created_by"].update(git_hash="another"))
    for ranks in (1, 2):
        refused = program.run("scan", where / "config.toml", "--out", run, ranks=ranks, expect=4).stderr
        assert "(another)" in refused and "--accept-program" in refused
    assert not list((run / "sessions").glob("*.json"))
    program.run("scan", where / "config.toml", "--out", run, "--accept-program")
    program.run("scan", where / "config.toml", "--out", run)  # a requeued job need not be told again


def test_another_kind_of_machine_is_warned_of(program, run):
    edit_manifest(run, lambda m: m["created_by"].update(cpu_features="sse9", libm="glibc 1.0"))
    warned = program.run("scan", run.parent / "config.toml", "--out", run).stderr
    assert "sse9" in warned and "glibc 1.0" in warned
    session = json.loads(max((run / "sessions").glob("*.json")).read_text())
    assert session["cpu_features"] and session["libm"].startswith("glibc")


# --- RUN/STOP


@pytest.mark.parametrize("how", ["one", "slices", "collectors"])
def test_a_stop_file_stops_what_runs_and_nothing_that_starts_later(program, tmp_path, how):
    config, run = write_config(tmp_path, points=150_000, rows=500), tmp_path / "RUN"

    def start():
        if how == "slices":
            return [program.start("scan", config, "--out", run, "--slice", f"{k}/2") for k in (1, 2)]
        extra = ("--collectors", 2) if how == "collectors" else ()
        return [program.start("scan", config, "--out", run, *extra, ranks=4 if extra else 1)]

    for _ in range(2):
        known = len(chunks(run))
        processes = start()
        for process in processes:
            wait_for_chunks(run, process, known + 1)
        (run / "STOP").touch()
        for process in processes:
            _, stderr = process.communicate(timeout=60)
            assert process.returncode == 3, stderr
            assert "told to by" in stderr
        assert (run / "STOP").exists()  # it is the user's
    for process in start():  # no help: the file is still there
        _, stderr = process.communicate(timeout=300)
        assert process.returncode == 0, stderr
    program.run("verify", run)


# --- extending


@pytest.mark.parametrize("sampler, ranks", [("random", 1), ("sobol", 2), ("sobol", 4)])
def test_an_extended_scan_equals_the_longer_one(program, tmp_path, sampler, ranks):
    run = tmp_path / "RUN"
    program.run("scan", write_config(tmp_path, 400, sampler), "--out", run)
    kept = set(chunks(run))
    config = write_config(tmp_path, 1000, sampler)
    extended = program.run("scan", config, "--out", run, ranks=ranks).stderr
    assert "extending" in extended and "from 400 to 1000 points" in extended
    assert kept <= set(chunks(run))
    assert "1000 of 1000 points;" in program.run("verify", run).stdout
    assert json.loads(program.run("status", run, "--json").stdout)["total"] == 1000
    program.run("merge", run, "-o", tmp_path / "extended.h5")
    program.run("scan", config, "--out", tmp_path / "LONG", ranks=ranks)
    program.run("merge", tmp_path / "LONG", "-o", tmp_path / "long.h5")
    assert_same_rows(tmp_path / "extended.h5", tmp_path / "long.h5")
    scan = analysis.open(run)
    assert len(scan) == scan.points == 1000 and scan["index"].tolist() == list(range(1000))
    index = json.loads(program.run("point", "--from", run, "--index", 3, "--json").stdout)["index"]
    assert index == 3  # of a chunk from before
    refused = program.run("scan", write_config(tmp_path, 500, sampler), "--out", run, expect=4).stderr
    assert "run has 1000, config has 500: points can be raised, not lowered" in refused


def test_a_list_may_grow_at_its_end(program, tmp_path):
    rows = [f"{1e4 + i},{1e7 + i}" for i in range(90)]
    (tmp_path / "config.toml").write_text('[parameters]\nm_phi = 1e6\n[scan]\nsampler = "list"\nfile = "points.csv"\n')

    def scan(lines, expect=0):
        (tmp_path / "points.csv").write_text("\n".join(["T_R,M_mutau", *lines]))
        return program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN", expect=expect).stderr

    scan(rows[:50])  # its last line does not end
    assert "from 50 to 90" in scan(rows)
    program.run("merge", tmp_path / "RUN", "-o", tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["T_R"][:].tolist() == [1e4 + i for i in range(90)]
    assert "does not begin with that of the run" in scan(["1e4,2e7", *rows], expect=4)
    assert "not lowered" in scan(rows[:60], expect=4)
    assert "file_hash" in scan([*rows[:-1], "1e4,2e7"], expect=4)


@pytest.mark.parametrize("sampler", ["lhs", "grid"])
def test_latin_hypercubes_and_grids_cannot_be_extended(program, tmp_path, sampler):
    def write(points):
        text = FAST.format(points=points, sampler=sampler, rows=100)
        if sampler == "grid":
            text = text.replace(f"points = {points}\n", "").replace(' scale = "log"', f' scale = "log", n = {points}')
        (tmp_path / "config.toml").write_text(text)

    write(50)
    program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN")
    write(60)
    refused = program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN", expect=4).stderr
    assert "cannot be extended" in refused and "run has 50, config has 60" in refused


def test_what_changes_no_row_may_change(program, tmp_path):
    (tmp_path / "config.toml").write_text('[parameters]\nm_phi = 1e6\nT_R = { min = 5e3, max = 5e5, n = 40 }\n'
                                          '[scan]\nsampler = "grid"\n')
    program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN")
    with open(tmp_path / "config.toml", "a") as file:
        file.write("seed = 99\n[output]\nchunk_rows = 7\ncompression = 1\nflush_seconds = 3.0\n")
    program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN")


def test_slices_extend_together_and_no_scan_of_fewer_points_may_run(program, tmp_path):
    run = tmp_path / "RUN"
    for k in (1, 2):
        program.run("scan", write_config(tmp_path, 3000, "random"), "--out", run, "--slice", f"{k}/2")
    config = write_config(tmp_path, 40_000, "random", rows=500)
    shutil.copy(config, tmp_path / "longer.toml")
    slices = [program.start("scan", tmp_path / "longer.toml", "--out", run, "--slice", f"{k}/2") for k in (1, 2)]
    wait_for_chunks(run, slices[0], len(chunks(run)))
    other = write_config(tmp_path, 50_000, "random")
    assert "is in use by a scan of 40000 points" in \
        program.run("scan", other, "--out", run, "--slice", "3/3", expect=4).stderr
    for process in slices:
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
    status = json.loads(program.run("status", run, "--json").stdout)
    assert status["state"] == "complete" and status["done"] == 40_000
    program.run("merge", run, "-o", tmp_path / "extended.h5")
    program.run("scan", tmp_path / "longer.toml", "--out", tmp_path / "LONG")
    program.run("merge", tmp_path / "LONG", "-o", tmp_path / "long.h5")
    assert_same_rows(tmp_path / "extended.h5", tmp_path / "long.h5")


def test_a_killed_extension_is_resumed(program, tmp_path):
    run = tmp_path / "RUN"
    program.run("scan", write_config(tmp_path, 2000, rows=500), "--out", run)
    config = write_config(tmp_path, 120_000, rows=500)
    for ranks in (1, 3):
        process = program.start("scan", config, "--out", run, ranks=ranks)
        wait_for_chunks(run, process, len(chunks(run)) + 2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        while json.loads(program.run("status", run, "--json").stdout)["state"] in ("running", "starting"):
            time.sleep(0.1)  # of mpirun's processes
    killed = program.run("status", run).stdout
    verified = program.run("verify", run, expect=3).stdout
    if ": killed, " in killed:  # what it counts is in files
        assert killed.split(": killed, ")[1].split(" points")[0] in verified and "safe in files" in killed
    program.run("scan", config, "--out", run, ranks=2)
    program.run("merge", run, "-o", tmp_path / "extended.h5")
    program.run("scan", config, "--out", tmp_path / "LONG", ranks=4)
    program.run("merge", tmp_path / "LONG", "-o", tmp_path / "long.h5")
    assert_same_rows(tmp_path / "extended.h5", tmp_path / "long.h5")


# --- what status and others say


def test_a_slice_of_a_complete_run_leaves_it_complete(program, run):
    program.run("scan", run.parent / "config.toml", "--out", run, "--slice", "1/2")
    state = json.loads(program.run("status", run, "--json").stdout)
    assert state["state"] == "complete" and state["done"] == 600


def test_nothing_to_do_keeps_the_throughput(program, run):
    before = json.loads(program.run("status", run, "--json").stdout)
    program.run("scan", run.parent / "config.toml", "--out", run)
    after = json.loads(program.run("status", run, "--json").stdout)
    assert after["points_per_second"] == before["points_per_second"] > 0


def test_a_run_without_a_report_is_counted_in_its_files(program, run):
    (run / "status.json").unlink()
    state = json.loads(program.run("status", run, "--json").stdout)
    assert state["state"] == "complete" and state["done"] == 600 and sum(state["by_status"].values()) == 600


def test_a_scan_of_many_planned_points_can_be_looked_at(program, tmp_path):
    config = write_config(tmp_path, 10**15, "random")
    program.run("scan", config, "--out", tmp_path / "RUN", "--walltime", 1, expect=3)
    program.run("status", tmp_path / "RUN")
    program.run("verify", tmp_path / "RUN", expect=3)
    program.run("merge", tmp_path / "RUN", "-o", tmp_path / "part.h5", "--partial")
    scan = analysis.open(tmp_path / "RUN")
    assert scan.points == 10**15 and 0 < len(scan) == len(analysis.open(tmp_path / "part.h5"))
    program.run("submit", config, "--scheduler", "slurm", "--nodes", 1, "--walltime", "1:00:00", "--dry-run")


@pytest.mark.parametrize("values, ok", [(9000, False), (3000, True)])
def test_check_knows_whether_the_config_fits_into_a_file(program, tmp_path, values, ok):
    (tmp_path / "config.toml").write_text("[parameters]\nm_phi = 1e6\nT_R = { values = [" +
                                          ",".join(str(10000 + i) for i in range(values)) + '] }\n[scan]\nsampler = "grid"\n')
    checked = program.run("check", tmp_path / "config.toml", expect=0 if ok else 2)
    program.run("scan", tmp_path / "config.toml", "--out", tmp_path / "RUN", expect=0 if ok else 2)
    assert ok or "kB" in checked.stderr


def test_a_rescore_that_fails_leaves_nothing(program, run, tmp_path):
    (tmp_path / "out.h5").mkdir()  # cannot be replaced by a file
    program.run("rescore", run, "-o", tmp_path / "out.h5", expect=None)
    assert not list(tmp_path.glob("*.merged*")) and not list(tmp_path.glob("*.part"))
