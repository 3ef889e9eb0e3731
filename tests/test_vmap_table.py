"""Every row of both tables, and every composed function, over a batch: what the loop gives."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, vmap
from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.derivatives import LoopWarning
from autograd.engine import applier, leaves_of

from .test_composed import CASES
from .test_special import DENSITIES

SIZE = 2


def combinations(count: int) -> Iterator[tuple[int | None, ...]]:
    """``in_axes`` for every choice of the operands that are mapped over, at least one."""
    return (axes for axes in product((0, None), repeat=count) if any(a == 0 for a in axes))


def is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def weighted(out: Any) -> Any:
    """One number of all outputs, each element with a weight of its own."""
    total: Any = 0.0
    for x in leaves_of(out):
        weights = np.cos(1.0 + np.arange(x.size)).reshape(x.shape)
        total = total + autograd.sum(x * weights)
    return total


def check(
    f: Callable[..., Any], examples: list[tuple[Any, ...]], refused: Sequence[int] = ()
) -> None:
    """Values and gradients of ``vmap(f)`` for every choice of mapped operands are the loop's."""
    check_nested(f, examples)
    arrays = [i for i, x in enumerate(examples[0]) if isinstance(x, np.ndarray)]
    for choice in combinations(len(arrays)):
        axes: list[int | None] = [None] * len(examples[0])
        for i, axis in zip(arrays, choice):
            axes[i] = axis
        rows = [
            [x[i] if axis == 0 else examples[0][i] for i, axis in enumerate(axes)] for x in examples
        ]
        stacked = [
            np.stack([row[i] for row in rows]) if axis == 0 else examples[0][i]
            for i, axis in enumerate(axes)
        ]
        wanted = [f(*row) for row in rows]
        compare(vmap(f, tuple(axes))(*stacked), wanted, axes)
        places = tuple(i for i, x in enumerate(examples[0]) if is_float(x) and i not in refused)
        if not places:
            continue
        slope = autograd.grad(lambda *xs: weighted(f(*xs)), places)
        compare(vmap(slope, tuple(axes))(*stacked), [slope(*row) for row in rows], axes)


def check_nested(f: Callable[..., Any], examples: list[tuple[Any, ...]]) -> None:
    """The batch outside holds the first array, the one inside holds the others."""
    arrays = [i for i, x in enumerate(examples[0]) if isinstance(x, np.ndarray)]
    outer = tuple(0 if i in arrays[:1] else None for i in range(len(examples[0])))
    inner = tuple(0 if i in arrays[-1:] else None for i in range(len(examples[0])))
    lots = [
        np.stack([x[i] for x in examples]) if i in (arrays[0], arrays[-1]) else x
        for i, x in enumerate(examples[0])
    ]
    if len(arrays) == 1:  # one array: a batch of batches
        lots[arrays[0]] = np.stack([lots[arrays[0]]] * 2)
    mapped = vmap(vmap(f, inner), outer)(*lots)
    wanted = [
        vmap(f, inner)(*[x[k] if axis == 0 else x for x, axis in zip(lots, outer)])
        for k in range(2 if len(arrays) == 1 else len(examples))
    ]
    compare(mapped, wanted, "nested")


def compare(actual: Any, wanted: list[Any], axes: Any) -> None:
    columns = zip(*[leaves_of(x) for x in wanted])
    for x, column in zip(leaves_of(actual), columns, strict=True):
        expected = np.stack([np.asarray(getattr(y, "data", y)) for y in column])
        x = np.asarray(getattr(x, "data", x))
        assert x.shape == expected.shape and x.dtype == expected.dtype, (axes, x.shape, x.dtype)
        np.testing.assert_allclose(x, expected, rtol=1e-9, atol=1e-12, err_msg=str(axes))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Points at the end of a domain warn, by the loop as well; no row is looped over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("error", LoopWarning)
        yield


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_elementwise_row_batches_as_it_is(rule: Rule) -> None:
    function = getattr(autograd, rule.name)
    points = [np.array(values, float) for values in rule.samples]
    examples = [tuple(np.asarray(p[i % len(p)]) for p in points) for i in range(SIZE)]
    refused = [i for i, arg in enumerate(rule.args) if arg in rule.refused]
    check(function, examples, refused)
    # Operands of unequal ranks: the axes of an example are counted from its last.
    shapes = [(2, 1), (3,), (2, 3)]
    examples = [
        tuple(np.resize(np.roll(p, i), shapes[k % 3]) for k, p in enumerate(points))
        for i in range(SIZE)
    ]
    check(function, examples, refused)


@pytest.mark.parametrize("rule", ARRAY_RULES.values(), ids=lambda rule: rule.name)
def test_every_structural_row_says_how(rule: ArrayRule) -> None:
    apply = applier(rule)
    for sample in rule.samples:
        examples = [sample.operands(np.random.default_rng(i)) for i in range(SIZE)]

        def f(*xs: Any, attrs: Any = sample.attrs) -> Any:
            nodes = [x if x is None or isinstance(x, Tensor) else Tensor(x, False) for x in xs]
            return apply(tuple(nodes), dict(attrs))

        check(f, examples)


#: Composed functions that are called for each example, because they read its numbers: the places
#: of interp, the weights that must not sum to 0, the rank.
LOOPED = {"interp", "average", "lstsq"}


@pytest.mark.parametrize("name", [*CASES, *DENSITIES])
def test_every_composed_function(name: str) -> None:
    if name in DENSITIES:
        f, _, operands = DENSITIES[name]
        examples = [tuple(x * (1 + 0.1 * i) for x in operands) for i in range(SIZE)]
    else:
        shapes, call = CASES[name]
        f = partial(call, autograd)
        rngs = map(np.random.default_rng, range(SIZE))
        examples = [tuple(rng.standard_normal(shape) for shape in shapes) for rng in rngs]
    with warnings.catch_warnings():
        if name.split()[0] in LOOPED:
            warnings.simplefilter("ignore", LoopWarning)
        check(f, examples)
