"""What is built is like what is committed on other processors, too: `make machines` pretends to have three of them.

OpenBLAS and NumPy choose their code by the processor, and both can be told to take what an older one would get. Sums are then
added in another order, and equal numbers sorted in another one. Whatever rests on that shows here.
"""

import json
import os
import platform
import subprocess
import sys

import pytest

from course import alike, build
from course.checks import EXERCISES
from tests.conftest import ROOT

# The units with the longest training runs, in which a last bit has the most time to grow, and with a tie to decide.
UNITS = ("05-backpropagation", "08-error-inspection", "11-neuron-by-neuron")
# All frozen cases but those of one exercise: what it freezes are sentences about behaviour, and they take a minute.
CASES = [name for name in EXERCISES if name != "NeuralNetwork"]

# OpenBLAS's name of a processor; the name that it then reports; what of NumPy's code this processor must not run.
PROCESSORS = {
    "Prescott": ({"Prescott", "Katmai"}, ("SSE4", "SSSE3", "POPCNT", "F16C", "FMA", "AVX", "X86_V")),
    "Haswell": ({"Haswell"}, ("AVX512", "X86_V4")),
    "SkylakeX": ({"SkylakeX"}, ("AVX512_ICL", "AVX512_SPR", "AVX512_CNL")),
}


def _features() -> dict[str, bool]:
    """Return the features for which NumPy has code of its own, and whether this processor has them."""
    try:
        from numpy._core import _multiarray_umath as numpy_core
    except ImportError:  # before NumPy 2
        from numpy.core import _multiarray_umath as numpy_core
    return {name: numpy_core.__cpu_features__[name] for name in numpy_core.__cpu_dispatch__}


def _differences() -> dict:
    """Build here and now; return OpenBLAS's processor, NumPy's features, and what differs from what is committed."""
    from threadpoolctl import threadpool_info

    blas = [library.get("architecture") for library in threadpool_info() if library["user_api"] == "blas"]
    plan = build.read_plan(ROOT)
    plan.load()
    files = build.build_runs()
    for name in CASES:
        files |= build.build_exercise(plan, name)
    for unit in UNITS:
        files |= build.build_unit(plan, unit)
    found = {
        path.as_posix(): alike.differences(path, (ROOT / path).read_bytes(), content) for path, content in files.items()
    }
    return {
        "blas": blas,
        "features": [name for name, there in _features().items() if there],
        "files": len(found),
        "differences": {path: sentences for path, sentences in found.items() if sentences},
    }


@pytest.mark.machines
@pytest.mark.parametrize("processor", PROCESSORS)
def test_it_is_the_same_on(processor):
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip(f"pretending to be {processor} needs an x86 processor; this is {platform.machine()}")
    if processor == "SkylakeX" and not any(_features().get(name) for name in ("X86_V4", "AVX512_SKX")):
        pytest.skip("this processor has no AVX-512")
    reported, forbidden = PROCESSORS[processor]
    off = [name for name, there in _features().items() if there and name.startswith(forbidden)]
    pretend = {"OPENBLAS_CORETYPE": processor, "NPY_DISABLE_CPU_FEATURES": " ".join(off)}
    command = [sys.executable, "-m", "tests.test_machines"]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | pretend, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout.splitlines()[-1])
    if not reported & set(seen["blas"]):
        pytest.skip(f"NumPy multiplies with a library that cannot pretend: {seen['blas']}")
    assert not set(off) & set(seen["features"])
    assert seen["files"] > len(CASES)
    assert seen["differences"] == {}


if __name__ == "__main__":
    print(json.dumps(_differences()))
