"""The lectures' examples that are about derivatives, as functions, with the numbers they print."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, explain, grad, gradients, hessian, hvp, jacobian, jvp, vjp

F = autograd


# -- a stochastic gradient step --------------------------------------------------------------------


def batch_loss(w: Any, batch: Any) -> Any:
    return F.mean((w - batch) ** 2)


def test_sgd_step_the_batch_gradient_and_the_full_one() -> None:
    batch, everything = np.arange(1.0, 5.0), np.arange(1.0, 1001.0)
    slope = grad(batch_loss)
    assert slope(10.0, batch) == pytest.approx(15.0)
    assert 10.0 - 0.1 * slope(10.0, batch) == pytest.approx(8.5)
    assert slope(10.0, everything) == pytest.approx(-981.0)  # of the other sign
    for w in (-3.0, 0.0, 7.5):
        assert slope(w, batch) == pytest.approx(2 * w - 5)


def test_the_mean_of_the_batch_gradients_is_the_full_gradient() -> None:
    data = np.arange(1.0, 1001.0)
    shuffled = np.random.default_rng(0).permutation(data).reshape(-1, 4)
    slopes = [grad(batch_loss)(10.0, batch) for batch in shuffled]
    assert np.mean(slopes) == pytest.approx(grad(batch_loss)(10.0, data), rel=1e-12)
    assert np.std(slopes) > 100  # one of them says little


# -- log-sum-exp -----------------------------------------------------------------------------------


def test_the_gradient_of_log_sum_exp_is_softmax() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return F.log(F.exp(x) + F.exp(y) + F.exp(z))

    point = (0.5, -1.0, 2.0)
    softmax = np.exp(point) / np.exp(point).sum()
    np.testing.assert_allclose(grad(f, argnum=(0, 1, 2))(*point), softmax, rtol=1e-14)
    np.testing.assert_allclose(grad(F.logsumexp)(np.array(point)), softmax, rtol=1e-14)
    np.testing.assert_allclose(
        hessian(F.logsumexp)(np.array(point)),
        np.diag(softmax) - np.outer(softmax, softmax),
        atol=1e-15,
    )


# -- the Jacobian of a sigmoid layer ---------------------------------------------------------------

W = np.array(
    [
        [0.7266, 0.7925, 0.7952, 0.2159],
        [0.3108, 0.1950, 0.6448, 0.6367],
        [0.0521, 0.2200, 0.5038, 0.9020],
    ]
)
B = np.array([0.3059, 0.2612, 0.9326, 0.5597])


def test_sigmoid_layer_jacobian_is_diag_times_w_transposed() -> None:
    x = np.array([1.0, -1.0, 1.0])
    z = x @ W + B
    np.testing.assert_allclose(z, [0.7738, 1.0787, 1.5868, 1.0409], atol=5.1e-5)
    h, J = F.sigmoid(z), jacobian(lambda x: F.sigmoid(x @ W + B))(x)
    np.testing.assert_allclose(h, [0.6843, 0.7462, 0.8302, 0.7390], atol=5.1e-5)
    np.testing.assert_allclose(h * (1 - h), [0.2160, 0.1894, 0.1410, 0.1929], atol=5.1e-5)
    assert J.shape == (4, 3)
    np.testing.assert_allclose(J, np.diag(h * (1 - h)) @ W.T, rtol=1e-13)
    printed = [
        [0.1570, 0.0671, 0.0113],
        [0.1501, 0.0369, 0.0417],
        [0.1121, 0.0909, 0.0710],
        [0.0416, 0.1228, 0.1740],
    ]
    np.testing.assert_allclose(J, printed, atol=5.1e-5)


# -- a vector function, and the product of Jacobians -----------------------------------------------


def y(x: Any) -> Any:
    return F.stack([x[0] ** 2 + x[1] ** 2, x[1] ** 2 + x[2] ** 2 * x[1]])


def test_vector_jacobian() -> None:
    for a, b, c in np.random.default_rng(1).standard_normal((5, 3)):
        expected = [[2 * a, 2 * b, 0], [0, 2 * b + c * c, 2 * b * c]]
        np.testing.assert_allclose(jacobian(y)(np.array([a, b, c])), expected, rtol=1e-14)


def test_the_jacobian_of_a_composition_is_the_product() -> None:
    def g(u: Any) -> Any:
        return F.stack([u[0] * u[1], F.sin(u[0]), F.exp(u[1]), u[1] / u[0]])

    x = np.array([1.0, 2.0, -0.5])
    inner, outer = jacobian(y)(x), jacobian(g)(y(x))
    whole = jacobian(lambda x: g(y(x)))(x)
    assert (outer.shape, inner.shape, whole.shape) == ((4, 2), (2, 3), (4, 3))
    np.testing.assert_allclose(whole, outer @ inner, rtol=1e-13)
    u, v = np.array([1.0, -1.0, 2.0, 0.5]), np.array([0.3, 1.0, -2.0])
    np.testing.assert_allclose(vjp(lambda x: g(y(x)), x)[1](u), u @ outer @ inner, rtol=1e-13)
    np.testing.assert_allclose(jvp(lambda x: g(y(x)), x, v)[1], outer @ (inner @ v), rtol=1e-13)
    node = Tensor(x, name="x")
    middle = y(node)
    middle.name = "y"
    text = str(explain(g(middle), node, names={}))
    assert "∂out/∂x = (4, 3)" in text


# -- three layers, by hand -------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 6])
def test_three_layer_backpropagation_matches_the_formulas(rows: int) -> None:
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, 4))
    label = rng.integers(0, 3, rows)
    sizes = (4, 5, 6, 3)
    p = [
        {"W": rng.standard_normal((n, m)), "b": rng.standard_normal(m)} for n, m in pairwise(sizes)
    ]

    def loss(p: Any, x: Any) -> Any:
        h = F.sigmoid(x @ p[0]["W"] + p[0]["b"])
        h = F.sigmoid(h @ p[1]["W"] + p[1]["b"])
        out = h @ p[2]["W"] + p[2]["b"]
        return -F.mean(F.log_softmax(out)[np.arange(rows), label])

    h1 = F.sigmoid(x @ p[0]["W"] + p[0]["b"])
    h2 = F.sigmoid(h1 @ p[1]["W"] + p[1]["b"])
    out = h2 @ p[2]["W"] + p[2]["b"]
    g3 = (F.softmax(out) - np.eye(3)[label]) / rows
    g2 = g3 @ p[2]["W"].T * h2 * (1 - h2)
    g1 = g2 @ p[1]["W"].T * h1 * (1 - h1)
    by_hand = [(x.T @ g1, g1.sum(0)), (h1.T @ g2, g2.sum(0)), (h2.T @ g3, g3.sum(0))]
    found, dx = grad(loss, argnum=(0, 1))(p, x)
    for layer, (dW, db) in zip(found, by_hand):
        np.testing.assert_allclose(layer["W"], dW, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(layer["b"], db, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(dx, g1 @ p[0]["W"].T, rtol=1e-11, atol=1e-14)  # the exercise


# -- the second derivatives that the semantics pin -------------------------------------------------

PINNED: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "sin² at 0": (lambda x: F.sin(x) ** 2, 0.0, 2.0),
    "(3w - 6)² at 2": (lambda w: (3 * w - 6) ** 2, 2.0, 18.0),
    "x**2 at 0": (lambda x: x**2, 0.0, 2.0),
    "x**3 at 0": (lambda x: x**3, 0.0, 0.0),
    "relu² right of 0": (lambda x: F.relu(x) ** 2, 1.0, 2.0),
    "relu at 0": (F.relu, 0.0, 0.0),
    "abs at 0": (F.abs, 0.0, 0.0),
    "untaken branch": (lambda x: F.where(x > 1, F.sqrt(x), x * x), 0.0, 2.0),
}


@pytest.mark.parametrize("name", PINNED)
def test_pinned_second_derivatives(name: str) -> None:
    f, x, expected = PINNED[name]
    assert grad(grad(f))(x) == expected
    assert hessian(f)(x) == expected
    assert jvp(grad(f), x, 1.0)[1] == expected
    assert grad(lambda x: jvp(f, x, 1.0)[1])(x) == expected
    node = Value(x)
    (first,) = gradients(f(node), [node], create_graph=True)
    found = gradients(first, [node])[0]
    assert (0.0 if found is None else found.data) == expected


# -- what a Hessian-vector product costs -----------------------------------------------------------

COSTLY: dict[str, Callable[[Any], Any]] = {
    "Rosenbrock": lambda x: F.sum((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2),
    "x tanh x": lambda x: F.sum(F.tanh(x) * x),
    "log-sum-exp": F.logsumexp,
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_hessian_vector_product_never_forms_the_hessian(name: str) -> None:
    f = COSTLY[name]
    rng = np.random.default_rng(0)
    x, v = rng.standard_normal((2, 1_000_000))

    # The Hessian would be 8 TB. How long this takes, in gradients, is measured in benchmarks/.
    h = 1e-6
    difference = (grad(f)(x + h * v) - grad(f)(x - h * v)) / (2 * h)
    scale = np.abs(difference).max()
    np.testing.assert_allclose(hvp(f, x, v), difference, rtol=0, atol=1e-5 * scale)
    small = x[:6]
    np.testing.assert_allclose(
        hvp(f, small, v[:6]), hessian(f)(small) @ v[:6], rtol=1e-9, atol=1e-9
    )
