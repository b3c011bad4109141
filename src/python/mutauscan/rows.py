"""What a model is asked with and answers: parameters, columns, limits, and the row of a point."""

import dataclasses
import difflib
import json
from collections.abc import Mapping
from typing import Optional

import numpy as np


@dataclasses.dataclass(frozen=True)
class Parameter:
    """An input of the model: `lower` < value <= `upper` (lower <= value if `includes_lower`), in `unit`."""

    name: str
    unit: str
    symbol: str
    meaning: str
    lower: float
    upper: float
    includes_lower: bool
    default: float


@dataclasses.dataclass(frozen=True)
class Column:
    """A result of the model, in `unit`; `type` is that in files: float64, int32 or uint64; `names`, of an enumeration,
    are the meanings of its numbers."""

    name: str
    unit: str
    symbol: str
    meaning: str
    type: str
    names: dict


@dataclasses.dataclass(frozen=True)
class Limit:
    """An experimental or theoretical limit, column `limit_NAME`; points that a hard one excludes are not `allowed`.

    curve: None, or {"axes", "excluded", "x", "y"} of a limit that is a curve in two columns, given by its knots, between
    which it is straight in the logarithms of both; excluded: "above" or "below" y(x)."""

    name: str
    symbol: str
    meaning: str
    is_hard: bool
    curve: Optional[dict]


class Row(Mapping):
    """The columns of one point: a mapping of names to numbers, which are attributes as well (row.Y_B). `status` is "ok",
    or why there is no answer, which `message` then says in words. Columns that the point did not reach are NaN."""

    def __init__(self, columns, values, message):
        self._columns, self._values, self.message = columns, values, message

    def __getitem__(self, name):
        if name not in self._columns:
            raise KeyError(unknown("column", name, self._columns))
        value = self._values[name]
        return value if self._columns[name].type == "float64" else int(value)

    def __getattr__(self, name):
        if name.startswith("_"):  # while it is unpickled there is nothing yet
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __iter__(self):
        return iter(self._columns)

    def __len__(self):
        return len(self._columns)

    @property
    def status(self):
        return self._columns["status"].names[self["status"]]

    def unit(self, name):
        """The unit of a column; "1" of a pure number."""
        if name not in self._columns:
            raise KeyError(unknown("column", name, self._columns))
        return self._columns[name].unit

    def __repr__(self):
        return "\n".join(
            f"{name:20} {self[name]:<24.16g} {'' if column.unit == '1' else column.unit:6} {column.meaning}"
            for name, column in self._columns.items()
        )


def limit_of(column):
    """The Limit that a column is; None for another."""
    about = column["attributes"]
    if "is_hard" not in about:
        return None
    curve = json.loads(about["curve"]) if "curve" in about else None
    if curve:
        curve |= {axis: np.array(curve[axis], dtype=float) for axis in ("x", "y")}
    name = column["name"].removeprefix("limit_")
    return Limit(name, column["symbol"], column["meaning"], about["is_hard"] == "1", curve)


def names_of(column):
    return {int(number): name for number, name in json.loads(column["enum_names"] or "{}").items()}


def unknown(what, name, known):
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"no {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
