"""Augmented assignment: leaves change inside no_grad, everything else gets a new node."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value, no_grad
from autograd.engine import AUGMENTED

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])
IN_PLACE = {name: getattr(operator, name) for name in AUGMENTED}
SCALAR = pytest.mark.parametrize("name", [name for name in AUGMENTED if name != "__imatmul__"])


@KINDS
@SCALAR
def test_a_leaf_changes_in_no_grad_and_is_refused_outside(kind: Any, name: str) -> None:
    x = kind(3.0, name="w")
    with no_grad():
        y = IN_PLACE[name](x, 2.0)
    assert y is x and x.is_leaf and x.requires_grad
    assert float(x.data) == IN_PLACE[name](3.0, 2.0)
    sign = AUGMENTED[name][0].replace("*", r"\*").replace("+", r"\+")
    with pytest.raises(TypeError, match=f"^{sign}=: the leaf 'w' takes a gradient .*no_grad only"):
        IN_PLACE[name](x, 2.0)
    assert float(x.data) == IN_PLACE[name](3.0, 2.0)


@KINDS
@SCALAR
def test_a_computed_node_and_a_constant_get_a_new_node(kind: Any, name: str) -> None:
    x = kind(3.0)
    for first in (x * 1.0, x.detach(), 3.0):
        total = IN_PLACE[name](first, x)
        assert total is not first and total.requires_grad and float(getattr(first, "data", 3)) == 3
    with no_grad():
        constant = x.detach()
        assert IN_PLACE[name](constant, 2.0) is not constant and float(constant.data) == 3.0


def test_the_loop_over_parameters_that_every_tutorial_has() -> None:
    model, twin = nn.Linear(2, 1, rng=0), nn.Linear(2, 1, rng=0)
    (model(np.ones((3, 2))) ** 2).sum().backward()
    with no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad  # type: ignore[assignment]
    for p, old in zip(model.parameters(), twin.parameters(), strict=True):
        assert p.name == old.name
        np.testing.assert_allclose(p.data, old.data - 0.1 * p.grad)


def test_it_is_the_mutation_signal() -> None:
    w = Tensor([1.0, 2.0], name="w")
    y = (w * w).sum()
    with no_grad():
        w -= 1.0
    with pytest.raises(RuntimeError, match="parameter 'w'"):
        y.backward()


def test_shape_and_dtype_stay() -> None:
    w = Tensor(np.ones(3, np.float32), name="w")
    with no_grad():
        w -= np.ones(3)
        assert w.dtype == np.float32 and w.data.tolist() == [0, 0, 0]
        w += 1
        with pytest.raises(ValueError, match=r"'w'\.data: shape \(2, 3\) does not fit \(3,\)"):
            w += np.ones((2, 3))
    assert w.data.tolist() == [1, 1, 1]


def test_matrix_product_in_place() -> None:
    w = Tensor(np.eye(2))
    with no_grad():
        w @= np.array([[1.0, 2.0], [3.0, 4.0]])
    assert w.data.tolist() == [[1, 2], [3, 4]]


def test_an_integer_tensor_gets_a_new_one() -> None:
    first = labels = Tensor([0, 1])
    labels += 1
    assert labels.tolist() == [1, 2] and first.tolist() == [0, 1]


def test_packed_parameters_keep_what_was_assigned() -> None:
    w, b = Tensor([1.0, 2.0]), Tensor([3.0])
    optimizer = optim.SGD([w, b], lr=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        ((w * 1.0).sum() + b.sum()).backward()
        optimizer.step()
        with no_grad():
            w += 1.0
            b *= 2.0
    assert w.data.tolist() == [1.0, 2.0]
    assert b.data.tolist() == [(3.0 - 1) * 2 * 2 - 2]


@KINDS
def test_sums_that_start_with_a_number(kind: Any) -> None:
    x = kind(2.0)
    total: Any = 0
    for _ in range(3):
        total += x * x
    total.backward()
    assert float(x.grad) == 12.0
