#!/usr/bin/env bash
# Installs what the build, the tests and the plots need, where apt is there and allowed; otherwise says what is
# missing. Sourced or called by quickstart.sh and tests/run.sh; does nothing if all is there.
# --tests, --benchmarks: what those need, too.
set -euo pipefail

packages=(
  cmake g++ ninja-build ccache git
  libopenmpi-dev openmpi-bin libeigen3-dev libhdf5-dev libsundials-dev libspdlog-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libboost-dev librandom123-dev libxxhash-dev libdeflate-dev
  python3-h5py python3-numpy python3-pandas python3-matplotlib python3-scipy
)
optional=(node-d3)  # reports have no interactive plot without it; tests that need the others are skipped
if [ "${1:-}" = --tests ]; then
  packages+=(libgtest-dev hdf5-tools python3-pytest shellcheck)
  if [ "$(id -u)" = 0 ]; then packages+=(slurmctld slurmd slurm-client munge); fi # tests/cluster needs root
  optional+=(chromium chromium-driver python3-selenium python3-xarray)
fi
if [ "${1:-}" = --benchmarks ]; then
  packages+=(libbenchmark-dev)
  optional+=(valgrind) # counts of instructions
fi

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q "ok installed"; }

missing=()
missing_optional=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
  for package in "${optional[@]}"; do installed "$package" || missing_optional+=("$package"); done
else
  for tool in cmake ninja ccache mpirun h5cc python3; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Not a Debian system, and these are not on PATH: ${missing[*]}" >&2
    echo "Install the packages of the table in jobs/README.md (Spack and conda names are there), then run this again." >&2
    exit 1
  fi
fi
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
