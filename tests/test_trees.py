"""Dataclasses as trees: their arrays are leaves, everything else in them stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Tensor, checkpoint, grad, gradcheck, hessian, hvp, jacobian, jvp, vjp
from autograd.engine import flatten, leaves_of


@dataclass
class Dense:
    weight: Any
    bias: Any
    activation: Callable[[Any], Any] = autograd.tanh
    label: str = "dense"
    units: int = 2


@dataclass(frozen=True, slots=True)
class Network:
    layers: list[Dense]
    scale: float
    seed: int | None = None
    sizes: tuple[int, ...] = (2, 2)
    cache: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        assert isinstance(self.scale, float), "rebuilding does not call __init__ again"


class Point(NamedTuple):
    x: Any
    y: Any


def network(seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    dense = [Dense(rng.normal(size=(2, 2)), rng.normal(size=2), label=f"l{i}") for i in range(2)]
    return Network(dense, 0.5, sizes=(2, 2, 2))


def loss(net: Network) -> Any:
    x: Any = np.array([0.3, -0.2])
    for layer in net.layers:
        assert layer.units == 2 and layer.label.startswith("l") and net.sizes == (2, 2, 2)
        x = layer.activation(x @ layer.weight + layer.bias)
    return (x * x).sum() * net.scale


def as_dict(net: Network) -> dict[str, Any]:
    return {"w": [d.weight for d in net.layers], "b": [d.bias for d in net.layers], "s": net.scale}


def loss_of_dict(p: dict[str, Any]) -> Any:
    layers = [Dense(w, b, label="l") for w, b in zip(p["w"], p["b"])]
    return loss(Network(layers, 1.0, sizes=(2, 2, 2))) * p["s"]


def test_leaves_and_paths_of_a_dataclass_are_its_arrays() -> None:
    net = network()
    leaves, paths, rebuild = flatten({"net": net})
    assert paths == [
        "['net'].layers[0].weight",
        "['net'].layers[0].bias",
        "['net'].layers[1].weight",
        "['net'].layers[1].bias",
        "['net'].scale",
    ]
    assert [id(x) for x in leaves_of({"net": net})] == [id(x) for x in leaves]
    again = rebuild([2 * x for x in leaves])["net"]
    assert type(again) is Network and again.scale == 1.0 and again.layers[1].label == "l1"
    assert again.layers[0].activation is autograd.tanh and net.scale == 0.5


def test_gradients_have_the_structure_of_the_dataclass() -> None:
    net = network()
    slopes = grad(loss)(net)
    expected = grad(loss_of_dict)(as_dict(net))
    assert type(slopes) is Network and slopes.sizes == net.sizes and slopes.seed is None
    for layer, w, b in zip(slopes.layers, expected["w"], expected["b"]):
        assert layer.label.startswith("l")
        np.testing.assert_allclose(layer.weight, w)
        np.testing.assert_allclose(layer.bias, b)
    assert slopes.scale == pytest.approx(expected["s"])


def test_every_transform_takes_a_dataclass() -> None:
    net, direction = network(), network(1)
    slopes = grad(loss)(net)
    along = sum(np.sum(a * b) for a, b in zip(leaves_of(slopes), leaves_of(direction)))
    value, moved = jvp(loss, (net,), (direction,))
    assert value == pytest.approx(loss(net)) and moved == pytest.approx(along)
    _, pull = vjp(loss, net)
    assert pull(2.0).scale == pytest.approx(2 * slopes.scale)
    J = jacobian(loss)(net)
    np.testing.assert_allclose(J.layers[1].bias, slopes.layers[1].bias)
    H, product = hessian(loss)(net), hvp(loss, (net,), (direction,))[0]
    rows = [np.sum(a * b) for a, b in zip(leaves_of(H.scale), leaves_of(direction))]
    assert product.scale == pytest.approx(sum(rows))
    assert gradcheck(loss, net)


def test_nodes_in_a_dataclass_are_found() -> None:
    net = network()
    net.layers[0].weight = w = Tensor(net.layers[0].weight)
    slopes = grad(loss)(net)
    assert isinstance(slopes.scale, Tensor) and slopes.scale.requires_grad
    checkpoint(loss)(net).backward()
    np.testing.assert_allclose(w.grad, slopes.layers[0].weight.data)


def test_an_output_may_be_a_dataclass() -> None:
    def f(x: Any) -> Dense:
        return Dense(x * x, Point(x.sum(), 3.0 * x), label="out")

    out, moved = jvp(f, (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    assert moved.label == out.label == "out" and moved.bias.x == 1.0
    np.testing.assert_allclose(moved.weight, [2.0, 0.0])


def test_an_integer_array_in_a_dataclass_is_named_in_the_refusal() -> None:
    with pytest.raises(TypeError, match=r"argument 'net'.bias is an array of dtype int64"):
        grad(lambda net: net.weight.sum())(Dense(np.ones(2), np.arange(2)))


def test_a_dataclass_without_an_array_is_refused() -> None:
    with pytest.raises(ValueError, match="argument 'net' holds no array at all"):
        grad(lambda net: 1.0)(Dense("a", None))
