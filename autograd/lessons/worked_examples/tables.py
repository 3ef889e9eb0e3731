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
            ("predictions o = wx + 1", "prediksi o = wx + 1"),
            ("x", "o*", *columns[1:]),
            [(x, t, *(o[i] for o in predictions)) for i, (x, t) in enumerate(zip(POINTS, TRUE))],
        ),
        Table(
            ("½ (o - o*)², point by point", "½ (o - o*)², titik demi titik"),
            ("x", *columns[1:]),
            [(x, *(e[i] for e in errors)) for i, x in enumerate(POINTS)],
        ),
        Table(
            ("the sums, and which way to move", "jumlahnya, dan ke mana bergerak"),
            columns,
            [
                (("sum", "jumlah"), *sums),
                (("mean of squares", "rata-rata kuadrat"), *(2 * s / 5 for s in sums)),
                (("gradient", "gradien"), *slopes),
                (("w should", "w sebaiknya"), *map(_advice, slopes)),
            ],
        ),
        _searches(),
    )
    more = {"sums": sums, "slopes": slopes, "means": [2 * s / 5 for s in sums]}
    return Lesson(tuple(scenes), tables, more)


def _advice(slope: float) -> tuple[str, str]:
    if slope == 0:
        return "stay", "tetap"
    return ("rise", "naik") if slope < 0 else ("fall", "turun")


def _column(w: float) -> Scene:
    weight = Tensor(w, name="w")
    o = named(named(weight * constant(POINTS, "x"), "p") + 1.0, "o")
    squares = named(_square(named(o - constant(TRUE, "o*"), "e")), "q")
    E = named(0.5 * named(squares.sum(), "S"), "E")
    return Scene((f"w = {w:g}", f"w = {w:g}"), E)


def _loss(w: Quantity) -> Quantity:
    return 0.5 * ((np.multiply.outer(w, POINTS) + 1 - TRUE) ** 2).sum(axis=-1)


