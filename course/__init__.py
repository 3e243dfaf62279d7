"""Neural networks from scratch in NumPy: the checks, data, figures and borrowed network that the notebooks use.

In a notebook: ``from course import check, data, network, plots``.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["check", "data", "network", "plots"]


def __getattr__(name):
    # `check`, `data`, `network` and `plots` load when they are first used, so that `import course` itself stays quick.
    if name == "check":
        import_module("course.checks.notebook").speak_calmly()
        if news := import_module("course.edition").look():
            print(news)
        return import_module("course.checks").check
    if name in ("data", "network", "plots"):
        return import_module(f"course.{name}")
    raise AttributeError(f"module 'course' has no attribute {name!r}")
