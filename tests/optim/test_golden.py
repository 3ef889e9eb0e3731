"""Every golden number, and every rule as a pure function against its stamped kernel."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optim.base.first_order import FirstOrder
from optim.base.kernels import kernel, signature, update
from tests.optim.stand_ins import ArrayParameter, NumberParameter
from tests.optim.table import GRADIENTS, ROWS, Row

updated: Any = update  # of arrays, and of numbers

KINDS: dict[str, Callable[[float], Any]] = {
    "number": NumberParameter,
    "vector": lambda x: ArrayParameter([x]),
    "scalar array": lambda x: ArrayParameter(x),
    "one of many": lambda x: ArrayParameter([[x, 1.0], [2.0, 3.0]]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_golden_number(row: Row, kind: str) -> None:
    parameter = KINDS[kind](1.0)
    optimizer = row.make([parameter])
    for gradient in GRADIENTS * row.times:
        optimizer.zero_grad()
        parameter.receive(gradient)
        optimizer.step()
    assert np.ravel(parameter.data)[0] == pytest.approx(row.golden, abs=1e-9, rel=0)


@pytest.mark.parametrize("row", [r for r in ROWS if not callable(r.options.get("lr"))], ids=str)
def test_rule_computes_on_plain_numbers(row: Row) -> None:
    optimizer = row.make([NumberParameter(1.0)])
    assert isinstance(optimizer, FirstOrder)
    hyper = {**optimizer.param_groups[0]}
    del hyper["params"]
    states, _ = signature(optimizer.rule)
    starts = {**optimizer.starts(hyper), **optimizer.numbers}
    theta, *state = 1.0, *(starts.get(name, 0.0) for name in states)
    for t, gradient in enumerate(GRADIENTS * row.times):
        theta, *state = updated(optimizer.rule, theta, gradient, *state, t=t + 1, **hyper)
    assert theta == pytest.approx(row.golden, abs=1e-9, rel=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", [r for r in ROWS if not callable(r.options.get("lr"))], ids=str)
def test_kernel_is_the_rule(row: Row, dtype: Any) -> None:
    rng = np.random.default_rng(0)
    parameter = ArrayParameter(rng.normal(size=7), dtype=dtype)
    optimizer = row.make([parameter], maximize=True)
    assert isinstance(optimizer, FirstOrder)
    hyper = {**optimizer.param_groups[0]}
    del hyper["params"]
    states, _ = signature(optimizer.rule)
    starts = {**optimizer.starts(hyper), **optimizer.numbers}
    theta = parameter.data.copy()
    state = [
        starts[name] if name in optimizer.numbers else np.full_like(theta, starts.get(name, 0.0))
        for name in states
    ]
    for t in range(20):
        gradient = rng.normal(size=7).astype(dtype)
        optimizer.zero_grad()
        parameter.receive(gradient)
        optimizer.step()
        theta, *state = updated(optimizer.rule, theta, gradient, *state, t=t + 1, **hyper)
    assert parameter.data.dtype == dtype and theta.dtype == dtype
    tolerance = 1e-13 if dtype is np.float64 else 2e-5
    np.testing.assert_allclose(parameter.data, theta, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_kernel_leaves_the_gradient_alone_and_copies_nothing(row: Row) -> None:
    parameter = ArrayParameter([1.0, 2.0])
    optimizer = row.make([parameter], weight_decay=0.1, maximize=True)
    assert isinstance(optimizer, FirstOrder)
    parameter.receive([0.5, -0.5])
    optimizer.step()
    assert parameter.grad is not None and parameter.grad.tolist() == [0.5, -0.5]
    assert "copyto" not in optimizer.source()


def test_adam_is_twelve_calls_and_one_scratch_vector() -> None:
    from optim import Adam

    optimizer = Adam([ArrayParameter([1.0])])
    assert len(re.findall(r"\n {8}[a-z]+\(", optimizer.source())) == 12
    assert "(s0,) = scratch" in optimizer.source()


def numbers_everywhere(theta: Any, g: Any, v: Any, w: Any, *, lr: Any, beta: Any) -> Any:
    half, third = g / beta, v / (beta * 3)
    v = np.sqrt(g * half + 0.5) + np.maximum(half, third) + beta * (half / (third + lr))
    w = (half / 3) * third - lr / (half / theta) + (theta / beta + lr) / 4
    return theta / beta, v, w


def test_numbers_that_divide_a_vector_are_carried_to_the_right_places() -> None:
    rng = np.random.default_rng(0)
    vectors = [rng.uniform(0.5, 2.0, 5) for _ in range(4)]
    expected = numbers_everywhere(*vectors, lr=0.3, beta=0.7)
    decay = {"weight_decay": 0.0, "decoupled_weight_decay": False, "maximize": False}
    stamped = kernel(numbers_everywhere, (), {"beta": 0.7, **decay})
    scratch = list(np.empty((stamped.scratch, 5)))
    stamped.bind(*vectors, scratch, 0.7, *decay.values())(0.3, 0)
    for vector, new in zip((vectors[0], *vectors[2:]), expected):
        np.testing.assert_allclose(vector, new, rtol=1e-13)


def rooting(theta: Any, g: Any, *, lr: Any, beta: Any) -> Any:
    return theta - lr * np.sqrt(g / (beta - 1))


def test_a_root_over_a_negative_number_is_refused() -> None:
    decay = {"weight_decay": 0.0, "decoupled_weight_decay": False, "maximize": False}
    stamped = kernel(rooting, (), {"beta": 0.7, **decay})
    step = stamped.bind(np.ones(2), -np.ones(2), list(np.empty((stamped.scratch, 2))), 0.7,
                        *decay.values())  # fmt: skip
    with pytest.raises(ValueError, match=r"root of a vector over -0\.3"):
        step(0.3, 0)


def wrong_return(theta: Any, g: Any, v: Any, *, lr: Any) -> Any:
    return theta - lr * g


def branching(theta: Any, g: Any, *, lr: Any, eps: Any) -> Any:
    return theta - lr * g if lr > 0.5 else theta


def reducing(theta: Any, g: Any, *, lr: Any) -> Any:
    return theta - lr * np.add.reduce(g)


def exotic(theta: Any, g: Any, *, lr: Any) -> Any:
    return theta - np.tanh(lr) * g


def misnamed(x: Any, g: Any, *, lr: Any) -> Any:
    return x


@pytest.mark.parametrize(
    "rule, message",
    [
        (wrong_return, "must return theta and 1 states"),
        (branching, "may not branch on"),
        (reducing, "only on its operands"),
        (exotic, "may not take tanh of a hyper-parameter"),
        (misnamed, "must take theta and g first"),
    ],
)
def test_a_rule_that_cannot_be_stamped_says_why(rule: Any, message: str) -> None:
    decay = {"weight_decay": 0.0, "decoupled_weight_decay": False, "maximize": False}
    with pytest.raises(TypeError, match=message):
        kernel(rule, (), {"eps": 0.1, **decay})


def swapping(theta: Any, g: Any, a: Any, b: Any, *, lr: Any) -> Any:
    a, b = b + 0.0, a + 0.0
    return theta - lr * a, a, b


def remembering(theta: Any, g: Any, previous: Any, *, lr: Any) -> Any:
    return theta - lr * (g - previous), g


@pytest.mark.parametrize("rule", [swapping, remembering])
def test_states_that_trade_places_are_kept_apart(rule: Any) -> None:
    decay = {"weight_decay": 0.0, "decoupled_weight_decay": False, "maximize": False}
    made = kernel(rule, (), decay)
    names, _ = signature(rule)
    start = {name: np.arange(3.0) + i for i, name in enumerate(("theta", "g", *names))}
    expected = rule(*start.values(), lr=0.5)
    vectors = {name: x.copy() for name, x in start.items()}
    step = made.bind(*vectors.values(), list(np.empty((made.scratch, 3))), *decay.values())
    assert step(0.5, 0) == (1,)
    for got, wanted in zip([vectors["theta"], *map(vectors.get, names)], expected, strict=True):
        np.testing.assert_array_equal(got, wanted)
