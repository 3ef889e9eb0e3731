"""How good predicted numbers are."""

from __future__ import annotations

import numpy as np

from autograd.typing import Array, ArrayOperand
from nn.losses import numbers


def _pair(output: ArrayOperand, target: ArrayOperand, called: str) -> tuple[Array, Array]:
    a, b = numbers(output).astype(float), numbers(target).astype(float)
    if a.shape != b.shape:
        raise ValueError(f"{called}: prediction {a.shape} and target {b.shape} differ in shape")
    if not a.size:
        raise ValueError(f"{called}: there are 0 rows")
    return a, b


def mae(output: ArrayOperand, target: ArrayOperand) -> float:
    """mean |ŷ - y|.

    ``output`` ŷ and ``target`` y are arrays of one shape. Returns a number, in the unit of y.

    >>> from nn.metrics import mae
    >>> mae([1.0, 4.0], [2.0, 2.0])
    1.5
    """
    a, b = _pair(output, target, "mae")
    return float(abs(a - b).mean())


def rmse(output: ArrayOperand, target: ArrayOperand) -> float:
    """√ mean (ŷ - y)².

    ``output`` ŷ and ``target`` y are arrays of one shape. Returns a number, in the unit of y.

    >>> from nn.metrics import rmse
    >>> rmse([1.0, 9.0], [2.0, 2.0])
    5.0
    """
    a, b = _pair(output, target, "rmse")
    return float(np.sqrt(((a - b) ** 2).mean()))


def r2(output: ArrayOperand, target: ArrayOperand) -> float:
    """1 - Σ(ŷ - y)² / Σ(y - mean y)²: 1 is perfect, 0 is what the mean achieves.

    ``output`` ŷ and ``target`` y are arrays of one shape. Returns a number.

    >>> from nn.metrics import r2
    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]), r2([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])
    (1.0, 0.0)
    """
    a, b = _pair(output, target, "r2")
    total = float(((b - b.mean(axis=0)) ** 2).sum())
    residual = float(((a - b) ** 2).sum())
    if total == 0:
        return 1.0 if residual == 0 else 0.0
    return 1 - residual / total
