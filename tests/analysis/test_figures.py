"""What scatter figures show: labels, numbers of points, values; and all figures for other axes than the main ones."""

import matplotlib
import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import labels, maps, profiles, scatter, style, targets
from mutauscan_analysis.axis import Axis
from mutauscan_analysis.binned import Grid
from mutauscan_analysis.conditions import ANY
from support import GENERIC_SCAN, ONE_AXIS_SCAN, OTHER_AXES_SCAN, command_line


def write_all(scan, directory):
    """Every figure of a scan can be written, whatever its axes are."""
    figures = {"where": scatter.where(scan), "asymmetry": scatter.asymmetry(scan), "profiles": profiles.along_axes(scan)}
    figures |= {"corner": profiles.corner(scan), "maps": maps.fraction(scan), "likelihood": profiles.likelihood(scan)}
    assert len(style.write(figures, directory)) == 12


def drawn_points(panel):
    return [len(line.get_xdata()) for line in panel.lines]


@pytest.mark.parametrize("kind", ["merged", "without_verdicts", "observed_sign"])
def test_where(kind, request):
    scan = analysis.open(request.getfixturevalue(kind), "observed" if kind == "observed_sign" else "any")
    figure = scatter.where(scan)
    ok = scan["status"] == 0
    allowed = scan["allowed"] == 1 if "allowed" in scan else ok
    g2 = ok & targets.explains_g_minus_2(scan["delta_a_mu"])
    asymmetry = ok & targets.has_right_asymmetry(scan[scan.asymmetry])
    labels = [(panel.get_xlabel(), panel.get_ylabel()) for panel in figure.axes]
    assert len(labels) == 6
    assert labels[:3] == [
        ("$T_{R}$ [GeV]", "−$λ_{Φσ}$"),
        ("|$M_{μτ}$| [$10^{7}$ GeV]", "|$h_{eτ}$|"),
        ("$m_{Z′}$ [GeV]", "$g_{Z′}$ [$10^{-3}$]"),
    ]
    kinds = [ok, g2, asymmetry, g2 & asymmetry & ~allowed, g2 & asymmetry & allowed]
    if "allowed" not in scan:
        del kinds[3]
    for panel in figure.axes:
        assert drawn_points(panel) == [mask.sum() for mask in kinds]
        assert panel.get_xscale() == panel.get_yscale() == "log"
    assert np.all(figure.axes[0].lines[0].get_ydata() > 0)
    assert figure.get_figwidth() == style.TWO_COLUMNS


def test_asymmetry(merged):
    scan = analysis.open(merged)
    figure = scatter.asymmetry(scan)
    panel, colours = figure.axes
    values = scan[scan.asymmetry][scan["status"] == 0]
    drawn = {len(collection.get_offsets()) for collection in panel.collections}
    assert drawn == {np.sum(values > 0), np.sum(values < 0)}
    assert panel.get_xlabel() == "$T_{R}$ [GeV]" and colours.get_ylabel() == "|$M_{μτ}$| [$10^{7}$ GeV]"
    assert panel.get_ylabel() == labels.mathtext(f"|{scan.symbol(scan.asymmetry)}|")
    assert panel.lines[0].get_ydata()[0] == 8.70e-11
    assert figure.get_figwidth() == style.ONE_COLUMN


def test_model_without_g_minus_2(type1, tmp_path):
    scan = analysis.open(type1)
    legend = [text.get_text() for text in scatter.where(scan).legends[0].get_texts()]
    assert legend == ["all valid points", "$Y_{B}$ within a factor 3", "everything"]
    write_all(scan, tmp_path)
    assert not targets.has_g_minus_2(scan)
    values = scan["Y_B"][scan["status"] == 0]
    expected = (np.log(values[values > 0] / 8.70e-11) / np.log(3)) ** 2
    assert scan.best(1)["merit"][0] == pytest.approx(expected.min())


