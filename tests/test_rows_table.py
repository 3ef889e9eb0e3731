"""Every row is stepped and drawn; the table of rows and checks is the one that is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, steps, trace
from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.calculus.array_rules.core import sample
from autograd.calculus.composed import COMPOSED
from autograd.engine import Operation, apply_to_tensors
from autograd.functions.table import FUNCTIONS, matrix_trace
from tests import jax_values
from tests.row_operands import nodes
from tests.test_array_rules import is_float
from tests.test_array_rules_printed import check_printed
from tests.test_composed import CASES, arrays
from tests.test_special import DENSITIES

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


#: Operands without elements, as shapes or arrays, and attributes, by row.
EMPTY: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    **{name: (((0, 3),), {"axis": 1}) for name in "mean max min var std prod logsumexp".split()},
    **{name: (((0, 3),), {"axis": 0}) for name in "cumsum cumprod sort flip softmax".split()},
    **{name: (((3, 0),), {}) for name in "norm ravel transpose triu tril diagonal".split()},
    "log_softmax": (((0, 3),), {}),
    "dot": (((0,), (0, 2)), {}),
    "inner": (((2, 0), (3, 0)), {}),
    "outer": (((0,), (3,)), {}),
    "einsum": (((0, 2), (2, 3)), {"subscripts": "ij,jk->ik"}),
    "swapaxes": (((2, 0),), {"axis1": 0, "axis2": 1}),
    "moveaxis": (((2, 0, 3),), {"source": 0, "destination": 2}),
    "squeeze": (((1, 0),), {"axis": 0}),
    "expand_dims": (((0, 2),), {"axis": 1}),
    "broadcast_to": (((1, 3),), {"shape": (0, 3)}),
    "astype": (((0, 2),), {"dtype": np.float64}),
    "stack": (((0, 2), (0, 2)), {"axis": 1}),
    "getitem": (((3, 2),), {"index": np.array([], np.intp)}),
    "put_index": (((0, 2),), {"index": np.array([], np.intp), "shape": (3, 2)}),
    "take": (((3, 2),), {"indices": np.array([], np.intp), "axis": 0}),
    "take_along_axis": (((3, 0),), {"indices": np.zeros((1, 0), np.intp), "axis": 0}),
    "diag": (((0,),), {}),
    "roll": (((0, 2),), {"shift": 1, "axis": 1}),
    "repeat": (((2, 3),), {"repeats": 0, "axis": 1}),
    "tile": (((2, 3),), {"reps": (0, 1)}),
    "cross_entropy": (((0, 3), np.zeros(0, np.intp)), {"reduction": "sum"}),
}


def test_structural_rows_take_arrays_without_elements() -> None:
    for name, (operands, attrs) in EMPTY.items():
        rule = ARRAY_RULES[name]
        assert check_printed(rule, sample(*operands, **attrs))
        for dtype in (np.float64, np.float32):
            xs = [Tensor(np.ones(x, dtype)) if isinstance(x, tuple) else x for x in operands]
            out = apply_to_tensors(Operation(rule), tuple(xs), dict(attrs))
            expected = rule.forward(*(x.data if isinstance(x, Tensor) else x for x in xs), **attrs)
            np.testing.assert_array_equal(out.data, expected, err_msg=name)
            assert out.dtype == np.asarray(expected).dtype
            (out * out).sum().backward()
            for x in xs:
                if isinstance(x, Tensor):
                    assert x.grad.shape == x.shape and x.grad.dtype == dtype, name
                    assert not x.grad.any()


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


#: A call of each composed function over arrays, and its operands: those of its first case.
COMPOSED_CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    **{
        name.split()[0]: (partial(call, autograd), arrays(name))
        for name, (_, call) in reversed(CASES.items())
    },
    **{name: (function, operands) for name, (function, _, operands) in DENSITIES.items()},
}


@pytest.mark.parametrize("name", COMPOSED_CALLS)
def test_every_composed_function_is_pushed_stepped_and_drawn(name: str) -> None:
    call, operands = COMPOSED_CALLS[name]
    xs = [Tensor(x) for x in operands]
    out = call(*xs)
    graph = trace((out * out).sum(), names={})
    lesson = steps(graph)
    assert len(lesson) > 2 and "nan" not in lesson.text()
    assert graph.to_dot().source.count("->") >= 2
    rng = np.random.default_rng(5)
    u, vs = rng.standard_normal(out.shape), [rng.standard_normal(x.shape) for x in operands]
    pushed = autograd.tangents(out, xs, vs)
    pulled = autograd.gradients(out, xs, u)
    expected = sum(float((g.data * v).sum()) for g, v in zip(pulled, vs))
    assert float((pushed.data * u).sum()) == pytest.approx(expected, rel=1e-9, abs=1e-10)


def of_jax() -> dict[str, list[float]]:
    """What JAX gives, by the name of the call."""
    kept: dict[str, list[float]] = json.loads(jax_values.FILE.read_text(encoding="utf-8"))
    return kept


def test_values_and_gradients_are_those_of_jax() -> None:
    expected, calls = of_jax(), jax_values.calls()
    assert set(expected) == set(calls), "python -m tests.jax_values writes the file"
    for name, (operands, places, ours, _) in calls.items():
        found = jax_values.numbers(ours, operands, autograd.value_and_grad, places)
        np.testing.assert_allclose(found, expected[name], rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", [*ARRAY_RULES, *COMPOSED])
def test_every_other_function_is_documented_where_it_is_written(name: str) -> None:
    written = COMPOSED[name] if name in COMPOSED else ARRAY_RULES[name].forward
    assert FUNCTIONS.get(name, matrix_trace).__doc__ == written.__doc__
    assert written.__doc__ and (name in COMPOSED or ">>>" in written.__doc__)


def test_the_table_of_rows_is_current(require: Callable[[str], Any]) -> None:
    require("torch")  # of which the table says what is compared with it
    from tests.rows_table import page

    assert PAGE.read_text(encoding="utf-8") == page(), "python -m docs writes it"
