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


@pytest.fixture
def table():
    """Three images of MNIST's size as text: a row each, the label first."""
    rows = np.arange(3 * 785).reshape(3, 785) % 256
    rows[:, 0] = 7, 0, 9
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.mark.parametrize("header", ["", "label," + ",".join(f"{i}x{j}" for i in range(28) for j in range(28)) + "\n"])
@pytest.mark.parametrize("part", ["train", "test"])
def test_mnist_from_csv_tables(tmp_path, table, part, header):
    (tmp_path / "mnist_train.csv.gz").write_bytes(gzip.compress((header + table).encode()))
    (tmp_path / "mnist_test.csv").write_text(header + table, encoding="utf-8")
    images, labels = data.load_mnist(tmp_path, part)
    assert images.shape == (3, 28, 28) and images.dtype == np.uint8
    assert images[0, 0, 0] == 1 and images[0, 1, 5] == 34 and images[1, 0, 0] == 786 % 256
    assert labels.tolist() == [7, 0, 9] and labels.dtype == np.int64


def test_idx_files_are_read_where_both_are_there(mnist, table):
    (mnist / "mnist_test.csv").write_text(table, encoding="utf-8")
    assert len(data.load_mnist(mnist, "test")[0]) == 12
    (mnist / "t10k-labels-idx1-ubyte").unlink()
    assert len(data.load_mnist(mnist, "test")[0]) == 3


def test_the_missing_one_of_two_idx_files_is_named(mnist):
    (mnist / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match=r"t10k-labels-idx1-ubyte was not found.*mnist_test\.csv"):
        data.load_mnist(mnist, "test")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(",", ";"), "no table of whole numbers"),
        (lambda text: text.replace("7,1,", "7,", 1), "number of columns changed"),
        (lambda text: text.replace(",2,", ",,", 1), "no table of whole numbers"),
        (lambda text: "".join(line.partition(",")[2] + "\n" for line in text.splitlines()), "784 columns, not 785"),
        (lambda text: "", "holds no images"),
        (lambda text: "label,pixels\n", "holds no images"),
        (
            lambda text: "\n".join([*text.splitlines()[:2], "10" + text.splitlines()[2][1:]]),
            r"10 among the labels of image 2",
        ),
        (lambda text: text.replace(",255,", ",256,", 1), r"256 among the pixels of image 0.*from 0 to 255"),
        (lambda text: text.replace(",255,", ",-1,", 1), r"-1 among the pixels"),
    ],
)
def test_a_wrong_table_is_refused_with_a_reason(tmp_path, table, change, words):
    (tmp_path / "mnist_train.csv").write_text(change(table), encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        data.load_mnist(tmp_path)


def test_a_truncated_or_foreign_packed_table(tmp_path, table):
    path = tmp_path / "mnist_train.csv.gz"
    for content in (gzip.compress(table.encode())[:-12], b"no gzip", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="truncated or no table"):
            data.load_mnist(tmp_path)
    (tmp_path / "mnist_test.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="truncated or no table"):
        data.load_mnist(tmp_path, "test")


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
