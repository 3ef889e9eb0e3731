"""W45-W47: an embedding, an LSTM cell and one attention head, in named parts."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Array, Numbers, Quantity, State
from autograd.engine import Tensor
from autograd.functions import FUNCTIONS
from autograd.lessons.worked_examples.arrays import constant
from autograd.lessons.worked_examples.catalogue import (
    Example,
    Lesson,
    Scene,
    Table,
    exactly,
    named,
)
from autograd.writing import words

_sigmoid, _softmax, _square, _tanh = (
    FUNCTIONS[name] for name in ("sigmoid", "softmax", "square", "tanh")
)


def squared_error(y: Quantity, target: Numbers) -> Quantity:
    return named(named(_square(named(y - constant(target, "t"), "e")), "sq").sum(), "L")


# -- an embedding ---------------------------------------------------------------------------------

VECTORS = ((0.5, -1.0), (0.2, 0.4), (-0.3, 0.8), (1.0, 0.6))
WORDS = (2, 0, 2)
WORD_TARGETS = ((0.0, 1.0), (1.0, 0.0), (-1.0, 0.5))


def embedding_lookup() -> Lesson:
    E = Tensor(VECTORS, name="E")
    e = named(FUNCTIONS["take"](E, np.array(WORDS), axis=0), "v")
    L = squared_error(e, WORD_TARGETS)
    table = Table(
        words("rows of E that the words 2, 0, 2 pick"),
        (words("row"), words("picked"), "dL/dE"),
        [(i, WORDS.count(i), embedding_by_hand()["dL/dE"][i]) for i in range(len(VECTORS))],
    )
    scene = Scene(words("three words from a vocabulary of four"), L)
    return Lesson((scene,), (table,))


def embedding_by_hand() -> State:
    """A row collects the errors of all places where its word stands; the others get none."""
    errors = 2 * (np.array(VECTORS)[list(WORDS)] - np.array(WORD_TARGETS))
    total = np.zeros((len(VECTORS), 2))
    for word, error in zip(WORDS, errors):
        total[word] += error
    return {"dL/dv": errors, "dL/dE": total}


# -- an LSTM cell ---------------------------------------------------------------------------------

CELL: dict[str, Numbers] = {
    "x": ((1.0, -0.5),),
    "h": ((0.2, -0.4),),
    "c": ((0.5, 1.0),),
    "W": ((0.3, -0.2, 0.5, 0.1, 0.8, -0.6, 0.2, 0.4), (0.1, 0.6, -0.3, 0.2, -0.5, 0.3, 0.7, -0.1)),
    "U": ((0.2, 0.1, -0.4, 0.3, 0.6, 0.2, -0.1, 0.5), (-0.3, 0.4, 0.2, 0.1, 0.1, -0.7, 0.3, 0.2)),
    "b": (0.0, 0.1, 1.0, 1.0, 0.0, 0.2, 0.1, 0.0),
}
CELL_TARGET = ((0.5, -0.5),)


def lstm_cell() -> Lesson:
    x, h, c = (constant(CELL[name], name) for name in "xhc")
    c.requires_grad = True
    W, U, b = (Tensor(CELL[name], name=name) for name in "WUb")
    z = named(named(named(x @ W, "xW") + named(h @ U, "hU"), "s") + b, "z")
    i, f, o = (
        named(_sigmoid(named(z[:, k : k + 2], f"z{name}")), name)
        for name, k in (("i", 0), ("f", 2), ("o", 6))
    )
    g = named(_tanh(named(z[:, 4:6], "zg")), "g")
    after = named(named(f * c, "kept") + named(i * g, "new"), "c1")
    out = named(o * named(_tanh(after), "a"), "h1")
    L = squared_error(out, CELL_TARGET)
    return Lesson((Scene(words("one step of the cell"), L),))


def cell_by_hand() -> State:
    """The formulas of the cell, and its gradients, in NumPy."""
    x, h, c, W, U, b = (np.array(data) for data in CELL.values())
    z = x @ W + h @ U + b
    i, f, o = (1 / (1 + np.exp(-z[:, k : k + 2])) for k in (0, 2, 6))
    g = np.tanh(z[:, 4:6])
    c1 = f * c + i * g
    h1 = o * np.tanh(c1)
    dh = 2 * (h1 - np.array(CELL_TARGET))
    dc = dh * o * (1 - np.tanh(c1) ** 2)
    parts = [dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g**2)]
    dz = np.concatenate([*parts, dh * np.tanh(c1) * o * (1 - o)], axis=1)
    return {
        "c1": c1, "h1": h1, "dL/dh1": dh, "dL/dc1": dc, "dL/dc": dc * f, "dL/dz": dz,
        "dL/dW": x.T @ dz, "dL/dU": h.T @ dz, "dL/db": dz[0],
    }  # fmt: skip


# -- an attention head ----------------------------------------------------------------------------

HEAD: dict[str, Numbers] = {
    "X": ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),
    "Q": ((1.0, 0.5), (-0.5, 1.0)),
    "K": ((0.8, -0.2), (0.4, 1.0)),
    "V": ((1.0, -1.0), (0.5, 2.0)),
}
HEAD_TARGET = ((0.8, -0.5), (0.5, 1.0), (1.0, 0.5))
LATER = np.triu(np.full((3, 3), -np.inf), 1)


def attention_head() -> Lesson:
    def head(causal: bool) -> Quantity:
        X = Tensor(HEAD["X"], name="X")
        q, k, v = (named(X @ Tensor(HEAD[n], name=n), n.lower()) for n in "QKV")
        s = named(named(q @ named(k.T, "kT"), "qk") / math.sqrt(2), "s")
        if causal:
            s = named(s + constant(LATER, "M"), "m")
        p = named(_softmax(s, axis=-1), "p")
        return squared_error(named(p @ v, "y"), HEAD_TARGET)

    return Lesson(
        (
            Scene(words("three tokens, each sees all"),
                  head(causal=False)),
            Scene(words("none sees a later one"),
                  head(causal=True)),
        ),
    )  # fmt: skip


def head_by_hand(mask: Array) -> State:
    """The formulas of the head, and its gradients, in NumPy."""
    X, Q, K, V = (np.array(data) for data in HEAD.values())
    q, k, v = X @ Q, X @ K, X @ V
    s = q @ k.T / math.sqrt(2) + mask
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    y = p @ v
    dy = 2 * (y - np.array(HEAD_TARGET))
    dp = dy @ v.T
    ds = p * (dp - (p * dp).sum(axis=1, keepdims=True)) / math.sqrt(2)
    dq, dk, dv = ds @ k, ds.T @ q, p.T @ dy
    return {
        "p": p, "y": y, "dL/dy": dy, "dL/dv": dv, "dL/dp": dp, "dL/dQ": X.T @ dq,
        "dL/dK": X.T @ dk, "dL/dV": X.T @ dv, "dL/dX": dq @ Q.T + dk @ K.T + dv @ V.T,
    }  # fmt: skip


EXAMPLES = (
    Example(
        "W45",
        "embedding-lookup",
        words("An embedding"),
        embedding_lookup,
        exactly(embedding_by_hand()),
    ),
    Example(
        "W46",
        "lstm-cell",
        words("One step of an LSTM cell"),
        lstm_cell,
        exactly(cell_by_hand()),
    ),
    Example(
        "W47",
        "attention-head",
        words("One attention head over three tokens"),
        attention_head,
        exactly(
            head_by_hand(np.zeros((3, 3)))
            | {f"2: {name}": value for name, value in head_by_hand(LATER).items()}
        ),
    ),
)
