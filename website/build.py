"""``make site``: gather the pages, let Sphinx and JupyterLite make the site of them, and put it into ``site/``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import click

from course.bundle import make_wheel
from course.checks.exercises import UNITS
from course.files import replace_file
from website import lite, notebooks, packages, pages, slim, units

ROOT = Path(__file__).parents[1]


@click.command()
@click.option("--with-solutions", is_flag=True, help="Add a page with the executed solution of each unit.")
@click.option("--instructors", is_flag=True, help="Add the notes for each unit and the bank of mistakes.")
@click.option(
    "--pyodide", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Take packages from here."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "site", help="The site's folder."
)
def main(with_solutions: bool, instructors: bool, pyodide: Path | None, out: Path) -> None:
    """Build the course's website."""
    start = time.monotonic()
    work = ROOT / ".site"  # git ignores it
    npm = packages.install_npm(work)
    half = work / "finished"  # moved when it is whole: who serves site/ never sees a part of it
    for folder in (half, work / "pages"):
        shutil.rmtree(folder, ignore_errors=True)
    name, content = make_wheel(ROOT)
    wheel = work / "wheel" / name
    replace_file(wheel, content)

    shutil.copytree(ROOT / "website" / "static", work / "pages" / "_static")
    shutil.copyfile(ROOT / "website" / "conf.py", work / "pages" / "conf.py")
    packages.copy_mathjax(npm, work / "pages" / "_static" / "mathjax")
    for unit in UNITS:
        units.write_unit(ROOT, work / "pages", unit, with_solution=with_solutions)
    pages.write_pages(ROOT, work / "pages", instructors=instructors, with_solutions=with_solutions)
    sphinx = ["-m", "sphinx", "-W", "--keep-going", "-q", "-j", "auto", "-d", str(work / "doctrees")]
    subprocess.run([sys.executable, *sphinx, str(work / "pages"), str(half)], cwd=ROOT, check=True)

    slim.slim(half)
    notebooks.write_downloads(ROOT, half, wheel)
    lite.build(ROOT, work, npm, wheel, half / "lite", pyodide)
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(half, out)
    click.echo(f"The site is in {out}, made in {time.monotonic() - start:.0f} s. To look at it:")
    click.echo(f"  python -m http.server --directory {out.name}")


if __name__ == "__main__":
    main()
