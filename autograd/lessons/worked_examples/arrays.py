"""W9-W13: stepped on a graph of arrays, shapes and matrix products shown at each step."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus import Numbers, Quantity, State
from autograd.engine import Tensor
from autograd.functions import FUNCTIONS
from autograd.lessons.worked_examples.beside import sigmoid_identity, softmax_identity
from autograd.lessons.worked_examples.catalogue import (
    Example,
    Lesson,
    Scene,
    Table,
    exactly,
    named,
    rounded,
)
from autograd.writing import words

_log, _sigmoid, _softmax, _linear, _square = (
    FUNCTIONS[name] for name in ("log", "sigmoid", "softmax", "linear", "square")
)


def constant(data: Quantity, name: str) -> Tensor:
    """A named Tensor without a gradient."""
    return Tensor(data, requires_grad=False, dtype=float, name=name)


def layer(x: Quantity, W: Any, b: Quantity, name: str) -> Quantity:
    """x @ W + b as one node."""
    return named(_linear(x, W, b), name)


def jacobian_of(scene: Scene, name: str) -> Quantity:
    """∂output/∂input row by row: one sweep per element of the output."""
    graph = scene.graph
    rows = []
    for unit in np.eye(graph.output.value.size):
        gradient = graph.backward(unit.reshape(graph.output.value.shape))[name].grad
        rows.append(np.zeros(graph[name].value.size) if gradient is None else np.ravel(gradient))
    return np.array(rows)


# -- W9 -------------------------------------------------------------------------------------------

LOGITS = (2.8, 1.1, -0.5)
FOUR, TARGET = (1.0, 2.0, 0.5, -1.0), 1


def softmax_cross_entropy() -> Lesson:
    def by_parts(logits: tuple[float, ...]) -> Quantity:
        p = named(_softmax(Tensor(logits, name="z")), "p")
        return named(-_log(named(p[0], "q")), "l")

    def by_powers(logits: tuple[float, ...], target: int) -> Quantity:
        e = named(FUNCTIONS["exp"](Tensor(logits, name="z")), "e")
        p = named(e / named(e.sum(), "S"), "p")
        return named(-_log(named(p[target], "q")), "l")

    fused = FUNCTIONS["cross_entropy"](Tensor([LOGITS], name="z"), Tensor([0], name="y"))
    p, four = (np.exp(z) / np.exp(z).sum() for z in (LOGITS, FOUR))
    return Lesson(
        (
            Scene(words("softmax, then -log of one entry"),
                  by_parts(LOGITS)),
            Scene(words("both at once"), named(fused, "l")),
            Scene(words("the logits reversed"), by_parts(LOGITS[::-1])),
            Scene(words("eᶻ as a step of its own"),
                  by_powers(LOGITS, 0)),
            Scene(words("four logits, the second is right"),
                  by_powers(FOUR, TARGET)),
        ),
        tables=(softmax_identity(LOGITS, 0), softmax_identity(FOUR, TARGET)),
        more={"p - onehot": p - np.array([1, 0, 0]),
              "four logits: p - 1ᵧ": four - np.eye(4)[TARGET]},
    )  # fmt: skip


# -- W10 ------------------------------------------------------------------------------------------

W10_X = ((1.0, -1.0, 1.0),)
W10_W = ((0.7266, 0.7925, 0.7952, 0.2159), (0.3108, 0.1950, 0.6448, 0.6367),
         (0.0521, 0.2200, 0.5038, 0.9020))  # fmt: skip
W10_B = ((0.3059, 0.2612, 0.9326, 0.5597),)


def sigmoid_layer_jacobian() -> Lesson:
    x, W, b = Tensor(W10_X, name="x"), constant(W10_W, "W"), constant(W10_B, "b")
    before = named(named(x @ W, "a") + b, "h̄")
    h = named(_sigmoid(before), "h")
    one = Scene(
        words("one row: upstream (1, 0, 0, 0)"),
        h,
        gradient=np.array([[1.0, 0, 0, 0]]),
    )
    J = jacobian_of(one, "x")
    slopes = h.data * (1 - h.data)
    table = Table(
        words("∂h/∂x = diag(h(1-h)) Wᵀ, one row per output"),
        ("", "x1", "x2", "x3", "h(1-h)"),
        [(f"h{i + 1}", *J[i], slopes[0, i]) for i in range(4)],
    )
    by_formula = np.diag(slopes[0]) @ np.array(W10_W).T
    return Lesson((one,), (table,), {"dh/dx": J, "h(1-h)": slopes[0], "diag Wᵀ": by_formula})


# -- W11 ------------------------------------------------------------------------------------------


def vector_jacobian() -> Lesson:
    def f(x: Quantity) -> Quantity:
        s = named(_square(x), "s")
        y1 = named(s[0] + s[1], "y1")
        y2 = named(s[1] + named(s[2] * x[1], "t"), "y2")
        return named(FUNCTIONS["stack"]([y1, y2]), "y")

    def g(y: Quantity) -> Quantity:
        z1, z2 = named(y[0] * y[1], "z1"), named(y[0] - y[1], "z2")
        return named(FUNCTIONS["stack"]([z1, z2]), "z")

    point = [1.0, 2.0, 3.0]
    inner = Scene(words("y = f(x), the first row"),
                  f(Tensor(point, name="x")), gradient=np.array([1.0, 0]))  # fmt: skip
    y = Tensor(f(Tensor(point)).data, name="y")
    outer = Scene(words("z = g(y), the first row"), g(y),
                  gradient=np.array([1.0, 0]))  # fmt: skip
    whole = Scene(words("z = g(f(x)), the first row"),
                  g(f(Tensor(point, name="x"))), gradient=np.array([1.0, 0]))  # fmt: skip
    Jf, Jg, J = jacobian_of(inner, "x"), jacobian_of(outer, "y"), jacobian_of(whole, "x")
    table = Table(
        words("Jacobians: J(g∘f) = J(g) J(f)"),
        ("", words("shape"), words("first row"), words("second row")),
        [
            ("J(f)", "(2,3)", *(_row(r) for r in Jf)),
            ("J(g)", "(2,2)", *(_row(r) for r in Jg)),
            ("J(g) J(f)", "(2,3) = (2,2) @ (2,3)", *(_row(r) for r in Jg @ Jf)),
            ("J(g∘f)", "(2,3)", *(_row(r) for r in J)),
        ],
    )
    return Lesson((inner, outer, whole), (table,), {"J": Jf, "J of both": J, "product": Jg @ Jf})


def _row(values: Any) -> str:
    return "(" + ", ".join(f"{v:g}" for v in values) + ")"


# -- W12 ------------------------------------------------------------------------------------------

THREE_LAYERS: dict[str, Numbers] = {
    "W1": ((0.2, -0.5, 0.1, 0.4), (0.7, 0.3, -0.6, 0.1), (-0.4, 0.8, 0.5, -0.2)),
    "b1": (0.1, 0.0, -0.1, 0.2),
    "W2": ((0.3, -0.1, 0.6, 0.2), (-0.5, 0.4, 0.1, 0.7), (0.2, 0.9, -0.3, 0.1),
           (0.6, -0.2, 0.4, -0.8)),
    "b2": (0.0, 0.1, 0.2, -0.1),
    "W3": ((0.5, -0.4, 0.2), (0.1, 0.7, -0.3), (-0.6, 0.2, 0.4), (0.3, -0.1, 0.8)),
    "b3": (0.1, -0.2, 0.0),
}  # fmt: skip
W12_X = ((1.0, -0.5, 2.0), (0.3, 1.2, -0.7))
W12_Y = ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
#: What the lecture calls the gradients of the layers' values.
LAYER_GRADIENTS = {"h3": "g3", "h2": "g2", "h1": "g1", "h̄2": "ḡ2", "h̄1": "ḡ1"}


def three_layer_backprop() -> Lesson:
    def loss(rows: int) -> Quantity:
        weights = {name: Tensor(data, name=name) for name, data in THREE_LAYERS.items()}
        h = Tensor(W12_X[:rows], name="x")
        for i in "12":
            before = layer(h, weights[f"W{i}"], weights[f"b{i}"], f"h̄{i}")
            h = named(_sigmoid(before), f"h{i}")
        h3 = layer(h, weights["W3"], weights["b3"], "h3")
        return named(FUNCTIONS["cross_entropy"](h3, constant(W12_Y[:rows], "y")), "l")

    return Lesson(
        (
            Scene(words("one row"), loss(1), gradient_names=LAYER_GRADIENTS),
            Scene(words("a mini-batch of two"), loss(2),
                  gradient_names=LAYER_GRADIENTS),
        ),
        more=three_layers_by_hand(1) | {f"2: {k}": v for k, v in three_layers_by_hand(2).items()},
    )  # fmt: skip


def three_layers_by_hand(rows: int) -> State:
    """The lecture's formulas in NumPy, for the example's test."""
    w = {name: np.array(data) for name, data in THREE_LAYERS.items()}
    x, y = np.array(W12_X[:rows]), np.array(W12_Y[:rows])
    h1 = 1 / (1 + np.exp(-(x @ w["W1"] + w["b1"])))
    h2 = 1 / (1 + np.exp(-(h1 @ w["W2"] + w["b2"])))
    h3 = h2 @ w["W3"] + w["b3"]
    p = np.exp(h3) / np.exp(h3).sum(axis=1, keepdims=True)
    g3 = (p - y) / rows
    ḡ2 = (g3 @ w["W3"].T) * h2 * (1 - h2)
    ḡ1 = (ḡ2 @ w["W2"].T) * h1 * (1 - h1)
    return {
        "by hand dW3": h2.T @ g3, "by hand db3": g3.sum(axis=0),
        "by hand dW2": h1.T @ ḡ2, "by hand db2": ḡ2.sum(axis=0),
        "by hand dW1": x.T @ ḡ1, "by hand db1": ḡ1.sum(axis=0),
        "by hand dx": ḡ1 @ w["W1"].T, "by hand g3": g3,
    }  # fmt: skip


# -- W13 ------------------------------------------------------------------------------------------

W13 = {
    "x": ((0.5, -1.0),),
    "W": ((0.4, -0.6, 0.3), (0.8, 0.2, -0.5)),
    "V": ((0.7, -0.2), (-0.3, 0.9), (0.1, 0.6)),
    "t": ((1.0, 0.0),),
}


def bce_two_layer() -> Lesson:
    x, y = constant(W13["x"], "x"), constant(W13["t"], "y")
    W, V = Tensor(W13["W"], name="W"), Tensor(W13["V"], name="V")
    h = named(_sigmoid(named(x @ W, "r")), "h")
    guess = named(_sigmoid(named(h @ V, "s")), "ŷ")
    hit = named(y * _log(guess), "A")
    miss = named((1.0 - y) * _log(1.0 - guess), "B")
    L = named(-named((hit + miss).sum(), "C"), "L")
    table = sigmoid_identity(guess.data, np.array(W13["t"]))
    identities = {
        "dL/ds": "ŷ - y",
        "dL/dV": "h.T @ (ŷ - y)",
        "dL/dW": "x.T @ ((ŷ - y) @ V.T * h * (1 - h))",
    }
    return Lesson((Scene(words("one sample"), L),), (table,), identities=identities)


def bce_by_hand() -> State:
    """ŷ - y, and what it comes to in either layer: the lecture's formulas in NumPy."""
    x, W, V, t = (np.array(data) for data in W13.values())
    h = 1 / (1 + np.exp(-x @ W))
    error = 1 / (1 + np.exp(-h @ V)) - t
    return {
        "dL/ds": error,
        "dL/dV": h.T @ error,
        "dL/dW": x.T @ ((error @ V.T) * h * (1 - h)),
    }


