"""The two graphs that micrograd tests itself with, in its own calls, and its networks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from tests.house import ROOT


def first(x: Any) -> Any:
    """The first graph: a shared interior node, a relu that passes and one that squares."""
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def second(a: Any, b: Any) -> Any:
    """The second graph: every operator, numbers on both sides, names bound again and again."""
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + (b + a).relu())
    d = d + (3 * d + (b - a).relu())
    e = c - d
    f = e**2
    return f / 2.0 + 10.0 / f


KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


@KINDS
def test_the_first_graph(kind: Any) -> None:
    x = kind(-4.0)
    y = first(x)
    y.backward()
    assert float(y.data) == -20.0
    assert float(x.grad) == 46.0


@KINDS
def test_the_second_graph(kind: Any) -> None:
    a, b = kind(-4.0), kind(2.0)
    g = second(a, b)
    g.backward()
    assert float(g.data) == pytest.approx(24.70408163265306, rel=1e-15)
    assert float(a.grad) == pytest.approx(138.83381924198252, rel=1e-15)
    assert float(b.grad) == pytest.approx(645.5772594752186, rel=1e-15)


@KINDS
def test_both_graphs_equal_pytorch(kind: Any, require: Callable[[str], Any]) -> None:
    torch = require("torch")
    for f, at in ((first, (-4.0,)), (second, (-4.0, 2.0)), (second, (1.5, -0.5))):
        ours = [kind(x) for x in at]
        theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
        out, expected = f(*ours), f(*theirs)
        out.backward()
        expected.backward()
        assert float(out.data) == pytest.approx(expected.item(), rel=1e-15)
        for mine, other in zip(ours, theirs, strict=True):
            assert float(mine.grad) == pytest.approx(other.grad.item(), rel=1e-14)


def test_a_second_backward_adds_up_rightly_where_micrograd_does_not() -> None:
    x = Value(2.0)
    y = x * x
    z = y * 1
    z.backward()
    z.backward()
    assert x.grad == 8.0  # 12 if the interior kept its gradient


def test_augmented_assignment_as_micrograd_is_used() -> None:
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    c += c + 1
    c += 1 + c + (-a)
    d = a * b + b**3
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert (f"{a.grad:.4f}", f"{b.grad:.4f}") == ("138.8338", "645.5773")


def test_networks_take_micrograds_calls() -> None:
    from nn.scalar import MLP, Layer, Neuron

    model = MLP(3, [4, 4, 1])
    assert len(model.parameters()) == 3 * 4 + 4 + 4 * 4 + 4 + 4 + 1
    out = model([2.0, 3.0, -1.0])
    assert type(out) is Value
    loss = (out - 1.0) ** 2
    model.zero_grad()
    loss.backward()
    assert any(p.grad for p in model.parameters())
    for p in model.parameters():
        p.data -= 0.01 * p.grad
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())
    assert len(Layer(2, 3)([1.0, 2.0])) == 3
    neuron = Neuron(2, nonlin=False)
    expected = np.dot([w.data for w in neuron.w], [1.0, -2.0]) + neuron.b.data
    assert neuron([1.0, -2.0]).data == pytest.approx(expected)


def graph_of(root: Any) -> tuple[list[Any], int]:
    """What a drawing of micrograd's shows: data, gradient and operation of each node; the edges."""
    nodes: set[Any] = set()
    edges: set[Any] = set()

    def visit(v: Any) -> None:
        if v not in nodes:
            nodes.add(v)
            for operand in v._prev:
                edges.add((operand, v))
                visit(operand)

    visit(root)
    return sorted((round(float(v.data), 9), round(float(v.grad), 9), v._op) for v in nodes), len(
        edges
    )


def drawn_expression(kind: Any) -> Any:
    a, b = kind(-4.0), kind(2.0)
    c = a * b + b**3 + 1
    return (c.relu() * a * 0.5 + c).relu() + c * 3 + a * a


def test_the_graph_that_micrograd_draws_is_drawn(require: Callable[[str], Any]) -> None:
    from tracegrad.micrograd import Value as Ours

    theirs = drawn_expression(require("micrograd.engine").Value)
    ours = drawn_expression(Ours)
    theirs.backward()
    ours.backward()
    assert graph_of(ours) == graph_of(theirs)


def test_the_names_of_micrograds_lecture() -> None:
    from tracegrad import micrograd

    Ours: Any = micrograd.Value
    x, w = Ours(2.0, label="x"), Ours(-3.0, label="w")
    n = x * w + 6.5
    n.label = "n"
    o = n.tanh()
    order: list[Any] = []

    def build(v: Any) -> None:
        if v not in order:
            for operand in v._prev:
                build(operand)
            order.append(v)

    build(o)
    o.grad = 1.0
    for node in reversed(order):
        node._backward()
    assert x.grad == pytest.approx(-3 * (1 - np.tanh(0.5) ** 2))
    assert [v.label for v in (x, n, o)] == ["x", "n", ""]
    assert [v._op for v in (x, x * w, n, o, x - w, x**3, x**0.5)] == [
        "", "*", "+", "tanh", "-", "**3", "**0.5",
    ]  # fmt: skip
    assert isinstance(o, Ours)
    assert isinstance(x, Value)
    assert not isinstance(1.0, Ours)
    prediction = micrograd.MLP(2, [2, 1])([x, w])
    assert graph_of(prediction)[0]


BESIDE = """
from inspect import getattr_static
import autograd
from autograd import Value, steps, trace

def lesson():
    x = Value(2.0, name="x")
    y = (x * 3 + x.relu()).tanh()
    y.backward()
    return x.grad, repr(x), repr(y), str(trace(y)), trace(y).to_svg(), steps(y).text()

before, names = lesson(), {name: getattr_static(Value, name) for name in dir(Value)}
import tracegrad.micrograd
assert lesson() == before
assert all(getattr_static(Value, name) is thing for name, thing in names.items())
print(*sorted(set(dir(Value)) - set(names)))
"""


def test_micrograds_names_stand_beside_those_of_a_value_and_change_none() -> None:
    done = subprocess.run([sys.executable, "-c", BESIDE], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "_backward _op _prev label\n", done.stderr
