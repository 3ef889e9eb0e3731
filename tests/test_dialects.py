"""Numbers and arrays read one row alike, at every kind of point; what is asked quietly is quiet."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.calculus.dialects import (
    ARRAY,
    FLOAT,
    NODE,
    partial_functions,
    translate,
    value_function,
)
from autograd.calculus.rules import RULES, Rule, constant, parse
from autograd.functions.table import FUNCTIONS
from tests.row_operands import nodes

ROWS = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
INF, NAN = math.inf, math.nan
EXTREME = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-320, 1e200, -1e200, 745.2, -745.2, INF, -INF, NAN)


def extreme_points(rule: Rule) -> list[tuple[float, ...]]:
    if rule.arity <= 2:
        return list(itertools.product(EXTREME, repeat=rule.arity))
    return list(itertools.product((0.0, -1.0, 2.0, INF, NAN), repeat=rule.arity))


def warned(f: Any, *args: Any) -> tuple[Any, set[str]]:
    """The result, and what NumPy would have said: the kind of each warning.

    Only NumPy's own count: the collector may find a file here that another test left open.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = f(*args)
    messages = (str(w.message) for w in caught if issubclass(w.category, RuntimeWarning))
    return out, {text.split(" encountered")[0] for text in messages}


@ROWS
def test_values_of_numbers_and_of_arrays_agree_at_extreme_points(rule: Rule) -> None:
    for point in extreme_points(rule):
        with np.errstate(all="ignore"):
            array = value_function(rule, ARRAY)(*map(np.float64, point))
            number = FUNCTIONS[rule.name](*nodes(rule, Value, point)).data
            plain = FUNCTIONS[rule.name](*point)
        np.testing.assert_allclose(number, float(array), 1e-13, 0, err_msg=str(point))
        np.testing.assert_allclose(plain, float(array), 1e-13, 0, err_msg=str(point))


@ROWS
def test_a_zero_of_a_number_has_the_sign_of_that_of_an_array(rule: Rule) -> None:
    for point in extreme_points(rule):
        with np.errstate(all="ignore"):
            array = float(value_function(rule, ARRAY)(*map(np.float64, point)))
            number = FUNCTIONS[rule.name](*nodes(rule, Value, point)).data
        if array == 0:
            assert math.copysign(1, number) == math.copysign(1, array), point


@ROWS
def test_partials_of_numbers_and_of_arrays_agree_at_extreme_points(rule: Rule) -> None:
    # Where the value itself has overflowed, no derivative is right or wrong.
    for point in extreme_points(rule):
        with np.errstate(all="ignore"):
            values = nodes(rule, Value, point)
            tensors = nodes(rule, lambda x: Tensor([x]), point)
            FUNCTIONS[rule.name](*values).backward()
            out = FUNCTIONS[rule.name](*tensors)
        out.backward()
        for place, partial in enumerate(rule.partials):
            if partial is not None:
                found = values[place].grad, tensors[place].grad[0]
                np.testing.assert_allclose(*found, 1e-12, 1e-300, err_msg=str((point, place)))


@pytest.mark.parametrize(
    "name, point",
    [
        ("log", (-1.0,)),
        ("log", (0.0,)),
        ("log2", (0.0,)),
        ("log10", (-3.0,)),
        ("log1p", (-1.0,)),
        ("sqrt", (-1.0,)),
        ("exp", (1000.0,)),
        ("expm1", (1000.0,)),
        ("sinh", (1000.0,)),
        ("cosh", (-1000.0,)),
        ("exp2", (2000.0,)),
        ("div", (1.0, 0.0)),
        ("div", (0.0, 0.0)),
        ("reciprocal", (0.0,)),
        ("pow", (0.0, -1.0)),
        ("pow", (-2.0, 0.5)),
        ("pow", (10.0, 400.0)),
        ("arcsin", (2.0,)),
        ("arccos", (-2.0,)),
        ("arccosh", (0.5,)),
        ("arctanh", (1.0,)),
        ("arctanh", (2.0,)),
        ("sin", (INF,)),
        ("cos", (INF,)),
        ("tan", (-INF,)),
    ],
)
def test_domain_errors_give_what_numpy_gives_and_warn_as_it_does(
    name: str, point: tuple[float, ...]
) -> None:
    expected, said = warned(value_function(RULES[name], ARRAY), *map(np.float64, point))
    assert said
    for kind in (Value, Tensor, float):
        out, heard = warned(FUNCTIONS[name], *map(kind, point))
        assert heard == said, kind
        np.testing.assert_equal(float(getattr(out, "data", out)), float(expected))


