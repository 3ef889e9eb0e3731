"""Every row is stepped and drawn; the table of rows and checks is the one that is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, steps, trace
from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.engine import Operation, apply_to_tensors
from tests.row_operands import nodes
from tests.test_array_rules import is_float

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rows.md"


@pytest.mark.parametrize("rule", ARRAY_RULES.values(), ids=list(ARRAY_RULES))
def test_every_structural_row_is_stepped_and_drawn(rule: ArrayRule) -> None:
    sample = rule.samples[0]
    arrays = sample.operands(np.random.default_rng(0))
    operands = [Tensor(x) if is_float(x) else x for x in arrays]
    out = apply_to_tensors(Operation(rule), tuple(operands), dict(sample.attrs)).sum()
    graph = trace(out, names={})
    assert rule.name in {row.op for row in graph}
    lesson = steps(graph)
    assert len(lesson) > 2 and "nan" not in lesson.text()
    assert graph.to_dot().source.count("->") >= 2


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_elementwise_row_is_drawn(rule: Rule) -> None:
    out = getattr(autograd, rule.name)(*nodes(rule, Value, [x[0] for x in rule.samples]))
    assert out._origin.rule is rule
    assert trace(out, names={}).to_dot().source.count("->") >= 1


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_elementwise_row_takes_arrays_without_elements(rule: Rule) -> None:
    first, *others = [np.full((2, 0), x[0]) for x in rule.samples]
    operands = nodes(rule, Tensor, [first, *(x[:1] for x in others)])
    out = getattr(autograd, rule.name)(*operands)
    assert out.shape == (2, 0)
    out.sum().backward()
    for x in operands:
        assert not isinstance(x, Tensor) or x.grad is None or x.grad.shape == x.shape


PARTLY = [rule for rule in RULES.values() if None in rule.partials]


@pytest.mark.parametrize("rule", PARTLY, ids=lambda rule: rule.name)
def test_rows_with_an_argument_without_derivative_push_what_they_pull(rule: Rule) -> None:
    points = [np.array(x[:2]) for x in rule.samples]
    place = next(i for i, partial in enumerate(rule.partials) if partial is not None)

    def f(x: Tensor) -> Tensor:
        out: Tensor = getattr(autograd, rule.name)(*points[:place], x, *points[place + 1 :])
        return out

    direction = np.array([0.7, -1.3])
    _, tangent = autograd.jvp(f, (points[place],), (direction,))
    gradient = autograd.grad(lambda x: f(x).sum())(points[place])
    np.testing.assert_allclose(np.asarray(tangent), gradient * direction, rtol=1e-12)


def test_the_table_of_rows_is_current(require: Callable[[str], Any]) -> None:
    require("torch")  # of which the table says what is compared with it
    from tests.rows_table import page

    assert PAGE.read_text(encoding="utf-8") == page(), "python -m docs writes it"
