#!/usr/bin/env bash
# From a fresh clone to a first result: installs what is missing, builds, runs the benchmark scan under mpirun,
# merges it, draws figures, writes a report to open in a browser, says what was found and what to type next, and looks for
# the best fit. Run it again and it resumes or re-reads what is there.
#   bash jobs/quickstart.sh [--install] [RUN_DIRECTORY]
# --install: puts the program, the Python packages and shell completion into ~/.local (or $PREFIX), too.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
install=no
if [ "${1:-}" = --install ]; then
  install=yes
  shift
fi
run=${1:-$root/quickstart-run}

bash "$root/jobs/install_packages.sh"
# shellcheck source=jobs/environment.sh
. "$root/jobs/environment.sh"
python=$(find_python python)
cd "$root"
log=$root/build/quickstart.log
mkdir -p "$root/build"

# One line that counts, in a terminal; the compiler's output goes into the log.
progress() {
  local line
  while IFS= read -r line; do
    if [ -t 1 ] && [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      printf '\r   %s of %s' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

echo "== build (output: $log; a few minutes the first time)"
build() {
  cmake --preset release -DMUTAUSCAN_BUILD_TESTS=OFF -DMUTAUSCAN_PYTHON=ON && # tests/run.sh turns them on
    cmake --build --preset release
}
if ! build 2>&1 | tee "$log" | progress; then
  tail -40 "$log"
  echo "the build failed; its output is $log" >&2
  exit 1
fi
program=$root/build/release/mutauscan
if [ "$install" = yes ]; then
  prefix=${PREFIX:-$HOME/.local}
  echo "== install to $prefix"
  cmake --install build/release --prefix "$prefix" >>"$log"
  mkdir -p "$prefix/share/bash-completion/completions" "$("$python" -m site --user-site)"
  "$program" completion bash >"$prefix/share/bash-completion/completions/mutauscan"
  echo "$prefix/share/mutauscan/analysis" >"$("$python" -m site --user-site)/mutauscan.pth" # so that Python finds it
fi

echo "== scan: jobs/benchmark.toml on 2 processes"
mpirun -n 2 "$program" scan jobs/benchmark.toml --out "$run"

echo "== verify and merge"
"$program" verify "$run"
"$program" merge "$run" -o "$run/merged.h5"

# --sign any: on the benchmark's CP branch the asymmetry has the right size and the other sign
echo "== figures and report"
export PYTHONPATH=$root/build/release/python
"$python" -m mutauscan_analysis plot "$run/merged.h5" --sign any -o "$run/figures" >/dev/null
"$python" -m mutauscan_analysis report "$run" --sign any -o "$run/report.html" >/dev/null

echo "== summary"
"$python" -m mutauscan_analysis summary "$run" --sign any

# The phase of <sigma2> in the early Universe and the oscillation parameters are free here: that turns the sign of Y_B
echo "== best fit: jobs/best_fit.toml on 2 processes"
mpirun -n 2 "$program" scan jobs/best_fit.toml --out "$run-best-fit"
"$program" status "$run-best-fit"
best=$("$program" status "$run-best-fit" --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["adaptive"]["best_fit_index"])')
"$program" point --from "$run-best-fit" --index "$best" | grep -E '^(delta_a_mu|Y_B|M1_TR|allowed|explains_all) '
echo "run directory: $run"
echo "merged file:   $run/merged.h5"
echo "figures:       $run/figures"
echo "best fit:      $run-best-fit"
echo "report:        $run/report.html   (open it in a browser: where does the model explain everything?)"
