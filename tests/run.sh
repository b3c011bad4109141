#!/usr/bin/env bash
# Installs what is missing, builds and runs all tests.   bash tests/run.sh [preset: release, dev or asan]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
preset=${1:-release}
bash "$root/jobs/install_packages.sh" --tests
cd "$root"
shellcheck jobs/*.sh jobs/*/*.sh jobs/scan.slurm jobs/scan.pbs tests/*.sh tests/*/*.sh .ci/run
cmake --preset "$preset" -DMUTAUSCAN_BUILD_TESTS=ON -DMUTAUSCAN_PYTHON=ON >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset"
