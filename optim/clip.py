"""Gradients made smaller, and gathered over several batches."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import cast

import numpy as np

from optim.base import (
    COUNT,
    NONNEGATIVE,
    Optimizer,
    check_number,
    effect,
    entries,
    matching,
    short,
    unrepeatable,
    whole,
)
from optim.kinds import Array, Closure, Group, Parameter, State, StateLike


def _with_gradients(parameters: Iterable[Parameter]) -> list[Parameter]:
    single = hasattr(parameters, "grad")
    listed = [cast(Parameter, parameters)] if single else entries(parameters)
    return [p for p in listed if p.grad is not None]


@effect
def scale_gradients_(parameters: Iterable[Parameter], factor: float) -> None:
    """g ← factor·g, in place."""
    for parameter in _with_gradients(parameters):
        gradient = parameter.grad
        if isinstance(gradient, np.ndarray):
            # In float32 at least: float16 may have the product and not the factor.
            wide = np.result_type(gradient, np.float32)
            np.multiply(gradient, factor, out=gradient, dtype=wide, casting="same_kind")
        else:
            parameter.grad = gradient * factor


def _norm(a: Array, order: float) -> float:
    """The norm of a vector, also where a square is too large or too small for its dtype."""
    if a.dtype == np.float16:
        a = a.astype(np.float32)
    with np.errstate(over="ignore", under="ignore"):
        norm = float(np.linalg.norm(a, order))
    if norm not in (0, math.inf):
        return norm
    largest = float(np.abs(a).max())
    if largest in (0, math.inf):
        return norm
    return largest * float(np.linalg.norm(a.astype(float) / largest, order))


@effect
def clip_grad_norm_(
    parameters: Iterable[Parameter],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """g ← g·min(1, max_norm/(‖g‖ + 1e-6)), ‖g‖ the norm of all gradients as one vector.

    ``norm_type`` is p of the p-norm, or inf. Returns the norm before. Parameters without a gradient
    are left out. With ``error_if_nonfinite``, raises FloatingPointError, and changes nothing, when
    the norm is NaN or infinite.

    ``parameters`` are those whose gradients are scaled, all by one factor.

    >>> from optim import clip_grad_norm_
    >>> import numpy as np
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    >>> clip_grad_norm_([Weight], max_norm=1.0)
    5.0
    >>> Weight.grad.round(3)
    array([0.6, 0.8])
    """
    check_number("max_norm", max_norm, NONNEGATIVE)
    if not norm_type >= 1:
        raise ValueError(f"norm_type must be at least 1, or inf, got {short(norm_type)}")
    present = _with_gradients(parameters)
    parts = [_norm(np.ravel(p.grad), norm_type) for p in present if np.size(p.grad)]
    norm = _norm(np.array(parts), norm_type) if parts else 0.0
    if error_if_nonfinite and not np.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradients is {norm}: nothing was clipped")
    factor = max_norm / (norm + 1e-6)
    if not factor >= 1:
        scale_gradients_(present, factor)
    return norm


@effect
def clip_grad_value_(parameters: Iterable[Parameter], clip_value: float) -> None:
    """g ← min(max(g, -c), c), entry by entry, in place.

    ``parameters`` are those whose gradients are clipped, ``clip_value`` is c. Returns nothing.

    >>> from optim import clip_grad_value_
    >>> import numpy as np
    >>> class Weight:
    ...     data, grad = np.array([1.0, 2.0]), np.array([3.0, -0.5])
    >>> clip_grad_value_([Weight], 1.0)
    >>> Weight.grad
    array([ 1. , -0.5])
    """
    check_number("clip_value", clip_value, NONNEGATIVE)
    for parameter in _with_gradients(parameters):
        gradient: Array | float = parameter.grad
        if isinstance(gradient, np.ndarray):
            np.clip(gradient, -clip_value, clip_value, out=gradient)
        else:
            parameter.grad = min(max(gradient, -clip_value), clip_value)


class GradientAccumulation:
    """The mean gradient of ``every`` batches in one update: a large batch in small pieces.

    It wraps an optimizer and the training loop stays as it is: ``zero_grad`` does nothing between
    the batches of a group, ``step`` updates at the last of them and returns whether it did.
    ``flush`` updates with the batches of an unfinished group.

    >>> import numpy as np
    >>> from optim import SGD, GradientAccumulation
    >>> class Weight:
    ...     data, grad = np.array([1.0]), None
    >>> w = Weight()
    >>> optimizer = GradientAccumulation(SGD([w], lr=1.0), every=2)
    >>> for gradient in (0.25, 0.75):
    ...     optimizer.zero_grad()
    ...     w.grad = gradient + (0 if w.grad is None else w.grad) * np.ones(1)
    ...     print(optimizer.step(), w.data)
    False [1.]
    True [0.5]
    """

    optimizer: Optimizer
    every: int
    waiting: int

    def __init__(self, optimizer: Optimizer, every: int) -> None:
        check_number("every", every, COUNT)
        self.optimizer, self.every = optimizer, every
        self.waiting = 0

    @property
    def param_groups(self) -> list[Group]:
        """The groups of the optimizer."""
        return self.optimizer.param_groups

    @property
    def lr(self) -> float:
        """The learning rate of the next update."""
        return self.optimizer.lr

    def state_dict(self) -> State:
        """The state of the optimizer, and the gradients that wait for the next update."""
        waiting = self._parameters() if self.waiting else []
        return {
            "optimizer": self.optimizer.state_dict(),
            "waiting": self.waiting,
            "gradients": [None if p.grad is None else np.array(p.grad) for p in waiting],
        }

    def load_state_dict(self, state_dict: StateLike) -> None:
        """Restore them; on an error, a ValueError, nothing has been changed."""
        try:
            optimizer_state, waiting = (
                state_dict["optimizer"],
                whole("waiting", state_dict["waiting"]),
            )
            saved = list(state_dict["gradients"])
        except (KeyError, TypeError):
            raise ValueError("this is no state_dict of GradientAccumulation") from None
        parameters = self._parameters() if waiting else []
        if waiting >= self.every or len(saved) != len(parameters):
            raise ValueError(
                f"the saved state has {waiting} batches of {self.every} and {len(saved)} gradients"
                f" for {len(parameters)} parameters"
            )
        gradients = [
            None if g is None else matching("gradient", g, np.shape(p.data), p, i)
            for i, (p, g) in enumerate(zip(parameters, saved, strict=True))
        ]
        self.optimizer.load_state_dict(optimizer_state)
        self.waiting = waiting
        for parameter, gradient in zip(parameters, gradients, strict=True):
            number = gradient is not None and not isinstance(parameter.data, np.ndarray)
            parameter.grad = float(gradient) if number else gradient  # type: ignore[arg-type]

    def _parameters(self) -> list[Parameter]:
        return [p for group in self.param_groups for p in group["params"]]

    @effect
    def zero_grad(self) -> None:
        """Forget the gradients, if none of them waits for the next update."""
        if not self.waiting:
            self.optimizer.zero_grad()

    @unrepeatable
    def step(self, closure: Closure | None = None) -> bool:
        """Count a batch (whose gradients ``closure`` computes, if given); update after the last."""
        if closure is not None:
            closure()
        self.waiting += 1
        return self.waiting == self.every and self.flush()

    def flush(self) -> bool:
        """Update with the batches that wait; return whether there were any."""
        if not self.waiting:
            return False
        scale_gradients_(self._parameters(), 1 / self.waiting)
        self.waiting = 0
        self.optimizer.step()
        return True