def _searches() -> Table:
    grid = np.linspace(0, 6, 601)
    tried = np.random.default_rng(0).uniform(0, 6, 1000)
    rows = []
    for name, ws in (
        (("601 on a grid", "601 di kisi"), grid),
        (("1,000 at random", "1000 acak"), tried),
    ):
        losses = _loss(ws)
        best = int(np.argmin(losses))
        rows.append((name, float(ws[best]), float(losses[best])))
    return Table(
        ("the same minimum without a gradient", "minimum yang sama tanpa gradien"),
        (
            ("search", "pencarian"),
            ("best w", "w terbaik"),
            ("½ squares", "½ kuadrat"),
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
    "saddle": ("saddle", "titik pelana"),
    "minimum": ("minimum", "minimum"),
    "maximum": ("maximum", "maksimum"),
    "undecided": ("undecided", "belum pasti"),
}


def saddle_point() -> Lesson:
    a, b = Value(0.0, "θ1"), Value(0.0, "θ2")
    f = named(named(_square(a), "p") - named(_square(b), "q"), "f")
    points = [(name, critical_point(surface, np.zeros(2))) for name, surface in SURFACES]
    table = Table(
        ("what the eigenvalues of the Hessian say at 0", "kata nilai eigen Hessian di 0"),
        ("f", "Hessian", ("eigenvalues", "nilai eigen"), ("verdict", "kesimpulan")),
        [
            (name, _matrix(p.hessian), _listed(p.eigenvalues), VERDICTS[p.verdict])
            for name, p in points
        ],
    )
    first = points[0][1]
    return Lesson(
        (Scene(("f = θ1² - θ2² at 0", "f = θ1² - θ2² di 0"), f),),
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
        (f"saddles for each minimum, in {TRIALS:,} Hessians of each size",
         f"titik pelana per minimum, dari {TRIALS:,} Hessian tiap ukuran"),
        (
            ("size", "ukuran"),
            "2ᵖ - 2",
            ("signs by coins", "tanda dari koin"),
            ("minima, maxima", "minimum, maksimum"),
            ("Gaussian entries", "elemen Gauss"),
            ("minima, maxima", "minimum, maksimum"),
        ),
        rows,
    )  # fmt: skip
    return Lesson(
        (Scene(("f = ½ θᵀHθ: the gradient is Hθ", "f = ½ θᵀHθ: gradiennya Hθ"), f),),
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
    ratio = ("too few", "terlalu sedikit") if few else count.saddles_per_minimum
    return ratio, f"{count.minima:,}, {count.maxima:,}"


# -- W34 ------------------------------------------------------------------------------------------


RULE_NAMES = {
    "sum rule": "aturan jumlah",
    "product rule": "aturan hasil kali",
    "quotient rule": "aturan hasil bagi",
    "chain rule": "aturan rantai",
    "exponential": "eksponensial",
    "logarithm": "logaritma",
}


def differentiation_rules() -> Lesson:
    rules = rules_of_differentiation(0.8)
    scenes = tuple(
        Scene((f"{r.name}: {r.example}", f"{RULE_NAMES[r.name]}: {r.example}"), r.graph)
        for r in rules
    )
    quotients = difference_quotients(lambda x: x * x * FUNCTIONS["sin"](x), 0.8)
    limit = Table(
        ("(f(x+h) - f(x)) / h for f = x² sin x at 0.8", "(f(x+h) - f(x)) / h, f = x² sin x di 0.8"),
        ("h", ("quotient", "hasil bagi"), ("off by", "selisih")),
        [
            (f"{row.h:.0e}", f"{row.forward:.12f}", f"{row.forward_error:.1e}")
            for row in quotients.rows
        ],
    )
    stated = Table(
        ("the rules", "aturan-aturannya"),
        (
            ("rule", "aturan"),
            ("statement", "bunyinya"),
            ("at 0.8", "di 0.8"),
            ("by hand", "dengan tangan"),
            ("by the rule", "menurut aturan"),
            ("by the graph", "menurut graf"),
        ),
        [
            (
                (r.name, RULE_NAMES[r.name]),
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
        ("Errors of five slopes", "Galat untuk lima kemiringan"),
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
        (
            (
                "The lecture labels the sums MSE; the mean of the squares is 44, 11, 0, 11, 44.",
                "Kuliahnya menyebut jumlah itu MSE; rata-rata kuadratnya 44, 11, 0, 11, 44.",
            ),
        ),
    ),
    Example(
        "W17",
        "saddle-point",
        ("A saddle", "Titik pelana"),
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
            (
                "With an eigenvalue 0 the Hessian does not decide: θ1² + θ2⁴ has a minimum, "
                "θ1² + θ2³ has none. The lecture calls 0 ≤ λ₁ a minimum; we do not.",
                "Bila ada nilai eigen 0, Hessian tidak memutuskan: θ1² + θ2⁴ punya minimum, "
                "θ1² + θ2³ tidak. Kuliahnya menyebut 0 ≤ λ₁ minimum; kami tidak.",
            ),
        ),
    ),
    Example(
        "W18",
        "minima-vs-saddles",
        ("Why saddles outnumber minima", "Mengapa pelana lebih banyak dari minimum"),
        minima_vs_saddles,
        exactly({f"formula p = {p}": 2**p - 2 for p in range(1, 6)})
        + exactly({"df/dθ": (-2.5, 3.5)}),
        (
            (
                "A minimum has the chance 0.5ᵖ, a saddle 1 - 0.5^(p-1). Eigenvalues of Gaussian "
                "matrices repel each other: far more saddles still, as the table says. Where fewer "
                f"than {FEWEST} minima and maxima were found there is no ratio.",
                "Peluang minimum 0.5ᵖ, pelana 1 - 0.5^(p-1). Nilai eigen matriks Gauss saling "
                "menolak: pelana jauh lebih banyak lagi, seperti kata tabel. Bila minimum dan "
                f"maksimum yang ditemukan kurang dari {FEWEST}, tidak ada rasio.",
            ),
        ),
    ),
)

LATER = (
    Example(
        "W34",
        "differentiation-rules",
        ("The rules of differentiation", "Aturan-aturan turunan"),
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
            (
                "The quotient closes in on the derivative until rounding takes over near h = 1e-8.",
                "Hasil bagi mendekati turunan sampai pembulatan menang di sekitar h = 1e-8.",
            ),
        ),
    ),
)
