"""NumPy's functions over Tensors with the arguments that NumPy takes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradcheck

#: As one calls NumPy; nothing in it knows of Tensors.
XP: Any = np
A = np.random.default_rng(0).uniform(0.2, 1.0, (3, 4))

CALLS: dict[str, Callable[[Any], Any]] = {
    "pad by axis": lambda a: XP.pad(a, {-1: (1, 2), 0: 1}),
    "pad by axis with the edge": lambda a: XP.pad(a, {1: (0, 2)}, mode="edge"),
    "diff with a number before": lambda a: XP.diff(a, prepend=0.5),
    "diff with rows at both ends": lambda a: XP.diff(a, 2, axis=0, prepend=a[:1], append=a[-2:]),
    "diff of none": lambda a: XP.diff(a, 0, prepend=1.0),
    "einsum optimized": lambda a: XP.einsum("ij,kj->ik", a, a, optimize="optimal"),
    "sort of a kind": lambda a: XP.sort(a, axis=0, kind="mergesort"),
    "upper triangle": lambda a: XP.linalg.cholesky(a @ a.T + np.eye(3), upper=True),
    "the triangle that cholesky reads": lambda a: XP.linalg.cholesky(a[:, :3] + 3 * np.eye(3)),
    "the other one": lambda a: XP.linalg.cholesky(a[:, :3] + 3 * np.eye(3), upper=True),
    "the triangle that eigvalsh reads": lambda a: XP.linalg.eigvalsh(a[:, :3]),
    "the triangle that eigh reads": lambda a: XP.linalg.eigh(a[:, :3])[0],
    "a triangle that is named": lambda a: XP.linalg.eigh(a[:, :3], "u")[1] ** 2,
    "qr to R alone": lambda a: XP.linalg.qr(a, mode="r"),
    "svd of a square matrix": lambda a: XP.linalg.svd(a @ a.T)[1],
    "real": lambda a: XP.real(a) * XP.conj(a),
    "matvec": lambda a: XP.matvec(a, a[0]),
    "vecmat": lambda a: XP.vecmat(a[:, 0], a),
}


@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients_of_a_call(name: str) -> None:
    if name.endswith(("matvec", "vecmat", "by axis", "the edge")) and not hasattr(np, "matvec"):
        pytest.skip("NumPy has it from 2.2 on")
    call = CALLS[name]
    out = call(Tensor(A))
    np.testing.assert_allclose(out.data, call(A), rtol=1e-10, atol=1e-12)
    assert gradcheck(lambda a: (call(a) ** 2).sum(), A)


def test_a_border_that_is_empty_has_any_numbers_and_no_gradient() -> None:
    t = Tensor(A)
    out = XP.pad(t, 1, mode="empty")
    np.testing.assert_array_equal(out.data[1:-1, 1:-1], A)
    out.sum().backward()
    np.testing.assert_array_equal(t.grad, 1)


REDUCTIONS = "sum mean prod max min median average var std".split()


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_list_of_values_is_reduced_and_one_of_tensors_says_by_what(name: str) -> None:
    reduce, ours = getattr(np, name), getattr(autograd, name)
    numbers = [1.0, 4.5, 3.0]
    values, tensor = [Value(x) for x in numbers], Tensor(numbers)
    out, expected = reduce(values), ours(tensor)
    out.backward()
    expected.backward()
    assert out.data == pytest.approx(expected.data, rel=1e-15)
    np.testing.assert_allclose([v.grad for v in values], tensor.grad, rtol=1e-14)
    tensors = [Tensor(x) for x in numbers]
    with pytest.raises(TypeError, match=rf"\(autograd.{name}, ...\)"):
        reduce(tensors)
    ours(tensors).backward()
    np.testing.assert_allclose([t.grad for t in tensors], tensor.grad, rtol=1e-14)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "all vectors": (
        lambda: XP.linalg.svd(Tensor(A)),
        r"svd: shape \(3, 4\): .*full_matrices=False",
    ),
    "a vector": (lambda: XP.linalg.svd(Tensor(A[0]), False), r"svd: shape \(4,\) is no matrix"),
    "not square": (lambda: XP.linalg.eigh(Tensor(A)), r"eigh: shape \(3, 4\): the matrix must be"),
    "a method": (lambda: XP.quantile(Tensor(A), 0.5, method="x"), "quantile: 'x' is not a valid"),
    "a place": (lambda: XP.partition(Tensor(A[0]), 7), r"partition: kth\(=7\) out of bounds"),
    "an axis": (lambda: XP.rot90(Tensor(A[0])), "rot90: axis 1 is out of bounds"),
    "places": (lambda: XP.trapezoid(Tensor(A[0]), A[0, :3]), "trapezoid: mul: shapes"),
    "factors": (lambda: XP.linalg.multi_dot([Tensor(A), A]), "multi_dot: einsum: "),
    "decimals": (
        lambda: XP.round(Tensor(A), 1.5),
        "'float' object cannot be interpreted as an int",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_one_line_that_names_the_function(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises((ValueError, IndexError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_a_function_inside_vmap_is_named_as_outside() -> None:
    with pytest.raises(ValueError, match="quantile: q must be within 0 and 1"):
        autograd.vmap(lambda a: autograd.quantile(a, 2.0))(A)
    with pytest.raises(ValueError, match="quantile: 'x' is not a valid"):
        autograd.vmap(lambda a: autograd.quantile(a, 0.5, method="x"))(A)
