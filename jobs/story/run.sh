#!/usr/bin/env bash
# The argument of the model, step by step: runs every config of this directory and draws its figures.
#   bash jobs/story/run.sh [OUTPUT_DIRECTORY]        (mutauscan must be built; run it again and it resumes)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-$root/story}
program=${MUTAUSCAN_PROGRAM:-$root/build/release/mutauscan}
# shellcheck source=jobs/environment.sh
. "$root/jobs/environment.sh"
python=$(find_python python)

mkdir -p "$output/runs"
for config in "$root"/jobs/story/*.toml; do
  name=$(basename "$config" .toml)
  mpirun -n 2 "$program" scan "$config" --out "$output/runs/$name"
  "$program" merge "$output/runs/$name" -o "$output/$name.h5"
done
PYTHONPATH=$root/analysis "$python" -m mutauscan_analysis story --data "$output"
