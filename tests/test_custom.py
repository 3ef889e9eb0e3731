"""A row added at run time is a row: every reader of the tables finds it."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, custom_rule, grad, gradcheck, hessian, jvp, remove_rule, steps
from autograd.calculus import is_variable
from autograd.calculus.language import TAKEN
from autograd.calculus.rules import RULES
from autograd.engine.recording import ROOT
from autograd.graph.tracing import trace


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Take every custom row out again, so that no other test finds it in the tables."""
    from autograd.derivatives.custom import _CUSTOM

    yield
    for name in tuple(_CUSTOM):
        remove_rule(name)


def mish() -> Any:
    return custom_rule(
        "mish",
        "a",
        "a * tanh(softplus(a))",
        "tanh(softplus(a)) + a * (1 - tanh(softplus(a)) ** 2) * sigmoid(a)",
    )


def outer_forward(a: Any, b: Any, scale: float = 1.0) -> Any:
    """Every product of two vectors."""
    return scale * np.outer(a, b)


def outer_adjoint(g: Any, out: Any, a: Any, b: Any, scale: float = 1.0) -> Any:
    return scale * (g @ b), scale * (g.T @ a)


def test_a_row_reaches_every_kind_of_operand() -> None:
    f = mish()
    expected = 0.4 * np.tanh(np.log1p(np.exp(0.4)))
    for out in (f(0.4), f(Value(0.4)), f(Tensor(0.4)), Value(0.4).mish(), Tensor([0.4]).mish()):  # type: ignore[attr-defined]
        assert float(out) == pytest.approx(expected)
    assert autograd.mish is f
    np.testing.assert_allclose(f(np.array([0.4, 0.4])), expected)
    v = Value(0.4)
    f(v).backward()
    assert v.grad == pytest.approx(grad(f)(0.4))


def test_a_row_is_differentiated_checked_traced_and_drawn() -> None:
    f = mish()
    for point in (0.4, np.array([-1.0, 0.0, 2.0])):
        report = gradcheck(f, point, order=2)
        assert report, report
    assert jvp(f, 0.4, 1.0)[1] == pytest.approx(grad(f)(0.4))
    x = Value(0.4, name="x")
    graph = trace(f(x) * 2, names={}).backward()
    assert "mish(x)" in str(graph)
    shown = autograd.steps(graph).text()
    assert "mish(0.4)" in shown and "tanh(softplus(0.4))" in shown
    assert "mish" in graph.to_svg()
    assert graph["x"].grad == pytest.approx(2 * grad(f)(0.4))
    with autograd.scope("layer"):
        assert f(Value(1.0)).scope == ("layer",)


def test_a_row_with_several_arguments_a_condition_and_a_default() -> None:
    f = custom_rule(
        "gated",
        "c a k",
        "where(greater(c, 0), k * a, 0)",
        None,
        "where(greater(c, 0), k, 0)",
        "where(greater(c, 0), a, 0)",
        defaults={"k": 3.0},
    )
    assert f(1.0, 2.0) == 6.0
    assert grad(f, argnum=1)(1.0, 2.0) == 3.0
    assert f(Value(-1.0), Value(2.0)).data == 0.0
    assert gradcheck(lambda a, k: f(1.0, a, k), 0.3, 0.7, order=2)


def test_a_forward_and_an_adjoint_make_a_structural_row() -> None:
    f = custom_rule(
        "outer2", forward=outer_forward, adjoint=outer_adjoint, printed=("g @ b", "db = g.T @ a")
    )
    a, b = np.array([1.0, -2.0]), np.array([0.5, 3.0, -1.0])
    np.testing.assert_allclose(f(a, b, scale=2.0), 2 * np.outer(a, b))
    assert gradcheck(lambda a, b: f(a, b, scale=2.0), a, b, order=2)
    x = Tensor(a, name="x")
    graph = trace(f(x, b).sum(), names={}).backward()
    np.testing.assert_allclose(graph["x"].grad, [b.sum()] * 2)
    shown = autograd.steps(graph).text()
    assert "outer2(x, c1)" in shown and "dx = dv1 @ c1" in shown
    assert Tensor(a).outer2(b).shape == (2, 3)  # type: ignore[attr-defined]
    assert f.__doc__ == outer_forward.__doc__
    _, moved = jvp(lambda a: f(a, b), a, np.array([1.0, 0.0]))
    np.testing.assert_allclose(moved, np.outer([1.0, 0.0], b))
    assert hessian(lambda s: f(s * a, s * b).sum())(2.0) == pytest.approx(2 * a.sum() * b.sum())


