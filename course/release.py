"""What nbgrader runs, besides its own steps, while it makes a release; nbgrader_config.py names it."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course.build import read_plan
from course.grading.repository import find_root


class AddGiven(NbGraderPreprocessor):
    """Put ``given.py`` beside the notebook: git does not keep it in source/, where `course build` writes it anew."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        unit = resources["nbgrader"]["assignment"]
        plan = read_plan(find_root())
        plan.load()
        if unit in plan.needs and (given := plan.given(unit)):
            resources.setdefault("outputs", {})["given.py"] = given  # nbconvert's writer puts it there
        return nb, resources
