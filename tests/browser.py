"""A real JupyterLab in a real browser, for the tests and for the pictures of the docs."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat

from tests.conftest import ROOT

UNIT = "01-one-hot"
KEPT = ("min-max-exercise", "min-max-check", "one-hot-exercise", "one-hot-check", "hint-one-hot", "progress")
ASK = 'check.hint("one_hot")'  # what stands behind the # of the cell for hints
SETUP = 'import numpy as np\n\nfrom course import check\n\ncheck.guess("columns of Y", 10)'
AXE = "axe-core@4.10.3"  # the rules of accessibility, from npm
SECONDS = 60  # for one thing to happen in the browser: a busy machine is slow

# One answer after the other, as a student may write them into the two blanks.
WRONG = {
    "min_max": "def min_max(x):\n    return (x - x.min()) / x.max()",
    "one_hot": "def one_hot(labels, num_classes=10):\n    Y = np.zeros((len(labels), num_classes))\n"
    "    Y[:, labels] = 1\n    return Y",
}


def find_browser() -> str:
    """Return the path of chromium, or an empty string."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")


def right_answers() -> dict[str, str]:
    """Return the solution of each blank of the unit."""
    notebook = nbformat.read(ROOT / "solutions" / UNIT / f"{UNIT}.ipynb", as_version=4)
    graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in graded}


def write_unit(folder: Path) -> Path:
    """Write a short version of a released unit, two exercises of it, as a student gets it; return the notebook."""
    notebook = nbformat.read(ROOT / "release" / UNIT / f"{UNIT}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    setup = nbformat.v4.new_code_cell(SETUP, id="setup")
    notebook.cells = [setup, *(cells[name] for name in KEPT)]
    path = folder / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


@contextlib.contextmanager
def start_lab(folder: Path, settings: Path) -> Iterator[str]:
    """Run JupyterLab on a folder and yield its address.

    Parameters
    ----------
    settings : a folder for what it remembers
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    around = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "JUPYTERLAB_SETTINGS_DIR": str(settings / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
    }
    quiet = settings / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    with (settings / "lab.log").open("w") as log:
        lab = subprocess.Popen(command, env=around, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", lab)
        yield address
    finally:
        lab.terminate()
        lab.wait(timeout=SECONDS)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start")


@contextlib.contextmanager
def open_browser() -> Iterator:
    """Start chromium without a window, and yield it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Lab:
    """A notebook open in JupyterLab, and what a student does with it."""

    def __init__(self, page, address: str):
        self.page = page
        page.set_default_timeout(1000 * SECONDS)
        page.goto(f"{address}/lab/tree/{UNIT}/{UNIT}.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_selector(
            ".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached"
        )  # a kernel is there
        self.run("application:toggle-left-area") if page.locator("#jp-left-stack:visible").count() else None

    def run(self, command: str, **arguments) -> None:
        """Run one of JupyterLab's commands, as its menus do."""
        self.page.evaluate(
            "([name, options]) => { window.jupyterapp.commands.execute(name, options); }", [command, arguments]
        )

    def cell(self, place: int):
        """Return a cell by its place, also from the end."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(place)

    def output(self, place: int):
        """Return the output of a cell."""
        return self.cell(place).locator(".jp-OutputArea-output").last

    def execute(self, place: int, source: str | None = None) -> str:
        """Write into a cell, if there is something to write, run it with the keyboard, and return its output's text."""
        cell = self.cell(place)
        cell.locator(".cm-content").click()
        if source is not None:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(source)
        before = cell.locator(".jp-InputPrompt").first.inner_text()
        self.page.keyboard.press("Control+Enter")
        self.wait_until_run(place, before)
        return self.output(place).inner_text() if cell.locator(".jp-OutputArea-output").count() else ""

    def wait_until_run(self, place: int, before: str = "[ ]:") -> None:
        """Wait until a cell has another number than before."""
        prompt = self.cell(place).locator(".jp-InputPrompt").first.element_handle()
        self.page.wait_for_function(
            "([prompt, before]) => /\\d/.test(prompt.innerText) && prompt.innerText !== before", arg=[prompt, before]
        )

    def use_theme(self, name: str) -> None:
        """Change to "JupyterLab Light" or "JupyterLab Dark"."""
        self.run("apputils:change-theme", theme=name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
        self.page.wait_for_timeout(500)  # its style sheet loads
