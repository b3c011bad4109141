"""The worked lines of analysis/README.md run as they are printed."""

import re

import pytest

from support import ANALYSIS


def blocks():
    return re.findall(r"```python\n(.*?)```", (ANALYSIS / "README.md").read_text(), re.S)


def test_lines_for_the_model(capsys):
    pytest.importorskip("mutauscan", reason="built without MUTAUSCAN_PYTHON")
    names = {}
    exec(compile(blocks()[1], "README.md", "exec"), names)
    assert names["row"].status == "ok" and "ok" in capsys.readouterr().out
    assert len(names["rows"]["Y_B"]) == 2 and names["units"]["T"] == "GeV"


def test_worked_lines(run, tmp_path, monkeypatch, capsys):
    code = blocks()[0]
    assert 10 <= len(code.strip().splitlines()) <= 14
    monkeypatch.chdir(tmp_path)
    (tmp_path / "RUN").symlink_to(run)
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    assert len(names["heavy"]) == len(names["table"]) > 0
    assert names["figure"].axes[0].get_title() == "normal ordering"
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        "explained.pdf", "explained.png", "where.pdf", "where.png",
    }  # fmt: skip
    assert "GeV" in capsys.readouterr().out
