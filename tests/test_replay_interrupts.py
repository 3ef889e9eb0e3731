"""Tracing that is interrupted leaves the collector, and the class of the nodes, as they were."""

from __future__ import annotations

import dis
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import CodeType, FrameType
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd.functions import questioned
from autograd.replay import compiled, pausing, watching

SLOTS = {name: vars(Value)[name] for name in ("data", "grad", "__float__", "__lt__", "__bool__")}


def undisturbed() -> bool:
    """Whether nothing watches; as for a program, the first reading may end what is left."""
    assert Value(2.0).data == 2.0
    return (
        not questioned
        and "__eq__" not in vars(Value)
        and all(vars(Value)[name] is slot for name, slot in SLOTS.items())
    )


@contextmanager
def interrupted_at(code: CodeType, place: int) -> Iterator[list[int]]:
    """A block with an interrupt in a function, at that one of the places where Python handles it.

    They come after calls, on entry to a function and where a loop goes back.
    """
    seen = [0]
    names = {one.offset: one.opname for one in dis.get_instructions(code)}
    last = [""]

    def inside(frame: FrameType, event: str, arg: object) -> Any:
        if event == "opcode":
            handled = last[0].startswith(("CALL", "RESUME", "JUMP_BACKWARD"))
            last[0] = names[frame.f_lasti]
            seen[0] += handled
            if handled and seen[0] == place:
                raise KeyboardInterrupt
        return inside

    def outside(frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code is not code:
            return None
        frame.f_trace_opcodes = True
        return inside

    before = sys.gettrace()
    sys.settrace(outside)
    try:
        yield seen
    finally:
        sys.settrace(before)


def cube(x: Any) -> Any:
    return x * x * x if x > 0 else x


CODES: list[Callable[..., object]] = [
    compiled.Compiled._run, pausing.paused_collector, pausing._Pause.__new__,
]  # fmt: skip


@pytest.mark.parametrize("function", CODES, ids=lambda function: function.__qualname__)
@pytest.mark.parametrize("collecting", [True, False])
def test_an_interrupt_at_any_moment_leaves_the_collector_as_it_was(
    function: Any, collecting: bool
) -> None:
    (gc.enable if collecting else gc.disable)()
    kept = []  # a session keeps the last traceback, and what its frames hold
    try:
        for place in range(1, 1000):
            with interrupted_at(function.__code__, place) as seen:
                try:
                    assert autograd.compile(cube).value(2.0) == 8.0
                except KeyboardInterrupt as error:
                    kept.append(error)
            assert gc.isenabled() is collecting, place
            if seen[0] < place:
                break
        assert len(kept) == place - 1 > 0 or not collecting
    finally:
        gc.enable()


def test_an_interrupt_at_any_moment_lets_values_be_read_as_ever() -> None:
    for function in (watching.traced, watching._install, watching._remove, watching._restore):
        for place in range(1, 1000):
            with suppress(KeyboardInterrupt), interrupted_at(function.__code__, place) as seen:
                autograd.compile(cube).value(2.0)
            assert undisturbed(), (function, place)
            if seen[0] < place:
                break
        assert place > 1
        assert autograd.compile(cube).value(2.0) == 8.0
        with pytest.raises(RuntimeError, match=r"\.data of a node is taken"):
            autograd.compile(lambda x: x * x.data).value(2.0)


def test_a_pause_inside_another_ends_with_the_outer_one() -> None:
    with pausing.paused_collector():
        with pausing.paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
        with pytest.raises(KeyError), pausing.paused_collector():
            raise KeyError
        assert not gc.isenabled()
    assert gc.isenabled()


def test_threads_that_trace_at_the_same_time_leave_the_collector_on() -> None:
    values: list[float] = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def work() -> None:
        values.extend(autograd.compile(cube).value(2.0) for _ in range(5))

    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert values == [8.0] * 20
    assert gc.isenabled()
    assert undisturbed()


def test_the_collector_is_paused_while_a_function_is_traced_and_then_as_before() -> None:
    def square(x: Any) -> Any:
        assert not gc.isenabled()
        return x * x

    for collecting in (False, True):
        (gc.enable if collecting else gc.disable)()
        try:
            assert autograd.compile(square).value(3.0) == 9.0
            with pytest.raises(RuntimeError, match="data of a node is taken"):
                autograd.compile(lambda x: x * x.data).value(3.0)
            assert gc.isenabled() is collecting
        finally:
            gc.enable()
