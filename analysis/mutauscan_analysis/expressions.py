"""Arithmetic and conditions on columns, written as text: "M1_TR / T_R", "status == 'ok' and abs(Y_B) > 3e-11".

Text may come from anywhere, so nothing of it is run: Python's own parser makes a tree of it, in which only names of
columns, numbers, names of values, operators and the functions below are let through, and numpy evaluates that.
"""

import ast
import operator
from dataclasses import dataclass
from functools import reduce
from typing import Callable

import numpy as np

from .files import ScanError

FUNCTIONS = {
    "abs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "arctan2": np.arctan2, "sign": np.sign, "minimum": np.minimum, "maximum": np.maximum,
    "isfinite": np.isfinite, "isnan": np.isnan,
}  # fmt: skip
ARITHMETIC = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.true_divide,
              ast.Pow: np.power, ast.Mod: np.mod}  # fmt: skip
LOGIC = {ast.And: np.logical_and, ast.Or: np.logical_or, ast.BitAnd: np.logical_and, ast.BitOr: np.logical_or}
COMPARISONS = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
               ast.Eq: operator.eq, ast.NotEq: operator.ne}  # fmt: skip
MOST_NODES, MOST_LETTERS = 200, 2000


def shown(text):
    """A text for a message, which may be long."""
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True)
class Expression:
    """What a text says: the columns it needs, and how to compute its values."""

    text: str
    columns: tuple
    _value: Callable

    def __call__(self, block, value_names=lambda name: {}):
        """The values, one for each row of a block {column: values}.

        value_names(column): {name: value} of an enumeration, which its names in quotes stand for.
        """
        with np.errstate(all="ignore"):
            return self._value(block, value_names)


def parse(text):
    """Expression of a text; ScanError says what is not understood in it."""

    def refuse(what):
        raise ScanError(f"'{shown(text)}': {what}")

    if len(text) > MOST_LETTERS:
        refuse(f"is longer than {MOST_LETTERS} letters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        refuse(f"not an expression: {getattr(error, 'msg', error)}")
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        refuse(f"has more than {MOST_NODES} parts")
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    columns = tuple(dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called))
    if not columns:
        refuse("names no column")
    return Expression(text, columns, _compile(tree, refuse))


def _compile(node, refuse):
    """A function of (block, value_names) for a part of the tree."""
    part = lambda child: _compile(child, refuse)  # noqa: E731
    if isinstance(node, ast.Name):
        return lambda block, _: block[node.id]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        try:
            number = np.float64(node.value)
        except OverflowError:
            refuse("a number is too large")
        return lambda block, _: number
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        function, left, right = ARITHMETIC[type(node.op)], part(node.left), part(node.right)
        return lambda *row: function(_number(left(*row), refuse), _number(right(*row), refuse))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign, of = (-1.0 if isinstance(node.op, ast.USub) else 1.0), part(node.operand)
        return lambda *row: sign * _number(of(*row), refuse)
    if isinstance(node, ast.UnaryOp):  # not x, ~x
        of = part(node.operand)
        return lambda *row: ~_truth(of(*row), refuse)
    if isinstance(node, ast.BoolOp) or isinstance(node, ast.BinOp) and type(node.op) in LOGIC:
        parts = [part(child) for child in (node.values if isinstance(node, ast.BoolOp) else (node.left, node.right))]
        return lambda *row: reduce(LOGIC[type(node.op)], [_truth(one(*row), refuse) for one in parts])
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        pairs = [_comparison(a, kind, b, refuse) for a, kind, b in zip(sides, node.ops, sides[1:])]
        return lambda *row: reduce(np.logical_and, [pair(*row) for pair in pairs])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        if name not in FUNCTIONS:
            refuse(f"there is no function {shown(name)}, but {', '.join(FUNCTIONS)}")
        if node.keywords or len(node.args) != FUNCTIONS[name].nin:
            refuse(f"{name} takes {FUNCTIONS[name].nin} argument{'s' * (FUNCTIONS[name].nin > 1)}")
        arguments = [part(argument) for argument in node.args]
        return lambda *row: FUNCTIONS[name](*(_number(argument(*row), refuse) for argument in arguments))
    what = {ast.Attribute: "a dot after a name", ast.Subscript: "brackets after a name", ast.Constant: "a text that is "
            "not compared to a column, or another constant than a number,"}.get(type(node), type(node).__name__)  # fmt: skip
    refuse(f"{what} means nothing here; understood are columns, numbers, + - * / ** %, comparisons, and, or, not, in, "
           f"{', '.join(FUNCTIONS)}")  # fmt: skip


def _comparison(left, kind, right, refuse):
    """One comparison. NaN compares with nothing: all of them, != as well, are false."""
    if isinstance(kind, (ast.In, ast.NotIn)):
        if not isinstance(right, (ast.Tuple, ast.List)):
            refuse("in: needs a list of values, as in status in ('ok', 'solver_failed')")
        same = [_comparison(left, ast.Eq(), item, refuse) for item in right.elts]
        if not same:
            refuse("in: the list is empty")
        if isinstance(kind, ast.In):
            return lambda *row: reduce(np.logical_or, [one(*row) for one in same])
        other = [_comparison(left, ast.NotEq(), item, refuse) for item in right.elts]
        return lambda *row: reduce(np.logical_and, [one(*row) for one in other])
    if type(kind) not in COMPARISONS:
        refuse(f"{type(kind).__name__} is not a comparison here")
    texts = [side for side in (left, right) if isinstance(side, ast.Constant) and isinstance(side.value, str)]
    if texts:
        names = [side for side in (left, right) if isinstance(side, ast.Name)]
        if not names or not isinstance(kind, (ast.Eq, ast.NotEq)):
            refuse("a text is compared by == or != to a column whose values have names")
        name, text, equal = names[0].id, texts[0].value, isinstance(kind, ast.Eq)

        def same_name(block, value_names):
            values = value_names(name)
            if text not in values:
                refuse(f"'{shown(text)}' is no value of {name}: " + (", ".join(values) or "its values have no names"))
            return (block[name] == values[text]) == equal

        return same_name
    first, second, compare = _compile(left, refuse), _compile(right, refuse), COMPARISONS[type(kind)]

    def compared(*row):
        a, b = _number(first(*row), refuse), _number(second(*row), refuse)
        holds = compare(a, b)
        return holds & ~np.isnan(a) & ~np.isnan(b) if isinstance(kind, ast.NotEq) else holds

    return compared


def _truth(values, refuse):
    if np.asarray(values).dtype != bool:
        refuse("and, or, not: each side must be true or false")
    return values


def _number(values, refuse):
    """Numbers as float64: integers of 32 bits would overflow in products. True counts as 1."""
    return np.asarray(values, dtype=np.float64)
