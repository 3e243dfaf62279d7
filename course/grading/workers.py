"""Who does the work: processes on this machine, or a Dask cluster.

A worker is handed a submission and an assignment and hands back a result; it needs neither the gradebook nor a shared disk.
"""

from __future__ import annotations

import atexit
import ctypes
import io
import logging
import multiprocessing
import os
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from course.errors import CourseError, IsolationMissing
from course.grading.collect import Submission
from course.grading.repository import use_packed_solutions
from course.grading.sandbox import Limits, Sandbox
from course.grading.submission import Assignment, Graded, broken, grade_submission

_PATIENCE = 20  # seconds that a Dask scheduler and its first worker have to answer

# --- in a worker -------------------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()  # a Dask worker may have many threads, but a process has one stdout
_sandboxes: dict[str, Sandbox] = {}  # one for each kind of isolation, kept for the next submission


def grade_task(
    submission: Submission, assignment: Assignment, solutions: bytes | None, seed: int, limits: Limits, isolation: str
) -> Graded:
    """Grade one submission; runs in a worker, on this machine or another one.

    Parameters
    ----------
    solutions : what :func:`pack_solutions` made; None uses those that this process has
    """
    if submission.problem:
        return broken(assignment, submission.problem)
    with _one_at_a_time:
        if solutions is not None:
            use_packed_solutions(solutions)
        sandbox, files = shared_sandbox(isolation), submission.files
        return grade_submission(submission.content, assignment, sandbox, files=files, seed=seed, limits=limits)


def shared_sandbox(isolation: str) -> Sandbox:
    """Return this process's sandbox; it starts with the first submission and lives as long as the process.

    Raises
    ------
    IsolationMissing : if it cannot be started
    """
    if isolation not in _sandboxes or not _sandboxes[isolation].alive:
        _sandboxes[isolation] = Sandbox(isolation)
        atexit.register(_sandboxes[isolation].close)
    return _sandboxes[isolation]


def _end_with(parent: int) -> None:
    """Let this worker end when the coordinator ends, even by SIGKILL, and leave Ctrl-C to the coordinator."""
    death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# --- the coordinator's side --------------------------------------------------------------------------------------------


def results_of(
    futures: dict[Future, Submission], start: Callable[[Executor, Submission], Future]
) -> Iterator[tuple[Submission, Graded | str]]:
    """Yield each submission with its result, as they come, or with a sentence if the grader itself failed on it.

    If a worker process dies, the pool is lost and does not say over which submission. Those that are left are started again
    in one process, in turn, until it has shown who it was.
    """
    left = dict.fromkeys(futures.values())
    for future in as_completed(futures):
        try:
            graded = _result_of(future)
        except BrokenExecutor:
            continue
        del left[futures[future]]
        yield futures[future], graded
    while left:  # the pool is lost
        with _open_pool(1) as single:
            for suspect in list(left):
                del left[suspect]
                try:
                    yield suspect, _result_of(start(single, suspect))
                except BrokenExecutor:
                    yield suspect, "the grader was ended while it worked on it; it probably used too much memory"
                    break


def _result_of(future: Future) -> Graded | str:
    try:
        return future.result()
    except (BrokenExecutor, IsolationMissing):
        raise
    except Exception as problem:
        return f"the grader failed on it ({type(problem).__name__}: {_first_line(problem)})"


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0].strip()


def pack_solutions(root: Path) -> bytes:
    """Return the reference and exercises/ as a zip file, the same bytes each time, for workers that have no repository."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [*sorted((root / "solutions").glob("*.py")), *sorted((root / "exercises").glob("*.py"))]:
            name = zipfile.ZipInfo(path.relative_to(root).as_posix())  # with a date that is always the same
            archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@contextmanager
def open_executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    """Start so many processes, or connect to the Dask scheduler at this address.

    Raises
    ------
    CourseError : if no scheduler with workers answers
    """
    with _open_dask(scheduler) if scheduler else _open_pool(jobs) as executor:
        yield executor


@contextmanager
def _open_pool(jobs: int) -> Iterator[Executor]:
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("fork")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),))
    orderly = False
    try:
        executor.submit(int).result()  # starts all processes, now, before there are threads and connections to inherit
        yield executor
        orderly = not executor._broken
    finally:
        if not orderly:  # nobody waits for the rest
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
                process.join()
            # A task that is half in the pipe to them would wait for a reader for ever, in Python 3.11.2 (cpython#94777).
            executor._call_queue._reader.close()
        executor.shutdown(cancel_futures=True)


@contextmanager
def _open_dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("--scheduler needs Dask: install the extra `dask` of this package") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in one sentence
    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError, ImportError) as problem:
        raise CourseError(f"no Dask scheduler answers at {scheduler}: {_first_line(problem)}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise CourseError(
                f"the Dask scheduler at {scheduler} has no workers; start one with `dask worker`"
            ) from None
        with client.get_executor(pure=False) as executor:
            yield executor
