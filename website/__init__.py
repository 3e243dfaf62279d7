"""The course as a website: ``make site`` builds it, from ``docs/``, ``release/`` and ``solutions/``, into ``site/``."""
