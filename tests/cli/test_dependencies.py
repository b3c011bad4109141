"""What is needed is written down once (jobs/dependencies.txt), said at once, and an installed program needs none of
the source tree."""

import os
import re
import subprocess
import sys

import pytest

from conftest import JOBS, ROOT


def table():
    """(group, name, Debian, Spack, conda-forge) of every line."""
    lines = (JOBS / "dependencies.txt").read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    assert all(len(row) == 5 for row in rows)
    return rows


def test_the_spack_environment_is_that_of_the_table():
    groups = ("tool", "library", "python", "unit", "tests", "pytest")
    wanted = [spack for group, _, _, spack, _ in table() if group in groups and spack != "-"]
    specs = re.findall(r"^    - (\S+)$", (JOBS / "spack.yaml").read_text(), re.M)
    assert sorted(specs) == sorted(wanted)


def test_all_missing_libraries_are_named_in_one_message(tmp_path):
    packages = {"Eigen": "Eigen3", "SUNDIALS": "SUNDIALS", "spdlog": "spdlog", "toml++": "tomlplusplus", "MPI": "MPI"}
    headers = ("Random123", "xxHash", "libdeflate")
    (tmp_path / "toolchain.cmake").write_text("set(CMAKE_FIND_ROOT_PATH /nowhere)\n"
                                              "set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)\n")  # hides the headers
    done = subprocess.run(["cmake", "-S", ROOT, "-B", tmp_path / "build", "-DMUTAUSCAN_BUILD_TESTS=OFF",
                           f"-DCMAKE_TOOLCHAIN_FILE={tmp_path}/toolchain.cmake",
                           *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{package}=ON" for package in packages.values())],
                          capture_output=True, text=True)
    assert done.returncode != 0 and done.stderr.count("CMake Error") == 1
    for _, name, debian, spack, conda in table():
        line = f"{name}: Debian {debian}, Spack {spack}, conda-forge {conda}"
        if name in packages or name in headers:
            assert line in done.stderr
        elif name in ("CLI11", "nlohmann-json", "Boost"):
            assert name + ":" not in done.stderr


def test_a_python_without_the_packages_is_refused_with_their_names(tmp_path):
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\nprintf "pandas scipy "\n')
    fake.chmod(0o755)
    find = f'. "{JOBS}/environment.sh" && find_python python'
    done = subprocess.run(["bash", "-c", find], env=os.environ | {"PYTHON": str(fake)}, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert f"{fake} lacks: pandas scipy" in done.stderr and "PYTHON" in done.stderr
    # One that comes first in PATH and lacks them is passed over.
    path = f"{tmp_path}:{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHON"} | {"PATH": path}
    done = subprocess.run(["bash", "-c", find], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() not in ("", str(fake))


def test_an_installed_program_needs_no_source_tree(program, tmp_path):
    build = os.path.dirname(program.path)
    if not os.path.exists(os.path.join(build, "cmake_install.cmake")):
        pytest.skip("the program under test stands in no build directory")
    prefix = tmp_path / "a prefix"
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, capture_output=True)
    installed = prefix / "bin" / "mutauscan"
    configs = prefix / "share" / "mutauscan" / "jobs"
    documents = prefix / "share" / "doc" / "mutauscan"
    for file in ("README.md", "LICENSE", "jobs/README.md", "src/physics/README.md"):
        assert (documents / file).exists()
    command = [installed, "submit", configs / "benchmark.toml", "--scheduler", "slurm", "--nodes", "2",
               "--tasks-per-node", "4", "--walltime", "1:00:00", "--dry-run"]
    if os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0:
        command = ["unshare", "-m", "--propagation", "private", "sh", "-c",
                   f'mount -t tmpfs none "{ROOT}" && exec "$@"', "sh", *command]  # the source tree is gone
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"mutauscan='{installed}'" in done.stdout and "#SBATCH --nodes=2" in done.stdout
    run = tmp_path / "run"
    (tmp_path / "small.toml").write_text('[parameters]\nT_R = { min = 1e4, max = 1e5 }\n[scan]\npoints = 5\n')
    subprocess.run([installed, "scan", tmp_path / "small.toml", "--out", run], check=True, capture_output=True)
    environment = os.environ | {"PYTHONPATH": str(prefix / "share" / "mutauscan" / "analysis")}
    shown = subprocess.run([sys.executable, "-m", "mutauscan_analysis", "summary", run], env=environment,
                           capture_output=True, text=True)
    assert shown.returncode == 0 and "5" in shown.stdout
