"""Exit codes are listed once (core/exit_code.hpp); help and the page for users say the same."""

import re

from conftest import ROOT


def test_help_and_documentation_have_the_codes_of_the_list(program):
    listed = {int(code) for code in re.findall(r"^  \w+ = (\d)", (ROOT / "include/mutauscan/core/exit_code.hpp").read_text(), re.M)}
    shown = " ".join(program.run("--help").stdout.split("Exit codes:")[1].split())
    assert {int(code) for code in re.findall(r"(\d) [a-z]", shown)} == listed
    assert {int(code) for code in re.findall(r"exit code (\d)", (ROOT / "jobs/README.md").read_text())} == listed
    assert "3 incomplete but resumable" in shown
