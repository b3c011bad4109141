"""The HTML report: what it says, and the page in headless Chromium."""

import base64
import html.parser
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import report, targets
from support import POINTS, command_line

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def page(run):
    """The report of the small run, as a file made by the command."""
    path = run.parent / "report.html"
    done = command_line("report", run, "-o", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(path)]
    return path


def scatter_data(path):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text(), re.S)[1])


def values(data, name):
    (column,) = [column for column in data["columns"] if column["name"] == name]
    return np.frombuffer(base64.b64decode(column["values"]), dtype="<" + column["type"])


def test_says_what_the_run_did(page, run):
    text, scan = page.read_text(), analysis.open(run)
    assert "$" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)  # no placeholder is left
    for name in ("run_id", "git_hash", "compiler", "config_hash", "libraries"):
        assert scan.attributes_of_run[name] in text
    names, counts = np.unique(scan["status"], return_counts=True)
    for value, count in zip(names, counts):
        assert re.search(rf"{scan.status_names[value]}</td><td>{count:,}</td>", text)
    good, valid = scan.count(targets.explains_all(scan)), np.sum(scan["status"] == 0)
    assert f"<b>{good:,} of {valid:,} valid points do but the sign of the asymmetry</b>" in text
    assert f"mutauscan point --from {run} --index {scan.best(1)['index'][0]}" in text
    assert "points per second" in text and "lambda_phi_sigma = { min = -1e-2" in text  # the config


def test_needs_nothing_from_elsewhere(page):
    """No element of the page loads a file, and no script knows an address but that of its licence."""
    loads = []

    class Links(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            addresses = [value for name, value in attributes if name in ("src", "href")]
            loads.extend(address for address in addresses if not address.startswith("data:"))

    Links().feed(page.read_text())
    assert not loads
    assert set(re.findall(r"https?://[^\s'\"]+", page.read_text())) <= {"https://github.com/leeoniya/uPlot"}
    assert page.read_text().count("<img ") >= 5 and "The MIT License" in page.read_text()


def test_data_of_the_scatter_plot(page, run):
    data, scan = scatter_data(page), analysis.open(run)
    np.testing.assert_array_equal(values(data, "index"), scan["index"])
    for name in ("T_R", "Y_B", "delta_a_mu", "M1_TR"):
        np.testing.assert_array_equal(values(data, name), scan[name].astype("<f4"))
    assert [kind["count"] for kind in data["kinds"]] == np.bincount(values(data, "kind").astype(int)).tolist()
    assert data["kinds"][-1]["count"] == scan.count(targets.explains_all(scan)) > 0


@pytest.fixture
def without_maps(monkeypatch):
    """Leaves out figures that take seconds to draw, and have tests of their own."""
    monkeypatch.setattr(report, "_maps", lambda scan: "")


def test_subsample_keeps_what_explains_everything_and_says_so(merged, tmp_path, monkeypatch, without_maps):
    monkeypatch.setattr(report, "MOST_ROWS", 50)
    scan = analysis.open(merged)
    path = report.write(scan, tmp_path / "report.html")
    index = values(scatter_data(path), "index")
    goal = targets.explains_all(scan)
    good = set(scan.where(goal)["index"])
    assert len(index) <= 50 < POINTS and good <= set(index) and len(good) <= 25
    assert f"{len(index)} of {POINTS} rows: {len(good)} of the {len(good)} that explain everything" in path.read_text()


def test_report_without_a_point_that_explains_everything(merged, tmp_path):
    done = command_line("report", merged, "-o", tmp_path / "report.html", "--where", "abs(delta_a_mu) < 1e-9")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "report.html").read_text()
    assert re.search(r"<b>None of the \d+ valid points does", text)
    assert "Only rows with <code>abs(delta_a_mu) &lt; 1e-9</code>" in text


def test_reports_of_other_kinds_of_file(observed_sign, without_verdicts, type1, tmp_path, without_maps):
    for path, sign, g2, limits in ((observed_sign, True, True, True), (without_verdicts, False, True, False),
                                   (type1, True, False, False)):  # fmt: skip
        text = report.write(analysis.open(path), tmp_path / "report.html").read_text()
        assert ("No point does so with the observed sign" in text) != sign
        assert ("muon g−2 by" in text) == g2 and ("limit excludes do not count" in text) == limits
        assert len(scatter_data(tmp_path / "report.html")["kinds"]) == 4 + g2


def test_vendored_library_is_what_the_lock_file_names():
    folder = Path(report.__file__).parent / "report_page"
    lock = json.loads((folder / "package-lock.json").read_text())
    version = lock["packages"]["node_modules/uplot"]["version"]
    assert json.loads((folder / "package.json").read_text())["dependencies"] == {"uplot": version}
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    for name in ("uplot.js", "uplot.css"):
        assert (folder / "vendor" / name).read_text().startswith(f"/*! uPlot {version}\nThe MIT License")


# In the browser


