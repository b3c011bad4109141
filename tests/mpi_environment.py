"""The environment in which tests and measurements start the program on one machine: jobs/environment.sh."""

import os
import pathlib
import subprocess

_SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "jobs" / "environment.sh"


def mpi_environment():
    """os.environ, and what mpirun needs here where it is not set."""
    shown = os.fsdecode(subprocess.run(["bash", "-c", '. "$0" && env -0', _SCRIPT], capture_output=True, check=True).stdout)
    return {name: value for name, _, value in (line.partition("=") for line in shown.split("\0")) if name}
