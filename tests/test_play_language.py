"""The playground's reader in the page gives what Python's gives: graphs and messages."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from autograd.calculus import rules_javascript
from autograd.formulas import ExpressionError, formula
from autograd.graph import trace
from autograd.play import computed_rules, language
from autograd.stage.array_data import kernels_of
from autograd.stage.box_data import columns
from autograd.stage.kernels import kernels_javascript
from tests.typed_formulas import Case, Known, Scalars, cases

#: Kernels of all rows that the page computes.
KERNELS = ["sum"]

#: Reads every formula; what is thrown and is no FormulaError is a fault of the reader.
READ = """([cases]) => cases.map(([text, known]) => {
  try {
    return formula(text, known);
  } catch (e) {
    return e instanceof FormulaError ? { error: e.message, column: e.column } : { fault: e.stack };
  }
})"""

WRONG = """\
sigmiod(x)|x + w|x +||;;| |x + + y|2x|0x10|1.2.3|1e400|2 ^ x|x // y|x == y|x y|(x|x)|x, y|max(x, y
exp()|exp(x, y)|e**x|log(y)|log(0*x)|x/0|x/(y+3)|nan|clip(x, foo=1)|leaky_relu(y, slop=x)|equal(x)
equal(x, y, z)|equal(x, y, out=1)|round(x, decimals=y)|round(x, decimals=1.5)|round(x, 2)
gelu(x, approximate="foo")|exp(b=x)|exp(x, a=y)|x % 0|log|x.foo|x.tanh|x.tanh(|x.tanh(y)|x = 3|3 = x
q =
q = x; q = y; q + 1|True|True + x|'abc'|exp('abc')|x + "abc"|x ++ |sqrt(y)|x**1000**2|sum(x, foo=1)
sum(x, dim=1)|sum(x, 1, 2, 3, 4)|max(x, dtype=1)|max(x, y, a=1)
)x|[x|x*1_000|x + 𝑥|x 𝑥|x # y|x!=y
lon_name|constructor|toString(x)|__proto__ + x|f(x, a=1, a=2)|clip(x, a_min=0, a_min=1)|exp((x, y))
None + x|x + max|neg(True)|-True*x|x\u00a0@@ y|xx = 1; xx + xy|exp(x,)(|hypot(x)|atan(1, 2)|"x*y"""


def in_json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "data": value.ravel().tolist()}
    return value


def of_python(text: str, known: Known) -> Any:
    try:
        graph = trace(formula(text, known), names={})
    except ExpressionError as error:
        return {"error": str(error), "column": error.column}
    return json.loads(json.dumps(columns(graph, [None] * len(graph), True, kernels_of(graph))))


def script() -> str:
    return rules_javascript(computed_rules()) + kernels_javascript(KERNELS, language()) + language()


def agree(there: Any, here: Any) -> bool:
    """Whether both say the same; numbers computed on the way may differ in the last digits."""
    if isinstance(here, dict):
        return there.keys() == here.keys() and all(agree(there[key], here[key]) for key in here)
    if isinstance(here, list):
        return len(there) == len(here) and all(map(agree, there, here))
    if isinstance(here, float) and isinstance(there, int | float):
        return math.isclose(there, here, rel_tol=1e-12)
    return bool(there == here)


def differences(browser: Any, of: list[Case]) -> list[str]:
    """For each formula that the page reads differently, the formula and what both say."""
    page = browser.contexts[0].new_page()
    add = "const s = document.createElement('script'); s.text = {}; document.head.append(s);"
    try:
        page.evaluate(add.format(json.dumps(script())))
        values = [
            [text, {name: in_json(value) for name, value in known.items()}] for text, known in of
        ]
        read = page.evaluate(READ, [values])
    finally:
        page.close()
    both = [
        (case, there, of_python(*case))
        for case, there in zip(of, read)
        if "over numbers alone" not in there.get("error", "")
    ]
    return [
        f"{text!r}\n  {there}\n  {here}"
        for (text, _), there, here in both
        if not agree(there, here)
    ]


@pytest.fixture(scope="module")
def wrong() -> list[Case]:
    return [(text, Scalars.known) for text in WRONG.replace("\n", "|").split("|")]


def test_the_page_reads_formulas_over_numbers_as_python_does(
    browser: Any, wrong: list[Case]
) -> None:
    assert not differences(browser, [*wrong, *cases(Scalars, 800, seed=1)])
