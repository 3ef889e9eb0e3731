"""Every structural row over plain arrays: adjoints and tangents against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Sample, array_namespace

F = array_namespace(
    {name: getattr(np, name) for name in "exp log sqrt abs sign where maximum minimum".split()}
)


def cases(wanted: Callable[[ArrayRule, Sample], bool]) -> pytest.MarkDecorator:
    """A test's parameters: every row and sample that is ``wanted``."""
    table = [
        pytest.param(rule, sample, id=f"{rule.name}-{i}")
        for rule in ARRAY_RULES.values()
        for i, sample in enumerate(rule.samples)
        if wanted(rule, sample)
    ]
    return pytest.mark.parametrize("rule, sample", table)


def is_float(x: Any) -> bool:
    return getattr(x, "dtype", None) is not None and x.dtype.kind == "f"


def numeric_vjp(f: Callable[[Any], Any], x: Any, g: Any, step: float = 1e-5) -> Any:
    """Σ g f'(x) by central differences, one element at a time."""
    result = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        result[at] = np.sum(g * (f(up) - f(down))) / (2 * step)
    return result


def check_row(rule: ArrayRule, sample: Sample, seed: int = 0) -> None:
    """Raise AssertionError unless the row's adjoints and tangent are those of its forward."""
    rng = np.random.default_rng(seed)
    operands = sample.operands(rng)
    out = np.asarray(rule.forward(*operands, **sample.attrs))
    g = rng.standard_normal(out.shape)
    tangents = tuple(rng.standard_normal(x.shape) if is_float(x) else None for x in operands)
    inner = 0.0
    for i, x in enumerate(operands):
        if not is_float(x):
            continue

        def f(moved: Any, i: int = i) -> Any:
            return rule.forward(*operands[:i], moved, *operands[i + 1 :], **sample.attrs)

        adjoint = rule.adjoint(i)
        assert adjoint is not None
        actual = adjoint(F, g, out, *operands, **sample.attrs)
        assert actual.shape == x.shape
        np.testing.assert_allclose(actual, numeric_vjp(f, x, g), rtol=1e-6, atol=1e-7)
        moved = tangents[i]
        assert moved is not None
        inner += float(np.sum(actual * moved))
        alone = tuple(moved if j == i else None for j in range(len(operands)))
        dout = rule.tangent(F, alone, out, *operands, **sample.attrs)
        assert dout.shape == out.shape
        np.testing.assert_allclose(np.sum(dout * g), np.sum(actual * moved), rtol=1e-9, atol=1e-9)
    dout = rule.tangent(F, tangents, out, *operands, **sample.attrs)
    np.testing.assert_allclose(np.sum(dout * g), inner, rtol=1e-9, atol=1e-9)


@cases(lambda rule, sample: sample.smooth)
def test_adjoints_and_tangent_match_finite_differences(rule: ArrayRule, sample: Sample) -> None:
    for seed in range(3):
        check_row(rule, sample, seed)


@cases(lambda rule, sample: True)
def test_shapes_and_float32_are_kept(rule: ArrayRule, sample: Sample) -> None:
    rng = np.random.default_rng(1)
    operands = tuple(x.astype(np.float32) if is_float(x) else x for x in sample.operands(rng))
    out = rule.forward(*operands, **sample.attrs)
    if sample.attrs.get("dtype") is None:
        assert out.dtype == np.float32
    g = np.ones(out.shape, out.dtype)
    for i, x in enumerate(operands):
        adjoint = rule.adjoint(i)
        if is_float(x) and adjoint is not None:
            da = adjoint(F, g, out, *operands, **sample.attrs)
            assert da.shape == x.shape
            assert da.dtype == np.float32
    moved = tuple(np.ones_like(x) if is_float(x) else None for x in operands)
    dout = rule.tangent(F, moved, out, *operands, **sample.attrs)
    assert dout.shape == out.shape
    assert dout.dtype == out.dtype


@cases(lambda rule, sample: rule.keep is not None)
def test_what_is_kept_spares_work_and_changes_nothing(rule: ArrayRule, sample: Sample) -> None:
    operands = sample.operands(np.random.default_rng(2))
    assert rule.keep is not None
    out, saved = rule.keep(*operands, **sample.attrs)
    np.testing.assert_array_equal(out, rule.forward(*operands, **sample.attrs))
    g = np.random.default_rng(3).standard_normal(np.shape(out))
    for i, x in enumerate(operands):
        adjoint = rule.adjoint(i)
        if is_float(x) and adjoint is not None:
            np.testing.assert_allclose(
                adjoint(F, g, out, *operands, **sample.attrs, saved=saved),
                adjoint(F, g, out, *operands, **sample.attrs),
                rtol=1e-12,
                atol=1e-15,
            )