def test_plot_writes_files(run, tmp_path):
    done = command_line("plot", run, "-o", tmp_path / "figures")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "figures").iterdir() if path.stat().st_size > 1000}
    assert names == {f"{name}.{suffix}" for name in ("where", "asymmetry", "maps") for suffix in ("pdf", "png")}
    assert len(done.stdout.splitlines()) == 6


def test_other_axes_than_the_main_ones(make_run, tmp_path):
    scan = analysis.open(make_run(GENERIC_SCAN), "any")
    figure = scatter.where(scan)
    labels = [(panel.get_xlabel(), panel.get_ylabel()) for panel in figure.axes]
    assert labels == [("$λ_{Φσ}$", "δ [deg]"), ("$λ_{τ}$", "$λ_{Φσ}$")]
    assert figure.axes[0].get_xscale() == "symlog" and figure.axes[0].get_yscale() == "linear"
    write_all(scan, tmp_path)


def test_one_axis(make_run, tmp_path):
    scan = analysis.open(make_run(ONE_AXIS_SCAN), "any")
    (panel,) = scatter.where(scan).axes
    assert panel.get_xlabel() == "|$M_{μτ}$| [GeV]"
    (panel,) = scatter.asymmetry(scan).axes
    assert panel.get_xlabel() == "|$M_{μτ}$| [GeV]"
    write_all(scan, tmp_path)


@pytest.mark.parametrize(
    "label, expected",
    [
        ("λ_Φσ", "$λ_{Φσ}$"),
        ("m_{Z′} [GeV]", "$m_{Z′}$ [GeV]"),
        ("⟨σ1⟩(T_R)", "⟨σ1⟩($T_{R}$)"),
        ("Γ(LΦ)_1", "Γ(LΦ)$_{1}$"),
        ("ε_std,1", r"$ε_{\mathrm{std},1}$"),
        ("|Y_B^est|", r"|$Y_{B}^{\mathrm{est}}$|"),
        ("Δm²21 [eV^2]", r"Δm²21 [$\mathrm{eV}^{2}$]"),
        ("phase", "phase"),
        ("x_{a", "x_{a"),
        ("a$b_c", "a$b_c"),
    ],
)
def test_mathtext(label, expected):
    assert labels.mathtext(label) == expected


def test_every_label_can_be_drawn(merged):
    scan = analysis.open(merged)
    figure = matplotlib.figure.Figure()
    for name in scan.columns:
        figure.text(0.5, 0.5, labels.mathtext(scan.label(name)))
    figure.canvas.draw()




@pytest.mark.parametrize("label, expected", [
    ("m_{Z′} [GeV]", "m<sub>Z′</sub> [GeV]"),
    ("|Y_B^est| < 3", "|Y<sub>B</sub><sup>est</sup>| &lt; 3"),
])  # fmt: skip
def test_labels_in_html(label, expected):
    assert labels.html(label) == expected


def test_many_points_are_thinned_and_the_legend_says_so(merged, monkeypatch):
    monkeypatch.setattr(scatter, "MOST_POINTS", 30)
    scan = analysis.open(merged)
    figure = scatter.where(scan)
    valid = np.sum(scan["status"] == 0)
    share = -(-valid // 30)
    assert drawn_points(figure.axes[0])[0] == -(-valid // share)
    assert figure.legends[0].get_texts()[0].get_text() == f"all valid points (1 in {share})"


def test_values_and_normal_axes(make_run, tmp_path):
    scan = analysis.open(make_run(OTHER_AXES_SCAN), "any")
    grid = Grid([Axis(scan, "h_etau"), Axis(scan, "theta23_deg")], 10)
    assert grid.shape == (3, 10)
    assert grid.counts(scan, [ANY]).sum() == len(scan)
    write_all(scan, tmp_path)


@pytest.mark.parametrize(
    "value, expected",
    [(0.5, "0.5"), (100, "100"), (2e6, r"$2{\times}10^{6}$"), (1e-3, "$10^{-3}$"), (4.25e-3, r"$4.25{\times}10^{-3}$")],
)
def test_tick_labels_tell_ticks_apart(value, expected):
    assert labels.power_of_ten(value) == expected
