"""% and // are Python's own on Values, NumPy's on Tensors."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from tests.test_numerics import slopes

INF = math.inf
NUMBERS = (
    1.0, 0.1, -0.1, 3.0, -3.0, 7.5, -7.5, 1e17, -1e17, 1e-300, 0.3, 2.0**53 + 2, 5.0, -5.0, INF,
    -INF, 0.0, -0.0, 1e308, 6.0, 0.7,
)  # fmt: skip
DIVISIONS = (operator.mod, operator.floordiv)


def same(found: float, expected: float) -> bool:
    """Bit for bit, but for the payload of a nan."""
    both_nan = found != found and expected != expected
    return both_nan or (found == expected and math.copysign(1, found) == math.copysign(1, expected))


@pytest.mark.parametrize("op", DIVISIONS)
def test_remainders_and_whole_quotients_of_values_are_pythons(op: Any) -> None:
    for a, b in itertools.product(NUMBERS, NUMBERS):
        if b == 0:
            continue
        for out in (op(Value(a), Value(b)), op(Value(a), b), op(a, Value(b))):
            assert same(out.data, op(a, b)), (a, b)


@pytest.mark.parametrize("op", DIVISIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_remainders_and_whole_quotients_of_tensors_are_numpys(op: Any, dtype: Any) -> None:
    with np.errstate(all="ignore"):
        a, b = (np.array(x, dtype) for x in zip(*itertools.product(NUMBERS, NUMBERS)))
        expected = op(a, b)
        for out in (op(Tensor(a), Tensor(b)), op(Tensor(a), b), op(a, Tensor(b))):
            np.testing.assert_array_equal(out.data, expected)
            np.testing.assert_array_equal(np.signbit(out.data), np.signbit(expected))
            assert out.dtype == dtype


@pytest.mark.parametrize("op", DIVISIONS)
def test_remainders_and_whole_quotients_of_integers_are_integers(op: Any) -> None:
    a, b = np.array([7, -7, 5, 2**60 + 1]), np.array([3, 3, -2, 7])
    out = op(Tensor(a), b)
    np.testing.assert_array_equal(out.data, op(a, b))
    assert out.dtype == a.dtype
    name = {"mod": "mod", "floordiv": "floor_divide"}[op.__name__]
    plain = getattr(autograd, name)(a, b)
    np.testing.assert_array_equal(plain, op(a, b))
    assert plain.dtype == a.dtype


def test_the_examples_of_python() -> None:
    assert (Value(1.0) % 0.1).data == 1.0 % 0.1 > 0.09
    assert (Value(1.0) // 0.1).data == 1.0 // 0.1 == 9.0
    assert (Value(1e17) % 3).data == 1e17 % 3 == 1.0
    assert (Value(5.0) % INF).data == 5.0
    assert (Value(-5.0) % INF).data == INF


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_the_derivative_of_a_remainder(kind: Any) -> None:
    assert slopes(operator.mod, kind(1.0), kind(0.1)) == [1.0, -9.0]
    assert slopes(operator.mod, kind(5.0), kind(INF)) == [1.0, 0.0]
    assert slopes(operator.floordiv, kind(7.5), kind(2.0)) == [0.0, 0.0]
