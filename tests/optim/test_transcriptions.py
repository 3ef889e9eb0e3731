"""Forms that PyTorch does not have, beside transcriptions of the formulas that print them.

Each transcription is written for one number, from the source it names, with none of our helpers.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.stand_ins import ArrayParameter

Gradients = list[float]
Path = Iterator[float]
B1, B2, EPS = 0.9, 0.999, 1e-3


def keras_sgd(gradients: Gradients, lr: float, nesterov: bool) -> Path:
    theta, velocity = 1.0, 0.0
    for g in gradients:
        velocity = velocity * 0.9 - g * lr
        theta += velocity * 0.9 - g * lr if nesterov else velocity
        yield theta


def averaged_momentum(gradients: Gradients, lr: float, mu: float) -> Path:
    theta, mean = 1.0, 0.0
    for g in gradients:
        mean += (1 - mu) * (g - mean)
        theta -= lr * mean
        yield theta


def keras_adam(gradients: Gradients, lr: float) -> Path:
    theta, m, v = 1.0, 0.0, 0.0
    for step, g in enumerate(gradients, 1):
        alpha = lr * math.sqrt(1 - B2**step) / (1 - B1**step)
        m += (g - m) * (1 - B1)
        v += (g**2 - v) * (1 - B2)
        theta -= m * alpha / (math.sqrt(v) + EPS)
        yield theta


def lecture_adam(gradients: Gradients, lr: float, correction: str) -> Path:
    """C and A's formula (ε under the root), D (1 - β without the power), A's first slide (none)."""
    theta, s, r = 1.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        s, r = B1 * s + (1 - B1) * g, B2 * r + (1 - B2) * g * g
        by = {"step": (1 - B1**t, 1 - B2**t), "fixed": (1 - B1, 1 - B2), "none": (1.0, 1.0)}
        first, second = by[correction]
        theta -= lr * (s / first) / math.sqrt(r / second + EPS)
        yield theta


def keras_adagrad(gradients: Gradients, lr: float) -> Path:
    theta, accumulator = 1.0, 0.1
    for g in gradients:
        accumulator += g * g
        theta -= lr * g / math.sqrt(accumulator + EPS)
        yield theta


def keras_rmsprop(gradients: Gradients, lr: float, momentum: float, centered: bool) -> Path:
    theta, velocity, average, kick = 1.0, 0.0, 0.0, 0.0
    for g in gradients:
        velocity = 0.9 * velocity + 0.1 * g * g
        average = 0.9 * average + 0.1 * g
        below = velocity - average * average + EPS if centered else velocity + EPS
        kick = momentum * kick + lr * g / math.sqrt(below)
        theta -= kick
        yield theta


def keras_nadam(gradients: Gradients, lr: float) -> Path:
    theta, m, v, product = 1.0, 0.0, 0.0, 1.0
    for t, g in enumerate(gradients, 1):
        now, after = (B1 * (1 - 0.5 * math.pow(0.96, s)) for s in (t, t + 1))
        product *= now
        m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
        m_hat = after * m / (1 - product * after) + (1 - now) * g / (1 - product)
        theta -= lr * m_hat / (math.sqrt(v / (1 - B2**t)) + EPS)
        yield theta


def paper_lion(gradients: Gradients, lr: float, decay: float) -> Path:
    theta, m = 1.0, 0.0
    for g in gradients:
        c = 0.9 * m + 0.1 * g
        theta -= lr * ((c > 0) - (c < 0) + decay * theta)
        m = 0.99 * m + 0.01 * g
        yield theta


def paper_rprop(gradients: Gradients, lr: float) -> Path:
    """Riedmiller & Braun: after a change of sign go back, and treat the gradient as 0 next time."""
    theta, previous, step, move = 1.0, 0.0, lr, 0.0
    for g in gradients:
        if previous * g > 0:
            step = min(step * 1.2, 50.0)
            move = -math.copysign(step, g)
            theta += move
            previous = g
        elif previous * g < 0:
            step = max(step * 0.5, 1e-6)
            theta -= move
            previous = 0.0
        else:
            move = -math.copysign(step, g)
            theta += move
            previous = g
        yield theta


def rate(t: int) -> float:
    """A rate that changes, so that forms which differ only then do differ."""
    return 0.1 / (1 + t // 50)


Case = tuple[str, Callable[..., optim.Optimizer], Callable[[Gradients], Path]]
ADAM: dict[str, Any] = {"lr": 0.1, "eps": EPS}
CASES: list[Case] = [
    ("Keras SGD", lambda p: optim.SGD(p, 0.1, 0.9, momentum_form="velocity"),
     lambda g: keras_sgd(g, 0.1, False)),
    ("Keras SGD, Nesterov",
     lambda p: optim.SGD(p, 0.1, 0.9, nesterov=True, momentum_form="velocity"),
     lambda g: keras_sgd(g, 0.1, True)),
    ("momentum as an average", lambda p: optim.SGD(p, 0.1, 0.9, momentum_form="average"),
     lambda g: averaged_momentum(g, 0.1, 0.9)),
    ("Keras Adam", lambda p: optim.Adam(p, eps_form="hat", **ADAM), lambda g: keras_adam(g, 0.1)),
    ("Adam of lecture C", lambda p: optim.Adam(p, eps_form="inside", **ADAM),
     lambda g: lecture_adam(g, 0.1, "step")),
    ("Adam of lecture D",
     lambda p: optim.Adam(p, eps_form="inside", bias_correction="fixed", **ADAM),
     lambda g: lecture_adam(g, 0.1, "fixed")),
    ("Adam of lecture A, uncorrected",
     lambda p: optim.Adam(p, eps_form="inside", bias_correction="none", **ADAM),
     lambda g: lecture_adam(g, 0.1, "none")),
    ("Keras and Optax Adagrad",
     lambda p: optim.Adagrad(p, 0.1, 0.0, 0.0, 0.1, EPS, eps_form="inside"),
     lambda g: keras_adagrad(g, 0.1)),
    *[
        (f"Keras and Optax RMSProp, momentum {mu}, centered {centered}",
         lambda p, mu=mu, centered=centered: optim.RMSprop(
             p, 0.1, 0.9, EPS, 0.0, mu, centered, eps_form="inside"),
         lambda g, mu=mu, centered=centered: keras_rmsprop(g, 0.1, mu, centered))
        for mu in (0.0, 0.9) for centered in (False, True)
    ],
    ("Keras NAdam", lambda p: optim.NAdam(p, 0.1, (B1, B2), EPS, momentum_decay=1.0),
     lambda g: keras_nadam(g, 0.1)),
    ("Lion", lambda p: optim.Lion(p, 0.1, weight_decay=0.1), lambda g: paper_lion(g, 0.1, 0.1)),
    ("Rprop with backtracking", lambda p: optim.Rprop(p, 0.1, backtracking=True),
     lambda g: paper_rprop(g, 0.1)),
]  # fmt: skip


@pytest.mark.parametrize("name, make, formula", CASES, ids=[case[0] for case in CASES])
def test_two_hundred_steps(
    name: str,
    make: Callable[..., optim.Optimizer],
    formula: Callable[[Gradients], Path],
) -> None:
    gradients: Gradients = np.random.default_rng(5).normal(size=200).tolist()
    parameter = ArrayParameter([1.0])
    optimizer = make([parameter])
    for gradient, expected in zip(gradients, formula(gradients), strict=True):
        optimizer.zero_grad()
        parameter.receive([gradient])
        optimizer.step()
        assert parameter.data[0] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_forms_of_momentum_part_when_the_rate_changes() -> None:
    ends = {}
    for form in ("accumulate", "velocity"):
        parameter = ArrayParameter([1.0])
        optimizer = optim.SGD([parameter], rate, 0.9, momentum_form=form)
        for _ in range(120):
            optimizer.zero_grad()
            parameter.receive([1.0])
            optimizer.step()
        ends[form] = parameter.data[0]
    velocity, theta = 0.0, 1.0
    for t in range(120):
        velocity = 0.9 * velocity - rate(t)
        theta += velocity
    assert ends["velocity"] == pytest.approx(theta, rel=1e-12)
    assert abs(ends["velocity"] - ends["accumulate"]) > 0.1


def test_amsgrad_holds_on_to_its_largest_square_when_gradients_shrink() -> None:
    gradients: Gradients = [2.0 * 0.9**t for t in range(100)]
    parameter = ArrayParameter([1.0])
    optimizer = optim.Adam([parameter], 0.1, (0.9, 0.9), 1e-8, amsgrad=True)
    theta = m = v = peak = 0.0
    theta = 1.0
    for t, g in enumerate(gradients, 1):
        optimizer.zero_grad()
        parameter.receive([g])
        optimizer.step()
        m, v = 0.9 * m + 0.1 * g, 0.9 * v + 0.1 * g * g
        peak = max(peak, v)
        theta -= 0.1 * m / (1 - 0.9**t) / (math.sqrt(peak / (1 - 0.9**t)) + 1e-8)
        assert parameter.data[0] == pytest.approx(theta, rel=1e-11)
    assert peak > 10 * v
