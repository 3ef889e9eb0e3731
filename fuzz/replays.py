"""Random functions of arrays, compiled: calls and steps of training against the eager ones.

Two of three cases are programs over both tables, half of them trained; the others are dense
networks in random forms, with numbers that overflow, in the middle of which weights are loaded.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor
from fuzz.comparing import Wrong, shown
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally
from fuzz.growth import grow
from fuzz.program import Program
from fuzz.spellings import OURS

AREA = "replays"

#: Calls of each: the first two are traced.
CALLS = 5

#: Sums are added up in another order, so numbers are equal within rounding.
ROUNDING = {"float64": 1e-12, "float32": 1e-4, "float16": 5e-2}


def agree(what: str, ours: Any, eager: Any, widest: float) -> None:
    """Raise unless two arrays are equal within rounding, nan and inf in the same places."""
    ours, eager = np.asarray(ours), np.asarray(eager)
    if ours.shape != eager.shape or ours.dtype != eager.dtype:
        raise Wrong(f"{what} is of {ours.shape} {ours.dtype}, eager {eager.shape} {eager.dtype}")
    finite = np.isfinite(eager)
    scale = float(np.max(np.abs(eager[finite]), initial=0.0))
    if not np.allclose(ours, eager, widest, widest * scale, equal_nan=True):
        raise Wrong(f"{what} is {shown(ours)}, eager {shown(eager)}")


def outcome_of(function: Callable[..., Any], *args: Any) -> Any:
    """What a call gives, or the kind of its error."""
    try:
        return function(*args)
    except (ArithmeticError, ValueError, TypeError, IndexError, RuntimeError) as error:
        return type(error), str(error)


def refused(outcome: Any) -> bool:
    return isinstance(outcome, tuple) and isinstance(outcome[0], type)


def by_value_and_grad(program: Program, arrays: Callable[[int], list[Any]], tally: Tally) -> None:
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.moves]
    fixed = [leaf.made() for leaf in program.leaves]
    widest = max(ROUNDING[leaf.dtype] for leaf in program.leaves)
    weights = 1.0 if program.weights is None else program.weights

    def f(*xs: Any) -> Any:
        leaves = list(fixed)
        for i, x in zip(moving, xs):
            leaves[i] = x
        return autograd.sum(program.run(OURS, leaves)[-1] * weights)

    compiled = autograd.compile(f)
    for k in range(CALLS):
        xs = [Tensor(x) for x in arrays(k)]

        def eager(xs: list[Any] = xs) -> Any:
            out = f(*xs)
            out.backward()
            return out.data, tuple(np.zeros_like(x.data) if x.grad is None else x.grad for x in xs)

        expected, ours = outcome_of(eager), outcome_of(compiled.value_and_grad, *arrays(k))
        if refused(ours):
            if not refused(expected) and "compile" not in ours[1]:
                raise Wrong(f"compiled it raises {ours[1]!r:.150}, eager it does not")
            return tally.note("refused by name" if not refused(expected) else "refused by both")
        if refused(expected):
            raise Wrong(f"eager it raises {expected[1]!r:.150}, compiled it does not")
        agree("the value", ours[0], expected[0], widest)
        for mine, grad in zip(ours[1], expected[1], strict=True):
            agree("a gradient", mine, grad, 1e2 * widest if widest > 1e-12 else 1e-11)
    return None


def by_training(program: Program, arrays: Callable[[int], list[Any]], tally: Tally) -> None:
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.moves]
    fixed = [leaf.made() for leaf in program.leaves]
    widest = max(ROUNDING[leaf.dtype] for leaf in program.leaves)
    weights = 1.0 if program.weights is None else program.weights
    runs = []
    for compiled in (False, True):
        parameters = [Tensor(x) for x in arrays(0)]
        optimizer = optim.SGD(parameters, lr=1e-3, momentum=0.5)

        def step(parameters: Any = parameters, optimizer: Any = optimizer) -> Any:
            leaves = list(fixed)
            for i, x in zip(moving, parameters):
                leaves[i] = x
            optimizer.zero_grad()
            loss = autograd.sum(program.run(OURS, leaves)[-1] * weights)
            loss.backward()
            optimizer.step()
            return loss

        runs.append((parameters, autograd.compile(lambda s=step: s()) if compiled else step))
    for _ in range(CALLS):
        (parameters, eager), (twins, compiled_step) = runs
        expected, ours = outcome_of(eager), outcome_of(compiled_step)
        if refused(ours) or refused(expected):
            if refused(ours) != refused(expected) and "compile" not in str(ours):
                raise Wrong(f"compiled it gives {ours!r:.150}, eager {expected!r:.150}")
            return tally.note("refused")
        agree("the loss", ours.data, expected.data, 1e2 * widest)
        for p, q in zip(parameters, twins):
            agree("a trained leaf", q.data, p.data, 1e2 * widest)
    return None


ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "relu": autograd.relu, "tanh": autograd.tanh, "sigmoid": autograd.sigmoid,
    "gelu": autograd.gelu, "softplus": autograd.softplus, "square": lambda h: h * h,
    "abs": autograd.abs, "nothing": lambda h: h, "softmax": lambda h: autograd.softmax(h, axis=-1),
    "shifted": lambda h: autograd.relu(h + 0.5) - 0.25, "doubled": lambda h: h + autograd.relu(h),
    "silu": autograd.silu, "sin": autograd.sin, "expm1": autograd.expm1, "sqrt": autograd.sqrt,
    "exp": autograd.exp, "log": lambda h: autograd.log(autograd.abs(h)),
    "max": lambda h: np.maximum(h, 0.1 * h), "mean": lambda h: h - h.mean(axis=0),
}  # fmt: skip
LOSSES: list[Callable[[Any, Any], Any]] = [
    nn.functional.cross_entropy,
    lambda out, y: nn.functional.mse_loss(out, 0.5 * out.detach() + 1.0),
    lambda out, y: nn.functional.binary_cross_entropy_with_logits(out[:, 0], (y > 0) * 1.0),
    lambda out, y: -autograd.log_softmax(out, axis=1)[np.arange(len(out)), y].mean(),
    lambda out, y: (out * out).sum() * 0.1,
    lambda out, y: nn.functional.cross_entropy(out, y, label_smoothing=0.1),
]

OPTIMIZERS: list[Callable[[Any], optim.Optimizer]] = [
    lambda parameters: optim.SGD(parameters, lr=0.05),
    lambda parameters: optim.Adam(parameters, lr=0.02, eps=1e-3),
    lambda parameters: optim.RMSprop(parameters, lr=0.01, eps=1e-2, weight_decay=0.01),
]


def by_network(draw: Draw, tally: Tally) -> None:
    dtype = np.dtype(draw.of(["float64", "float64", "float32"]))
    n, width = draw.between(1, 6), draw.between(1, 5)
    layers = draw.between(1, 3)
    tied, bias = draw.chance(0.2), draw.chance(0.8)
    acts = [draw.of(list(ACTIVATIONS)) for _ in range(layers)]
    loss = draw.of(LOSSES)
    make = draw.of(OPTIMIZERS)
    strange = draw.of([np.inf, -np.inf, np.nan, 1e30, 1e160, 0.0]) if draw.chance(0.4) else None
    loaded, clip = draw.chance(0.2), draw.chance(0.2)
    batches = []
    for k in range(CALLS + 1):
        x = draw.uniform(-1, 1, (n, width)).astype(dtype)
        if strange is not None and k >= 2 and draw.chance(0.5):
            x[draw.below(n), draw.below(width)] = strange
        batches.append((x, draw.numbers.integers(0, 2, n)))
    runs = []
    for compiled in (False, True):
        hidden = [nn.Linear(width, width, bias=bias, rng=k, dtype=dtype) for k in range(layers)]
        hidden = [hidden[0]] * layers if tied else hidden
        model = nn.Sequential(*hidden, nn.Linear(width, 2, rng=9, dtype=dtype))
        parameters = list(dict.fromkeys(model.parameters()))
        optimizer = make(parameters)

        def step(
            x: Any, y: Any, hidden: Any = hidden, model: Any = model, optimizer: Any = optimizer,
            parameters: Any = parameters,
        ) -> Any:  # fmt: skip
            optimizer.zero_grad()
            h = x
            for layer, act in zip(hidden, acts):
                h = ACTIVATIONS[act](layer(h))
            value = loss(model[-1](h), y)
            value.backward()
            if clip:
                optim.clip_grad_norm_(parameters, 0.5)
            optimizer.step()
            return value

        # A function of its own: which objects it uses is read from its variables.
        runs.append((parameters, autograd.compile(step) if compiled else step))
    widest = ROUNDING[dtype.name]
    for k, (x, y) in enumerate(batches):
        (parameters, eager), (twins, compiled_step) = runs
        if loaded and k == 3:
            for p, q in zip(parameters, twins):
                p.data = p.data * 0.5
                q.data = p.data.copy()
        expected, ours = outcome_of(eager, x, y), outcome_of(compiled_step, x, y)
        if refused(ours) or refused(expected):
            if refused(ours) != refused(expected):
                raise Wrong(f"[{acts}] compiled it gives {ours!r:.150}, eager {expected!r:.150}")
            return tally.note("refused by both")
        agree(f"[{acts}] the loss of step {k}", ours.data, expected.data, 1e2 * widest)
        for p, q in zip(parameters, twins):
            agree(f"[{acts}] a weight after step {k}", q.data, p.data, 1e3 * widest)
    return None


def case(seed: int, tally: Tally) -> Finding | None:
    """One function; a finding says what differs."""
    draw = Draw(seed)
    program: Program | None = None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if seed % 3 == 2:
                by_network(draw, tally)
                return None
            program = grow(seed)
            if program.refused or any(leaf.kind == "value" for leaf in program.leaves):
                tally.note("of Values, or refused by NumPy")
                return None
            leaves = [leaf.array.astype(leaf.dtype) for leaf in program.leaves if leaf.moves]

            def arrays(k: int) -> list[Any]:
                rng = np.random.default_rng(k)
                return [
                    (x * (1 + 1e-3 * k * rng.uniform(-1, 1, x.shape))).astype(x.dtype)
                    for x in leaves
                ]

            if leaves:
                (by_value_and_grad if seed % 3 else by_training)(program, arrays, tally)
    except Wrong as wrong:
        names = [] if program is None else [step.name for step in program.steps]
        return Finding(AREA, seed, "wrong", f"{names} {wrong}", str(program or ""))
    return None
