"""Plain values survive the way to JSON and back; anything else becomes a stranger."""

import json

import numpy as np
import pytest

from course.plain import AnyOf, Foreign, Function, Rng, decode, encode


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, "text", [1, [2.0, "x"]], (1, 2), {"loss": [0.5], 3: None}, float("inf"),
        Rng(7), Function("quadratic"), AnyOf((1.0, 2.0)),
    ],
)  # fmt: skip
def test_there_and_back(value):
    assert decode(json.loads(json.dumps(encode(value), allow_nan=False))) == value


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float32", "float64", "bool"])
def test_arrays_keep_their_type_and_shape(dtype):
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    back = decode(json.loads(json.dumps(encode(array))))
    assert back.dtype == array.dtype and np.array_equal(back, array)


def test_special_floats_and_empty_arrays():
    back = decode(encode(np.array([np.nan, np.inf, -np.inf])))
    assert np.isnan(back[0]) and back[1] == np.inf and back[2] == -np.inf
    assert decode(encode(np.zeros((0, 4)))).shape == (0, 4)


def test_what_is_not_plain_becomes_foreign():
    assert decode(encode(len)) == Foreign("builtin_function_or_method")
    assert decode(encode([np.array([len])])) == [Foreign("ndarray")]


def test_rounding_hides_the_last_bits_and_noise():
    assert encode(0.1 + 0.2, digits=10) == 0.3
    assert encode(-1e-17, digits=10) == 0.0 and str(encode(-1e-17, digits=10)) == "0.0"


def test_a_damaged_value_is_an_error():
    with pytest.raises(ValueError, match="not a plain value"):
        decode({"pickle": "..."})


@pytest.mark.parametrize("value", [np.arange(6.0).reshape(2, 3).T, np.array(["a", "bc"]), np.float32(1.5), np.zeros(0)])
def test_arrays_as_bytes_are_exact(value):
    back = decode(json.loads(json.dumps(encode(value, binary=True))))
    assert back.dtype == value.dtype and np.array_equal(back, value)


@pytest.mark.parametrize(
    "forged",
    [
        {"array": "AAAA", "shape": [10**9], "dtype": "<f8"},
        {"array": "AAAAAAAAAAA=", "shape": [1], "dtype": "O"},
        {"array": [1], "shape": [2, 2], "dtype": "float64"},
        {"list": [[1]]},
    ],
)
def test_a_forged_value_is_an_error_and_nothing_else(forged):
    with pytest.raises(ValueError):
        decode(forged)


def test_what_is_nested_too_deep_becomes_foreign():
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert "foreign" in json.dumps(encode(deep))
