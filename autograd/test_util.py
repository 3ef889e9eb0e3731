"""Checks of derivatives under HIPS autograd's names: ``check_grads(f, modes=["rev"])(x)``.

:func:`autograd.gradcheck` is the check of this library; its report names the entry that differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.derivatives import jvp, make_vjp, vjp
from autograd.engine import data_of, flatten, leaves_of

__all__ = [
    "check_equivalent",
    "check_grads",
    "check_jvp",
    "check_vjp",
    "combo_check",
    "scalar_close",
]


def __dir__() -> list[str]:
    return sorted(__all__)


#: How far apart two numbers may be, absolutely or relatively, and the step of the differences.
TOLERANCE = 1e-6
STEP = 1e-6
#: Directions are random, and the same in every run.
_RANDOM = np.random.default_rng(0)
_MODES = ("fwd", "rev")


def scalar_close(a: float, b: float) -> bool:
    """Whether |a - b| is below 1e-6, or below 1e-6 of |a + b|."""
    return bool(abs(a - b) < TOLERANCE or abs(a - b) < TOLERANCE * abs(a + b))


def _numbers(tree: Tree) -> list[Quantity]:
    return [np.asarray(data_of(x), float) for x in leaves_of(tree)]


def _random_like(tree: Tree) -> Tree:
    leaves, _, rebuild = flatten(tree)
    return rebuild([_like(_RANDOM.standard_normal(np.shape(data_of(x))), x) for x in leaves])


def _like(array: Quantity, x: Quantity) -> Quantity:
    dtype = getattr(x, "dtype", None)
    return float(array) if dtype is None else np.asarray(array, dtype)


def _moved(tree: Tree, direction: Tree, by: float) -> Tree:
    leaves, _, rebuild = flatten(tree)
    return rebuild([x + by * v for x, v in zip(leaves, leaves_of(direction))])


def _inner(a: Tree, b: Tree) -> float:
    return float(sum(np.sum(x * y) for x, y in zip(_numbers(a), _numbers(b))))


def _difference(f: Function, x: Tree, direction: Tree) -> list[Quantity]:
    ahead, behind = f(_moved(x, direction, STEP / 2)), f(_moved(x, direction, -STEP / 2))
    return [(a - b) / STEP for a, b in zip(_numbers(ahead), _numbers(behind))]


def _require_close(what: str, exact: float, numeric: float, x: Tree) -> None:
    if not scalar_close(exact, numeric):
        raise AssertionError(f"{what}: {exact} by the chain rule, {numeric} by differences, at {x}")


def check_vjp(f: Function, x: Tree) -> None:
    """Compare uᵀJ v with differences of ``f`` for random u and v; AssertionError if they differ."""
    value, pull = vjp(f, x)
    u, v = _random_like(value), _random_like(x)
    numeric = sum(float(np.sum(a * b)) for a, b in zip(_numbers(u), _difference(f, x, v)))
    _require_close("reverse mode", _inner(pull(u), v), numeric, x)


def check_jvp(f: Function, x: Tree) -> None:
    """Compare J v with differences of ``f`` for a random v; AssertionError if they differ."""
    v = _random_like(x)
    value, pushed = jvp(f, (x,), (v,))
    u = _random_like(value)
    numeric = sum(float(np.sum(a * b)) for a, b in zip(_numbers(u), _difference(f, x, v)))
    _require_close("forward mode", _inner(pushed, u), numeric, x)


def check_equivalent(x: Tree, y: Tree) -> None:
    """AssertionError unless ``x`` and ``y`` have the same shapes and the same numbers."""
    of_x, of_y = _numbers(x), _numbers(y)
    shapes = [a.shape for a in of_x], [a.shape for a in of_y]
    if shapes[0] != shapes[1]:
        raise AssertionError(f"shapes {shapes[0]} and {shapes[1]} differ")
    for a, b in zip(of_x, of_y):
        v = _RANDOM.standard_normal(a.shape)
        if not scalar_close(float(np.sum(a * v)), float(np.sum(b * v))):
            raise AssertionError(f"{a} and {b} differ")


def check_grads(
    f: Function,
    argnum: int | Sequence[int] = 0,
    modes: Sequence[str] = _MODES,
    order: int = 2,
) -> Function:
    """``check_grads(f)(x)`` compares the derivatives of ``f`` at x with differences.

    ``modes`` are ``"fwd"`` and ``"rev"``; ``order`` 2 checks the derivatives of the derivatives as
    well. AssertionError if they differ.

    >>> import numpy as np
    >>> from autograd.test_util import check_grads
    >>> check_grads(np.sin)(0.5)
    """
    if foreign := [mode for mode in modes or () if mode not in _MODES]:
        raise ValueError(f"check_grads: modes are 'fwd' and 'rev', not {foreign[0]!r}")
    places = tuple(argnum) if isinstance(argnum, Sequence) else (argnum,)

    def check(*args: Tree, **kwargs: Tree) -> None:
        def of_tuple(xs: Tree) -> Tree:
            every = list(args)
            for place, x in zip(places, xs):
                every[place] = x
            return f(*every, **kwargs)

        _check(of_tuple, tuple(args[place] for place in places), modes or _MODES, order)

    return check


def _check(f: Function, x: Tree, modes: Sequence[str], order: int) -> None:
    if "fwd" in modes:
        check_jvp(f, x)
        if order > 1:
            v = _random_like(x)
            _check(lambda xv: jvp(f, (xv[0],), (xv[1],))[1], (x, v), modes, order - 1)
    if "rev" in modes:
        check_vjp(f, x)
        if order > 1:
            u = _random_like(f(x))
            _check(lambda xu: make_vjp(f)(xu[0])[0](xu[1]), (x, u), modes, order - 1)


def combo_check(f: Function, *check_args: Tree, **check_kwargs: Tree) -> Function:
    """:func:`check_grads` for all combinations: a list of values per argument of ``f``."""

    def check(*args: Sequence[Tree], **kwargs: Sequence[Tree]) -> None:
        checked = check_grads(f, *check_args, **check_kwargs)
        for values in product(*args):
            for named in product(*kwargs.values()):
                checked(*values, **dict(zip(kwargs, named)))

    return check
