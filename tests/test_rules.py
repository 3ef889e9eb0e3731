"""The derivative table: every row in every dialect against central differences, orders 1 and 2."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, custom_rule, gradients, remove_rule
from autograd.calculus.dialects import ARRAY, FLOAT, partial_functions, value_function
from autograd.calculus.rules import PRIMITIVES, RULES, Rule, parse, row
from autograd.functions import table as functions
from tests.row_operands import nodes

ROWS = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
SINGULAR = pytest.mark.parametrize(
    "rule, point, partials",
    [
        pytest.param(rule, point, partials, id=f"{rule.name}{point}")
        for rule in RULES.values()
        for point, partials in rule.singular
    ],
)


def points(rule: Rule) -> Iterator[tuple[float, ...]]:
    return itertools.product(*rule.samples)


def check_shown(rule: Rule) -> None:
    """Raise AssertionError unless what a reader sees is what is computed."""
    seen = replace(
        rule,
        name=f"shown_{rule.name}",
        value=rule.shown or rule.value,
        partials=rule.shown_partials or rule.partials,
    )
    f, written = value_function(rule, FLOAT), value_function(seen, FLOAT)
    for point in points(rule):
        out = f(*point)
        assert written(*point) == pytest.approx(out, 1e-9, 1e-12), point
        for place in differentiable(rule):
            own, shown = (partial_functions(one, FLOAT)[place] for one in (rule, seen))
            assert own is not None and shown is not None
            assert shown(None, out, *point) == pytest.approx(own(None, out, *point), 1e-9), point


@ROWS
def test_what_a_row_shows_is_what_it_computes(rule: Rule) -> None:
    check_shown(rule)


def test_a_wrong_form_that_a_row_shows_is_noticed() -> None:
    shown = [rule for rule in RULES.values() if rule.shown_partials or rule.shown]
    assert len(shown) > 30
    for wrong in (
        replace(RULES["reciprocal"], shown_partials=("1 / a ** 2",)),
        replace(RULES["div"], shown_partials=("1 / b", "-a / b")),
        replace(RULES["square"], shown="2 * a"),
    ):
        with pytest.raises(AssertionError):
            check_shown(wrong)


def differentiable(rule: Rule) -> list[int]:
    return [place for place, partial in enumerate(rule.partials) if partial is not None]


def moved(point: tuple[float, ...], place: int, step: float) -> tuple[float, ...]:
    return (*point[:place], point[place] + step, *point[place + 1 :])


def central(f: Any, point: tuple[float, ...], place: int, step: float = 1e-5) -> float:
    """Fourth-order central difference, of relative error around 1e-11 on the table's domains."""
    near = f(*moved(point, place, step)) - f(*moved(point, place, -step))
    far = f(*moved(point, place, 2 * step)) - f(*moved(point, place, -2 * step))
    return float((8 * near - far) / (12 * step))


def check_first(rule: Rule) -> None:
    """Raise AssertionError unless the row's partials are the derivatives of its value."""
    f = value_function(rule, FLOAT)
    for point in points(rule):
        out = f(*point)
        for place in differentiable(rule):
            expected = central(f, point, place)
            for dialect in (FLOAT, ARRAY):
                partial = partial_functions(rule, dialect)[place]
                assert partial is not None
                found = float(partial(None, out, *point))
                assert found == pytest.approx(expected, rel=1e-7, abs=1e-8), (point, place)


@ROWS
def test_partials_of_numbers_and_arrays_match_central_differences(rule: Rule) -> None:
    check_first(rule)


@ROWS
def test_nodes_of_both_kinds_match_central_differences_in_both_orders(rule: Rule) -> None:
    f, function = value_function(rule, FLOAT), functions.FUNCTIONS[rule.name]
    for point in points(rule):
        for kind in (Value, Tensor):
            leaves = nodes(rule, kind, point)
            out = function(*leaves)
            assert float(out.data) == pytest.approx(f(*point), rel=1e-14)
            places = differentiable(rule)
            tracked = [leaves[place] for place in places]
            for i, first in zip(places, gradients(out, tracked, create_graph=True)):
                expected = central(f, point, i)
                assert float(first.data) == pytest.approx(expected, rel=1e-7, abs=1e-8)
                if not first.requires_grad:
                    continue
                for j, second in zip(places, gradients(first, tracked)):

                    def partial(*moved: float, i: int = i) -> float:
                        made = partial_functions(rule, FLOAT)[i]
                        assert made is not None
                        return float(made(None, f(*moved), *moved))

                    found = 0.0 if second is None else float(second.data)
                    expected = central(partial, point, j)
                    assert found == pytest.approx(expected, rel=1e-6, abs=1e-7), (point, i, j)


@ROWS
def test_one_array_of_all_points_gives_what_single_numbers_give(rule: Rule) -> None:
    columns = np.array(list(points(rule))).T
    leaves = nodes(rule, Tensor, columns)
    functions.FUNCTIONS[rule.name](*leaves).sum().backward()
    for place in differentiable(rule):
        grad = leaves[place].grad
        for i, point in enumerate(points(rule)):
            numbers = nodes(rule, Value, point)
            functions.FUNCTIONS[rule.name](*numbers).backward()
            assert grad[i] == pytest.approx(numbers[place].grad, rel=1e-13, abs=1e-15)


@SINGULAR
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_singular_points_are_pinned(
    rule: Rule, point: tuple[float, ...], partials: tuple[float, ...], kind: Any
) -> None:
    leaves = nodes(rule, kind, point)
    with np.errstate(all="ignore"):
        functions.FUNCTIONS[rule.name](*leaves).backward()
    for place in differentiable(rule):
        np.testing.assert_equal(float(leaves[place].grad), partials[place])


