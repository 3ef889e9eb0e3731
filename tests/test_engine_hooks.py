"""Gradient hooks on leaves and interior nodes, of both kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.engine.recording import state
from tests.memory import collect_all

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


@pytest.fixture(autouse=True)
def _no_hook_stays() -> Any:
    collect_all()
    before = state.hooked
    yield
    collect_all()
    assert state.hooked == before


@KINDS
def test_a_hook_sees_the_complete_gradient_of_an_interior_node_once(kind: Any) -> None:
    x = kind(3.0)
    y = x * 2
    seen: list[float] = []
    y.register_hook(lambda g: seen.append(float(g)))
    (y * y + y).backward()
    assert seen == [13.0]
    assert float(x.grad) == 26.0


@KINDS
def test_what_a_hook_returns_takes_the_place_of_the_gradient(kind: Any) -> None:
    x = kind(3.0)
    y = x * 2
    y.register_hook(lambda g: 10 * g)
    (y * y).backward()
    assert float(x.grad) == 240.0
    assert float(y.grad) == 120.0


@KINDS
def test_a_hook_on_a_leaf_sees_one_sweep_before_it_is_added(kind: Any) -> None:
    x = kind(3.0)
    seen: list[float] = []

    def hook(g: Any) -> Any:
        seen.append(float(g))
        return g * 2

    x.register_hook(hook)
    (x * x + x).backward()
    (x * x).backward()
    assert seen == [7.0, 6.0]
    assert float(x.grad) == 26.0


@KINDS
def test_a_hook_on_a_leaf_that_is_the_output(kind: Any) -> None:
    x = kind(3.0)
    x.register_hook(lambda g: 5 * g)
    x.backward()
    assert float(x.grad) == 5.0


@KINDS
def test_hooks_run_in_the_order_of_registration_each_on_what_the_last_one_left(kind: Any) -> None:
    x = kind(1.0)
    y = x * 3
    # The handles are dropped at once: a hook must not depend on them.
    y.register_hook(lambda g: g + 1)
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: None)
    y.backward()
    assert float(x.grad) == 60.0


@KINDS
def test_a_removed_hook_is_gone_and_removing_twice_is_harmless(kind: Any) -> None:
    x = kind(2.0)
    keep = x.register_hook(lambda g: g * 10)
    away = x.register_hook(lambda g: g * 100)
    away.remove()
    away.remove()
    (x * 1).backward()
    assert float(x.grad) == 10.0
    keep.remove()
    (x * 1).backward()
    assert float(x.grad) == 11.0


@KINDS
def test_a_hook_may_remove_itself(kind: Any) -> None:
    x = kind(2.0)

    def once(g: Any) -> Any:
        handle.remove()
        return g * 10

    handle = x.register_hook(once)
    (x * 1).backward()
    (x * 1).backward()
    assert float(x.grad) == 11.0


@KINDS
def test_hooks_die_with_their_node(kind: Any) -> None:
    before = state.hooked
    x = kind(2.0)
    x.register_hook(lambda g: g)
    assert state.hooked == before + 1
    del x
    collect_all()
    assert state.hooked == before


@KINDS
def test_a_hook_on_one_node_is_not_a_hook_on_its_unnamed_neighbours(kind: Any) -> None:
    x = kind(2.0)
    a, b = x * 3, x * 4
    a.register_hook(lambda g: 0 * g)
    (a + b).backward()
    assert float(x.grad) == 4.0


@KINDS
def test_an_error_in_a_hook_reaches_the_caller(kind: Any) -> None:
    x = kind(2.0)
    y = x * 3
    handle = y.register_hook(lambda g: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        y.backward()
    handle.remove()
    y.backward()
    assert float(x.grad) == 3.0


def test_a_hook_is_a_function() -> None:
    with pytest.raises(TypeError, match="register_hook: a function is wanted, not 3"):
        Tensor(1.0).register_hook(3)  # type: ignore[arg-type]


def test_a_hook_of_the_wrong_shape_is_refused() -> None:
    x = Tensor([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: g[:1])
    with pytest.raises(ValueError, match=r"hook: it returned shape \(1,\)"):
        y.sum().backward()


def test_a_hook_gets_an_array_of_the_dtype_of_the_node_and_may_return_a_tensor() -> None:
    x = Tensor(np.ones((2, 3), np.float32))
    y = x * 2
    kinds: list[Any] = []

    def hook(g: Any) -> Any:
        kinds.append((type(g), g.dtype, g.shape))
        return Tensor(g.astype(float) * 2)

    y.register_hook(hook)
    y.sum().backward()
    assert kinds == [(np.ndarray, np.dtype("f4"), (2, 3))]
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, np.full((2, 3), 4))


def test_with_and_without_hooks_a_sweep_gives_the_same() -> None:
    def run(hooked: bool) -> list[Any]:
        x, w = Tensor([[1.0, -2.0, 3.0]]), Tensor(np.arange(6.0).reshape(3, 2))
        h = (x @ w).tanh() + x.sum()
        if hooked:
            h.register_hook(lambda g: None)
        loss = (h * h).mean() + (w * w).sum()
        loss.backward()
        loss.backward()
        return [x.grad, w.grad]

    for a, b in zip(run(False), run(True), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


def test_a_hook_on_one_node_is_no_hook_on_another_of_the_same_row() -> None:
    x = Value(3.0)
    y, z = x * x, x * x
    y.register_hook(lambda g: 10 * g)
    (y + z).backward()
    assert x.grad == 10 * 6 + 6
    assert not z._origin.hooks and not (x * x)._origin.hooks


@KINDS
def test_a_hook_that_sweeps_its_own_node_without_an_end_is_named(kind: Any) -> None:
    x = kind(3.0, name="x")
    y = x * x
    y.name = "y"
    swept = y.register_hook(lambda g: y.backward())
    for root in (y, y * 2):
        with pytest.raises(RuntimeError, match=r"a hook of y calls .* without an end") as caught:
            root.backward()
        assert len(caught.traceback) < 10  # not every call of it
    swept.remove()

    def deep(g: Any) -> Any:  # a fault of its own is told as it is
        return deep(g)

    own = y.register_hook(deep)
    with pytest.raises(RecursionError):
        y.backward()
    own.remove()
    left = [1, 1]

    def again(g: Any) -> None:  # a sweep inside another, three of them in all
        if left:
            left.pop()
            y.backward()

    y.register_hook(again)
    y.backward()
    assert x.grad == 3 * 6
