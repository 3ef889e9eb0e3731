"""W44: a kernel that moves over a picture, and pooling."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Numbers, Quantity
from autograd.engine import Tensor
from autograd.functions import FUNCTIONS
from autograd.lessons.worked_examples.catalogue import (
    Example,
    Lesson,
    Scene,
    Table,
    exactly,
    named,
)
from autograd.writing import words

_conv, _max_pool, _relu = (FUNCTIONS[name] for name in ("conv", "max_pool", "relu"))

PICTURE: Numbers = ((1.0, 0.0, 2.0, 1.0), (0.0, 1.0, 1.0, 0.0), (2.0, 1.0, 0.0, 1.0),
                    (1.0, 0.0, 1.0, 2.0))  # fmt: skip
#: It answers where the left side is lighter than the right: an edge.
EDGE: Numbers = ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0))


def as_sample(x: Tensor, name: str) -> Quantity:
    """A matrix as the one channel of the one sample of a batch."""
    return named(x.reshape((1, 1, *x.shape)), name)


def as_matrix(x: Quantity, name: str) -> Quantity:
    return named(x.reshape(x.shape[2:]), name)


def kernel_over_picture() -> Lesson:
    x, w = Tensor(PICTURE, name="x"), Tensor(EDGE, name="w")
    answers = named(_conv(as_sample(x, "X"), as_sample(w, "W")), "Y")
    h = named(_relu(as_matrix(answers, "y")), "h")
    edges = named(h.sum(), "f")
    picture = Tensor(PICTURE, name="x")
    largest = named(_max_pool(as_sample(picture, "X"), 2), "M")
    pooled = named(as_matrix(largest, "m").sum(), "f")
    seen = [(i, k, x.data[i : i + 3, k : k + 3]) for i in range(2) for k in range(2)]
    table = Table(
        words("what the kernel sees, and its answer"),
        (words("row, column"), words("window"), "Σ w · x"),
        [(f"{i}, {k}", _matrix(part), float((w.data * part).sum())) for i, k, part in seen],
    )
    return Lesson(
        (
            Scene(words("a 3 × 3 kernel over a 4 × 4 picture"),
                  edges),
            Scene(words("the largest of each 2 × 2"), pooled),
        ),
        (table,),
        {
            "windows under the gradient": seen[1][2] + seen[2][2],
            "by hand": np.array([(w.data * part).sum() for *_, part in seen]).reshape(2, 2),
        },
    )  # fmt: skip


def _matrix(rows: Quantity) -> str:
    return "(" + "; ".join(", ".join(f"{v:g}" for v in row) for row in rows) + ")"


EXAMPLES = (
    Example(
        "W44",
        "kernel-over-picture",
        words("A kernel over a picture"),
        kernel_over_picture,
        exactly(
            {
                "y": ((-1, 1), (3, -1)),
                "by hand": ((-1, 1), (3, -1)),
                "f": 4,
                "df/dy": ((0, 1), (1, 0)),
                "df/dw": ((0, 3, 2), (3, 2, 0), (2, 0, 2)),
                "windows under the gradient": ((0, 3, 2), (3, 2, 0), (2, 0, 2)),
                "df/dx": ((0, 1, 0, -1), (1, 2, -1, -2), (2, 1, -2, -1), (1, 0, -1, 0)),
                "2: m": ((1, 2), (2, 2)),
                "2: df/dx": ((0.5, 0, 1, 0), (0, 0.5, 0, 0), (1, 0, 0, 0), (0, 0, 0, 1)),
            }
        ),
        (
            words(
                "The gradient by w sums the windows whose answer counts; the gradient by x "
                "is w, laid where those windows stood. Two numbers that tie share the gradient."
            ),
        ),
    ),
)
