"""Rows of special functions, whose values are SciPy's, and of what is used beside them."""

from __future__ import annotations

import math

from autograd.calculus.language import POSITIVE, REAL, row

NAN = math.nan
UNIT = (-0.85, -0.3, 0.25, 0.7)
NO_FORMULA = "no finite formula says it; pass the parameter as a plain number"

row(
    "polygamma",
    "n a",
    "polygamma(n, a)",
    None,
    "polygamma(n + 1, a)",
    at=((0.0, 1.0), POSITIVE),
    refused={"n": "it counts derivatives; pass a plain number"},
)
row("digamma", "a", "digamma(a)", "polygamma(1, a)", at=(POSITIVE,))
row("gammaln", "a", "gammaln(a)", "digamma(a)", at=(POSITIVE,))
row("gamma", "a", "gamma(a)", "out * digamma(a)", at=((0.6, 1.3, 2.2, 3.1),))
row(
    "betaln",
    "a b",
    "betaln(a, b)",
    "digamma(a) - digamma(a + b)",
    "digamma(b) - digamma(a + b)",
    at=(POSITIVE, (0.4, 1.2, 2.5)),
)
row(
    "beta",
    "a b",
    "beta(a, b)",
    "out * (digamma(a) - digamma(a + b))",
    "out * (digamma(b) - digamma(a + b))",
    at=((0.7, 1.6, 2.4), (0.8, 1.2, 2.5)),
)
row(
    "xlogy",
    "a b",
    # Where a is 0 it stands for 0: so a Python number b is of the type of the array a.
    "where(equal(a, 0), where(equal(b, b), a, b), a * log(where(equal(a, 0), 1 + a, b)))",
    "where(equal(a, 0) * less_equal(b, 0), 0, log(b))",
    "where(equal(a, 0) * less_equal(b, 0), 0, a / b)",
    at=(REAL, POSITIVE),
    singular=(((0.0, 0.0), (0.0, 0.0)), ((0.0, 2.0), (math.log(2), 0.0))),
    shown="a * log(b)",
    shown_partials=("log(b)", "a / b"),
)
row(
    "xlog1py",
    "a b",
    "where(equal(a, 0), where(equal(b, b), a, b), a * log1p(where(equal(a, 0), a, b)))",
    "where(equal(a, 0) * less_equal(b, -1), 0, log1p(b))",
    "where(equal(a, 0) * less_equal(b, -1), 0, a / (1 + b))",
    at=(REAL, POSITIVE),
    singular=(((0.0, -1.0), (0.0, 0.0)),),
    shown="a * log1p(b)",
    shown_partials=("log1p(b)", "a / (1 + b)"),
)
row(
    "gammainc",
    "a x",
    "gammainc(a, x)",
    None,
    "exp(xlogy(a - 1, x) - x - gammaln(a))",
    at=((0.7, 1.6, 3.0), POSITIVE),
    singular=(((1.0, 0.0), (NAN, 1.0)), ((2.0, 0.0), (NAN, 0.0))),
    shown_partials=(None, "x ** (a - 1) * exp(-x) / gamma(a)"),
    refused={"a": NO_FORMULA},
)
row(
    "gammaincc",
    "a x",
    "gammaincc(a, x)",
    None,
    "-exp(xlogy(a - 1, x) - x - gammaln(a))",
    at=((0.7, 1.6, 3.0), POSITIVE),
    singular=(((1.0, 0.0), (NAN, -1.0)),),
    shown_partials=(None, "-x ** (a - 1) * exp(-x) / gamma(a)"),
    refused={"a": NO_FORMULA},
)
row(
    "betainc",
    "a b x",
    "betainc(a, b, x)",
    None,
    None,
    "exp(xlogy(a - 1, x) + xlog1py(b - 1, -x) - betaln(a, b))",
    at=((0.7, 2.4), (0.8, 2.5), (0.15, 0.5, 0.8)),
    singular=(((1.0, 2.0, 0.0), (NAN, NAN, 2.0)), ((2.0, 1.0, 1.0), (NAN, NAN, 2.0))),
    shown_partials=(None, None, "x ** (a - 1) * (1 - x) ** (b - 1) / beta(a, b)"),
    refused=dict.fromkeys("ab", NO_FORMULA),
)
row("logit", "a", "log(a) - log1p(-a)", "1 / (a * (1 - a))", at=((0.2, 0.5, 0.7, 0.9),))
row("erfc", "a", "erfc(a)", "-2 / sqrt(pi) * exp(-a * a)")
row("erfinv", "a", "erfinv(a)", "sqrt(pi) / 2 * exp(out * out)", at=(UNIT,))
row("erfcinv", "a", "erfcinv(a)", "-sqrt(pi) / 2 * exp(out * out)", at=((0.3, 0.8, 1.1, 1.7),))
row("i0", "a", "i0(a)", "i1(a)")
row(
    "i1",
    "a",
    "i1(a)",
    "where(equal(a, 0), 0.5, i0(a) - out / where(equal(a, 0), 1, a))",
    singular=(((0.0,), (0.5,)),),
    shown_partials=("i0(a) - out / a",),
)
row("j0", "a", "j0(a)", "-j1(a)")
row(
    "j1",
    "a",
    "j1(a)",
    "where(equal(a, 0), 0.5, j0(a) - out / where(equal(a, 0), 1, a))",
    singular=(((0.0,), (0.5,)),),
    shown_partials=("j0(a) - out / a",),
)
