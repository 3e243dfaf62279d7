"""An instructor's desk: a new course folder, collecting, regrading, notes, and grades that leave for other systems."""

import csv
import io
import json
import os
import shutil
import stat
import unicodedata
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.apps import ExportApp
from nbgrader.converters import GenerateAssignment
from traitlets.config import PyFileConfigLoader

from course.checks.exercises import UNITS
from course.cli import main
from course.grading import gradebook
from tests.conftest import ROOT
from tests.test_field import UNIT as TINY
from tests.test_field import enter, grade_here, hand_in, make_small_class


def run(*arguments) -> str:
    """Run `course …`, and return what it printed; it must succeed."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 1, result.output
    return result.output


# --- course new --------------------------------------------------------------------------------------------------------


def test_a_new_course_folder_grades_in_the_sandbox_and_hands_out_what_students_get(tmp_path):
    folder = tmp_path / "nn 2026"
    assert "README.md" in run("new", folder)
    assert {path.name for path in tmp_path.iterdir()} == {"nn 2026"}  # no temporary folder is left
    assert {path.name for path in (folder / "source").iterdir()} == set(UNITS)
    # what `nbgrader` alone reads there is what the repository says
    own = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    repository = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert own == repository
    unit = UNITS[2]  # the third has a given.py
    gradebook.convert(GenerateAssignment, gradebook.configure(folder, unit))
    for path in (ROOT / "release" / unit).iterdir():
        if path.suffix != ".ipynb" and not path.name.startswith("."):
            assert (folder / "release" / unit / path.name).read_bytes() == path.read_bytes(), path.name
    assert "BEGIN SOLUTION" not in (folder / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["is-there", "is-a-file"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path, name):
    (tmp_path / "is-there").mkdir()
    for path in (tmp_path / "is-there" / "precious.txt", tmp_path / "is-a-file"):
        path.write_text("x")
    assert "nothing was changed" in refused("new", tmp_path / name)
    assert sorted(path.name for path in Path(tmp_path).rglob("*")) == ["is-a-file", "is-there", "precious.txt"]


# --- course collect ----------------------------------------------------------------------------------------------------

UNIT = UNITS[0]
FILE = f"{UNIT}.ipynb"
CLASS_LIST = """id,first_name,last_name,email,lms_user_id
zoe,Zoë,O'Hara-Müller,zoe@uni.example,4711
lea,Léa,Dupont,lea.dupont@uni.example,4712
jan,Jan,Dupont,jan@uni.example,4713
wei,Wei,Li,wei@uni.example,
"""
MOODLE = "Zoë OHara-Müller_881_assignsubmission_file"


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory) -> Path:
    """A course folder with a class list and an empty gradebook; copy it before you change it."""
    folder = tmp_path_factory.mktemp("desk") / "course"
    (folder / "source" / UNIT).mkdir(parents=True)
    shutil.copy(ROOT / "source" / UNIT / FILE, folder / "source" / UNIT)
    (folder / "students.csv").write_text(CLASS_LIST, encoding="utf-8")
    (folder / "downloaded").mkdir()
    with gradebook.open_gradebook(gradebook.default_address(folder)):
        pass
    return folder


@pytest.fixture
def folder(empty_course, tmp_path) -> Path:
    return Path(shutil.copytree(empty_course, tmp_path / "course"))


def make_zip(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def collected(folder: Path) -> dict[str, str]:
    """Return student → the notebook's text."""
    return {path.parts[-3]: path.read_text() for path in (folder / "submitted").glob(f"*/{UNIT}/{FILE}")}


def stamps(folder: Path) -> dict[str, str]:
    return {path.parts[-3]: path.read_text().strip() for path in folder.glob(f"submitted/*/{UNIT}/timestamp.txt")}


