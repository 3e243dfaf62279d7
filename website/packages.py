"""What the site needs from package registries: MathJax and Pyodide's core from npm, the kernel's wheels from PyPI."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Of MathJax what the pages load: the one file, its letters, and TeX's extensions that a formula may ask for.
_MATHJAX = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")
# What JupyterLite's Python kernel is made of, besides what its own package brings.
_KERNEL = ("ipython", "jedi", "micropip")
_NOT_IN_PYODIDE = ("comm==0.2.3",)


def install_npm(work: Path) -> Path:
    """Install what ``website/package.json`` names, unless it is there, and return the folder that holds ``node_modules``.

    Raises
    ------
    SystemExit : if npm is missing
    """
    if not shutil.which("npm"):
        raise SystemExit("make site needs npm, which comes with Node.js: it fetches MathJax and Pyodide.")
    here, there = Path(__file__).parent, work / "npm"
    there.mkdir(parents=True, exist_ok=True)
    lock = (here / "package-lock.json").read_bytes()
    done = there / "installed.json"  # a copy of the lock, written last
    if not done.is_file() or done.read_bytes() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(here / name, there / name)
        subprocess.run([shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--silent"], cwd=there, check=True)
        done.write_bytes(lock)
    return there


def copy_mathjax(npm: Path, target: Path) -> None:
    """Copy what the pages need of MathJax."""
    source = npm / "node_modules" / "mathjax" / "es5"
    for name in _MATHJAX:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / name, target / name)


def read_lock(npm: Path) -> dict:
    """Return Pyodide's own lock file: of each of its packages the file, the hash and what it depends on."""
    return json.loads((npm / "node_modules" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))


def closure(lock: dict, *names: str) -> list[str]:
    """Return the keys of packages in a lock file, and of all that they depend on."""
    keys = {plain(key): key for key in lock["packages"]}
    found, waiting = set(), [keys[plain(name)] for name in names]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [keys[plain(name)] for name in lock["packages"][key]["depends"]]
    return sorted(found)


def fetch_kernel_wheels(lock: dict, folder: Path) -> list[Path]:
    """Fetch the wheels of the kernel, in the versions of Pyodide's lock file, and return them.

    They are pure Python, so they lie in the site, and the kernel starts without asking another server.
    """
    wanted = [f"{one['name']}=={one['version']}" for one in (lock["packages"][key] for key in closure(lock, *_KERNEL))]
    wanted += _NOT_IN_PYODIDE
    done = folder / "fetched.txt"
    if not done.is_file() or done.read_text(encoding="utf-8").split() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        python = re.match(r"\d+\.\d+", lock["info"]["python"])[0]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--only-binary", ":all:", "--python-version", python, "--dest", str(folder)]
        subprocess.run([*command, *wanted], check=True)
        done.write_text("\n".join(wanted), encoding="utf-8")
    return sorted(folder.glob("*.whl"))


def plain(name: str) -> str:
    """Return a package's name as PyPI compares names: in small letters, with hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()
