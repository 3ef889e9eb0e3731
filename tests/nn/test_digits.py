"""The handwritten digits: all there, in range, and of a kind that a nearest neighbour knows."""

import zlib

import numpy as np

from nn.data.digits import load_digits
from nn.examples.digits import accuracy


def test_the_digits_are_all_there() -> None:
    digits = load_digits()
    assert digits.X.shape == (1797, 64) and digits.y.shape == (1797,)
    assert np.bincount(digits.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.features[:9] == ["p00", "p01", "p02", "p03", "p04", "p05", "p06", "p07", "p10"]
    assert digits.target == "digit" and digits.classes == list("0123456789")
    assert (digits.X.min(), digits.X.max(), digits.X.sum()) == (0, 16, 561_718)
    # In the order of the source, by which examples and notebooks split them.
    arrays = digits.X.astype(np.uint8), digits.y.astype(np.uint8)
    assert zlib.crc32(b"".join(array.tobytes() for array in arrays)) == 3_097_341_608


def test_labels_belong_to_the_pictures() -> None:
    digits = load_digits()
    known, asked = slice(0, 1500), slice(1500, None)
    distance = ((digits.X[asked, None] - digits.X[None, known]) ** 2).sum(axis=2)
    guessed = digits.y[known][distance.argmin(axis=1)]
    assert (guessed == digits.y[asked]).mean() > 0.94


def test_a_small_convolutional_network_learns_to_read() -> None:
    """The whole training, to 98.5 % of the test pictures, is ``python -m nn.examples.digits``."""
    assert accuracy(0, epochs=3, rows=384) > 0.75


def test_the_seed_decides_the_training() -> None:
    first, second = (accuracy(1, epochs=1, rows=64) for _ in range(2))
    assert first == second