def test_moodle_s_zip_in_both_shapes_with_its_worksheet(folder, tmp_path):
    files = {
        f"{MOODLE}/{FILE}": "zoe's",
        f"{MOODLE}/helper/tools.py": "x = 1",
        "Dupont Léa_882_assignsubmission_file_/work.ipynb": "lea's",  # another name, and the family name first
        f"Li Wei_883_assignsubmission_file_{FILE}": "wei's",  # not in folders
        "Somebody Else_884_assignsubmission_file/x.ipynb": "?",
        "Jan Dupont_885_assignsubmission_onlinetext/onlinetext.html": "I could not upload it",
    }
    sheet = tmp_path / "Grades.csv"
    sheet.write_text(
        "\ufeffIdentifier,Full name,Email address,Status,Last modified (submission)\n"
        'Participant 881,Zoë O\'Hara-Müller,zoe@uni.example,Submitted,"Monday, 23 November 2026, 10:05 AM"\n'
        "Participant 882,Léa Dupont,lea.dupont@uni.example,Submitted,-\n",
        encoding="utf-8",
    )
    archive = make_zip(tmp_path / "moodle.zip", files)
    said = run("collect", archive, "1", "--folder", folder, "--worksheet", sheet, "--timezone", "Europe/Berlin")
    assert collected(folder) == {"zoe": "zoe's", "lea": "lea's", "wei": "wei's"}
    assert (folder / "submitted" / "zoe" / UNIT / "helper" / "tools.py").read_text() == "x = 1"
    assert stamps(folder) == {"zoe": "2026-11-23 09:05:00 UTC"}
    assert (
        "3 new" in said
        and "Somebody Else: nobody in the class list" in said
        and "Jan Dupont: there is no notebook" in said
    )


def test_canvas_s_zip_says_who_is_late(folder, tmp_path):
    with gradebook.open_gradebook(gradebook.default_address(folder)) as book:
        book.update_or_create_assignment(UNIT, duedate="2026-11-20 12:00:00 UTC")
    files = {
        f"oharamüllerzoë_LATE_4711_99001_{UNIT}-1.ipynb": "zoe's",
        "oharamüllerzoë_LATE_4711_99002_helper.py": "x = 1",
        "liwei_LATE_70_99003_Untitled.ipynb": "wei's",  # whose number is not in the class list
        "dupontlea_4712_99004_a.ipynb": "lea's",
    }
    said = run("collect", make_zip(tmp_path / "submissions.zip", files), "1", "--folder", folder)
    assert collected(folder) == {"zoe": "zoe's", "lea": "lea's", "wei": "wei's"}
    assert stamps(folder) == dict.fromkeys(("zoe", "wei"), "2026-11-20 12:00:01 UTC")
    assert (folder / "submitted" / "zoe" / UNIT / "helper.py").is_file() and "not how late" in said


@pytest.mark.parametrize("packed", [True, False])
def test_a_folder_for_each_student_zipped_or_not(folder, tmp_path, packed):
    files = {
        f"all/zoe/{FILE}": "zoe's",
        "all/zoe/timestamp.txt": "2026-11-20 10:00:00 UTC",
        f"all/lea.dupont/{UNIT}/{FILE}": "lea's",  # as nbgrader has it, and the name of an address
        "all/Wei Li/x.ipynb": "wei's",
        "all/__MACOSX/zoe/._x": "left behind",
        "all/Dupont/x.ipynb": "which one?",
        "all/jan/a.ipynb": "one",
        "all/jan/b.ipynb": "another",
    }
    for name, content in {} if packed else files.items():
        (tmp_path / "down" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "down" / name).write_text(content)
    download = make_zip(tmp_path / "down.zip", files) if packed else tmp_path / "down"
    said = run("collect", download, "1", "--folder", folder)
    assert collected(folder) == {"zoe": "zoe's", "lea": "lea's", "wei": "wei's"}
    assert stamps(folder) == {"zoe": "2026-11-20 10:00:00 UTC"}
    assert "Dupont: nobody in the class list" in said and "jan: it has several notebooks" in said


def test_names_of_a_mac_and_of_an_old_zip_program(folder, tmp_path):
    archive = make_zip(tmp_path / "a.zip", {unicodedata.normalize("NFD", f"Zoë O’Hara-Müller/{FILE}"): "zoe's"})
    run("collect", archive, "1", "--folder", folder)
    path = make_zip(tmp_path / "b.zip", {f"Lea Dupont/{FILE}": "lea's", f"L__a Dupont/{FILE}": "new"})
    content = path.read_bytes().replace(b"L__a", "Léa".encode())  # UTF-8, and not marked as such
    path.write_bytes(content.replace(b"Lea Dupont", b"jan_______").replace(b"jan_______", b"Jan Dupont"))
    run("collect", path, "1", "--folder", folder)
    assert collected(folder) == {"zoe": "zoe's", "lea": "new", "jan": "lea's"}


