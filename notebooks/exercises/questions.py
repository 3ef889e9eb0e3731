"""The exercises: how the library finds each answer, and the wrong answers that people give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Value, grad
from nn.data import count_batches

from .judging import Exercise


def _gradient(f: Callable[..., Value], of: str, **at: float) -> Callable[[], float]:
    """What the engine finds for ∂f/∂``of`` at a point."""

    def find() -> float:
        leaves = {name: Value(data, name) for name, data in at.items()}
        f(**leaves).backward()
        return leaves[of].grad

    return find


def _descended(f: Callable[[Value], Value], w: float, rate: float) -> Callable[[], float]:
    """Where one step of gradient descent leads from ``w``."""
    return lambda: w - rate * float(grad(f)(w))


def _neuron_loss(w1: Any, w2: Any, b: Any) -> Any:
    return -autograd.log(autograd.sigmoid(w1 * 0.5 + w2 * -1.0 + b))


def _neuron_output() -> float:
    return float(autograd.sigmoid(Value(0.8 * 0.5 - 0.4 * -1.0 + 0.1)))


def _letter(right: str, *also: str) -> Exercise:
    return Exercise(lambda: right, also=also)


BACKPROPAGATION = {
    "1.1": Exercise(
        _gradient(lambda x, y, z: (x - y) * z, "y", x=1.0, y=-3.0, z=4.0),
        {"minus": 4.0, "local": -1.0, "z": -2.0},
    ),
    "1.2": Exercise(
        lambda: (1.0 - 3.0) * 4.5, {"direction": -7.0, "change": -1.0, "whole": -10.0}
    ),
    "1.3": Exercise(
        lambda: grad(lambda w: w**3),
        {
            "square": lambda w: 2 * w,
            "factor": lambda w: w**2,
            "power": lambda w: 3 * w,
            "itself": lambda w: w**3,
        },
    ),
    "1.4": _letter("D"),
    "2.1": Exercise(
        lambda: float(grad(autograd.sigmoid)(0.0)), {"zero": 0.0, "output": 0.5, "exp": 1.0}
    ),
    "2.2": Exercise(
        lambda: float(grad(autograd.sigmoid)(10.0)),
        {"output": 0.99995, "zero": 0.0, "quarter": 0.25},
        near=5e-6,
    ),
    "2.3": Exercise(
        lambda: 0.8 - 0.5 * _gradient(_neuron_loss, "w1", w1=0.8, w2=-0.4, b=0.1)(),
        {
            "uphill": 0.8 + 0.25 * (_neuron_output() - 1.0),
            "input twice": 0.8 - 0.125 * (_neuron_output() - 1.0),
            "one factor": 0.8 - 0.5 * (_neuron_output() - 1.0),
        },
        near=0.0011,
    ),
    "2.4": _letter("B"),
    "3.1": Exercise(
        _gradient(lambda w: w * w * w, "w", w=2.0),
        {"paths": 3.0, "one path": 4.0, "itself": 8.0, "square": 6.0},
        before=(3.0,),
    ),
    "3.2": Exercise(
        _descended(lambda w: (w - 1) ** 2 + (w - 3) ** 2, 1.4, 0.1),
        {"uphill": 1.16, "first": 1.8, "step": 0.24, "slope": -2.4},
    ),
    "3.3": Exercise(lambda: 2.0, {"a wish": 1.0, "other wish": 3.0, "slope": 0.0}),
    "3.4": Exercise(
        lambda: 1 / 16, {"whole": 1 / 8, "distance": 1 / 6, "inverse": 16.0}, near=0.003
    ),
    "3.5": _letter("C"),
    "4.1": Exercise(
        lambda: nn.count_parameters(nn.MLP(64, [16, 10])),
        {"weights": 1184.0, "other": 2410.0, "one layer": 1040.0},
    ),
    "4.2": Exercise(
        lambda: count_batches(1153, 128).updates_per_epoch, {"left": 9.0, "quotient": 1153 / 128}
    ),
    "4.3": Exercise(
        lambda: nn.CrossEntropyLoss()(np.zeros((1, 4)), np.array([2])).item(),
        {"share": 0.25, "ten": 2.303, "two": 2.0, "common": 0.602},
    ),
    "4.4": _letter("C"),
    "4.5": _letter("A"),
    "4.6": _letter("D"),
}  # fmt: skip

DESCENT = {
    "5.1": Exercise(
        _descended(lambda w: (w - 5) ** 2, 2.0, 0.1),
        {"uphill": 1.4, "factor": 2.3, "slope": -6.0, "step": 0.6, "rate": 8.0},
    ),
    "5.2": Exercise(lambda: 1 / 6, {"other side": 1 / 3, "inverse": 6.0}, near=0.004),
    "5.3": Exercise(lambda: 1 / 3, {"one update": 1 / 6, "slope w": 2.0}),
    "5.4": _letter("C"),
    "5.5": _letter("B"),
    "5.6": _letter("C"),
    "5.7": Exercise(lambda: 0.25**3, {"added": 0.75, "one": 0.25, "divided": 1 / 12}, near=0.0007),
}

OPTIMIZERS = {
    "6.1": Exercise(lambda: 0.9 * 2 - 1, {"average": 1.7, "sign": 2.8, "alone": -1.0, "old": 1.0}),
    "6.2": Exercise(
        lambda: 0.1 / (1 - 0.9), {"plain": 0.1, "velocity": 10.0, "mu": 0.9}, also=(-1.0,)
    ),
    "6.3": Exercise(
        lambda: 4 / (3**2 + 4**2) ** 0.5,
        {"last": 1.0, "sum": 4 / 7, "root": 4 / 25, "mean": 4 / 12.5**0.5},
        also=(-0.8,),
    ),
    "6.4": Exercise(
        lambda: 0.01, {"gradient": 10.0, "uncorrected": 0.0316}, also=(-0.01,), near=0.0005
    ),
    "6.5": _letter("B"),
    "6.6": Exercise(lambda: 0.9 * 0.5 + 0.5, {"corrected": 5.0, "first": 0.5, "reversed": 4.95}),
}

BATCHES = {
    "7.1": Exercise(
        lambda: 3 * count_batches(1000, 50).updates_per_epoch,
        {"epoch": 20.0, "rows": 3000.0, "size": 150.0},
    ),
    "7.2": Exercise(lambda: 36 / 9, {"root": 12.0, "times": 324.0, "deviation": 2.0, "same": 36.0}),
    "7.3": Exercise(
        _descended(lambda w: ((w - 6) ** 2 + (w - 8) ** 2) / 2, 10.0, 0.1),
        {"uphill": 10.6, "factor": 9.7, "sum": 8.8, "slope": 6.0},
    ),
    "7.4": _letter("B"),
    "7.5": Exercise(lambda: 4 * 2**2, {"twice": 8.0, "half": 2.0, "quarter": 1.0}),
}

#: The questions of a lecture, of which some have more than one answer that can be defended.
LECTURE = {
    "E1": _letter("B", "C", "D"),
    "E2": _letter("A"),
    "E3": _letter("B", "A"),
    "E4": _letter("C"),
    "E5": _letter("C"),
    "E6": _letter("C"),
    "E7": _letter("B"),
    "E8": _letter("B"),
    "E9": _letter("D", "A", "C"),
    "E10": _letter("B"),
}

EXERCISES = BACKPROPAGATION | DESCENT | OPTIMIZERS | BATCHES | LECTURE
