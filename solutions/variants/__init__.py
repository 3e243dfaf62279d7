"""Right answers in unusual styles. Every check and every grade must give each of them full points."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")  # importing registers what is in it
