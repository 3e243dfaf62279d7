"""The report's pictures: small SVGs inside the page, whose colours follow the page's, each with its numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 200, 40, 30


def columns(labels: Sequence[str], counts: Sequence[int], alt: str) -> Markup:
    """Draw a column for each label, with its count above it."""
    most, step = max([*counts, 1]), (_WIDTH - _LEFT) / max(len(labels), 1)
    parts = []
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        height = (_HEIGHT - _BOTTOM - 20) * count / most
        x, y = _LEFT + number * step, _HEIGHT - _BOTTOM - height
        parts.append(_rectangle(x + 2, y, step - 4, height))
        parts.append(_text(x + step / 2, y - 4, str(count) if count else "", "middle"))
        parts.append(_text(x + step / 2, _HEIGHT - 10, label, "middle"))
    return _svg(parts, _HEIGHT, alt)


def bars(labels: Sequence[str], shares: Sequence[float], alt: str) -> Markup:
    """Draw a bar for each label, from left to right; a share of 1 is as long as the frame behind it."""
    parts, left, row = [], 190, 24
    for number, (label, share) in enumerate(zip(labels, shares, strict=True)):
        y = number * row + 4
        parts.append(_text(left - 8, y + 13, label, "end"))
        parts.append(_rectangle(left, y, _WIDTH - left - 60, row - 8, "frame"))
        parts.append(_rectangle(left, y, (_WIDTH - left - 60) * share, row - 8))
        parts.append(_text(_WIDTH - 54, y + 13, f"{share:.0%}", "start"))
    return _svg(parts, len(labels) * row + 8, alt)


def lines(labels: Sequence[str], series: Sequence[Sequence[float | None]], thick: Sequence[float], alt: str) -> Markup:
    """Draw a thin line for each series of shares, with gaps where it has None, and a thick one above them."""
    step = (_WIDTH - 2 * _LEFT) / max(len(labels) - 1, 1)
    parts = [_text(_LEFT + place * step, _HEIGHT - 10, label, "middle") for place, label in enumerate(labels)]
    for share in (0, 0.5, 1):
        parts.append(_text(_LEFT - 14, _y(share) + 4, f"{share:.0%}", "end"))
        parts.append(Markup('<path class="grid" d="M{} {}H{}"/>').format(_LEFT - 8, _y(share), _WIDTH - _LEFT + 8))
    for values, kind in [*((one, "thin") for one in series), (thick, "thick")]:
        points = [(_LEFT + place * step, _y(value)) for place, value in enumerate(values) if value is not None]
        if points:
            way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            parts.append(Markup('<path class="{}" d="{}"/>').format(kind, way))
    return _svg(parts, _HEIGHT, alt)


def counts_in_tenths(shares: Sequence[float]) -> list[int]:
    """Return how many shares lie in each tenth from 0 to 1; the last tenth holds 1."""
    return [int(count) for count in np.histogram(shares, bins=10, range=(0, 1))[0]]


def _y(share: float) -> float:
    return 10 + (1 - share) * (_HEIGHT - _BOTTOM - 20)


def _rectangle(x: float, y: float, width: float, height: float, kind: str = "bar") -> Markup:
    values = (f"{value:.1f}" for value in (x, y, max(width, 0), max(height, 0)))
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(kind, *values)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(f"{x:.1f}", f"{y:.1f}", anchor, text)


def _svg(parts: Sequence[Markup], height: float, alt: str) -> Markup:
    opening = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, f"{height:g}", alt)
    return opening + Markup("").join(parts) + Markup("</svg>")
