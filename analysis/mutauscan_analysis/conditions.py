"""Conditions on rows, which are tested block by block."""

import ast
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pandas as pd

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


def expression(text):
    """A condition written as in pandas.DataFrame.query: "status == 0 and abs(Y_B) > 3e-11"."""
    try:
        tree = ast.walk(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError) as error:
        raise ScanError(f"condition '{text}': not an expression: {error}") from error
    nodes = list(tree)
    functions = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name))
    columns = tuple(name for name in names if name not in functions)
    if not columns:
        raise ScanError(f"condition '{text}': names no column")

    def test(block):
        try:
            mask = np.asarray(pd.DataFrame({name: block[name] for name in columns}).eval(text, engine="python"))
        except Exception as error:  # pandas raises nearly every kind for what it does not support
            raise ScanError(f"condition '{text}': {error}") from error
        if mask.dtype != bool or mask.shape != block[columns[0]].shape:
            raise ScanError(f"condition '{text}': is not true or false for each row")
        return mask

    return Condition(text, columns, test)
