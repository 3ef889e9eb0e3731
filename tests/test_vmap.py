"""``vmap``: a function of one example over a batch, composed with itself and the transforms."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import (
    LoopWarning,
    Tensor,
    Value,
    checkpoint,
    custom_rule,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    remove_rule,
    value_and_grad,
    vjp,
    vmap,
)

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 4))
W, B = RNG.normal(size=(3, 4)), RNG.normal(size=4)
STACK = RNG.normal(size=(2, 5, 3))
threshold = nn.Parameter(np.zeros(3))


def layer(x: Any) -> Any:
    return autograd.tanh(x @ W + B)


def loss(w: Any, x: Any) -> Any:
    return (autograd.tanh(x @ w) ** 2).sum()


def total(x: Any) -> Any:
    return (layer(x) ** 3).sum() + x[0] * x.prod()


def same(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(actual, np.array(expected), rtol=1e-9, atol=1e-12)


#: A mapped function, and the loop that says what it gives.
COMPOSED: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "values": (lambda: vmap(total)(X), lambda: [total(x) for x in X]),
    "per-example gradients": (lambda: vmap(grad(total))(X), lambda: [grad(total)(x) for x in X]),
    "gradients by what is the same for all": (
        lambda: vmap(grad(loss), (None, 0))(W, X),
        lambda: [grad(loss)(W, x) for x in X],
    ),
    "gradients by a captured array": (
        lambda: vmap(lambda x: grad(lambda w: loss(w, x))(W))(X),
        lambda: [grad(loss)(W, x) for x in X],
    ),
    "value and gradient": (
        lambda: vmap(value_and_grad(total))(X)[1], lambda: [grad(total)(x) for x in X]
    ),
    "hessians": (lambda: vmap(hessian(total))(X), lambda: [hessian(total)(x) for x in X]),
    "jacobians by rows": (
        lambda: vmap(jacobian(lambda x: layer(x)[:2]))(X),
        lambda: [jacobian(lambda x: layer(x)[:2])(x) for x in X],
    ),
    "jacobians by columns": (
        lambda: vmap(jacobian(layer))(X), lambda: [jacobian(layer)(x) for x in X]
    ),
    "directional derivatives": (
        lambda: vmap(lambda x, v: jvp(total, (x,), (v,))[1])(X, X[::-1]),
        lambda: [jvp(total, (x,), (v,))[1] for x, v in zip(X, X[::-1])],
    ),
    "hessians times directions": (
        lambda: vmap(lambda x, v: hvp(total, x, v))(X, X[::-1]),
        lambda: [hvp(total, x, v) for x, v in zip(X, X[::-1])],
    ),
    "pulls": (
        lambda: vmap(lambda x, u: vjp(layer, x)[1](u))(X, Y),
        lambda: [vjp(layer, x)[1](u) for x, u in zip(X, Y)],
    ),
    "a pull from outside": (
        lambda: vmap(vjp(layer, X[0])[1])(np.eye(4)), lambda: jacobian(layer)(X[0])
    ),
    "a push from outside": (
        lambda: vmap(lambda v: jvp(layer, (X[0],), (v,))[1], out_axes=1)(np.eye(3)),
        lambda: jacobian(layer)(X[0]),
    ),
    "the gradient of a mapped function": (
        lambda: grad(lambda w: (vmap(lambda x: loss(w, x))(X) ** 2).sum())(W),
        lambda: sum(2 * loss(W, x) * grad(loss)(W, x) for x in X),
    ),
    "the jacobian of a mapped function": (
        lambda: jacobian(lambda w: vmap(lambda x: loss(w, x))(X))(W),
        lambda: [grad(loss)(W, x) for x in X],
    ),
    "the hessian of a mapped gradient": (
        lambda: hessian(lambda w: (vmap(grad(loss, 1), (None, 0))(w, X) ** 2).sum())(W[:, :1]),
        lambda: sum(
            hessian(lambda w, x=x: (grad(loss, 1)(w, x) ** 2).sum())(W[:, :1])
            for x in X
        ),
    ),
    "nested": (lambda: vmap(vmap(total))(STACK), lambda: [[total(x) for x in s] for s in STACK]),
    "nested gradients": (
        lambda: vmap(vmap(grad(loss), (None, 0)), (None, 0))(W, STACK),
        lambda: [[grad(loss)(W, x) for x in s] for s in STACK],
    ),
    "every pair": (
        lambda: vmap(lambda x: vmap(lambda y: (x * y).sum())(X))(X), lambda: X @ X.T
    ),
    "every pair's gradient": (
        lambda: vmap(lambda x: vmap(grad(lambda y: autograd.exp(x @ y)))(X))(X),
        lambda: [[math.exp(x @ y) * x for y in X] for x in X],
    ),
    "a batch between two gradients": (
        lambda: vmap(lambda x: grad(lambda w: vmap(lambda y: loss(w, x * y))(X).sum())(W))(X),
        lambda: [sum(grad(loss)(W, x * y) for y in X) for x in X],
    ),
    "axes": (
        lambda: vmap(lambda x, y: (x @ W, y), (1, 0), (1, -1))(X.T, Y)[0], lambda: (X @ W).T
    ),
    "a checkpoint": (
        lambda: vmap(grad(checkpoint(total)))(X), lambda: [grad(total)(x) for x in X]
    ),
    "a choice": (
        lambda: vmap(grad(lambda x: autograd.where(x > 0, x**2, -x).sum()))(X),
        lambda: np.where(X > 0, 2 * X, -1.0),
    ),
    "masks": (
        lambda: vmap(lambda x: autograd.where((x > 0) & ~(x >= 1) | (x == -1), x, 0.0))(X),
        lambda: np.where((X > 0) & ~(X >= 1), X, 0.0),
    ),
    "a parameter compared with what differs": (
        lambda: vmap(lambda x: autograd.where((threshold < x) & (threshold != x), x, 0.0))(X),
        lambda: np.where(X > 0, X, 0.0),
    ),
    "where the largest is": (
        lambda: vmap(lambda x: x[autograd.argmax(x)])(X), lambda: X.max(1)
    ),
    "rows of a table": (
        lambda: vmap(grad(lambda w, i: (w[i] ** 2).sum()), (None, 0))(X, np.array([2, 0, 2])),
        lambda: [2 * X[[i]] * (np.arange(5) == i)[:, None] for i in (2, 0, 2)],
    ),
    "NumPy's functions": (
        lambda: vmap(lambda x: np.sum(np.exp(x)) + np.ones(3) @ x)(X),
        lambda: np.exp(X).sum(1) + X.sum(1),
    ),
    "iteration": (
        lambda: vmap(lambda x: sum(a * len(x) for a in x) + x.size + x.ndim)(X),
        lambda: 3 * X.sum(1) + 4,
    ),
    "a constant": (lambda: vmap(lambda x: 2.0)(X), lambda: [2.0] * 5),
    "no example": (lambda: vmap(grad(total))(X[:0]), lambda: X[:0]),
    "zeros of the shape": (
        lambda: vmap(lambda x: np.zeros_like(x) + np.full_like(x, x.shape[0]))(X),
        lambda: np.full((5, 3), 3.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPOSED)
def test_a_mapped_function_is_the_loop(name: str) -> None:
    mapped, loop = COMPOSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error", LoopWarning)
        actual = mapped()
    assert isinstance(actual, np.ndarray)
    same(actual, loop())


def test_advanced_indices_keep_their_place() -> None:
    A = RNG.normal(size=(2, 3, 4, 5))
    i, j, mask = np.array([1, 0]), np.array([[2], [0]]), np.array([True, False, True])
    indices: list[Any] = [
        0, (0, 1), (slice(None), i), (..., i), (i, slice(None), i), (0, slice(None), i),
        (slice(None), i, 1), (i, j), (None, i), (i, None, i), mask, (mask, i[:1]), (j, ...),
        (slice(None, None, -1), 2), (mask, slice(None), 0),
    ]  # fmt: skip
    for index in indices:
        pick = grad(lambda a, index=index: (a[index] ** 2).sum())
        same(vmap(lambda a, index=index: a[index])(A), [a[index] for a in A])
        same(vmap(pick)(A), [pick(a) for a in A])


def test_an_index_may_differ_from_example_to_example() -> None:
    A, i, j = RNG.normal(size=(3, 4, 4, 2)), np.array([2, 0, 3]), np.array([[0, 1], [2, 2], [3, 0]])
    cases: list[Callable[[Any, Any, Any], Any]] = [
        lambda a, i, j: a[i], lambda a, i, j: a[i, 1], lambda a, i, j: a[j, i],
        lambda a, i, j: a[1, j], lambda a, i, j: a[i, None], lambda a, i, j: a[j, :, :1],
        lambda a, i, j: autograd.take(a, i, axis=1), lambda a, i, j: autograd.take(a, j),
        lambda a, i, j: autograd.take(a, j, axis=0), lambda a, i, j: autograd.take(a, j // 2, -1),
        lambda a, i, j: autograd.take_along_axis(a, j[None, :, None] + i * 0, 1),
    ]  # fmt: skip
    for f in cases:
        pick = grad(lambda a, i, j, f=f: (f(a, i, j) ** 2).sum())
        same(vmap(pick)(A, i, j), [pick(a, k, m) for a, k, m in zip(A, i, j)])
        same(vmap(pick, (None, 0, 0))(A[0], i, j), [pick(A[0], k, m) for k, m in zip(i, j)])
    with pytest.warns(LoopWarning, match="getitem"):
        same(vmap(lambda a, j: a[:, j])(A, j), [a[:, k] for a, k in zip(A, j)])


@dataclass(frozen=True)
class Pair:
    w: Any
    b: Any
    name: str = "pair"


def test_structures_of_arguments_axes_and_results() -> None:
    def f(p: Any, x: Any, *, scale: Any) -> Any:
        return Pair(x @ p["w"] * scale, {"sum": x.sum()}, name=p["name"])

    out = vmap(f, ({"w": None, "b": 1, "name": None}, 0), 0)(
        {"w": W, "b": X.T, "name": "n"}, X,
        scale=np.arange(5.0),
    )  # fmt: skip
    assert type(out) is Pair and out.name == "n"
    same(out.w, X @ W * np.arange(5.0)[:, None])
    same(out.b["sum"], X.sum(1))
    net = Pair(W, B)
    slopes = vmap(grad(lambda p, x: ((x @ p.w + p.b) ** 2).sum()), (None, 0))(net, X)
    assert type(slopes) is Pair and slopes.name == "pair"
    same(slopes.b, 2 * (X @ W + B))
    axes = vmap(lambda x: {"a": x, "b": (x, 1.0)}, out_axes={"a": 1, "b": (0, None)})(X)
    same(axes["a"], X.T)
    assert axes["b"][1] == 1.0


def test_results_are_nodes_where_a_gradient_flows() -> None:
    x = Tensor(X)
    out = vmap(total)(x)
    assert isinstance(out, Tensor)
    out.sum().backward()
    same(x.grad, [grad(total)(row) for row in X])
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh())
    mapped = vmap(model)(X)
    mapped.sum().backward()
    slope = model[0].weight.grad.copy()
    model.zero_grad()
    model(X).sum().backward()
    same(slope, model[0].weight.grad)
    same(mapped.data, model(X).data)
    with no_grad():
        assert isinstance(vmap(model)(X), np.ndarray)


def test_float32_stays_float32() -> None:
    out = vmap(grad(lambda x: (x**2).sum() + x.mean()))(X.astype(np.float32))
    assert out.dtype == np.float32
    assert vmap(lambda x: autograd.argmax(x))(X).dtype == np.intp


def test_the_result_does_not_share_the_argument() -> None:
    x = X.copy()
    out = vmap(lambda a: a)(x)
    out[0] = 7.0
    assert not np.shares_memory(out, x)
    same(x, X)


def test_an_operation_without_a_rule_is_looped_over_and_says_so_once() -> None:
    cube = custom_rule(
        "cubed_sum", forward=lambda a: (a**3).sum(), adjoint=lambda g, out, a: 3 * g * a**2
    )
    try:
        with pytest.warns(LoopWarning, match="cubed_sum has no rule for a batch") as caught:
            out = vmap(lambda x: cube(x) + cube(2.0 * x))(X)
        assert len(caught) == 1 and caught[0].filename == __file__
        same(out, 9 * (X**3).sum(1))
        with pytest.warns(LoopWarning):
            same(vmap(grad(cube))(X), 3 * X**2)
    finally:
        remove_rule("cubed_sum")


def test_random_draws_inside_are_the_same_for_every_example() -> None:
    out = vmap(lambda x: x * 0 + np.random.default_rng(0).normal(size=3))(X)
    same(out, [np.random.default_rng(0).normal(size=3)] * 5)


def kept() -> Any:
    names: list[Any] = []
    vmap(lambda x: names.append(x) or x)(X)  # type: ignore[func-returns-value]
    return names[0] + 1.0


MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "a branch": (lambda: vmap(lambda x: x if x.sum() > 0 else -x)(X), "takes no branch; write"),
    "and": (lambda: vmap(lambda x: (x[0] > 0) and (x[1] > 0))(X), "& | ~ in place of and, or"),
    "float": (lambda: vmap(lambda x: float(x[0]))(X), "cannot be read"),
    "item": (lambda: vmap(lambda x: x.sum().item())(X), "cannot be read"),
    "data": (lambda: vmap(lambda x: x.data.sum())(X), "cannot be read"),
    "numpy": (lambda: vmap(lambda x: x.numpy())(X), "cannot be read"),
    "math": (lambda: vmap(lambda x: math.exp(x[0]))(X), "cannot be read"),
    "array": (lambda: vmap(lambda x: np.asarray(x))(X), "is no plain array"),
    "Tensor": (lambda: vmap(lambda x: Tensor(x))(X), "cannot be read"),
    "a number formatted": (lambda: vmap(lambda x: f"{x[0]:.2f}")(X), "cannot be read"),
    "trace": (lambda: vmap(lambda x: autograd.trace(x * x))(X), "cannot be read"),
    "a mask": (lambda: vmap(lambda x: x[x > 0].sum())(X), "use autograd.where"),
    "an index of an array": (
        lambda: vmap(lambda x: X[autograd.argmax(x)])(X), r"as Tensor\(a\)\[i\]",
    ),
    "backward": (lambda: vmap(lambda x: (x * x).sum().backward())(X), "take grad inside"),
    "a hook": (lambda: vmap(lambda x: x.register_hook(print))(X), "on the result"),
    "a Tensor kept": (kept, "return it from the function"),
    "a gradient from outside": (
        lambda: vmap(lambda x: autograd.gradients((x * x).sum(), [x]))(X), "cannot be read",
    ),
    "None": (lambda: vmap(lambda x: None)(X), "is its return statement missing"),
    "a Value": (lambda: vmap(lambda x: Value(1.0))(X), "use Tensors inside"),
    "no function": (lambda: vmap(3), "with f not yet called"),  # type: ignore[arg-type]
    "sizes": (
        lambda: vmap(lambda x, y: x)(X, Y[:2]),
        "differ in size: argument 'x' has 5 along axis 0, argument 'y' has 2 along axis 0",
    ),
    "sizes of named arguments": (
        lambda: vmap(lambda x, s: x)(X, s=[np.ones(5), np.ones(3)]), r"argument 's'\[1\] has 3",
    ),
    "a number": (lambda: vmap(lambda x, s: x * s)(X, 2.0), "'s' is 2.0 .float. and has no axis"),
    "an axis": (lambda: vmap(lambda x: x, 2)(X), r"'x' has shape \(5, 3\), and no axis 2"),
    "an axis of the result": (lambda: vmap(lambda x: x, 0, 2)(X), "no out_axes 2"),
    "nothing mapped": (lambda: vmap(lambda x: x, None)(X), "in_axes is None for all"),
    "in_axes too short": (lambda: vmap(lambda x, y: x, (0,))(X, Y), "in_axes has 1 entries"),
    "in_axes of another structure": (
        lambda: vmap(lambda p: p["w"], ({"v": 0},))({"w": X}), "does not fit",
    ),
    "out_axes None": (lambda: vmap(lambda x: x, 0, None)(X), "differs from example to example"),
    "shapes": (lambda: vmap(lambda x: x + np.ones(4))(X), r"shapes \(3,\) and \(4,\) do not fit"),
    "shapes of matrices": (
        lambda: vmap(lambda x: x @ np.ones((4, 2)))(X), r"shapes \(3,\) and \(4, 2\)",
    ),
    "an axis inside": (lambda: vmap(lambda x: x.sum(axis=1))(X), r"out of range for shape \(3,\)"),
    "a shape inside": (lambda: vmap(lambda x: x.reshape(2, 2))(X), "reshape"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_bad_input_is_one_line_with_a_remedy(name: str) -> None:
    call, message = MISTAKES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoopWarning)
        with pytest.raises((TypeError, ValueError, RuntimeError), match=message) as caught:
            call()
    assert "\n" not in str(caught.value)


def test_what_goes_wrong_inside_leaves_no_batch_in_force() -> None:
    with pytest.raises(ZeroDivisionError):
        vmap(lambda x: 1 / 0)(X)
    assert (Tensor([1.0]) * 2.0).data[0] == 2.0
    assert repr(vmap_repr()) == "'Tensor(shape (3,), one of 5 examples of vmap)'"


def vmap_repr() -> str:
    seen: list[str] = []
    vmap(lambda x: seen.append(f"{x}") or x)(X)  # type: ignore[func-returns-value]
    return seen[0]


def test_losses_without_elements_have_the_shape_of_a_loop() -> None:
    logits, targets = np.zeros((2, 3, 1, 0)), np.zeros((2, 3, 0), int)

    def losses(a: Any, t: Any) -> Any:
        return autograd.cross_entropy(a, t, reduction="none")

    assert vmap(losses)(logits, targets).shape == (2, *losses(logits[0], targets[0]).shape)
