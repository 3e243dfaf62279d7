"""What is measured of a result that is random or has many right forms, so that it can be compared.

A measure takes what the answer returned and the arguments of the call, and gives a dictionary from a name to a number
or a shape. The part of a name behind "of" says which returned value it belongs to, and so which part of the points.
"""

import numpy as np


class Malformed(Exception):
    """What came back cannot be measured; the message says why, without a full stop."""


def as_number(value: object) -> object:
    """Return a number of NumPy, or an array without dimensions, as Python's own number; anything else as it is."""
    return value.item() if isinstance(value, np.generic | np.ndarray) and value.ndim == 0 else value
