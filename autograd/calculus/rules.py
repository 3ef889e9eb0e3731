"""The derivative table: one row per elementwise operation, and everything else reads the rows.

A row is text, because most of its readers need text: the scalar node stamps a method from it, the
array node evaluates it over NumPy, higher derivatives evaluate it over nodes, the stepper prints
it, the page emits it as JavaScript, and the tests differentiate it numerically.
"""

from __future__ import annotations

import math

from autograd.calculus.language import (
    COMPARISONS,
    OPERATOR_METHODS,
    OPERATORS,
    OTHER,
    POSITIVE,
    PRIMITIVES,
    REAL,
    RULES,
    Rule,
    constant,
    parse,
    row,
)

__all__ = [
    "COMPARISONS", "constant", "OPERATOR_METHODS", "OPERATORS", "parse", "PRIMITIVES", "row",
    "Rule", "RULES",
]  # fmt: skip

UNIT = (-0.85, -0.3, 0.25, 0.7)
ABOVE_ONE = (1.15, 1.8, 3.2, 6.5)
NONZERO = (-2.1, -0.5, 0.6, 1.9)
CONDITION = (0.0, 1.0)

NAN, INF = math.nan, math.inf

# Arithmetic
row("add", "a b", "a + b", "1", "1")
row("sub", "a b", "a - b", "1", "-1")
row("mul", "a b", "a * b", "b", "a")
row(
    "div", "a b", "a / b", "1 / b", "-out / b", at=(REAL, NONZERO),
    shown_partials=("1 / b", "-a / b ** 2"),
)  # fmt: skip
row(
    "pow",
    "a b",
    "a ** b",
    "where(equal(b, 0), 0, b * a ** (b - 1))",
    # 0**b is flat in b for b >= 0: the logarithm is taken of 1 there.
    "out * log(where(equal(a, 0), where(less(b, 0), 0, 1), a))",
    at=(POSITIVE, OTHER),
    singular=(
        ((0.0, 2.0), (0.0, 0.0)),
        ((0.0, 1.0), (1.0, 0.0)),
        ((0.0, 0.0), (0.0, 0.0)),
        ((0.0, 0.5), (INF, 0.0)),
        ((-2.0, 2.0), (-4.0, NAN)),
        ((-2.0, 0.0), (0.0, NAN)),
    ),
    shown_partials=("b * a ** (b - 1)", "out * log(a)"),
)
row("neg", "a", "-a", "-1")
row("abs", "a", "abs(a)", "sign(a)", singular=(((0.0,), (0.0,)),))
row(
    "reciprocal", "a", "1 / a", "-out * out", at=(NONZERO,), singular=(((0.0,), (-INF,)),),
    shown_partials=("-1 / a ** 2",),
)  # fmt: skip
row("square", "a", "a * a", "2 * a", shown="a ** 2")
row(
    "sqrt", "a", "sqrt(a)", "0.5 / out", at=(POSITIVE,), singular=(((0.0,), (INF,)),),
    shown_partials=("1 / (2 * sqrt(a))",),
)  # fmt: skip
row(
    "cbrt", "a", "cbrt(a)", "1 / (3 * out * out)", at=(NONZERO,), singular=(((0.0,), (INF,)),),
    shown_partials=("1 / (3 * out ** 2)",),
)  # fmt: skip
row(
    "floor_divide",
    "a b",
    # Not floor(a / b): the quotient may round up to the next integer, as that of 1 and 0.1 does.
    "floor_divide(a, b)",
    "0",
    "0",
    at=(REAL, (-1.3, -0.7, 0.9, 1.1)),
    shown="floor(a / b)",
)
row(
    "mod",
    "a b",
    "remainder(a, b)",
    "1",
    "-floor_divide(a, b)",
    at=(REAL, (-1.3, -0.7, 0.9, 1.1)),
    shown="a - b * floor(a / b)",
    shown_partials=("1", "-floor(a / b)"),
)

