"""Operands and attributes that are the caller's own: what the graph keeps of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, gradients, trace
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.engine import applier
from autograd.engine.operations import owned


def overwrite(x: Any) -> None:
    """Change everything that can be changed in an operand or attribute."""
    if isinstance(x, np.ndarray) and x.flags.writeable and x.size:
        x[...] = np.roll(x, 1) if x.dtype.kind in "biu" else x * 3 + 1
    elif isinstance(x, list):
        for item in x:
            overwrite(item)
        x.reverse()
    elif isinstance(x, tuple):
        for item in x:
            overwrite(item)


def sweeps(x: Tensor, y: Any) -> list[Any]:
    out = (y * y).sum()
    (first,) = gradients(out, [x])
    (recorded,) = gradients(out, [x], create_graph=True)
    return [first.data, recorded.data]


@pytest.mark.parametrize("name", ARRAY_RULES)
def test_no_row_reads_what_its_caller_has_overwritten(name: str) -> None:
    rule = ARRAY_RULES[name]
    for sample in rule.samples:
        made = sample.operands(np.random.default_rng(1))
        for place, first in enumerate(made):
            if first is None or np.asarray(first).dtype.kind != "f":
                continue
            results = []
            for change in (False, True):
                operands: list[Any] = list(sample.operands(np.random.default_rng(1)))
                operands = [np.array(x) if isinstance(x, np.ndarray) else x for x in operands]
                attrs = {
                    key: np.array(v) if isinstance(v, np.ndarray) else v
                    for key, v in sample.attrs.items()
                }
                x = operands[place] = Tensor(operands[place])
                y = applier(rule)(tuple(operands), attrs)
                if not y.requires_grad:
                    break
                if change:
                    for other in operands:
                        overwrite(other)
                    for value in attrs.values():
                        if isinstance(value, np.ndarray):
                            overwrite(value)
                results.append(sweeps(x, y))
            for plain, overwritten in zip(*results[:2], strict=True) if len(results) > 1 else ():
                np.testing.assert_array_equal(plain, overwritten)


# Each with a tensor of shape (3, 2), and something of the caller's that it changes afterwards.
CASES: dict[str, tuple[Callable[[Tensor, Any], Any], Callable[[], Any]]] = {
    "factor": (lambda x, a: x * a, lambda: np.array([2.0, 3.0])),
    "reflected": (lambda x, a: a / x, lambda: np.array([2.0, 3.0])),
    "view of a buffer": (lambda x, a: x * a[0][:, ::-1], lambda: (np.ones((3, 2)) * [2, 3],)),
    "read-only view": (lambda x, a: x * np.broadcast_to(a, (3, 2)), lambda: np.array([2.0, 3.0])),
    "mask": (lambda x, a: autograd.where(a, x, -x), lambda: np.array([True, False])),
    "batch": (lambda x, a: a @ x, lambda: np.arange(12.0).reshape(4, 3)),
    "counts": (lambda x, a: autograd.repeat(x, a, axis=0), lambda: np.array([1, 2, 3])),
    "list of counts": (lambda x, a: autograd.repeat(x, a, axis=0), lambda: [1, 2, 3]),
    "index": (lambda x, a: x[a], lambda: np.array([0, 0, 2])),
    "list of indices": (lambda x, a: x[a], lambda: [0, 0, 2]),
    "labels": (
        lambda x, a: autograd.cross_entropy(x, a, reduction="none"),
        lambda: np.array([0, 0, 1]),
    ),
    "buffer of bytes": (lambda x, a: x * np.frombuffer(a[0]), lambda: (bytearray(b"\x3f" * 16),)),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_the_operands_as_they_were(name: str) -> None:
    f, make = CASES[name]
    x = Tensor(np.arange(6.0).reshape(3, 2) + 1)
    right = sweeps(x, f(x, make()))
    a = make()
    y = f(x, a)
    if isinstance(a, tuple) and isinstance(a[0], bytearray):
        a[0][:] = bytes(16)
    else:
        overwrite(a)
    for wanted, found in zip(right, sweeps(x, y), strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_a_reused_batch_buffer() -> None:
    layer, buffer = nn.Linear(2, 1, rng=0), np.ones((3, 2))
    losses = []
    for i in range(3):
        buffer[:] = i
        losses.append(layer(buffer).sum())
    for loss in losses:
        loss.backward()
    np.testing.assert_array_equal(layer.weight.grad, np.full((2, 1), 3.0 * (0 + 1 + 2)))


def test_a_picture_shows_the_operand_as_it_was() -> None:
    a = np.array([2.0, 3.0])
    y = Tensor([1.0, 1.0]) * a
    a[:] = 0
    assert "[2, 3]" in str(trace(y))


def test_what_nobody_can_write_to_is_kept_as_it_is() -> None:
    fixed = np.ones(3)
    fixed.flags.writeable = False
    assert owned(fixed) is fixed
    view = fixed[1:]
    assert owned(view) is view
    letters = np.frombuffer(b"12345678")
    assert owned(letters) is letters
    hidden = np.broadcast_to(np.ones(3), (2, 3))  # read-only, a view of what can be written to
    assert owned(hidden) is not hidden
    column = np.asfortranarray(np.ones((3, 2)))
    assert owned(column).flags.f_contiguous  # the same layout, so the same bits in a product


def test_nothing_is_copied_where_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(x: Any) -> Any:
        raise AssertionError("copied")

    monkeypatch.setattr("autograd.engine.operations.owned", refuse)
    x, a = Tensor([1.0, 2.0]), np.ones(2)
    with autograd.no_grad():
        assert (x * a).data.tolist() == [1.0, 2.0]
    assert (x.detach() * a).data.tolist() == [1.0, 2.0]
    with pytest.raises(AssertionError, match="copied"):
        x * a


@pytest.mark.parametrize(
    "deed",
    [
        lambda m, x: Tensor(m),
        lambda m, x: x * m,
        lambda m, x: m @ x,
        lambda m, x: m * x,
        lambda m, x: m / x,
        lambda m, x: m - x,
        lambda m, x: np.ma.exp(x),
    ],
)
def test_a_masked_array_is_refused(deed: Callable[[Any, Tensor], Any]) -> None:
    masked = np.ma.masked_array([1.0, 2.0], [True, False])
    with pytest.raises(TypeError, match=r"masked array would lose its mask; .*\.filled\("):
        deed(masked, Tensor([1.0, 1.0]))


def test_numbers_that_take_no_gradient_join_a_masked_array() -> None:
    masked = np.ma.masked_array([1.0, 2.0], [True, False])
    assert (masked * Tensor([1.0, 3.0], requires_grad=False)).tolist() == [None, 6.0]
