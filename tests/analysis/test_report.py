"""The HTML report: what it says, what it refuses to do with foreign text, and the page in headless Chromium."""

import base64
import html.parser
import json
import re
import shutil
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

import mutauscan_analysis as analysis
from mutauscan_analysis import library, page_data, report, targets
from support import NO_OK_POINT, ONE_AXIS_SCAN, POINTS, command_line

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
needs_library = pytest.mark.skipif(library.d3() is None, reason="node-d3 is not installed: no interactive plot")


@pytest.fixture(scope="module")
def page(run):
    """The report of the small run, as a file made by the command."""
    path = run.parent / "report.html"
    done = command_line("report", run, "--sign", "any", "-o", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(path)]
    return path


def scatter_data(path):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text(), re.S)[1])


def values(data, name):
    (column,) = [column for column in data["columns"] if column["name"] == name]
    return np.frombuffer(base64.b64decode(column["values"]), dtype="<" + column["type"])


@needs_library
def test_says_what_the_run_did(page, run):
    text, scan = page.read_text(), analysis.open(run, "any")
    assert "$" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)  # no placeholder is left
    for name in ("run_id", "git_hash", "compiler", "config_hash", "libraries"):
        assert scan.attributes_of_run[name] in text
    assert "model.nufit" in text or "limits.nufit" in text
    names, counts = np.unique(scan["status"], return_counts=True)
    for value, count in zip(names, counts):
        assert re.search(rf"{scan.status_names[value]}</th><td>{count:,}</td>", text)
    good, valid = scan.count(targets.explains_all(scan)), np.sum(scan["status"] == 0)
    assert f"<b>{good:,} of {valid:,} valid points explain" in text
    assert f"mutauscan point --from {run} --index {scan.best(1)['index'][0]}" in text
    assert "points per second" in text and "lambda_phi_sigma = { min = -1e-2" in text  # the config
    assert "What the conditions leave" in text and "not excluded by NA64μ" in text


