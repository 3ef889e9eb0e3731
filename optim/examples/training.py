"""W27, W30 and W38 on small problems: decaying rates, no gradients, and why training stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optim.base import Optimizer
from optim.examples.demonstration import Outcome, Table, example, panels
from optim.figures import axes_of, whole_figure
from optim.kinds import Array
from optim.races import COLOURS, DASHES, Place
from optim.rules import ARS, SGD, FiniteDifference, classify_critical_point
from optim.schedules import formulas as schedules
from optim.surfaces import SURFACES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

SCHEDULES: dict[str, Callable[[int], float]] = {
    "constant": schedules.Constant(0.1),
    "step": schedules.StepDecay(0.1, 100, 0.3),
    "multistep": schedules.MultiStep(0.1, (60, 300), 0.3),
    "exponential": schedules.Exponential(0.1, 0.95, per_epoch=10),
    "inverse time": schedules.InverseTime(0.1, 0.02),
    "inverse square root": schedules.InverseSqrt(0.1),
    "polynomial": schedules.Polynomial(0.1, 400, 2),
    "cosine": schedules.Cosine(0.1, 400, 0.0005),
    "warm restarts": schedules.CosineWarmRestarts(0.1, 50, 2, 0.0005),
    "cyclic": schedules.Cyclic(0.001, 0.1, 40, "triangular2"),
    "one-cycle": schedules.OneCycle(0.1, 400),
    "warmup, then cosine": schedules.warmup(schedules.Cosine(0.1, 350), 50),
}
STEPS = 400


def noisy_regression(lr: Callable[[int], float], runs: int = 5) -> Array:
    """The mean distance of so many runs to the best weights after each step on four rows."""
    data = np.random.default_rng(27)
    x = data.normal(size=(400, 3))
    y = x @ [2.0, -1.0, 0.5] + data.normal(size=400)
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    batches = np.random.default_rng(0).integers(400, size=(STEPS, runs, 4))
    place = Place(np.zeros((runs, 3)))  # a row for each run
    optimizer = SGD([place], lr=lr)
    gaps = []
    for rows in batches:
        errors = np.einsum("rbi,ri->rb", x[rows], place.data) - y[rows]
        place.grad = 2 * np.einsum("rbi,rb->ri", x[rows], errors) / 4
        optimizer.step()
        gaps.append(float(np.linalg.norm(place.data - best, axis=1).mean()))
    return np.array(gaps)


@example("W27", "decay", "Learning-rate decay")
def decay() -> Outcome:
    """Each schedule drawn; the same noisy training with a constant rate and with each of them."""
    gaps = {name: noisy_regression(rate) for name, rate in SCHEDULES.items()}
    rows = [[name, SCHEDULES[name](0), SCHEDULES[name](STEPS - 1), float(gaps[name][-20:].mean())]
            for name in SCHEDULES]  # fmt: skip
    forms = {
        "×0.9 an epoch": [0.1 * 0.9**k for k in range(6)],
        "×0.98 an epoch": [0.1 * 0.98**k for k in range(6)],
        "/(1 + 0.1·epoch)": [0.1 / (1 + 0.1 * k) for k in range(6)],
        "misprint: /(1 - 0.1·epoch)": [0.1 / (1 - 0.1 * k) for k in range(6)],
    }
    printed = Table(
        "the forms that the lecture prints, α₀ = 0.1: the rate of each epoch",
        ["", *(f"epoch {k}" for k in range(6))],
        [[name, *rates] for name, rates in forms.items()],
    )
    columns = ["schedule", "first rate", "last rate", "distance from the best weights"]

    def draw(ax: Axes = None) -> Figure:
        if ax is None:
            figure, grid = panels(3, 5, (3.2, 2.4))
            for axes in grid[:, 4]:
                axes.remove()
            tall = figure.add_subplot(grid[0, 0].get_gridspec()[:, 4])
            ax = [*grid[:, :4].ravel(), tall]
        *spots, right = axes_of(ax, len(SCHEDULES) + 1)
        for axes, (name, rate) in zip(spots, SCHEDULES.items()):
            axes.plot([rate(t) for t in range(STEPS)], color=COLOURS[0], drawstyle="steps-post")
            axes.set_title(name, fontsize=9)
            axes.set_ylim(0, 0.105)
            axes.grid(alpha=0.3)
        for i, name in enumerate(("constant", "step", "inverse time", "cosine", "one-cycle")):
            right.plot(gaps[name], color=COLOURS[i], ls=DASHES[i % 3], lw=1.3, label=name)
        right.set(yscale="log", xlabel="update", title="distance from the best weights")
        right.title.set_fontsize(9)
        right.legend(fontsize=9)
        right.grid(alpha=0.3)
        return whole_figure(right)

    numbers = {"distance": {row[0]: row[3] for row in rows}, "forms": forms}
    notes = ["“Reduce by 0.1·αₜ₋₁” is read as ×0.9, for what is left is 0.9·αₜ₋₁. With a minus in"
             " the third form, as it is once printed, the rate would grow.",
             "With a constant rate the noise of the batches keeps the weights moving; a rate that"
             " falls lets them settle."]  # fmt: skip
    return Outcome(numbers, draw, [printed, Table("", columns, rows)], notes)


def logistic(w: Array) -> tuple[float, Array]:
    """The mean log-loss of a classifier of 60 points with weights w, and its gradient."""
    rng = np.random.default_rng(30)
    x = np.column_stack([rng.normal(size=(60, 2)), np.ones(60)])
    y = (x @ [1.5, -2.0, 0.5] + rng.normal(size=60) > 0).astype(float)
    z = x @ w
    loss = float(np.mean(np.logaddexp(0, z) - y * z))
    return loss, x.T @ (1 / (1 + np.exp(-z)) - y) / 60


@example("W30", "without-gradients", "Training without gradients")
def without_gradients() -> Outcome:
    """±δW and the difference of two losses; the best of several directions; and the gradient."""
    builds: dict[str, tuple[Callable[[list[Place]], Optimizer], int]] = {
        "random perturbation": (lambda p: FiniteDifference(p, lr=50.0, delta=0.1, rng=0), 2),
        "augmented random search": (lambda p: ARS(p, lr=0.05, delta=0.05, rng=0), 16),
        "gradient descent": (lambda p: SGD(p, lr=1.0), 1),
    }
    losses: dict[str, list[float]] = {}
    for name, (build, _) in builds.items():
        place = Place(np.zeros(3))
        optimizer = build([place])

        def closure(place: Place = place) -> float:
            loss, place.grad = logistic(place.data)
            return loss

        losses[name] = [logistic(place.data)[0]]
        for _ in range(150):
            optimizer.step(closure)
            losses[name].append(logistic(place.data)[0])
    rows = [[name, losses[name][-1], calls, 150 * calls] for name, (_, calls) in builds.items()]
    columns = ["", "loss after 150 steps", "losses a step", "in all"]

    def draw(ax: Axes = None) -> Figure:
        figure, ((axes,),) = panels(1, 1, (4.7, 3.6), ax=ax)
        for i, (name, curve) in enumerate(losses.items()):
            axes.plot(curve, color=COLOURS[i], ls=DASHES[i], label=name)
        axes.set(xlabel="update", ylabel="log-loss", title="a classifier trained three ways")
        axes.legend()
        axes.grid(alpha=0.3)
        return figure

    numbers = {"losses": {name: curve[-1] for name, curve in losses.items()},
               "start": losses["gradient descent"][0]}  # fmt: skip
    notes = [
        "The lecture writes W + α(Gp - Gn)δW for a gain G, which is to grow; a loss is to fall, so"
        " here the sign is turned."
    ]
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)


REMEDIES = {
    "plateau": "another start or initialisation, a larger rate, an optimizer that rescales",
    "local minimum": "several starts, a larger rate at first, momentum, noise",
    "saddle": "noise or momentum to leave the ridge; its Hessian has a direction down",
    "divergence": "a smaller rate, clipped gradients, a look at the scale of the inputs",
    "noise": "a rate that falls, larger batches, averaged weights",
}


def why_it_stopped(losses: Array, gradient: Array, hessian: Array, known_floor: float) -> str:
    """Which of five reasons ended the training, from the losses, the last gradient and Hessian.

    Divergence: the loss is not finite or far above its start. Noise: it no longer falls, but jumps,
    and the gradient is not small. Otherwise the gradient is small, and the Hessian decides: nearly
    0, a plateau; of both signs, a saddle; positive, a minimum, a local one if lower are known.
    """
    if not np.isfinite(losses).all() or losses[-1] > 10 * max(abs(losses[0]), 1e-12):
        return "divergence"
    tail = losses[-len(losses) // 4 :]
    jumps = np.abs(np.diff(tail)).mean()
    if jumps > 4 * abs(tail[-1] - tail[0]) / len(tail) and jumps > 1e-3 * abs(losses[0]):
        return "noise"
    if np.abs(gradient).max() > 0.05:
        return "still falling"
    kind = classify_critical_point(hessian, tolerance=1e-3).kind
    if np.abs(hessian).max() < 0.02:
        return "plateau"
    if kind == "saddle":
        return "saddle"
    return "local minimum" if losses[-1] > known_floor + 1e-3 else "minimum"


@example("W38", "why-training-stops", "Why training stops")
def why_training_stops() -> Outcome:
    """Five loss curves that stop falling, what tells them apart, and what to try for each."""
    cases = {
        "plateau": ("plateau", (-3.3, 2.4), 0.1, 0.0),
        "local minimum": ("rastrigin", (1.7, -1.4), 0.002, 0.0),
        "saddle": ("saddle", (-2.0, 0.0), 0.05, 0.0),
        "divergence": ("booth", (-4.0, -3.0), 0.115, 0.0),
        "noise": ("bowl", (-2.5, 2.0), 0.3, 3.0),
    }
    rng = np.random.default_rng(38)
    curves: dict[str, Array] = {}
    rows: list[list[object]] = []
    for name, (surface_name, start, lr, noise) in cases.items():
        surface = SURFACES[surface_name]
        place = Place(start)
        optimizer = SGD([place], lr=lr)
        losses = [float(surface(*start))]
        for _ in range(120):
            place.grad = surface.gradient(place.data) + noise * rng.normal(size=2)
            optimizer.step()
            losses.append(float(surface(*place.data)))
        curves[name] = np.array(losses)
        gradient, hessian = surface.gradient(place.data), surface.hessian(place.data)
        lowest = 0.0 if surface.minima else -np.inf
        verdict = why_it_stopped(curves[name], gradient, hessian, lowest)
        bends = np.linalg.eigvalsh(hessian)
        rows.append([name, losses[-1], float(np.linalg.norm(gradient)), *bends.tolist(), verdict,
                     REMEDIES[name]])  # fmt: skip
    columns = ["run", "last loss", "‖∇L‖", "bend down", "bend up", "told apart as", "what to try"]

    def draw(ax: Axes = None) -> Figure:
        figure, ((*line,),) = panels(1, 5, (3.2, 3.2), ax=ax)
        for i, (axes, (name, losses)) in enumerate(zip(line, curves.items())):
            axes.plot(losses, color=COLOURS[i])
            axes.set(title=name, xlabel="update", ylabel="loss" if i == 0 else "")
            if name == "divergence":
                axes.set_yscale("log")
            else:
                axes.set_ylim(min(0.0, losses.min()) - 0.05, losses.max() * 1.05)
            axes.grid(alpha=0.3)
        return figure

    numbers = {"verdicts": {row[0]: row[5] for row in rows}}
    return Outcome(numbers, draw, [Table("", columns, rows)])
