"""The evolution figure of a trace, which is made here."""

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import evolution, style
from support import add_column, assert_one_line_error, command_line
from test_layout import assert_readable

STEPS = 60
X = np.linspace(0, 12, STEPS)
TEMPERATURE = 5e4 * np.exp(-X)


def write_trace(path, without=()):
    columns = {"log_scale_factor": (X, "ln a/a_i", "1"), "T": (TEMPERATURE, "T", "GeV")}
    columns["H"] = (1e-18 * TEMPERATURE**2, "H", "GeV")
    columns["rho_phi"] = (TEMPERATURE**4 * np.exp(-np.exp(X)), "ρ_φ", "GeV^4")
    columns["rho_R"] = (35 * TEMPERATURE**4, "ρ_R", "GeV^4")
    columns["sigma1"], columns["sigma2"] = (TEMPERATURE, "⟨σ1⟩", "GeV"), (0 * X, "⟨σ2⟩", "GeV")
    for i in (1, 2, 3):
        columns[f"M_{i}"] = (100 * i * TEMPERATURE, f"M_{i}", "GeV")
        columns[f"n_{i}"] = (TEMPERATURE**3 * np.exp(-X), f"n_{i}", "GeV^3")
        columns[f"n_eq_{i}"] = (TEMPERATURE**3 * 1e-5, f"n_{i}^eq", "GeV^3")
        columns[f"n_th_{i}"] = (TEMPERATURE**3 * 1e-6, f"n_{i}^th", "GeV^3")
        columns[f"Gamma_over_H_{i}"] = (10.0 * i * np.exp(X), f"Γ_{i}/H", "1")
        columns[f"eps_{i}"] = (1e-6 * np.cos(X), f"ε_{i}", "1")
    for flavour, symbol in (("e", "e"), ("mu", "μ"), ("tau", "τ")):
        columns[f"Y_Delta_{flavour}"] = (np.where(X > 0, 1e-10 * X, np.nan), f"Y_Δ{symbol}", "1")
    columns["Y_B"] = (-1e-10 * np.tanh(X), "Y_B", "1")
    with h5py.File(path, "w") as file:
        file.attrs.update({"program": "mutauscan 0.1.0", "schema_version": "1"})
        for name in columns.keys() - set(without):
            add_column(file, name, *columns[name])
    return path


def titles(figure):
    return [panel.get_ylabel() for panel in figure.axes]


def test_all_quantities_with_names_and_units_from_the_file(tmp_path):
    figure = evolution.evolution(write_trace(tmp_path / "trace.h5"))
    assert titles(figure) == [
        "energy densities [$\\mathrm{GeV}^{4}$]", "T, scalars, masses [GeV]",
        "right-handed neutrinos [$\\mathrm{GeV}^{3}$]", "decay rates", "CP asymmetries", "asymmetries",
    ]  # fmt: skip
    assert figure.axes[4].get_xlabel() == "ln a/$a_{i}$" and figure.axes[4].get_xlim() == (0, 12)
    legends = [[text.get_text() for text in panel.get_legend().get_texts()] for panel in figure.axes]
    assert legends[0] == ["$ρ_{φ}$", "$ρ_{R}$"]
    # ⟨σ2⟩ is zero throughout; lines that coincide are one
    assert legends[1] == ["T, ⟨σ1⟩", "$M_{1}$", "$M_{2}$", "$M_{3}$"]
    assert len(legends[2]) == 3 and legends[4] == ["|$ε_{1}$|, |$ε_{2}$|, |$ε_{3}$|"]
    assert [text.get_text() for text in figure.texts] == ["Thin lines: negative values."]
    assert_readable(figure)
    for panel in figure.axes:
        assert panel.get_yscale() == "log" and np.all(np.isfinite(panel.get_ylim())) and panel.get_ylim()[0] > 0
        assert all(len(line.get_xdata()) == STEPS for line in panel.lines)
    np.testing.assert_array_equal(figure.axes[0].lines[1].get_ydata(), 35 * TEMPERATURE**4)
    assert figure.get_figwidth() == style.TWO_COLUMNS


def test_both_signs_are_drawn(tmp_path):
    panel = evolution.evolution(write_trace(tmp_path / "trace.h5")).axes[4]
    positive, negative = (line.get_ydata() for line in panel.lines[:2])
    np.testing.assert_array_equal(np.where(np.isnan(positive), negative, positive), np.abs(1e-6 * np.cos(X)))
    assert not np.any(np.isfinite(positive) & np.isfinite(negative))


def test_temperature_above_the_panels(tmp_path):
    figure = evolution.evolution(write_trace(tmp_path / "trace.h5"))
    (above,) = figure.axes[0].child_axes
    assert above.get_xlabel() == "T [GeV]"
    # a decade lies where T passes it; T is sampled, so to the accuracy of linear interpolation in ln a
    np.testing.assert_allclose(5e4 * np.exp(-above.get_xticks()), [1, 10, 100, 1e3, 1e4], rtol=1e-6)


@pytest.mark.parametrize(
    "without, expected",
    [
        (["rho_phi", "rho_R"], 5),
        (["T"], 6),
        (["log_scale_factor"], 6),
        ([f"n{kind}_{i}" for kind in ("", "_eq", "_th") for i in (1, 2, 3)] + ["Y_B", "eps_2"], 5),
    ],
)
def test_missing_datasets_leave_out_what_they_would_show(tmp_path, without, expected):
    figure = evolution.evolution(write_trace(tmp_path / "trace.h5", without))
    assert len(figure.axes) == expected
    (path, _) = style.write({"evolution": figure}, tmp_path)
    assert path.stat().st_size > 5000


def test_against_temperature_if_there_is_nothing_else(tmp_path):
    panel = evolution.evolution(write_trace(tmp_path / "trace.h5", ["log_scale_factor"])).axes[-1]
    assert panel.get_xlabel() == "T [GeV]" and panel.get_xscale() == "log"


def test_command(tmp_path):
    done = command_line("plot", write_trace(tmp_path / "trace.h5"), "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(tmp_path / "evolution.pdf"), str(tmp_path / "evolution.png")]
    assert_one_line_error(command_line("summary", tmp_path / "trace.h5"), tmp_path / "trace.h5")


def test_trace_without_anything_to_draw(tmp_path):
    path = tmp_path / "trace.h5"
    with h5py.File(path, "w") as file:
        file.attrs.update({"program": "mutauscan 0.1.0", "schema_version": "1"})
        add_column(file, "T", TEMPERATURE, "T", "GeV")
    with pytest.raises(analysis.ScanError, match="none of the quantities"):
        evolution.evolution(path)
    with h5py.File(path, "a") as file:
        del file["T"]
        add_column(file, "T", TEMPERATURE[:1], "T", "GeV")
    assert_one_line_error(command_line("plot", path), path, "1 steps")