# Exponentials and logarithms
row("exp", "a", "exp(a)", "out", shown_partials=("exp(a)",))
row("exp2", "a", "2 ** a", "out * log(2)", shown_partials=("2 ** a * log(2)",))
row("expm1", "a", "expm1(a)", "out + 1", shown="exp(a) - 1", shown_partials=("exp(a)",))
row("log", "a", "log(a)", "1 / a", at=(POSITIVE,), singular=(((0.0,), (INF,)),))
row("log1p", "a", "log1p(a)", "1 / (1 + a)", at=(POSITIVE,), singular=(((-1.0,), (INF,)),))
row("log2", "a", "log2(a)", "1 / (a * log(2))", at=(POSITIVE,))
row("log10", "a", "log10(a)", "1 / (a * log(10))", at=(POSITIVE,))

# Trigonometry
row("sin", "a", "sin(a)", "cos(a)")
row("cos", "a", "cos(a)", "-sin(a)")
row("tan", "a", "tan(a)", "1 + out * out", at=(UNIT,), shown_partials=("1 + out ** 2",))
row(
    "arcsin", "a", "arcsin(a)", "1 / sqrt(1 - a * a)", at=(UNIT,), singular=(((1.0,), (INF,)),),
    shown_partials=("1 / sqrt(1 - a ** 2)",),
)  # fmt: skip
row(
    "arccos", "a", "arccos(a)", "-1 / sqrt(1 - a * a)", at=(UNIT,), singular=(((1.0,), (-INF,)),),
    shown_partials=("-1 / sqrt(1 - a ** 2)",),
)  # fmt: skip
row("arctan", "a", "arctan(a)", "1 / (1 + a * a)", shown_partials=("1 / (1 + a ** 2)",))
row(
    "arctan2",
    "a b",
    "arctan2(a, b)",
    # By the distance and not by its square, which overflows first. At the origin 0, as in PyTorch.
    "where(equal(hypot(a, b), 0), 0, b / hypot(a, b) / hypot(a, b))",
    "where(equal(hypot(a, b), 0), 0, -a / hypot(a, b) / hypot(a, b))",
    singular=(((0.0, 0.0), (0.0, 0.0)),),
    shown_partials=("b / (a ** 2 + b ** 2)", "-a / (a ** 2 + b ** 2)"),
)
row("sinh", "a", "sinh(a)", "cosh(a)")
row("cosh", "a", "cosh(a)", "sinh(a)")
row("tanh", "a", "tanh(a)", "1 - out * out", shown_partials=("1 - out ** 2",))
row("arcsinh", "a", "arcsinh(a)", "1 / sqrt(a * a + 1)", shown_partials=("1 / sqrt(a ** 2 + 1)",))
row(
    "arccosh", "a", "arccosh(a)", "1 / (sqrt(a - 1) * sqrt(a + 1))", at=(ABOVE_ONE,),
    shown_partials=("1 / sqrt(a ** 2 - 1)",),
)  # fmt: skip
row(
    "arctanh",
    "a",
    "arctanh(a)",
    "1 / (1 - a * a)",
    at=(UNIT,),
    shown_partials=("1 / (1 - a ** 2)",),
)
row(
    "sinc",
    "a",
    "where(equal(a, 0), 1, sin(pi * a) / (pi * where(equal(a, 0), 1, a)))",
    # Near 0 the difference would leave few digits: there its series, up to the term that counts.
    "where(less(abs(a), 0.1),"
    " 0 - pi * pi * a / 3 * (1 - (pi * a) ** 2 / 10 * (1 - (pi * a) ** 2 / 28"
    " * (1 - (pi * a) ** 2 / 54 * (1 - (pi * a) ** 2 / 88)))),"
    " (cos(pi * a) - out) / where(equal(a, 0), 1, a))",
    singular=(((0.0,), (0.0,)),),
    shown="sin(pi * a) / (pi * a)",
    shown_partials=("(cos(pi * a) - out) / a",),
)
row("deg2rad", "a", "a * (pi / 180)", "pi / 180")
row("rad2deg", "a", "a * (180 / pi)", "180 / pi")

