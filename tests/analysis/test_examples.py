"""The examples of analysis/examples run, and find what they say they find."""

import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

mutauscan = pytest.importorskip("mutauscan", reason="built without MUTAUSCAN_PYTHON")
EXAMPLES = Path(__file__).resolve().parents[2] / "analysis/examples"


def run(name, *arguments, cwd):
    done = subprocess.run([sys.executable, EXAMPLES / name, *arguments], capture_output=True, text=True, cwd=cwd,
                          env=dict(os.environ), timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_a_point_to_a_figure(tmp_path):
    said = run("point_to_figure.py", "point.pdf", cwd=tmp_path)
    assert (tmp_path / "point.pdf").read_bytes().startswith(b"%PDF")
    assert "Y_B = 2.453e-10 1" in said and "GeV" in said


def test_scipy_finds_a_point_that_explains_both(tmp_path):
    said = run("scipy_best_fit.py", cwd=tmp_path)
    ln_l = float(re.search(r"ln L = (\S+),", said)[1])
    assert ln_l > -0.05 and abs(float(re.search(r"Y_B = (\S+),", said)[1]) / 8.72e-11 - 1) < 0.2


def test_emcee_finds_the_coupling_that_g2_wants(tmp_path):
    pytest.importorskip("emcee")
    said = run("emcee_posterior.py", "150", cwd=tmp_path)
    assert 0.2 < float(re.search(r"acceptance (\S+)", said)[1]) < 0.8
    assert -3.2 < float(re.search(r"log10\(g_zp\) = (\S+)", said)[1]) < -2.9


def test_the_class_for_cobaya_does_what_its_interface_asks(monkeypatch):
    """Cobaya is not in Debian; its documented interface is: attributes are options, initialize() once, then
    logp(**parameters), with the derived parameters asked for in output_params put into _derived."""

    class Likelihood:
        def __init__(self, options, output_params):
            self.output_params = output_params
            for name, value in options.items():
                assert hasattr(type(self), name)  # an option is a class attribute
                setattr(self, name, value)
            self.initialize()

    monkeypatch.setitem(sys.modules, "cobaya", types.ModuleType("cobaya"))
    module = types.ModuleType("cobaya.likelihood")
    module.Likelihood = Likelihood
    monkeypatch.setitem(sys.modules, "cobaya.likelihood", module)
    monkeypatch.syspath_prepend(EXAMPLES)
    import cobaya_likelihood

    options = {"columns": ["g2", "Y_B"], "settings": {"cp_branch": "delta<pi"}}
    likelihood = cobaya_likelihood.MuTau(options, ["Y_B"])
    assert "T_R" in likelihood.get_can_support_params() and "Y_B" in likelihood.get_can_provide_params()
    derived = {}
    value = likelihood.logp(T_R=5e4, g_zp=9e-4, _derived=derived)
    model = mutauscan.Model("mutau", cp_branch="delta<pi")
    assert value == model.loglike({"T_R": [5e4], "g_zp": [9e-4]}, columns=["g2", "Y_B"])[0]
    assert derived == {"Y_B": model.evaluate(T_R=5e4, g_zp=9e-4)["Y_B"]}
    assert likelihood.logp(T_R=-1.0) == float("-inf")
