"""The page's kernels in a real browser: every row of both tables, held equal to Python's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.calculus import (
    ARRAY,
    RULES,
    Rule,
    partial_functions,
    rules_javascript,
    value_function,
)
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.engine import ARRAYS, fitted, times
from autograd.graph import trace
from autograd.lessons.worked_examples import EXAMPLES
from autograd.stage.kernels import kernel_of, kernels_javascript, numbers_of
from tests.worked import lesson_of

#: Computes cases [name, operands, attrs, upstream, slots] and gives the value and the adjoints.
RUN = """(cases) => {
  "use strict";
  SOURCE
  const read = ({ shape, data }) => ({ shape, data: Float64Array.from(data, Number) });
  const written = ({ shape, data }) => ({ shape, data: [...data].map(String) });
  return cases.map(([name, operands, attrs, upstream, slots]) => {
    const kernel = kernelOf(name), inputs = operands.map(read), out = kernel.forward(inputs, attrs);
    const back = slots.map((slot) => kernel.adjoint(slot, read(upstream), inputs, out, attrs));
    return [out, ...back].map(written);
  });
}"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.contexts[0].new_page()
    yield opened
    opened.close()


Case = tuple[Any, list[Any], dict[str, Any], Any]


def cases_of(rule: Any, rng: np.random.Generator) -> list[Case]:
    """Calls of a row: its rule, operands, attributes and an upstream gradient."""
    if isinstance(rule, Rule):
        return elementwise_cases(rule, rng)
    found: list[Case] = []
    for sample in rule.samples:
        operands = [np.asarray(x) for x in sample.operands(rng) if x is not None]
        attrs = dict(sample.attrs)
        out = np.asarray(rule.forward(*operands, **attrs))
        if rule.name == "norm" and kernel_of(rule, operands, attrs, out) is None:
            continue  # of singular values
        found.append((rule, operands, attrs, np.asarray(rng.standard_normal(out.shape))))
    return found


def elementwise_cases(rule: Rule, rng: np.random.Generator) -> list[Case]:
    """The row at all its samples, at its pinned points, and over shapes that broadcast."""
    grids = np.meshgrid(*rule.samples)
    operands = [[grid.ravel() for grid in grids]]
    shapes = [[(2, 3), (3,), ()], [(2, 1), (1, 3), (4, 1, 1)], [(), (2, 2), (2, 1)], [(1,), (), ()]]
    for chosen in shapes:
        values = zip(rule.samples, chosen)
        operands.append([np.asarray(rng.choice(sample, shape)) for sample, shape in values])
    operands += [[np.array([x]) for x in point] for point, _ in rule.singular]
    fewest = rule.arity - len(rule.defaults)
    operands += [some[:fewest] for some in operands[:3] if rule.defaults]
    shape = [np.broadcast_shapes(*(x.shape for x in some)) for some in operands]
    return [
        (rule, some, {}, np.asarray(rng.standard_normal(n))) for some, n in zip(operands, shape)
    ]


def python_results(case: Case) -> tuple[list[Any], list[int]]:
    """The value and the adjoints by Python's rules, and the slots that have one."""
    rule, operands, attrs, upstream = case
    with np.errstate(all="ignore"):
        if not isinstance(rule, Rule):
            out = np.asarray(rule.forward(*operands, **attrs))
            adjoints = [(i, rule.adjoint(i)) for i in range(len(operands))]
            flows = [(i, adjoint) for i, adjoint in adjoints if adjoint and is_real(operands[i])]
            terms = [f(ARRAYS, upstream, out, *operands, **attrs) for _, f in flows]
            return [out, *terms], [i for i, _ in flows]
        filled = rule.filled(tuple(operands), {})
        out = np.asarray(value_function(rule, ARRAY)(*filled))
        partials = partial_functions(rule, ARRAY)[: len(operands)]
        slots = [i for i, partial in enumerate(partials) if partial]
        local = [np.asarray(f(None, out, *filled), np.float64) for f in partials if f]
        terms = [fitted(np.asarray(times(upstream, x)), operands[i]) for i, x in zip(slots, local)]
        return [out, *terms], slots


def is_real(operand: Any) -> bool:
    return bool(operand.dtype.kind == "f")


def run(page: Any, cases: list[Case], source: str | None = None) -> list[str]:
    """One sentence for each call that the browser computes otherwise than Python."""
    sent: list[list[Any]] = []
    expected = []
    for case in cases:
        rule, operands, attrs, upstream = case
        results, slots = python_results(case)
        kernel = kernel_of(rule, operands, attrs, results[0])
        assert kernel is not None, rule.name
        arrays = [numbers_of(operand) for operand in operands]
        sent.append([kernel[0], arrays, kernel[1], numbers_of(upstream), slots])
        expected.append(results)
    if source is None:
        rules = [rule for rule, *_ in cases if isinstance(rule, Rule)]
        source = rules_javascript(rules) + kernels_javascript(str(name) for name, *_ in sent)
    computed = page.evaluate(RUN.replace("SOURCE", source), json.loads(json.dumps(sent)))
    faults = []
    for (rule, operands, attrs, _), results, arrays in zip(cases, expected, computed):
        for what, here, there in zip(["value", *range(9)], results, arrays):
            data = np.array([float(x) for x in there["data"]])
            loose = 1e-6 if np.asarray(here).dtype == np.float32 else 1e-12
            fits = there["shape"] == list(np.shape(here)) and data.size == np.size(here)
            same = fits and np.allclose(data, np.ravel(here), loose, loose, equal_nan=True)
            if not same:
                faults.append(f"{rule.name} {[x.shape for x in operands]} {attrs} {what}")
    return faults


