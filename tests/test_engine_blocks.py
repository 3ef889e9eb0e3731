"""Blocks and their ends: threads, async tasks, generators, exit stacks, interrupts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, no_grad, scope
from autograd.engine import current_scope, enter_scope, is_recording, leave_scope, present

x = Value(2.0)
t = Tensor([1.0, 2.0])


def holds() -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Recording or not, and the scopes of a new node and a new leaf, by both kinds of node."""
    a, b, leaf = x * x, t * t, Tensor([1.0])
    assert a.requires_grad == b.requires_grad == is_recording()
    if is_recording():
        assert a.scope == b.scope == leaf.scope
    return a.requires_grad, leaf.scope, Value(1.0).scope


PLAIN = (True, (), ())


@pytest.fixture(autouse=True)
def _plain_before_and_after() -> Any:
    assert holds() == PLAIN
    yield
    assert holds() == PLAIN and not present().special


def in_threads(work: Any, count: int = 16) -> None:
    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_threads_have_scopes_of_their_own() -> None:
    wrong: list[Any] = []

    def work(i: int) -> None:
        for _ in range(30):
            with scope(f"s{i}"):
                y = x
                for _ in range(10):
                    y = y * x
                    if y.scope != (f"s{i}",):
                        wrong.append(y.scope)
            if (y * x).scope != ():
                wrong.append("left")

    in_threads(work)
    assert not wrong


def test_a_thread_started_in_a_block_is_not_in_it() -> None:
    found: list[Any] = []
    with no_grad(), scope("outer"):
        thread = threading.Thread(target=lambda: found.append(holds()))
        thread.start()
        thread.join()
    assert found == [PLAIN]


def test_inference_in_threads_leaves_no_scope_behind() -> None:
    net = nn.MLP(3, [4, 2], rng=0)

    def work(i: int) -> None:
        for _ in range(20):
            with no_grad():
                net(np.ones((2, 3)))

    in_threads(work, 8)
    assert holds() == PLAIN


def test_tasks_have_blocks_of_their_own() -> None:
    async def recording(i: int) -> Any:
        with scope(f"s{i}"):
            await asyncio.sleep(0)
            y = x * x
            await asyncio.sleep(0)
            return y.scope, (y * x).scope, (t * t).scope

    async def quiet(i: int) -> Any:
        with no_grad():
            await asyncio.sleep(0)
            found = (x * x).requires_grad
            await asyncio.sleep(0)
            return found or (t * t).requires_grad

    async def both() -> Any:
        work = [f(i) for i in range(10) for f in (recording, quiet)]
        found = await asyncio.gather(*work)
        assert holds() == PLAIN
        return found

    found = asyncio.run(both())
    assert found[::2] == [((f"s{i}",),) * 3 for i in range(10)]
    assert not any(found[1::2])


def test_a_task_started_in_a_block_leaves_it_when_the_block_ends() -> None:
    async def work(ended: asyncio.Event) -> Any:
        inside = holds()
        await ended.wait()
        return inside, holds()

    async def run() -> Any:
        ended = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(work(ended))
            await asyncio.sleep(0)
        ended.set()
        return await task

    assert asyncio.run(run()) == ((False, (), ()), PLAIN)


def test_decorated_coroutine_functions_record_nothing() -> None:
    @no_grad()
    async def f() -> Any:
        await asyncio.sleep(0)
        return holds()

    async def both() -> Any:
        return await asyncio.gather(f(), f())

    assert asyncio.run(both()) == [(False, (), ())] * 2


def test_a_decorated_generator_is_in_the_block_during_its_steps_only() -> None:
    seen: list[Any] = []

    @no_grad()
    def f() -> Any:
        try:
            seen.append((yield holds()[0]))
            yield holds()[0]
        except KeyError:
            yield "caught", holds()[0]
        return "end"

    for found in f():
        assert found is False and holds() == PLAIN
    steps = f()
    assert next(steps) is False
    assert steps.send(5) is False and seen == [None, 5]
    assert steps.throw(KeyError) == ("caught", False)
    with pytest.raises(StopIteration, match="end"):
        next(steps)


def test_a_decorated_async_generator_is_refused() -> None:
    async def f() -> AsyncIterator[int]:
        yield 1

    with pytest.raises(TypeError, match="no_grad: f is an async generator function; write the wi"):
        no_grad()(f)


def test_a_suspended_generator_is_still_inside_its_block() -> None:
    def f() -> Generator[int, None, None]:
        with no_grad():
            yield 1

    steps = f()
    next(steps)
    assert not is_recording()
    with scope("consumer"):
        steps.close()  # out of order: its block was the outer one
        assert not is_recording()  # this block keeps what held when it was entered
    assert holds() == PLAIN


def test_a_context_manager_made_of_a_generator() -> None:
    @contextmanager
    def evaluation() -> Iterator[None]:
        with no_grad(), scope("evaluation"):
            yield

    with evaluation():
        assert holds() == (False, ("evaluation",), ("evaluation",))
    assert holds() == PLAIN


def test_an_exit_stack_and_calls_by_hand() -> None:
    with ExitStack() as stack:
        stack.enter_context(no_grad())
        stack.enter_context(scope("s"))
        assert holds() == (False, ("s",), ("s",))
    assert holds() == PLAIN
    block = no_grad()
    block.__enter__()
    assert not is_recording()
    block.__exit__(None, None, None)
    assert is_recording()


def test_one_object_in_several_threads() -> None:
    block = no_grad()
    wrong: list[Any] = []

    def work(i: int) -> None:
        for _ in range(200):
            with block:
                if holds()[0]:
                    wrong.append(i)
            if holds() != PLAIN:
                wrong.append(i)

    in_threads(work, 4)
    assert not wrong


def test_a_block_that_fails_ends_before_the_handler_runs() -> None:
    with pytest.raises(KeyError), scope("a"), no_grad():
        raise KeyError
    assert holds() == PLAIN
    found = []
    try:
        with scope("a"), no_grad():
            raise KeyError
    except KeyError:
        found.append(holds())
    assert found == [PLAIN]


def test_scopes_entered_by_hand() -> None:
    before = current_scope()
    try:
        assert enter_scope("a") is before
        with scope("b"):
            enter_scope("c")
            assert holds()[1] == ("a", "b", "c")
        assert holds()[1] == ("a",)
    finally:
        leave_scope(before)
    assert holds() == PLAIN


def test_a_scope_entered_by_hand_ends_with_the_block_around_it() -> None:
    with no_grad():
        enter_scope("forgotten")
    assert holds() == PLAIN


def test_blocks_leave_no_garbage() -> None:
    # In a fresh process: what other tests leave behind is not counted.
    program = """
import gc
from autograd import no_grad, scope
from autograd.engine import enter_scope, present
gc.collect()
gc.disable()
for _ in range(50):
    with no_grad(), scope("a"):
        enter_scope("b")
present()
print(gc.collect())
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert int(run.stdout) == 0


def test_interrupts_at_random_moments_leave_nothing_changed() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.interrupts", "400"],
        cwd=Path(__file__).parent.parent,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert run.stdout.split() == "{'interrupts': 400, 'state': 0, 'gradients': 0}".split()
