"""Threads on shared graphs: sums of gradients, scopes and no_grad, each as if it were alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, Value, no_grad
from autograd.engine import is_recording
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally

AREA = "threads"


def together(workers: list[Callable[[], None]]) -> list[BaseException]:
    """Run all at once, changing threads as often as Python can; what they raised."""
    start = threading.Barrier(len(workers))
    raised: list[BaseException] = []

    def guarded(worker: Callable[[], None]) -> None:
        try:
            start.wait()
            worker()
        except BaseException as error:
            raised.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=guarded, args=(worker,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    return raised


def shared_sweeps(draw: Draw) -> str | None:
    """Each thread sweeps from an output of its own over a subgraph that all share."""
    scalar, count = draw.chance(0.5), draw.between(2, 6)
    x: Any = Value(0.7) if scalar else Tensor(draw.uniform(0.5, 1.0, (3,)))
    shared = x
    for _ in range(draw.between(1, 12)):
        shared = autograd.tanh(shared) + x * 0.5 if draw.chance(0.5) else shared * x
    factors = [1.0 + i for i in range(count)]
    heads = [shared * factor if scalar else (shared * factor).sum() for factor in factors]
    (alone,) = autograd.gradients(shared if scalar else shared.sum(), [x])
    rounds, done = draw.between(1, 10), [0] * count

    def worker(i: int) -> Callable[[], None]:
        def sweep() -> None:
            for _ in range(rounds):
                try:
                    heads[i].backward()
                except RuntimeError:  # refused: then nothing must have been added
                    continue
                done[i] += 1

        return sweep

    raised = together([worker(i) for i in range(count)])
    if raised:
        return f"a sweep raised {raised[0]!r:.200}"
    expected = np.asarray(alone.data) * sum(f * n for f, n in zip(factors, done, strict=True))
    actual = np.zeros_like(expected) if x.grad is None else np.asarray(x.grad)
    if not np.allclose(actual, expected, 1e-9):
        kind = "Value" if scalar else "Tensor"
        return (
            f"{count} threads of {rounds} sweeps over a shared subgraph of {kind}s gave "
            f"{actual.tolist()}, not {expected.tolist()}"
        )
    return None


def scopes_and_recording(draw: Draw) -> str | None:
    """Nodes carry the scope of their thread; no_grad holds in its own thread alone."""
    rounds, wrong = draw.between(5, 40), list[str]()

    def scoped(name: str) -> Callable[[], None]:
        def work() -> None:
            for k in range(rounds):
                with autograd.scope(name), autograd.scope(str(k)):
                    made = Value(2.0) * Value(3.0), Tensor([1.0]) * 2.0
                if any(node.scope != (name, str(k)) for node in made):
                    wrong.append(f"a node of scope {(name, str(k))} has scope {made[0].scope}")

        return work

    def unrecorded() -> None:
        for _ in range(rounds):
            with no_grad():
                if (Tensor([1.0]) * 2.0).requires_grad or is_recording():
                    wrong.append("an operation was recorded in no_grad")
            if not (Tensor([1.0]) * 2.0).requires_grad:
                wrong.append("an operation was not recorded after no_grad")

    def recorded() -> None:
        for _ in range(rounds):
            x = Value(2.0)
            (x * x).backward()
            if x.grad != 4.0:
                wrong.append(f"the gradient of x * x at 2 is {x.grad}")

    kinds = [scoped("left"), scoped("right"), unrecorded, recorded]
    raised = together([draw.of(kinds) for _ in range(draw.between(2, 6))])
    if raised:
        return f"a thread raised {raised[0]!r:.200}"
    after = Value(1.0) * Value(1.0)
    if after.scope != () or not after.requires_grad:
        wrong.append(f"afterwards the scope is {after.scope}, recorded: {after.requires_grad}")
    return wrong[0] if wrong else None


def separate_trainings(draw: Draw) -> str | None:
    """Each thread builds and sweeps graphs of its own: the result is the one without threads."""
    starts = [draw.uniform(0.5, 1.0, (4,)) for _ in range(draw.between(2, 5))]

    def trained(start: Any) -> Any:
        x: Any = Tensor(start)
        for _ in range(5):
            x.grad = None
            (autograd.tanh(x) * x).sum().backward()
            x.data = x.data - 0.1 * x.grad
        return x.data

    expected, found = [trained(start) for start in starts], dict[int, Any]()

    def worker(i: int) -> Callable[[], None]:
        return lambda: found.__setitem__(i, trained(starts[i]))

    raised = together([worker(i) for i in range(len(starts))])
    if raised:
        return f"a training raised {raised[0]!r:.200}"
    if not all(np.array_equal(found[i], one) for i, one in enumerate(expected)):
        return "trainings in threads differ from those without"
    return None


def case(seed: int, tally: Tally) -> Finding | None:
    draw = Draw(seed)
    tried = draw.of((shared_sweeps, scopes_and_recording, separate_trainings))
    line = tried(draw)
    return None if line is None else Finding(AREA, seed, "wrong", f"[{tried.__name__}] {line}")