def test_one_adjoint_per_operand_and_none_where_nothing_flows() -> None:
    f = custom_rule(
        "pick", forward=lambda a, mask: a[mask], adjoint=(lambda g, out, a, mask: mask * g[0], None)
    )
    mask = np.array([False, True])
    np.testing.assert_array_equal(grad(lambda a: f(a, mask).sum())(np.ones(2)), [0.0, 1.0])


def test_a_given_tangent_is_used() -> None:
    calls = []

    def tangent(ts: Any, out: Any, a: Any) -> Any:
        calls.append(1)
        return 2 * a * ts[0]

    f = custom_rule(
        "sq", forward=lambda a: a * a, adjoint=lambda g, out, a: 2 * a * g, tangent=tangent
    )
    assert jvp(f, 3.0, 1.0) == (9.0, 6.0)
    assert calls == [1]


def test_a_row_may_be_replaced_and_removed() -> None:
    custom_rule("thing", "a", "a * a", "2 * a")
    custom_rule("thing", "a", "a * a * a", "3 * a * a")
    assert grad(autograd.thing)(2.0) == 12.0
    assert trace(Value(2.0).thing(), names={}).backward().nodes[0].grad == 12.0  # type: ignore[attr-defined]
    custom_rule("thing", forward=lambda a: a + 1, adjoint=lambda g, out, a: g)
    assert not hasattr(Value, "thing")
    assert grad(autograd.thing)(2.0) == 1.0
    with autograd.scope("inner"):
        pass
    remove_rule("thing")
    assert "thing" not in ROOT.table and "thing" not in ROOT.child("inner").table
    assert not hasattr(autograd, "thing") and not hasattr(Tensor, "thing")
    assert "thing" not in RULES
    with pytest.raises(ValueError, match="not made by custom_rule"):
        remove_rule("tanh")