@pytest.fixture(scope="module")
def browser(page):
    """Chromium showing the report."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="python3-selenium is not installed: no browser test")
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: no browser test")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1280,1100"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(60)
    driver.get(page.as_uri())
    yield driver
    driver.quit()


def drawn(browser):
    """State of the scatter plot, and its picture."""
    plot = browser.find_element("id", "plot")
    picture = browser.execute_script("return document.querySelector('#plot canvas').toDataURL()")
    state = {name: plot.get_attribute(f"data-{name}") for name in ("x", "y", "drawn")}
    labels = [browser.find_element("id", f"{side}-label").text.replace("\n", "") for side in "xy"]
    return state, labels, picture


def choose(browser, side, name):
    browser.execute_script(
        "const select = document.getElementById(arguments[0]); select.value = arguments[1];"
        "select.dispatchEvent(new Event('change', {bubbles: true}));", side, name,
    )  # fmt: skip


def coloured_pixels(browser):
    """Number of pixels of the canvas that are neither white, grey nor transparent."""
    return browser.execute_script("""
        const canvas = document.querySelector('#plot canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3] > 0 && Math.max(data[i], data[i+1], data[i+2]) - Math.min(data[i], data[i+1], data[i+2]) > 60)
            count++;
        return count;""")


def test_scatter_plot_responds(browser, run):
    scan = analysis.open(run)
    state, labels, first = drawn(browser)
    assert state == {"x": "m_zp", "y": "g_zp", "drawn": str(POINTS)}
    assert labels == ["mZ′ [GeV]", "gZ′"] and coloured_pixels(browser) > 500

    choose(browser, "x", "T_R")
    choose(browser, "y", "Y_B")
    state, labels, second = drawn(browser)
    finite = np.sum(np.isfinite(scan["Y_B"]) & (scan["Y_B"] != 0))
    assert (state["x"], state["y"], int(state["drawn"])) == ("T_R", "Y_B", finite)
    assert labels[0] == "TR [GeV]" and labels[1].replace("|", "") == "YB" and second != first

    choose(browser, "colour", "M_mutau")
    state, _, third = drawn(browser)
    assert third != second and browser.find_element("id", "colour-label").text.startswith("|Mμτ| [GeV]")
    choose(browser, "colour", "kind")

    browser.find_element("css selector", "[data-kind='1']").click()  # hides valid points that explain nothing
    hidden = scatter_data(run.parent / "report.html")["kinds"][1]["count"]
    assert int(drawn(browser)[0]["drawn"]) < finite and hidden > 0
    browser.find_element("css selector", "[data-kind='1']").click()
    choose(browser, "x", "m_zp")
    choose(browser, "y", "g_zp")
    assert drawn(browser)[2] == first
    assert browser.get_log("browser") == []


def test_hover_and_click_show_the_row_and_how_to_replay_it(browser, run):
    from selenium.webdriver import ActionChains

    choose(browser, "x", "index")
    choose(browser, "y", "T_R")
    box = browser.execute_script(
        "const over = document.querySelector('#plot .u-over'); over.scrollIntoView({block: 'center'});"
        "const box = over.getBoundingClientRect(); return [box.left, box.top, box.width, box.height];"
    )
    # index 100 of 0 to 199 on a linear axis with a margin of 3 % at each side, T_R likewise on a logarithmic one
    scan = analysis.open(run)
    across = (0.03 + 100 / (POINTS - 1)) / 1.06
    temperature = np.log(scan["T_R"].astype("f4"))
    up = (0.03 + (temperature[100] - temperature.min()) / np.ptp(temperature)) / 1.06
    target = browser.find_element("css selector", "#plot .u-over")
    offset = (round((across - 0.5) * box[2]), round((0.5 - up) * box[3]))
    ActionChains(browser).move_to_element_with_offset(target, *offset).click().perform()
    tip = browser.find_element("id", "tip").text
    command = f"mutauscan point --from {run} --index 100"
    assert command in tip and "GeV" in tip
    assert browser.find_element("id", "replay").text == command
    row = browser.find_element("id", "values").text
    assert f"{scan['T_R'][100]:.4g}"[:4] in row or f"{scan['T_R'][100]:.3e}"[:5] in row
    assert browser.get_log("browser") == []


def test_zoom_and_reset(browser):
    from selenium.webdriver import ActionChains

    choose(browser, "x", "m_zp")
    choose(browser, "y", "g_zp")
    before = drawn(browser)[2]
    over = browser.find_element("css selector", "#plot .u-over")
    drag = ActionChains(browser).move_to_element_with_offset(over, -100, -100).click_and_hold()
    drag.move_by_offset(200, 150).release().perform()
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert drawn(browser)[2] != before
    ActionChains(browser).double_click(over).perform()
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert drawn(browser)[2] == before
    assert browser.get_log("browser") == []


def test_screenshot(browser):
    """Kept for people to look at; here it only has to show the page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser.execute_script("scrollTo(0, 0)")
    height = browser.execute_script("return document.documentElement.scrollHeight")
    browser.set_window_size(1280, height + 150)
    assert browser.save_screenshot(str(SCREENSHOTS / "report.png"))
    assert (SCREENSHOTS / "report.png").stat().st_size > 100_000
    browser.find_element("id", "scatter").screenshot(str(SCREENSHOTS / "scatter.png"))
    print("screenshots:", SCREENSHOTS)