def test_without_a_class_list_the_platform_s_names_are_taken(folder, tmp_path):
    (folder / "students.csv").unlink()
    run(
        "collect",
        make_zip(tmp_path / "a.zip", {f"{MOODLE}/{FILE}": "z", f"liwei_70_99003_{FILE}": "w"}),
        "1",
        "--folder",
        folder,
    )
    assert collected(folder) == {"Zoë OHara-Müller": "z", "liwei": "w"}


def test_collecting_again_replaces_what_is_new_and_keeps_the_old_one(folder, tmp_path):
    for content, happened in (("first", "1 new"), ("first", "1 unchanged"), ("second", "1 replaced")):
        said = run("collect", make_zip(tmp_path / "a.zip", {f"zoe/{FILE}": content}), "1", "--folder", folder)
        assert happened in said
    (kept,) = (folder / "downloaded").glob(f"replaced-*/zoe/{UNIT}/{FILE}")
    assert kept.read_text() == "first" and collected(folder) == {"zoe": "second"}


def test_what_is_in_no_harmless_zip_is_not_unpacked(folder, tmp_path):
    link = zipfile.ZipInfo(f"jan/{FILE}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    inner = make_zip(tmp_path / "inner.zip", {f"../../{FILE}": "out", FILE: "in"})
    path = make_zip(
        tmp_path / "a.zip",
        {
            f"zoe/{FILE}": "good",
            f"../evil/{FILE}": "out",
            f"/etc/{FILE}": "out",
            "lea/bomb.ipynb": bytes(30 * 2**20),
            "wei/work.zip": inner.read_bytes(),
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    before = {one for one in tmp_path.rglob("*") if "course" not in one.parts}
    said = run("collect", path, "1", "--folder", folder)
    assert collected(folder) == {"zoe": "good"}
    assert {one for one in tmp_path.rglob("*") if "course" not in one.parts} == before
    for words in ("is a link", "leads out of its folder", "unpacks to far more than it is", "wei: ../../"):
        assert words in said, said


def test_a_folder_s_links_are_not_followed(folder, tmp_path):
    (tmp_path / "down" / "zoe").mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_text("of somebody else")
    (tmp_path / "down" / "zoe" / FILE).symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "down" / "lea").symlink_to(tmp_path)
    assert run("collect", tmp_path / "down", "1", "--folder", folder).count("is a link") == 2
    assert collected(folder) == {}


def test_what_is_no_zip_is_said_in_a_sentence(folder, tmp_path):
    (tmp_path / "a.zip").write_text("hello")
    assert "is no zip that can be read" in refused("collect", tmp_path / "a.zip", "1", "--folder", folder)
    broken = make_zip(tmp_path / "b.zip", {f"zoe/{FILE}": os.urandom(500), f"lea/{FILE}": "lea's"})
    content = bytearray(broken.read_bytes())
    content[60:100] = bytes(40)
    broken.write_bytes(content)
    assert "cannot be unpacked" in run("collect", broken, "1", "--folder", folder) and set(collected(folder)) == {"lea"}


# --- grades leave ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory, sandbox) -> Path:
    """The small class of test_field.py, graded, and a few people more; copy it before you change it."""
    folder = make_small_class(tmp_path_factory.mktemp("desk") / "graded")
    hand_in(folder, "=dan", [])  # handed in nothing that counts
    enter(folder)
    grade_here(folder)
    hand_in(folder, "fay", [])  # not graded yet
    with gradebook.open_gradebook(gradebook.default_address(folder), "tiny-course") as book:
        book.find_grade("essay", TINY, TINY, "ben").manual_score = 2
        book.find_grade("essay", TINY, TINY, "=dan").manual_score = 0
        book.add_student("eve", first_name="=HYPERLINK(1)", last_name="+1-2", email="@SUM(A1)", lms_user_id="77")
        book.add_student("fay")
        book.update_or_create_student("ben", first_name="Bén", last_name='O\'Hara, "B"', lms_user_id="70")
        book.add_assignment("nobody-was-asked")
        book.db.commit()
    return folder


def numbers(folder: Path) -> dict[str, float]:
    """Return student → score, as the gradebook has it."""
    with gradebook.open_gradebook(gradebook.default_address(folder), "tiny-course") as book:
        found = book.assignment_submissions(TINY)
        return {one.student.id: max(0.0, one.score - one.late_submission_penalty) for one in found}


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def without_mark(text: str) -> str:
    """Return what a spreadsheet shows of a cell."""
    return text.removeprefix("'")


def test_missing_ungraded_failed_and_zero_are_told_apart(graded_course, tmp_path):
    said = run("export", "csv", "--folder", graded_course, "--to", tmp_path / "g.csv")
    found = {without_mark(row["student_id"]): (row["status"], row["score"]) for row in rows(tmp_path / "g.csv")}
    assert found == {
        "ada": ("still to be graded", ""),  # her essay
        "ben": ("graded", f"{numbers(graded_course)['ben']:g}"),
        "cleo": ("could not be graded", ""),
        "=dan": ("graded", "0"),
        "eve": ("missing", ""),
        "fay": ("still to be graded", ""),
    }
    assert "no number for eve, tiny: missing" in said and said.count("no number") == 4
    run("export", "csv", "--folder", graded_course, "--to", tmp_path / "g.csv", "--missing", "0")
    again = {without_mark(row["student_id"]): row["score"] for row in rows(tmp_path / "g.csv")}
    assert again["eve"] == "0" and again["cleo"] == "" and again["ada"] == ""


@pytest.mark.parametrize("kind", ["canvas", "moodle", "csv"])
def test_no_cell_is_a_formula_and_a_unit_that_nobody_did_is_not_there(graded_course, tmp_path, kind):
    run("export", kind, "--folder", graded_course, "--to", tmp_path / "g.csv")
    text = (tmp_path / "g.csv").read_text(encoding="utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] and "=HYPERLINK(1)" in text
    assert "nobody-was-asked" not in text


def test_what_canvas_reads_again_are_the_same_numbers(graded_course, tmp_path):
    """As its importer does: a student by the number or the login, a row of points possible, an empty cell changes nothing."""
    run("export", "canvas", "--folder", graded_course, "--to", tmp_path / "g.csv")
    possible, *students = rows(tmp_path / "g.csv")
    assert list(possible)[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert "Points Possible" in possible["Student"] and possible[TINY] == "16"
    ids = {"70": "ben", "77": "eve"}
    read = {ids.get(row["ID"]) or without_mark(row["SIS Login ID"]): row[TINY] for row in students}
    expected = {one: score for one, score in numbers(graded_course).items() if one in ("ben", "=dan")}
    assert {one: float(cell) for one, cell in read.items() if cell} == pytest.approx(expected)
    assert next(row["Student"] for row in students if row["ID"] == "70") == 'O\'Hara, "B", Bén'


def test_what_moodle_reads_again_are_the_same_numbers_and_why_there_are_none(graded_course, tmp_path):
    run("export", "moodle", "--folder", graded_course, "--to", tmp_path / "g.csv")
    read = {without_mark(row["Username"]): (row[TINY], row[f"{TINY} (feedback)"]) for row in rows(tmp_path / "g.csv")}
    assert float(read["ben"][0]) == numbers(graded_course)["ben"] and read["=dan"] == ("0", "")
    assert read["cleo"] == ("", "could not be graded") and read["eve"] == ("", "missing")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("kind", ["Canvas", "Moodle", "Csv"])
def test_nbgrader_export_writes_the_same(graded_course, tmp_path, monkeypatch, kind):
    run("export", kind.lower(), "--folder", graded_course, "--to", tmp_path / "ours.csv")
    monkeypatch.chdir(graded_course)
    app = ExportApp()
    app.initialize([f"--exporter=course.grading.exports.{kind}", f"--to={tmp_path / 'nbgrader.csv'}"])
    app.start()
    assert (tmp_path / "nbgrader.csv").read_bytes() == (tmp_path / "ours.csv").read_bytes()


def test_the_report_reads_the_same_class(graded_course):
    said = run("report", TINY, "--folder", graded_course, "--anonymous")
    assert "missing: 2 · late: 1 · could not be graded: 1" in said and "graded by hand: 1" in " ".join(said.split())
    page = (graded_course / f"report-{TINY}.html").read_text(encoding="utf-8")
    assert "one_hot" in page and "cleo" not in page and "Bén" not in page


# --- course grade --dry-run --------------------------------------------------------------------------------------------


def all_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_says_whose_points_would_change_and_why_and_writes_nothing(graded_course, tmp_path):
    folder = Path(shutil.copytree(graded_course, tmp_path / "course"))
    source = folder / "source" / TINY / f"{TINY}.ipynb"
    changed = nbformat.read(source, as_version=4)
    own = next(cell for cell in changed.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "own")
    own.source = (
        "### BEGIN HIDDEN TESTS\nassert min_max(np.array([1, 3]))[0] == 5, 'a harder test'\n### END HIDDEN TESTS"
    )
    nbformat.write(changed, source)
    before = all_files(folder)
    said = run("grade", TINY, "--folder", folder, "--dry-run")
    assert all_files(folder) == before
    changes = [line for line in said.splitlines() if "→" in line]
    assert [line for line in changes if "fay" not in line] == [
        "ada, tiny, own: 1 → 0: This test did not pass.",
        "ben, tiny, own: 1 → 0: This test did not pass.",
    ]
    assert sum("fay, tiny" in line and "not graded yet → 0" in line for line in changes) == 4
    assert "5 would be graded again, 2 of them with the same points" in said and "Nothing was written." in said
    grade_here(folder)  # and that is what happens
    with gradebook.open_gradebook(gradebook.default_address(folder), "tiny-course") as book:
        assert book.find_grade("own", TINY, TINY, "ada").score == 0
    assert "0 would be graded again" in run("grade", TINY, "--folder", folder, "--dry-run")


def test_a_dry_run_makes_no_gradebook(folder):
    (folder / "gradebook.db").unlink()
    assert "Grade something first" in refused("grade", UNIT, "--folder", folder, "--dry-run")
    assert not (folder / "gradebook.db").exists()


# --- course note -------------------------------------------------------------------------------------------------------


def test_a_note_stands_in_the_feedback_of_whoever_made_the_mistake_and_of_nobody_else(graded_course, tmp_path):
    folder = Path(shutil.copytree(graded_course, tmp_path / "course"))
    record = json.loads((folder / "autograded" / "ben" / TINY / ".graded.json").read_text())["verdicts"]["one_hot"]
    mistake = record["mistake"]
    run("note", "one_hot", mistake, "See <slide> 14: `np.eye`.", "--folder", folder)
    for more in ((), ("--reveal",)):
        run("feedback", TINY, "--folder", folder, *more)
        for student in ("ada", "ben"):
            page = (folder / "feedback" / student / TINY / f"{TINY}.html").read_text(encoding="utf-8")
            assert ("From your instructor:</b> See &lt;slide&gt; 14: <code>np.eye</code>." in page) == (
                student == "ben"
            )
    run("report", TINY, "--folder", folder)
    assert "See &lt;slide&gt; 14" in (folder / f"report-{TINY}.html").read_text(encoding="utf-8")
    run("note", "one_hot", mistake, "", "--folder", folder)
    assert json.loads((folder / "notes.json").read_text()) == {}


def test_a_note_is_for_a_mistake_that_there_is(folder):
    assert "Did you mean softmax?" in refused("note", "softmx", "x", "y", "--folder", folder)
    assert "softmax_overflows" in refused("note", "softmax", "softmax_overflow", "y", "--folder", folder)
    (folder / "notes.json").write_text("[")
    assert "Mend it" in refused("note", "softmax", "softmax_overflows", "y", "--folder", folder)
    assert (folder / "notes.json").read_text() == "["
