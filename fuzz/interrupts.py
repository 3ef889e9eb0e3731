"""Ctrl-C at random moments: once it has been handled, everything is as it was before."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Tensor, Value, no_grad, scope
from autograd.engine import is_recording
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally

AREA = "interrupts"


@no_grad()
def _unrecorded() -> Any:
    return Value(1.0) + 1.0


def recording_blocks() -> None:
    """Short blocks of no_grad, alone and nested, and a decorated function."""
    for _ in range(50):
        with no_grad():
            Value(1.0) * Value(2.0)
            with no_grad():
                Tensor([1.0]) * 2.0
        _unrecorded()


def scopes() -> None:
    for _ in range(50):
        with scope("a"):
            Value(1.0) * Value(2.0)
            with scope("b"), no_grad():
                Tensor([1.0]) * 2.0


_MODEL = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1))
_ROWS = np.ones((4, 2))


def modules() -> None:
    for _ in range(20):
        _MODEL(_ROWS)
        with no_grad():
            _MODEL(_ROWS)


def _graph(kind: Any) -> tuple[Any, Any]:
    x = kind(0.5)
    y = x
    for _ in range(60):
        y = autograd.tanh(y) + x
    return x, y


class Sweeps:
    """Sweeps over one graph of each kind; a later one must not see what an interrupted one left."""

    def __init__(self) -> None:
        self.graphs = [_graph(Value), _graph(Tensor)]
        self.expected = [autograd.gradients(y, [x])[0].data for x, y in self.graphs]

    def __call__(self) -> None:
        for _ in range(10):
            for x, y in self.graphs:
                y.backward()
                autograd.gradients(y, [x], create_graph=True)
                x.grad = None

    def fault(self) -> str | None:
        for (x, y), expected in zip(self.graphs, self.expected, strict=True):
            x.grad = None
            y.backward()
            if not np.allclose(x.grad, expected, 1e-12):
                return f"a sweep after an interrupted one gives {x.grad}, not {expected}"
        return None


@cache
def sweeps() -> Sweeps:
    return Sweeps()


def interrupted(work: Callable[[], None], seconds: float) -> None:
    """Run ``work`` again and again until the timer sends its KeyboardInterrupt."""
    working = True

    def ring(signum: int, frame: Any) -> None:
        if working:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    try:
        # Again after a while: Python swallows one that falls into a destructor.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        while True:
            work()
    except KeyboardInterrupt:
        working = False
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def state() -> str | None:
    """What differs from a program that has entered no block; None if nothing does."""
    if not is_recording():
        return "recording is still off"
    for kind in (Value, Tensor):
        x: Any = kind(3.0)
        y = x * x
        if not y.requires_grad:
            return f"a {kind.__name__} is not recorded"
        if y.scope != () or x.scope != ():
            return f"new nodes still belong to the scope {y.scope or x.scope}"
        y.backward()
        if x.grad != 6.0:
            return f"the gradient of x * x at 3 is {x.grad}"
    return None


def case(seed: int, tally: Tally) -> Finding | None:
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        tally.note("skipped: no timer here")
        return None
    if state() is not None:
        tally.note("skipped: the state is still changed by an earlier case")
        return None
    draw = Draw(seed)
    kinds: list[Callable[[], None]] = [recording_blocks, scopes, modules, sweeps()]
    work = draw.of(kinds)
    interrupted(work, draw.random.uniform(2e-5, 2e-3))
    line, name = state(), getattr(work, "__name__", "sweeps")
    if isinstance(work, Sweeps):
        line = line or work.fault()
    return None if line is None else Finding(AREA, seed, "wrong", f"[{name}] {line}")
