"""The calls on which an answer is tried, drawn at random: with a fixed seed for students, with a fresh one for grading.

The first part of each list is the ordinary case; every further part is a special one, and earns only where the ordinary
one is right. Sizes n, d, h and k differ, biases are not zero; square and single-row cases come on top.
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")  # importing registers what is in it
