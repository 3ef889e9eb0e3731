"""Linear algebra against PyTorch, at the points where it is not smooth, and through nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck, steps, trace
from autograd.calculus.array_rules import ARRAY_RULES

Require = Callable[[str], Any]
#: Typed for arrays alone, and called with Tensors here.
LINALG: Any = np.linalg
RNG = np.random.default_rng(5)
SQUARE = RNG.standard_normal((2, 3, 3)) + 3 * np.eye(3)
SYMMETRIC = SQUARE + SQUARE.swapaxes(-1, -2)
TALL, WIDE = RNG.standard_normal((2, 4, 2)), RNG.standard_normal((2, 2, 4))


def symmetric(a: Any) -> Any:
    return (a + a.mT) / 2


#: A matrix, ours, and PyTorch's; vectors are squared, because their sign is open.
THEIRS: dict[str, tuple[Any, Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    "inv": (SQUARE, lambda a: autograd.inv(a), lambda t, a: t.linalg.inv(a)),
    "det": (SQUARE, lambda a: autograd.det(a), lambda t, a: t.linalg.det(a)),
    "slogdet": (SQUARE, lambda a: autograd.slogdet(a)[1], lambda t, a: t.linalg.slogdet(a)[1]),
    "solve": (
        SQUARE,
        lambda a: autograd.solve(a, SQUARE[0]),
        lambda t, a: t.linalg.solve(a, t.tensor(SQUARE[0])),
    ),
    "cholesky": (
        SYMMETRIC + 3 * np.eye(3),
        lambda a: autograd.cholesky(a),
        lambda t, a: t.linalg.cholesky(symmetric(a)),
    ),
    "eigh": (
        SYMMETRIC,
        lambda a: autograd.eigh(a)[0][:, None] + autograd.eigh(a)[1] ** 2,
        lambda t, a: t.linalg.eigvalsh(symmetric(a))[:, None] + t.linalg.eigh(symmetric(a))[1] ** 2,
    ),
    "svd": (
        TALL,
        lambda a: autograd.svd(a)[0] ** 2 + autograd.svd(a)[1][:, None, :],
        lambda t, a: t.linalg.svd(a, full_matrices=False)[0] ** 2 + t.linalg.svdvals(a)[:, None, :],
    ),
    "svd of a wide matrix": (
        WIDE,
        lambda a: autograd.svd(a)[2] ** 2,
        lambda t, a: t.linalg.svd(a, full_matrices=False)[2] ** 2,
    ),
    "pinv of a tall matrix": (TALL, lambda a: autograd.pinv(a), lambda t, a: t.linalg.pinv(a)),
    "pinv of a wide matrix": (WIDE, lambda a: autograd.pinv(a), lambda t, a: t.linalg.pinv(a)),
    "qr": (TALL, lambda a: autograd.qr(a)[0], lambda t, a: t.linalg.qr(a)[0]),
    "qr of a wide matrix": (WIDE, lambda a: autograd.qr(a)[1], lambda t, a: t.linalg.qr(a)[1]),
    "expm": (SQUARE, lambda a: autograd.expm(a), lambda t, a: t.linalg.matrix_exp(a)),
    "matrix_power": (
        SQUARE,
        lambda a: autograd.matrix_power(a, -3),
        lambda t, a: t.linalg.matrix_power(a, -3),
    ),
}


def of_order(order: Any) -> tuple[Any, Callable[[Any], Any], Callable[[Any, Any], Any]]:
    ours: Callable[[Any], Any] = lambda a: autograd.norm(a, order)
    return TALL[0], ours, lambda t, a: t.linalg.matrix_norm(a, order)


THEIRS |= {f"norm {order}": of_order(order) for order in ("nuc", 2, -2)}


@pytest.mark.parametrize("name", THEIRS)
def test_values_and_gradients_are_pytorchs(name: str, require: Require) -> None:
    torch = require("torch")
    data, ours, theirs = THEIRS[name]
    x, y = Tensor(data), torch.tensor(data, requires_grad=True)
    out, expected = ours(x), theirs(torch, y)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-9, atol=1e-11)
    g = np.random.default_rng(1).standard_normal(out.shape)
    out.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=1e-8, atol=1e-9)


def test_functions_that_do_not_depend_on_the_choice_of_equal_eigenvectors_are_right() -> None:
    a = Tensor(np.eye(3) * 2)
    w, V = autograd.eigh(a)
    out = ((V * autograd.exp(w)) @ V.T * SQUARE[0]).sum()  # exp of a matrix
    out.backward()
    expected = np.exp(2) * (SQUARE[0] + SQUARE[0].T) / 2
    half = np.abs(a.grad - expected).max()
    # The share between equal eigenvalues is left out; the part on the diagonal is right.
    np.testing.assert_allclose(np.diag(a.grad), np.diag(expected), rtol=1e-12)
    assert np.isfinite(a.grad).all() and half < np.abs(expected).max()
    total = Tensor(np.eye(3) * 2)
    autograd.eigvalsh(total).sum().backward()
    np.testing.assert_allclose(total.grad, np.eye(3), atol=1e-12)


def test_the_nuclear_norm_of_equal_singular_values() -> None:
    a = Tensor(np.eye(3))
    autograd.svdvals(a).sum().backward()
    np.testing.assert_allclose(a.grad, np.eye(3), atol=1e-12)
    b = Tensor(np.diag([1.0, 1.0, 0.5]))
    autograd.norm(b, 2).backward()  # two that tie share
    np.testing.assert_allclose(b.grad, np.diag([0.5, 0.5, 0.0]), atol=1e-12)


def test_singular_values_that_are_zero_leave_no_nan() -> None:
    a = Tensor(np.array([[1.0, 2.0], [2.0, 4.0]]))
    U, s, Vh = autograd.svd(a)
    (U.sum() + s.sum() + Vh.sum()).backward()
    assert np.isfinite(a.grad).all()
    low = Tensor(np.array([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]]))
    autograd.norm(low, "nuc").backward()
    np.testing.assert_allclose(low.grad, low.data / np.linalg.norm(low.data), atol=1e-12)


def test_the_inverse_of_a_matrix_of_less_than_full_rank() -> None:
    a = Tensor(np.array([[1.0, 2.0], [2.0, 4.0]]))
    out = LINALG.pinv(a, rcond=1e-9)
    np.testing.assert_allclose(out.data, np.linalg.pinv(a.data))
    out.sum().backward()
    assert np.isfinite(a.grad).all()


@pytest.mark.parametrize("shape", [(5, 5), (2, 3, 6, 6)], ids=str)
@pytest.mark.parametrize("triangle", ["L", "U"])
def test_eigenvectors_of_a_triangle_have_numpys_signs(
    triangle: Literal["L", "U"], shape: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        a = rng.standard_normal(shape)  # the other triangle holds other numbers
        expected = np.linalg.eigh(a, triangle)
        for values, vectors in (
            autograd.eigh(Tensor(a), triangle),
            LINALG.eigh(Tensor(a), triangle),
        ):
            np.testing.assert_array_equal(values.data, expected.eigenvalues)
            np.testing.assert_array_equal(vectors.data, expected.eigenvectors)
    # Squares, because a small step may turn a vector round in LAPACK.
    assert gradcheck(lambda x: autograd.eigh(x, triangle)[1] ** 2, [Tensor(a)])


def test_numpys_functions_name_their_parts() -> None:
    a = Tensor(SYMMETRIC[0])
    assert LINALG.eigh(a).eigenvectors.shape == (3, 3)
    assert LINALG.svd(a).S.shape == (3,) and LINALG.svd(a, compute_uv=False).shape == (3,)
    assert LINALG.qr(a).R.shape == (3, 3)
    assert LINALG.slogdet(a).logabsdet.requires_grad
    x, residuals, rank, s = LINALG.lstsq(Tensor(TALL[0]), np.ones(4))
    assert (x.shape, residuals.shape, int(rank), s.shape) == ((2,), (1,), 2, (2,))


@pytest.mark.parametrize("call", [autograd.inv, autograd.det, autograd.eigvalsh, autograd.expm])
def test_what_is_not_square_is_one_line(call: Callable[[Any], Any]) -> None:
    for a in (Tensor(np.ones((2, 3))), np.ones((2, 3))):
        with pytest.raises(ValueError, match=r"\(2, 3\): the matrix must be square") as caught:
            call(a)
        assert "\n" not in str(caught.value)


def test_a_singular_matrix_is_named() -> None:
    a = Tensor(np.ones((2, 2)))
    with pytest.raises(np.linalg.LinAlgError, match=r"inv: a matrix of shape \(2, 2\) is singular"):
        LINALG.inv(a)
    with pytest.raises(np.linalg.LinAlgError, match="is singular; lstsq"):
        autograd.solve(a, np.ones(2))


def test_the_derivative_of_an_exponential_with_many_halvings() -> None:
    a = RNG.standard_normal((3, 3)) * 12
    assert gradcheck(lambda x: autograd.expm(x - 5 * autograd.matmul(x, x.T)).sum(), a * 0.1)
    np.testing.assert_allclose(
        autograd.expm(np.diag([50.0, -700.0])), np.diag(np.exp([50.0, -700.0])), rtol=1e-11
    )


@pytest.mark.parametrize("name", ["inv", "solve", "det", "cholesky", "pinv", "expm", "svd_terms"])
def test_a_row_is_stepped_and_drawn(name: str) -> None:
    rule = ARRAY_RULES[name]
    operands = [Tensor(x) for x in rule.samples[0].operands(np.random.default_rng(0))]
    out = getattr(autograd, name)(*operands).sum()
    lesson = steps(out).text()
    assert name in lesson and "nan" not in lesson
    assert name in trace(out).to_svg()
    assert f"{name}(" in str(trace(out))


@pytest.mark.parametrize("order", [1, -1, np.inf, -np.inf])
def test_sums_of_lines_in_float16_have_an_extreme(order: float) -> None:
    a = np.random.default_rng(0).normal(size=(50, 3, 3))
    half, single = Tensor(a.astype(np.float16)), Tensor(a.astype(np.float16).astype(np.float64))
    for x in (half, single):
        autograd.norm(x, ord=order, axis=(-2, -1)).sum().backward()
    assert np.isfinite(half.grad).all()
    assert (half.grad == single.grad).mean() > 0.95  # in float16 two sums may be one number


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 2, 3), (2, 0, 3)])
def test_the_norm_of_a_matrix_without_elements(shape: tuple[int, ...], order: Any) -> None:
    """NumPy gives some orders and refuses others; where it gives one, a gradient of no element."""
    try:
        value = np.linalg.norm(np.zeros(shape), order, (-2, -1))
    except ValueError:
        return
    x = autograd.Tensor(np.zeros(shape))
    out = autograd.norm(x, ord=order, axis=(-2, -1))
    np.testing.assert_array_equal(out.data, value)
    out.sum().backward()
    assert x.grad.shape == shape


SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize("name", ["qr", "slogdet"])
def test_a_derivative_that_a_singular_matrix_does_not_have_is_refused(name: str) -> None:
    def f(a: Any) -> Any:
        return getattr(autograd, name)(a)[1].sum()

    assert np.isfinite(f(SINGULAR)) == (name == "qr")  # it has a value
    for derivative in (
        lambda: autograd.grad(f)(SINGULAR),
        lambda: autograd.jvp(f, (SINGULAR,), (np.ones((2, 2)),)),
    ):
        with pytest.raises(
            np.linalg.LinAlgError, match=rf"{name}: .*\(2, 2\) is singular"
        ) as caught:
            derivative()
        assert "\n" not in str(caught.value)


def test_the_determinant_of_a_singular_matrix_has_its_cofactors_for_derivative() -> None:
    np.testing.assert_allclose(autograd.grad(autograd.det)(SINGULAR), [[4.0, -2.0], [-2.0, 1.0]])


@pytest.mark.parametrize("order", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro"])
def test_the_condition_number_of_a_singular_matrix_is_numpys(order: Any) -> None:
    ones, near = np.ones((2, 2)), np.array([[1.0, 1.0], [1.0, 1.0 + 1e-9]])
    for a in (ones, near, np.zeros((2, 2)), np.stack([ones, near, 2 * np.eye(2)])):
        expected = np.linalg.cond(a, order)
        value = np.linalg.cond(Tensor(a), order)  # type: ignore[arg-type]
        np.testing.assert_allclose(value.data, expected, rtol=1e-6)
    # Near a singular matrix the gradient is large, and at one it is not finite.
    assert abs(autograd.grad(lambda a: autograd.cond(a, order))(near)).max() > 1e-10
    if order != -2:
        assert not np.isfinite(autograd.grad(lambda a: autograd.cond(a, order))(ones)).any()


@pytest.mark.parametrize("name", ["inv", "det", "cholesky", "eigh", "svd", "pinv", "qr", "expm"])
def test_float16_is_refused_with_what_to_use(name: str) -> None:
    half = Tensor(2 * np.eye(3, dtype=np.float16))
    with pytest.raises(TypeError, match=rf"{name}: .*float16; use .astype\('float32'\)"):
        getattr(autograd, name)(half)
