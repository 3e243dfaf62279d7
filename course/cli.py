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
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a course folder: source notebooks, configuration, class list, and a README with the steps."""
    from course.grading.newcourse import new_course

    new_course(_root(), folder.resolve())
    click.echo(f"{folder} is ready. The steps from here are in {folder / 'README.md'}.")


@main.command()
@click.argument("download", type=click.Path(path_type=Path, exists=True))
@click.argument("unit", type=Unit())
@click.option(
    "--worksheet", type=click.Path(path_type=Path, exists=True), help="Moodle's grading worksheet: who handed in when."
)
@click.option("--timezone", help="Of the worksheet's times, such as Europe/Berlin.  [default: this machine's]")
@_DATABASE
@_FOLDER
def collect(
    download: Path, unit: str, worksheet: Path | None, timezone: str | None, database: str | None, folder: Path
) -> None:
    """Sort DOWNLOAD, a zip or a folder of Moodle, Canvas or anything else, into submitted/STUDENT/UNIT."""
    from course.files import printable
    from course.grading.downloads import collect as collect_download

    done = collect_download(folder.resolve(), download, unit, worksheet=worksheet, timezone=timezone, database=database)
    for what in ("new", "replaced", "unchanged"):
        names = [student for student, happened in done.students.items() if happened == what]
        if names:
            click.echo(f"{len(names)} {what}: {', '.join(map(printable, names))}")
    for student, note in sorted(done.notes.items()):
        click.echo(f"  {printable(student)}: {note}")
    if done.unmatched:
        click.echo(f"Not collected: {len(done.unmatched)}")
    for name, why in sorted(done.unmatched.items()):
        click.echo(f"  {printable(name)}: {why}")


@main.command()
@click.argument("units", nargs=-1, required=True, type=Unit())
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes; one for each core.")
@click.option("--scheduler", help="The address of a Dask scheduler; its workers then do the work.")
@click.option("--seed", type=int, help="Draws the hidden cases of the whole class; by default each submission's own.")
@click.option("--seconds", type=click.FloatRange(min=1), help="Computing time for a cell or a test; 30 by default.")
@click.option("--dry-run", is_flag=True, help="Show whose points would change, by how much and why; write nothing.")
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
    dry_run: bool,
    database: str | None,
    isolation: str | None,
    folder: Path,
) -> None:
    """Grade all submissions to UNITS that are new or have changed."""
    from course.files import printable
    from course.grading.classroom import grade_class
    from course.grading.preview import preview_class, show_preview
    from course.grading.report import REFUSED
    from course.grading.sandbox import Limits

    folder = folder.resolve()
    options = {
        "jobs": jobs,
        "scheduler": scheduler,
        "seed": seed,
        "limits": Limits(cell_seconds=seconds) if seconds else None,
        "database": database,
        "isolation": isolation,
        "source": None if (folder / "source").is_dir() else _root() / "source",
    }
    if dry_run:
        show_preview(preview_class(folder, *units, **options), click.echo)
        return
    summary = grade_class(folder, *units, **options)
    click.echo(f"{summary.graded} graded, {summary.kept} unchanged since they were graded")
    if summary.graded and summary.walls:
        click.echo(summary.walls)
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
@click.argument("unit", type=Unit(), required=False)
@click.option("--anonymous", is_flag=True, help="No name and no id of a student is shown.")
@_DATABASE
@_FOLDER
def report(unit: str | None, anonymous: bool, database: str | None, folder: Path) -> None:
    """Show who earned what, and which mistakes are made how often, and write report.html (of UNIT, or of the whole course)."""
    from rich.console import Console

    from course.grading.notes import read_notes
    from course.grading.report import show_lists, show_report, show_unit, write_report
    from course.grading.results import read_class

    found = read_class(folder.resolve(), database)
    if unit:
        found = found.of_unit(unit)
    if unit:
        show_unit(found, Console())
    else:
        show_report(found.results, Console(), anonymous=anonymous)
    show_lists(found, Console(), anonymous=anonymous)
    path = folder / (f"report-{unit}.html" if unit else "report.html")
    page = write_report(found, path, anonymous=anonymous, notes=read_notes(folder))
    click.echo(f"All of it, to open in a browser: {page}")


@main.command()
@click.argument("exercise")
@click.argument("mistake")
@click.argument("sentence")
@_FOLDER
def note(exercise: str, mistake: str, sentence: str, folder: Path) -> None:
    """Let feedback say SENTENCE to everybody who made MISTAKE in EXERCISE; an empty one takes it away."""
    from course.grading.notes import write_note

    write_note(folder, exercise, mistake, sentence)
    click.echo("The next `course feedback` shows it." if sentence.strip() else "It is taken away.")


@main.group()
def export() -> None:
    """Take grades, or the grading itself, to another system."""


def _export_grades(kind: str, system: str) -> None:
    """Add the command that writes the grades for one system."""

    @export.command(kind, help=f"Write the grades of UNITS (by default of all that were handed in) for {system}.")
    @click.argument("units", nargs=-1, type=Unit())
    @click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="The file.")
    @click.option("--missing", default="", help="What stands for a unit that was not handed in, such as 0.")
    @_DATABASE
    @_FOLDER
    def command(units: tuple[str, ...], to: Path | None, missing: str, database: str | None, folder: Path) -> None:
        from course.files import printable
        from course.grading.exports import read_grades, write_grades

        grades = read_grades(folder.resolve(), database, units=units)
        to = to or folder / f"grades-{kind}.csv"
        write_grades(grades, kind, to, missing=missing)
        click.echo(f"{len(grades.people)} students, {len(grades.units)} units: {to}")
        for grade in grades.left_out:
            click.echo(f"  no number for {printable(grade.student)}, {grade.unit}: {grade.status}")


for _kind, _system in (
    ("canvas", "Canvas"),
    ("moodle", "Moodle"),
    ("csv", "anything else, a row for each student and unit"),
):
    _export_grades(_kind, _system)


_ISOLATION = click.option(
    "--isolation",
    type=click.Choice(["bubblewrap", "none"]),
    default="bubblewrap",
    show_default=True,
    help="none: the container there allows no sandbox, and you trust every submission.",
)


@export.command()
@click.argument("unit", type=Unit())
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="The zip.")
@click.option("--seconds", type=click.FloatRange(min=1), default=30, show_default=True, help="For a cell or a test.")
@_ISOLATION
@_FOLDER
def gradescope(unit: str, to: Path | None, seconds: float, isolation: str, folder: Path) -> None:
    """Pack the autograder of UNIT for Gradescope."""
    from course.grading.elsewhere import autograder_files, write_gradescope

    to = to or folder / f"gradescope-{unit}.zip"
    write_gradescope(autograder_files(_root(), folder.resolve(), unit, isolation=isolation, seconds=seconds), to)
    click.echo(f"{to}: upload it as the autograder. It holds the solutions, so keep it to yourself.")


@export.command()
@click.argument("unit", type=Unit())
@click.option("--grader", required=True, metavar="OWNER/NAME", help="The private repository that will hold the grader.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="The folder for both repositories.")
@click.option("--seconds", type=click.FloatRange(min=1), default=30, show_default=True, help="For a cell or a test.")
@_ISOLATION
@_FOLDER
def github(unit: str, grader: str, to: Path | None, seconds: float, isolation: str, folder: Path) -> None:
    """Write two repositories for UNIT: a template for students with a workflow, and the private grader that it calls."""
    from course.grading.elsewhere import autograder_files, write_github

    folder, to = folder.resolve(), to or folder / f"github-{unit}"
    files = autograder_files(_root(), folder, unit, isolation=isolation, seconds=seconds)
    write_github(folder if (folder / "source").is_dir() else _root(), files, unit, grader, to)
    click.echo(f"{to / 'template'}: the template repository of the assignment.")
    click.echo(f"{to / 'grader'}: the private repository {grader}. It holds the solutions: never make it public.")


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


@main.command()
@click.argument("units", nargs=-1, type=Unit())
@click.option("--all", "everything", is_flag=True, help="Every unit.")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("bundles"), show_default=True, help="Folder."
)
def bundle(units: tuple[str, ...], everything: bool, to: Path) -> None:
    """Write for each of UNITS a zip with all that a student needs: notebook, package, and how to start."""
    from course.bundle import bundle_units

    if not units and not everything:
        raise click.UsageError("say which unit: course bundle 3, or course bundle --all")
    for path in bundle_units(_root(), UNITS if everything else units, to):
        click.echo(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


@main.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="Where the notebooks lie.  [default: here]",
)
def doctor(folder: Path) -> None:
    """See whether this installation is complete, and say how to mend what is not; exits with 1 if the notebooks cannot run."""
    from course.doctor import examine

    findings = []
    for finding in examine(folder.resolve()):
        findings.append(finding)
        click.echo(str(finding))
    if any(finding.mend and finding.needed for finding in findings):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
