"""W61: the weights of an exponential average, v₂₀ term by term, and the correction of its bias."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optim.averages import weighted_average
from optim.examples.demonstration import Outcome, Table, column, example
from optim.kinds import Array
from optim.races import COLOURS, DASHES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

BETA, DAY = 0.9, 20


def weights_of(beta: float, day: int) -> Array:
    """The weight of θ_day, θ_day-1, ... θ₁ in v_day: what each adds, the rest being 0."""
    return np.array([
        weighted_average(np.eye(day)[day - 1 - k], beta, correct=False)[-1] for k in range(day)
    ])  # fmt: skip


@example("W61", "average-weights", "The weights of an exponential average, and v₂₀ term by term")
def average_weights() -> Outcome:
    """v₂₀ = 0.1 θ₂₀ + 0.1 · 0.9 θ₁₉ + ...: the weights, their sum, and the average corrected."""
    days = np.arange(1, 41)
    rng = np.random.default_rng(24)
    series = 15 + 10 * np.sin(2 * np.pi * (days - 61) / 360) + rng.normal(0, 3, len(days))
    raw = weighted_average(series, BETA, correct=False)
    corrected = weighted_average(series, BETA)
    weights = weights_of(BETA, DAY)
    terms = weights * series[DAY - 1 :: -1]
    span, half = 1 / (1 - BETA), math.log(0.5) / math.log(BETA)
    expansion = Table(
        "v₂₀ = 0.1 θ₂₀ + 0.1 · 0.9 θ₁₉ + 0.1 · 0.9² θ₁₈ + ... + 0.1 · 0.9¹⁹ θ₁, with β = 0.9",
        ["day t", "weight 0.1 · 0.9^(20-t)", "θₜ", "weight · θₜ", "sum so far"],
        [[DAY - k, *map(float, (weights[k], series[DAY - 1 - k], terms[k], terms[: k + 1].sum()))]
         for k in range(DAY)],
    )  # fmt: skip
    betas = (0.5, 0.9, 0.98)
    sums = Table(
        "", ["β", "1/(1-β) days", "half-life, days", "sum of the weights of v₂₀"],
        [[b, 1 / (1 - b), math.log(0.5) / math.log(b), float(weights_of(b, DAY).sum())]
         for b in betas],
    )  # fmt: skip

    def draw(ax: Axes = None) -> Figure:
        figure, (bars, curve) = column(3.2, 3.2, ax=ax)
        k = np.arange(DAY)
        bars.bar(k, weights, color=COLOURS[0], label=f"together {weights.sum():.4f} = 1 - 0.9²⁰")
        for i, (at, words) in enumerate(((half, "half-life: halved"), (span, "1/(1-β): 1/e left"))):
            bars.axvline(at, color=COLOURS[(1, 6)[i]], ls=("--", ":")[i], lw=1.8,
                         label=f"{words}, k = {at:.3g}")  # fmt: skip
        bars.set(title="weights of v₂₀: (1-β)βᵏ with β = 0.9", xlabel="k, days ago",
                 ylabel="weight", xticks=range(0, DAY, 2), ylim=(0, 0.115))  # fmt: skip
        bars.legend(loc="upper right")
        curve.plot(days, series, ".", color="#777777", label="θₜ")
        curve.plot(days, raw, color=COLOURS[1], ls=DASHES[1], label="vₜ: starts at 0")
        curve.plot(days, corrected, color=COLOURS[0], label="vₜ/(1-βᵗ): corrected")
        curve.plot(DAY, raw[DAY - 1], "s", color=COLOURS[1], mec="#000000",
                   label=f"v₂₀ = {raw[DAY - 1]:.3f}")  # fmt: skip
        curve.set(title="the bias of the first days", xlabel="day t", ylabel="temperature, °C",
                  ylim=(-1, 24))  # fmt: skip
        curve.grid(alpha=0.3)
        curve.legend(loc="upper left", ncols=2)
        return figure

    numbers = {
        "series": series,
        "v₂₀": float(raw[DAY - 1]),
        "v₂₀ term by term": float(terms.sum()),
        "v₂₀ corrected": float(corrected[DAY - 1]),
        "weights of v₂₀": float(weights.sum()),
        "half-life": half,
        "1/(1-β)": span,
        "weights": weights,
    }
    notes = [
        f"The weights of v₂₀ sum to {weights.sum():.4f}, not to 1, so that it is too small;"
        f" divided by 1 - 0.9²⁰ it is {corrected[DAY - 1]:.4f} in place of {raw[DAY - 1]:.4f}.",
        f"A weight is halved in {half:.3g} days; after 1/(1-β) = {span:.0f} days"
        f" 0.9¹⁰ = {BETA**10:.3f} of it is left, about 1/e.",
        "The lecture misprints the new value's weight as (1+β): the weights would not sum to 1.",
    ]
    return Outcome(numbers, draw, [sums, expansion], notes)
