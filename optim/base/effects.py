"""Calls that change parameters or gradients, made known to whoever records a program.

``autograd.compile`` runs a training step once and repeats it later. What an optimizer does is no
operation on nodes, so the recorder is told of the call, and makes the same call in every replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from optim.kinds import Array, Function, Parameter

P = ParamSpec("P")
R = TypeVar("R")

#: The last, if there is one, is called as ``recorder(function, args, kwargs, repeats)`` in place of
#: the function.
recorders: list[Function] = []


@dataclass(frozen=True)
class Lines:
    """What an effect does in every call, as lines of Python that stand for it.

    They do while each of ``rows`` has the memory that is listed for its data and its gradient, the
    attribute of each of ``kept`` is the very object listed, and all ``tests`` are true.
    """

    cleared: Sequence[Parameter] = ()  # they lose their gradients
    rows: Sequence[tuple[Parameter, Array, Array]] = ()  # parameters whose data the lines change
    kept: Sequence[tuple[object, str, object]] = ()
    tests: Sequence[str] = ()
    body: Sequence[str] = ()
    names: Mapping[str, object] = field(default_factory=dict)  # what stands in tests and body


def in_lines(write: Callable[..., Lines | None]) -> Callable[[Function], Function]:
    """Say how an effect is written out: ``write(stem, *args)``, names beginning with ``stem``."""

    def mark(function: Function) -> Function:
        function.in_lines = write  # type: ignore[attr-defined]
        return function

    return mark


def effect(function: Callable[P, R]) -> Callable[P, R]:
    """A function that changes parameters or gradients."""
    return _told(function, True)


def unrepeatable(function: Callable[P, R]) -> Callable[P, R]:
    """The same of one that does other things from call to call, or takes a function."""
    return _told(function, False)


def _told(function: Callable[P, R], repeats: bool) -> Callable[P, R]:
    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if recorders:
            return cast(R, recorders[-1](function, args, kwargs, repeats))
        return function(*args, **kwargs)

    call.is_told = True  # type: ignore[attr-defined]
    return call


def tell(cls: type) -> None:
    """Make the methods of a new kind of optimizer known as a whole, with what they do beside ours.

    What a ``step`` does before and after ``super().step()`` is repeated too.
    """
    for name in ("step", "zero_grad"):
        function = getattr(cls, name)
        if not hasattr(function, "is_told"):
            setattr(cls, name, effect(function))