def test_a_nan_is_the_maximum_of_its_slice_and_takes_the_gradient() -> None:
    a = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 2.0]])
    adjoint = ARRAY_RULES["max"].adjoint(0)
    assert adjoint is not None
    da = adjoint(F, np.array([6.0, 8.0]), ARRAY_RULES["max"].forward(a, axis=1), a, axis=1)
    np.testing.assert_array_equal(da, [[0.0, 6.0, 0.0], [0.0, 4.0, 4.0]])


@pytest.mark.parametrize("entries", [[-np.inf, -np.inf], [np.inf, 0.0], [-np.inf, 0.0]])
def test_logsumexp_at_infinity(entries: list[float]) -> None:
    a = np.array(entries)
    rule = ARRAY_RULES["logsumexp"]
    out = rule.forward(a)
    assert out == max(entries)
    adjoint = rule.adjoint(0)
    assert adjoint is not None
    if np.inf not in entries:
        expected = np.exp(a)  # 0 everywhere where nothing is finite
        np.testing.assert_array_equal(adjoint(F, np.ones(()), out, a), expected)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "cross_entropy"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits_are_stable(name: str, dtype: Any) -> None:
    logits = np.array([[1000.0, -1000.0], [-1000.0, -1000.0], [-999.0, 1000.0]], dtype)
    operands = (logits, np.array([1, 0, 1])) if name == "cross_entropy" else (logits,)
    rule = ARRAY_RULES[name]
    out = rule.forward(*operands)
    adjoint = rule.adjoint(0)
    assert adjoint is not None
    da = adjoint(F, np.ones(np.shape(out), dtype), out, *operands)
    assert np.isfinite(out).all() and np.isfinite(da).all()
    if name == "cross_entropy":
        assert out == pytest.approx((2000 + np.log(2)) / 3)


def test_the_loss_of_a_gradient_that_is_used_twice() -> None:
    """What cross_entropy keeps is not consumed by the first backward pass."""
    rule = ARRAY_RULES["cross_entropy"]
    operands = (np.array([[1.0, 2.0], [0.5, 0.1]]), np.array([1, 0]))
    assert rule.keep is not None
    out, saved = rule.keep(*operands)
    adjoint = rule.adjoint(0)
    assert adjoint is not None
    first, second = (adjoint(F, np.ones(()), out, *operands, saved=saved) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.shares_memory(first, saved)


def wrong(name: str, i: int, change: Callable[[Any], Any]) -> ArrayRule:
    """The row ``name`` with the result of its adjoint for operand ``i`` changed."""
    rule = ARRAY_RULES[name]

    def adjoint(F: Any, j: int, g: Any, out: Any, *operands: Any, **attrs: Any) -> Any:
        right = rule.adjoint(j)
        assert right is not None
        result = right(F, g, out, *operands, **attrs)
        return change(result) if j == i else result

    return replace(rule, adjoints=adjoint)


SEEDED = {
    "wrong axis": (wrong("sum", 0, lambda da: np.broadcast_to(da[..., :1], da.shape)), 1),
    "missing sum": (wrong("linear", 2, lambda db: db / 4), 0),
    "missing transpose": (wrong("matmul", 0, lambda da: da[::-1]), 3),
    "sign": (wrong("softmax", 0, lambda da: -da), 0),
    "shape": (wrong("broadcast_to", 0, lambda da: da[None]), 0),
    "swapped operands": (
        replace(ARRAY_RULES["matmul"], adjoints=ARRAY_RULES["matmul"].adjoints[::-1]),  # type: ignore[index]
        3,
    ),
    "tangent": (replace(ARRAY_RULES["mean"], tangent=ARRAY_RULES["sum"].tangent), 0),
}


@pytest.mark.parametrize("fault", SEEDED)
def test_the_tester_rejects_seeded_faults(fault: str) -> None:
    rule, i = SEEDED[fault]
    with pytest.raises((AssertionError, ValueError)):
        check_row(rule, rule.samples[i])
