"""W1-W8: stepped on a graph of single numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import Value
from autograd.functions import FUNCTIONS
from autograd.lessons.worked_examples.beside import (
    as_fractions,
    local_rules,
    saved_and_completed,
)
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

_exp, _log, _relu, _sigmoid = (FUNCTIONS[name] for name in ("exp", "log", "relu", "sigmoid"))


def _values(**data: float) -> list[Value]:
    return [Value(value, name) for name, value in data.items()]


def constant(data: float, name: str) -> Value:
    """A named Value without a gradient."""
    node = Value(data).detach()
    node.name = name
    return node


def sum_times() -> Lesson:
    x, y, z = _values(x=1, y=-3, z=4)
    d = named(x + y, "d")
    return Lesson((Scene("f = (x + y) · z", named(d * z, "f")),))


def sigmoid_neuron() -> Lesson:
    def weighted() -> Quantity:
        w0, x0, w1, x1, b = _values(w0=2, x0=-1, w1=-3, x1=-2, b=-3)
        p, q = named(w0 * x0, "p"), named(w1 * x1, "q")
        return named(named(p + q, "r") + b, "s")

    s = weighted()
    t = named(s * -1.0, "t")
    u = named(_exp(t), "u")
    v = named(u + 1.0, "v")
    by_primitives = named(v.reciprocal(), "f")
    return Lesson(
        (
            Scene(words("primitive by primitive"), by_primitives),
            Scene(
                words("the sigmoid as one node"),
                named(_sigmoid(weighted()), "f"),
            ),
        ),
        (local_rules(1.0),),
    )


def relu_two_layer() -> Lesson:
    def loss() -> Quantity:
        x, y = constant(1.0, "x"), constant(0.0, "y")
        w1, w2 = _values(w1=1 / 3, w2=2)
        a = named(w1 * x, "a")
        h = named(_relu(a), "h")
        guess = named(w2 * h, "ŷ")
        error = named(guess - y, "e")
        return named(error.square(), "L")

    return Lesson(
        (
            Scene(words("a step with α = 0.1"), loss(), lr=0.1),
            Scene(
                words("α = 1/8: the loss is 0 and the ReLU dead"),
                loss(),
                lr=1 / 8,
            ),
        ),
        (as_fractions(),),
    )


def product_of_sums() -> Lesson:
    x1, x2, z2 = _values(x1=2, x2=3, z2=4)
    z1 = named(x1 + x2, "z1")
    return Lesson(
        (Scene("y = (x1 + x2) · z2", named(z1 * z2, "y")),),
        (saved_and_completed(2, 3, 4),),
    )


PERCEPTRON = ((0.5, -1.0, 1.0), (1.5, 2.0, 0.0), (-1.0, 0.25, 1.0))


def perceptron() -> Lesson:
    def neuron(row: tuple[float, ...], w1: Any, w2: Any, b: Quantity, i: str) -> Quantity:
        x1, x2, y = (constant(v, f"{n}{i}") for v, n in zip(row, ("x1", "x2", "y")))
        missed = constant(1 - row[2], f"n{i}")  # 1 - y
        s = named(w1 * x1 + w2 * x2 + b, f"s{i}")
        a = named(_sigmoid(s), f"a{i}")
        hit, miss = named(_log(a), f"p{i}"), named(_log(named(1 - a, f"c{i}")), f"q{i}")
        return -named(y * hit + missed * miss, f"t{i}")

    rate = 0.5
    w1, w2, b = _values(w1=0.8, w2=-0.4, b=0.1)
    one = named(neuron(PERCEPTRON[0], w1, w2, b, ""), "l")
    w1, w2, b = _values(w1=0.8, w2=-0.4, b=0.1)
    losses = [
        named(neuron(row, w1, w2, b, f"_{i}"), f"l_{i}") for i, row in enumerate(PERCEPTRON, 1)
    ]
    mean = named((losses[0] + losses[1] + losses[2]) / 3.0, "J")
    by_formula = _perceptron_by_formula()
    return Lesson(
        (
            Scene(words("one sample, and the update"), one, lr=rate),
            Scene(
                words("the mean over a batch of three"),
                mean,
                lr=rate,
            ),
        ),
        more=by_formula,
        identities={
            "dl/dw1": "x1 * (a - y)",
            "dl/dw2": "x2 * (a - y)",
            "dl/db": "a - y",
            "dl/ds": "a - y",
        },
    )


def _perceptron_by_formula() -> dict[str, float]:
    """a - y, and its products with the inputs: what the lecture derives."""
    x1, x2, y = np.array(PERCEPTRON).T
    a = 1 / (1 + np.exp(-(0.8 * x1 - 0.4 * x2 + 0.1)))
    return {
        "a - y": float((a - y)[0]),
        "x1 (a - y)": float((x1 * (a - y))[0]),
        "x2 (a - y)": float((x2 * (a - y))[0]),
        "mean x1 (a - y)": float((x1 * (a - y)).mean()),
        "mean x2 (a - y)": float((x2 * (a - y)).mean()),
        "mean (a - y)": float((a - y).mean()),
    }


def gradient_descent_step() -> Lesson:
    (w,) = _values(w=1)
    f = named((w - 1) ** 2 + (w - 3) ** 2, "f")
    return Lesson((Scene(words("one step, η = 0.1"), f, lr=0.1),))


def sgd_step() -> Lesson:
    (w,) = _values(w=10)
    l1, l2, l3, l4 = (named((w - i).square(), f"l{i}") for i in range(1, 5))
    f = named((l1 + l2 + l3 + l4) / 4.0, "f")
    everyone = np.arange(1.0, 1001.0)
    full = float(np.mean(2 * (10 - everyone)))
    rng = np.random.default_rng(0)
    batches = [rng.choice(everyone, 4, replace=False) for _ in range(20_000)]
    of_batches = [float(np.mean(2 * (10 - batch))) for batch in batches]
    rows = [
        ("{1, 2, 3, 4}", 15.0),
        *(
            (f"{{{', '.join(f'{i:g}' for i in sorted(batches[k]))}}}", of_batches[k])
            for k in range(4)
        ),
        (
            words("mean of 20,000 random"),
            float(np.mean(of_batches)),
        ),
        (words("all 1,000"), full),
    ]
    return Lesson(
        (Scene(words("the batch {1, 2, 3, 4}, η = 0.1"), f, lr=0.1),),
        (
            Table(
                words("the gradient at w = 10"),
                ("batch", words("gradient")),
                rows,
            ),
        ),
        {"full gradient": full, "mean of batch gradients": float(np.mean(of_batches))},
    )


def log_sum_exp() -> Lesson:
    x, y, z = _values(x=1, y=2, z=-1)
    ex, ey, ez = (named(_exp(v), f"e{v.name}") for v in (x, y, z))
    s = named(ex + ey + ez, "s")
    powers = np.exp([1.0, 2.0, -1.0])
    names = ("softmax x", "softmax y", "softmax z")
    return Lesson(
        (Scene("f = log(eˣ + eʸ + eᶻ)", named(_log(s), "f")),),
        more=dict(zip(names, (powers / powers.sum()).tolist())),
    )


_S = 1 / (1 + math.exp(-1))
_A = 1 / (1 + math.exp(-(0.8 * 0.5 + 0.4 + 0.1)))

EXAMPLES = (
    Example(
        "W1",
        "sum-times",
        words("A sum, then a product"),
        sum_times,
        exactly({"d": -2, "f": -8, "df/dz": -2, "df/dd": 4, "df/dx": 4, "df/dy": 4}),
    ),
    Example(
        "W2",
        "sigmoid-neuron",
        words("A neuron, primitive by primitive"),
        sigmoid_neuron,
        rounded(
            2,
            {
                "p": -2,
                "q": 6,
                "r": 4,
                "s": 1,
                "t": -1,
                "u": 0.37,
                "v": 1.37,
                "f": 0.73,
                "df/df": 1,
                "df/dv": -0.53,
                "df/du": -0.53,
                "df/dt": -0.20,
                "df/ds": 0.20,
                "df/dw0": -0.20,
                "df/dx0": 0.39,
                "df/dw1": -0.39,
                "df/dx1": -0.59,
                "df/db": 0.20,
                "2: f": 0.73,
                "2: df/ds": 0.20,
                "2: df/dw0": -0.20,
                "2: df/dx0": 0.39,
                "2: df/dw1": -0.39,
                "2: df/dx1": -0.59,
                "2: df/db": 0.20,
            },
        )
        + exactly({"df/ds": _S * (1 - _S), "2: df/ds": _S * (1 - _S)}),
        (words("The lecture's figure is lost; the inputs are the customary ones."),),
    ),
    Example(
        "W3",
        "relu-two-layer",
        words("Two weights and a ReLU"),
        relu_two_layer,
        exactly(
            {
                "L": 4 / 9,
                "dL/dŷ": 4 / 3,
                "dL/dw2": 4 / 9,
                "dL/dw1": 8 / 3,
                "w1'": 1 / 3 - 0.1 * 8 / 3,
                "w2'": 2 - 0.1 * 4 / 9,
                "L after": ((1 / 3 - 0.8 / 3) * (2 - 0.4 / 9)) ** 2,
                "2: w1'": 0.0,
                "2: w2'": 2 - 4 / 72,
                "2: L after": 0.0,
            }
        ),
        (words("At α = 1/8 the weight w1 lands on 0: loss 0, and the ReLU passes nothing again."),),
    ),
    Example(
        "W4",
        "product-of-sums",
        words("Local gradients, saved and completed"),
        product_of_sums,
        exactly({"y": 20, "dy/dz1": 4, "dy/dz2": 5, "dy/dx1": 4, "dy/dx2": 4}),
        (words("The lecture misprints the last derivative: dy/dx2 is z2 · 1, as dy/dx1 is."),),
    ),
    Example(
        "W5",
        "perceptron",
        words("A perceptron and its cross-entropy"),
        perceptron,
        exactly(
            {
                "a": _A,
                "dl/dw1": 0.5 * (_A - 1),
                "dl/dw2": -1.0 * (_A - 1),
                "dl/db": _A - 1,
                "w1'": 0.8 - 0.5 * 0.5 * (_A - 1),
                "b'": 0.1 - 0.5 * (_A - 1),
            }
        ),
        (
            words("The lecture misprints the sign of the second term: both stand under one minus."),
            words("Once the lecture prints -y log a alone: the loss of a sample with y = 1."),
            words("n is 1 - y. Once the lecture multiplies the update by X again: dl/dw has it."),
        ),
    ),
    Example(
        "W6",
        "gradient-descent-step",
        words("One step of gradient descent"),
        gradient_descent_step,
        exactly({"f": 4, "df/dw": -4, "w'": 1.4, "f after": 2.72}),
    ),
    Example(
        "W7",
        "sgd-step",
        words("One step on a batch of four"),
        sgd_step,
        exactly({"f": 57.5, "df/dw": 15, "w'": 8.5, "full gradient": -981}),
        (
            words("The lecture misprints one exponent as 4; all are 2."),
            words(
                "The full gradient is -981, of the other sign: this batch pulls w down to its own "
                "mean, the whole data pushes it up. The mean over random batches is the full one."
            ),
        ),
    ),
    Example(
        "W8",
        "log-sum-exp",
        words("The gradient that is a softmax"),
        log_sum_exp,
        exactly(
            dict(
                zip(
                    ("df/dx", "df/dy", "df/dz"),
                    (math.exp(v) / (math.exp(1) + math.exp(2) + math.exp(-1)) for v in (1, 2, -1)),
                )
            )
        ),
    ),
)
