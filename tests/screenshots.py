"""The pictures of checks in the docs, made anew: `python -m tests.screenshots`. Look at them before you commit them."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image

from tests import browser
from tests.conftest import ROOT

_FOLDER = ROOT / "docs"
_MARGIN = 6  # pixels around what is shown
_COLOURS = 128  # enough for text and a few fills, and a third of the bytes


def main() -> None:
    """Take a wrong answer, its hints and the progress in JupyterLab, light and dark, and write them to docs/."""
    with (
        tempfile.TemporaryDirectory() as work,
        tempfile.TemporaryDirectory() as settings,
        browser.open_browser() as chromium,
    ):
        browser.write_unit(Path(work))
        with browser.start_lab(Path(work), Path(settings)) as address:
            lab = browser.Lab(chromium.new_page(viewport={"width": 1000, "height": 1400}), address)
            for theme, ending in (("JupyterLab Light", ""), ("JupyterLab Dark", "-dark")):
                lab.use_theme(theme)
                _take_all(lab, ending)


def _take_all(lab: browser.Lab, ending: str) -> None:
    """Do what a student does, and take a picture of each step."""
    lab.execute(0)
    lab.execute(1, browser.right_answers()["min_max"])
    lab.execute(2)
    lab.execute(3, browser.WRONG["one_hot"])
    lab.execute(4)
    _write(lab, 3, 4, f"check{ending}")
    for _ in range(3):
        lab.execute(5, browser.ASK)
    _write(lab, 5, 5, f"hint{ending}")
    lab.execute(6)
    _write(lab, 6, 6, f"progress{ending}")


def _write(lab: browser.Lab, first: int, last: int, name: str) -> None:
    """Write a picture of some cells, one below the other."""
    lab.cell(0).locator(".jp-InputPrompt").first.click()  # so that none of them is the active cell
    lab.page.mouse.move(0, 0)
    lab.cell(last).scroll_into_view_if_needed()
    top, bottom = lab.cell(first).bounding_box(), lab.cell(last).bounding_box()
    area = {
        "x": top["x"] - _MARGIN,
        "y": top["y"] - _MARGIN,
        "width": top["width"] + 2 * _MARGIN,
        "height": bottom["y"] + bottom["height"] - top["y"] + 2 * _MARGIN,
    }
    picture = Image.open(io.BytesIO(lab.page.screenshot(clip=area))).convert("RGB")
    path = _FOLDER / f"{name}.png"
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {picture.width} x {picture.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
