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
from autograd.stage.kernels import kernel_of
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
    test_vmap_table,
    test_vmap_torch,
)

Names = set[str]


def names_in(x: Any) -> Names:
    """The rows that a parameter of a test names: a row itself, or words, its name the first."""
    if isinstance(x, Rule | ArrayRule):
        return {x.name}
    if isinstance(x, str):  # a name, and what about it is tried
        return {x.split()[0]} & {*RULES, *ARRAY_RULES, *COMPOSED}
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


def checks() -> dict[str, Names]:
    """The rows that have each check."""
    cases = of_test(test_composed.test_values_and_derivatives)
    densities = of_test(test_special.test_densities_are_scipys_and_have_their_derivatives)
    without_elements = of_test(
        test_special.test_densities_keep_float32_and_take_arrays_without_elements
    )
    composed = of_test(test_rows_table.test_every_composed_function_is_pushed_stepped_and_drawn)
    first = of_test(test_gradcheck.test_every_row_of_the_derivative_table_passes)
    return {
        "gradcheck 1": first
        | of_test(test_gradcheck.test_every_structural_row_passes)
        | cases
        | densities,
        "gradcheck 2": first
        | of_test(
            test_array_rules_second_order.test_second_derivatives_match_differences_of_first_ones
        )
        | cases
        | densities,
        "forward mode": of_test(test_forward_mode.test_every_row_pushes_what_it_pulls)
        | of_test(
            test_forward_mode.test_every_structural_row_pushes_nodes_that_can_be_differentiated
        )
        | of_test(test_rows_table.test_rows_with_an_argument_without_derivative_push_what_they_pull)
        | composed,
        "float32": of_test(test_rules.test_float32_stays_float32)
        | of_test(test_array_rules.test_shapes_and_float32_are_kept)
        | of_test(test_composed.test_float32_stays_float32)
        | without_elements,
        "zero sizes": of_test(
            test_rows_table.test_every_elementwise_row_takes_arrays_without_elements
        )
        | of_samples(is_empty)
        | set(test_rows_table.EMPTY)
        | cases  # through which one test goes
        | without_elements,
        "step": of_test(test_stepper.test_every_row_steps_as_the_walk_over_its_text_does)
        | of_test(test_rows_table.test_every_structural_row_is_stepped_and_drawn)
        | composed,
        "drawing": of_test(test_rows_table.test_every_structural_row_is_stepped_and_drawn)
        | of_test(test_rows_table.test_every_elementwise_row_is_drawn)
        | composed,
        "random programs": set(REFERENCE),
        "documented": of_test(test_rules.test_the_public_function_documents_the_row)
        | of_test(test_rows_table.test_every_other_function_is_documented_where_it_is_written),
    }


def batching() -> Callable[[str], str]:
    """How ``vmap`` takes a row: at once, or one example after the other."""
    tested = (
        of_test(test_vmap_table.test_every_elementwise_row_batches_as_it_is)
        | of_test(test_vmap_table.test_every_structural_row_says_how)
        | of_test(test_vmap_table.test_every_composed_function)
    )
    looped = test_vmap_table.LOOPED
    return lambda name: ("loop" if name in looped else "yes") if name in tested else ""


#: What no peer has.
NO_PEER = {"erfcinv": "neither has it"}


def peers() -> Callable[[str], str]:
    """Which peers' values and gradients a row is compared with."""
    of_torch = (
        of_test(test_linalg.test_values_and_gradients_are_pytorchs)
        | of_test(test_special.test_values_and_gradients_are_pytorchs)
        | set().union(*map(names_in, test_vmap_torch.cases(importlib.import_module("torch"))))
    )
    of_jax: Names = set().union(*map(names_in, test_rows_table.of_jax()))

    def cell(name: str) -> str:
        has = [peer for peer, names in (("PyTorch", of_torch), ("JAX", of_jax)) if name in names]
        return ", ".join(has) or NO_PEER.get(name, "")

    return cell


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
        return FIXED if rule.is_special else "yes"
    if rule not in test_kernels.IN_PAGE:
        return FIXED
    rng = np.random.default_rng(0)
    has = []
    for sample in rule.samples:
        operands = [np.asarray(x) for x in sample.operands(rng) if x is not None]
        out = np.asarray(rule.forward(*operands, **sample.attrs))
        has.append(kernel_of(rule, operands, sample.attrs, out) is not None)
    return "yes" if all(has) else f"{sum(has)} of {len(has)}"


FIXED = "inputs fixed"
INTRODUCTION = """\
# The rows and their checks

Written by `python -m docs` from the parameters of the tests: a test goes through the row under each
check. *gradcheck*: finite differences, of first and second order. *batching*: `vmap` gives what the
loop gives, at once, or by a loop that says so. *peer*: values and gradients are those of PyTorch or
JAX. *random programs*: the row is drawn by the fuzzer, which has a text of its own for it.
*documented*: its documentation is made from the row. *printed*: of the adjoints that are printed
for the row's samples, those that are formulas; the tests evaluate each and compare it with the
adjoint that runs. *page*: the page computes the row, equal to Python's numbers to 1e-12; with
another row in it, a page keeps its inputs fixed.
"""
OF_COMPOSED = """\
What is composed of rows is printed row by row, and runs on a page where its rows do.
"""


def table(names: Iterable[str], columns: dict[str, Callable[[str], str]]) -> Iterable[str]:
    yield f"| name | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for name in names:
        cells = {column: cell(name) for column, cell in columns.items()}
        missing = [column for column, cell in cells.items() if not cell]
        if missing:
            raise AssertionError(f"{name} has no test for: {', '.join(missing)}")
        yield f"| {name} | {' | '.join(cells.values())} |"
    yield ""


def page() -> str:
    def marks(rows: Names) -> Callable[[str], str]:
        return lambda name: "yes" if name in rows else ""

    columns = {check: marks(rows) for check, rows in checks().items()}
    columns |= {"batching": batching(), "peer": peers()}
    formulas = of_test(test_rules.test_what_is_printed_for_a_row_is_what_runs)
    lines = [
        INTRODUCTION,
        "## Elementwise rows\n",
        *table(
            RULES,
            {**columns, "printed": marks(formulas), "page": lambda name: kernel(RULES[name])},
        ),
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
        *table(COMPOSED, columns),
    ]
    return "\n".join(lines)
