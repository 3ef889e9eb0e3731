"""W16-W18 and W34: examples whose point is a table beside the graph."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from autograd.calculus import Quantity, State
from autograd.derivatives import critical_point
from autograd.engine import Tensor, Value
from autograd.functions import FUNCTIONS
from autograd.lessons import (
    SaddleCount,
    count_saddles,
    difference_quotients,
    rules_of_differentiation,
    saddle_odds,
)
from autograd.lessons.worked_examples.arrays import constant
from autograd.lessons.worked_examples.catalogue import (
    Example,
    Expected,
    Lesson,
    Scene,
    Table,
    exactly,
    named,
)
from autograd.writing import Words, joined, words

_square = FUNCTIONS["square"]

# -- W16 ------------------------------------------------------------------------------------------

POINTS = np.arange(1.0, 6.0)
TRUE = 3 * POINTS + 1


def error_table() -> Lesson:
    scenes = [_column(float(w)) for w in range(1, 6)]
    predictions = [POINTS * w + 1 for w in range(1, 6)]
    errors = [0.5 * (o - TRUE) ** 2 for o in predictions]
    sums = [float(e.sum()) for e in errors]
    slopes = [float(s.facts["dE/dw"]) for s in scenes]
    columns = ("", *(f"w = {w}" for w in range(1, 6)))
    tables = (
        Table(
            words("predictions o = wx + 1"),
            ("x", "o*", *columns[1:]),
            [(x, t, *(o[i] for o in predictions)) for i, (x, t) in enumerate(zip(POINTS, TRUE))],
        ),
        Table(
            words("½ (o - o*)², point by point"),
            ("x", *columns[1:]),
            [(x, *(e[i] for e in errors)) for i, x in enumerate(POINTS)],
        ),
        Table(
            words("the sums, and which way to move"),
            columns,
            [
                (words("sum"), *sums),
                (words("mean of squares"), *(2 * s / 5 for s in sums)),
                (words("gradient"), *slopes),
                (words("w should"), *map(_advice, slopes)),
            ],
        ),
        _searches(),
    )
    more = {"sums": sums, "slopes": slopes, "means": [2 * s / 5 for s in sums]}
    return Lesson(tuple(scenes), tables, more)


def _advice(slope: float) -> Words:
    if slope == 0:
        return words("stay")
    return words("rise") if slope < 0 else words("fall")


def _column(w: float) -> Scene:
    weight = Tensor(w, name="w")
    o = named(named(weight * constant(POINTS, "x"), "p") + 1.0, "o")
    squares = named(_square(named(o - constant(TRUE, "o*"), "e")), "q")
    E = named(0.5 * named(squares.sum(), "S"), "E")
    return Scene(f"w = {w:g}", E)


def _loss(w: Quantity) -> Quantity:
    return 0.5 * ((np.multiply.outer(w, POINTS) + 1 - TRUE) ** 2).sum(axis=-1)


def _searches() -> Table:
    grid = np.linspace(0, 6, 601)
    tried = np.random.default_rng(0).uniform(0, 6, 1000)
    rows = []
    for name, ws in (
        (words("601 on a grid"), grid),
        (words("1,000 at random"), tried),
    ):
        losses = _loss(ws)
        best = int(np.argmin(losses))
        rows.append((name, float(ws[best]), float(losses[best])))
    return Table(
        words("the same minimum without a gradient"),
        (
            words("search"),
            words("best w"),
            words("½ squares"),
        ),
        rows,
    )


# -- W17 ------------------------------------------------------------------------------------------

SURFACES: tuple[tuple[str, Any], ...] = (
    ("θ1² - θ2²", lambda t: t[0] ** 2 - t[1] ** 2),
    ("θ1² + 2θ2²", lambda t: t[0] ** 2 + 2 * t[1] ** 2),
    ("-θ1² - θ1θ2 - θ2²", lambda t: -(t[0] ** 2) - t[0] * t[1] - t[1] ** 2),
    ("θ1² + θ2⁴", lambda t: t[0] ** 2 + t[1] ** 4),
)


VERDICTS = {
    "saddle": words("saddle"),
    "minimum": words("minimum"),
    "maximum": words("maximum"),
    "undecided": words("undecided"),
}


def saddle_point() -> Lesson:
    a, b = Value(0.0, "θ1"), Value(0.0, "θ2")
    f = named(named(_square(a), "p") - named(_square(b), "q"), "f")
    points = [(name, critical_point(surface, np.zeros(2))) for name, surface in SURFACES]
    table = Table(
        words("what the eigenvalues of the Hessian say at 0"),
        ("f", "Hessian", words("eigenvalues"), words("verdict")),
        [
            (name, _matrix(p.hessian), _listed(p.eigenvalues), VERDICTS[p.verdict])
            for name, p in points
        ],
    )
    first = points[0][1]
    return Lesson(
        (Scene(words("f = θ1² - θ2² at 0"), f),),
        (table,),
        {"Hessian": first.hessian, "eigenvalues": first.eigenvalues,
         "is saddle": float(first.verdict == "saddle")},
    )  # fmt: skip


def _listed(values: Any) -> str:
    return "(" + ", ".join(f"{v + 0.0:g}" for v in values) + ")"


def _matrix(rows: Any) -> str:
    return "(" + "; ".join(", ".join(f"{v + 0.0:g}" for v in row) for row in rows) + ")"


# -- W18 ------------------------------------------------------------------------------------------

TRIALS = 60_000


def minima_vs_saddles() -> Lesson:
    H = np.array([[0.5, 1.5], [1.5, -1.0]])
    theta = Tensor([1.0, -2.0], name="θ")
    curved = named(constant(H, "H") @ theta, "u")
    f = named(0.5 * named(theta @ curved, "v"), "f")
    rows, more = [], {}
    for size in range(1, 6):
        coins, gaussian = _counts(size, "coins"), _counts(size, "gaussian")
        formula = saddle_odds(size)
        rows.append((f"p = {size}", formula, *_found(coins), *_found(gaussian)))
        more[f"formula p = {size}"] = formula
        more[f"coins p = {size}"] = coins.saddles_per_minimum
        more[f"gaussian p = {size}"] = gaussian.saddles_per_minimum
    table = Table(
        words("saddles for each minimum, in {n} Hessians of each size", n=f"{TRIALS:,}"),
        (
            words("size"),
            "2ᵖ - 2",
            words("signs by coins"),
            words("minima, maxima"),
            words("Gaussian entries"),
            words("minima, maxima"),
        ),
        rows,
    )  # fmt: skip
    return Lesson(
        (Scene(words("f = ½ θᵀHθ: the gradient is Hθ"), f),),
        (table,),
        more,
    )


@cache
def _counts(size: int, ensemble: str) -> SaddleCount:
    return count_saddles(size, TRIALS, ensemble)


#: A ratio to fewer minima and maxima than this says nothing.
FEWEST = 100


def _found(count: SaddleCount) -> tuple[Quantity, str]:
    """Saddles for each minimum, and of how many minima and maxima the ratio is."""
    few = count.minima + count.maxima < FEWEST
    ratio = words("too few") if few else count.saddles_per_minimum
    return ratio, f"{count.minima:,}, {count.maxima:,}"


# -- W34 ------------------------------------------------------------------------------------------


#: A rule that has only the name of its function.
RULE_NAMES = {"exponential": words("exponential rule"), "logarithm": words("logarithm rule")}


def differentiation_rules() -> Lesson:
    rules = rules_of_differentiation(0.8)
    scenes = tuple(
        Scene(joined(RULE_NAMES.get(r.name, words(r.name)), f": {r.example}"), r.graph)
        for r in rules
    )
    quotients = difference_quotients(lambda x: x * x * FUNCTIONS["sin"](x), 0.8)
    limit = Table(
        words("(f(x+h) - f(x)) / h for f = x² sin x at 0.8"),
        ("h", words("quotient"), words("off by")),
        [
            (f"{row.h:.0e}", f"{row.forward:.12f}", f"{row.forward_error:.1e}")
            for row in quotients.rows
        ],
    )
    stated = Table(
        words("the rules"),
        (
            words("rule"),
            words("statement"),
            words("at 0.8"),
            words("by hand"),
            words("by the rule"),
            words("by the graph"),
        ),
        [
            (
                RULE_NAMES.get(r.name, words(r.name)),
                r.statement,
                r.example,
                r.worked,
                r.by_rule,
                r.derivative,
            )
            for r in rules
        ],
    )
    errors = [row.forward_error for row in quotients.rows]
    more: State = {
        "by rule": [r.by_rule for r in rules],
        "by graph": [r.derivative for r in rules],
        "by graph: eᵘ": rules[4].derivative,
        "by graph: log u": rules[5].derivative,
        "errors": errors,
        "best exponent": float(np.log10(quotients.best.h)),
    }
    return Lesson(scenes, (stated, limit), more)


_U, _V, _DU, _DV = 0.64, math.sin(0.8), 1.6, math.cos(0.8)

EXAMPLES = (
    Example(
        "W16",
        "error-table",
        words("Errors of five slopes"),
        error_table,
        exactly(
            {
                "sums": (110, 27.5, 0, 27.5, 110),
                "slopes": (-110, -55, 0, 55, 110),
                "means": (44, 11, 0, 11, 44),
                "E": 110,
                "2: E": 27.5,
                "3: E": 0,
                "4: E": 27.5,
                "5: E": 110,
            }
        ),
        (words("The lecture labels the sums MSE; the mean of the squares is 44, 11, 0, 11, 44."),),
    ),
    Example(
        "W17",
        "saddle-point",
        words("A saddle"),
        saddle_point,
        exactly(
            {
                "df/dθ1": 0,
                "df/dθ2": 0,
                "Hessian": ((2, 0), (0, -2)),
                "eigenvalues": (-2, 2),
                "is saddle": 1,
            }
        ),
        (
            words(
                "With an eigenvalue 0 the Hessian does not decide: θ1² + θ2⁴ has a minimum, "
                "θ1² + θ2³ has none. The lecture calls 0 ≤ λ₁ a minimum; we do not."
            ),
        ),
    ),
    Example(
        "W18",
        "minima-vs-saddles",
        words("Why saddles outnumber minima"),
        minima_vs_saddles,
        exactly({f"formula p = {p}": 2**p - 2 for p in range(1, 6)})
        + exactly({"df/dθ": (-2.5, 3.5)}),
        (
            words(
                "A minimum has the chance 0.5ᵖ, a saddle 1 - 0.5^(p-1). Eigenvalues of Gaussian "
                "matrices repel each other: far more saddles still, as the table says. Where fewer "
                "than {n} minima and maxima were found there is no ratio.",
                n=FEWEST,
            ),
        ),
    ),
)

LATER = (
    Example(
        "W34",
        "differentiation-rules",
        words("The rules of differentiation"),
        differentiation_rules,
        (
            *exactly(
                {
                    "by graph": (
                        _DU + _DV,
                        _DU * _V + _U * _DV,
                        (_DU * _V - _U * _DV) / _V**2,
                        math.cos(0.64) * 1.6,
                        math.exp(0.64) * 1.6,
                        1.6 / 0.64,
                    ),
                }
            ),
            Expected("best exponent", -8, 0),
        ),
        (
            words(
                "The quotient closes in on the derivative until rounding takes over near h = 1e-8."
            ),
        ),
    ),
)
