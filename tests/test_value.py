"""The scalar node: construction, operators, comparison, conversion, and what it refuses."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.calculus.rules import RULES
from tests.memory import collect_all
from tests.row_operands import nodes

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]


@pytest.mark.parametrize(
    "data",
    [
        2,
        2.0,
        True,
        np.float32(2),
        np.float64(2),
        np.int8(2),
        np.bool_(True),
        np.array(2),
        np.array(2.0),
    ],
    ids=repr,
)
def test_data_is_a_python_float(data: Any) -> None:
    v = Value(data)
    assert type(v.data) is float and v.data == float(data)
    assert type(v.grad) is float and v.grad == 0.0


@pytest.mark.parametrize(
    "data, said",
    [
        ("1", "'1' (str)"),
        (None, "None"),
        ([1.0], "[1.0] (list)"),
        (1j, "1j (complex)"),
        (np.complex128(1), "(complex128)"),
        (np.ones(3), "an array of shape (3,) and dtype float64"),
        (np.array("a"), "an array of shape () and dtype <U1"),
        (Tensor(1.0), "a Tensor of shape ()"),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused_by_name(data: Any, said: str) -> None:
    with pytest.raises(TypeError, match="Value: one real number is wanted, not") as caught:
        Value(data)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_value_of_a_value_is_refused() -> None:
    with pytest.raises(TypeError, match="already a Value"):
        Value(Value(1.0))


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
@pytest.mark.parametrize(
    "number", [2, 2.0, True, np.float32(2), np.float64(2), np.int64(2), np.array(2)]
)
def test_operators_take_numbers_on_either_side(op: Any, number: Any) -> None:
    v = Value(3.0)
    right, left = op(v, number), op(number, v)
    assert type(right) is type(left) is Value
    assert right.data == op(3.0, float(number))
    assert left.data == op(float(number), 3.0)
    right.backward()
    left.backward()
    step = 1e-6
    n = float(number)
    slope = (op(3 + step, n) - op(3 - step, n) + op(n, 3 + step) - op(n, 3 - step)) / (2 * step)
    if op is not operator.mod:  # which jumps at 3 % 1
        assert v.grad == pytest.approx(slope)


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_operators_take_values_on_both_sides(op: Any) -> None:
    a, b = Value(3.5), Value(2.0)
    out = op(a, b)
    assert out.data == op(3.5, 2.0)
    out.backward()
    step = 1e-6
    slopes = [
        (op(3.5 + step, 2.0) - op(3.5 - step, 2.0)) / (2 * step),
        (op(3.5, 2.0 + step) - op(3.5, 2.0 - step)) / (2 * step),
    ]
    assert [a.grad, b.grad] == pytest.approx(slopes)


def test_signs() -> None:
    v = Value(-3.0)
    assert (-v).data == 3.0 and (+v) is v and abs(v).data == 3.0
    (-v).backward()
    abs(v).backward()
    assert v.grad == -2.0


@pytest.mark.parametrize(
    "other", [np.ones(3), np.ones((1,)), [1.0, 2.0], Tensor(1.0), Tensor([1.0])]
)
@pytest.mark.parametrize("op", [*OPERATORS, operator.lt, operator.ge], ids=lambda op: op.__name__)
def test_arrays_and_tensors_are_refused_and_the_message_says_which_to_use(
    op: Any, other: Any
) -> None:
    v = Value(3.0)
    for a, b in ((v, other), (other, v)):
        with pytest.raises(TypeError, match="Tensor") as caught:
            op(a, b)
        assert "Value" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("other", ["a", None, 1j, {}, object], ids=repr)
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_strange_operands_are_refused(op: Any, other: Any) -> None:
    for a, b in ((Value(3.0), other), (other, Value(3.0))):
        if op is operator.mod and isinstance(a, str):
            continue  # a format string
        with pytest.raises(TypeError):
            op(a, b)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.arity == 1])
def test_every_unary_row_is_a_method_and_a_function(name: str) -> None:
    at = RULES[name].samples[0][-1]
    method, function = getattr(Value(at), name)(), getattr(autograd, name)(Value(at))
    assert method.data == function.data == pytest.approx(getattr(autograd, name)(at))


def test_wide_rows_are_methods_with_defaults() -> None:
    v = Value(-2.0)
    assert v.clip(-1, 1).data == v.clip(low=-1).data == -1.0
    assert v.leaky_relu().data == pytest.approx(-0.02)
    assert v.leaky_relu(0.5).data == v.leaky_relu(slope=0.5).data == -1.0
    assert v.maximum(3).data == 3.0 and v.elu(alpha=2.0).data == pytest.approx(2 * math.expm1(-2))
    with pytest.raises(TypeError, match="clip: takes a, low, high"):
        v.clip(lowest=1)  # type: ignore[call-arg]
    assert v.maximum(b=3).data == 3.0 and v.hypot(b=1.5).data == 2.5
    with pytest.raises(TypeError, match="missing"):
        v.maximum()  # type: ignore[call-arg]


def test_ordering_compares_data() -> None:
    a, b = Value(1.0), Value(2.0)
    assert a < b and a <= b and b > a and b >= a and not a > b
    assert a < 2 and a <= 1.0 and a >= 1 and not a > 1 and a < np.float64(2)
    two = np.float64(2)
    assert two > a and two >= a and not two < a and operator.gt(2, a)
    assert max(a, b) is b and min([b, a]) is a
    assert sorted([b, a]) == [a, b]
    nan = Value(math.nan)
    assert not nan < a and not nan > a


def test_equality_and_hash_are_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a and a != b and not operator.eq(a, 1.0) and operator.ne(1.0, a)
    assert len({a, b, a}) == 2 and a in [b, a] and a not in [b]
    assert {a: "a", b: "b"}[a] == "a"


def test_conversions() -> None:
    v = Value(2.75)
    assert float(v) == v.item() == 2.75 and int(v) == 2
    assert math.floor(float(v)) == 2
    assert bool(v) and not Value(0.0) and Value(math.nan)
    assert f"{v:.1f}|{v:8.3f}|{v:+.2e}" == "2.8|   2.750|+2.75e+00"
    assert f"{v}" == str(v) == repr(v) == "Value(data=2.75, grad=0.0)"
    assert repr(Value(1.0, name="x")) == "Value(data=1.0, grad=0.0, name='x')"


def test_names() -> None:
    v = Value(1.0)
    assert v.name is None
    v.name = "loss"
    assert v.name == "loss" and Value(1.0).name is None
    v.name = None
    assert v.name is None
    y, z = v * 2, v * 3
    y.name = "y"
    assert y.name == "y" and z.name is None and y._origin.rule is z._origin.rule
    y.backward()
    assert v.grad == 2.0
    with pytest.raises(TypeError, match="name: a string is wanted, not 3"):
        v.name = 3  # type: ignore[assignment]
    with pytest.raises(TypeError, match="name: a string is wanted, not 3"):
        Value(1.0, name=3)  # type: ignore[arg-type]


def test_slots_take_no_strange_attributes() -> None:
    with pytest.raises(AttributeError):
        Value(1.0).gradient = 3.0  # type: ignore[attr-defined]


def test_data_and_grad_may_be_assigned() -> None:
    v = Value(1.0)
    v.data -= 0.5 * 1.0
    v.grad = 0.0
    y = v * v
    y.backward()
    assert (y.data, v.grad) == (0.25, 1.0)


def test_a_graph_is_freed_by_reference_counts_alone() -> None:
    import gc

    collect_all()
    gc.disable()
    try:
        x = Value(0.5)
        y = x.tanh() * x + autograd.where(x, x, 1.0)
        y.backward()
        probe = y._operands()[0]
        before = len(gc.get_referrers(probe))
        del y
        assert len(gc.get_referrers(probe)) < before
    finally:
        gc.enable()


@pytest.mark.parametrize("name", sorted(set(RULES) - {"where"}))
def test_reference_cycles_are_never_made(name: str) -> None:
    import gc

    rule = RULES[name]
    gc.disable()
    try:
        gc.collect(0)  # from here on, what is made stays in the youngest generation
        leaves = nodes(rule, Value, [points[0] for points in rule.samples])
        getattr(autograd, name)(*leaves).backward()
        del leaves
        assert gc.collect(0) == 0
    finally:
        gc.enable()


def test_the_numbers_of_nodes_grow_in_the_order_of_creation() -> None:
    x = Value(1.0)
    y = x * 2
    z = Value(3.0)
    w = y + z
    assert x._number < y._number < z._number < w._number


def test_there_is_no_floor_division_and_no_matrix_product() -> None:
    with pytest.raises(TypeError):
        Value(3.0) @ Value(2.0)  # type: ignore[operator]
    with pytest.raises(TypeError):
        len(Value(3.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        iter(Value(3.0))  # type: ignore[call-overload]
