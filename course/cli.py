"""The ``course`` command: what an instructor types."""

from __future__ import annotations

import os
from pathlib import Path

import click

from course.checks.exercises import UNITS


class Target(click.ParamType):
    """What can be built: an exercise or a unit by its name, or a unit by its number."""

    name = "target"

    def convert(self, value, param, ctx) -> str:
        units = sorted(path.name for path in (_root() / "source").glob("[0-9]*"))
        exercises = sorted(path.stem for path in (_root() / "exercises").glob("*.py"))
        for unit in units:
            if value == unit or (value.isdigit() and int(value) == int(unit[:2])):
                return unit
        if value in exercises:
            return value
        self.fail(f"there is no unit and no exercise {value!r}. The units are {', '.join(units)}.", param, ctx)


class Unit(click.ParamType):
    """A unit by its name, ``03-forward-pass``, or by its number, ``3``; or another folder in source/ of ``--folder``."""

    name = "unit"

    def convert(self, value, param, ctx) -> str:
        for unit in UNITS:
            if value == unit or (value.isdigit() and int(value) == int(unit[:2])):
                return unit
        own = ctx.params.get("folder") if ctx else None
        if own is not None and value not in ("", ".", "..") and "/" not in value and (own / "source" / value).is_dir():
            return value
        self.fail(f"there is no unit {value!r}. There are: {', '.join(UNITS)}.", param, ctx)


def _root() -> Path:
    from course.grading.repository import find_root

    return find_root()


_DATABASE = click.option("--db", "database", help="The gradebook, any address that nbgrader takes.")
_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    is_eager=True,  # UNIT may be a folder in it
    help="The course directory.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="neural-networks-from-scratch")
def main() -> None:
    """Build and grade the course "Neural networks from scratch in NumPy"."""


@main.command()
@click.argument("targets", nargs=-1, type=Target())
@click.option("--check", is_flag=True, help="Write nothing; name each file that differs, and exit with 1 if one does.")
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes; one for each core.")
def build(targets: tuple[str, ...], check: bool, jobs: int) -> None:
    """Make release/, solutions/ and course/exercises/ from source/ and exercises/.

    TARGETS are units (03-forward-pass, or 3) and exercises (softmax); without any, the whole course is built. What has not
    changed since it was built last is not built again.
    """
    from course.build import build as build_course

    names = build_course(_root(), targets, check=check, jobs=jobs, report=click.echo)
    if check and names:
        lines = "\n".join(f"  {name}" for name in names)
        raise click.ClickException(
            f"not as the build makes it:\n{lines}\nRun `course build` and commit what it writes."
        )
    click.echo("everything is as the build makes it" if not names else f"{len(names)} files written")


@main.command()
@click.argument("units", nargs=-1, required=True, type=Unit())
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes; one for each core.")
@click.option("--scheduler", help="The address of a Dask scheduler; its workers then do the work.")
@click.option("--seed", type=int, help="Draws the hidden cases of the whole class; by default each submission's own.")
@click.option("--seconds", type=click.FloatRange(min=1), help="Computing time for a cell or a test; 30 by default.")
@_DATABASE
@click.option(
    "--isolation",
    type=click.Choice(["bubblewrap", "none"]),
    help="none: trust every submission.  [default: bubblewrap, or as nbgrader_config.py says]",
)
@_FOLDER
def grade(
    units: tuple[str, ...],
    jobs: int,
    scheduler: str | None,
    seed: int | None,
    seconds: float | None,
    database: str | None,
    isolation: str | None,
    folder: Path,
) -> None:
    """Grade all submissions to UNITS that are new or have changed."""
    from course.files import printable
    from course.grading.classroom import grade_class
    from course.grading.report import REFUSED
    from course.grading.sandbox import Limits

    folder = folder.resolve()
    summary = grade_class(
        folder,
        *units,
        jobs=jobs,
        scheduler=scheduler,
        seed=seed,
        limits=Limits(cell_seconds=seconds) if seconds else None,
        database=database,
        isolation=isolation,
        source=None if (folder / "source").is_dir() else _root() / "source",
    )
    click.echo(f"{summary.graded} graded, {summary.kept} unchanged since they were graded")
    for student, problem in sorted(summary.problems.items()):
        click.echo(f"  {printable(student)}: {problem}")
    if summary.not_judged:
        click.echo("Not all was judged of these; the next run grades them again (--seconds gives them more time):")
    for student, reason in sorted(summary.not_judged.items()):
        click.echo(f"  {printable(student)}: {reason}")
    if summary.refused:
        click.echo(f"{REFUSED}:")
    for student, calls in sorted(summary.refused.items()):
        click.echo(f"  {printable(student)}: {', '.join(calls)}")
    if summary.unused:
        click.echo("Not used:")
    for path, looks in sorted(summary.unused.items()):
        click.echo(f"  {printable(path)}: {looks}")


@main.command()
@click.argument("unit", type=Unit())
@click.option("--reveal", is_flag=True, help="After the deadline: show hidden tests and expected values too.")
@_DATABASE
@_FOLDER
def feedback(unit: str, reveal: bool, database: str | None, folder: Path) -> None:
    """Write a feedback page for each graded submission to UNIT, without hidden tests."""
    from course.grading.feedback import write_feedback

    pages = write_feedback(folder.resolve(), unit, reveal=reveal, database=database)
    click.echo(f"{pages} pages in {folder / 'feedback'}")


@main.command()
@_DATABASE
@_FOLDER
def report(database: str | None, folder: Path) -> None:
    """Show who earned what in which unit, and which mistakes were made how often."""
    from rich.console import Console

    from course.grading.report import read_refused, read_results, show_report, write_report

    results = read_results(folder.resolve(), database)
    refused = read_refused(folder.resolve(), results)
    show_report(results, Console(), refused)
    click.echo(f"Each student's mistakes: {write_report(results, folder, refused)}")


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Submissions graded at a time.")
def demo(folder: Path, jobs: int) -> None:
    """Grade a class of sample submissions whose true scores are known, and compare."""
    from course.grading.demo import run_demo

    run_demo(_root(), folder.resolve(), jobs)


@main.command()
@click.argument("units", nargs=-1, type=Unit())
@click.option("--fresh", is_flag=True, help="Replace your copy of UNITS, after a question; your old files are kept.")
@click.option("--copy-only", is_flag=True, help="Do not start JupyterLab.")
@click.option(
    "--work", type=click.Path(path_type=Path, file_okay=False), help="Where your copy lies.  [default: work/]"
)
def lab(units: tuple[str, ...], fresh: bool, copy_only: bool, work: Path | None) -> None:
    """Open your own copy of the student notebooks in JupyterLab (all UNITS, or those that you name)."""
    from course.lab import copy_units, open_lab, replace_unit

    release, work = _root() / "release", (work or _root() / "work").resolve()
    if fresh and not units:
        raise click.UsageError("say which unit to replace: course lab --fresh 3")
    try:
        copied = copy_units(release, work, units or UNITS)
        for unit in units if fresh else ():
            if unit not in copied and click.confirm(f"Replace {unit} in {work} by a fresh copy? Your files are kept"):
                kept = replace_unit(release, work, unit)
                click.echo("\n".join([f"{unit} is fresh again", *(f"  your file is now {path.name}" for path in kept)]))
        click.echo(f"Your notebooks are in {work}" + (f"; new there: {', '.join(copied)}" if copied else ""))
        if not copy_only and (status := open_lab(work)):
            raise SystemExit(status)
    except (OSError, ModuleNotFoundError) as problem:
        raise click.ClickException(str(problem)) from None
