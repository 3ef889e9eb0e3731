"""Ctrl-C at random moments: `python -m tests.interrupts 3000` counts what is left changed.

Each trial runs one case over and over until a timer raises KeyboardInterrupt in it. When the
exception has been handled, recording and scope must be those of before, and a sweep must give the
right gradients. The tracebacks of the trials are kept, as an interactive session keeps the last.
"""

import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

import nn
from autograd import Tensor, Value, no_grad, scope
from autograd.engine import present

x, t = Value(2.0), Tensor(np.ones(3))
number = x
for _ in range(20):
    number = number * x + 1
net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Sequential(nn.ReLU(), nn.Linear(4, 2, rng=0)))
scalar_net = nn.scalar.MLP(2, [2, 1], rng=0)
rows = np.ones((2, 3))
array = net(rows).sum()


@no_grad()
def quiet() -> None:
    pass


@no_grad()
def quiet_steps() -> Any:
    yield 1
    yield 2


def blocks() -> None:
    with no_grad():
        pass


def scopes() -> None:
    with scope("a"):
        pass
    with scope("b"), scope("c"):
        pass


def nested() -> None:
    with no_grad(), scope("d"):
        _ = x * x


def steps() -> None:
    list(quiet_steps())


CASES: list[Callable[[], object]] = [
    blocks, scopes, nested, quiet, steps,
    lambda: net(rows), lambda: scalar_net([1.0, 2.0]), number.backward, array.backward,
]  # fmt: skip


def state() -> tuple[Any, ...]:
    a, b = x * x, t * t
    return a.requires_grad, a.scope, b.requires_grad, b.scope, present().level


def gradients() -> list[Any]:
    x.grad = 0.0
    net.zero_grad()
    number.backward()
    array.backward()
    return [x.grad, *(p.grad.tobytes() for p in net.parameters())]


def interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def run(wanted: int, seed: int = 0) -> Counter[str]:
    """How many interrupts there were, and how many left something changed."""
    rng = random.Random(seed)
    before, right = state(), gradients()
    found: Counter[str] = Counter(interrupts=0, state=0, gradients=0)
    kept: list[BaseException] = []
    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        while found["interrupts"] < wanted:
            case = rng.choice(CASES)
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, rng.uniform(2e-6, 3e-4))
                    while True:
                        case()
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt as error:
                found["interrupts"] += 1
                kept = [*kept[-3:], error]
            found["state"] += state() != before
            found["gradients"] += gradients() != right
    finally:
        signal.signal(signal.SIGALRM, usual)
    return found


if __name__ == "__main__":
    print(dict(run(int(sys.argv[1]), *map(int, sys.argv[2:]))))
