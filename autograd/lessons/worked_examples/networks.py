"""W14, W15, W33: small networks and single layers with squared errors."""

from __future__ import annotations

import numpy as np

from autograd.calculus import Numbers, Quantity, State
from autograd.engine import Tensor, Value
from autograd.functions import FUNCTIONS
from autograd.lessons.worked_examples.arrays import constant
from autograd.lessons.worked_examples.beside import three_factors
from autograd.lessons.worked_examples.catalogue import Example, Lesson, Scene, exactly, named
from autograd.writing import words

_relu, _sigmoid, _square = (FUNCTIONS[name] for name in ("relu", "sigmoid", "square"))

MLP: dict[str, Numbers] = {
    "W0": ((0.5, -1.0, 0.2, 0.3), (1.0, 0.4, -0.3, -0.8), (-0.2, 0.6, 0.9, 0.1)),
    "b0": (0.1, -0.2, 0.0, 0.05),
    "W1": ((0.7, -0.4), (-0.5, 0.3), (0.2, 0.8), (0.6, -0.1)),
    "b1": (0.05, 0.1),
}
MLP_X, MLP_Y = ((1.0, 0.5, -1.0),), ((0.5, -0.2),)


def mlp_3_4_2() -> Lesson:
    x, y = constant(MLP_X, "x"), constant(MLP_Y, "y")
    W0, b0, W1, b1 = (Tensor(data, name=name) for name, data in MLP.items())
    r = named(b0 + named(x @ W0, "a"), "r")
    h = named(_relu(r), "h")
    s = named(b1 + named(h @ W1, "c"), "s")
    guess = named(_relu(s), "ŷ")
    error = named(guess - y, "e")
    L = named(named(_square(error), "q").sum(), "L")
    unknowns = sum(p.data.size for p in (W0, b0, W1, b1))
    return Lesson(
        (Scene(words("one sample"), L),),
        more={
            "unknowns": unknowns,
            "2 (ŷ - y)": 2 * (guess.data - y.data),
            "gate h": (r.data > 0) * 1.0,
            "gate ŷ": (s.data > 0) * 1.0,
        },
    )


W15 = {
    "x": ((0.6, -0.4),),
    "W1": ((0.5, -0.3), (0.8, 0.2)),
    "W2": ((0.9,), (-0.7,)),
    "o*": ((1.0,),),
}


def half_squared_error_mlp() -> Lesson:
    x, target = constant(W15["x"], "x"), constant(W15["o*"], "o*")
    W1, W2 = Tensor(W15["W1"], name="W1"), Tensor(W15["W2"], name="W2")
    h = named(_sigmoid(named(x @ W1, "s1")), "h")
    o = named(_sigmoid(named(h @ W2, "s2")), "o")
    error = named(o - target, "e")
    L = named(0.5 * named(named(_square(error), "q").sum(), "S"), "L")
    scene = Scene(
        words("deltas, layer by layer"),
        L,
        gradient_names={"s2": "δ2", "s1": "δ1"},
    )
    out, inner = float(o.data[0, 0]), h.data[0]
    table = three_factors(
        out - 1.0, out * (1 - out), np.ravel(W15["W2"]), inner, np.ravel(W15["x"])
    )
    identities = {
        "dL/ds2": "e * o * (1 - o)",
        "dL/dW2": "h.T @ (e * o * (1 - o))",
        "dL/ds1": "(e * o * (1 - o)) @ W2.T * h * (1 - h)",
        "dL/dW1": "x.T @ ((e * o * (1 - o)) @ W2.T * h * (1 - h))",
    }
    return Lesson((scene,), (table,), identities=identities)


def deltas_by_hand() -> State:
    """Three factors each: the error, the slope of the activation, what came in."""
    x, W1, W2, target = (np.array(W15[name]) for name in ("x", "W1", "W2", "o*"))
    h = 1 / (1 + np.exp(-x @ W1))
    o = 1 / (1 + np.exp(-h @ W2))
    δ2 = (o - target) * o * (1 - o)
    δ1 = (δ2 @ W2.T) * h * (1 - h)
    return {"dL/ds2": δ2, "dL/ds1": δ1, "dL/dW2": h.T @ δ2, "dL/dW1": x.T @ δ1}


def single_linear_layer() -> Lesson:
    x, y = constant([[1.0, 2.0, -1.0]], "x"), constant([[0.5, -1.0]], "y")
    W = Tensor([[0.5, -0.25], [0.125, 0.5], [-0.25, 0.75]], name="W")
    guess = named(x @ W, "ŷ")
    L = named(named(_square(named(guess - y, "e")), "q").sum(), "L")
    products: list[Quantity] = []
    for i, (weight, data) in enumerate(((0.5, 2.0), (-1.0, 3.0), (0.25, -4.0)), 1):
        fixed = Value(data).detach()
        fixed.name = f"x{i}"
        products.append(named(Value(weight, f"w{i}") * fixed, f"p{i}"))
    o = named(products[0] + products[1] + products[2], "o")
    error = guess.data - y.data
    return Lesson(
        (
            Scene("L = Σ (ŷ - y)²", L),
            Scene("o = Σ w x", o),
        ),
        more={"2 (ŷ - y) x": 2 * x.data.T @ error},
    )


EXAMPLES = (
    Example(
        "W14",
        "mlp-3-4-2",
        words("An MLP of 26 unknowns"),
        mlp_3_4_2,
        exactly(
            {
                "unknowns": 26,
                "h": ((1.3, 0.0, 0.0, 0.0),),
                "ŷ": ((0.96, 0.0),),
                "dL/dŷ": ((0.92, 0.4),),
                "gate h": ((1, 0, 0, 0),),
                "gate ŷ": ((1, 0),),
                "dL/ds": ((0.92, 0.0),),
                "dL/dW1": ((1.196, 0), (0, 0), (0, 0), (0, 0)),
                "dL/db0": (0.644, 0, 0, 0),
            }
        ),
        (words("The unknowns are 2·4 + 2 in the second layer and 4·3 + 4 in the first: 26."),),
    ),
    Example(
        "W15",
        "half-squared-error-mlp",
        words("Deltas of a half squared error"),
        half_squared_error_mlp,
        exactly(deltas_by_hand()),
    ),
)

LATER = (
    Example(
        "W33",
        "single-linear-layer",
        words("One linear layer"),
        single_linear_layer,
        exactly(
            {
                "dL/dŷ": ((1.0, 2.0),),
                "dL/dW": ((1.0, 2.0), (2.0, 4.0), (-1.0, -2.0)),
                "2: do/dw1": 2,
                "2: do/dw2": 3,
                "2: do/dw3": -4,
            }
        ),
    ),
)
