"""Columns computed from others."""

import re
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .expressions import parse, shown
from .files import ScanError


@dataclass(frozen=True)
class Column:
    """An expression with the attributes of a column."""

    expression: Callable
    inner: dict  # derived columns that it is made of
    needs: tuple  # stored columns
    attributes: dict
    value_names: Callable

    def __call__(self, block):
        block = block | {name: column(block) for name, column in self.inner.items()}
        return np.broadcast_to(self.expression(block, self.value_names), len(next(iter(block.values())))).astype(float)


def column(scan, text, symbol=None, units="1", long_name=None):
    """The Column that a text means for the rows of a scan."""
    parsed = parse(text)
    inner = {name: scan._derived(name) for name in parsed.columns if not scan._is_stored(name)}
    stored = [name for name in parsed.columns if name not in inner]
    needs = tuple(dict.fromkeys([*stored, *(name for one in inner.values() for name in one.needs)]))
    if symbol is None:
        symbol = re.sub(r"[A-Za-z_]\w*", lambda name: scan.symbol(name[0]) if name[0] in parsed.columns else name[0], text)
    for what in (symbol, units, long_name or ""):
        if not isinstance(what, str):
            raise ScanError(f"'{shown(text)}': symbol, units and long_name are texts")
    about = {"units": units, "symbol": symbol, "long_name": long_name or text}
    return Column(parsed, inner, needs, about, scan.values_by_name)
