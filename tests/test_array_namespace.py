"""Programs that are written for the array API standard take Tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor

A = np.array([[0.3, 1.2, 2.5], [0.9, 0.1, 1.7]])


def softmax(x: Any) -> Any:
    xp = x.__array_namespace__()
    e = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def standardised(x: Any) -> Any:
    xp = x.__array_namespace__(api_version="2023.12")
    return (x - xp.mean(x, axis=0)) / xp.std(x, axis=0, correction=1)


def renamed(x: Any) -> Any:
    xp = x.__array_namespace__()
    y = xp.concat([xp.acos(x / 3), xp.permute_dims(xp.pow(x, 2), (0, 1))], axis=1)
    return xp.matrix_transpose(xp.where(y > 0.5, xp.atan2(y, xp.ones_like(y)), xp.negative(y)))


def algebra(x: Any) -> Any:
    xp = x.__array_namespace__()
    gram = xp.matmul(x, xp.matrix_transpose(x)) + xp.eye(2)
    return xp.linalg.solve(gram, x) * xp.linalg.det(gram) + xp.vecdot(x, x)[:, None]


def narrower(x: Any) -> Any:
    xp = x.__array_namespace__()
    y = xp.astype(x, xp.float32)
    assert y.dtype == xp.float32 == xp.result_type(y, xp.float32)
    assert xp.finfo(y.dtype).bits == 32 and xp.can_cast(y.dtype, xp.float64)
    assert xp.isdtype(y.dtype, "real floating")
    return xp.asarray(y, dtype=xp.float64) * xp.pi


@pytest.mark.parametrize("program", [softmax, standardised, renamed, algebra, narrower])
def test_a_program_of_the_standard(program: Callable[[Any], Any]) -> None:
    """NumPy's arrays give the numbers; finite differences the gradient."""
    x = Tensor(A)
    out = program(x)
    assert isinstance(out, Tensor)
    np.testing.assert_allclose(out.data, program(A), rtol=1e-6)
    g = np.cos(np.arange(out.size)).reshape(out.shape)
    (out * g).sum().backward()
    step = 1e-2 if program is narrower else 1e-5
    for place in np.ndindex(A.shape):
        ends = []
        for sign in (1, -1):
            moved = A.copy()
            moved[place] += sign * step
            ends.append((program(moved) * g).sum())
        assert x.grad[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4, abs=1e-6)


def test_what_the_standard_or_a_gradient_lacks_is_named() -> None:
    x = Tensor(A)
    xp: Any = x.__array_namespace__()  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="has no 'soft'"):
        _ = xp.soft
    with pytest.raises(TypeError, match=r"np\.unique_values has no derivative here"):
        xp.unique_values(x)
    with pytest.raises(ValueError, match="version '1999' of the array API is unknown"):
        x.__array_namespace__(api_version="1999")  # type: ignore[attr-defined]
    assert xp.asarray(x) is x and xp.asarray(x, copy=True) is not x
    assert isinstance(xp.asarray([1.0]), np.ndarray) and "std" in dir(xp)
