"""The stub of the compiled module says what the module has."""

import ast
import re
from pathlib import Path

import pytest

core = pytest.importorskip("mutauscan._core", reason="built without MUTAUSCAN_PYTHON")


def stated(body):
    """Of a stub: name -> names of the arguments of a function, None of a variable."""
    found = {}
    for item in body:
        if isinstance(item, ast.FunctionDef):
            found[item.name] = [argument.arg for argument in item.args.args if argument.arg != "self"]
        elif isinstance(item, ast.AnnAssign):
            found[item.target.id] = None
    return found


def existing(owner):
    """The same of the module or class itself; pybind11 writes signatures into the first line of a docstring."""
    found = {}
    for name, item in vars(owner).items():
        if name.startswith("_") or isinstance(item, type):
            continue
        item = getattr(owner, name) if isinstance(item, staticmethod) else item
        signature = re.match(rf"{name}\((.*)\) -> ", item.__doc__ or "") if callable(item) else None
        # a comma inside brackets belongs to a type
        arguments = re.findall(r"(?:^|, )(\w+): ", signature[1]) if signature else None
        found[name] = [argument for argument in arguments if argument != "self"] if signature else None
    return found


def test_stub_and_module_agree():
    tree = ast.parse(Path(core.__file__).with_name("_core.pyi").read_text())
    classes = {item.name: item for item in tree.body if isinstance(item, ast.ClassDef)}
    assert stated(tree.body) == existing(core)
    assert set(classes) == {name for name, item in vars(core).items() if isinstance(item, type)}
    for name, item in classes.items():
        assert stated(item.body) == existing(getattr(core, name))
