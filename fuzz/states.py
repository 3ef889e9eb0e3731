"""Checkpoints of random trees, and damaged states of optimizers.

What `save_checkpoint` takes loads equal, with its keys in their order; what it refuses, it refuses
in one line. An optimizer that takes a state can make a step with it; one that refuses it says so in
one line and is what it was before.
"""

from __future__ import annotations

import copy
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally

AREA = "states"

KEYS: list[Any] = [
    "a", "b", "a.b", "__metadata__", "__array__", "__items__", "__tuple__", "1", 1, 2.5, None, True,
    ("t", 1), "", "a/b", "../x", "\x00", "\x1b[2J", "é", "\n", "x" * 300, "tree", "kind",
]  # fmt: skip
DTYPES = "f8 f4 f2 i8 i4 u1 ? >f8 c16 U3 M8[D]".split()
SHAPES = [(), (0,), (3,), (2, 0), (1, 2), (2, 2)]
LEAVES: list[Any] = [
    1, -5, 10**25, True, False, None, "text", "\x1b\n", "", 1.5, np.nan, np.inf, -0.0, 1e-320,
    np.float32(1.5), np.int64(3), np.bool_(True), np.float16(2), (), [], {}, b"bytes", {1, 2}, 1j,
    print,
]  # fmt: skip
OF_CLOSURES = "LBFGS GradientDescent FiniteDifference ARS".split()
OPTIMIZERS = [
    *"SGD Adam AdamW NAdam RAdam Adamax RMSprop Adagrad Adadelta Rprop Lion".split(), *OF_CLOSURES
]  # fmt: skip
WRONG: list[Any] = [
    -5, None, "x", np.nan, np.inf, np.ones(7), [], {}, {"a": 1}, 10**30, True, np.array(1j),
    np.array("q"), -1.5, np.float16(3),
]  # fmt: skip


def tree(draw: Draw, depth: int = 0) -> Any:
    """Arrays, numbers, texts and things that are no data, in lists, tuples and dicts."""
    kind = draw.below(9 if depth < 3 else 6)
    if kind < 3:
        numbers = np.asarray(draw.numbers.integers(0, 5, draw.of(SHAPES)))
        return numbers.astype(draw.of(DTYPES))[..., ::-1] if numbers.ndim else numbers
    if kind < 6:
        return draw.of(LEAVES)
    parts = [tree(draw, depth + 1) for _ in range(draw.below(4))]
    if kind == 6:
        return tuple(parts)
    return parts if kind == 7 else {draw.of(KEYS): part for part in parts}


def same(a: Any, b: Any) -> bool:
    """Whether two trees are equal: a tuple as a list, a NumPy number as Python's."""
    a, b = (x.item() if isinstance(x, np.generic) else x for x in (a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        order = [[(type(key), key) for key in x] for x in (a, b)]
        return order[0] == order[1] and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        kinds = [x.dtype.newbyteorder("=") for x in (a, b)]
        return kinds[0] == kinds[1] and a.shape == b.shape and bool(a.tolist() == b.tolist())
    return type(a) is type(b) and repr(a) == repr(b)


def said(error: Exception) -> str | None:
    """What is wrong with the words of a refusal."""
    text = str(error.args[0]) if error.args else ""
    fine = text.strip() and text.isprintable()
    return None if fine else f"the refusal is not one printable line: {error!r:.200}"


def checkpoint(draw: Draw) -> str | None:
    """A tree is saved and loaded."""
    state: dict[Any, Any] = {draw.of(KEYS): tree(draw) for _ in range(draw.between(1, 4))}
    with tempfile.TemporaryDirectory(prefix="fuzz-") as where:
        path = Path(where) / f"tree{draw.of(('.npz', '.safetensors'))}"
        try:
            nn.save_checkpoint(path, state)
        except (TypeError, ValueError) as error:
            return said(error)
        loaded = nn.load_checkpoint(path)
    return None if same(state, loaded) else f"{state!r:.200} came back as {loaded!r:.200}"


def places(state: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a state, with each of its keys."""
    if isinstance(state, dict | list):
        for key in list(state) if isinstance(state, dict) else range(len(state)):
            yield state, key
            yield from places(state[key])


def optimizer(draw: Draw) -> str | None:
    """The state of an optimizer is damaged in one place and given to another one."""
    kind: Any = getattr(optim, draw.of(OPTIMIZERS))

    def stepped(state: Any = None) -> Any:
        parameters = [Tensor(np.ones(2)), Tensor(np.ones((1, 3)))]
        one = kind(parameters, lr=0.1)
        if state is not None:
            before = repr(one.state_dict())
            try:
                one.load_state_dict(state)
            except (TypeError, ValueError, KeyError) as error:
                changed = repr(one.state_dict()) != before
                return "a refused state was half applied" if changed else said(error)

        def loss() -> Any:
            one.zero_grad()
            total: Any = sum((p * p).sum() for p in parameters)
            total.backward()
            return total

        loss()
        one.step(loss) if kind.__name__ in OF_CLOSURES else one.step()
        return one

    state = copy.deepcopy(stepped().state_dict())
    container, key = draw.of(list(places(state)))
    wrong = draw.of(WRONG)
    match draw.below(3):
        case 0:
            container[key] = wrong
        case 1:
            del container[key]
        case _ if isinstance(container, dict):
            container["unknown"] = wrong
        case _:
            container.append(wrong)
    outcome = stepped(state)
    if outcome is None or not isinstance(outcome, str):
        return None
    return f"{kind.__name__}, {key!r}: {wrong!r:.60}: {outcome}"


def case(seed: int, tally: Tally) -> Finding | None:
    draw = Draw(seed)
    tried = draw.of((checkpoint, optimizer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        line = tried(draw)
    return None if line is None else Finding(AREA, seed, "wrong", f"[{tried.__name__}] {line}")
