"""MyGrad's names: constants, gradients of the last sweep alone, and what is not there by name."""

from typing import Any

import numpy as np
import pytest

import tracegrad.mygrad as mg


def test_constants_take_no_gradient() -> None:
    x, c = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0], constant=True)
    f = (x * c + np.exp(x)).sum()
    f.backward()
    np.testing.assert_allclose(x.grad, [3 + np.e, 4 + np.exp(2)])
    assert c.grad is None
    assert mg.sum(x * c, constant=True).constant
    assert (c * 2).constant
    assert not (x * 2).constant
    kept = mg.sin(c, constant=False)
    (2 * kept).sum().backward()
    assert not kept.constant and kept.grad.tolist() == [2, 2] and c.grad is None
    assert mg.arange(3).constant
    assert not mg.arange(3.0).constant
    with pytest.raises(TypeError, match="constant=False"):
        mg.tensor([1, 2], constant=False)


def test_a_view_knows_its_base() -> None:
    for constant in (False, True):
        x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], constant=constant)
        row = x[0]
        assert row.base is row[:1].base is x.T.base is x.reshape(4).base is x
        assert x.base is (x * 2).base is x[[0]].base is mg.exp(x).base is None


def test_no_autodiff_is_a_context_and_a_decorator() -> None:
    x = mg.tensor([1.0, 2.0])

    @mg.no_autodiff
    @mg.mem_guard_off
    def doubled(x: Any) -> Any:
        return x * 2

    with mg.no_autodiff:
        assert (x * 2).constant
        with mg.no_autodiff, mg.mem_guard_on:
            assert doubled(x).constant
        assert (x * 2).constant
    assert doubled(x).constant
    assert not (x * 2).constant
    array = mg.no_autodiff(doubled, to_numpy=True)(x)
    assert type(array) is np.ndarray and array.tolist() == [2, 4]


def test_gradients_are_those_of_the_last_sweep() -> None:
    x: Any = mg.tensor(2.0)
    (x * 3).backward()
    (x * 5).backward()
    assert x.grad == 5
    y = x**2  # a tensor that is used again forgets its gradient
    assert x.grad is None
    z = y * x
    z.backward()
    assert [x.grad, y.grad] == [12, 2]
    z.null_gradients()
    assert x.grad is y.grad is None
    z.backward()
    assert x.null_grad() is x
    assert x.grad is None


def test_methods_and_functions() -> None:
    x = mg.tensor(np.arange(6.0).reshape(2, 3))
    y = mg.concatenate([x.T, mg.ones((3, 1))], axis=1)[1:].reshape(-1).max()
    (y + mg.multiply_sequence(x[0, 1], x[1, 0], 2) + x.mean()).backward()
    expected = np.full((2, 3), 1 / 6)
    expected[1, 2] += 1
    expected[0, 1] += 6
    expected[1, 0] += 2
    np.testing.assert_allclose(x.grad, expected)
    with mg.no_autodiff:
        assert (x * 2).constant


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match=r"the nearest name here is logaddexp$"):
        mg.logadexp  # noqa: B018
    with pytest.raises(TypeError, match=r"use mg\.where"):
        mg.tensor([1.0])[0] = 2.0
    with pytest.raises(TypeError, match="out= is not taken"):
        mg.exp(mg.tensor(1.0), out=np.zeros(()))