# Activations
row(
    "sigmoid",
    "a",
    # exp is only ever taken of what is not positive: no overflow at either end.
    "exp(minimum(a, 0)) / (1 + exp(-abs(a)))",
    "out * (1 - out)",
    singular=(((1000.0,), (0.0,)), ((-1000.0,), (0.0,))),
    shown="1 / (1 + exp(-a))",
)
row(
    "softplus",
    "a",
    "maximum(a, 0) + log1p(exp(-abs(a)))",
    "sigmoid(a)",
    singular=(((1000.0,), (1.0,)), ((-1000.0,), (0.0,))),
    shown="log(1 + exp(a))",
)
row(
    "logaddexp",
    "a b",
    # Equal infinities have no difference; where the operands are equal it is 0. Of an array and a
    # number both extremes are of the array's type.
    "maximum(a, b) + log1p(exp(where(equal(a, b), 0, minimum(a, b))"
    " - where(equal(a, b), 0, maximum(a, b))))",
    # Not exp(a - out): beside large operands out rounds to the larger one. Equal infinities share.
    "sigmoid(where(equal(a, b) * not_equal(a - b, a - b), 0, a - b))",
    "sigmoid(where(equal(a, b) * not_equal(a - b, a - b), 0, b - a))",
    singular=(
        ((1e16, 1e16), (0.5, 0.5)),
        ((INF, INF), (0.5, 0.5)),
        ((-INF, -INF), (0.5, 0.5)),
        ((INF, 0.0), (1.0, 0.0)),
        ((-INF, 0.0), (0.0, 1.0)),
    ),
    shown="log(exp(a) + exp(b))",
    shown_partials=("exp(a - out)", "exp(b - out)"),
)
row(
    "logaddexp2",
    "a b",
    "logaddexp(a * log(2), b * log(2)) / log(2)",
    "sigmoid(where(equal(a, b) * not_equal(a - b, a - b), 0, (a - b) * log(2)))",
    "sigmoid(where(equal(a, b) * not_equal(a - b, a - b), 0, (b - a) * log(2)))",
    singular=(((1e16, 1e16), (0.5, 0.5)), ((-INF, 0.0), (0.0, 1.0))),
    shown="log2(2 ** a + 2 ** b)",
    shown_partials=("2 ** (a - out)", "2 ** (b - out)"),
)
row("relu", "a", "maximum(a, 0)", "greater(a, 0)", singular=(((0.0,), (0.0,)),))
row(
    "leaky_relu",
    "a slope",
    "where(greater(a, 0), a, slope * a)",
    "where(greater(a, 0), 1, slope)",
    "where(greater(a, 0), 0, a)",
    at=(REAL, (0.01, 0.3)),
    defaults={"slope": 0.01},
    singular=(((0.0, 0.1), (0.1, 0.0)),),
)
row(
    "elu",
    "a alpha",
    "where(greater(a, 0), a, alpha * expm1(minimum(a, 0)))",
    "where(greater(a, 0), 1, alpha * exp(minimum(a, 0)))",
    "where(greater(a, 0), 0, expm1(minimum(a, 0)))",
    at=(REAL, (0.7, 1.0)),
    defaults={"alpha": 1.0},
    singular=(((0.0, 0.7), (0.7, 0.0)),),
    shown="where(greater(a, 0), a, alpha * (exp(a) - 1))",
    shown_partials=(
        "where(greater(a, 0), 1, alpha * exp(a))",
        "where(greater(a, 0), 0, exp(a) - 1)",
    ),
)
row(
    "erf", "a", "erf(a)", "2 / sqrt(pi) * exp(-a * a)",
    shown_partials=("2 / sqrt(pi) * exp(-a ** 2)",),
)  # fmt: skip
row(
    "gelu",
    "a",
    "0.5 * a * (1 + erf(a * sqrt(0.5)))",
    "0.5 * (1 + erf(a * sqrt(0.5))) + a * exp(-0.5 * a * a) / sqrt(2 * pi)",
    shown="a / 2 * (1 + erf(a / sqrt(2)))",
    shown_partials=("(1 + erf(a / sqrt(2))) / 2 + a * exp(-a ** 2 / 2) / sqrt(2 * pi)",),
)
row(
    "gelu_tanh",
    "a",
    "0.5 * a * (1 + tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)))",
    "0.5 * (1 + tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)))"
    " + 0.5 * a * (1 - tanh(sqrt(2 / pi) * (a + 0.044715 * a * a * a)) ** 2)"
    " * sqrt(2 / pi) * (1 + 0.134145 * a * a)",
    shown_partials=(
        "(1 + tanh(sqrt(2 / pi) * (a + 0.044715 * a ** 3))) / 2"
        " + a / 2 * (1 - tanh(sqrt(2 / pi) * (a + 0.044715 * a ** 3)) ** 2)"
        " * sqrt(2 / pi) * (1 + 0.134145 * a ** 2)",
    ),
)
row("silu", "a", "a * sigmoid(a)", "sigmoid(a) * (1 + a * (1 - sigmoid(a)))")

