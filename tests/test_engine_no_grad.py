"""Blocks in which nothing is recorded: as a block, a decorator, nested, across threads."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

import autograd
from autograd import Tensor, Value, gradients, no_grad
from autograd.engine.recording import (
    enter_scope,
    is_recording,
    leave_scope,
    present,
    record,
)

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


@pytest.fixture(autouse=True)
def _recording_before_and_after() -> Any:
    assert is_recording() and not present().special
    yield
    assert is_recording() and not present().special


@KINDS
def test_results_in_the_block_are_constants(kind: Any) -> None:
    x = kind(3.0)
    with no_grad():
        y = x * x + 2 / x
        z = autograd.tanh(y)
    assert float(y.data) == 9 + 2 / 3
    assert not y.requires_grad and not z.requires_grad and y.is_leaf
    with pytest.raises(RuntimeError, match="made inside no_grad"):
        z.backward()
    assert not x.grad


@KINDS
def test_a_leaf_made_in_the_block_takes_gradients_afterwards(kind: Any) -> None:
    with no_grad():
        x = kind(3.0)
    assert x.requires_grad
    (x * x).backward()
    assert float(x.grad) == 6.0


@KINDS
def test_nothing_is_swept_in_the_block(kind: Any) -> None:
    x = kind(3.0)
    y = x * x
    with no_grad(), pytest.raises(RuntimeError, match="call backward after the block"):
        y.backward()
    assert not x.grad
    y.backward()
    assert float(x.grad) == 6.0


@KINDS
def test_recorded_derivatives_in_the_block_are_constants(kind: Any) -> None:
    x = kind(3.0)
    y = x * x
    with no_grad():
        (first,) = gradients(y, [x], create_graph=True)
    assert float(first.data) == 6.0 and not first.requires_grad


@KINDS
def test_part_of_a_graph(kind: Any) -> None:
    x = kind(3.0)
    with no_grad():
        scale = x * 10
    (scale * x).backward()
    assert float(x.grad) == 30.0


@no_grad()
def with_parentheses(x: Any) -> Any:
    return x * x


@no_grad
def without_parentheses(x: Any) -> Any:
    """Documented."""
    return x * x


@KINDS
@pytest.mark.parametrize("f", [with_parentheses, without_parentheses])
def test_as_a_decorator(kind: Any, f: Any) -> None:
    x = kind(3.0)
    for _ in range(2):
        assert not f(x).requires_grad
    assert (x * x).requires_grad


def test_a_decorated_function_keeps_its_name_and_docstring() -> None:
    assert getattr(without_parentheses, "__name__") == "without_parentheses"  # noqa: B009
    assert without_parentheses.__doc__ == "Documented."


def test_a_decorated_function_may_call_itself() -> None:
    @no_grad()
    def power(x: Any, n: int) -> Any:
        return x if n == 1 else x * power(x, n - 1)

    assert power(Value(2.0), 5).data == 32.0


def test_nested_blocks() -> None:
    x = Value(3.0)
    with no_grad():
        with no_grad():
            assert not (x * x).requires_grad
        assert not (x * x).requires_grad
        assert not with_parentheses(x).requires_grad
        assert not (x * x).requires_grad
    assert (x * x).requires_grad


def test_one_object_entered_twice() -> None:
    block = no_grad()
    x = Value(3.0)
    with block, block:
        assert not (x * x).requires_grad
    assert (x * x).requires_grad


@KINDS
def test_an_exception_leaves_the_block(kind: Any) -> None:
    x = kind(3.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    with pytest.raises(TypeError), no_grad():
        x + "a"
    assert (x * x).requires_grad

    @no_grad()
    def failing() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert (x * x).requires_grad


@KINDS
def test_a_block_in_one_thread_is_none_in_another(kind: Any) -> None:
    x = kind(3.0)
    inside, done = threading.Event(), threading.Event()
    found: list[bool] = []

    def paused() -> None:
        with no_grad():
            inside.set()
            assert done.wait(10)
            found.append((x * x).requires_grad)
        found.append((x * x).requires_grad)

    thread = threading.Thread(target=paused)
    thread.start()
    assert inside.wait(10)
    y = x * x  # recorded the slow way: some thread is paused
    assert y.requires_grad
    y.backward()
    done.set()
    thread.join()
    assert found == [False, True]
    assert float(x.grad) == 6.0


def test_threads_build_and_sweep_graphs_of_their_own() -> None:
    wrong: list[int] = []

    def work(seed: int) -> None:
        for _ in range(50):
            x, t = Value(float(seed)), Tensor([float(seed), 1.0])
            y, u = x * x, (t * t).sum()
            for _ in range(20):
                y = y + x
                u = u + t.sum()
            with no_grad():
                quiet = y * y
            y.backward()
            u.backward()
            if quiet.requires_grad or x.grad != 2 * seed + 20 or t.grad[0] != 2 * seed + 20:
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_scopes_nest_and_end_with_their_block() -> None:
    x = Value(1.0)
    with autograd.scope("net"):
        with autograd.scope("layer1"):
            y = x.tanh()
            t = Tensor([1.0]).tanh()
        z = y + 1
        with pytest.raises(ZeroDivisionError), autograd.scope("layer2"):
            raise ZeroDivisionError
        w = z + 1
    assert (x.scope, y.scope, t.scope) == ((), ("net", "layer1"), ("net", "layer1"))
    assert z.scope == w.scope == ("net",)
    assert (w + 1).scope == ()


def test_a_profiler_that_keeps_frames_keeps_no_block() -> None:
    """As a thread does that samples what others run, such as that of a worker of Dask."""
    kept = []

    def block() -> None:
        with no_grad(), autograd.scope("outer"), autograd.scope("inner"):
            take_back = record(True)
            assert Value(1.0).tanh().scope == ("outer", "inner")
            take_back()
        with no_grad():
            before = enter_scope("layer")
            leave_scope(before)

    sys.setprofile(lambda frame, event, argument: kept.append(frame))
    try:
        block()
    finally:
        sys.setprofile(None)
    assert len(kept) > 20 and is_recording() and present().scope.path == ()
