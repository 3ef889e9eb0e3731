"""Compiled training steps over buffers: random programs of shared nodes, and what is given out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor

UNARY: list[Callable[[Any], Any]] = [
    lambda a: a.tanh(), lambda a: a.relu(), lambda a: -a, lambda a: a.square() * 0.1,
    lambda a: a.sigmoid(), lambda a: 1 - a, lambda a: (a * 0.1).exp(), lambda a: a.softplus() / 3,
    lambda a: a - a.mean(axis=-1, keepdims=True), lambda a: a + a.sum(axis=0, keepdims=True) * 0.01,
]  # fmt: skip
BINARY: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: 0.3 * a * b,
    lambda a, b: a / (1.5 + b * b), autograd.maximum,
]  # fmt: skip


def random_step(seed: int, compiled: bool) -> tuple[Callable[[Any], Any], list[Tensor]]:
    """A step of a program of layers, shared nodes, a row that is stretched and a leaf as large."""
    draw, rng = random.Random(seed), np.random.default_rng(seed)
    inner, outer = nn.Linear(3, 4, rng=rng), nn.Linear(4, draw.choice((1, 4)), rng=rng)
    row, whole = (nn.Parameter(rng.normal(size=shape)) for shape in ((4,), (5, 4)))
    free = Tensor(rng.normal(size=(5, 4)), requires_grad=True)
    parameters = [*inner.parameters(), *outer.parameters(), row, whole]
    optimizer = optim.SGD(parameters, lr=0.05, momentum=0.5)
    plan = [(draw.random(), draw.random(), draw.random()) for _ in range(draw.randrange(2, 9))]
    ends = draw.random()

    def step(x: Any) -> Any:
        optimizer.zero_grad()
        nodes = [inner(x), inner(x) * row, whole + row, free * 0.5]
        for kind, left, right in plan:
            a, b = nodes[int(left * len(nodes))], nodes[int(right * len(nodes))]
            both = kind < 0.5
            which = int(2 * kind * len(BINARY)) if both else int((2 * kind - 1) * len(UNARY))
            nodes.append(BINARY[which](a, b) if both else UNARY[which](a))
        total = nodes[-1] if ends < 0.5 else nodes[-1] + nodes[int(ends * len(nodes))]
        loss = (outer(total + nodes[0]) - 0.3).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    return (autograd.compile(step) if compiled else step), [*parameters, free]


def test_random_programs_train_as_eager() -> None:
    batches = np.random.default_rng(1).normal(size=(5, 5, 3))
    for seed in range(40):
        (eager, ours), (compiled, theirs) = (random_step(seed, flag) for flag in (False, True))
        for x in batches:
            np.testing.assert_allclose(
                compiled(x).data, eager(x).data, rtol=1e-10, err_msg=f"{seed}"
            )
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(
                other.data, one.data, rtol=1e-9, atol=1e-12, err_msg=f"{seed}"
            )
            if one.grad is not None:
                np.testing.assert_allclose(other.grad, one.grad, rtol=1e-8, atol=1e-11)


def test_a_gradient_is_not_the_memory_of_the_next_call() -> None:
    layer = nn.Linear(3, 4, rng=0)
    shift = Tensor(np.zeros((5, 4)), requires_grad=True)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)

    @autograd.compile
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        shift.grad = None
        loss = (layer(x) + shift).tanh().mean()
        loss.backward()
        optimizer.step()
        return loss

    rng, kept = np.random.default_rng(2), []
    for _ in range(5):
        step(rng.normal(size=(5, 3)))
        assert shift.grad is not None
        kept.append((shift.grad, shift.grad.copy()))
    for grad, before in kept:
        np.testing.assert_array_equal(grad, before)


def test_what_a_callback_keeps_is_not_written_to() -> None:
    layer, kept = nn.Linear(3, 4, rng=0), []
    optimizer = optim.SGD(layer.parameters(), lr=0.1)

    @autograd.compile
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        hidden = layer(x).tanh()
        autograd.callback(lambda a: kept.append((a, np.array(a))), hidden)
        loss = hidden.square().mean()
        loss.backward()
        optimizer.step()
        return loss

    rng = np.random.default_rng(2)
    for _ in range(5):
        step(rng.normal(size=(5, 3)))
    assert len(kept) >= 5
    for seen, before in kept:
        np.testing.assert_array_equal(np.asarray(seen), before)
