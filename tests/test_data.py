"""The data: digits that are always there, MNIST from small files that the test writes, and clear errors."""

import gzip
import struct

import numpy as np
import pytest

from course import data


def write_idx(path, array, magic):
    content = struct.pack(f">{1 + array.ndim}i", magic, *array.shape) + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def mnist(tmp_path):
    """A folder with twelve images of MNIST's size, packed for training and unpacked for the test."""
    images = np.arange(12 * 28 * 28).reshape(12, 28, 28) % 256
    labels = np.arange(12) % 10
    for part, ending in (("train", ".gz"), ("t10k", "")):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte{ending}", images, 2051)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte{ending}", labels, 2049)
    return tmp_path


def test_digits():
    images, labels = data.load_digits()
    assert images.shape == (1797, 8, 8) and images.dtype == np.uint8 and images.max() == 16
    assert labels.shape == (1797,) and set(labels) == set(range(10))


@pytest.mark.parametrize("part", ["train", "test"])
def test_mnist_from_idx_files(mnist, part):
    images, labels = data.load_mnist(mnist, part)
    assert images.shape == (12, 28, 28) and images.dtype == np.uint8
    assert images[0, 1, 5] == 33
    assert labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1] and labels.dtype == np.int64


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train-images-idx3-ubyte.*download=True"):
        data.load_mnist(tmp_path)


def test_an_unknown_part(mnist):
    with pytest.raises(ValueError, match='"train" or "test"'):
        data.load_mnist(mnist, "validation")


def test_a_truncated_file(mnist):
    path = mnist / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"damaged: its header promises 9408 bytes, but 9308 follow"):
        data.load_mnist(mnist, "test")
    path.write_bytes(b"\0\0")
    with pytest.raises(ValueError, match="truncated"):
        data.load_mnist(mnist, "test")


@pytest.mark.parametrize("content", [b"not gzip", b""])
def test_a_file_that_is_no_gzip(mnist, content):
    (mnist / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(ValueError, match="truncated"):
        data.load_mnist(mnist)


def test_a_truncated_gzip(mnist):
    path = mnist / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ValueError, match="truncated or no gzip"):
        data.load_mnist(mnist)


def test_labels_where_images_should_be(mnist):
    (mnist / "train-images-idx3-ubyte.gz").write_bytes((mnist / "train-labels-idx1-ubyte.gz").read_bytes())
    with pytest.raises(ValueError, match="not the idx file it should be: it starts with 2049, not with 2051"):
        data.load_mnist(mnist)


def test_different_numbers_of_images_and_labels(mnist):
    write_idx(mnist / "train-labels-idx1-ubyte.gz", np.arange(5), 2049)
    with pytest.raises(ValueError, match=r"12 images, .* 5 labels"):
        data.load_mnist(mnist)


def test_download_without_a_network_says_what_to_do(monkeypatch, tmp_path):
    import sklearn.datasets

    def fail(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(ConnectionError, match=r"no route to host.*idx files into a folder"):
        data.load_mnist(tmp_path, download=True)


def test_download_is_split_and_shaped(monkeypatch, tmp_path):
    from types import SimpleNamespace

    import sklearn.datasets

    answer = SimpleNamespace(data=np.zeros((60_002, 784)), target=np.array(["7"] * 60_002))
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", lambda *args, **kwargs: answer)
    images, labels = data.load_mnist(tmp_path, "test", download=True)
    assert images.shape == (2, 28, 28) and images.dtype == np.uint8 and labels.tolist() == [7, 7]
