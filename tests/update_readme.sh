#!/usr/bin/env bash
# Puts the tables of `mutauscan describe --markdown` between the markers of README.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
program=${1:-$root/build/release/mutauscan}
tables=$("$program" describe --markdown)
TABLES=$tables python3 - "$root/README.md" <<'PY'
import os, re, sys
path = sys.argv[1]
text = open(path).read()
begin, end = "<!-- describe: begin -->\n", "<!-- describe: end -->"
head, rest = text.split(begin)
tail = rest.split(end)[1]
open(path, "w").write(head + begin + "\n" + os.environ["TABLES"].strip() + "\n\n" + end + tail)
PY
