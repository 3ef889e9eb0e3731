"""Handwritten digits that ship with the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograd.shipped import expanded
from nn.data.files import Table

DIGITS = Path(__file__).resolve().parent.parent / "datasets" / "digits.bz2"


def load_digits() -> Table:
    """1,797 handwritten digits in 8 x 8 pixels, each pixel from 0 (paper) to 16 (ink).

    Returns a ``Table``. Column ``p34`` is the pixel in row 3, column 4: the pictures are
    ``X.reshape(-1, 8, 8)``.

    Source: the test part of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits",
    UCI Machine Learning Repository (1998), https://doi.org/10.24432/C50P49, licence CC BY 4.0.

    >>> from nn.data import load_digits
    >>> digits = load_digits()
    >>> digits.X.shape, digits.y[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    # A byte a number: the labels; then each pixel of all digits, sorted by label to pack well.
    raw = expanded(DIGITS.read_bytes())
    labels, *columns = np.frombuffer(raw, np.uint8).reshape(65, -1)
    y = labels.astype(np.int64)
    X = np.empty((y.size, 64))
    X[np.argsort(y, kind="stable")] = np.transpose(columns)
    features = [f"p{row}{column}" for row in range(8) for column in range(8)]
    return Table(X, y, features, "digit", [str(digit) for digit in range(10)], str(DIGITS))
