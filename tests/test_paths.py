"""The chain rule written out, path by path, against the sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, explain, jacobian, trace

F = autograd


def sum_times() -> tuple[Any, dict[str, Any]]:
    x, y, z = Value(1.0, name="x"), Value(-3.0, name="y"), Value(4.0, name="z")
    d = x + y
    d.name = "d"
    f = d * z
    f.name = "f"
    return f, {"x": x, "y": y, "z": z}


def test_the_first_example_of_the_lectures() -> None:
    f, leaves = sum_times()
    assert str(explain(f, leaves["x"])) == (
        "∂f/∂x = 4, the sum over 1 path\n  x → d → f: ∂f/∂d · ∂d/∂x = z · 1 = 4 · 1 = 4"
    )
    assert str(explain(f, "z")).endswith("z → f: ∂f/∂z = d = -2")


SCALARS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "the leaf itself": (lambda x: x, 1),
    "repeated operand": (lambda x: x * x, 2),
    "diamond": (lambda x: (x + 1) * (x - 2), 2),
    "a cube of sums": (lambda x: (x + x) * (x + x), 4),
    "three ways": (lambda x: F.sin(x) * x + F.exp(x), 3),
    "quotient": (lambda x: F.tanh(x) / (1 + F.exp(x)), 2),
    "a condition is no way": (lambda x: F.where(x, 3 * x, 1.0), 1),
    "doubling": (lambda x: doubled(x, 5), 32),
    "too many": (lambda x: doubled(x, 40), 2**40),
}


def doubled(x: Any, times: int) -> Any:
    for _ in range(times):
        x = 0.3 * x + 0.4 * x if times < 10 else x * 0.3 + F.sin(x)
    return x


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_the_sum_over_the_paths_is_the_derivative(name: str, kind: Any) -> None:
    f, count = SCALARS[name]
    x = kind(0.7, name="x")
    y = f(x)
    found = explain(y, x, names={})
    (expected,) = autograd.gradients(y, [x])
    assert found.count == count
    assert isinstance(found.total, float)
    assert found.total == pytest.approx(float(expected), rel=1e-12)
    assert (found.paths is None) is (count > 64)
    if found.paths is not None:
        assert len(found.paths) == count == len(set(map(id, found.paths)))
        assert sum(p.product for p in found.paths) == pytest.approx(found.total, rel=1e-12)


def test_exponentially_many_paths_are_counted_and_not_walked() -> None:
    x = y = Value(0.9, name="x")
    for _ in range(3000):
        y = y * 0.5 + F.sin(y) * 0.4
    found = explain(y, x, names={})
    assert found.count == 2**3000 and found.paths is None
    assert found.edges == 3000 * 5
    assert "the sum over about 10^903 paths, too many to write out" in str(found)


def test_a_long_single_path_has_no_limit() -> None:
    x = y = Value(1.0, name="x")
    for _ in range(5000):
        y = y + 1.0
    found = explain(y, x, names={})
    assert found.count == 1 and found.total == 1.0
    assert found.paths is not None and len(found.paths[0].factors) == 5000


def test_no_path_is_a_zero() -> None:
    x, y = Value(1.0, name="x"), Value(2.0, name="y")
    z = F.where(x > 0, y, x * 0.0 + y)
    found = explain(F.where(x, y * 2, 3.0), x, names={})
    assert found.count == 0 and found.total == 0.0
    assert "no path leads from x" in str(found)
    assert explain(z, y, names={}).count == 2


def test_jacobians_multiply_along_the_paths_of_an_array_graph() -> None:
    rng = np.random.default_rng(0)
    X, A, c = (rng.standard_normal(s) for s in ((2, 3), (3, 4), (4,)))

    def f(W: Any) -> Any:
        h = F.tanh(X @ W + c)
        return F.sum(h * h, axis=1) - F.mean(W)

    W = Tensor(A, name="W")
    found = explain(f(W), W, names={})
    assert found.count == 3
    np.testing.assert_allclose(found.total.reshape(2, 3, 4), jacobian(f)(A), rtol=1e-12)
    assert "(2, 8) · (8, 8)" in str(found) and "∂out/∂W = (2, 12)" in str(found)
    many = explain(f(W), W, most=1, names={})
    assert many.paths is None
    np.testing.assert_allclose(many.total, found.total, rtol=1e-12)


def test_the_derivative_by_a_constant_is_the_sum_over_its_paths_or_one_sweep() -> None:
    x, c = Tensor([2.0, 3.0], name="x"), Tensor([4.0, 5.0], requires_grad=False, name="c")
    graph = trace(F.sum((x * c + c) * c), names={})
    few, many = explain(graph, "c"), explain(graph, "c", most=1)
    assert (few.count, few.paths is None, many.paths is None) == (3, False, True)
    np.testing.assert_allclose(many.total, few.total)
    counts = Tensor([4, 5], name="n")
    graph = trace(F.sum((x * counts + counts) * counts), names={})
    with pytest.raises(ValueError, match="n holds int64"):
        explain(graph, "n", most=1)


def test_a_graph_and_names_of_variables_will_do() -> None:
    f, _ = sum_times()
    assert explain(trace(f), "x").total == 4.0
    a = Value(2.0)
    b = a * 3.0
    found = explain(b, a)
    assert (found.output, found.leaf) == ("b", "a")
    graph = trace(f)
    assert explain(graph, graph["y"]).total == 4.0


def test_what_cannot_be_explained() -> None:
    f, _ = sum_times()
    with pytest.raises(KeyError, match="no node is called"):
        explain(f, "nobody")
    with pytest.raises(KeyError, match="not in the graph"):
        explain(f, Value(1.0))
    big = Tensor(np.ones(1000), name="big")
    with pytest.raises(ValueError, match="explain a smaller graph"):
        explain(F.exp(big), big)
