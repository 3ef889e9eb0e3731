"""The table of all rows with their checks, docs/rows.md, made from the tests' own parameters.

A check is a list of tests that go through a table; a row has it where one of them is parametrized
with the row. ``python -m docs`` writes the page.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Prose, Sample, printed_adjoints
from autograd.calculus.composed import COMPOSED
from autograd.calculus.composed.densities import FUNCTIONS as DENSITIES
from autograd.stage.kernels import kernel_of
from fuzz.peer import functions as peers_of_fuzz
from fuzz.reference import REFERENCE
from tests import (
    test_array_rules,
    test_array_rules_second_order,
    test_composed,
    test_forward_mode,
    test_gradcheck,
    test_kernels,
    test_linalg,
    test_rows_table,
    test_rules,
    test_special,
    test_stepper,
    test_vmap_torch,
)

Names = set[str]


def names_in(x: Any) -> Names:
    """The rows that a parameter of a test names: a row itself, its name, or words with names."""
    if isinstance(x, Rule | ArrayRule):
        return {x.name}
    if isinstance(x, str):
        return {word for word in x.split() if word in RULES or word in COMPOSED} | (
            {x.split()[0]} & set(ARRAY_RULES)
        )
    return set().union(*map(names_in, getattr(x, "values", ())))


def of_test(test: Callable[..., None]) -> Names:
    """The rows that a test is parametrized with."""
    names: Names = set()
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names |= set().union(*map(names_in, mark.args[1]))
    return names


def of_samples(wanted: Callable[[Sample], bool]) -> Names:
    return {rule.name for rule in ARRAY_RULES.values() if any(map(wanted, rule.samples))}


def is_empty(sample: Sample) -> bool:
    operands = sample.operands(np.random.default_rng(0))
    return any(np.size(x) == 0 for x in operands if x is not None)


def densities() -> Names:
    return {function.__name__ for function in DENSITIES}


def checks() -> dict[str, Names]:
    """The rows that have each check."""
    cases = of_test(test_composed.test_values_and_derivatives) & set(COMPOSED)
    return {
        "gradcheck 1": of_test(test_gradcheck.test_every_row_of_the_derivative_table_passes)
        | of_test(test_gradcheck.test_every_structural_row_passes)
        | cases
        | densities(),
        "gradcheck 2": of_test(test_gradcheck.test_every_row_of_the_derivative_table_passes)
        | of_test(
            test_array_rules_second_order.test_second_derivatives_match_differences_of_first_ones
        )
        | cases,
        "forward mode": of_test(test_forward_mode.test_every_row_pushes_what_it_pulls)
        | of_test(
            test_forward_mode.test_every_structural_row_pushes_nodes_that_can_be_differentiated
        )
        | of_test(
            test_rows_table.test_rows_with_an_argument_without_derivative_push_what_they_pull
        ),
        "float32": of_test(test_rules.test_float32_stays_float32)
        | of_test(test_array_rules.test_shapes_and_float32_are_kept)
        | (of_test(test_composed.test_float32_stays_float32) & set(COMPOSED)),
        "zero sizes": of_test(
            test_rows_table.test_every_elementwise_row_takes_arrays_without_elements
        )
        | of_samples(is_empty)
        | set(test_rows_table.EMPTY)
        | cases,
        "step": of_test(test_stepper.test_every_row_steps_as_the_walk_over_its_text_does)
        | of_test(test_rows_table.test_every_structural_row_is_stepped_and_drawn),
        "drawing": of_test(test_rows_table.test_every_structural_row_is_stepped_and_drawn)
        | of_test(test_rows_table.test_every_elementwise_row_is_drawn),
        "PyTorch": of_test(test_linalg.test_values_and_gradients_are_pytorchs)
        | set(peers_of_fuzz())
        | {name.split()[0] for name in test_vmap_torch.cases(importlib.import_module("torch"))}
        | set(test_special.IN_TORCH),
        "random programs": set(REFERENCE),
    }


def printed(rule: ArrayRule) -> str:
    """How many of the adjoints that a row prints for its samples are formulas, which are proved."""
    rng = np.random.default_rng(0)
    lines = [
        text
        for sample in rule.samples
        for _, text in printed_adjoints(rule, sample.operands(rng), sample.attrs)
    ]
    words = sum(isinstance(text, Prose) for text in lines)
    if not words:
        return "yes"
    return "words" if words == len(lines) else f"{len(lines) - words} of {len(lines)}"


def kernel(rule: Rule | ArrayRule) -> str:
    """Whether the page computes the row: all its samples, some, or none."""
    if isinstance(rule, Rule):
        return "" if rule.is_special else "yes"
    if rule not in test_kernels.IN_PAGE:
        return ""
    rng = np.random.default_rng(0)
    has = []
    for sample in rule.samples:
        operands = [np.asarray(x) for x in sample.operands(rng) if x is not None]
        out = np.asarray(rule.forward(*operands, **sample.attrs))
        has.append(kernel_of(rule, operands, sample.attrs, out) is not None)
    return "yes" if all(has) else f"{sum(has)} of {len(has)}"


INTRODUCTION = """\
# The rows and their checks

Written by `python -m docs` from the parameters of the tests. An empty cell: no test goes through
the row under that check. *printed*: of the adjoints that are printed for the row's samples, those
that are formulas; the tests evaluate each and compare it with the adjoint that runs. *page*: the
page computes the row, equal to Python's numbers to 1e-12.
"""
OF_COMPOSED = """\
What is composed of rows is pushed forward, stepped, drawn and printed row by row.
"""
NOT_OF_COMPOSED = ("forward mode", "step", "drawing", "PyTorch")


def table(names: Iterable[str], columns: dict[str, Callable[[str], str]]) -> Iterable[str]:
    yield f"| name | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for name in names:
        yield f"| {name} | {' | '.join(cell(name) for cell in columns.values())} |"
    yield ""


def page() -> str:
    def marks(rows: Names) -> Callable[[str], str]:
        return lambda name: "yes" if name in rows else ""

    columns = {check: marks(rows) for check, rows in checks().items()}
    of_composed = {key: cell for key, cell in columns.items() if key not in NOT_OF_COMPOSED}
    printed_too = {**columns, "printed": lambda name: "yes"}
    lines = [
        INTRODUCTION,
        "## Elementwise rows\n",
        *table(RULES, {**printed_too, "page": lambda name: kernel(RULES[name])}),
        "## Structural rows\n",
        *table(
            ARRAY_RULES,
            {
                **columns,
                "printed": lambda name: printed(ARRAY_RULES[name]),
                "page": lambda name: kernel(ARRAY_RULES[name]),
            },
        ),
        "## Functions composed of rows\n",
        OF_COMPOSED,
        *table(COMPOSED, of_composed),
    ]
    return "\n".join(lines)
