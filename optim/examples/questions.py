"""W54: ten questions on gradient descent, each answer decided by an experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optim.examples.demonstration import Outcome, Table, example, panels
from optim.examples.descending import parabola, valley
from optim.examples.noise import ROWS, jumps
from optim.examples.training import logistic
from optim.kinds import Array
from optim.races import COLOURS, Place
from optim.rules import SGD, Adagrad, Adam, RMSprop

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes


@dataclass(frozen=True)
class Question:
    """What is asked, the answers, the key, an experiment for each answer; a doubt, or ""."""

    ask: str
    answers: tuple[str, ...]
    key: int
    experiment: Callable[[], tuple[str, ...]]
    doubt: str = ""


def descent(f: Callable[[Array], tuple[float, Array]], w: Array, lr: float, steps: int) -> Array:
    """Where descent ends."""
    for _ in range(steps):
        w = w - lr * f(w)[1]
    return w


def written(number: float) -> str:
    """A few digits and no power of ten, for readers who have not met 1e-05."""
    few = float(f"{number:.1g}" if abs(number) < 1e-3 else f"{number:.3g}")
    return np.format_float_positional(few, trim="-")


def purposes() -> tuple[str, ...]:
    rng = np.random.default_rng(54)
    x = rng.normal(size=(60, 2)) @ [[1.0, 0.8], [0.0, 0.3]]
    y = x @ [1.5, -0.5]

    def regression(w: Array) -> tuple[float, Array]:
        errors = x @ w - y
        return float((errors**2).mean()), 2 * x.T @ errors / 60

    def projection(u: Array) -> tuple[float, Array]:
        rest = x - np.outer(x @ u, u)
        gradient = -2 * (rest.T @ (x @ u) + x.T @ (rest @ u)) / 60
        return float((rest**2).sum(1).mean()), gradient

    def fall(f: Callable[[Array], tuple[float, Array]], w: Array, lr: float) -> str:
        start, end = written(f(w)[0]), written(f(descent(f, w, lr, 400))[0])
        return f"descent takes its loss from {start} to {end}"

    centres = x[:2]
    nearest = [((x[:, None] - c) ** 2).sum(-1).argmin(1) for c in (centres, centres + 1e-9)]
    changed = int((nearest[0] != nearest[1]).sum())
    return (
        f"moving the centres a little regroups {changed} of 60 points: no slope to follow",
        fall(regression, np.zeros(2), 0.2),
        fall(projection, np.array([0.2, -0.6]), 0.1) + " (points projected on a line)",
        fall(logistic, np.zeros(3), 1.0) + " (log-loss of a linear classifier)",
    )


def minimiser() -> tuple[str, ...]:
    start = np.array([1.0])
    down, up = (parabola(descent(parabola, start, lr, 5))[0] for lr in (0.1, -0.1))
    return (
        f"five steps against the gradient take (w-1)² + (w-3)² from 4 to {down:.3g}",
        f"five steps along it, to {written(up)}: that is ascent",
        "the steps are the same, with no groups anywhere: a function is all it needs",
        "the steps are the same, with no classes anywhere: a function is all it needs",
    )


def meaning() -> tuple[str, ...]:
    at, h = np.array([1.0, -0.5]), 1e-6
    angles = np.radians(np.arange(360))
    slopes = [(valley(at + h * d)[0] - valley(at - h * d)[0]) / (2 * h)
              for d in np.stack([np.cos(angles), np.sin(angles)], 1)]  # fmt: skip
    gradient = valley(at)[1]
    towards = np.degrees(np.arctan2(gradient[1], gradient[0])) % 360
    return (
        f"of 360 directions the steepest is {int(np.argmax(slopes))}°, the gradient's"
        f" {towards:.1f}°",
        f"the steepest slope measured is {max(slopes):.3f}, the gradient's length"
        f" {np.linalg.norm(gradient):.3f}",
        f"the minimum is {np.linalg.norm(at):.2f} away, the gradient {np.linalg.norm(gradient):.2f}"
        " long: no distance",
        f"its entries are {gradient[0]:g} and {gradient[1]:g}: negative and beyond 1, no chances",
    )


def rate_sets() -> tuple[str, ...]:
    start = np.array([1.0])
    first = {lr: float((descent(parabola, start, lr, 1) - start)[0]) for lr in (0.1, 0.2)}
    return (
        "both runs took the number of steps they were told to, whatever the rate",
        "both runs began at w = 1, whatever the rate",
        f"from w = 1 the first step is {first[0.1]:g} at rate 0.1 and {first[0.2]:g} at 0.2",
        "no threshold is in w - η g at all",
    )


def updates() -> tuple[str, ...]:
    return (
        f"{ROWS} updates in a pass over {ROWS} rows",
        f"{ROWS // 8} updates with batches of 8 in a pass over {ROWS} rows",
        f"1 update in a pass over {ROWS} rows",
        "as many as its batches are: momentum changes the step, not when it is taken",
    )


def trade_off() -> tuple[str, ...]:
    def rolled(momentum: float) -> float:
        place = Place([1.8])
        optimizer = SGD([place], lr=0.05, momentum=momentum)
        for _ in range(300):
            place.grad = place.data**3 - place.data + 0.1
            optimizer.step()
        return float(place.data[0])

    left = {size: float((jumps(size, 60) < 0).mean()) for size in (ROWS, 8, 1)}
    return (
        f"an update of the batch reads {ROWS} rows, one of a single sample reads 1",
        f"from a shallow minimum {left[1]:.0%} of its runs reached the deeper one, not all",
        "a gradient of 8 rows costs an eighth of the batch's, and its noise is 1/√8 of one row's",
        f"from w = 1.8 the batch ends at {rolled(0.0):.2f}, a local minimum, with momentum at"
        f" {rolled(0.9):.2f}: it may roll on, and may come to rest in the wrong one as well",
    )


def too_high() -> tuple[str, ...]:
    ends = {
        lr: parabola(descent(parabola, np.array([-1.0]), lr, 20))[0] for lr in (0.01, 0.2, 0.55)
    }
    return (
        f"slow is the rate that is too low: 20 steps at 0.01 leave a loss of {written(ends[0.01])}",
        f"20 steps at 0.55 end at a loss of {written(ends[0.55])}; at 0.2, at {written(ends[0.2])}",
        "the run at 0.55 never stops by itself: its gradient grows with each step",
        "each step costs one gradient, at any rate",
    )


def convergence() -> tuple[str, ...]:
    def slope(w: Array) -> tuple[float, Array]:
        return 0.0, w**3 - w + 0.1

    ends = [float(descent(slope, np.array([w]), 0.1, 200)[0]) for w in (-1.5, 0.5)]
    far = float(descent(slope, np.array([0.5]), 1.3, 30)[0])
    one = float(descent(slope, np.array([0.5]), 0.1, 1)[0])
    return (
        f"from -1.5 it ends at {ends[0]:.2f}, from 0.5 at {ends[1]:.2f}, which is a local minimum",
        f"start and rate decide: it ends at {ends[0]:.2f} or {ends[1]:.2f}, at rate 1.3 nowhere",
        f"with a rate of 1.3 it does not settle: after 30 steps it is at {far:.2f}",
        f"one iteration from 0.5 is at {one:.2f}, far from any minimum: fast, and not there",
    )


def wobble(rate: Callable[[int], float], noise: float = 1.0, momentum: float = 0.0) -> float:
    """The mean |y| of the last 30 of 150 noisy steps on (x² + 10y²)/2."""
    rng = np.random.default_rng(9)
    place, seen = Place([-4.0, 1.0]), []
    optimizer = SGD([place], lr=rate, momentum=momentum)
    for _ in range(150):
        place.grad = valley(place.data)[1] + noise * rng.normal(size=2)
        optimizer.step()
        seen.append(abs(float(place.data[1])))
    return float(np.mean(seen[-30:]))


def oscillation() -> tuple[str, ...]:
    plain = wobble(lambda t: 0.19)
    remedies = (
        wobble(lambda t: 0.19 / (1 + 0.1 * t)), wobble(lambda t: 0.19 * 1.002**t),
        wobble(lambda t: 0.19, noise=0.25), wobble(lambda t: 0.19, momentum=0.5),
    )  # fmt: skip
    return tuple(f"the swing across the valley goes from {written(plain)} to {written(after)}"
                 for after in remedies)  # fmt: skip


def variants() -> tuple[str, ...]:
    def end(build: Callable[[list[Place]], SGD | Adagrad | RMSprop | Adam]) -> str:
        place = Place([1.0])
        optimizer = build([place])
        for _ in range(200):
            place.grad = parabola(place.data)[1]
            optimizer.step()
        return (
            f"200 steps on (w-1)² + (w-3)² from w = 1 end at {place.data[0]:.2f}; they need only g"
        )

    return (
        end(lambda p: Adagrad(p, 0.5)),
        "it takes no gradient: it groups points by the nearest centre, then moves the centres",
        end(lambda p: RMSprop(p, 0.02)),
        end(lambda p: Adam(p, 0.05)),
    )


QUESTIONS = (
    Question("What is gradient descent for?",
             ("grouping points", "fitting a regression", "reducing dimensions",
              "classifying pictures"), 1, purposes,
             "It fits any differentiable loss: the third and the fourth are as good."),
    Question("What is gradient descent?",
             ("a minimiser that walks against the slope", "a maximiser", "a grouping method",
              "a classifier"), 0, minimiser),
    Question("What does the gradient stand for?",
             ("the direction of steepest ascent", "the rate of change at a point", "a distance",
              "a probability"), 1, meaning,
             "As a vector it is the direction of steepest ascent, its length is the rate: the first"
             " is as true."),
    Question("What does the learning rate set?",
             ("the number of iterations", "the start", "the size of the steps", "the threshold"),
             2, rate_sets),
    Question("Which variant updates only after the whole data set?",
             ("single-sample", "mini-batch", "batch", "momentum"), 2, updates),
    Question("What is true of the trade-off between the variants?",
             ("batch is faster", "single-sample surely finds the global minimum",
              "mini-batch stands between efficiency and noise",
              "momentum is less prone to local minima"), 2, trade_off),
    Question("What does a rate too high risk?",
             ("slowness", "overshooting", "early convergence", "more computing"), 1, too_high),
    Question("What is true of convergence?",
             ("always to the global minimum", "perhaps to a local one, by start and rate",
              "always", "fewer iterations are faster"), 1, convergence),
    Question("What helps against oscillation near the minimum?",
             ("lower the rate over time", "raise the rate", "larger batches", "momentum"),
             3, oscillation,
             "Lowering the rate is at least as good, as the same lecture says on page 40, and a"
             " larger batch helps as well: look at the three numbers."),
    Question("Which is no variant of gradient descent?",
             ("AdaGrad", "k-means", "RMSProp", "Adam"), 1, variants),
)  # fmt: skip


@example("W54", "ten-questions", "Ten questions, each answer by experiment")
def ten_questions() -> Outcome:
    """Each question with its four answers, what the experiment of each shows, and the key."""
    shown = [question.experiment() for question in QUESTIONS]
    tables = [
        Table(
            f"{i}. {question.ask}",
            ["", "answer", "key", "the experiment"],
            [["abcd"[k], answer, "<-" if k == question.key else "", outcomes[k]]
             for k, answer in enumerate(question.answers)],
        )
        for i, (question, outcomes) in enumerate(zip(QUESTIONS, shown), 1)
    ]  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        swings = {
            "as it is": wobble(lambda t: 0.19),
            "rate lowered": wobble(lambda t: 0.19 / (1 + 0.1 * t)),
            "larger batch": wobble(lambda t: 0.19, noise=0.25),
            "momentum 0.5": wobble(lambda t: 0.19, momentum=0.5),
        }
        axes.bar([*swings], [*swings.values()], color=COLOURS[: len(swings)])
        axes.set(title="question 9: the swing across the valley", ylabel="mean |y|, last 30 steps")
        return figure

    numbers = {"keys": "".join("abcd"[question.key] for question in QUESTIONS),
               "doubtful": [i for i, q in enumerate(QUESTIONS, 1) if q.doubt]}  # fmt: skip
    doubts = [f"Question {i}, a doubtful key: {question.doubt}"
              for i, question in enumerate(QUESTIONS, 1) if question.doubt]  # fmt: skip
    return Outcome(numbers, draw, tables, [*doubts, "tracegrad quiz E asks them one by one."])
