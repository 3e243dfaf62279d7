"""Wrong answers that people really give. The docstring is the cause that a student reads; more basic ones come first."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")  # importing registers what is in it
