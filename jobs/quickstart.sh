#!/usr/bin/env bash
# From a fresh clone to a first result: installs what is missing, builds, runs the benchmark scan under mpirun,
# merges it, prints a summary, draws figures and writes a report to open in a browser. Run it again and it resumes or re-reads what is there.
#   bash jobs/quickstart.sh [RUN_DIRECTORY]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
run=${1:-$root/quickstart-run}

bash "$root/jobs/install_packages.sh"
cd "$root"
echo "== build"
cmake --preset release -DMUTAUSCAN_BUILD_TESTS=OFF >/dev/null  # tests/run.sh turns them on
cmake --build --preset release
program=$root/build/release/mutauscan

echo "== scan: jobs/benchmark.toml on 2 processes"
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_rmaps_base_oversubscribe=1  # also on a machine with one core
mpirun -n 2 "$program" scan jobs/benchmark.toml --out "$run"

echo "== check and merge"
"$program" verify "$run"
"$program" merge "$run" -o "$run/merged.h5"

echo "== summary"
export PYTHONPATH=$root/analysis
# --sign any: on the benchmark's CP branch the asymmetry has the right size and the other sign
/usr/bin/python3 -m mutauscan_analysis summary "$run" --sign any
/usr/bin/python3 -m mutauscan_analysis plot "$run/merged.h5" --sign any -o "$run/figures"
echo "== report"
/usr/bin/python3 -m mutauscan_analysis report "$run" --sign any -o "$run/report.html" >/dev/null
echo "run directory: $run"
echo "merged file:   $run/merged.h5"
echo "figures:       $run/figures"
echo "report:        $run/report.html   (open it in a browser: where does the model explain everything?)"
