"""The playground's reader in the page gives what Python's gives: graphs and messages."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd.calculus import rules_javascript
from autograd.formulas import ExpressionError, assignments, formula, grammar, variables
from autograd.graph import trace
from autograd.play import computed_rules, language
from autograd.stage import kernel_names
from autograd.stage.array_data import kernels_of
from autograd.stage.box_data import columns, texts
from autograd.stage.kernels import kernels_javascript
from tests.typed_formulas import Arrays, Case, Known, Scalars, cases

#: Reads every formula; what is thrown and is no FormulaError is a fault of the reader.
READ = """(cases) => JSON.stringify(JSON.parse(cases).map(([text, known]) => {
  try {
    if (known === "variables") return variables(text);
    return known === null ? assignments(text) : formula(text, known);
  } catch (e) {
    return e instanceof FormulaError ? { error: e.message, column: e.column } : { fault: e.stack };
  }
}))"""

#: What the page leaves to the command line: functions of SciPy and of decompositions.
REFUSED = (
    "polygamma digamma gammaln gamma betaln beta gammainc gammaincc betainc erfc erfinv erfcinv i0 "
    "i1 j0 j1 inv solve det logabsdet cholesky pinv expm eigh eigvalsh svd svdvals qr slogdet "
    "lstsq cond multivariate_normal_logpdf t_logpdf gamma_logpdf beta_logpdf chi2_logpdf "
    "poisson_logpmf dirichlet_logpdf partition"
).split()
ELSEWHERE = " is not in the page; type in a terminal: tracegrad step "

ASSIGNED = """\
x=1/3 W=[[1,0],[2,1]]|x=1 y=-2.5e-1|x=1_000|x=inf|x=nan|x=abc|x|x=|=1|1x=2|x=1 x=2|x=[1, 2
x=[1, [2]]|x=[]|x=2**0.5|x=pi|x=2*pi|x=1/0|x=[1/0]|x=1e999|x=--1|x="1"|x=sin(1)|x=[sin(1), 2*3]
x=y|x=2;3|x=2=3|x=1,2|x=(1,2)|x=True|x=1e|x=.5|x=5.|x=[[1,2],[3,4]] y=[ 1 , 2 ]|x=[[[1]]]|x=−1
x=data.xyz|é=2|x=0x10|x=[1 2]|x=[1e999]|x=1/3 W = 2|__proto__=1|x=[inf]|x=3d|x=1+|x=[1,2]@[3,4]
x=[1,2]*2|x='a'|x=[]+1"""


def in_json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "data": value.ravel().tolist()}
    return value


def of_python(text: str, known: Known | None) -> Any:
    try:
        if known is None:
            return {name: in_json(value) for name, value in assignments(text.split()).items()}
        graph = trace(formula(text, known), names={})
    except ExpressionError as error:
        return {"error": str(error), "column": error.column}
    found = columns(graph, [None] * len(graph), True, kernels_of(graph))
    return json.loads(json.dumps(found if graph.is_scalar else found | texts(graph)))


@cache
def script() -> str:
    return "\n".join(
        [
            rules_javascript(computed_rules()),
            kernels_javascript(kernel_names(), language()),
            language(),
        ]
    )


def read_in_page(browser: Any, texts: list[Any], code: str = "") -> list[Any]:
    """What the page's reader says of all texts."""
    page = browser.contexts[0].new_page()
    add = "const s = document.createElement('script'); s.text = {}; document.head.append(s);"
    try:
        page.evaluate(add.format(json.dumps(code or script())))
        read: list[Any] = json.loads(page.evaluate(READ, json.dumps(texts)))
        return read
    finally:
        page.close()


def with_values(of: list[Case]) -> list[Any]:
    return [[text, {name: in_json(x) for name, x in known.items()}] for text, known in of]


def rows_written(of: dict[str, Any]) -> list[Any]:
    """How each structural row is written: its operation, the letters, and the adjoints."""
    return [of["texts"][k] for k in of.get("says", []) if k is not None]


def are_written_alike(there: list[Any], here: list[Any]) -> bool:
    """Whether operations are written alike, and adjoints, which the page may not know."""
    both = list(zip(there, here))
    same = all(a[0] == b[0] and a[1:] in (b[1:], [[], []]) for a, b in both)
    return len(there) == len(here) and same


def agree(there: Any, here: Any) -> bool:
    """Whether both say the same; numbers computed on the way may differ in the last digits."""
    if isinstance(here, dict) and isinstance(there, dict):
        if there.keys() != here.keys() or not are_written_alike(*map(rows_written, (there, here))):
            return False
        return all(agree(there[key], here[key]) for key in here.keys() - {"texts", "says"})
    if isinstance(here, list) and isinstance(there, list):
        return len(there) == len(here) and all(map(agree, there, here))
    if isinstance(here, float) and isinstance(there, int | float):
        return math.isclose(there, here, rel_tol=1e-12)
    return bool(there == here)


def told(text: str, there: Any, here: Any) -> str:
    return f"{text!r}\n  the page: {there}\n  Python:   {here}"


@pytest.fixture(scope="module")
def shared() -> list[tuple[Case, Any]]:
    """Formulas right and wrong, over numbers and arrays, with what Python makes of them."""
    listed = Path(__file__).with_name("typed_formulas.txt").read_text(encoding="utf-8")
    of_numbers, of_arrays = listed.split("\n\n")
    of = [
        *((text, Scalars.known) for text in of_numbers.split("\n")),
        *((text, Arrays.known) for text in of_arrays.strip("\n").split("\n")),
        *cases(Scalars, 660, seed=1),
        *cases(Arrays, 800, seed=1),
    ]
    return [(case, of_python(*case)) for case in of]


def test_the_page_reads_what_python_reads(browser: Any, shared: list[tuple[Case, Any]]) -> None:
    page = read_in_page(browser, with_values([case for case, _ in shared]))
    both = [(case[0], there, here) for (case, here), there in zip(shared, page)]
    elsewhere = [(text, there) for text, there, _ in both if ELSEWHERE in there.get("error", "")]
    assert not [
        told(text, there, here)
        for text, there, here in both
        if ELSEWHERE not in there.get("error", "") and not agree(there, here)
    ]
    right = [text for text, there, _ in both if "error" not in there]
    assert len(both) >= 2000 and len(right) >= 1000 and len(both) - len(right) >= 600
    called = {word for text in right for word in re.findall(r"\w+", text)}
    assert set(grammar()["names"]) - called == set(REFUSED)
    assert all(re.search(r"[(.]", text) and "\n" not in there["error"] for text, there in elsewhere)


def test_what_the_page_has_not_is_told_with_the_command_that_has_it(browser: Any) -> None:
    names = grammar()["names"]
    calls = [[f"1 + {name}(x, x)", {"x": {"shape": [2], "data": [1, 2]}}] for name in names]
    read = read_in_page(browser, calls)
    refused = {
        name: there["error"]
        for name, there in zip(names, read)
        if ELSEWHERE in there.get("error", "")
    }
    assert set(refused) == set(REFUSED)
    assert refused["gamma"] == (f"column 5: gamma(){ELSEWHERE}'1 + gamma(x, x)' ...")


def test_the_page_reads_assignments_as_python_does(browser: Any) -> None:
    texts = ASSIGNED.replace("\n", "|").split("|")
    page = read_in_page(browser, [[text, None] for text in texts])
    both = zip(texts, page, [of_python(text, None) for text in texts])
    assert not [told(*one) for one in both if not agree(*one[1:])]


def test_the_page_finds_the_variables_that_python_finds(
    browser: Any, shared: list[tuple[Case, Any]]
) -> None:
    texts = [text for (text, _), _ in shared]
    page = read_in_page(browser, [[text, "variables"] for text in texts])
    for text, there in zip(texts, page):
        try:
            here: Any = variables(text)
        except ExpressionError as error:
            here = {"error": str(error), "column": error.column}
        assert there == here, text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"**": 4', '"**": 2'),  # the binding of an operator
        ("ratio >= 0.6", "ratio >= 0.65"),  # how near a word must be
        ("value !== 0 && value === value", "value === value"),  # which constants are one
        ('(word !== "**")', "true"),  # the power associates to the right
        ("place >= by", "place > by"),  # a triangle of a matrix
        ("original >= -5n", "original >= 5n"),  # which arrays are one
        ("created += 1", "created -= 1"),  # the order of rows
    ],
)
def test_a_seeded_fault_of_the_reader_is_noticed(
    browser: Any, shared: list[tuple[Case, Any]], right: str, wrong: str
) -> None:
    code = script()
    assert code.count(right) == 1
    some = shared[:600]
    page = read_in_page(
        browser, with_values([case for case, _ in some]), code.replace(right, wrong)
    )
    assert not all(
        ELSEWHERE in there.get("error", "") or agree(there, here)
        for (_, here), there in zip(some, page)
    )
