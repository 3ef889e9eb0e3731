"""Sweeps beside each other in threads, inside each other, and cut off by an interrupt."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, checkpoint, custom_rule, gradients, remove_rule
from autograd.engine import fast_lanes

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])
THREADS = 16


def number(x: Any) -> float:
    return float(x.grad)


def together(work: Callable[[int], None]) -> None:
    """``work(i)`` in every thread at once; an error in one is raised here."""
    errors: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def run(i: int) -> None:
        try:
            start.wait()
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(before)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def chain(x: Any, length: int = 100) -> Any:
    y = x
    for i in range(length):
        y = y * 1.0 + y * 0.0 + float(i % 3)
    return y


@KINDS
@pytest.mark.parametrize("with_hook", [False, True])
def test_threads_sweep_outputs_that_share_a_graph(kind: Any, with_hook: bool) -> None:
    x, w = kind(2.0), kind(3.0)
    shared = chain(x * w)
    outputs = [shared * float(i + 1) for i in range(THREADS)]
    rounds = 10
    seen: list[float] = []
    if with_hook:
        shared.register_hook(lambda g: seen.append(float(g)))

    def work(i: int) -> None:
        for _ in range(rounds):
            outputs[i].backward()

    together(work)
    total = rounds * sum(range(1, THREADS + 1))
    assert (number(x), number(w)) == (3.0 * total, 2.0 * total)
    assert sum(seen) == (total if with_hook else 0)


def test_threads_sweep_into_one_packed_gradient() -> None:
    w = Tensor(np.ones((4, 4)))
    w.grad_buffer = np.zeros((4, 4))
    rows = [Tensor(np.full((1, 4), float(i)), requires_grad=False) for i in range(THREADS)]

    def work(i: int) -> None:
        for _ in range(30):
            (rows[i] @ w).sum().backward()

    together(work)
    assert w.grad is w.grad_buffer
    np.testing.assert_array_equal(w.grad, 30.0 * sum(range(THREADS)))


def test_threads_sweep_one_checkpoint() -> None:
    x = Tensor(np.arange(3.0))
    y = checkpoint(lambda a: (a * a).tanh() * a)(x)
    outputs = [(y * float(i + 1)).sum() for i in range(THREADS)]
    (slope,) = gradients(y.sum(), [x])

    def work(i: int) -> None:
        for _ in range(5):
            outputs[i].backward()

    together(work)
    np.testing.assert_allclose(x.grad, 5 * slope.data * sum(range(1, THREADS + 1)), rtol=1e-12)


@KINDS
def test_a_hook_that_sweeps_the_same_graph_adds_its_own_sum_and_spoils_nothing(kind: Any) -> None:
    x = kind(2.0)
    y = x * x
    z = y * y + y * 5.0  # dz/dy = 13, dz/dx = 52
    inner: list[bool] = [True]

    def hook(g: Any) -> None:
        if inner:
            inner.clear()
            y.backward()  # dy/dx = 4

    z.register_hook(hook)
    z.backward()
    assert number(x) == 52.0 + 4.0
    assert number(y) == 13.0


@KINDS
def test_a_hook_may_wait_for_a_thread_that_sweeps(kind: Any) -> None:
    x = kind(2.0)
    y = x * x
    other = (x * 3.0, kind(1.0) * 2.0)

    def hook(g: Any) -> None:
        handle.remove()
        thread = threading.Thread(target=lambda: [node.backward() for node in other])
        thread.start()
        thread.join(20)
        assert not thread.is_alive()

    handle = y.register_hook(hook)
    (y * 1.0).backward()
    assert number(x) == 4.0 + 3.0


def test_an_adjoint_may_sweep_the_graph_that_is_being_swept() -> None:
    x = Tensor(2.0)
    below = x * x

    def adjoint(g: Any, out: Any, a: Any) -> Any:
        below.backward()
        return g * 3.0

    times = custom_rule("thrice_and_sweep", forward=lambda a: 3.0 * a, adjoint=adjoint)
    try:
        (times(below) + below * below).backward()  # (3 + 2 · 4) · 4, and 4 from the adjoint
    finally:
        remove_rule("thrice_and_sweep")
    assert number(x) == 44.0 + 4.0


def test_a_sweep_inside_the_lane_of_values_keeps_nothing_in_nodes() -> None:
    """What a finalizer or a signal handler does that calls backward."""
    x = Value(2.0)
    y = x * x
    z = y * y + y * 5.0
    lane = fast_lanes._push

    def interrupted(order: list[Any]) -> None:
        fast_lanes._push = lane
        before = [node.grad for node in order]
        y.backward()
        assert [node.grad for node in order] == before
        lane(order)

    fast_lanes._push = interrupted
    try:
        z.backward()
    finally:
        fast_lanes._push = lane
    assert (x.grad, y.grad) == (52.0 + 4.0, 13.0)


@KINDS
def test_an_error_half_way_leaves_the_leaves_and_the_next_sweep_alone(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = kind(2.0)
    y = x * x
    z = y * y
    z.backward()
    name = "_push" if kind is Value else "stale"
    monkeypatch.setattr(fast_lanes, name, None)
    if kind is Tensor:
        monkeypatch.setattr(y, "_number", z._number + 1)
    with pytest.raises(TypeError):
        z.backward()
    monkeypatch.undo()
    assert number(x) == 32.0
    z.backward()
    assert (number(x), number(y)) == (64.0, 8.0)


def test_a_node_is_marked_by_an_object_whose_identity_python_promises() -> None:
    x = Value(3.0)
    y = x * x
    seen = fast_lanes._collect(y, [])
    assert seen == [y]
    assert type(y.grad) is type(x.grad) is fast_lanes._Zero and y.grad is x.grad
    y.backward()
    assert type(y.grad) is type(x.grad) is float


def graph_of_values() -> tuple[list[Any], Any]:
    leaves = [Value(float(i + 1)) for i in range(30)]
    y = Value(1.0).detach()
    for i in range(300):
        y = y * 0.5 + leaves[i % 30] * leaves[(7 * i) % 30]
    return leaves, y


def graph_of_tensors() -> tuple[list[Any], Any]:
    leaves = [Tensor(np.full(4, i + 1.0)) for i in range(30)]
    for leaf in leaves[::2]:
        leaf.grad_buffer = np.zeros(4)
    y = leaves[0] * 1.0
    for i in range(100):
        y = y * 0.5 + leaves[i % 30] * leaves[(7 * i) % 30]
    return leaves, y.sum()


class Interrupt(BaseException):
    pass


@pytest.fixture
def interrupt() -> Iterator[Callable[[float], None]]:
    """``interrupt(seconds)``: an exception at that time from now, wherever the program is."""

    def strike(signum: int, frame: Any) -> None:
        raise Interrupt

    before = signal.signal(signal.SIGALRM, strike)
    try:
        yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds) and None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


STRIKES = int(os.environ.get("TRACEGRAD_INTERRUPTS", "400"))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that interrupts")
@pytest.mark.parametrize("build", [graph_of_values, graph_of_tensors])
@pytest.mark.parametrize("with_hook", [False, True])
def test_an_interrupted_sweep_adds_all_or_nothing_and_leaves_no_lock(
    build: Any, with_hook: bool, interrupt: Callable[[float], None]
) -> None:
    leaves, out = build()
    out.backward()
    once = [np.array(leaf.grad) for leaf in leaves]
    if with_hook:
        leaves[0].register_hook(lambda g: None)
    before = time.perf_counter()
    out.backward()
    lasts = time.perf_counter() - before
    rng = random.Random(0)
    struck = added = 0
    for _ in range(STRIKES):
        for leaf in leaves:
            leaf.grad = None
        whole = rng.random() < 0.5
        if whole:
            out.backward()
        try:
            interrupt(rng.uniform(1e-6, 2 * lasts))
            out.backward()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except Interrupt:
            struck += 1
        times = {
            0 if leaf.grad is None else round(float(np.ravel(leaf.grad / g)[0]))
            for leaf, g in zip(leaves, once)
        }
        assert len(times) == 1 and times <= {int(whole), int(whole) + 1}
        added += times == {int(whole) + 1}
        assert not fast_lanes._lane.taken
    assert struck and added
    free: list[bool] = []
    thread = threading.Thread(target=lambda: free.append(fast_lanes._lane.lock.acquire(timeout=5)))
    thread.start()
    thread.join()
    assert free == [True]
    fast_lanes._lane.renew()
    for leaf in leaves:
        leaf.grad = None
    out.backward()
    for leaf, g in zip(leaves, once):
        np.testing.assert_allclose(leaf.grad, g, rtol=1e-12)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_sweeps_though_a_thread_of_its_parent_was_sweeping() -> None:
    script = """
        import os, sys, threading
        from autograd import Value
        from autograd.engine import fast_lanes
        taken, done = threading.Event(), threading.Event()
        def hold():
            with fast_lanes._lane.lock:
                taken.set()
                done.wait()
        threading.Thread(target=hold, daemon=True).start()
        taken.wait()
        child = os.fork()
        if child == 0:
            x = Value(3.0)
            (x * x).backward()
            os._exit(0 if x.grad == 6.0 else 1)
        done.set()
        sys.exit(os.waitpid(child, 0)[1])
    """
    script = "\n".join(line[8:] for line in script.splitlines())
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=60)
