"""W24 and W37: exponentially weighted averages, and AdaGrad's sum of squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optim.averages import weighted_average
from optim.examples.demonstration import Outcome, Table, example, panels
from optim.races import COLOURS, DASHES, Place
from optim.rules import Adagrad

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

BETAS = (0.9, 0.98, 0.5)
DAYS = 180


@example("W24", "weighted-average", "The exponentially weighted average")
def averages() -> Outcome:
    """vₜ = βvₜ₋₁ + (1-β)θₜ over a noisy year, its weights, and vₜ/(1-βᵗ)."""
    days = np.arange(DAYS)
    rng = np.random.default_rng(24)
    series = 15 + 10 * np.sin(2 * np.pi * (days - 60) / 360) + rng.normal(0, 3, DAYS)
    raw = {b: weighted_average(series, b, correct=False) for b in BETAS}
    corrected = {b: weighted_average(series, b) for b in BETAS}
    weights = {b: (1 - b) * b ** np.arange(60) for b in BETAS}
    rows = [
        [b, 1 / (1 - b), raw[b][0], corrected[b][0], series[0], raw[b][-1], corrected[b][-1]]
        for b in BETAS
    ]
    columns = ["β", "1/(1-β) days", "v₁", "v₁/(1-β)", "θ₁", "v₁₈₀", "corrected"]

    def draw(ax: Axes = None) -> Figure:
        figure, grid = panels(2, 3, (5, 3.6), ax=ax)
        for axes, curves, title in (
            (grid[0, 0], raw, "as it is: starts at 0"),
            (grid[1, 0], corrected, "corrected: vₜ/(1-βᵗ)"),
        ):
            axes.plot(days, series, ".", color="#bbbbbb", ms=4, label="θ")
            for i, b in enumerate(BETAS):
                axes.plot(days, curves[b], color=COLOURS[i], ls=DASHES[i], label=f"β = {b}")
            axes.set(title=title, xlabel="day", ylabel="temperature", ylim=(-1, 34))
            axes.legend(fontsize=8, ncols=2)
        bars = [grid[0, 1], grid[0, 2], grid[1, 1]]
        for i, (axes, b) in enumerate(zip(bars, BETAS)):
            axes.bar(np.arange(60), weights[b], color=COLOURS[i], width=0.9)
            span = 1 / (1 - b)
            axes.axvline(span, color="black", ls="--", lw=1, label=f"1/(1-β) = {span:g}")
            axes.set(title=f"weights (1-β)βᵏ, β = {b}", xlabel="days ago, k")
            axes.legend(fontsize=8)
        axes = grid[1, 2]
        for i, b in enumerate(BETAS):
            axes.plot(days[:100], 1 - b ** (days[:100] + 1), color=COLOURS[i], ls=DASHES[i],
                      label=f"β = {b}")  # fmt: skip
        axes.set(title="1 - βᵗ: by how much it falls short", xlabel="t")
        axes.legend(fontsize=8)
        return figure

    numbers = {
        "series": series,
        "plain": raw,
        "corrected": corrected,
        "weight sums": {b: float(w.sum()) for b, w in weights.items()},
    }
    notes = [
        "The lecture misprints the new value's weight as (1+β): the weights would not sum to 1.",
    ]
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)


@example("W37", "adagrad-table", "AdaGrad's table")
def adagrad_table() -> Outcome:
    """g¹ ... gᵗ of a frequent and a rare feature, γ = Σg², and the rates η/√(ε+γ) left to them."""
    eta, steps = 0.1, 20
    gradients = np.zeros((steps, 2))
    gradients[:, 0] = 1.0 + 0.2 * np.cos(np.arange(steps))
    gradients[4::5, 1] = 1.0
    place = Place([0.0, 0.0])
    eps = 1e-6
    optimizer = Adagrad([place], lr=eta, eps=eps, eps_form="inside")
    totals, rates = [], []
    for g in gradients:
        place.grad = g.copy()
        optimizer.step()
        total = optimizer.state_dict()["state"][0]["total"]
        totals.append(total)
        rates.append(eta / np.sqrt(eps + total))
    g, total, rate = gradients, np.array(totals), np.array(rates)
    rows = [
        [t + 1, *(x for i in (0, 1) for x in (g[t, i], total[t, i], rate[t, i]))]
        for t in range(steps)
    ]
    columns = ["t", "g frequent", "γ", "η/√(ε+γ)", "g rare", "γ", "η/√(ε+γ)"]

    def draw(ax: Axes = None) -> Figure:
        figure, ((left, right),) = panels(1, 2, (5.5, 3.8), ax=ax)
        for i, name in enumerate(("frequent", "rare")):
            left.plot(range(1, steps + 1), total[:, i], color=COLOURS[i], ls=DASHES[i], label=name)
            seen = total[:, i] > 0
            right.plot(np.arange(1, steps + 1)[seen], rate[seen, i], color=COLOURS[i],
                       ls=DASHES[i], marker="os"[i], label=name)  # fmt: skip
        left.set(xlabel="t", title="γ = Σg² only grows")
        right.set(xlabel="t", title="so the rate η/√(ε+γ) only falls", ylim=(0, None))
        for axes in (left, right):
            axes.legend()
            axes.grid(alpha=0.3)
        return figure

    numbers = {"G": total, "rates": rate, "parameters": place.data.copy(),
               "rate before the first gradient": float(rate[0, 1])}  # fmt: skip
    ratio = rate[-1, 1] / rate[-1, 0]
    notes = [
        f"Before the first gradient γ = 0 and the rate is η/√ε = {rate[0, 1]:.0f}, with ε = 1e-6.",
        f"Rare features keep large steps: after 20 updates the rare one's rate is {ratio:.2g} times"
        " the frequent one's. No rate ever rises, which is why long trainings stall.",
    ]
    return Outcome(numbers, draw, [Table("", columns, rows)], notes)
