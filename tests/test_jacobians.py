"""Jacobians and Hessians against closed forms and PyTorch; the two modes against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value, grad, hessian, jacobian, jvp, value_and_grad, vjp
from autograd.checks.differences import slopes
from autograd.derivatives import jacobians

F = autograd
RNG = np.random.default_rng(7)
X = RNG.standard_normal((12, 3))
SIGNS = np.sign(RNG.standard_normal(12))
LABELS = RNG.integers(0, 4, 12)
Q = RNG.standard_normal((4, 4))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def beale_hessian(x: Any) -> Any:
    a, b = x
    total = np.zeros((2, 2))
    for i, c in ((1, 1.5), (2, 2.25), (3, 2.625)):
        r = c - a + a * b**i
        slope = np.array([b**i - 1, i * a * b ** (i - 1)])
        mixed = i * b ** (i - 1)
        curve = np.array([[0, mixed], [mixed, i * (i - 1) * a * b ** max(i - 2, 0)]])
        total += 2 * (np.outer(slope, slope) + r * curve)
    return total


def cross_entropy_hessian(W: Any) -> Any:
    p = softmax(X @ W)
    covariance = np.einsum("nc,cd->ncd", p, np.eye(4)) - np.einsum("nc,nd->ncd", p, p)
    return np.einsum("ni,nj,ncd->icjd", X, X, covariance) / len(X)


def lse_hessian(x: Any) -> Any:
    p = softmax(x)
    return np.diag(p) - np.outer(p, p)


# Name: the function (of autograd or of torch), its Hessian in closed form, where.
HESSIANS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Any]] = {
    "Rosenbrock": (
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        lambda x: np.array([[2 - 400 * x[1] + 1200 * x[0] ** 2, -400 * x[0]], [-400 * x[0], 200]]),
        [-1.2, 1.0],
    ),
    "Beale": (
        lambda x: (
            (1.5 - x[0] + x[0] * x[1]) ** 2
            + (2.25 - x[0] + x[0] * x[1] ** 2) ** 2
            + (2.625 - x[0] + x[0] * x[1] ** 3) ** 2
        ),
        beale_hessian,
        [1.7, -0.6],
    ),
    "Himmelblau": (
        lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
        lambda x: np.array(
            [
                [12 * x[0] ** 2 + 4 * x[1] - 42, 4 * x[0] + 4 * x[1]],
                [4 * x[0] + 4 * x[1], 4 * x[0] + 12 * x[1] ** 2 - 26],
            ]
        ),
        [0.3, -2.1],
    ),
    "Booth": (
        lambda x: (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2,
        lambda x: np.array([[10.0, 8.0], [8.0, 10.0]]),
        [0.2, 3.0],
    ),
    "Matyas": (
        lambda x: 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1],
        lambda x: np.array([[0.52, -0.48], [-0.48, 0.52]]),
        [4.0, -3.0],
    ),
    "three-hump camel": (
        lambda x: 2 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6 + x[0] * x[1] + x[1] ** 2,
        lambda x: np.array([[4 - 12.6 * x[0] ** 2 + 5 * x[0] ** 4, 1], [1, 2]]),
        [1.1, 0.4],
    ),
    "saddle": (
        lambda x: x[0] ** 2 - x[1] ** 2,
        lambda x: np.diag([2.0, -2.0]),
        [0.0, 0.0],
    ),
    "quadratic form": (lambda x: 0.5 * x @ (Q @ x), lambda x: (Q + Q.T) / 2, RNG.random(4)),
    "log-sum-exp": (F.logsumexp, lse_hessian, [0.3, -1.0, 2.0]),
    "logistic loss": (
        lambda w: F.softplus(-SIGNS * (X @ w)).sum(),
        lambda w: X.T @ np.diag(sigmoid(X @ w) * (1 - sigmoid(X @ w))) @ X,
        RNG.standard_normal(3),
    ),
    "softmax cross-entropy": (
        lambda W: -F.mean(F.log_softmax(X @ W)[np.arange(12), LABELS]),
        cross_entropy_hessian,
        RNG.standard_normal((3, 4)),
    ),
}


@pytest.mark.parametrize("name", HESSIANS)
def test_hessians_match_closed_forms_and_are_symmetric(name: str) -> None:
    f, closed, x = HESSIANS[name]
    x = np.array(x)
    H = hessian(f)(x)
    assert H.shape == x.shape + x.shape
    np.testing.assert_allclose(H, closed(x), rtol=1e-9, atol=1e-9)
    square = H.reshape(x.size, x.size)
    np.testing.assert_allclose(square, square.T, atol=1e-12 * max(1, np.abs(H).max()))
    np.testing.assert_allclose(jacobian(grad(f))(x), H, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(jacobian(jacobian(f))(x), H, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", ["Rosenbrock", "Beale", "Himmelblau", "three-hump camel"])
def test_third_derivatives_match_pytorch(name: str, require: Callable[[str], Any]) -> None:
    torch = require("torch")
    f, _, x = HESSIANS[name]
    api = torch.autograd.functional
    point = torch.tensor(x, dtype=torch.float64)
    expected = api.jacobian(lambda x: api.hessian(f, x, create_graph=True), point).numpy()
    T = jacobian(hessian(f))(np.array(x))
    np.testing.assert_allclose(T, expected, rtol=1e-9, atol=1e-9)
    for axes in ((1, 0, 2), (0, 2, 1)):
        np.testing.assert_allclose(T, T.transpose(axes), atol=1e-9)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_both_modes_give_the_same_jacobian(shape: tuple[int, ...]) -> None:
    x = np.asarray(RNG.standard_normal(shape))
    W = RNG.standard_normal((5, x.size))

    def tall(x: Any) -> Any:  # more outputs than inputs: forward mode
        return F.tanh(W @ F.reshape(x, (-1,)))

    def wide(x: Any) -> Any:  # fewer: reverse mode
        return tall(x)[:1] * F.sum(x)

    J = np.asarray(jacobian(tall)(x))
    assert J.shape == (5, *shape)
    rows = np.array([vjp(tall, x)[1](unit) for unit in np.eye(5)])
    np.testing.assert_allclose(J, rows, rtol=1e-13)
    J = np.asarray(jacobian(wide)(x))
    assert J.shape == (1, *shape)
    units = np.eye(x.size).reshape(x.size, *shape)
    columns = [jvp(wide, x, unit)[1][0] for unit in units]
    np.testing.assert_allclose(np.ravel(J), columns, rtol=1e-12)


def test_the_mode_with_fewer_passes_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {"push": 0, "swept": 0}

    def counted(name: str) -> Callable[..., Any]:
        right = getattr(jacobians, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            calls[name] += 1
            return right(*args, **kwargs)

        return call

    for name in calls:
        monkeypatch.setattr(jacobians, name, counted(name))
    W = RNG.standard_normal((7, 2))
    jacobian(lambda x: F.tanh(W @ x))(np.ones(2))
    assert calls == {"push": 2, "swept": 0}
    jacobian(lambda x: F.tanh(x @ W))(np.ones(7))
    assert calls == {"push": 2, "swept": 2}


def test_structures_of_structures() -> None:
    def f(p: Any, s: Any) -> Any:
        return {"a": p["w"] * s, "b": (p["w"].sum(), 7.0)}

    p = {"w": np.array([1.0, 2.0])}
    J = jacobian(f, argnum=(0, 1))(p, 3.0)
    np.testing.assert_array_equal(J["a"][0]["w"], 3 * np.eye(2))
    np.testing.assert_array_equal(J["a"][1], p["w"])
    np.testing.assert_array_equal(J["b"][0][0]["w"], [1.0, 1.0])
    assert J["b"][0][1] == 0.0
    assert J["b"][1][1] == 0.0
    H = hessian(lambda p: (p["w"] ** 2).sum() * p["b"])({"w": np.array([1.0, 2.0]), "b": 3.0})
    np.testing.assert_array_equal(H["w"]["w"], 6 * np.eye(2))
    np.testing.assert_array_equal(H["w"]["b"], [2.0, 4.0])
    np.testing.assert_array_equal(H["b"]["w"], [2.0, 4.0])
    assert H["b"]["b"] == 0.0


def test_values_and_empty_arrays() -> None:
    J = jacobian(lambda v: v * v)(Value(3.0))
    assert isinstance(J, Value) and J.data == 6.0
    assert hessian(lambda v: v**3)(Value(3.0)).data == 18.0
    pair = [Value(2.0), Value(3.0)]
    J = jacobian(lambda p: (p[0] * p[1], p[0]))(pair)
    assert [[float(v) for v in row] for row in J] == [[3.0, 2.0], [1.0, 0.0]]
    H = hessian(lambda p: p[0] ** 2 * p[1])(pair)
    assert [[float(v) for v in row] for row in H] == [[6.0, 4.0], [4.0, 0.0]]
    assert jacobian(lambda x: x * 2)(np.zeros((0,))).shape == (0, 0)
    assert jacobian(lambda x: x * 2)(np.ones(2, np.float32)).dtype == np.float32


# -- a thousand random functions ------------------------------------------------------------------

UNARY = "sin cos tanh sigmoid softplus arctan erf arcsinh square".split()
BINARY: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b,
    lambda a, b: a / (2.5 + F.cos(b)),
    lambda a, b: F.hypot(a, 1 + F.square(b)),
    lambda a, b: F.logaddexp(a, b),
)
STRUCTURAL: tuple[Callable[[Any], Any], ...] = (
    lambda a: a - F.mean(a),
    lambda a: F.softmax(a),
    lambda a: F.flip(a),
    lambda a: F.cumsum(a) / 3,
    lambda a: X[:3] @ a,
    lambda a: a[[2, 0, 0]],
    lambda a: F.concatenate([a[1:], F.reshape(F.sum(a), (1,))]),
    lambda a: F.sum(F.expand_dims(a, 0) * X[:3], axis=1),
    lambda a: F.where(X[0] > 0, a, 0.5 * a),
)


def random_function(seed: int) -> Callable[[Any, Any], Any]:
    """A function of two vectors: a random graph with shared nodes and repeated operands."""

    def f(x: Any, y: Any) -> Any:
        rng = np.random.default_rng(seed)
        found = [x, y]
        for _ in range(rng.integers(3, 9)):
            a, b = (found[int(i)] for i in rng.integers(0, len(found), 2))
            kind = rng.integers(0, 3)
            if kind == 0:
                found.append(getattr(F, UNARY[rng.integers(len(UNARY))])(a))
            elif kind == 1:
                found.append(BINARY[rng.integers(len(BINARY))](a, b))
            else:
                found.append(STRUCTURAL[rng.integers(len(STRUCTURAL))](a))
        return found[-1] + 0.1 * found[-2] + 0.01 * x * y

    return f


@pytest.mark.parametrize("block", range(10))
def test_forward_reverse_backward_and_differences_agree(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        f = random_function(seed)
        rng = np.random.default_rng(seed)
        x, y, v, w, u = rng.uniform(-1, 1, (5, 3))
        value, moved = jvp(f, (x, y), (v, w))
        same, pull = vjp(f, x, y)
        gx, gy = pull(u)
        np.testing.assert_array_equal(value, same)
        scale = 1 + np.abs(u) @ np.abs(moved) + np.abs(gx) @ np.abs(v) + np.abs(gy) @ np.abs(w)
        assert abs(u @ moved - (gx @ v + gy @ w)) <= 1e-12 * scale, seed
        a, b = F.Tensor(x), F.Tensor(y)
        (f(a, b) * u).sum().backward()
        np.testing.assert_allclose(a.grad, gx, rtol=1e-12, atol=1e-13 * scale)
        np.testing.assert_allclose(b.grad, gy, rtol=1e-12, atol=1e-13 * scale)
        numeric = slopes(lambda s: f(x + s * v, y + s * w))  # noqa: B023
        np.testing.assert_allclose(moved, numeric.value, rtol=1e-7, atol=1e-7 * scale)


def test_value_and_grad_calls_the_function_once() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return x * x

    assert value_and_grad(f)(3.0) == (9.0, 6.0)
    assert len(calls) == 1
