"""A gate's pull: a product of integers takes the place of a choice, to the same effect."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.engine.contributions import chosen_of


@pytest.mark.parametrize("size", [1, 100, 5000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_relu_lets_the_gradient_of_what_is_on_through(size: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    x = Tensor(rng.standard_normal(size).astype(dtype))
    g: Any = rng.standard_normal(size).astype(dtype)
    x.relu().backward(g)
    assert x.grad.dtype == dtype and (x.grad == np.where(x.data > 0, g, 0)).all()


@pytest.mark.parametrize("upstream", [np.inf, -np.inf, np.nan])
def test_what_is_off_takes_nothing_from_a_gradient_that_is_not_finite(upstream: float) -> None:
    x = Tensor(np.tile([-1.0, 1.0], 2048))
    g = np.full(4096, 2.0)
    g[:2] = upstream
    x.relu().backward(g)
    assert (x.grad[::2] == 0).all()
    np.testing.assert_array_equal(x.grad[1], upstream)
    assert (x.grad[3::2] == 2).all()


@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f4", "f8", np.longdouble])
def test_it_is_where_to_the_bit(dtype: str) -> None:
    values = [1.0, np.inf, np.nan, -2.0, -0.0, 5e-324, -np.inf]
    g = np.array([values, values[::-1]], dtype)
    for chosen in (g > 0, g[:1] > 0, g[:, :1] > 0):
        for part in (g, g.T.copy().T, g[:, ::-1]):
            expected = np.where(chosen, part, np.zeros((), dtype))
            got = chosen_of(part, chosen)
            assert got.dtype.kind == "f" and got.shape == g.shape
            np.testing.assert_array_equal(got, expected)
            np.testing.assert_array_equal(np.signbit(got), np.signbit(expected))


def test_a_condition_that_is_stretched_chooses_among_all_rows() -> None:
    a, b = Tensor(np.ones((3, 4))), Tensor(np.zeros((3, 4)))
    autograd.where(np.array([True, False, True, False]), a, b).backward(np.full((3, 4), 2.0))
    assert (a.grad == [2, 0, 2, 0]).all() and (b.grad == [0, 2, 0, 2]).all()