@ROWS
def test_float32_stays_float32(rule: Rule) -> None:
    for point in points(rule):
        leaves = nodes(rule, lambda x: Tensor([x], dtype=np.float32), point)
        out = functions.FUNCTIONS[rule.name](*leaves)
        assert out.dtype == np.float32
        tracked = [leaves[place] for place in differentiable(rule)]
        for first in gradients(out, tracked, create_graph=True):
            assert first.dtype == np.float32
        out.backward()
        for leaf in tracked:
            assert leaf.grad.dtype == np.float32


@ROWS
def test_what_is_printed_for_a_row_is_what_runs(rule: Rule) -> None:
    """A formula that is shorter than the row's text has the same value at every sample."""
    printed = replace(
        rule, value=rule.shown or rule.value, partials=rule.shown_partials or rule.partials
    )
    for point in points(rule):
        out = value_function(rule, FLOAT)(*point)
        assert value_function(printed, FLOAT)(*point) == pytest.approx(out, rel=1e-12)
        for place in differentiable(rule):
            ours, runs = (partial_functions(x, FLOAT)[place] for x in (printed, rule))
            assert ours is not None and runs is not None
            slope = runs(None, out, *point)
            assert ours(None, out, *point) == pytest.approx(slope, rel=1e-11, abs=1e-13)


#: Functions that do more than their row, with a text of their own.
OWN_TEXT = ("clip", "gelu", "round", "where")


@ROWS
def test_the_public_function_documents_the_row(rule: Rule) -> None:
    function = getattr(autograd, rule.name)
    assert function.__name__ == rule.name
    if rule.name in OWN_TEXT:
        assert ">>>" in function.__doc__
        return
    assert (rule.shown or rule.value) in function.__doc__
    for arg, text in zip(rule.args, rule.shown_partials or rule.partials):
        assert text is None or f"d/d{arg} = {text}" in function.__doc__


def test_every_primitive_is_used_or_is_a_public_function() -> None:
    text = " ".join(
        f"{rule.value} {' '.join(filter(None, rule.partials))}" for rule in RULES.values()
    )
    assert all(f"{name}(" in text for name in PRIMITIVES - {"rint"})


@pytest.mark.parametrize(
    "text",
    [
        "b",
        "__import__('os')",
        "a.real",
        "a[0]",
        "lambda: a",
        "a if a else a",
        "a and a",
        "a < 1",
        "a // 2",
        "a @ a",
        "~a",
        "+a",
        "not a",
        "'a'",
        "True",
        "1j",
        "exp(a, b=1)",
        "exp(*a)",
        "nothing(a)",
        "[a]",
        "(a := 1)",
        "...",
    ],
)
def test_what_the_dialect_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not in the dialect"):
        parse(text, ("a",))


def test_a_row_with_too_few_partials_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="row 'half': 2 arguments but 1 partials"):
        row("half", "a b", "a * b", "b")
    assert "half" not in RULES


WRONG = {
    "sign": ("cos", {"partials": ("sin(a)",)}),
    "factor": ("square", {"partials": ("a",)}),
    "swapped partials": ("sub", {"partials": ("-1", "1")}),
    "zero": ("exp", {"partials": ("0",)}),
    "out for a": ("tanh", {"partials": ("1 - a * a",)}),
    "slightly": ("sin", {"partials": ("1.00001 * cos(a)",)}),
    "wrong branch": ("relu", {"partials": ("less(a, 0)",)}),
    "value": ("softplus", {"value": "log1p(exp(a)) + 0.001 * a"}),
}


@pytest.mark.parametrize("fault", WRONG)
def test_the_check_rejects_a_wrong_row(fault: str) -> None:
    name, changes = WRONG[fault]
    with pytest.raises(AssertionError):
        check_first(replace(RULES[name], **changes))  # type: ignore[arg-type]


@pytest.fixture
def mish() -> Iterator[Rule]:
    custom_rule(
        "mish",
        "a",
        "a * tanh(softplus(a))",
        "tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a)) ** 2)",
    )
    yield RULES["mish"]
    remove_rule("mish")


def test_a_row_added_at_run_time_works_everywhere(mish: Rule) -> None:
    check_first(mish)
    test_nodes_of_both_kinds_match_central_differences_in_both_orders(mish)
    test_one_array_of_all_points_gives_what_single_numbers_give(mish)
    test_float32_stays_float32(mish)
    function: Any = autograd.mish
    expected = 0.6 * math.tanh(math.log1p(math.exp(0.6)))
    x: Any = Value(0.6)
    assert function(0.6) == x.mish().data == pytest.approx(expected)
    assert function(np.array([0.6])) == pytest.approx(expected)
    assert autograd.gradcheck(function, np.array([0.6, -1.5]), order=2)
    assert autograd.hessian(function)(0.6) == pytest.approx(
        autograd.jvp(autograd.grad(function), (0.6,), (1.0,))[1]
    )
    y = x.mish() * x
    y.backward()
    graph = autograd.trace(y).backward()
    assert graph["x"].grad == pytest.approx(x.grad, rel=1e-15)
    assert "mish(x)" in str(graph)
    text = autograd.steps(y).text()
    assert "mish" in text and f"{x.grad:.4f}"[:5] in text


def test_a_row_removed_at_run_time_is_gone(mish: Rule) -> None:
    remove_rule("mish")
    assert "mish" not in RULES and not hasattr(Value, "mish") and not hasattr(Tensor, "mish")
    custom_rule("mish", "a", "a", "1")
