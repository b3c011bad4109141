# shellcheck shell=bash
# Sourced by the scripts that run the program on one machine (tests/mpi_environment.py reads it, too): what mpirun
# needs there, and which Python.

# root may use mpirun in a container
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
# More processes than cores are wanted: Open MPI 4, and its successors, whose launcher is PRRTE.
export OMPI_MCA_rmaps_base_oversubscribe="${OMPI_MCA_rmaps_base_oversubscribe:-1}"
export PRTE_MCA_rmaps_default_mapping_policy="${PRTE_MCA_rmaps_default_mapping_policy:-:oversubscribe}"
# Shared memory only: no warnings about networks that a container has not.
export OMPI_MCA_btl="${OMPI_MCA_btl:-self,vader}"
export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"

dependencies=$(dirname "${BASH_SOURCE[0]}")/dependencies.txt

# dependency_column GROUP COLUMN: the names in a column (2 name, 3 Debian, 4 Spack, 5 conda-forge) of a group's lines.
dependency_column() {
  awk -F'|' -v group="$1" -v column="$2" '
    /^[^#]/ { gsub(/ /, "", $1); if ($1 == group) { gsub(/^ +| +$/, "", $column); if ($column != "-") print $column } }
  ' "$dependencies"
}

# find_python GROUP...: prints a Python that has the modules of these groups of dependencies.txt: $PYTHON if that is
# set, else the first of the python3 in PATH and /usr/bin/python3.
find_python() {
  local modules=() candidates=(python3 /usr/bin/python3) candidate group module missing lacks=""
  for group in "$@"; do
    while read -r module; do modules+=("$module"); done < <(dependency_column "$group" 2)
  done
  if [ -n "${PYTHON:-}" ]; then candidates=("$PYTHON"); fi
  for candidate in "${candidates[@]}"; do
    candidate=$(command -v "$candidate") || continue
    missing=$("$candidate" -c '
import importlib, sys
for name in sys.argv[1:]:
    try: importlib.import_module(name)
    except Exception: print(name, end=" ")' "${modules[@]}" 2>/dev/null) || missing="the Python 3 itself"
    if [ -z "$missing" ]; then
      echo "$candidate"
      return 0
    fi
    lacks+="  $candidate lacks: $missing"$'\n'
  done
  echo "no Python with ${modules[*]}:" >&2
  echo "${lacks:-  there is no ${PYTHON:-python3}}" >&2
  echo "Install them, or set PYTHON to a Python that has them (Debian, Spack and conda names: jobs/dependencies.txt)." >&2
  return 1
}
