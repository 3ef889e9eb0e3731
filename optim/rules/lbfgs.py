"""L-BFGS: Newton's direction from the last few steps and changes of the gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from optim.base import (
    Saved,
    WholeVector,
    arguments,
    inner,
    numbers_in,
    only,
    unrepeatable,
    whole,
)
from optim.kinds import Array, Closure, Function, Parameters, Rate, State
from optim.rules.line_search import Trial, along, strong_wolfe

Pairs = list[tuple[Array, Array]]


def two_loops(gradient: Array, pairs: Pairs) -> Array:
    """-H·g, H the inverse Hessian that the pairs (s, y) suggest, from H₀ = sᵀy/yᵀy (times I)."""
    q = -gradient
    weights = []
    for s, y in reversed(pairs):
        weight = inner(s, q) / inner(s, y)
        weights.append(weight)
        q = q - weight * y
    if pairs:
        s, y = pairs[-1]
        q = q * (inner(s, y) / inner(y, y))
    for (s, y), weight in zip(pairs, reversed(weights), strict=True):
        q = q + s * (weight - inner(y, q) / inner(s, y))
    return q


class LBFGS(WholeVector):
    """θ ← θ - tHg, H the inverse Hessian seen in the last steps (Liu & Nocedal 1989).

    ``step(closure)`` makes up to ``max_iter`` iterations, calling the closure at most ``max_eval``
    times (by default 5/4 of that): it sets the gradients to zero, calls ``backward()`` and returns
    the loss. It stops early when no gradient entry exceeds ``tolerance_grad``, or a step or the
    loss changes by less than ``tolerance_change``. ``line_search_fn="strong_wolfe"`` looks for t,
    starting from ``lr``; otherwise t is ``lr``. A pair of step s and change y of the gradient is
    remembered, ``history_size`` of them, if yᵀs > 1e-10: all as PyTorch does it.

    >>> import numpy as np
    >>> from optim import LBFGS
    >>> class Weight:
    ...     data, grad = np.array([-1.2, 1.0]), None
    >>> w = Weight()
    >>> def rosenbrock():
    ...     x, y = w.data
    ...     w.grad = np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
    ...     return (1 - x) ** 2 + 100 * (y - x**2) ** 2
    >>> optimizer = LBFGS([w], 1, 50, tolerance_change=1e-14, line_search_fn="strong_wolfe")
    >>> loss = optimizer.step(rosenbrock)
    >>> w.data.round(6)
    array([1., 1.])
    """

    iterations: int
    evaluations: int

    def __init__(
        self,
        params: Parameters,
        lr: Rate = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
        *,
        maximize: bool = False,
        check_finite: bool = False,
    ) -> None:
        self.iterations = 0
        self.evaluations = 0
        self._pairs: Pairs = []
        self._last: tuple[Array, Array] | None = None  # the last step and the gradient before it
        super().__init__(params, arguments(locals()))

    @unrepeatable
    def step(self, closure: Closure | None = None) -> Any:  # Any: what the closure returned
        """Iterate until one of the tolerances or limits stops; return the loss before the step."""
        hyper = self.hyper
        iterations = int(hyper["max_iter"])  # a whole number may be a float
        limit = hyper["max_eval"] or iterations * 5 // 4
        tolerance_grad, tolerance_change = hyper["tolerance_grad"], hyper["tolerance_change"]
        rate = self.rate()
        self._renew(self.noted)
        limit += self.evaluations

        def evaluate(x: Array | None) -> tuple[float, Array]:
            if x is not None:
                self.assign(x)
            self.evaluations += 1
            loss, _ = self.loss(closure)
            return loss, self.gradient()

        loss, returned = self.loss(closure)
        gradient = self.gradient()
        self.evaluations += 1
        for i in range(iterations):
            if largest(gradient) <= tolerance_grad:
                break
            direction = self._direction(gradient)
            slope = inner(gradient, direction)
            t = rate
            if self.iterations == 1:
                norm = np.sum(np.abs(gradient)) if np.ndim(gradient) else abs(gradient)
                t = rate * np.minimum(1.0, 1.0 / norm)
            if slope > -tolerance_change:
                break
            x, here = self.vector(), Trial(0.0, loss, gradient, slope)
            if hyper["line_search_fn"]:
                evaluations_left = limit - self.evaluations
                size = largest(direction)
                attempt = along(evaluate, x, direction)
                trial = strong_wolfe(attempt, here, t, size, attempts=evaluations_left)
                self.assign(x + trial.t * direction)
            else:
                self.assign(x + t * direction)
                trial = here._replace(t=t)
                # After the last iteration the loss is not needed.
                if i + 1 < iterations:
                    trial = Trial(t, *evaluate(None), slope)
            s = trial.t * direction
            self._last = s, here.gradient
            loss, gradient = trial.loss, trial.gradient
            if self.evaluations >= limit or largest(s) <= tolerance_change:
                break
            if abs(loss - here.loss) < tolerance_change:
                break
        self._renew(lambda _, noted: numbers_in(noted))
        self.updates += 1
        return returned

    def _renew(self, become: Function) -> None:
        """Put what ``become`` makes of each array that is remembered in its place."""
        self._pairs = [(become("step", s), become("y", y)) for s, y in self._pairs]
        if self._last is not None:
            s, before = self._last
            self._last = become("step", s), become("before", before)

    def _direction(self, gradient: Array) -> Array:
        """Remember the last step, if the loss curved upwards along it, and take a new direction."""
        self.iterations += 1
        if self._last is not None:
            s, before = self._last
            self._last = None
            y = gradient - before
            if inner(y, s) > 1e-10:
                self._pairs = [*self._pairs, (s, y)][-int(self.hyper["history_size"]) :]
        return two_loops(gradient, self._pairs)

    def _state(self) -> dict[int, State]:
        if not self.iterations:
            return {}
        state: State = {"iterations": self.iterations, "evaluations": self.evaluations}
        empty = np.empty((0, self.vector().size))
        state["steps"] = np.array([s for s, _ in self._pairs]) if self._pairs else empty
        state["changes"] = np.array([y for _, y in self._pairs]) if self._pairs else empty
        if self._last is not None:
            state["last_step"], state["last_gradient"] = (x.copy() for x in self._last)
        return {0: state}

    def _load_state(self, saved: Saved) -> None:
        state = saved.state.get(0) or dict(zip(_STATES, (0, 0, (), ())))
        for i, other in saved.state.items():
            only((*_STATES, *_LAST) if i == 0 else (), other, "LBFGS")
        last = [name for name in _LAST if name in state]
        for name in (*_STATES, *(_LAST if last else ())):
            if name not in state:
                raise ValueError(f"the saved state of LBFGS has no {name!r}")
        size = self.vector().size
        steps, changes = (_rows(name, state[name], size) for name in ("steps", "changes"))
        if len(steps) != len(changes):
            raise ValueError(f"the saved state has {len(steps)} steps and {len(changes)} changes")
        ends = _rows("last step", [state[name] for name in last], size)
        counts = [whole(name, state[name]) for name in ("iterations", "evaluations")]
        self.iterations, self.evaluations = counts
        self._pairs = list(zip(steps, changes, strict=True))
        self._last = (ends[0], ends[1]) if ends else None


def largest(vector: Array) -> float:
    """The largest entry, whatever its sign."""
    return float(np.abs(numbers_in(vector)).max(initial=0.0))


_STATES, _LAST = ("iterations", "evaluations", "steps", "changes"), ("last_step", "last_gradient")


def _rows(name: str, saved: Iterable[object], size: int) -> list[Array]:
    """Saved vectors, each of as many numbers as the parameters have."""
    try:
        rows = [np.array(row) for row in saved]
    except (TypeError, ValueError):
        rows = [np.array(None)]
    for row in rows:
        if row.dtype.kind not in "fiu":
            raise ValueError(f"the saved {name} are not vectors of real numbers")
        if row.shape != (size,):
            raise ValueError(
                f"the saved state is for {row.size} numbers, the parameters have {size}"
            )
    return [row.astype(float) for row in rows]
