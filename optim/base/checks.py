"""Ranges of hyper-parameters, in one table: an error names the value and the allowed range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from numbers import Real
from typing import NamedTuple

from optim.base.keywords import OtherNames, nearest
from optim.kinds import StateLike


class Range(NamedTuple):
    """The numbers a hyper-parameter may be, in words and as a test (which NaN must fail)."""

    words: str
    holds: Callable[[float], bool]


NONNEGATIVE = Range("at least 0 and finite", lambda x: 0 <= x < math.inf)
POSITIVE = Range("above 0 and finite", lambda x: 0 < x < math.inf)
FRACTION = Range("in [0, 1)", lambda x: 0 <= x < 1)
UNIT = Range("in [0, 1]", lambda x: 0 <= x <= 1)
WHOLE = Range("a whole number of at least 0", lambda x: x >= 0 and float(x).is_integer())
COUNT = Range("a whole number of at least 1", lambda x: x >= 1 and float(x).is_integer())

RANGES: dict[str, Range | tuple[Range, ...]] = {
    "lr": NONNEGATIVE,
    "momentum": FRACTION,
    "dampening": UNIT,
    "weight_decay": NONNEGATIVE,
    "eps": NONNEGATIVE,
    "betas": (FRACTION, FRACTION),
    "alpha": FRACTION,
    "rho": FRACTION,
    "lr_decay": NONNEGATIVE,
    "initial_accumulator_value": NONNEGATIVE,
    "momentum_decay": NONNEGATIVE,
    "etas": (
        Range("above 0 and below 1", lambda x: 0 < x < 1),
        Range("above 1 and finite", lambda x: 1 < x < math.inf),
    ),
    "step_sizes": (POSITIVE, POSITIVE),
    "max_iter": COUNT,
    "max_eval": COUNT,
    "history_size": COUNT,
    "max_steps": COUNT,
    "directions": Range(
        "a whole number from 1 to 1,000,000", lambda x: 1 <= x <= 10**6 and float(x).is_integer()
    ),
    "top": COUNT,
    "tolerance_grad": NONNEGATIVE,
    "tolerance_change": NONNEGATIVE,
    "tolerance": NONNEGATIVE,
    "damping": NONNEGATIVE,
    "delta": POSITIVE,
}

CHOICES: dict[str, tuple[str | None, ...]] = {
    "momentum_form": ("accumulate", "velocity", "average"),
    "eps_form": ("outside", "inside", "hat"),
    "bias_correction": ("step", "fixed", "none"),
    "line_search_fn": (None, "strong_wolfe"),
}

FLAGS = {
    "nesterov",
    "amsgrad",
    "centered",
    "backtracking",
    "decoupled_weight_decay",
    "maximize",
    "check_finite",
}

# What other libraries call the arguments of optimizers.
OTHER_NAMES: OtherNames = {
    **dict.fromkeys(("learning_rate", "rate", "step_size", "eta", "alpha"), ("lr", "max_lr")),
    **dict.fromkeys(("beta1", "beta2", "beta_1", "beta_2"), ("betas",)),
    **dict.fromkeys(("beta", "decay_rate", "rho"), ("alpha", "rho", "momentum", "betas")),
    **dict.fromkeys(("l2", "wd"), ("weight_decay",)),
    **dict.fromkeys(("parameters", "model", "weights"), ("params",)),
    "seed": ("rng",),
    "epsilon": ("eps", "delta"),
}

# The hyper-parameters that may be None: not given.
OPTIONAL = ("max_eval", "top")

# The hyper-parameters that may be schedules: callables from the update number to the value.
SCHEDULABLE = ("lr", "momentum", "betas")


def short(value: object) -> str:
    """The first characters of the repr of ``value``, on one line without control characters."""
    text = " ".join(repr(value).split())[:60]
    return "".join(c if c.isprintable() else "�" for c in text)


def check_number(name: str, value: object, allowed: Range) -> None:
    """Raise unless ``value`` is a real number in the range."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number {allowed.words}, got {short(value)}")
    if not allowed.holds(float(value)):
        raise ValueError(f"{name} must be {allowed.words}, got {short(value)}")


def check_choice(name: str, value: object, choices: tuple[str | None, ...]) -> None:
    """Raise unless ``value`` is one of the choices."""
    if value not in choices:
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, choices))}, got {short(value)}"
        )


def check_hyper(name: str, value: object) -> None:
    """Raise unless the value is one that the hyper-parameter of this name may have."""
    if name in CHOICES:
        check_choice(name, value, CHOICES[name])
    elif name in FLAGS:
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, got {short(value)}")
    elif name not in RANGES or (callable(value) and name in SCHEDULABLE):
        return
    elif isinstance(allowed := RANGES[name], Range):
        if not (value is None and name in OPTIONAL):
            check_number(name, value, allowed)
    else:
        if not isinstance(value, tuple | list) or len(value) != len(allowed):
            raise ValueError(f"{name} must be {len(allowed)} numbers, got {short(value)}")
        for i, (x, each) in enumerate(zip(value, allowed, strict=True)):
            if not (callable(x) and name in SCHEDULABLE):
                check_number(f"{name}[{i}]", x, each)


def check_group(group: StateLike, known: Iterable[str]) -> None:
    """Check every hyper-parameter of a group, and that it has no others."""
    for name, value in group.items():
        if name == "params":
            continue
        if name not in known:
            meant = nearest(name, known, OTHER_NAMES)
            hint = f"use {meant}" if meant else f"it has {', '.join(known)}"
            raise TypeError(f"{name!r} is no hyper-parameter of this optimizer; {hint}")
        check_hyper(name, value)
