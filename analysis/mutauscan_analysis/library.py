"""The plotting library of the report's page, d3, which comes from a package of the system or of npm.

Debian: `apt install node-d3`. Elsewhere: `npm install --prefix ~/.cache/mutauscan d3@5` (or @7), once. It is put into every
page with its licence. Without it a report has its figures, and says what is missing.
"""

import os
from pathlib import Path


def places():
    """Files where it may be, the first one wins."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    modules = (Path("/usr/share/nodejs"), cache / "mutauscan" / "node_modules", Path("/usr/lib/node_modules"),
               Path("/usr/local/lib/node_modules"))  # fmt: skip
    return [folder / "d3" / "dist" / "d3.min.js" for folder in modules]


def d3():
    """The library as JavaScript, after its licence; None where it is not installed."""
    for path in places():
        if path.is_file():
            return f"/*\n{_licence(path)}\n*/\n" + path.read_text(encoding="utf-8")
    return None


def _licence(path):
    folder = path.parent.parent
    for licence in (folder / "LICENSE", Path("/usr/share/doc/node-d3/copyright")):
        if licence.is_file():
            return licence.read_text(encoding="utf-8").replace("*/", "* /")
    return "d3, https://d3js.org, Copyright Mike Bostock, BSD-3-Clause licence"
