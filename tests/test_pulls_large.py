"""A gate's pull on large arrays: a product takes the place of a choice, to the same effect."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.engine.contributions import LARGE, masked


@pytest.mark.parametrize("size", [LARGE - 1, LARGE, 3 * LARGE])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_lets_the_gradient_of_what_is_on_through(size: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    x = Tensor(rng.standard_normal(size).astype(dtype))
    g: Any = rng.standard_normal(size).astype(dtype)
    x.relu().backward(g)
    assert x.grad.dtype == dtype and (x.grad == np.where(x.data > 0, g, 0)).all()


@pytest.mark.parametrize("upstream", [np.inf, -np.inf, np.nan])
def test_what_is_off_takes_nothing_from_a_gradient_that_is_not_finite(upstream: float) -> None:
    x = Tensor(np.tile([-1.0, 1.0], LARGE))
    g = np.full(2 * LARGE, 2.0)
    g[:2] = upstream
    x.relu().backward(g)
    assert (x.grad[::2] == 0).all()
    np.testing.assert_array_equal(x.grad[1], upstream)
    assert (x.grad[3::2] == 2).all()


def test_masked_is_where() -> None:
    g, chosen = np.array([1.0, np.inf, np.nan, -2.0]), np.array([True, False, True, False])
    np.testing.assert_array_equal(masked(g, chosen), np.where(chosen, g, 0))
