"""What a scan found, why not more, and what to do next, in sentences."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import numpy as np

from . import targets
from .conditions import OK

ROOT = Path(__file__).resolve().parents[2]  # of a checkout; of an installed package it is share/


def found(scan):
    """Sentences: how many valid points explain everything, and what stands in the way of more."""
    n_valid, good = scan.count(OK), scan.count(targets.explains_all(scan))
    aside = targets.aside(scan)
    cuts = targets.cut_flow(scan)
    reasons = [cut for cut in cuts[1:] if cut.label != targets.ALLOWED]
    if good:
        yield f"{good} of {n_valid} valid points explain{'s' * (good == 1)} everything{aside}."
    else:
        dead = next((before, cut) for before, cut in zip(cuts, cuts[1:]) if cut.left == 0)
        yield (f"None of the {n_valid} valid points explains everything{aside}: of {dead[0].left} that are left before it, none "
               f"satisfies the condition {dead[1].label}.")  # fmt: skip
    alone = max(reasons, key=lambda cut: cut.only, default=None)
    if alone is not None and alone.only:
        yield f"{alone.only} more would, but for one condition alone: {alone.label}."
    if targets.has_g_minus_2(scan) and not scan.count(targets.explains_g2(scan)):
        yield g_minus_2_is_to_blame(scan)
    if sentence := hint(scan):
        yield sentence


def g_minus_2_is_to_blame(scan):
    """What the scan has instead of the right g-2, and what would change that."""
    mean, sigma = targets.g_minus_2(scan)
    low, high = np.inf, -np.inf
    for block in scan.where(OK).blocks(["delta_a_mu"]):
        low, high = min(low, np.nanmin(block["delta_a_mu"])), max(high, np.nanmax(block["delta_a_mu"]))
    choice = scan.config["model"].get("g_minus_2", "2021/WP20")
    others = ", ".join(name for name in targets.G_MINUS_2 if name != choice)
    return (f"{scan.symbol('delta_a_mu')} is {low:.2g} to {high:.2g} here, and {mean:.3g} +- {sigma:.2g} is asked for "
            f"(model.g_minus_2 = \"{choice}\"): scan other g_zp and m_zp, or judge by another measurement ({others}) with "
            "`mutauscan rescore`.")  # fmt: skip


def hint(scan):
    """A sentence where another judgement finds points that explain everything and this one finds none; else ""."""
    if scan.judged_by.any_sign or not targets.has_asymmetry(scan) or scan.count(targets.explains_all(scan)):
        return ""
    other = scan.judged("any", scan.judged_by.limits)
    count = other.count(targets.explains_all(other))
    if not count:
        return ""
    symbol = scan.symbol(scan.asymmetry)
    turn = "inverted ordering or another relative_vev_phase may turn it" if targets.has_g_minus_2(scan) else \
        "conjugate phases turn it"  # fmt: skip
    return f"{count} points explain everything with the other sign of {symbol} ({turn}): --sign any counts them."


# ---- what to type next ----------------------------------------------------------------------------------------


def path_lines():
    """What makes the commands below run as they are printed; nothing if they do already."""
    program = ROOT / "build" / "release" / "mutauscan"
    parts = [f"PATH={shlex.quote(str(program.parent))}:$PATH"] if not shutil.which("mutauscan") and program.exists() else []
    built = ROOT / "build" / "release" / "python"  # where both packages are
    here = {str(Path(__file__).resolve().parents[1]), str(built)}
    for found in os.environ.get("PYTHONPATH", "").split(os.pathsep):  # found by that alone, perhaps for this call only
        if found in here:
            parts.append(f"PYTHONPATH={shlex.quote(found)}")
            break
    return [f"export {' '.join(parts)}"] if parts else []


def python_command():
    """python3, if that is the Python that runs this."""
    first = shutil.which("python3")
    return "python3" if first and os.path.realpath(first) == os.path.realpath(sys.executable) else shlex.quote(sys.executable)


def replay(scan, index):
    """The command that computes a row again, from any directory."""
    return f"mutauscan point --from {shlex.quote(os.path.abspath(scan.path))} --index {index}"


def next_commands(scan, best):
    """Commands that look closer at a scan; best: index of its best point, or None."""
    path = Path(os.path.abspath(scan.path))
    shown, sign = shlex.quote(str(path)), " --sign any" if scan.judged_by.any_sign else ""
    folder = path if path.is_dir() else path.parent
    lines = path_lines()
    if best is not None:
        lines.append(replay(scan, best))
    if path.is_dir() and len(scan) == scan.points and not (path / "merged.h5").exists():
        lines.append(f"mutauscan merge {shown} -o {shlex.quote(str(path / 'merged.h5'))}")
    module = f"{python_command()} -m mutauscan_analysis"
    lines.append(f"{module} report {shown}{sign} -o {shlex.quote(str(folder / 'report.html'))}")
    lines.append(f"{module} plot {shown}{sign} -o {shlex.quote(str(folder / 'figures'))}")
    return lines
