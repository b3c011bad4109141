#!/usr/bin/env bash
# The program on bare Debian roots: makes them with mmdebstrap, clones the last commit into them, runs the two commands of
# the README, then builds with clang, with MPICH and with -march=native and runs the unit tests and the benchmark's
# scan of each. Prints a table, and whether the merged files are the same.
#   bash tests/platforms.sh [--only bookworm|trixie] [--quick] [--roots DIRECTORY: /var/tmp/mutauscan-platforms]
# --quick: build with assertions and warnings as errors, unit tests, a scan on 1 and on 3 processes; nothing else.
# DIRECTORY keeps bare roots and Debian packages for the next time. Exit code 77: it cannot be tried here.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
suites=(bookworm trixie) quick=no store=/var/tmp/mutauscan-platforms
while [ $# -gt 0 ]; do
  case $1 in
    --only) suites=("$2") && shift ;;
    --quick) quick=yes ;;
    --roots) store=$2 && shift ;;
    *)
      echo "usage: platforms.sh [--only bookworm|trixie] [--quick] [--roots DIRECTORY]" >&2
      exit 2
      ;;
  esac
  shift
done
cannot() {
  echo "platforms.sh: cannot be tried here: $1" >&2
  exit 77
}
[ "$(id -u)" = 0 ] || cannot "chroot and mounts need root"
command -v mmdebstrap >/dev/null || cannot "mmdebstrap is not installed"
unshare -m true 2>/dev/null || cannot "unshare -m is not allowed"
# shellcheck source=jobs/environment.sh
. "$root/jobs/environment.sh"
python=$(find_python python)

mkdir -p "$store"
work=$(mktemp -d "$store/work.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck disable=SC2016  # apt-get expands it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 '/debian/*$') ||
  mirror=http://deb.debian.org/debian
failures=0
row() { printf '%-9s %-34s %6s %5s  %s\n' "$@" | tee -a "$work/table"; }

make_root() {
  local suite=$1 bare=$store/$1.tar
  if [ ! -s "$bare" ]; then
    echo "== $suite: bare root from $mirror"
    mmdebstrap --quiet --variant=minbase --include=git,ca-certificates --dpkgopt=force-unsafe-io \
      "$suite" "$work/$suite.tar" "deb $mirror $suite main" || cannot "mmdebstrap $suite failed"
    mv "$work/$suite.tar" "$bare"
  fi
  mkdir -p "$work/$suite" "$store/$suite-packages/partial"
  tar -C "$work/$suite" -xf "$bare"
  cp -L /etc/resolv.conf "$work/$suite/etc/resolv.conf"
  git -c safe.directory='*' clone -q --no-local "$root" "$work/$suite/root/mutauscan"
}

# in_root SUITE COMMAND: bash runs it in the clone. Its network, and so Slurm's port, is that of the host.
# shellcheck disable=SC2016  # the inner shell expands it
in_root() {
  unshare -m --propagation private bash -c '
    set -e
    for part in proc dev sys; do mount --rbind "/$part" "$1/$part"; done
    mount --bind "$2" "$1/var/cache/apt/archives"
    exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 SLURM_TEST_PORT=28917 \
      chroot "$1" bash -c "cd /root/mutauscan && set -e && $3"' \
    sh "$work/$1" "$store/$1-packages" "$2"
}

# step SUITE NAME COMMAND: runs it in the root and notes time, exit code, and what the tests say of themselves.
step() {
  local suite=$1 name=$2 code=0 counts log=$work/log
  SECONDS=0
  in_root "$suite" "$3" >"$log" 2>&1 || code=$?
  counts=$(grep -E 'tests passed, |\[  (PASSED|FAILED)  \] [0-9]+ test|points/s' "$log" | tail -n 2 | paste -sd' ' | cut -c1-110) || true
  row "$suite" "$name" "${SECONDS}s" "$code" "$counts"
  if [ "$code" != 0 ]; then
    failures=$((failures + 1))
    tail -n 40 "$log"
    cp "$log" "$store/failed-$suite.log"
  fi
}

# same NAME A B [may differ]: compares two merged files of the roots.
same() {
  local code=0 text
  text=$("$python" "$root/tests/compare_merged.py" "$work/$2" "$work/$3" 2>&1) || code=$?
  row "" "$1" "" "$code" "$(head -n 1 <<<"$text")"
  if [ "$code" != 0 ]; then
    tail -n +2 <<<"$text"
    [ "${4:-}" = "may differ" ] || failures=$((failures + 1))
  fi
}

build="cmake --build \$dir --target unit_tests mutauscan && for tests in \$dir/tests/*_tests; do \$tests --gtest_brief=1; done"
scan=". jobs/environment.sh && scan() { \$2 \$dir/mutauscan scan jobs/benchmark.toml --out /root/\$1 &&
  \$dir/mutauscan merge /root/\$1 -o /root/\$1.h5; }"

for suite in "${suites[@]}"; do
  make_root "$suite"
  if [ "$quick" = yes ]; then
    in_root "$suite" "apt-get update -qq" >/dev/null 2>&1 || cannot "the root's apt-get update failed"
    step "$suite" packages "bash jobs/install_packages.sh --unit-tests"
    step "$suite" "build, unit tests" "dir=build/release-audit && cmake --preset release-audit \
      -DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DMUTAUSCAN_PYTHON=ON && $build && cmake --build \$dir --target mutauscan_python"
    step "$suite" "scan, 1 and 3 processes" "dir=build/release-audit && $scan && scan one '' && scan three 'mpirun -n 3'"
    same "$suite: 1 and 3 processes" "$suite/root/one.h5" "$suite/root/three.h5"
    continue
  fi
  step "$suite" "jobs/quickstart.sh" "bash jobs/quickstart.sh /root/quickstart"
  mv "$work/$suite/root/quickstart/merged.h5" "$work/$suite.h5" || true
  step "$suite" "tests/run.sh" "bash tests/run.sh"
  step "$suite" "clang: unit tests, scan" "apt-get install -y -qq --no-install-recommends clang libomp-dev >/dev/null &&
    dir=build/clang && CC=clang CXX=clang++ cmake --preset release -B \$dir && $build && $scan && scan clang 'mpirun -n 3'"
  same "$suite: g++ and clang++" "$suite.h5" "$suite/root/clang.h5"
  step "$suite" "MPICH: unit tests, scan" "apt-get install -y -qq --no-install-recommends mpich libmpich-dev >/dev/null &&
    dir=build/mpich && cmake --preset release -B \$dir -DMPI_C_COMPILER=mpicc.mpich && $build &&
    $scan && scan mpich 'mpirun.mpich -n 3'"
  same "$suite: Open MPI and MPICH" "$suite.h5" "$suite/root/mpich.h5"
  step "$suite" "-march=native: unit tests, scan" "dir=build/native &&
    CXXFLAGS=-march=native cmake --preset release -B \$dir && $build && $scan && scan native 'mpirun -n 3'"
  same "$suite: with and without -march=native" "$suite.h5" "$suite/root/native.h5" "may differ"
  rm -rf --one-file-system "${work:?}/$suite"/root/mutauscan/build
done
if [ "$quick" = no ] && [ ${#suites[@]} = 2 ]; then same "Debian 12 and 13" bookworm.h5 trixie.h5; fi

printf '\n%-9s %-34s %6s %5s  %s\n' root step time exit result
cat "$work/table"
exit $((failures > 0))
