"""JupyterLite, a Jupyter that runs in the browser, with all units, the course's wheel and Pyodide's core."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from email.parser import Parser
from pathlib import Path

import nbformat
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_KERNEL_PLUGIN_ID, PYODIDE_VERSION

from course.checks.exercises import UNITS
from course.edition import NEWEST
from website import notebooks, packages

_EXTENSION = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
_CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
# What the kernel would otherwise ask for one after the other; these lie in the site.
_AT_START = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
# What the notebooks import; with PYODIDE=folder it lies in the site, with all that it depends on.
_NEEDS = ("numpy", "matplotlib", "scikit-learn")


def build(root: Path, work: Path, npm: Path, wheel: Path, out: Path, pyodide: Path | None) -> None:
    """Build JupyterLite into a folder.

    Parameters
    ----------
    npm : holds ``node_modules``
    pyodide : a folder with the packages of Pyodide's distribution; without one they come from Pyodide's own address
    """
    folder = work / "lite"
    shutil.rmtree(folder, ignore_errors=True)
    _write_contents(root, folder / "contents")
    _write_pyodide(work, npm, wheel, folder / "static" / "pyodide", pyodide)
    settings = {PYODIDE_KERNEL_PLUGIN_ID: {"loadPyodideOptions": {"packages": list(_AT_START)}}}
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": settings}}
    config["jupyter-config-data"] |= {"appName": "Neural networks from scratch", "exposeAppInBrowser": True}
    (folder / "jupyter-lite.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    # The kernel alone: no extension that happens to be installed here.
    ours = {"ignore_sys_prefix": ["federated_extensions"], "federated_extensions": [str(_EXTENSION)]}
    (folder / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": ours}), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "jupyterlite_core", "build", "--lite-dir", str(folder)]
    command += ["--contents", str(folder / "contents"), "--output-dir", str(out), "--no-sourcemaps"]
    command += ["--apps", "lab", "--apps", "notebooks", "--apps", "tree", "--apps", "edit"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"JupyterLite was not built:\n{done.stdout}{done.stderr}")


def _write_contents(root: Path, folder: Path) -> None:
    """Write the units' folders, and the newest edition of each notebook where nobody saves it."""
    for unit in UNITS:
        shutil.copytree(root / "release" / unit, folder / unit, ignore=notebooks.only_files(root / "release" / unit))
        picture = folder / unit / "network.svg"  # JupyterLite shows pictures whose letters are plain ASCII only
        picture.write_bytes(picture.read_text(encoding="utf-8").encode("ascii", "xmlcharrefreplace"))
        notebook = notebooks.with_edition(nbformat.read(folder / unit / f"{unit}.ipynb", as_version=4))
        for path in (folder / unit / f"{unit}.ipynb", folder / NEWEST / f"{unit}.ipynb"):
            path.parent.mkdir(exist_ok=True)
            nbformat.write(notebook, path)


def _write_pyodide(work: Path, npm: Path, wheel: Path, folder: Path, full: Path | None) -> None:
    """Write Pyodide's core, the kernel's wheels, the course's wheel, and a lock file that lists them."""
    core = npm / "node_modules" / "pyodide"
    if json.loads((core / "package.json").read_text(encoding="utf-8"))["version"] != PYODIDE_VERSION:
        raise SystemExit(
            f"JupyterLite's kernel was made for Pyodide {PYODIDE_VERSION}: website/package.json must name it."
        )
    folder.mkdir(parents=True)
    for name in _CORE:
        shutil.copyfile(core / name, folder / name)
    lock = packages.read_lock(npm)
    wheels = [*packages.fetch_kernel_wheels(lock, work / "wheels"), wheel]
    wheels += [
        path
        for path in (_EXTENSION / "static" / "pypi").glob("*.whl")
        if not path.name.startswith("widgetsnbextension")
    ]
    if full:
        wheels += [full / lock["packages"][key]["file_name"] for key in packages.closure(lock, *_NEEDS)]
    for path in wheels:
        shutil.copyfile(path, folder / path.name)
    (folder / "pyodide-lock.json").write_text(json.dumps(make_lock(lock, wheels)), encoding="utf-8")


def make_lock(lock: dict, wheels: Iterable[Path]) -> dict:
    """Return Pyodide's lock file with these wheels, which lie beside it; all other packages get their full address.

    The hashes stay: a browser refuses a package that is not the one that Pyodide was released with.

    Parameters
    ----------
    lock : Pyodide's own
    wheels : pure Python, or those of Pyodide's distribution
    """
    lock = copy.deepcopy(lock)
    for entry in lock["packages"].values():
        entry["file_name"] = f"{PYODIDE_CDN_URL}/{entry['file_name']}"
    keys = {packages.plain(key): key for key in lock["packages"]}
    for path in wheels:
        entry = _entry(path)
        key = keys.get(packages.plain(entry["name"]), packages.plain(entry["name"]))
        known = lock["packages"].get(key, entry)  # Pyodide's own list of what a package depends on is better
        here = {name: entry[name] for name in ("file_name", "sha256", "version")}
        lock["packages"][key] = {**known, **here}
    return lock


def _entry(wheel: Path) -> dict:
    """Return what a lock file says about a wheel."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        about = Parser().parsestr(packed.read(name).decode())
        tops = {name.split("/")[0].removesuffix(".py") for name in packed.namelist() if ".dist-info/" not in name}
    needs = [line for line in about.get_all("Requires-Dist", []) if ";" not in line]  # the others belong to extras
    return {
        "name": about["Name"],
        "version": about["Version"],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "depends": [packages.plain(re.match(r"[\w.-]+", line)[0]) for line in needs],
        "imports": sorted(tops),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
