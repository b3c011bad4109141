"""The arrows between layers point one way: no file of a layer includes a header of a layer above it, and no layer
under `models` is named by its kinds outside their folders. Prints the graph; exit 1 with the lines that are wrong."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["core", "numerics", "physics", "models", "io", "samplers", "config", "scan", "cli"]  # each may include those before it
INCLUDE = re.compile(r'#include "(?:mutauscan/)?([a-z_0-9]+)/')


def includes():
    """(layer, file, line number, included layer) of every include that names a layer."""
    for folder in ("include/mutauscan", "src"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            layer = path.relative_to(ROOT / folder).parts[0]
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if layer in LAYERS and match and match[1] in LAYERS:
                    yield layer, path.relative_to(ROOT), number, match[1]


arrows = list(includes())
for layer in LAYERS:
    below = sorted({other for start, _, _, other in arrows if start == layer} - {layer}, key=LAYERS.index)
    print(f"{layer:9} -> {', '.join(below)}")
wrong = [f"{file}:{number}: {layer} includes {other}, which is above it" for layer, file, number, other in arrows
         if LAYERS.index(other) > LAYERS.index(layer)]
kinds = re.compile(r"\b(mutau|type1|reference)_kind\b")
for layer in ("io", "config", "scan", "cli"):
    for path in sorted((ROOT / "src" / layer).rglob("*.[ch]pp")):
        wrong += [f"{path.relative_to(ROOT)}:{number}: names a kind of model"
                  for number, line in enumerate(path.read_text().splitlines(), 1) if kinds.search(line)]
print(*wrong, sep="\n")
sys.exit(bool(wrong))
