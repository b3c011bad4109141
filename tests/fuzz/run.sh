#!/usr/bin/env bash
# Fuzzes the readers of configs, run directories and cards, and the physics of a point, at low priority, one process each.
#   bash tests/fuzz/run.sh [SECONDS: 600]     needs clang and libclang-rt-dev
# A find is written to build/fuzz/NAME.finds; minimise it, fix the defect, and add it to tests/fuzz/corpus/NAME, which
# the unit tests read.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-600}
cd "$root"
CC=${CC:-clang} CXX=${CXX:-clang++} cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
  -DMUTAUSCAN_BUILD_FUZZERS=ON -DMUTAUSCAN_BUILD_TESTS=OFF >/dev/null
cmake --build build/fuzz -j 2
code=0
fuzzers=()
names=(config_fuzzer physics_fuzzer run_directory_fuzzer ulysses_card_fuzzer)
for name in "${names[@]}"; do
  mkdir -p "build/fuzz/$name.corpus" "build/fuzz/$name.finds"
  # HDF5 and the JSON reader allocate what a file says: memory is bounded, leaks in libraries are none of ours.
  nice -n 19 "build/fuzz/tests/fuzz/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$name.finds/" "build/fuzz/$name.corpus" "tests/fuzz/corpus/$name" \
    >"build/fuzz/$name.log" 2>&1 &
  fuzzers+=("$!")
done
for fuzzer in "${fuzzers[@]}"; do wait "$fuzzer" || code=1; done
for name in "${names[@]}"; do
  echo "== $name"
  grep -E "^Done|^stat::(number_of_executed_units|peak_rss_mb)|ERROR|SUMMARY" "build/fuzz/$name.log" || true
done
exit "$code"
