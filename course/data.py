"""The data of the course: scikit-learn's digits and moons, MNIST for who has it, and the recorded runs of unit 08."""

from __future__ import annotations

import gzip
import json
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np

_MNIST_NAMES = {"train": "train", "test": "t10k"}
_MNIST_COLUMNS = 1 + 28 * 28  # of a CSV table: the label, then the pixels
_IMAGES_MAGIC, _LABELS_MAGIC = 2051, 2049  # the first four bytes of an idx file: unsigned bytes, in 3 or 1 dimensions


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Load the 1,797 small handwritten digits that come with scikit-learn.

    Returns
    -------
    images : (1797, 8, 8) uint8 array, from 0 (white) to 16 (black)
    labels : (1797,) int64 array, from 0 to 9
    """
    from sklearn.datasets import load_digits as load  # imported here, because it takes a second

    digits = load()
    return digits.images.astype(np.uint8), digits.target.astype(np.int64)


def load_moons(n: int = 300, noise: float = 0.2, random_state: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw points on two interleaved half circles, one for each class, in random order.

    Parameters
    ----------
    n : the number of points
    noise : the standard deviation of the normal noise on each coordinate
    random_state : the seed; the same one draws the same points

    Returns
    -------
    X : (n, 2) float64 array, the points
    labels : (n,) int64 array of 0 (the upper moon) and 1 (the lower one)

    Source: scikit-learn's ``make_moons``.
    """
    from sklearn.datasets import make_moons  # imported here, because it takes a second

    X, labels = make_moons(n, noise=noise, random_state=random_state)
    return X.astype(np.float64), labels.astype(np.int64)


def load_runs() -> dict:
    """Load the training runs of unit 08: a healthy one, and six with one fault each.

    Returns
    -------
    dict with the keys "faults" (the names of six faults, in alphabetical order), "healthy" (one run) and
    "runs" ("run A" to "run F", each a run); a run is a dict of what was recorded, rounded:

    loss, accuracy, test_loss, test_accuracy : a list with one number for each epoch, before its update
    weight_size, step_size : the norm of all weights and of the change of the weights, one number for each epoch
    hidden_spread : the standard deviation over the hidden units, averaged over the images, at the start and at the end
    gradient_error : "dW_1", "db_1", "dW_2", "db_2": the norm of the gradient minus central differences, as a share of
        the sum of both norms
    train_rows, test_rows : how many images the two kinds of numbers were measured on
    first_images, first_labels : the first rows of the training data
    """
    return json.loads(Path(__file__).with_name("runs.json").read_text(encoding="utf-8"))


