#!/usr/bin/env bash
# Installs what the build, the tests and the plots need (dependencies.txt), where apt is there and allowed; otherwise
# says what is missing. Called by quickstart.sh and tests/run.sh; does nothing if all is there.
# --unit-tests: what the program and its unit tests need, no Python; --tests, --benchmarks, --docs: what those need, too;
# --ci: what .ci/run needs.
set -euo pipefail
# shellcheck source=jobs/environment.sh
. "$(dirname "$0")/environment.sh"

groups=(tool library python)
optional_groups=(plot) # what needs them is skipped without them
case ${1:-} in
  --unit-tests) groups=(tool library unit) optional_groups=() ;;
  --tests)
    groups+=(unit tests pytest)
    if [ "$(id -u)" = 0 ]; then groups+=(root); fi # tests/cluster needs root
    optional_groups+=(optional)
    ;;
  --ci)
    groups+=(unit tests pytest docs checks)
    if [ "$(id -u)" = 0 ]; then groups+=(root); fi
    optional_groups+=(optional)
    ;;
  --docs) groups=(tool library docs) optional_groups=() ;;
  --benchmarks)
    groups+=(unit benchmarks)
    optional_groups+=(counts) # of instructions
    ;;
esac

if ! command -v dpkg-query >/dev/null; then # CMake says which libraries are missing
  missing=()
  for tool in cmake ninja git; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Not on PATH: ${missing[*]} (Spack and conda-forge have them by these names)." >&2
    echo "All that is needed: jobs/dependencies.txt; with Spack: spack env create mutauscan jobs/spack.yaml" >&2
    exit 1
  fi
  exit 0
fi

# Packages of these groups that are not installed, one a line.
missing_of() {
  local group package
  for group in "$@"; do
    for package in $(dependency_column "$group" 3); do
      dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || echo "$package"
    done
  done
}
mapfile -t missing < <(missing_of "${groups[@]}")
mapfile -t missing_optional < <(missing_of ${optional_groups[@]+"${optional_groups[@]}"})
[ $((${#missing[@]} + ${#missing_optional[@]})) -gt 0 ] || exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo="sudo"
  elif [ ${#missing[@]} -gt 0 ]; then
    echo "These Debian packages are missing, and installing them needs root:" >&2
    echo "  apt-get install ${missing[*]} ${missing_optional[*]}" >&2
    exit 1
  else
    echo "not installed, what needs them is skipped: ${missing_optional[*]}" >&2
    exit 0
  fi
fi

apt_install() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq \
    --no-install-recommends "$@" >/dev/null
}
echo "installing: ${missing[*]} ${missing_optional[*]}"
$sudo apt-get update -qq
if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi
if [ ${#missing_optional[@]} -gt 0 ]; then
  apt_install "${missing_optional[@]}" ||
    echo "not installable, what needs them is skipped: ${missing_optional[*]}" >&2
fi
