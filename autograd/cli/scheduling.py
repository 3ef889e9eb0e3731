"""``--schedule "warmup(steps=3) + cosine(steps=10)"``: the learning rates of an optimizer."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NoReturn

from autograd.calculus import Quantity, State, short

#: The names of schedules, and those of their classes.
SCHEDULES = {
    "constant": "Constant", "step": "StepDecay", "multistep": "MultiStep",
    "exponential": "Exponential", "inverse_time": "InverseTime", "inverse_sqrt": "InverseSqrt",
    "polynomial": "Polynomial", "cosine": "Cosine", "cosine_restarts": "CosineWarmRestarts",
    "cyclic": "Cyclic", "one_cycle": "OneCycle", "plateau": "ReduceOnPlateau",
}  # fmt: skip
WARMUP = "warmup"
FORM = 'write --schedule "cosine(steps=10)", or "warmup(steps=3) + cosine(steps=10)"'


def schedule_of(text: str, lr: float) -> Callable[[int], float]:
    """The schedule that was typed, from the rate ``lr``, its first argument.

    >>> from autograd.cli.scheduling import schedule_of
    >>> schedule_of("warmup(steps=2) + cosine(steps=10)", 0.5)(7)
    0.25
    """
    import optim

    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        _refuse(text)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        (before, settings), (name, own) = _call(tree.left, text), _call(tree.right, text)
        if before != WARMUP or name == WARMUP:
            _refuse(text)
        then = _built(name, SCHEDULES, own, lr)
        return _made(WARMUP, optim.warmup, (then,), settings)  # type: ignore[no-any-return]
    name, own = _call(tree, text)
    if name == WARMUP:
        return _made(WARMUP, optim.warmup, (lr,), own)  # type: ignore[no-any-return]
    return _built(name, SCHEDULES, own, lr)  # type: ignore[no-any-return]


def with_momentum(schedule: Quantity, kind: Callable[..., Quantity], options: State) -> State:
    """The options of the optimizer, its momentum following a schedule that has one as well."""
    inner = getattr(schedule, "then", schedule)
    if inner is not schedule or not hasattr(inner, "momentum"):
        return options
    if options.get("momentum"):
        return {**options, "momentum": inner.momentum}
    usual = inspect.signature(kind).parameters.get("betas")
    betas = options.get("betas", usual.default if usual is not None else None)
    if isinstance(betas, tuple):
        return {**options, "betas": (inner.momentum, *betas[1:])}
    return options


def _refuse(text: str) -> NoReturn:
    comma = re.search(r"=\s*(\d+),(\d+)\s*[,;)]", text)
    remedy = f"a number in it has a point: {comma[1]}.{comma[2]}" if comma else FORM
    raise ValueError(f"--schedule {short(text)}: {remedy}")


def _form_of(name: str) -> str:
    """How a schedule is written with its arguments, if there is one of that name."""
    if name not in SCHEDULES:
        return FORM
    import optim

    words = list(inspect.signature(getattr(optim, SCHEDULES[name])).parameters)[1:]
    return f'write "{name}({", ".join(f"{word}=..." for word in words)})", those that you need'


def _call(tree: ast.expr, text: str) -> tuple[str, State]:
    """A name and the arguments in its brackets."""
    if isinstance(tree, ast.Name):
        return tree.id.lower(), {}
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        _refuse(text)
    name = tree.func.id.lower()
    if tree.args or any(word.arg is None for word in tree.keywords):
        raise ValueError(f"--schedule {name}: name each argument; {_form_of(name)}")
    settings: State = {}
    for word in tree.keywords:
        try:
            settings[str(word.arg)] = ast.literal_eval(word.value)
        except ValueError:
            value = short(ast.unparse(word.value))
            raise ValueError(f"--schedule {name}: {word.arg}={value} is no number") from None
    return name, settings


def _built(name: str, known: dict[str, str], settings: State, lr: float) -> Quantity:
    import optim

    if name not in known:
        near = get_close_matches(name, [*known, WARMUP], 1)
        remedy = f"{near[0]} is nearest" if near else f"there are {', '.join([*known, WARMUP])}"
        raise ValueError(f"--schedule: there is no {short(name)}; {remedy}")
    return _made(name, getattr(optim, known[name]), (lr,), settings)


def _made(name: str, kind: Callable[..., Quantity], first: Quantity, settings: State) -> Quantity:
    """``kind(*first, **settings)``; an argument that lacks or is unknown is said in one line."""
    parameters = [*inspect.signature(kind).parameters.values()][len(first) :]
    names = [p.name for p in parameters]
    for word in settings:
        if word not in names:
            raise ValueError(
                f"--schedule {name} has no {short(word)}; it has {', '.join(names)}"
                + (", and --lr" if word in ("lr", "max_lr") else "")
            )
    for p in parameters:
        if p.default is p.empty and p.name not in settings:
            raise ValueError(f'--schedule {name} needs {p.name}: "{name}({p.name}=...)"')
    try:
        return kind(*first, **settings)
    except (TypeError, ValueError) as error:
        raise ValueError(f"--schedule {name}: {error}") from None