@ROWS
def test_a_derivative_never_warns(rule: Rule) -> None:
    for point in extreme_points(rule):
        for kind in (Value, Tensor):
            leaves = nodes(rule, kind, point)
            with np.errstate(all="ignore"):
                out = FUNCTIONS[rule.name](*leaves)
            out.backward()


def test_partials_that_nobody_asked_for_do_not_warn_in_the_forward_pass() -> None:
    out = Value(-2.0) ** Value(2.0)  # the partial in the exponent takes log(-2)
    assert out.data == 4.0
    assert Value(0.0).sqrt().data == 0.0  # the partial is 0.5 / 0
    assert Value(1.0).arcsin().data == math.pi / 2


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor([x])])
@pytest.mark.parametrize(
    "name, point, data, slope",
    [
        ("sigmoid", 1000.0, 1.0, 0.0),
        ("sigmoid", -1000.0, 0.0, 0.0),
        ("softplus", 1000.0, 1000.0, 1.0),
        ("softplus", -1000.0, 0.0, 0.0),
        ("tanh", 1000.0, 1.0, 0.0),
        ("silu", 1000.0, 1000.0, 1.0),
        ("silu", -1000.0, 0.0, 0.0),
        ("gelu", 1000.0, 1000.0, 1.0),
        ("gelu", -1000.0, 0.0, 0.0),
        ("elu", 1000.0, 1000.0, 1.0),
        ("elu", -1000.0, -1.0, 0.0),
        ("erf", 1000.0, 1.0, 0.0),
    ],
)
def test_activations_do_not_overflow(
    kind: Any, name: str, point: float, data: float, slope: float
) -> None:
    x = kind(point)
    out = FUNCTIONS[name](x)
    out.backward()
    assert np.all(out.data == data) and np.all(x.grad == slope)


def test_log_sum_exp_and_softmax_do_not_overflow() -> None:
    for shift in (-1000.0, 1000.0):
        x = Tensor([shift, shift + 1.0])
        out = autograd.logsumexp(x)
        out.backward()
        assert out.data == pytest.approx(shift + 1 + math.log1p(math.exp(-1)))
        assert x.grad == pytest.approx([0.26894142137, 0.73105857863])
        assert autograd.softmax(x).data == pytest.approx([0.26894142137, 0.73105857863])
        a, b = Value(shift), Value(shift + 1)
        autograd.logaddexp(a, b).backward()
        assert (a.grad, b.grad) == pytest.approx((0.26894142137, 0.73105857863))


def test_erf_is_that_of_the_math_module() -> None:
    xs = np.linspace(-3, 3, 61)
    np.testing.assert_array_equal(autograd.erf(xs), [math.erf(x) for x in xs])
    assert autograd.erf(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    "text, number", [("2 / sqrt(pi)", 2 / math.sqrt(math.pi)), ("-(1 - 3) * 2 ** 3", 16.0)]
)
def test_constant_parts_are_folded(text: str, number: float) -> None:
    tree = parse(text, ())
    assert constant(tree) == number
    assert translate(tree, FLOAT) == repr(number)


def test_an_expression_with_an_argument_is_not_folded() -> None:
    assert constant(parse("2 * a", ("a",))) is None
    assert constant(parse("exp(2)", ())) is None


@pytest.mark.parametrize(
    "text, number, array, node",
    [
        ("a - b - a", "((a - b) - a)", "((a - b) - a)", "((a - b) - a)"),
        ("-a ** b", "(-pow(a, b))", "(-(a ** b))", "(-(a ** b))"),
        ("a ** b ** a", "pow(a, pow(b, a))", "(a ** (b ** a))", "(a ** (b ** a))"),
        ("greater(a, b)", "(1.0 if (a > b) else 0.0)", "(a > b)", "F.greater(a, b)"),
        ("where(a, b, 0)", "(b if a else 0.0)", "where(a, b, 0)", "F.where(a, b, 0)"),
        (
            "where(less(a, b), 1, b)",
            "(1.0 if (a < b) else b)",
            "where((a < b), 1, b)",
            "F.where(F.less(a, b), 1, b)",
        ),
    ],
)
def test_each_dialect_writes_a_row_in_its_own_way(
    text: str, number: str, array: str, node: str
) -> None:
    tree = parse(text, ("a", "b"))
    assert [translate(tree, dialect) for dialect in (FLOAT, ARRAY, NODE)] == [number, array, node]


def test_stamped_functions_show_their_source_in_a_traceback() -> None:
    import linecache

    function = value_function(RULES["softplus"], FLOAT)
    code = function.__code__
    assert "log1p" in linecache.getline(code.co_filename, 2)
    partial = partial_functions(RULES["tanh"], ARRAY)[0]
    assert partial is not None
    assert "out" in linecache.getline(partial.__code__.co_filename, 2)
