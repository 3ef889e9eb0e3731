"""What the tests of nn compare with: central differences, and PyTorch where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor


def numeric_gradient(f: Callable[[Any], float], x: Any, step: float = 1e-5) -> Any:
    """df/dx by central differences, one entry of x at a time."""
    x = np.array(x, float)
    out = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ends = []
        for side in (step, -step):
            moved = x.copy()
            moved[index] += side
            ends.append(float(f(moved)))
        out[index] = (ends[0] - ends[1]) / (2 * step)
    return out


def check_gradient(f: Callable[[Any], Any], x: Any, rtol: float = 1e-6, atol: float = 1e-7) -> None:
    """Fail unless backward() through the scalar ``f(Tensor)`` agrees with central differences."""
    t = Tensor(x)
    out = f(t)
    out.backward()
    wanted = numeric_gradient(lambda a: float(f(Tensor(a)).data), x)
    np.testing.assert_allclose(t.grad, wanted, rtol, atol)


def agree(ours: Any, theirs: Any, tolerance: float = 1e-10) -> None:
    """Fail unless an array of ours equals a tensor of PyTorch's."""
    ours = ours.data if isinstance(ours, Tensor) else ours
    wanted = theirs.detach().numpy()
    assert np.shape(ours) == wanted.shape
    np.testing.assert_allclose(ours, wanted, tolerance, tolerance)