# Choices
row(
    "maximum",
    "a b",
    "maximum(a, b)",
    "where(equal(a, b), 0.5, greater(a, b))",
    "where(equal(a, b), 0.5, less(a, b))",
    singular=(((1.5, 1.5), (0.5, 0.5)),),
)
row(
    "minimum",
    "a b",
    "minimum(a, b)",
    "where(equal(a, b), 0.5, less(a, b))",
    "where(equal(a, b), 0.5, greater(a, b))",
    singular=(((1.5, 1.5), (0.5, 0.5)),),
)
# Beside a NaN the other operand is the value, and takes the gradient.
row(
    "fmax",
    "a b",
    "where(not_equal(a, a), b, where(not_equal(b, b), a, maximum(a, b)))",
    "where(not_equal(b, b), equal(a, a), where(equal(a, b), 0.5, greater(a, b)))",
    "where(not_equal(a, a), 1, where(equal(a, b), 0.5, less(a, b)))",
    singular=(((1.5, 1.5), (0.5, 0.5)), ((NAN, 1.5), (0.0, 1.0)), ((1.5, NAN), (1.0, 0.0))),
    shown="maximum(a, b)",
    shown_partials=(
        "where(equal(a, b), 0.5, greater(a, b))",
        "where(equal(a, b), 0.5, less(a, b))",
    ),
)
row(
    "fmin",
    "a b",
    "where(not_equal(a, a), b, where(not_equal(b, b), a, minimum(a, b)))",
    "where(not_equal(b, b), equal(a, a), where(equal(a, b), 0.5, less(a, b)))",
    "where(not_equal(a, a), 1, where(equal(a, b), 0.5, greater(a, b)))",
    singular=(((1.5, 1.5), (0.5, 0.5)), ((NAN, 1.5), (0.0, 1.0)), ((1.5, NAN), (1.0, 0.0))),
    shown="minimum(a, b)",
    shown_partials=(
        "where(equal(a, b), 0.5, less(a, b))",
        "where(equal(a, b), 0.5, greater(a, b))",
    ),
)
row(
    "where",
    "c a b",
    "where(c, a, b)",
    None,
    "not_equal(c, 0)",
    "equal(c, 0)",
    at=(CONDITION, REAL, OTHER),
)
row(
    "clip",
    "a low high",
    "minimum(maximum(a, low), high)",
    "greater_equal(a, low) * less_equal(a, high)",
    "less(a, low)",
    "greater(a, high)",
    at=(REAL, (-0.9, -1.4), (0.9, 1.3)),
    defaults={"low": -INF, "high": INF},
    singular=(((1.0, -1.0, 1.0), (1.0, 0.0, 0.0)), ((-1.0, -1.0, 1.0), (1.0, 0.0, 0.0))),
)
row(
    "hypot",
    "a b",
    "hypot(a, b)",
    "where(equal(out, 0), 0, a / out)",
    "where(equal(out, 0), 0, b / out)",
    singular=(((0.0, 0.0), (0.0, 0.0)),),
    shown="sqrt(a ** 2 + b ** 2)",
    shown_partials=("a / out", "b / out"),
)

# Flat almost everywhere
row("sign", "a", "sign(a)", "0")
row("floor", "a", "floor(a)", "0")
row("ceil", "a", "ceil(a)", "0")
row("round", "a", "rint(a)", "0")
