"""What nbgrader runs instead of its own steps, named in nbgrader_config.py: `nbgrader autograde` and formgrader's button
take the sandbox too.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer, Unicode

from course.files import replace_file
from course.grading.collect import own_seed, read_secret, read_submission
from course.grading.gradebook import RECORD, add_checksums, open_gradebook
from course.grading.notebook import parse, restore
from course.grading.repository import find_root
from course.grading.sandbox import Limits
from course.grading.submission import Assignment, broken, load_assignment, run
from course.grading.workers import pack_solutions, shared_sandbox

_UNREADABLE = "unreadable"  # in the metadata of what stands for a file that is no notebook: why


class HideAnswers(NbGraderPreprocessor):
    """Leave the answers to a unit's questions out of what students get.

    A unit ends with questions, in cells with the tag "questions". Their folded answers, and code that computes them, stay in
    the solution notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        nb.cells = [cell for cell in nb.cells if not (self._is_question(cell) and cell.cell_type == "code")]
        for cell in filter(self._is_question, nb.cells):
            cell.source = re.sub(r"\n*<details>.*?</details>\n*", "\n\n", cell.source, flags=re.DOTALL).strip()
        return nb, resources

    @staticmethod
    def _is_question(cell: NotebookNode) -> bool:
        return "questions" in cell.metadata.get("tags", ())


class ReadAnything(NotebookExporter):
    """Read a submission of whatever kind: one that is no notebook gets no points, where nbgrader would keep old ones."""

    def from_filename(self, filename: str, resources: dict | None = None, **options) -> tuple[str, dict]:
        path, directory = Path(filename), CourseDirectory(config=self.config)
        if path.is_relative_to(Path(directory.root, directory.autograded_directory)):
            return super().from_filename(
                filename, resources, **options
            )  # nbgrader's second pass: what RestoreCells made
        try:
            if path.is_symlink():
                raise ValueError("the notebook is a link, not a file")
            notebook = parse(path.read_bytes())
        except ValueError as problem:
            notebook = nbformat.v4.new_notebook(metadata={_UNREADABLE: str(problem)})
        return self.from_notebook_node(notebook, resources, **options)


class RestoreCells(NbGraderPreprocessor):
    """Put the instructor's test cells where they belong, whatever the submission did to them."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        if _UNREADABLE in nb.metadata:
            return nb, resources
        source = nbformat.reads(_load(self, resources).notebook, as_version=4)
        return restore(nb, source), resources


class RunInSandbox(NbGraderPreprocessor):
    """Run the student's cells in the sandbox and the test cells outside of it, and keep the record that `course grade` keeps."""

    isolation = Unicode("bubblewrap", help='"bubblewrap", or "none" if you trust the submissions').tag(config=True)
    seed = Integer(
        None, allow_none=True, help="of the hidden cases; by default each submission has its own, always the same"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        directory = CourseDirectory(parent=self.parent, config=self.config)
        unit, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        folder = Path(directory.format_path(directory.submitted_directory, student, unit))
        assignment, submission = _load(self, resources), read_submission(folder, student, unit)
        digest = submission.digest(assignment, self.seed, pack_solutions(find_root()))
        if _UNREADABLE in nb.metadata:
            graded = broken(assignment, str(nb.metadata[_UNREADABLE])[:200])
        else:
            seed = own_seed(digest, read_secret(Path(directory.root))) if self.seed is None else self.seed
            sandbox = shared_sandbox(self.isolation)
            graded = run(nb, assignment, sandbox, files=submission.files, seed=seed, limits=Limits())
        if graded.not_judged:
            self.log.warning("Not all of it was judged, grade it again: %s", graded.not_judged)
        if graded.refused:
            self.log.warning("Its code tried what the sandbox refuses: %s", ", ".join(graded.refused))
        target = Path(directory.format_path(directory.autograded_directory, student, unit))
        replace_file(target / RECORD, graded.record(digest).encode())
        return nbformat.reads(graded.notebook, as_version=4), resources


def _load(preprocessor: NbGraderPreprocessor, resources: dict) -> Assignment:
    directory = CourseDirectory(parent=preprocessor.parent, config=preprocessor.config)
    unit = resources["nbgrader"]["assignment"]
    assignment = load_assignment(Path(directory.format_path(directory.source_directory, ".", unit)), unit)
    with open_gradebook(resources["nbgrader"]["db_url"], directory.course_id) as gradebook:
        return add_checksums(gradebook, assignment)
