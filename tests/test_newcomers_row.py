"""What a newcomer adds: an elementwise row and an array operation, seen by every reader."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, custom_rule, gradcheck, hessian, remove_rule, steps, trace

Function = Callable[..., Any]


@pytest.fixture
def softsign2() -> Iterator[Function]:
    yield custom_rule("softsign2", "a", "a / (1 + abs(a))", "1 / (1 + abs(a)) ** 2")
    remove_rule("softsign2")


@pytest.fixture
def centred() -> Iterator[Function]:
    def forward(a: Any, axis: Any = None) -> Any:
        return a - np.mean(a, axis=axis, keepdims=True)

    def adjoint(g: Any, out: Any, a: Any, axis: Any = None) -> Any:
        return g - autograd.mean(g, axis=axis, keepdims=True)

    printed = ("g - mean(g, axis=axis, keepdims=True)",)
    yield custom_rule("centred", forward=forward, adjoint=adjoint, printed=printed)
    remove_rule("centred")


def test_an_elementwise_row_is_stepped_drawn_typeset_and_differentiated_twice(
    softsign2: Function,
) -> None:
    x = Value(-3.0, "x")
    y = softsign2(x) * x
    y.name = "y"
    lesson = steps(y)
    shown = lesson.text()
    assert "softsign2(x)" in shown and "1/(1 + abs(x))²" in shown
    assert r"\operatorname{softsign2}" in lesson.latex()
    assert "softsign2" in lesson.html() and '"softsign2": {value:' in lesson.html()
    assert "softsign2(x)" in trace(y).to_svg()
    y.backward()
    assert x.grad == pytest.approx(1 / 16 * -3 - 3 / 4)
    assert gradcheck(softsign2, np.array([0.7, -1.5]), order=2)
    assert hessian(softsign2)(3.0) == pytest.approx(-2 / 4**3)


def test_an_array_operation_is_printed_with_its_axis(centred: Function) -> None:
    x = Tensor([[1.0, 2.0, 4.0], [3.0, -1.0, 0.0]], name="x")
    for axis, said in ((0, "axis=0, keepdims=True"), (-1, "axis=-1, keepdims=True"), (None, "")):
        c = centred(x, axis=axis)
        c.name = "c"
        out = (c * c * c).sum()
        lesson = steps(out)
        line = f"dx = dc - mean(dc{', ' * bool(said)}{said})"
        assert line in lesson.text()
        assert all(part in lesson.latex() for part in said.split(", "))
        assert "centred" in lesson.html()
        picture = trace(out).backward().to_svg()
        ElementTree.fromstring(picture)
        assert "centred(x" in picture and f"g - mean(g{', ' * bool(said)}{said})" in picture


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_an_array_operation_is_differentiated_twice(centred: Function, axis: Any) -> None:
    point = np.array([[1.0, 2.0, 4.0], [3.0, -1.0, 0.0]])
    assert gradcheck(lambda a: (centred(a, axis=axis) ** 3).sum(), point, order=2)
    expected = point - point.mean(axis, keepdims=True)
    np.testing.assert_allclose(centred(Tensor(point), axis=axis).data, expected)
    moved = autograd.jvp(lambda a: centred(a, axis=axis), point, np.ones((2, 3)))[1]
    np.testing.assert_allclose(moved, 0, atol=1e-15)