_J10 = ((0.1570, 0.0671, 0.0113), (0.1501, 0.0369, 0.0417), (0.1121, 0.0909, 0.0710),
        (0.0416, 0.1228, 0.1740))  # fmt: skip

EXAMPLES = (
    Example(
        "W9",
        "softmax-cross-entropy",
        words("Softmax and cross-entropy"),
        softmax_cross_entropy,
        (
            *rounded(2, {"p": (0.82, 0.15, 0.03)}),
            *rounded(6, {"l": 0.198496, "2: l": 0.198496, "3: l": 3.498496}),
        ),
        (
            words(
                "The lecture prints 0.1985, and 3.5066 for the reversed logits: the logarithm of "
                "the rounded 0.03. Exact are 0.198496 and 3.498496."
            ),
        ),
    ),
    Example(
        "W10",
        "sigmoid-layer-jacobian",
        words("The Jacobian of a sigmoid layer"),
        sigmoid_layer_jacobian,
        rounded(
            4,
            {
                "h̄": ((0.7738, 1.0787, 1.5868, 1.0409),),
                "h": ((0.6843, 0.7462, 0.8302, 0.7390),),
                "h(1-h)": (0.2160, 0.1894, 0.1410, 0.1929),
                "dh/dx": _J10,
            },
        ),
        (
            words(
                "The lecture prints 0.7737 for the first h̄, where the printed inputs give 0.7738, "
                "and 0.7463 for the second h: from inputs before rounding."
            ),
        ),
    ),
    Example(
        "W11",
        "vector-jacobian",
        words("Jacobians, and their product"),
        vector_jacobian,
        exactly({"J": ((2, 4, 0), (0, 13, 12)), "y": (5, 22), "3: z": (110, -17)}),
    ),
    Example(
        "W12",
        "three-layer-backprop",
        words("Three layers, backwards"),
        three_layer_backprop,
        exactly(
            {
                f"{scene}dl/d{name}": value
                for scene, rows in (("", 1), ("2: ", 2))
                for name, value in (
                    (key.removeprefix("by hand d"), value)
                    for key, value in three_layers_by_hand(rows).items()
                    if key != "by hand g3"
                )
            }
        ),
        (words("dl/dx, left as an exercise in the lecture, is ḡ1 times the transpose of W1."),),
    ),
    Example(
        "W13",
        "bce-two-layer",
        words("Two sigmoid layers, binary cross-entropy"),
        bce_two_layer,
        exactly(bce_by_hand()),
        (
            words(
                "dL/ds = ŷ - y, dL/dV = h (ŷ - y), dL/dW = x h(1-h) Σ (ŷ - y) V. In the last one "
                "the lecture sums over the outputs twice, and once writes sⱼ for sᵢ."
            ),
        ),
    ),
)
