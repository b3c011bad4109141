"""Conditions on rows, which are tested block by block."""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .expressions import parse, shown
from .files import ScanError


@dataclass(frozen=True)
class Condition:
    """A property that a row has or has not, found from some of its columns."""

    label: str  # for legends and messages
    columns: tuple  # names of the columns it needs
    test: Callable  # {column: values} -> boolean array


ANY = Condition("any status", ("status",), lambda block: np.ones(len(block["status"]), dtype=bool))
OK = Condition("status ok", ("status",), lambda block: block["status"] == 0)


def valid(label, columns, test):
    """Rows with status ok that pass a test."""
    return Condition(label, ("status", *columns), lambda block: OK.test(block) & test(block))


def flag(label, column, value=1):
    """Valid rows with this value (1: yes, 0: no, -1: not reached) in a column of verdicts or limits."""
    return valid(label, (column,), lambda block: block[column] == value)


def expression(text, value_names=lambda name: {}):
    """A condition written as text (see expressions.py): "status == 'ok' and abs(Y_B) > 3e-11"."""
    parsed = parse(text)

    def test(block):
        mask = np.asarray(parsed(block, value_names))
        if mask.dtype != bool:
            raise ScanError(f"condition '{shown(text)}': is not true or false for each row")
        return mask

    return Condition(text, parsed.columns, test)
