#!/usr/bin/env bash
# From a fresh clone to a first result: installs what is missing, builds, runs the benchmark scan under mpirun,
# merges it, prints a summary, draws figures and writes a report to open in a browser. Run it again and it resumes or re-reads what is there.
#   bash jobs/quickstart.sh [RUN_DIRECTORY]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
run=${1:-$root/quickstart-run}

bash "$root/jobs/install_packages.sh"
# shellcheck source=jobs/environment.sh
. "$root/jobs/environment.sh"
python=$(find_python python)
cd "$root"
echo "== build"
cmake --preset release -DMUTAUSCAN_BUILD_TESTS=OFF -DMUTAUSCAN_PYTHON=ON >/dev/null  # tests/run.sh turns them on
cmake --build --preset release
program=$root/build/release/mutauscan

echo "== scan: jobs/benchmark.toml on 2 processes"
mpirun -n 2 "$program" scan jobs/benchmark.toml --out "$run"

echo "== check and merge"
"$program" verify "$run"
"$program" merge "$run" -o "$run/merged.h5"

echo "== summary"
export PYTHONPATH=$root/analysis
# --sign any: on the benchmark's CP branch the asymmetry has the right size and the other sign
"$python" -m mutauscan_analysis summary "$run" --sign any
"$python" -m mutauscan_analysis plot "$run/merged.h5" --sign any -o "$run/figures"
echo "== report"
"$python" -m mutauscan_analysis report "$run" --sign any -o "$run/report.html" >/dev/null
echo "run directory: $run"
echo "merged file:   $run/merged.h5"
echo "figures:       $run/figures"
echo "report:        $run/report.html   (open it in a browser: where does the model explain everything?)"
