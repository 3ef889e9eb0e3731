"""The structural table: one row per array operation that has no scalar derivative.

A row gives the forward in NumPy and, per operand, the adjoint written in the library's own
operations, with its printed form. See :class:`ArrayRule` for what a row holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import numpy as np

from autograd.calculus import Function, Namespace, Tree
from autograd.calculus.array_rules import (
    convolution,
    cross_entropy,
    cumulative,
    decompositions,
    diagonals,
    einsum,
    indexing,
    joining,
    linalg,
    matrix_functions,
    norms,
    pooling,
    products,
    rearranging,
    reductions,
    shaping,
    softmax,
    windows,
)
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    Sample,
    array_in,
    axes_of,
    unbroadcast,
)
from autograd.calculus.array_rules.einsum import explicit
from autograd.calculus.array_rules.errors import explained
from autograd.calculus.array_rules.indexing import frozen
from autograd.calculus.array_rules.joining import split
from autograd.calculus.array_rules.printed import Prose, printed_adjoints
from autograd.calculus.array_rules.windows import windows_over

__all__ = [
    "ARRAY_RULES",
    "PLAIN",
    "Array",
    "ArrayRule",
    "Prose",
    "Sample",
    "array_in",
    "array_namespace",
    "axes_of",
    "explained",
    "explicit",
    "frozen",
    "printed_adjoints",
    "split",
    "unbroadcast",
    "windows_over",
]

ARRAY_RULES: dict[str, ArrayRule] = {
    rule.name: rule
    for family in (
        reductions,
        cumulative,
        norms,
        products,
        einsum,
        shaping,
        joining,
        indexing,
        diagonals,
        rearranging,
        softmax,
        cross_entropy,
        linalg,
        matrix_functions,
        decompositions,
        convolution,
        windows,
        pooling,
    )
    for rule in family.RULES
}


#: Functions that no gradient flows through: in every namespace they return plain arrays.
PLAIN: dict[str, Function] = {
    name: getattr(np, name)
    for name in (
        "equal not_equal greater greater_equal less less_equal isnan isinf isfinite "
        "argmax argmin argsort argpartition"
    ).split()
}


def array_namespace(elementwise: Mapping[str, Function]) -> Namespace:
    """The namespace ``F`` over plain arrays: the forwards of this table, and ``elementwise``.

    >>> import numpy as np
    >>> from autograd.calculus.array_rules import array_namespace
    >>> F = array_namespace({"exp": np.exp})
    >>> print(F.sum(F.exp(np.zeros((2, 3))), axis=0))
    [2. 2. 2.]
    """
    structural = {rule.name: _public(rule) for rule in ARRAY_RULES.values()}
    return cast(Namespace, SimpleNamespace(**{**PLAIN, **structural, **elementwise}))


def _public(rule: ArrayRule) -> Function:
    """A row's forward under its public signature."""
    bind, forward = rule.bind, rule.forward
    if bind is None or rule.arity is not None:
        return forward

    def call(*args: Tree, **kwargs: Tree) -> Array:
        operands, attrs = bind(*args, **kwargs)
        return forward(*operands, **attrs)

    return call
