"""W48: one optimizer under one name, in each form that a lecture prints, for five updates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optim.base import Optimizer
from optim.examples.demonstration import Outcome, Table, column, example
from optim.misprints import OverwrittenAdam
from optim.races import COLOURS, Place
from optim.rules import SGD, Adadelta, Adagrad, Adam, RMSprop, Rprop

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

#: The gradients of five updates from θ = 1, and what all forms share.
GRADIENTS = (0.5, -0.3, 0.2, 0.4, -0.1)
RATE, EPS = 0.1, 0.01

Build = Callable[[list[Place]], Optimizer]

OVERWRITTEN = "Adam, averages overwritten"

#: Each form: who prints it, the rule, the optimizer that runs it.
FORMS: dict[str, tuple[str, str, Build]] = {
    "SGD": ("all", "θ ← θ - ηg", lambda p: SGD(p, RATE)),
    "momentum, accumulate": (
        "PyTorch", "v ← μv + g; θ ← θ - ηv", lambda p: SGD(p, RATE, momentum=0.9)
    ),
    "momentum, velocity": (
        "A, D", "v ← μv - ηg; θ ← θ + v",
        lambda p: SGD(p, RATE, momentum=0.9, momentum_form="velocity"),
    ),
    "momentum, average": (
        "A's code, E", "v ← μv + (1-μ)g; θ ← θ - ηv",
        lambda p: SGD(p, RATE, momentum=0.9, momentum_form="average"),
    ),
    "momentum, average, C's α = 0.9": (
        "C", "v ← αg + (1-α)v; θ ← θ - ηv",
        lambda p: SGD(p, RATE, momentum=1 - 0.9, momentum_form="average"),
    ),
    "AdaGrad, ε outside": (
        "E p. 30, PyTorch", "G ← G + g²; θ ← θ - ηg/(√G + ε)",
        lambda p: Adagrad(p, RATE, eps=EPS),
    ),
    "AdaGrad, ε inside": (
        "C, E p. 31-32", "G ← G + g²; θ ← θ - ηg/√(G + ε)",
        lambda p: Adagrad(p, RATE, eps=EPS, eps_form="inside"),
    ),
    "Adadelta": (
        "named by A, B, C, E", "θ ← θ - ηg√(D + ε)/√(E + ε)",
        lambda p: Adadelta(p, RATE, rho=0.9, eps=EPS),
    ),
    "Rprop": (
        "named by E", "sizes ×1.2 or ×0.5 by the sign; θ ← θ - s·sign g", lambda p: Rprop(p, RATE)
    ),
    "RMSProp, ε outside": (
        "A, D", "v ← αv + (1-α)g²; θ ← θ - ηg/(√v + ε)",
        lambda p: RMSprop(p, RATE, alpha=0.9, eps=EPS),
    ),
    "RMSProp, without ε": (
        "A's code", "θ ← θ - ηg/√v", lambda p: RMSprop(p, RATE, alpha=0.9, eps=0.0)
    ),
    "RMSProp, ε inside": (
        "C, E", "θ ← θ - ηg/√(v + ε)",
        lambda p: RMSprop(p, RATE, alpha=0.9, eps=EPS, eps_form="inside"),
    ),
    "Adam, ε outside": (
        "A's code, D, E", "θ ← θ - η(m/c₁)/(√(v/c₂) + ε), c = 1-βᵗ",
        lambda p: Adam(p, RATE, eps=EPS),
    ),
    "Adam, ε inside": (
        "A's formula, C", "θ ← θ - η(m/c₁)/√(v/c₂ + ε)",
        lambda p: Adam(p, RATE, eps=EPS, eps_form="inside"),
    ),
    "Adam, not corrected": (
        "A's first slide", "θ ← θ - ηm/√(v + ε)",
        lambda p: Adam(p, RATE, eps=EPS, eps_form="inside", bias_correction="none"),
    ),
    "Adam, c without the power": (
        "D", "c = 1-β at every step",
        lambda p: Adam(p, RATE, eps=EPS, bias_correction="fixed"),
    ),
    OVERWRITTEN: (
        "A's listing", "a misprint: m ← m/c₁, v ← v/c₂",
        lambda p: OverwrittenAdam(p, RATE, eps=EPS),
    ),
}  # fmt: skip


def first_adam(places: list[Place], correction: str) -> Optimizer:
    return Adam(places, RATE, bias_correction=correction)


def path_of(build: Build) -> list[float]:
    """θ from 1 on, through the five updates."""
    place = Place([1.0])
    optimizer, path = build([place]), [1.0]
    for gradient in GRADIENTS:
        place.grad = np.array([gradient])
        optimizer.step()
        path.append(float(place.data[0]))
    return path


@example("W48", "optimizer-forms", "One name, several rules: each printed form, five updates")
def optimizer_forms() -> Outcome:
    """θ after each of five updates with the same gradients, in every form that is printed."""
    paths = {name: path_of(build) for name, (*_, build) in FORMS.items()}
    rows = [[name, who, f"{paths[name][-1]:.9f}", rule] for name, (who, rule, _) in FORMS.items()]
    table = Table(
        f"g = {', '.join(map(str, GRADIENTS))} from θ = 1; η = {RATE}, ε = {EPS}, ρ = μ = β₁ = 0.9,"
        " β₂ = 0.999",
        ["form", "printed by", "θ₅", "rule"],
        rows,
    )
    # With a small ε the first step of Adam is η, whatever the gradient, if the averages are right.
    first = {
        name: 1 - path_of(partial(first_adam, correction=correction))[1]
        for name, correction in (("corrected", "step"), ("not corrected", "none"))
    }

    def draw(ax: Axes = None) -> Figure:
        figure, (upper, lower) = column(3.5, 4.1, ax=ax)
        for axes, title, kind in (
            (upper, "SGD, momentum and AdaGrad", ("SGD", "momentum", "AdaGrad")),
            (lower, "RMSProp and Adam", ("RMSProp", "Adam,")),
        ):
            chosen = [name for name in paths if name.startswith(kind)]
            for i, name in enumerate(chosen):
                # Two forms of one path are seen as dashes on a line.
                axes.plot(paths[name], color=COLOURS[i % len(COLOURS)], marker=".", label=name,
                          ls="-" if i % 2 else "--", zorder=2 if i % 2 else 3)  # fmt: skip
            axes.set(xlabel="update", ylabel="θ", title=title)
            axes.legend(loc="lower left")
            axes.grid(alpha=0.3)
        upper.set_ylim(bottom=0.5)  # room for the names
        lower.set_ylim(bottom=0.1)
        return figure

    notes = [
        "C's momentum v = αg + (1-α)v gives the new gradient the weight α: it is the average of"
        " A and E with μ = 1 - α, so its α = 0.9 remembers as little as μ = 0.1.",
        "At k = 0 the averages of Adam hold (1-β₁)g and (1-β₂)g², so its step, η(1-β₁)/√(1-β₂),"
        f" is {first['not corrected']:.3f} without a correction, with it {first['corrected']:.3f}"
        " (ε = 1e-8): √10 times the rate where the rate is meant.",
        "D prints the correction as 1-β without the power t: right at t = 1 only; later it makes"
        " both averages too large.",
        "A's listing writes the corrected averages over the running ones, so that each update"
        f" corrects what is corrected: θ₅ = {paths[OVERWRITTEN][-1]:.9f}. The paper and E do not.",
    ]
    numbers = {
        "θ₅": {name: path[-1] for name, path in paths.items()},
        "first step": first,
        "Adam's defaults": _defaults(),
    }
    return Outcome(numbers, draw, [table], notes)


def _defaults() -> tuple[float, float, float]:
    """β₁, β₂ and ε of an Adam that is given none."""
    group = Adam([Place([0.0])]).param_groups[0]
    beta1, beta2 = group["betas"]
    return float(beta1), float(beta2), float(group["eps"])