#: Rows that the page does not compute: it shows the numbers that Python computed.
LINALG = frozenset(
    "inv solve det logabsdet cholesky pinv expm eigh_terms svd_terms qr_terms".split()
)
IN_PAGE = [rule for name, rule in ARRAY_RULES.items() if name not in LINALG]


@pytest.mark.parametrize("rule", IN_PAGE, ids=[rule.name for rule in IN_PAGE])
def test_every_array_row_computes_what_python_does(page: Any, rule: Any) -> None:
    # Each with the source that it needs alone, so that what is left out would be noticed.
    assert run(page, cases_of(rule, np.random.default_rng(0))) == []


def test_every_elementwise_row_broadcasts_and_sums_back(page: Any) -> None:
    rng = np.random.default_rng(1)
    assert (
        run(
            page,
            [
                case
                for rule in RULES.values()
                if not rule.is_special
                for case in cases_of(rule, rng)
            ],
        )
        == []
    )


#: Faults that a hand may write: a row, what stands in its kernel, and what stands there instead.
FAULTS = (
    ("mul", "g === 0 || local === 0", "false"),
    ("add", "from[d] === 1 ? 0 : step", "step"),
    ("add", "place -= strides[d] * shape[d]", "place -= 0"),
    ("transpose", "+= g.data[k]", "+= g.data[place]"),
    ("concatenate", "out.data[place - first]", "out.data[place]"),
    ("pad", "rest[k]", "0"),
    ("put_index", "gathered(g, to, a.shape)", "scattered(g, to, a.shape)"),
    ("matmul", "(i === slot ? all", "(i !== slot ? all"),
    ("einsum", "sum + (term", "(term"),
    ("linear", "scattered(g, stretched(b.shape", "gathered(g, stretched(b.shape"),
    ("sum", "axes.includes(d) ? 1", "axes.includes(d) ? n"),
    ("mean", "countOf(a, g)", "1"),
    ("max", "one / ties.data[map[k]]", "one"),
    ("min", "x < y", "x > y"),
    ("var", "(y * 2)", "y"),
    ("std", "p === q ? 0", "false ? 0"),
    ("prod", "g.data[to] * after", "g.data[to]"),
    ("cumsum", "g.data[k];", "g.data[k], sum = g.data[k];"),
    ("cumprod", "a.data[places[i + 1]] * s", "s"),
    ("norm", "norm === 0 ? 0", "norm === 1 ? 0"),
    ("sort", "out.data[sorted[i]] = g.data[from]", "out.data[from] = g.data[sorted[i]]"),
    ("softmax", "p * (x - dot)", "p * x"),
    ("log_softmax", "Math.exp(out) * sum", "sum"),
    ("logsumexp", "x - y), a.shape, a, gathered(top", "x), a.shape, a, gathered(top"),
    ("conv", "if (place >= 0) out.data[to", "out.data[to"),
    ("conv", "wide[1] * w[1], 0", "wide[1], 0"),
    ("conv_transpose", "roles[2], roles[other]", "roles[other], roles[2]"),
    ("fold", "place < 0 ? fill : x", "place < 0 ? 1 : x"),
    ("max_pool", "part, gathered(g, map", "part, gathered(output, map"),
    ("avg_pool", "up / by", "up * by"),
    ("cross_entropy", "(x * sum - y)", "(x - y)"),
    ("cross_entropy", "target === ignored || ", ""),
    ("cross_entropy", "up * scale", "up"),
)


@pytest.mark.parametrize(("name", "right", "wrong"), FAULTS)
def test_a_fault_in_a_kernel_is_noticed(page: Any, name: str, right: str, wrong: str) -> None:
    rule = {**RULES, **ARRAY_RULES}[name]
    cases = cases_of(rule, np.random.default_rng(2))
    if name == "std":
        cases.append((rule, [np.ones((2, 3))], {"axis": 1}, np.ones(2)))
    if name == "mul":
        cases.append((rule, [np.array([np.inf]), np.array([1.0])], {}, np.zeros(1)))
    kernels = {kernel[0] for kernel in map(kernel_used, cases) if kernel is not None}
    source = rules_javascript([RULES[name]] if name in RULES else []) + kernels_javascript(kernels)
    assert source.count(right) >= 1
    assert run(page, cases, source) == []
    assert run(page, cases, source.replace(right, wrong)) != []


def kernel_used(case: Case) -> Any:
    rule, operands, attrs, _ = case
    return kernel_of(rule, operands, attrs, python_results(case)[0][0])


def test_a_row_that_is_no_row_of_the_tables_has_no_kernel() -> None:
    mine = autograd.custom_rule(
        "doubled_by_hand", forward=lambda a: 2 * a, adjoint=lambda g, out, a: 2 * g
    )
    try:
        rule = trace(mine(autograd.Tensor([1.0, 2.0])).sum())[1].rule
        assert rule.name == "doubled_by_hand"
        assert kernel_of(rule, [np.ones(2)], {}, np.ones(2)) is None
    finally:
        autograd.remove_rule("doubled_by_hand")


def test_every_row_that_a_worked_example_uses_has_a_kernel() -> None:
    """A row without a kernel would leave the page's inputs fixed."""
    without, used = set(), set()
    for example in EXAMPLES.values():
        for scene in lesson_of(example.name).scenes:
            for row in scene.graph:
                if row.rule is None:
                    continue
                used.add(row.op)
                operands = [np.asarray(operand.value) for operand in row.operands]
                if kernel_of(row.rule, operands, row.attrs, np.asarray(row.value)) is None:
                    without.add((example.name, row.op))
    assert not without and len(used) > 15
