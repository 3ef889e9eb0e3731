"""Every structural row through real Tensors: first and second derivatives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, gradients
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Sample
from autograd.engine import recording as modes
from autograd.functions import row_functions as functions
from tests.test_array_rules import cases, is_float


def call(rule: ArrayRule, operands: tuple[Any, ...], attrs: dict[str, Any]) -> Any:
    """What the row's public function gives."""
    function = functions.structural(rule)
    if rule.arity is not None:
        return function(*operands, **attrs)
    if rule.name == "einsum":
        return function(attrs["subscripts"], *operands)
    return function(list(operands), **attrs)


def check_second_order(rule: ArrayRule, sample: Sample) -> None:
    """Raise AssertionError unless the row's second derivatives are those of its first ones."""

    def curved(operands: tuple[Any, ...]) -> Any:
        """Σ c out + out²: g moves with the operands, and does not vanish where out does."""
        out = call(rule, operands, dict(sample.attrs))
        return (c * out + out * out).sum()

    rng = np.random.default_rng(7)
    arrays = sample.operands(rng)
    moving = [i for i, x in enumerate(arrays) if is_float(x)]
    c = rng.uniform(0.5, 1.5, np.shape(rule.forward(*arrays, **sample.attrs)))
    directions = {i: rng.standard_normal(arrays[i].shape) for i in moving}

    def nodes(step: float) -> tuple[Any, ...]:
        return tuple(
            Tensor(x + step * directions[i]) if i in moving else x for i, x in enumerate(arrays)
        )

    def first(step: float) -> list[Any]:
        operands = nodes(step)
        output = curved(operands)
        return [g.data for g in gradients(output, [operands[i] for i in moving])]

    operands = nodes(0.0)
    inputs = [operands[i] for i in moving]
    slopes = gradients(curved(operands), inputs, create_graph=True)
    along = sum((g * directions[i]).sum() for i, g in zip(moving, slopes))
    second = gradients(along, inputs)
    step = 1e-5
    for i, actual, up, down in zip(moving, second, first(step), first(-step), strict=True):
        expected = (up - down) / (2 * step)
        actual = np.zeros(arrays[i].shape) if actual is None else actual.data
        scale = max(np.abs(x).max(initial=0.0) for x in (expected, up))
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6 * scale + 1e-10)


@cases(lambda rule, sample: sample.smooth)
def test_second_derivatives_match_differences_of_first_ones(
    rule: ArrayRule, sample: Sample
) -> None:
    check_second_order(rule, sample)


def cut(name: str, i: int) -> ArrayRule:
    """The row ``name``, whose adjoint over nodes forgets that operand i moves."""
    rule = ARRAY_RULES[name]

    def adjoint(F: Any, j: int, g: Any, out: Any, *operands: Any, **attrs: Any) -> Any:
        right = rule.adjoint(j)
        assert right is not None
        still = tuple(
            x.data if k == i and isinstance(x, Tensor) else x for k, x in enumerate(operands)
        )
        return right(F, g, out, *still, **attrs)

    return replace(rule, name="cut", adjoints=adjoint)


@pytest.mark.parametrize("name, i, sample", [("matmul", 1, 3), ("var", 0, 0), ("prod", 0, 5)])
def test_the_tester_rejects_an_adjoint_cut_from_the_graph(
    name: str, i: int, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = cut(name, i)
    monkeypatch.setitem(modes.ROOT.table, "cut", modes.Origin(rule, ()))
    with pytest.raises(AssertionError):
        check_second_order(rule, rule.samples[sample])


@cases(lambda rule, sample: True)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_over_nodes_and_over_arrays_the_adjoints_agree(
    rule: ArrayRule, sample: Sample, dtype: Any
) -> None:
    rng = np.random.default_rng(8)
    arrays = tuple(x.astype(dtype) if is_float(x) else x for x in sample.operands(rng))
    operands = tuple(Tensor(x) if is_float(x) else x for x in arrays)
    inputs = [x for x in operands if isinstance(x, Tensor)]
    out = call(rule, operands, dict(sample.attrs))
    upstream = rng.standard_normal(out.shape).astype(out.dtype)
    plain = gradients(out, inputs, upstream)
    graph = gradients(out, inputs, Tensor(upstream), create_graph=True)
    for a, b in zip(plain, graph, strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype == dtype
        tolerance = 100 * float(np.finfo(dtype).eps)
        np.testing.assert_allclose(a.data, b.data, rtol=tolerance, atol=tolerance)


@cases(lambda rule, sample: not sample.smooth)
def test_at_kinks_second_derivatives_are_finite(rule: ArrayRule, sample: Sample) -> None:
    rng = np.random.default_rng(9)
    operands = tuple(Tensor(x) if is_float(x) else x for x in sample.operands(rng))
    inputs = [x for x in operands if isinstance(x, Tensor)]
    out = call(rule, operands, dict(sample.attrs))
    slopes = gradients((out * out).sum(), inputs, create_graph=True)
    for second in gradients(sum((g * g).sum() for g in slopes), inputs):
        assert second is None or np.isfinite(second.data).all()


@pytest.mark.parametrize("zeros", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("name", ["prod", "cumprod"])
def test_third_derivatives_of_products_with_zeros(name: str, zeros: int) -> None:
    a = np.array([0.7, -1.3, 0.4, 2.0])
    a[:zeros] = 0.0
    x = Tensor(a)
    out = call(ARRAY_RULES[name], (x,), {})
    out = out if name == "prod" else out[-1]
    for i in (0, 2, 3):
        (slope,) = gradients(out, [x], create_graph=True)
        out = slope[i]
    # d³(a0 a1 a2 a3) / da0 da2 da3 = a1
    assert out.item() == pytest.approx(a[1])
