#!/usr/bin/env bash
# The argument of the model, step by step: runs every config of this directory and draws its figures.
#   bash jobs/story/run.sh [OUTPUT_DIRECTORY]        (mutauscan must be built; run it again and it resumes)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-$root/story}
program=${MUTAUSCAN_PROGRAM:-$root/build/release/mutauscan}
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_rmaps_base_oversubscribe=1  # also on a machine with one core

mkdir -p "$output/runs"
for config in "$root"/jobs/story/*.toml; do
  name=$(basename "$config" .toml)
  mpirun -n 2 "$program" scan "$config" --out "$output/runs/$name"
  "$program" merge "$output/runs/$name" -o "$output/$name.h5"
done
PYTHONPATH=$root/analysis /usr/bin/python3 -m mutauscan_analysis story --data "$output"