@needs_library
def test_needs_nothing_from_elsewhere(page):
    """No element of the page loads a file, scripts are those of its policy, and d3 has its licence beside it."""
    loads = []

    class Links(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            addresses = [value for name, value in attributes if name in ("src", "href")]
            loads.extend(address for address in addresses if not address.startswith("data:"))

    text = page.read_text()
    Links().feed(text)
    assert not loads
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', text)
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(scripts) == policy.count("sha256-") == 2
    assert text.count("<img ") >= 5 and "Redistribution" in text and not re.search(r"<[^>]* on\w+=", text)


@needs_library
def test_data_of_the_scatter_plot(page, run):
    data, scan = scatter_data(page), analysis.open(run, "any")
    np.testing.assert_array_equal(values(data, "index"), scan["index"])
    for name in ("T_R", "Y_B", "delta_a_mu", "M1_TR"):
        np.testing.assert_array_equal(values(data, name), scan[name].astype("<f4"))
    assert [kind["count"] for kind in data["kinds"]] == np.bincount(values(data, "kind").astype(int)).tolist()
    assert data["kinds"][-1]["count"] == scan.count(targets.explains_all(scan)) > 0
    both = scan.count(targets.explains_measured(scan))
    assert data["kinds"][-2]["count"] == both - data["kinds"][-1]["count"]
    assert {tuple(curve["axes"]) for curve in data["curves"]} == {("m_zp", "g_zp"), ("g_zp", "m_zp")}


@pytest.fixture
def without_maps(monkeypatch):
    """Leaves out figures that take seconds to draw, and have tests of their own."""
    monkeypatch.setattr(report, "_maps", lambda scan: "")


@needs_library
def test_subsample_keeps_what_explains_everything_and_says_so(merged, tmp_path, monkeypatch, without_maps):
    monkeypatch.setattr(page_data, "MOST_ROWS", 50)
    scan = analysis.open(merged, "any")
    path = report.write(scan, tmp_path / "report.html")
    index = values(scatter_data(path), "index")
    goal = targets.explains_all(scan)
    good = set(scan.where(goal)["index"])
    assert len(index) <= 50 < POINTS and good <= set(index) and len(good) <= 25
    assert f"{len(index)} of {POINTS} rows: {len(good)} of the {len(good)} that explain everything" in path.read_text()


def test_without_the_library_the_page_says_what_is_missing(merged, tmp_path, monkeypatch, without_maps):
    monkeypatch.setattr(library, "places", lambda: [tmp_path / "nowhere.js"])
    text = report.write(analysis.open(merged, "any"), tmp_path / "report.html").read_text()
    assert "apt install node-d3" in text and "<script" not in text and "script-src 'none'" in text
    assert text.count("<img ") >= 1


def test_library_of_npm(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "mutauscan" / "node_modules" / "d3"
    (folder / "dist").mkdir(parents=True)
    (folder / "dist" / "d3.min.js").write_text("d3 = 1")
    (folder / "LICENSE").write_text("the licence */ of it")
    assert folder / "dist" / "d3.min.js" in library.places()
    monkeypatch.setattr(library, "places", lambda: [folder / "dist" / "d3.min.js"])
    assert library.d3() == "/*\nthe licence * / of it\n*/\nd3 = 1"


def test_report_that_finds_nothing_says_why(merged, tmp_path, without_maps):
    """The condition that no row is left after, and the choice that would find some."""
    scan = analysis.open(merged)
    text = report.write(scan, tmp_path / "report.html").read_text()
    assert re.search(r"<b>None of the \d+ valid points explains everything: of ", text)
    assert "none satisfies the condition observed sign of Y<sub>B</sub>" in text and "--sign any counts them" in text
    scan = scan.where("abs(delta_a_mu) < 1e-9")
    text = report.write(scan, tmp_path / "report.html").read_text()
    assert "none satisfies the condition" in text and "within 2σ." in text and "Only rows with <code>abs(delta_a_mu) &lt; 1e-9</code>" in text


def test_reports_of_other_kinds_of_file(observed_sign, without_verdicts, type1, tmp_path, without_maps):
    for path, sign, g2, limits in ((observed_sign, "observed", True, True), (without_verdicts, "any", True, False),
                                   (type1, "observed", False, False)):  # fmt: skip
        text = report.write(analysis.open(path, sign), tmp_path / "report.html").read_text()
        assert ("observed size and sign" in text) == (sign == "observed")
        assert ("muon g−2 by" in text) == g2 and ("limit excludes do not count" in text) == limits
        if library.d3():
            assert len(scatter_data(tmp_path / "report.html")["kinds"]) == 4 + g2 + limits


EVIL = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>&'\"`${1}"


@pytest.fixture(scope="module")
def crafted(merged, tmp_path_factory):
    """A report of a file with markup wherever a file has text."""
    folder = tmp_path_factory.mktemp("crafted")
    path = folder / "evil.h5"
    shutil.copy(merged, path)
    with h5py.File(path, "a") as file:
        for name, column in file.items():
            if not isinstance(column, h5py.Dataset):
                continue
            for attribute in ("units", "symbol", "long_name"):
                column.attrs[attribute] = EVIL
            if "enum_names" in column.attrs:
                names = json.loads(column.attrs["enum_names"])
                column.attrs["enum_names"] = json.dumps({value: "ok" if text == "ok" else EVIL for value, text in names.items()})
        for name in ("run_id", "program", "git_hash", "compiler", "libraries", "config_hash", "created", "config_toml"):
            file.attrs[name] = ("mutauscan " if name == "program" else "") + EVIL
        config = json.loads(file.attrs["config"])
        config["model"]["texture"] = config["model"]["regulator"] = config["scan"]["sampler"] = EVIL
        file.attrs["config"] = json.dumps(config)
    out = folder / "report.html"
    scan = analysis.open(path, "any").where("T_R > 0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_maps", lambda scan: "")
        return report.write(scan, out)


def test_text_of_a_file_stays_text(crafted):
    """No tag of the page comes from the file; checked by a parser, and below by the browser."""
    tags = []

    class Tags(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append((tag, {name for name, _ in attributes}))

    Tags().feed(re.sub(r"<script.*?</script>", "", crafted.read_text(), flags=re.S))
    assert not [tag for tag, _ in tags if tag == "script"]
    assert all(not {name for name in names if name.startswith("on")} for _, names in tags)
    assert "pwned" in crafted.read_text()


# In the browser


def start_browser():
    webdriver = pytest.importorskip("selenium.webdriver", reason="python3-selenium is not installed: no browser test")
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: no browser test")
    if library.d3() is None:
        pytest.skip("node-d3 is not installed: no interactive plot")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1280,1100"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(300)
    driver.set_script_timeout(300)
    return driver


@pytest.fixture(scope="module")
def driver():
    driver = start_browser()
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver, page):
    """Chromium showing the report."""
    driver.get("about:blank")
    driver.get(page.as_uri())
    driver.get_log("browser")
    return driver


def console(browser):
    return [entry["message"] for entry in browser.get_log("browser")]


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
    size = np.abs(scan["Y_B"])  # below 1e-14 is noise; the axis goes a little beyond
    assert (state["x"], state["y"]) == ("T_R", "Y_B")
    assert np.sum(size >= 1e-14) <= int(state["drawn"]) <= np.sum(size >= 0.3e-14)
    assert labels[0] == "TR [GeV]" and labels[1].replace("|", "") == "YB" and second != first
    assert "observed asymmetry" in browser.find_element("id", "guides").text

    choose(browser, "colour", "M_mutau")
    state, _, third = drawn(browser)
    assert third != second and browser.find_element("id", "colour-label").text.startswith("|Mμτ| [GeV]")
    choose(browser, "colour", "allowed")
    assert set(browser.find_element("id", "colour-low").text.split("\n")) <= {"yes", "no", "says nothing, or not reached"}
    choose(browser, "colour", "kind")

    browser.find_element("css selector", "[data-kind='1']").click()  # hides valid points that explain nothing
    assert int(drawn(browser)[0]["drawn"]) < int(state["drawn"])
    browser.find_element("css selector", "[data-kind='1']").click()
    choose(browser, "x", "m_zp")
    choose(browser, "y", "g_zp")
    assert drawn(browser)[2] == first and "CCFR" in browser.find_element("id", "guides").text
    assert console(browser) == []


SWEEP = """
const done = arguments[arguments.length - 1], failures = [];
const pick = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event("change")); };
const tick = (id, on) => { const e = document.getElementById(id); e.checked = on; e.dispatchEvent(new Event("change")); };
const names = [...document.getElementById("x").options].map((option) => option.value);
const slow = [];
for (const side of ["x", "y", "colour"])
  for (const name of names)
    for (const log of [true, false]) {
      const start = performance.now();
      pick(side, name);
      tick(`${side}-log`, log);
      if (performance.now() - start > 3000) slow.push([side, name, log]);
      const canvas = document.querySelector("#plot canvas");
      if (canvas.clientHeight < 300) failures.push([side, name, log, "no plot"]);
      if (side === "colour") continue;
      const ticks = [...document.querySelectorAll("#plot g.axis text")].filter((text) => text.textContent).map((text) => [text.textContent, text.getBoundingClientRect()]);
      if (ticks.length < 3) failures.push([side, name, log, "ticks", ticks.length]);
      for (let i = 0; i < ticks.length; i++)
        for (let j = 0; j < i; j++) {
          const [a, b] = [ticks[i][1], ticks[j][1]];
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) failures.push([side, name, log, "overlap", ticks[i][0], ticks[j][0]]);
        }
      const box = document.getElementById("plot").getBoundingClientRect();
      for (const [text, place] of ticks) if (place.left < box.left - 1 || place.right > box.right + 1) failures.push([side, name, log, "cut", text]);
    }
done([names.length, failures, slow]);
"""


def test_every_column_on_every_axis(browser):
    """With and without logarithm: a plot is drawn, with ticks that neither meet nor are cut, and the console stays empty."""
    count, failures, slow = browser.execute_async_script(SWEEP)
    assert count > 60 and failures == [] and slow == []
    assert console(browser) == []


ZOOM = """
const box = document.getElementById("plot"), done = arguments[arguments.length - 1], seed = arguments[0];
let state = seed;
const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
const names = [...document.getElementById("x").options].map((option) => option.value);
const fire = (type, x, y) => box.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, button: 0, pointerType: "mouse", bubbles: true }));
box.setPointerCapture = () => {};
let longest = 0;
for (let number = 0; number < 200; number++) {
  if (number % 4 === 0) for (const side of ["x", "y"]) {
    const select = document.getElementById(side);
    select.value = number % 8 ? names[Math.floor(random() * names.length)] : { x: "m_zp", y: "g_zp" }[side];
    select.dispatchEvent(new Event("change"));
  }
  const place = box.getBoundingClientRect(), start = performance.now();
  const [x1, x2, y1, y2] = [0, 1, 2, 3].map((side) => (side < 2 ? place.left + random() * place.width : place.top + random() * place.height));
  fire("pointerdown", x1, y1);
  fire("pointermove", x2, y2);
  fire("pointerup", x2, y2);
  if (number % 7 === 0) document.getElementById("zoom-out").click();
  longest = Math.max(longest, performance.now() - start);
}
done([longest, document.querySelector("#plot canvas").clientHeight]);
"""


def test_two_hundred_random_zooms(browser):
    longest, height = browser.execute_async_script(ZOOM, 20261125)
    assert longest < 5000 and height > 300
    assert console(browser) == []
    browser.find_element("id", "reset").click()
    assert int(drawn(browser)[0]["drawn"]) > 0


def test_zoom_is_kept_and_reset(browser):
    from selenium.webdriver import ActionChains

    choose(browser, "x", "m_zp")
    choose(browser, "y", "g_zp")
    before = drawn(browser)
    plot = browser.find_element("id", "plot")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", plot)
    drag = ActionChains(browser).move_to_element_with_offset(plot, -100, -100).click_and_hold()
    drag.move_by_offset(200, 150).release().perform()
    zoomed = drawn(browser)
    assert zoomed[2] != before[2] and 0 < int(zoomed[0]["drawn"]) < int(before[0]["drawn"])
    choose(browser, "colour", "T_R")  # keeps it
    assert drawn(browser)[0]["drawn"] == zoomed[0]["drawn"]
    browser.find_element("id", "x-log").click()
    assert abs(int(drawn(browser)[0]["drawn"]) - int(zoomed[0]["drawn"])) <= 1
    browser.find_element("id", "x-log").click()
    time.sleep(1)
    address = browser.current_url
    browser.get("about:blank")
    browser.get(address)  # a link shows the same plot
    assert drawn(browser)[0] == zoomed[0] and browser.find_element("id", "colour").get_attribute("value") == "T_R"
    choose(browser, "colour", "kind")
    browser.find_element("id", "reset").click()
    assert drawn(browser)[2] == before[2]
    assert console(browser) == []


def test_filters(browser, run):
    scan = analysis.open(run)
    choose(browser, "filter", "T_R")
    browser.execute_script("""for (const [id, value] of [["filter-low", "3e4"], ["filter-high", "9e4"]]) {
        document.getElementById(id).value = value; document.getElementById(id).dispatchEvent(new Event("change")); }""")
    assert int(drawn(browser)[0]["drawn"]) == np.sum((scan["T_R"] >= 3e4) & (scan["T_R"] <= 9e4))
    browser.execute_script("""const box = document.getElementById("named"); box.value = "loglike";
        box.dispatchEvent(new Event("input"));""")
    names = browser.execute_script("return [...document.getElementById('x').options].map((option) => option.value)")
    assert all("loglike" in name for name in names if name != "m_zp") and len(names) > 3
    assert console(browser) == []


def test_pointing_and_clicking_show_the_row_and_how_to_replay_it(browser, run):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    scan = analysis.open(run)
    choose(browser, "x", "index")
    choose(browser, "y", "T_R")
    plot = browser.find_element("id", "plot")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", plot)
    width, height = plot.size["width"], plot.size["height"]
    # index 100 of 0 to 199 on a linear axis with a margin of 3 % at each side, T_R likewise on a logarithmic one
    across = 78 + (width - 92) * (0.03 + 100 / (POINTS - 1)) / 1.06
    temperature = np.log(scan["T_R"].astype("f4"))
    up = height - 24 - (height - 32) * (0.03 + (temperature[100] - temperature.min()) / np.ptp(temperature)) / 1.06
    ActionChains(browser).move_to_element_with_offset(plot, round(across - width / 2), round(up - height / 2)).click().perform()
    tip = browser.find_element("id", "tip").text
    command = f"mutauscan point --from {run} --index 100"
    assert command in tip and "GeV" in tip
    assert browser.find_element("id", "replay").text == command
    row = browser.find_element("id", "values").text
    assert f"{scan['T_R'][100]:.4g}"[:4] in row or f"{scan['T_R'][100]:.3e}"[:5] in row
    plot.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)  # the second row from the left
    assert browser.find_element("id", "replay").text.endswith("--index 1")
    assert console(browser) == []


def test_text_of_a_file_is_not_run(driver, crafted):
    """At load, with every column chosen, and with a row shown."""
    driver.get(crafted.as_uri())
    title = driver.title
    assert "pwned" not in title
    driver.execute_async_script(SWEEP)
    driver.execute_script("const box = document.getElementById('plot'); box.dispatchEvent(new KeyboardEvent('keydown', "
                          "{key: 'ArrowRight'})); box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}));")  # fmt: skip
    assert driver.find_element("id", "row").is_displayed() and "onerror" in driver.find_element("id", "values").text
    assert driver.title == title and console(driver) == []
    assert driver.execute_script("return document.querySelectorAll('#scatter img, #scatter script').length") == 0


def test_pages_of_one_row_and_of_a_constant_axis(driver, make_run, merged, tmp_path, without_maps):
    one = analysis.open(make_run(ONE_AXIS_SCAN.replace("points = 20", "points = 1")), "any")
    row = analysis.open(merged, "any").where("index == 7")
    for number, scan in enumerate((one, row)):
        path = report.write(scan, tmp_path / f"{number}.html")
        driver.get(path.as_uri())
        assert drawn(driver)[0]["drawn"] == "1" and console(driver) == []


def test_failed_points_show_their_status(driver, make_run, tmp_path):
    """Pale rings where something else is coloured; the colour of their status where that is."""
    scan = analysis.open(make_run(NO_OK_POINT.replace("[scan]", "T_R = { min = 1e4, max = 1e5 }\n[scan]")))
    driver.get(report.write(scan, tmp_path / "failed.html").as_uri())
    choose(driver, "y", "T_R")
    choose(driver, "colour", "status")
    by_status = coloured_pixels(driver)
    choose(driver, "colour", "kind")
    assert by_status > 20 * len(scan) and coloured_pixels(driver) < by_status / 20


@pytest.mark.parametrize("width", [1280, 390])
def test_layout_and_screenshots(browser, width):
    """Nothing is wider than the page, and the plot has room; pictures are kept for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1,
                                                                   "mobile": width < 700})  # fmt: skip
    try:
        browser.refresh()
        page_width = browser.execute_script("return document.documentElement.scrollWidth")
        plot = browser.execute_script("return document.getElementById('plot').clientWidth")
        assert page_width <= width and plot > 0.75 * width - 100
        height = browser.execute_script("return document.documentElement.scrollHeight")
        picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
            "x": 0, "y": 0, "width": width, "height": height, "scale": 1}})  # fmt: skip
        (SCREENSHOTS / f"report-{width}.png").write_bytes(base64.b64decode(picture["data"]))
        assert (SCREENSHOTS / f"report-{width}.png").stat().st_size > 100_000
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
