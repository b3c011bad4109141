"""The worked lines of analysis/README.md run as they are printed."""

import re

from support import ANALYSIS


def test_worked_lines(run, tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", (ANALYSIS / "README.md").read_text(), re.S)
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
