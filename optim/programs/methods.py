"""Optimizers whose steps call for losses, gradients or a Hessian: what a page needs to run them.

The steps themselves are in the page's script, ``race_methods.js``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.base import WholeVector
from optim.kinds import Function, State
from optim.programs.updates import EntryPair
from optim.rules import ARS, LBFGS, FiniteDifference, Newton
from optim.surfaces import Surface

_NAMES = {Newton: "newton", LBFGS: "lbfgs", FiniteDifference: "difference", ARS: "ars"}


@dataclass(frozen=True)
class Method:
    """An optimizer by the name of its steps in the script, its rate and its settings."""

    form: str
    rate: float
    settings: State

    def data(self) -> State:
        """For the page."""
        return {"rate": self.rate, "settings": self.settings}


def method(make: Function, surface: Surface) -> Method | None:
    """The method of the optimizer that ``make`` makes of a list of parameters.

    None for one that a page cannot run: a class of one's own, a schedule, a Hessian that is not the
    surface's, or random numbers that are others each time.
    """
    optimizer = make([EntryPair()])
    name = _NAMES.get(type(optimizer))
    if name is None:
        return None
    settings = {k: v for k, v in optimizer.hyper.items() if k not in ("params", "lr")}
    rate = optimizer.hyper["lr"]
    if callable(rate) or any(map(callable, settings.values())):
        return None
    if settings.pop("maximize") or settings.pop("check_finite"):
        return None
    if isinstance(optimizer, Newton) and optimizer.hessian != surface.hessian:
        return None
    if isinstance(optimizer, FiniteDifference | ARS):
        stream = _stream(optimizer, make)
        if stream is None:
            return None
        settings["stream"] = stream
    return Method(name, float(rate), settings)


def _stream(optimizer: WholeVector, make: Function) -> list[str] | None:
    """The state of a generator PCG64, which a script continues; None for another.

    A generator that was given goes on where it has come to, and without a seed there is another
    one each time: two of one seed begin alike.
    """
    generator = optimizer.rng.bit_generator  # type: ignore[attr-defined]
    if type(generator) is not np.random.PCG64:
        return None
    begun = generator.state
    generator.random_raw()
    again = make([EntryPair()]).rng.bit_generator.state
    generator.state = begun
    if again != begun:
        return None
    return [str(begun["state"][name]) for name in ("state", "inc")]
