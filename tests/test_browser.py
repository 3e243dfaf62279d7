"""A student's way in a real browser: what JupyterLab shows of checks, hints and progress, and who can read it.

Skipped without chromium (Debian: `apt-get install chromium`), Playwright (`pip install playwright`) or axe-core (from npm).
"""

import shutil
import subprocess

import pytest

from tests import browser

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
pytestmark = [
    pytest.mark.skipif(not browser.find_browser(), reason="no chromium: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),  # one JupyterLab for all of them
]
ANSWERS = (1, 3)  # the cells with the blanks of min_max and one_hot; the check of each stands below it
ONE_HOT_CHECK, HINT, PROGRESS = 4, 5, 6
SIZES = {"a narrow window": (800, 900), "a zoom of 200%": (640, 600)}


@pytest.fixture(scope="module")
def chromium():
    with browser.open_browser() as started:
        yield started


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """JupyterLab with a notebook that a student has just got."""
    folder = tmp_path_factory.mktemp("student")
    browser.write_unit(folder)
    with browser.start_lab(folder, tmp_path_factory.mktemp("settings")) as address:
        lab = browser.Lab(chromium.new_page(viewport={"width": 1200, "height": 1000}), address)
        lab.execute(0)
        yield lab


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """The text of axe-core."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm"):
        pytest.skip("no npm, which brings axe-core")
    command = ["npm", "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", browser.AXE]
    done = subprocess.run(command, capture_output=True, text=True)
    path = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip(f"npm could not bring axe-core: {done.stderr.strip()[-200:]}")
    return path.read_text(encoding="utf-8")


def test_from_a_wrong_answer_over_hints_to_a_right_one(lab):
    assert "one_hot is not defined yet. Run the cell" in lab.execute(ONE_HOT_CHECK)
    lab.execute(ANSWERS[1])
    assert "Empty" in lab.execute(ONE_HOT_CHECK)
    for place, answer in zip(ANSWERS, browser.WRONG.values(), strict=True):
        lab.execute(place, answer)
    said = lab.execute(ONE_HOT_CHECK)
    assert "Not right yet" in said and "What differs." in said and "(0 of 3 used)" in said
    card = lab.output(ONE_HOT_CHECK)
    assert card.locator("td u").count() and card.locator("th[scope=row]").count()
    assert not card.get_by_text("sets these columns in every row").is_visible()
    card.locator("summary", has_text="Likely cause").press("Enter")  # with the keyboard
    assert card.get_by_text("sets these columns in every row").is_visible()
    assert [f"Hint {step} of 3" in lab.execute(HINT, browser.ASK) for step in (1, 2, 3)] == [True] * 3
    lab.execute(ANSWERS[1], browser.right_answers()["one_hot"])
    said = lab.execute(ONE_HOT_CHECK)
    assert "Right" in said and "4 of 4 points" in said and "Tried: labels of every class" in said
    assert "Next: write min_max" in lab.execute(PROGRESS)  # it was run, but never checked


def test_a_screen_reader_is_told_the_verdict_in_a_region_that_was_there_before(lab):
    lab.execute(ANSWERS[0], browser.WRONG["min_max"])
    lab.execute(PROGRESS)
    region = lab.page.locator("#course-status")
    assert region.get_attribute("role") == "status"
    lab.execute(ANSWERS[0] + 1)
    lab.page.wait_for_function("document.getElementById('course-status').textContent.startsWith('min_max: not right')")
    assert region.count() == 1


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_cards_hints_and_progress(lab, axe, theme):
    lab.use_theme(theme)
    for place, answer in zip(ANSWERS, browser.WRONG.values(), strict=True):
        lab.execute(place, answer)
    lab.execute(HINT, browser.ASK)
    for place in (ANSWERS[0] + 1, ONE_HOT_CHECK, PROGRESS):
        lab.execute(place)
    lab.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    lab.page.evaluate(axe)
    found = lab.page.evaluate(
        "axe.run({include: ['.jp-OutputArea-output']}).then(result => [result.passes.length, result.violations"
        ".map(rule => rule.id + ': ' + rule.nodes[0].html + rule.nodes[0].failureSummary)])"
    )
    assert found[0] > 5 and found[1] == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_card_needs_no_scrolling_sideways(lab, size):
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    wide = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.innerText)"
    assert lab.page.locator(".jp-OutputArea-output").evaluate_all(wide) == []
    lab.page.set_viewport_size({"width": 1200, "height": 1000})


def test_all_is_right_after_restart_and_run_all_and_validate_says_so(lab):
    answers = browser.right_answers()
    for place, name in zip(ANSWERS, ("min_max", "one_hot"), strict=True):
        lab.execute(place, answers[name])
    lab.run("notebook:restart-run-all")
    lab.page.get_by_role("button", name="Confirm Kernel Restart").click()
    lab.page.wait_for_function("document.querySelectorAll('.jp-InputPrompt')[6].innerText == '[7]:'")
    assert "7 of 10 points" in lab.output(PROGRESS).inner_text()
    assert "Next: write from_one_hot" in lab.output(PROGRESS).inner_text()
    lab.page.get_by_role("button", name="Validate").click()
    lab.page.get_by_text("Success! Your notebook passes all the tests.").wait_for()


@pytest.mark.parametrize(("caption", "on_dark"), [("A line.", "invert"), ("Dark means ink.", "brightness")])
def test_a_figure_is_no_white_slab_on_a_dark_page(chromium, caption, on_dark):
    from course.plots.figure import Figure

    page, figure = chromium.new_page(), Figure("<svg/>", "A line.", caption).to_html()
    shown = []
    for is_light in ("true", "false"):
        page.set_content(f"<body data-jp-theme-light={is_light}>{figure}")
        shown.append(page.evaluate("getComputedStyle(document.querySelector('img')).filter"))
    assert shown[0] == "none" and on_dark in shown[1]