BAD: dict[str, tuple[Any, type[Exception], str]] = {
    "taken": (lambda: custom_rule("tanh", "a", "a", "1"), ValueError, "name 'tanh' is taken"),
    "an attribute": (lambda: custom_rule("grad", "a", "a", "1"), ValueError, "is taken"),
    "no name": (lambda: custom_rule("a b", "a", "a", "1"), ValueError, "no name for a function"),
    "partials": (lambda: custom_rule("f", "a b", "a", "1"), ValueError, "2 arguments but 1"),
    "dialect": (lambda: custom_rule("f", "a", "a if a else 0", "1"), ValueError, "not in the dial"),
    "syntax": (lambda: custom_rule("f", "a", "a +", "1"), ValueError, "custom_rule 'f'"),
    "nothing": (lambda: custom_rule("f"), TypeError, "give a row"),
    "by place": (
        lambda: custom_rule("f", abs, abs),  # type: ignore[arg-type]
        TypeError,
        "pass functions as forward=",
    ),
    "half": (lambda: custom_rule("f", forward=abs), TypeError, "adjoint= is missing"),
    "no forward": (lambda: custom_rule("f", tangent=abs), TypeError, "forward= is missing"),
    "static": (
        lambda: custom_rule("f", forward=lambda a: a, adjoint=abs, static=("k",)),
        TypeError,
        "static names 'k', which forward does not have; it has a",
    ),
    "both": (
        lambda: custom_rule("f", "a", "a", "1", forward=abs, adjoint=abs),
        TypeError,
        "exclude each other",
    ),
    "star": (
        lambda: custom_rule("f", forward=lambda *a: a, adjoint=abs),
        TypeError,
        "named operands",
    ),
    "no operand": (
        lambda: custom_rule("f", forward=lambda a=1: a, adjoint=abs),
        TypeError,
        "no operand",
    ),
    "printed": (
        lambda: custom_rule("f", forward=outer_forward, adjoint=outer_adjoint, printed=("g",)),
        TypeError,
        "2 operands but 1 printed",
    ),
    "count": (
        lambda: custom_rule("f", forward=lambda a, b: a, adjoint=(abs,)),
        TypeError,
        "2 operands but 1 adjoints",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_refused_and_leave_no_trace(name: str) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert not hasattr(autograd, "f") and "f" not in RULES


def test_a_wrong_adjoint_is_told_when_it_is_used() -> None:
    f = custom_rule("spread", forward=lambda a: a + np.zeros(3), adjoint=lambda g, out, a: g)
    with pytest.raises(ValueError, match=r"gave shape \(3,\) for operand 1 of shape \(\); sum"):
        grad(lambda a: f(a).sum())(1.0)
    f = custom_rule("pair", forward=lambda a, b: a + b, adjoint=lambda g, out, a, b: g)
    with pytest.raises(TypeError, match="tuple of 2"):
        grad(f)(1.0, 2.0)
    f = custom_rule(
        "plain", forward=lambda a: a * a, adjoint=lambda g, out, a: 2 * a * getattr(g, "data", g)
    )
    with pytest.raises(TypeError, match="no forward mode; write it in autograd's functions"):
        jvp(f, 1.0, 1.0)


def test_a_printed_adjoint_may_speak_of_what_steps_do_not_know() -> None:
    try:
        twice = custom_rule(
            "twice_in_words",
            forward=lambda a: a * 2,
            adjoint=lambda g, out, a: g * 2,
            printed=("dW = h @ g",),
        )
        assert "h @ " in steps(twice(Tensor([1.0, 2.0], name="x")).sum()).text()
    finally:
        remove_rule("twice_in_words")


def test_an_adjoint_is_the_transpose_of_a_tangent() -> None:
    def tangent(directions: Any, out: Any, a: Any, b: Any) -> Any:
        da, db = directions
        parts = ([da @ b] if da is not None else []) + ([a @ db] if db is not None else [])
        return sum(parts[1:], parts[0])

    product = custom_rule("own_product", forward=lambda a, b: a @ b, tangent=tangent)
    a, b = Tensor(np.arange(6.0).reshape(2, 3)), Tensor(np.ones((3, 2)) / 3)
    product(a, b).sum().backward()
    np.testing.assert_allclose(a.grad, np.full((2, 3), 2 / 3))
    np.testing.assert_allclose(b.grad, np.repeat([[3.0], [5.0], [7.0]], 2, axis=1))
    assert gradcheck(lambda a, b: product(a, b) ** 2, a.data, b.data, order=2)
    _, slope = jvp(lambda a: product(a, b.data), (a.data,), (np.ones((2, 3)),))
    np.testing.assert_allclose(slope, np.ones((2, 2)))
    remove_rule("own_product")


def test_a_tangent_that_is_no_function_of_nodes_cannot_be_transposed() -> None:
    f = custom_rule(
        "own_exp", forward=lambda x: np.exp(x), tangent=lambda ts, out, x: np.asarray(ts[0].data)
    )
    with pytest.raises(TypeError, match="own_exp: its tangent is no function of nodes"):
        f(Tensor([1.0])).sum().backward()
    remove_rule("own_exp")


def test_arguments_that_are_no_arrays() -> None:
    def forward(kind: str, a: Any, f: Any, n: int = 2) -> Any:
        return f(a) if kind == "plain" else f(a) * n

    scaled = custom_rule(
        "own_scaled",
        forward=forward,
        adjoint=lambda g, out, a, kind, f, n: g * (1.0 if kind == "plain" else n),
        static=("kind", "f"),
    )
    a = Tensor([1.0, 2.0])
    out = scaled("times", a, lambda x: x + 1, n=3)
    out.sum().backward()
    assert out.data.tolist() == [6.0, 9.0] and a.grad.tolist() == [3.0, 3.0]
    assert scaled("plain", a.data, f=np.copy).tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="own_scaled: missing a required argument: 'f'"):
        scaled("plain", a)
    with pytest.raises(TypeError, match="no gradient flows into kind"):
        scaled(a, a, np.copy)
    remove_rule("own_scaled")


def used_names() -> set[str]:
    """The names in what is written for a row of one argument."""
    before = set(linecache.cache)
    cube = custom_rule("cube2", "a", "a**3", "3*a*a")
    for x in (Value(2.0), Tensor(2.0)):
        cube(x).backward()
        (first,) = autograd.gradients(cube(x), [x], create_graph=True)
        first.backward()
    written = [linecache.getlines(file) for file in {*linecache.cache} - before]
    return set(re.findall(r"[A-Za-z_]\w*", "".join(line for lines in written for line in lines)))


def test_an_argument_has_no_name_that_the_written_functions_use() -> None:
    """Each name in them is refused, or the row is right: ``out`` was taken for the result."""
    names = used_names()
    assert {"g", "out", "F", "node"} <= names
    refused = set()
    for arg in sorted(names | {"for", "None", "\uff36", "exp", "x"}):
        row = "cube3", arg, f"{arg}**3", f"3*{arg}*{arg}"
        if arg in TAKEN or not is_variable(arg):
            refused.add(arg)
            with pytest.raises(ValueError, match="no name for an argument"):
                custom_rule(*row)
            continue
        cube = custom_rule(*row)
        for x in (Value(2.0), Tensor(2.0)):
            cube(x).backward()
            assert x.grad == 12.0, arg
        assert grad(grad(cube))(2.0) == 12.0, arg
    assert {"out", "g", "for", "\uff36"} <= refused and not {"x", "exp", "a"} & refused
    with pytest.raises(ValueError, match="exp is an argument, and is called"):
        custom_rule("cube3", "exp", "exp(exp)", "exp(exp)")
    with pytest.raises(ValueError, match="is no name for a function"):
        custom_rule("for", "a", "a", "1")
