"""Text that selects rows or makes columns: what it means, and that nothing else of it happens."""

import os

import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis.expressions import MOST_LETTERS, parse
from support import assert_one_line_error, command_line

BLOCK = {"a": np.array([1.0, -2.0, np.nan, 4.0]), "n": np.array([0, 1, 2, 2**31 - 1], dtype=np.int32)}
NAMES = {"n": {"ok": 0, "solver_failed": 1}}


def value(text):
    return parse(text)(BLOCK, lambda name: NAMES.get(name, {}))


@pytest.mark.parametrize("text, expected", [
    ("a > 0", [True, False, False, True]),
    ("not a > 0", [False, True, True, False]),
    ("a != 1", [False, True, False, True]),  # NaN is unequal to nothing
    ("0 < a <= 1", [True, False, False, False]),
    ("a > 0 and n == 0 or n == 1", [True, True, False, False]),
    ("(a > 0) & (n > 1)", [False, False, False, True]),
    ("(a > 0) | ~(n > 1)", [True, True, False, True]),
    ("n == 'ok'", [True, False, False, False]),
    ("'ok' != n", [False, True, True, True]),
    ("n in ('ok', 'solver_failed')", [True, True, False, False]),
    ("n not in (1, 2)", [True, False, False, True]),
    ("isnan(a)", [False, False, True, False]),
    ("maximum(a, 0) == 0", [False, True, False, False]),
    ("n * n > 1e18", [False, False, False, True]),  # integers do not overflow
])  # fmt: skip
def test_conditions(text, expected):
    assert value(text).tolist() == expected


@pytest.mark.parametrize("text, expected", [
    ("a / 2 + 1", [1.5, 0.0, np.nan, 3.0]),
    ("-a ** 2", [-1.0, -4.0, np.nan, -16.0]),
    ("log10(abs(a) * 100) % 2", [0.0, np.log10(2), np.nan, np.log10(4)]),
    ("sqrt(a)", [1.0, np.nan, np.nan, 2.0]),
])  # fmt: skip
def test_arithmetic(text, expected):
    np.testing.assert_allclose(value(text), expected, atol=1e-12)


ATTACKS = [
    "T_R.apply.__func__.__globals__['weakref'].sys.modules['os'].system('touch pwned') == T_R",
    "T_R.to_csv('pwned') != T_R",
    "T_R.to_pickle('pwned') != T_R",
    "@open('pwned', 'w') == T_R",
    "__import__('os').system('touch pwned') == T_R",
    "eval(\"open('pwned', 'w')\") == T_R",
    "(lambda: open('pwned', 'w'))() == T_R",
    "[open('pwned', 'w') for x in T_R]",
    "f'{open(\"pwned\", \"w\")}' == T_R",
    "(x := T_R) > 0",
    "T_R[0] > 0",
    "T_R if T_R else T_R",
    "abs(*T_R) > 0",
    "abs(x=T_R) > 0",
    "T_R > 1 " + "and T_R > 1 " * 5000,
    "(" * 500 + "T_R" + ")" * 500 + " > 0",
    "not " * 300 + "T_R > 0",
    "T_R > 1" + "0" * 400,
    "T_R == 'ok'",
    "status == 'no such'",
    "status < 'ok'",
    "'ok' == 'ok' and T_R > 0",
    "T_R and T_R > 1",
    "T_R > 1\x00",
    "T_R > True",
    "T_R > 1j",
    "",
    "   ",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_else_is_understood(merged, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(analysis.ScanError) as error:
        analysis.open(merged).where(text)
    assert len(str(error.value)) < 700 and "\n" not in str(error.value)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("text", ATTACKS[:2])
def test_the_command_refuses_as_well(merged, tmp_path, text):
    assert_one_line_error(command_line("summary", merged, "--where", text, cwd=tmp_path))
    assert_one_line_error(command_line("plot", merged, "-x", text, cwd=tmp_path))
    assert not os.listdir(tmp_path)


def test_powers_of_large_numbers_end_at_once():
    assert value("a ** 9e99 ** 9e99 > 0").tolist() == [True, True, False, True]
    with pytest.raises(analysis.ScanError, match=str(MOST_LETTERS)):
        parse("a" * (MOST_LETTERS + 1))
