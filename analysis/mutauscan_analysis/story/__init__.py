"""The argument of the model in six steps: figures and captions from the scans of jobs/story/.

A module draws one step: draw(directory) returns its pages.
"""

import importlib
from pathlib import Path

import matplotlib

from ..files import ScanError
from ..style import STYLE

STEPS = ("step1_seesaw", "step2_history", "step2_vacuum", "step3_symmetric_phase", "step4_asymmetries", "step5_result",
         "step5_reheating", "step5_potential", "step6_tests")  # fmt: skip


def draw(directory, output, steps=()):
    """Draws steps, given by their names or how these begin (default: all), from the scans in a directory.

    Yields a line for each figure: its path and its caption.
    """
    unknown = [step for step in steps if not any(name.startswith(step) for name in STEPS)]
    if unknown:
        raise ScanError(f"{unknown[0]}: not a step of the story; there are {', '.join(STEPS)}")
    for name in STEPS:
        if not steps or any(name.startswith(step) for step in steps):
            module = importlib.import_module(f".{name}", __package__)
            with matplotlib.rc_context(STYLE | {"figure.constrained_layout.use": True}):
                for page in module.draw(Path(directory)):
                    paths = page.write(Path(output))
                    yield f"{paths[1]}: {page.caption}"
