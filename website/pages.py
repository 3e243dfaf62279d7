"""The pages of the site besides the units: what ``docs/`` holds, the API, and for instructors the notes and the mistakes."""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path

from course.checks.exercises import EXERCISES, UNITS
from website import address

_LINK = re.compile(r"(\]\()((?!https?:|mailto:|#)[^)\s#]+)(#[^)\s]*)?(\))")
_FENCE = re.compile(r"(^(```+).*?^\2\s*$)", re.MULTILINE | re.DOTALL)
# Where pages stand in the menu; a page of docs/ that is not named here comes last, so that a new one needs no change.
_MENU = {
    "Students": ("students", "checks", "course-map", "notation", "glossary"),
    "Instructors": ("instructors", "grading", "mistakes", "instructors/index"),
    "Contributors": ("contributing", "architecture", "api"),
    "About": ("alternatives", "comparison", "anchors", "lessons"),
}
_API = ("course.checks", "course.data", "course.network", "course.plots", "course.plots.figure")


def write_pages(root: Path, pages: Path, *, instructors: bool, with_solutions: bool) -> None:
    """Write all pages but the units into the folder that Sphinx reads.

    Parameters
    ----------
    root : the repository
    pages : made if it is missing
    instructors : add the notes for each unit and the bank of mistakes
    with_solutions : the menu lists the solutions too
    """
    for path in sorted((root / "docs").rglob("*")):
        place = path.relative_to(root / "docs")
        if path.is_dir() or (place.parts[0] == "instructors" and not instructors):
            continue
        (pages / place).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text = point_to_pages(path.read_text(encoding="utf-8"), f"docs/{place.as_posix()}", root, instructors)
            (pages / place).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(path, pages / place)
    contributing = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (pages / "contributing.md").write_text(point_to_pages(contributing, "CONTRIBUTING.md", root, instructors), "utf-8")
    (pages / "api.md").write_text(_api(), encoding="utf-8")
    if instructors:
        (pages / "mistakes.md").write_text(mistake_bank(), encoding="utf-8")
        notes = "\n".join(path.stem for path in sorted((root / "docs" / "instructors").glob("*.md")))
        index = f"# Notes for each unit\n\n```{{toctree}}\n{notes}\n```\n"
        (pages / "instructors" / "index.md").write_text(index, encoding="utf-8")
    menu = _menu(pages, instructors=instructors, with_solutions=with_solutions)
    first = pages / "index.md"
    first.write_text(first.read_text(encoding="utf-8") + menu, encoding="utf-8")


def point_to_pages(text: str, path: str, root: Path, instructors: bool) -> str:
    """Return a text whose links lead to pages of the site, or to the repository for what is no page.

    Parameters
    ----------
    path : of the text, from the repository's root
    instructors : whether the notes for instructors are pages; otherwise a link to them leads to the unit
    """
    here = "index.md" if path == "docs/index.md" else _page(path, root, instructors)

    def point(found: re.Match) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        page = _page(target, root, instructors)
        place = posixpath.relpath(page, posixpath.dirname(here) or ".") if page else address.source(target)
        return f"{found[1]}{place}{found[3] or ''}{found[4]}"

    parts = _FENCE.split(text)  # every third part is a block of code, the one after it only its fence
    return "".join(part if i % 3 == 1 else _LINK.sub(point, part) for i, part in enumerate(parts) if i % 3 != 2)


def _page(path: str, root: Path, instructors: bool) -> str:
    """Return which page (or picture) of the site shows a file of the repository; an empty string if none does."""
    if path == "CONTRIBUTING.md":
        return "contributing.md"
    if path == "README.md":
        return "index.md"
    parts = path.split("/")
    if parts[0] in ("source", "release", "solutions") and len(parts) > 1 and parts[1] in UNITS:
        return f"units/{parts[1]}.ipynb"
    if parts[:2] == ["docs", "instructors"] and not instructors:
        unit = posixpath.splitext(parts[-1])[0]
        return f"units/{unit}.ipynb" if unit in UNITS else ""
    if parts[0] == "docs" and (root / path).is_file():
        return "/".join(parts[1:])
    return ""


def _menu(pages: Path, *, instructors: bool, with_solutions: bool) -> str:
    """Return the lists of pages, by heading, as Sphinx reads them."""
    there = {path.relative_to(pages).with_suffix("").as_posix() for path in pages.rglob("*.md")}
    menu = {"Units": [f"{short_title(unit)} <units/{unit}>" for unit in UNITS]}
    if with_solutions:
        menu["Solutions"] = [f"{short_title(unit)} <solutions/{unit}>" for unit in UNITS]
    for heading, names in _MENU.items():
        menu[heading] = [name for name in names if name in there]
    named = {"index", *(name for names in menu.values() for name in names)}
    menu["About"] += sorted(name for name in there - named if not name.startswith("instructors/"))
    blocks = (
        f"```{{toctree}}\n:hidden:\n:caption: {heading}\n" + "\n".join(menu[heading]) + "\n```" for heading in menu
    )
    return "\n\n" + "\n\n".join(blocks) + "\n"


def short_title(unit: str) -> str:
    """Return "03 Forward pass" for "03-forward-pass"."""
    number, _, words = unit.partition("-")
    return f"{number} {words.replace('-', ' ').capitalize()}"


def _api() -> str:
    """Return the page with the docstrings of what notebooks use."""
    modules = "\n".join(f".. automodule:: {name}\n   :members:\n" for name in _API)
    return (
        "# What notebooks use\n\nThe functions and classes of the package `course`, from their docstrings.\n\n"
        f"```{{eval-rst}}\n{modules}\n```\n"
    )


def mistake_bank() -> str:
    """Return the page of all known mistakes: the name in reports, how it shows, its cause, and what the hint says."""
    from course.checks import check_answer
    from course.grading.repository import load_solutions

    load_solutions()
    from exercises.catalogue import load_entries

    entries = load_entries()
    lines = [
        "# The bank of mistakes",
        "Every mistake that the checks know by name. *How it shows* is what a check says that differs. Students do not get this page.",
    ]
    for name, exercise in EXERCISES.items():
        lines += [f"## {name}", f"Unit {exercise.unit}, {exercise.points} points."]
        lines += ["| mistake | how it shows | what it is | what the hint asks |", "|---|---|---|---|"]
        for mistake in entries[name].mistakes:
            verdict = check_answer(name, mistake.function)
            cells = (f"`{mistake.name}`", verdict.message, mistake.cause, mistake.advice)
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        lines.append("")
    return "\n\n".join(lines).replace("|\n\n|", "|\n|")


def _cell(text: str) -> str:
    text = " ".join(text.split()).replace("|", "\\|").replace("$", "\\$").replace("<", "&lt;")
    return text if text.startswith("`") else text.replace("*", "\\*").replace("_", "\\_")
