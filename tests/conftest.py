"""What the tests of the program share: where it is, and how to run it."""

import os
import pathlib
import subprocess
import time

import pytest

from mpi_environment import mpi_environment

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = ROOT / "jobs"
REFERENCE = ROOT / "tests" / "reference"

os.environ.update(mpi_environment())


class Program:
    """The built `mutauscan`."""

    def __init__(self, path):
        self.path = str(path)

    def command(self, *arguments, ranks=1):
        launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        return launcher + [self.path] + [str(a) for a in arguments]

    def run(self, *arguments, ranks=1, expect=0, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        done = subprocess.run(self.command(*arguments, ranks=ranks), text=True, timeout=300, **options)
        if expect is not None:
            assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *arguments, ranks=1):
        return subprocess.Popen(self.command(*arguments, ranks=ranks), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, start_new_session=True)


@pytest.fixture(scope="session")
def program():
    return Program(os.environ.get("MUTAUSCAN_PROGRAM", ROOT / "build" / "release" / "mutauscan"))


def assert_same_rows(file_a, file_b):
    """Every dataset outside telemetry equal bit for bit, NaN included."""
    import h5py

    with h5py.File(file_a) as a, h5py.File(file_b) as b:
        assert sorted(a) == sorted(b)
        for name in a:
            if name == "telemetry":
                continue
            if name == "generations":
                assert sorted(a[name]) == sorted(b[name])
                for column in a[name]:
                    assert a[name][column][:].tobytes() == b[name][column][:].tobytes(), f"{name}/{column} differs"
                continue
            assert a[name].dtype == b[name].dtype, name
            assert a[name][:].tobytes() == b[name][:].tobytes(), f"{name} differs"


def chunks(run):
    directory = run / "chunks"
    return list(directory.glob("*.h5")) if directory.exists() else []


def wait_for_chunks(run, process, more_than):
    deadline = time.time() + 60
    while len(chunks(run)) <= more_than and process.poll() is None and time.time() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "the scan ended too early: " + process.stderr.read()
