"""The functions that are composed of rows: NumPy's values, and derivatives to second order."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck
from autograd.calculus.array_rules.composed import COMPOSED

A23, B23, A33, V2, V3, W3 = (2, 3), (2, 3), (3, 3), (2,), (3,), (3,)

#: Shapes of the operands, and the call in a namespace: ours or NumPy's.
CASES: dict[str, tuple[tuple[tuple[int, ...], ...], Callable[..., Any]]] = {
    "vstack of vectors": ((V3, W3), lambda xp, a, b: xp.vstack([a, b])),
    "vstack of a matrix and a vector": ((A23, V3), lambda xp, a, b: xp.vstack([a, b])),
    "hstack of vectors": ((V2, V3), lambda xp, a, b: xp.hstack([a, b])),
    "hstack of matrices": ((A23, B23), lambda xp, a, b: xp.hstack([a, b])),
    "hstack of numbers": (((), ()), lambda xp, a, b: xp.hstack([a, b])),
    "column_stack": ((V2, A23), lambda xp, a, b: xp.column_stack([a, b])),
    "array_split": (((7,),), lambda xp, a: xp.concatenate(xp.array_split(a, 3)[::-1])),
    "split": (((6, 2),), lambda xp, a: xp.concatenate(xp.split(a, [1, 4])[::-1])),
    "diff": ((A23,), lambda xp, a: xp.diff(a)),
    "diff twice along rows": (((4, 2),), lambda xp, a: xp.diff(a, 2, axis=0)),
    "vdot": ((A23, B23), lambda xp, a, b: xp.vdot(a, b)),
    "tensordot": (((2, 3, 4), (3, 4, 2)), lambda xp, a, b: xp.tensordot(a, b)),
    "tensordot over one axis": ((A23, A33), lambda xp, a, b: xp.tensordot(a, b, 1)),
    "tensordot over none": ((V2, V3), lambda xp, a, b: xp.tensordot(a, b, 0)),
    "tensordot over named axes": (
        ((2, 3, 4), (4, 2)), lambda xp, a, b: xp.tensordot(a, b, ([0, 2], [1, 0])),
    ),
    "kron": ((A23, (2, 2)), lambda xp, a, b: xp.kron(a, b)),
    "cross": ((A23, V3), lambda xp, a, b: xp.cross(a, b)),
}  # fmt: skip


def arrays(name: str) -> tuple[Any, ...]:
    rng = np.random.default_rng(len(name))
    return tuple(np.asarray(rng.standard_normal(shape)) for shape in CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives(name: str) -> None:
    call = CASES[name][1]
    given = arrays(name)
    expected = call(np, *given)
    np.testing.assert_allclose(call(autograd, *given), expected, rtol=1e-12)
    out = call(autograd, *map(Tensor, given))
    np.testing.assert_allclose(out.data, expected, rtol=1e-12)
    assert out.shape == expected.shape
    assert gradcheck(lambda *nodes: (call(autograd, *nodes) ** 2).sum(), *given)
    assert gradcheck(lambda *nodes: (call(autograd, *nodes) ** 3).sum(), *given, order=2)


@pytest.mark.parametrize("name", CASES)
def test_numpy_finds_them(name: str) -> None:
    call = CASES[name][1]
    given = arrays(name)
    np.testing.assert_allclose(call(np, *map(Tensor, given)).data, call(np, *given), rtol=1e-12)


def test_every_composed_function_is_tried() -> None:
    tried = " ".join(CASES)
    assert [name for name in COMPOSED if name not in tried and name != "trace"] == []


MISTAKES: list[tuple[Callable[[], Any], str]] = [
    (lambda: autograd.tensordot(np.ones((2, 3)), np.ones((4, 5))), "do not fit"),
    (lambda: autograd.kron(np.ones(2), np.ones((2, 2))), "as many axes"),
    (lambda: autograd.cross(np.ones(2), np.ones(2)), "length 3"),
    (lambda: autograd.array_split(np.ones(3), 0), "1 or more"),
]


@pytest.mark.parametrize(("call", "said"), MISTAKES)
def test_mistakes_name_the_shapes(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_logaddexp_of_two_minus_infinities() -> None:
    assert np.logaddexp(Tensor(-np.inf), -np.inf).data == -np.inf
    assert autograd.logaddexp(-np.inf, -np.inf) == -np.inf