def load_mnist(
    folder: str | Path = "mnist", part: str = "train", *, download: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Load MNIST from its four idx files or from CSV tables, packed (.gz) or not, or from OpenML if you ask for it.

    Parameters
    ----------
    folder : where the files are, under their usual names, such as ``train-images-idx3-ubyte.gz``; where these are
        missing, ``mnist_train.csv`` and ``mnist_test.csv`` are read: one image a row, its label first, then its 784
        pixels, with or without a line of names above; with ``download`` the folder in which scikit-learn keeps its copy
    part : "train" (60,000 images) or "test" (10,000 images, the files that begin with t10k)
    download : fetch MNIST from OpenML; needs the network

    Returns
    -------
    images : (n, 28, 28) uint8 array, from 0 (white) to 255 (black)
    labels : (n,) int64 array, from 0 to 9

    Raises
    ------
    FileNotFoundError : if neither both idx files nor the table of that part are there
    ValueError : if ``part`` is neither, or a file is damaged, truncated or of another kind
    ConnectionError : if OpenML does not answer

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    if part not in _MNIST_NAMES:
        raise ValueError(f'part must be "train" or "test", not {part!r}')
    if download:
        return _fetch_mnist(Path(folder), part)
    names = [f"{_MNIST_NAMES[part]}-{ending}" for ending in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    images_path, labels_path = (_find(Path(folder), name) for name in names)
    table_path = _find(Path(folder), f"mnist_{part}.csv")
    if table_path and not (images_path and labels_path):
        return _read_csv(table_path)
    if not (images_path and labels_path):
        raise FileNotFoundError(
            f"{Path(folder, names[1] if images_path else names[0])} was not found, nor the same with .gz, nor "
            f"mnist_{part}.csv. Put the four MNIST files or the two tables into that folder, "
            "name another one with load_mnist(folder), or fetch them with load_mnist(download=True)."
        )
    images = _read_idx(images_path, _IMAGES_MAGIC, dimensions=3)
    labels = _read_idx(labels_path, _LABELS_MAGIC, dimensions=1)
    if len(images) != len(labels):
        raise ValueError(f"{images_path} holds {len(images)} images, but {labels_path} holds {len(labels)} labels")
    return images, labels.astype(np.int64)


def _find(folder: Path, name: str) -> Path | None:
    """Return the path of a file that may be packed, or None."""
    return next((path for path in (folder / f"{name}.gz", folder / name) if path.is_file()), None)


def _read_csv(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a table with one image a row: its label, then its pixels."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            names = any(letter.isalpha() for letter in file.readline())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # NumPy's, of a table without rows
            table = np.loadtxt(path, np.int16, delimiter=",", skiprows=int(names), ndmin=2)
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as problem:  # UnicodeDecodeError is a ValueError
        raise ValueError(
            f"{path} is truncated or no table of whole numbers ({problem}). Get a new copy of it."
        ) from None
    if len(table) == 0:
        raise ValueError(f"{path} holds no images")
    if table.shape[1] != _MNIST_COLUMNS:
        raise ValueError(
            f"{path} has {table.shape[1]} columns, not {_MNIST_COLUMNS}: a label, then the pixels of an image of 28 x 28"
        )
    for name, values, largest in (("labels", table[:, :1], 9), ("pixels", table[:, 1:], 255)):
        wrong = np.argwhere((values < 0) | (values > largest))
        if len(wrong):
            row, column = wrong[0]
            raise ValueError(
                f"{path} has {values[row, column]} among the {name} of image {row}, counted from 0; "
                f"{name} go from 0 to {largest}"
            )
    return table[:, 1:].reshape(-1, 28, 28).astype(np.uint8), table[:, 0].astype(np.int64)


def _read_idx(path: Path, magic: int, dimensions: int) -> np.ndarray:
    """Read an idx file: a magic number and the sizes, as big-endian 32-bit integers, then the bytes."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise ValueError(f"{path} is truncated or no gzip file ({problem}). Get a new copy of it.") from None
    header = 4 * (1 + dimensions)
    if len(content) < header:
        raise ValueError(f"{path} is truncated: it holds {len(content)} bytes, less than its header of {header}")
    found, *shape = struct.unpack(f">{1 + dimensions}i", content[:header])
    if found != magic:
        raise ValueError(f"{path} is not the idx file it should be: it starts with {found}, not with {magic}")
    expected = int(np.prod(shape))
    if len(content) - header != expected:
        raise ValueError(
            f"{path} is damaged: its header promises {expected} bytes, but {len(content) - header} follow. "
            "Get a new copy of it."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape).copy()


def _fetch_mnist(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import fetch_openml

    try:
        mnist = fetch_openml("mnist_784", version=1, as_frame=False, data_home=folder)
    except OSError as problem:  # URLError and time-outs are among them
        raise ConnectionError(
            f"MNIST could not be fetched from OpenML ({problem}). Check the network, "
            "or put the four idx files into a folder and call load_mnist(folder)."
        ) from None
    rows = slice(0, 60_000) if part == "train" else slice(60_000, None)
    return mnist.data[rows].reshape(-1, 28, 28).astype(np.uint8), mnist.target[rows].astype(np.int64)
