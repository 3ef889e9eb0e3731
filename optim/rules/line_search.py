"""How far to go along a direction: a step that satisfies the strong Wolfe conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from optim.base import inner
from optim.kinds import Array


class Trial(NamedTuple):
    """A step t along the direction: the loss there, its gradient, and the slope along the way."""

    t: float
    loss: float
    gradient: Array
    slope: float


Try = Callable[[float], Trial]


def cubic_minimum(a: Trial, b: Trial, low: float, high: float) -> float:
    """The minimum in [low, high] of the cubic with the losses and slopes of two trials."""
    if a.t > b.t:
        a, b = b, a
    width = b.t - a.t
    if not width:
        return (low + high) / 2
    bend = a.slope + b.slope - 3 * (b.loss - a.loss) / width
    under = bend * bend - a.slope * b.slope
    if under >= 0:
        root: float = under**0.5
        below = b.slope - a.slope + 2 * root
        if below:
            return min(max(b.t - width * (b.slope + root - bend) / below, low), high)
    return (low + high) / 2


def strong_wolfe(
    attempt: Try,
    start: Trial,
    t: float,
    size: float,
    c1: float = 1e-4,
    c2: float = 0.9,
    tolerance: float = 1e-9,
    attempts: int = 25,
) -> Trial:
    """A step with f(t) ≤ f(0) + c₁·t·f'(0) and |f'(t)| ≤ c₂·|f'(0)|.

    ``start`` is the trial at 0, ``t`` the first guess, ``size`` the largest entry of the direction;
    a bracket that moves no parameter by ``tolerance`` ends the search. Nocedal & Wright 2006,
    algorithms 3.5 (grow until a bracket is found) and 3.6 (shrink it), with cubic interpolation.
    """

    def too_high(trial: Trial) -> bool:
        return not trial.loss <= start.loss + c1 * trial.t * start.slope

    def flat(trial: Trial) -> bool:
        return abs(trial.slope) <= -c2 * start.slope

    before, now, used = start, attempt(t), 1
    while used <= attempts:
        if too_high(now) or (used > 2 and now.loss >= before.loss):
            break
        if flat(now):
            return now
        if now.slope >= 0:
            break
        t = cubic_minimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10)
        before, now = now, attempt(t)
        used += 1
    else:
        before = start

    low, high = (before, now) if before.loss <= now.loss else (now, before)
    stalled = False
    while used <= attempts and abs(high.t - low.t) * size >= tolerance:
        left, right = sorted((low.t, high.t))
        t = cubic_minimum(low, high, left, right)
        # A trial near an end of the bracket hardly shrinks it: after two, take one further in.
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            if stalled or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stalled = False
            else:
                stalled = True
        else:
            stalled = False
        now = attempt(t)
        used += 1
        if too_high(now) or now.loss >= low.loss:
            low, high = (low, now) if low.loss <= now.loss else (now, low)
            continue
        if flat(now):
            return now
        if now.slope * (high.t - low.t) >= 0:
            high = low
        low = now
    return low


def along(evaluate: Callable[[Array], tuple[float, Array]], x: Array, direction: Array) -> Try:
    """Trials of ``evaluate`` (the loss and its gradient) at x + t·direction."""

    def attempt(t: float) -> Trial:
        loss, gradient = evaluate(x + t * direction)
        slope = inner(gradient, direction)
        return Trial(t, loss, gradient, slope)

    return attempt
