"""Networks of single numbers: micrograd's calls, its numbers, its moons demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from benchmarks.moons import moons
from nn.scalar import MLP, Layer, Neuron


def test_structure_and_repr_are_micrograds() -> None:
    model = MLP(2, [3, 1], rng=0)
    assert repr(model) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], "
        "Layer of [LinearNeuron(3)]]"
    )
    assert len(model.parameters()) == 3 * 3 + 4
    assert isinstance(model([1.0, -1.0]), Value)
    assert len(MLP(2, [3, 2])([1.0, -1.0])) == 2
    assert isinstance(Layer(2, 1)([1, 2]), Value) and len(Layer(2, 3)([1, 2])) == 3
    assert Neuron(2, nonlin=False).nonlin is False


def test_the_same_numbers_as_micrograd(require: Callable[[str], Any]) -> None:
    require("micrograd")
    theirs = require("micrograd.nn")
    ours, other = MLP(3, [5, 4, 2], rng=1), theirs.MLP(3, [5, 4, 2])
    assert repr(ours) == repr(other)
    for p, q in zip(ours.parameters(), other.parameters(), strict=True):
        q.data = p.data
    x = [0.5, -1.5, 2.0]
    for model in (ours, other):
        a, b = model(x)
        (a * b + a.relu()).backward()
    for p, q in zip(ours.parameters(), other.parameters(), strict=True):
        assert p.grad == pytest.approx(q.grad, abs=1e-14)
    ours.zero_grad()
    assert all(p.grad == 0 for p in ours.parameters())


def test_parameters_have_names_and_layers_are_scopes() -> None:
    model = MLP(2, [2, 1], rng=0)
    assert [p.name for p in model.parameters()][:4] == [
        "layer0.n0.w0",
        "layer0.n0.w1",
        "layer0.n0.b",
        "layer0.n1.w0",
    ]
    assert model([1.0, 2.0]).scope == ("layer1",)


def test_a_single_neuron_between_layers() -> None:
    assert isinstance(MLP(2, [1, 1], rng=0)([1.0, 2.0]), Value)


def test_rows_of_arrays_are_inputs() -> None:
    model = MLP(2, [3, 1], rng=0)
    x = np.array([[1.0, 2.0]])
    assert model(x[0]).data == model([1.0, 2.0]).data == model(iter([1.0, 2.0])).data


@pytest.mark.parametrize("make", [lambda m: m([1.0]), lambda m: m([1.0, 2.0, 3.0])])
def test_a_wrong_number_of_inputs(make: Callable[[MLP], Any]) -> None:
    with pytest.raises(ValueError, match="it has 2 weights"):
        make(MLP(2, [3, 1]))


def test_to_arrays_and_back() -> None:
    scalar = MLP(3, [5, 4, 2], rng=4)
    module = scalar.to_module()
    x = np.random.default_rng(0).normal(size=(6, 3))
    want = np.array([[v.data for v in scalar(row)] for row in x])
    np.testing.assert_allclose(module(x).data, want, atol=1e-14)
    again = MLP.from_module(module)
    assert [p.data for p in again.parameters()] == [p.data for p in scalar.parameters()]
    with pytest.raises(TypeError, match="layer 1 is a Tanh"):
        MLP.from_module(nn.MLP(2, [3, 1], activation="tanh"))


def test_the_moons_demo() -> None:
    """2-16-16-1 classifies all of 100 points after 100 steps with the hinge loss and L2.

    The first steps are taken by Values too, and end at the same parameters as those of arrays.
    """
    points, classes = moons(100)
    labels = 2 * np.array(classes) - 1
    scalar = MLP(2, [16, 16, 1], rng=1)
    arrays = scalar.to_module()

    def step(model: Any, k: int, loss: Any) -> None:
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad

    for k in range(100):
        if k < 5:
            scores = [scalar(row) for row in points.tolist()]
            losses = [(1 + -label * score).relu() for label, score in zip(labels.tolist(), scores)]
            total: Any = sum(losses[1:], losses[0]) * (1.0 / len(losses))
            weights = scalar.parameters()
            step(scalar, k, total + 1e-4 * sum((p * p for p in weights[1:]), weights[0] ** 2))
        hinge = (1 - labels * arrays(points)[:, 0]).relu().mean()
        step(arrays, k, hinge + 1e-4 * sum((p * p).sum() for p in arrays.parameters()))
        if k == 4:
            again = MLP.from_module(arrays).parameters()
            np.testing.assert_allclose(
                [p.data for p in scalar.parameters()], [p.data for p in again], 1e-9, 1e-12
            )
    trained = MLP.from_module(arrays)
    assert all((trained(row).data > 0) == (y > 0) for y, row in zip(labels, points.tolist()))
