"""Optimizers racing on a surface from one start: the numbers, the picture, the animation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optim.base import COUNT, Optimizer, check_number, short
from optim.figures import Place as Axes
from optim.figures import checked
from optim.races.plots import animate_race, plot_race
from optim.races.results import Entrant, Place, Results, Run
from optim.rules import (
    ARS,
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    FiniteDifference,
    IndefiniteHessian,
    Lion,
    NAdam,
    Newton,
    RAdam,
    RMSprop,
    Rprop,
)
from optim.surfaces import Point, Surface, surface_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Beyond this distance from 0 an optimizer counts as diverged.
FAR = 1e3


Build = Callable[[list[Place]], Optimizer]

# How each optimizer enters a race, with rates that fit the surface.
ENTRANTS: dict[str, Entrant] = {
    "sgd": lambda p, s: SGD(p, s.rate),
    "momentum": lambda p, s: SGD(p, s.rate / 2, momentum=0.9),
    "nesterov": lambda p, s: SGD(p, s.rate / 2, momentum=0.9, nesterov=True),
    "adagrad": lambda p, s: Adagrad(p, 5 * s.reach),
    "adadelta": lambda p, s: Adadelta(p, 10 * s.reach, eps=1e-3),
    "rmsprop": lambda p, s: RMSprop(p, s.reach / 2, alpha=0.9),
    "adam": lambda p, s: Adam(p, s.reach),
    "adamw": lambda p, s: AdamW(p, s.reach, weight_decay=0.01),
    "nadam": lambda p, s: NAdam(p, s.reach),
    "adamax": lambda p, s: Adamax(p, s.reach),
    "amsgrad": lambda p, s: Adam(p, s.reach, amsgrad=True),
    "radam": lambda p, s: RAdam(p, s.rate),
    "rprop": lambda p, s: Rprop(p, s.reach, step_sizes=(1e-6, 10 * s.reach)),
    "lion": lambda p, s: Lion(p, s.reach / 3),
    "lbfgs": lambda p, s: LBFGS(p, 1.0, 1, 25, line_search_fn="strong_wolfe"),
    "newton": lambda p, s: Newton(p, s.hessian),
    "finite-difference": lambda p, s: FiniteDifference(p, s.rate / 0.06, 0.1, rng=0),
    "ars": lambda p, s: ARS(p, s.reach / 2, 0.05, 8, 4, rng=0),
}


class Race(Results):
    """The runs of several optimizers on one surface, which can be drawn."""

    def plot(self, ax: Axes = None, path: str | Path | None = None) -> Figure:
        """Draw the paths over contours beside the loss curves; return the matplotlib figure.

        ``ax`` is one matplotlib Axes, for the paths, or two; ``path`` saves it: ``.svg``, ``.png``
        or ``.pdf``.
        """
        return plot_race(self, ax, path)

    def save(self, path: str | Path, **settings: float | None) -> Path:
        """Save the race in the format of the name's ending.

        ``.svg`` and ``.png`` are the picture, ``.pdf`` it and the table, ``.gif`` and ``.mp4`` the
        film, ``.html`` the page, ``.tikz`` and ``.tex`` the picture and the table to be input,
        ``.txt`` the table, ``.json`` all numbers. ``pace`` is the seconds of a frame, ``n_up`` the
        pictures on a page of A4, ``limit`` the most frames.
        """
        from autograd.exports import KINDS, Settings, save
        from optim.races.shown import exhibit_of

        target, how = checked(path, KINDS), Settings.of(settings)
        how.check(target.suffix.lower())
        return save(exhibit_of(self), target, how)

    def animate(self, path: str | Path, frames: int = 60) -> Path:
        """Save the race as it happens: a ``.gif``, or an ``.html`` page that needs no network."""
        return animate_race(self, path, frames)


def race(
    surface: str | Surface,
    optimizers: str | Iterable[str] | Mapping[str, Build] = ("sgd", "momentum", "rmsprop", "adam"),
    start: Point | None = None,
    steps: int = 200,
) -> Race:
    """Run each optimizer from ``start`` (the surface's own, if not given) for ``steps`` steps.

    ``optimizers`` are names from ``ENTRANTS`` ("all" is all of them; a comma-separated string will
    do), or a mapping from names to functions that make an optimizer of a list of parameters. A
    run that diverges, or whose optimizer raises IndefiniteHessian, ends early, and its ``remark``
    says so.

    >>> from optim import SGD
    >>> from optim.races import race
    >>> result = race("bowl", {"plain": lambda p: SGD(p, lr=0.25)}, start=(2.0, 1.0), steps=3)
    >>> result.runs["plain"].path.tolist()
    [[2.0, 1.0], [1.0, 0.5], [0.5, 0.25], [0.25, 0.125]]
    """
    chosen = surface_named(surface)
    check_number("steps", steps, COUNT)
    steps = int(steps)  # a whole number may be a float
    origin = chosen.start if start is None else start
    if np.shape(origin) != (2,) or not np.isfinite(origin).all():
        raise ValueError(f"start must be two numbers, got {short(start)}")
    builds = entrants(optimizers)
    runs = {name: _run(chosen, build, origin, steps) for name, build in builds.items()}
    return Race(chosen, (float(origin[0]), float(origin[1])), steps, runs, builds)


def entrants(optimizers: str | Iterable[str] | Mapping[str, Build]) -> dict[str, Entrant]:
    """The optimizers to race, by name; ValueError lists the known names."""
    if isinstance(optimizers, Mapping):
        return {name: partial(_whatever, build) for name, build in optimizers.items()}
    if isinstance(optimizers, str):
        optimizers = list(ENTRANTS) if optimizers == "all" else optimizers.split(",")
    names = [name.strip() for name in optimizers]
    if not names:
        raise ValueError(f"a race needs entrants: some of {', '.join(ENTRANTS)}")
    for name in names:
        if name not in ENTRANTS:
            known = ", ".join(ENTRANTS)
            raise ValueError(f"there is no entrant {name!r}: take some of {known}, or all")
    return {name: ENTRANTS[name] for name in names}


def _whatever(build: Build, places: list[Place], surface: Surface) -> Optimizer:
    return build(places)


def _run(surface: Surface, build: Entrant, start: Point, steps: int) -> Run:
    place = Place(start)
    optimizer = build([place], surface)
    with np.errstate(all="ignore"):
        path, losses, remark = [place.data.copy()], [float(surface(*place.data))], ""
    if not np.isfinite(losses[0]):
        raise ValueError(f"the surface is not finite at the start {tuple(start)}; start nearer")

    def closure() -> float:
        place.grad = surface.gradient(place.data)
        return float(surface(*place.data))

    with np.errstate(all="ignore"):
        for step in range(1, steps + 1):
            try:
                optimizer.step(closure)
            except IndefiniteHessian as error:
                remark = f"stopped: {error.point.kind} Hessian"
                break
            loss = float(surface(*place.data))
            if not np.isfinite([*place.data, loss]).all() or np.abs(place.data).max() > FAR:
                remark = f"left at step {step}"
                break
            path.append(place.data.copy())
            losses.append(loss)
    return Run(np.array(path), np.array(losses), remark)
