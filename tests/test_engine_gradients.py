"""``gradients``: derivatives as values, plain or recorded, of any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


@KINDS
def test_gradients_touch_no_grad_slot(kind: Any) -> None:
    x = kind(3.0)
    y = x * x
    z = y * x
    before = x.grad, y.grad, z.grad
    first = gradients(z, [x, y, z])
    assert [float(g.data) for g in first] == [27.0, 3.0, 1.0]
    (third,) = gradients(gradients(z, [x], create_graph=True)[0], [x], create_graph=True)
    assert float(third.data) == 18.0
    assert (x.grad, y.grad, z.grad) == before


@KINDS
def test_gradients_of_one_node_given_alone_or_twice(kind: Any) -> None:
    x = kind(3.0)
    assert float(gradients(x * x, x)[0].data) == 6.0
    assert [float(g.data) for g in gradients(x * x, [x, x])] == [6.0, 6.0]


@KINDS
def test_gradients_that_record_are_nodes_and_others_are_constants(kind: Any) -> None:
    x = kind(3.0)
    (plain,) = gradients(x * x * x, [x])
    (recorded,) = gradients(x * x * x, [x], create_graph=True)
    assert not plain.requires_grad and recorded.requires_grad
    assert type(recorded) is kind
    with pytest.raises(TypeError, match="gradients: the output is no node but 3"):
        gradients(3.0, [x])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"gradients: an input is no node but 3\.0; pass the node"):
        gradients(x * 2, [x, 3.0])  # type: ignore[list-item]


@KINDS
def test_an_upstream_gradient_that_is_a_node_is_differentiated_too(kind: Any) -> None:
    x, g = kind(3.0), kind(5.0)
    (first,) = gradients(x * x, [x], gradient=g, create_graph=True)
    assert float(first.data) == 30.0
    assert [float(part.data) for part in gradients(first, [x, g])] == [10.0, 6.0]
    (plain,) = gradients(x * x, [x], gradient=g)
    assert float(plain.data) == 30.0 and not plain.requires_grad


def test_gradients_that_are_outputs_share_no_memory_with_the_caller() -> None:
    x, g = Tensor([1.0, 2.0]), np.ones(2)
    (found,) = gradients(x, [x], gradient=g)
    found.data[:] = 9
    assert g.tolist() == [1, 1]
    y = Tensor(1.0)
    (found,) = gradients(y, [y])
    found.data[...] = 9
    assert gradients(y, [y])[0].item() == 1.0


@KINDS
@pytest.mark.parametrize(
    "order, expected", [(1, 80.0), (2, 160.0), (3, 240.0), (4, 240.0), (5, 120.0)]
)
def test_derivatives_of_any_order_of_a_power(kind: Any, order: int, expected: float) -> None:
    x = kind(2.0)
    y = x * x * x * x * x
    for _ in range(order):
        (y,) = gradients(y, [x], create_graph=True)
    assert float(y.data) == expected


@KINDS
def test_mixed_partials_commute(kind: Any) -> None:
    x, y = kind(0.7), kind(-1.3)
    z = (x * y).sin() * x.exp() + y**3 / x
    dx, dy = gradients(z, [x, y], create_graph=True)
    (dxy,) = gradients(dx, [y])
    (dyx,) = gradients(dy, [x])
    assert float(dxy.data) == pytest.approx(float(dyx.data), rel=1e-13)
