"""The status files of a run directory."""

import json

from .files import ScanError


def run_status(scan):
    """What the status files of a run directory say; nothing for a merged file.

    A run in several processes that write, or in slices, has status.K-of-N.json: rates and processes are added.
    """
    paths = [scan.path / "status.json"] if (scan.path / "status.json").exists() else []
    paths = paths or (sorted(scan.path.glob("status.*-of-*.json")) if scan.path.is_dir() else [])
    parts = []
    for path in paths:
        try:
            content = json.loads(path.read_text())
            float(content["points_per_second"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ScanError(f"{path}: is damaged: {error}") from error
        parts.append(content)
    if not parts:
        return {}
    together = dict(max(parts, key=lambda part: str(part.get("last_write", ""))))
    for name in ("points_per_second", "ranks"):
        if all(isinstance(part.get(name), (int, float)) for part in parts):
            together[name] = sum(part[name] for part in parts)
    hosts = dict.fromkeys(str(part["host"]) for part in parts if "host" in part)
    return together | ({"host": ", ".join(hosts)} if hosts else {})
