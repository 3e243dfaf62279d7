"""The errors that a person at the command line can mend: `click` shows each as one sentence, without a traceback."""

from __future__ import annotations

import click


class CourseError(click.ClickException):
    """Something that whoever runs the command can mend; the message says what is wrong, where, and what to do."""


class IsolationMissing(CourseError):
    """The sandbox cannot be started; the message says what to install."""


class NbgraderFailed(CourseError):
    """An nbgrader command did not succeed; the message is its log."""

    @property
    def reason(self) -> str:
        """The one line of nbgrader's log that says what was wrong."""
        lines = [line.strip() for line in self.message.splitlines() if line.strip()]
        errors = [line.removeprefix("[ERROR] ") for line in lines if line.startswith("[ERROR]")]
        return (errors or lines[-1:] or ["it did not say why"])[0]
