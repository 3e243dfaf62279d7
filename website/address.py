"""Where the course lives: the one place that says it. A fork changes ``REPOSITORY``; the workflow sets the variable itself."""

from __future__ import annotations

import os
from urllib.parse import quote

REPOSITORY = os.environ.get("COURSE_REPOSITORY", "neural-networks-from-scratch/course")  # owner/name on GitHub
BRANCH = "main"
PAGES_BRANCH = "gh-pages"  # the workflow puts the finished site there; Colab reads notebooks from it

_OWNER, _NAME = REPOSITORY.split("/")
# Where the site is served from, without a slash at the end.
SITE = os.environ.get("COURSE_SITE", f"https://{_OWNER.lower()}.github.io/{_NAME}").rstrip("/")


def source(path: str) -> str:
    """Return the address of a file or folder of the repository."""
    return f"https://github.com/{REPOSITORY}/blob/{BRANCH}/{quote(path)}"


def colab(unit: str) -> str:
    """Return the address that opens a unit's notebook of the site in Colab."""
    path = f"notebooks/{unit}/{unit}.ipynb"
    return f"https://colab.research.google.com/github/{REPOSITORY}/blob/{PAGES_BRANCH}/{path}"


def binder(unit: str) -> str:
    """Return the address that starts the repository on Binder and opens a unit."""
    place = quote(f"lab/tree/release/{unit}/{unit}.ipynb", safe="")
    return f"https://mybinder.org/v2/gh/{REPOSITORY}/{BRANCH}?urlpath={place}"


def in_browser(unit: str) -> str:
    """Return where a unit runs in the browser, from the site's first page."""
    return f"lite/notebooks/index.html?path={unit}/{unit}.ipynb"
