"""W55: the misprinted formulas of the lectures, handed to gradcheck or to a trajectory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import nn
import nn.functional as F
from autograd import custom_rule, gradcheck, gradients, remove_rule
from optim.examples import Outcome, Table, example, panels
from optim.misprints import MISPRINTS as RULES
from optim.misprints import Build
from optim.misprints import Misprint as RuleMisprint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes


class Misprint(NamedTuple):
    """Where it stands, as printed, as meant; what a test says of each, and whether it passes."""

    place: str
    printed: str
    meant: str
    judged: Callable[[], tuple[tuple[bool, str], tuple[bool, str]]]


def by_gradcheck(
    printed: tuple[str, str], meant: tuple[str, str], at: float
) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """gradcheck of a value and the derivative stated for it, as printed and as meant."""

    def judge(value: str, derivative: str) -> tuple[bool, str]:
        rule = custom_rule("stated", "a", value, derivative)
        try:
            passed = bool(gradcheck(rule, at))
        finally:
            remove_rule("stated")
        return passed, "gradcheck passes" if passed else "gradcheck fails"

    return judge(*printed), judge(*meant)


def fifth_step(build: Build) -> float:
    """The fifth step under the gradient 1, in learning rates: about 1 is right."""
    w = nn.Parameter(np.zeros(1))
    optimizer, places = build([w], 0.1), [0.0]
    for _ in range(5):
        w.grad = np.ones(1)
        optimizer.step()
        places.append(float(w.data[0]))
    return (places[-2] - places[-1]) / 0.1


def by_step(misprint: RuleMisprint) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """An optimizer as printed and as meant, under a constant gradient."""

    def judge(build: Build) -> tuple[bool, str]:
        step = fifth_step(build)
        return 0.3 < step < 1.001, f"under a constant gradient the 5th step is {step:.3f} η"

    return judge(misprint.printed), judge(misprint.meant)


def perceptron(again: bool) -> tuple[bool, str]:
    """Descent on one sample with inputs of both signs, the update multiplied by x again or not."""
    x, w = np.array([1.0, -2.0]), np.zeros(2)
    for _ in range(20):
        gradient = x * (1 / (1 + np.exp(-w @ x)) - 1)
        w = w - 0.5 * (gradient * x if again else gradient)
    loss = float(np.logaddexp(0, -w @ x))
    return loss < 0.1, f"after 20 updates the loss is {loss:.3g}, from 0.693"


def first_layer(twice: bool) -> tuple[bool, str]:
    """The formula for the first layer's gradient, the sum over the outputs taken once or twice."""
    x, y = np.array([[0.5, -1.0]]), np.array([[1.0, 0.0]])
    hidden, out = nn.Linear(2, 3, rng=1), nn.Linear(3, 2, rng=2)
    h = F.sigmoid(hidden(x))
    guess = F.sigmoid(out(h))
    loss = F.binary_cross_entropy(guess, y, reduction="sum")
    (engine,) = gradients(loss, [hidden.weight])
    back = ((guess.data - y) @ out.weight.data.T) * h.data * (1 - h.data)
    ratio = float(np.mean(x.T @ back * (2 if twice else 1) / engine.data))
    return bool(np.isclose(ratio, 1)), f"{ratio:.3g} times the gradient of the engine"


def perturbed(sign: int) -> tuple[bool, str]:
    rng = np.random.default_rng(0)
    w = np.array([1.0, -1.0])
    for _ in range(50):
        d = 0.1 * rng.normal(size=2)
        difference = ((w + d) ** 2).sum() - ((w - d) ** 2).sum()
        w = w + sign * difference * d
    loss = float((w**2).sum())
    return loss < 2, f"50 steps take Σw² from 2 to {loss:.3g}"


def batches(last: int) -> tuple[bool, str]:
    rows = [*range(128), *range(128, last + 1), *range(256, 384)]
    return len(rows) == len(set(rows)), f"{len(rows) - len(set(rows))} rows in two batches"


_LOG = "log(1 - 1 / (1 + exp(-a)))"
_BATCH = "((a - 1)**2 + (a - 2)**2 + (a - 3)**2 + (a - 4)**{}) / 4"

MISPRINTS = (
    Misprint("E27", "ℓ = -y log a + (1-y) log(1-a), dℓ/ds = a - y", "both terms under one minus",
             lambda: by_gradcheck((_LOG, "1 / (1 + exp(-a))"),
                                  ("-" + _LOG, "1 / (1 + exp(-a))"), 0.4)),
    Misprint("C25", "one exponent 4, gradient 2w - 5", "all exponents 2",
             lambda: by_gradcheck((_BATCH.format(4), "2*a - 5"), (_BATCH.format(2), "2*a - 5"),
                                  10.0)),
    Misprint("A11", "the ReLU's gate is x > 0", "z > 0, with z = w x",
             lambda: by_gradcheck(("maximum(2 * a, 0)", "2"),
                                  ("maximum(2 * a, 0)", "where(greater(a, 0), 2, 0)"), -0.5)),
    Misprint("E1", "w ← w - α ∂J/∂w · X", "w ← w - α ∂J/∂w",
             lambda: (perceptron(True), perceptron(False))),
    Misprint("A10", "∂L/∂w¹ sums over i twice", "once", lambda: (first_layer(True),
                                                             first_layer(False))),
    Misprint("E28", "W + α(Gp - Gn)δW for a loss", "W - α(Gp - Gn)δW",
             lambda: (perturbed(1), perturbed(-1))),
    Misprint("E8", "the second batch is rows 128-256", "rows 128-255",
             lambda: (batches(256), batches(255))),
    *(Misprint(one.place, one.said, "the rule as it is meant", partial(by_step, one))
      for one in RULES),
)  # fmt: skip


@example("W55", "find-the-misprint", "Find the misprint: each formula tried, and seen to fail")
def find_the_misprint() -> Outcome:
    """Each misprinted formula as printed and as meant, and what a test says of either."""
    judged = [(misprint, *misprint.judged()) for misprint in MISPRINTS]
    rows = []
    for (place, printed, meant, _), (_, wrong), (_, right) in judged:
        rows += [[place, "printed", printed, wrong], ["", "meant", meant, right]]

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        steps = {f"{one.place}, {one.optimizer}\n{way}": fifth_step(build)
                 for one in RULES
                 for way, build in (("printed", one.printed), ("meant", one.meant))}  # fmt: skip
        axes.barh([f"{i}: {name}" for i, name in enumerate(steps)], [*steps.values()],
                  color=nn.plots.COLOURS[:2] * len(RULES))  # fmt: skip
        axes.invert_yaxis()
        axes.axvline(1, color="black", ls="--", lw=1)
        axes.set(title="the fifth step under a constant gradient", xlabel="learning rates")
        return figure

    numbers = {
        "printed pass": [misprint.place for misprint, wrong, _ in judged if wrong[0]],
        "meant fail": [misprint.place for misprint, _, right in judged if not right[0]],
    }
    return Outcome(numbers, draw, [Table("", ["place", "", "formula", "the test"], rows)])
