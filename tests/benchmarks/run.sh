#!/usr/bin/env bash
# Builds and runs the benchmarks: a table on the screen, and numbers with build and CPU in a JSON file.
#   bash tests/benchmarks/run.sh [benchmarks.json] [--quick]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-benchmarks.json}
bash "$root/jobs/install_packages.sh" --benchmarks
# shellcheck source=jobs/environment.sh
. "$root/jobs/environment.sh"
python=$(find_python python)
cmake -S "$root" --preset release -DMUTAUSCAN_BUILD_BENCHMARKS=ON >/dev/null
cmake --build "$root/build/release" --target bench
"$python" "$root/tests/benchmarks/measure.py" "$root/build/release" "$output" "${@:2}"
