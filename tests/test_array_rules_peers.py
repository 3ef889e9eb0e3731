"""The structural rows against PyTorch: values, gradients and the singular points it decides."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.calculus.array_rules import ARRAY_RULES
from tests.test_array_rules import F, is_float

Require = Callable[[str], Any]


def compare(
    torch: Any, name: str, theirs: Callable[..., Any], operands: tuple[Any, ...], attrs: Any
) -> None:
    """Value and gradients of a row over arrays equal those of ``theirs`` over torch tensors."""
    rule = ARRAY_RULES[name]
    nodes = [
        torch.tensor(x, requires_grad=True) if is_float(x) else torch.tensor(x) for x in operands
    ]
    expected = theirs(*nodes)
    out = np.asarray(rule.forward(*operands, **attrs))
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    g = np.random.default_rng(0).standard_normal(out.shape)
    expected.backward(torch.tensor(g))
    saved = {} if rule.keep is None else {"saved": rule.keep(*operands, **attrs)[1]}
    for i, (x, node) in enumerate(zip(operands, nodes)):
        adjoint = rule.adjoint(i)
        if is_float(x) and adjoint is not None:
            for extra in ({}, saved):
                actual = adjoint(F, g, out, *operands, **attrs, **extra)
                np.testing.assert_allclose(actual, node.grad.numpy(), rtol=1e-10, atol=1e-12)


CROSS_ENTROPY = list(
    itertools.product(
        ((), (4,), (4, 2), (4, 2, 3)),
        ("indices", "soft"),
        (None, (0.3, 1.7, 0.0)),
        (0.0, 0.15, 1.0),
        (-100, 1),
        ("mean", "sum", "none"),
    )
)


@pytest.mark.parametrize("kind", ["indices", "soft"])
@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_cross_entropy_is_pytorchs(kind: str, size: float, require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(3)
    for batch, which, weight, smoothing, ignored, reduction in CROSS_ENTROPY:
        if which != kind or (kind == "soft" and ignored >= 0):  # an error, there and here
            continue
        shape = (batch[0], 3, *batch[1:]) if batch else (3,)
        logits = rng.uniform(-size, size, shape)
        targets: Any
        if kind == "indices":
            # Not all ignored, nor all of weight zero: that mean is pinned apart.
            targets = np.asarray(rng.integers(0, 2, batch))
            targets.reshape(-1)[0] = 0
            if ignored == -100 and batch:
                targets.reshape(-1)[-1] = -100
        else:
            targets = rng.uniform(0.1, 1.0, shape)
        attrs = {
            "weight": None if weight is None else np.array(weight),
            "label_smoothing": smoothing,
            "ignore_index": ignored,
            "reduction": reduction,
        }
        options = {**attrs, "weight": None if weight is None else torch.tensor(attrs["weight"])}
        compare(
            torch,
            "cross_entropy",
            lambda a, t, o=options: torch.nn.functional.cross_entropy(a, t, **o),
            (logits, targets),
            attrs,
        )


def test_cross_entropy_of_nothing_but_ignored_targets(require: Require) -> None:
    torch = require("torch")
    logits, targets = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([-100, -100])
    node = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(node, torch.tensor(targets))
    loss.backward()
    rule = ARRAY_RULES["cross_entropy"]
    assert rule.keep is not None
    out, saved = rule.keep(logits, targets)
    assert np.isnan(loss.item()) and np.isnan(out)
    np.testing.assert_array_equal(node.grad.numpy(), 0)
    np.testing.assert_array_equal(saved, 0)


def test_a_class_masked_by_minus_infinity_costs_nothing(require: Require) -> None:
    torch = require("torch")
    logits = np.array([[1.0, -np.inf, 0.5], [0.0, 1.0, -np.inf]])
    for attrs in ({}, {"reduction": "none"}, {"ignore_index": 1}):
        compare(
            torch,
            "cross_entropy",
            lambda a, t, o=attrs: torch.nn.functional.cross_entropy(a, t, **o),
            (logits, np.array([2, 0])),
            attrs,
        )


TIES = np.array([[2.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
PINNED: list[tuple[str, Callable[[Any], Callable[..., Any]], tuple[Any, ...], dict[str, Any]]] = [
    ("max", lambda t: lambda a: t.amax(a, dim=1), (TIES,), {"axis": 1}),
    ("max", lambda t: lambda a: t.amax(a, dim=(0, 1)), (TIES,), {}),
    ("min", lambda t: lambda a: t.amin(a, dim=0), (TIES,), {"axis": 0}),
    ("std", lambda t: lambda a: t.std(a, dim=1, correction=0), (TIES,), {"axis": 1}),
    ("norm", lambda t: lambda a: t.linalg.vector_norm(a, dim=1), (TIES,), {"axis": 1}),
    ("norm", lambda t: lambda a: t.linalg.vector_norm(a, 3, 1), (TIES,), {"ord": 3, "axis": 1}),
    ("norm", lambda t: lambda a: t.linalg.vector_norm(a, 1, 1), (TIES,), {"ord": 1, "axis": 1}),
    (
        "norm",
        lambda t: lambda a: t.linalg.vector_norm(a, np.inf, 1),
        (TIES[:1],),
        {"ord": np.inf, "axis": 1},
    ),
    ("norm", lambda t: lambda a: t.linalg.matrix_norm(a), (0 * TIES,), {}),
    ("prod", lambda t: lambda a: t.prod(a, 1), (TIES,), {"axis": 1}),
    ("cumprod", lambda t: lambda a: t.cumprod(a, 1), (TIES,), {"axis": 1}),
    ("sort", lambda t: lambda a: t.sort(a, dim=1, stable=True)[0], (TIES,), {}),
    ("logsumexp", lambda t: lambda a: t.logsumexp(a, 1), (1000 * TIES,), {"axis": 1}),
    ("softmax", lambda t: lambda a: t.softmax(a, 1), (1000 * TIES,), {}),
    ("log_softmax", lambda t: lambda a: t.log_softmax(a, 1), (1000 * TIES,), {}),
]


@pytest.mark.parametrize(
    "name, theirs, operands, attrs", PINNED, ids=[f"{row[0]}-{i}" for i, row in enumerate(PINNED)]
)
def test_singular_points_are_pytorchs(
    name: str, theirs: Any, operands: Any, attrs: Any, require: Require
) -> None:
    torch = require("torch")
    compare(torch, name, theirs(torch), operands, attrs)


FACTORS = [(3,), (3, 3), (2, 3, 3), (1, 3, 3), (4, 1, 3, 3)]


@pytest.mark.parametrize("a, b", list(itertools.product(FACTORS, FACTORS)))
def test_matmul_of_every_pair_of_ranks(a: Any, b: Any, require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(1)
    compare(torch, "matmul", torch.matmul, (rng.random(a), rng.random(b)), {})


@pytest.mark.parametrize(
    "text, shapes",
    [
        ("bhqd,bhkd->bhqk", ((2, 2, 3, 4), (2, 2, 5, 4))),
        ("ij,ij->", ((2, 3), (2, 3))),
        ("iij,jk->ik", ((3, 3, 2), (2, 4))),
        ("ii,jj->", ((3, 3), (2, 2))),
        ("...ij,...jk->...ik", ((2, 1, 3, 4), (5, 4, 2))),
        ("a,b,c->cab", ((2,), (3,), (4,))),
    ],
)
def test_einsum_is_pytorchs(text: str, shapes: Any, require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(2)
    compare(
        torch,
        "einsum",
        lambda *xs: torch.einsum(text, *xs),
        tuple(rng.random(shape) for shape in shapes),
        {"subscripts": text},
    )
